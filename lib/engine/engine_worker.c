/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * The loop of an lcore that does everything: receive, classify, send.
 */
#include "engine_loop.h"

/* Sorts a burst by where its packets leave. A port that is its own peer keeps their order. */
static void
carry_out(struct engine_worker *w, uint16_t port, struct rte_mbuf **pkts, uint16_t n,
	const uint8_t *fates)
{
	struct engine_bunch out[2], drop;
	uint16_t by[2] = {w->peers[port], port};
	uint32_t reply = by[0] == by[1] ? 0 : 1, fate_n[CLASSIFY_DROP + 1] = {0};

	out[0].n = out[1].n = drop.n = 0;
	for (uint16_t i = 0; i < n; i++) {
		struct engine_bunch *to = fates[i] == CLASSIFY_PASS    ? &out[0]
					  : fates[i] == CLASSIFY_REPLY ? &out[reply]
								       : &drop;

		to->pkts[to->n++] = pkts[i];
		fate_n[fates[i]]++;
	}
	for (uint32_t i = 0; i < 2; i++) {
		if (out[i].n > 0)
			engine_send(w, by[i], &out[i]);
	}
	if (drop.n > 0)
		rte_pktmbuf_free_bulk(drop.pkts, drop.n);
	count(w, ENGINE_PASSED, fate_n[CLASSIFY_PASS]);
	count(w, ENGINE_REPLIED, fate_n[CLASSIFY_REPLY]);
	count(w, ENGINE_DROPPED, fate_n[CLASSIFY_DROP]);
}

/* One burst of one queue; returns how many packets there were. */
static uint16_t
serve(struct engine_worker *w, const struct engine_queue *queue, const struct policy_view *view)
{
	struct rte_mbuf *pkts[CLASSIFY_BURST_MAX];
	uint8_t fates[CLASSIFY_BURST_MAX];
	uint16_t n = receive(w, queue, pkts);

	if (n == 0)
		return 0;
	enter(w, ENGINE_AT_classify);
	classify_burst(w->classify, view, pkts, n, fates);
	carry_out(w, queue->port, pkts, n, fates);
	return n;
}

/* One burst of every queue; returns how many packets there were. */
static uint32_t
serve_all(struct engine_worker *w)
{
	const struct policy_view *view = load_view(w);
	uint32_t n = 0;

	for (uint16_t i = 0; i < w->n_queues; i++)
		n += serve(w, &w->queues[i], view);
	let_go(w);
	return n;
}

int
engine_worker_run(void *arg)
{
	struct engine_worker *w = arg;

	run(w, serve_all);
	drain_queues(w, serve_all);
	return end(w);
}

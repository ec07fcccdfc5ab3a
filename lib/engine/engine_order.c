/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * The loop of the tx lcore of a replay: frames leave in the order in which they were received,
 * whichever lcore has classified them.
 */
#include "engine_loop.h"

#include <rte_ring.h>

/* A burst of every ring, each frame to the place of its number; returns how many. */
static uint32_t
collect(struct engine_worker *w)
{
	struct rte_mbuf *pkts[CLASSIFY_BURST_MAX];
	uint32_t all = 0;

	enter(w, ENGINE_AT_take);
	for (uint16_t i = 0; i < w->n_ins; i++) {
		uint16_t n = (uint16_t)rte_ring_sc_dequeue_burst(
			w->ins[i], (void **)pkts, w->burst, NULL);

		if (n > 0)
			count_burst(w, n);
		for (uint16_t k = 0; k < n; k++) {
			uint64_t frame =
				*RTE_MBUF_DYNFIELD(pkts[k], w->frame_field, const uint64_t *);

			w->order[frame & (w->window - 1)] = pkts[k];
		}
		all += n;
	}
	return all;
}

static void
flush(struct engine_worker *w, uint16_t port, struct engine_bunch *out)
{
	if (out->n == 0)
		return;
	if (port == RTE_MBUF_PORT_INVALID)
		rte_pktmbuf_free_bulk(out->pkts, out->n);
	else
		engine_send(w, port, out);
	out->n = 0;
}

/* Lets go what follows the last frame that went, up to the first that has not come yet. */
static void
release(struct engine_worker *w)
{
	uint64_t next = atomic_load_explicit(w->released, memory_order_relaxed) + 1;
	uint16_t port = RTE_MBUF_PORT_INVALID;
	struct engine_bunch out;
	struct rte_mbuf **slot;

	out.n = 0;
	while (*(slot = &w->order[next & (w->window - 1)]) != NULL) {
		if ((*slot)->port != port || out.n == CLASSIFY_BURST_MAX)
			flush(w, port, &out);
		port = (*slot)->port;
		out.pkts[out.n++] = *slot;
		*slot = NULL;
		next++;
	}
	flush(w, port, &out);
	atomic_store_explicit(w->released, next - 1, memory_order_release);
}

static uint32_t
send_in_order(struct engine_worker *w)
{
	uint32_t n = collect(w);

	if (n > 0)
		release(w);
	return n;
}

int
engine_order_run(void *arg)
{
	struct engine_worker *w = arg;

	run(w, send_in_order);
	drain_rings(w, send_in_order);
	return end(w);
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * The loop of an lcore that does everything: receive, classify, send.
 */
#include "engine_priv.h"

#include <rte_branch_prediction.h>
#include <rte_cycles.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>
#include <rte_mbuf_dyn.h>
#include <rte_pause.h>

#define TX_TRIES 64 /* of a burst that the device does not take at once, a pause between them */

/* Packets of one burst that leave by one port. */
struct outgoing {
	struct rte_mbuf *pkts[CLASSIFY_BURST_MAX];
	uint16_t n;
};

static void
count(struct engine_worker *w, enum engine_counter counter, uint64_t n)
{
	stats_add(w->stats, w->stats_base + counter, n);
}

static void
count_port(struct engine_worker *w, uint16_t port, enum engine_port_counter counter, uint64_t n)
{
	stats_add(w->stats, w->port_base + port * ENGINE_NB_PORT_COUNTERS + counter, n);
}

/* A replay has one receiving lcore: the order of reception is that of the capture. */
static void
number_frames(struct engine_worker *w, struct rte_mbuf **pkts, uint16_t n)
{
	for (uint16_t i = 0; i < n; i++)
		*RTE_MBUF_DYNFIELD(pkts[i], w->frame_field, uint64_t *) = ++w->frame;
}

static void
send_by(struct engine_worker *w, uint16_t port, struct outgoing *out)
{
	uint16_t sent = rte_eth_tx_burst(port, w->tx_queues[port], out->pkts, out->n);

	for (uint16_t i = 0; unlikely(sent < out->n) && i < TX_TRIES; i++) {
		rte_pause();
		sent = (uint16_t)(sent + rte_eth_tx_burst(port, w->tx_queues[port],
						 out->pkts + sent, (uint16_t)(out->n - sent)));
	}
	count_port(w, port, ENGINE_PORT_TX, sent);
	if (unlikely(sent < out->n)) {
		count_port(w, port, ENGINE_PORT_REFUSED, (uint16_t)(out->n - sent));
		rte_pktmbuf_free_bulk(out->pkts + sent, (uint16_t)(out->n - sent));
	}
}

/* Sorts a burst by where its packets leave. A port that is its own peer keeps their order. */
static void
carry_out(struct engine_worker *w, uint16_t port, struct rte_mbuf **pkts, uint16_t n,
	const uint8_t *fates)
{
	struct outgoing out[2], drop;
	uint16_t by[2] = {w->peers[port], port};
	uint32_t reply = by[0] == by[1] ? 0 : 1, fate_n[CLASSIFY_DROP + 1] = {0};

	out[0].n = out[1].n = drop.n = 0;
	for (uint16_t i = 0; i < n; i++) {
		struct outgoing *to = fates[i] == CLASSIFY_PASS	   ? &out[0]
				      : fates[i] == CLASSIFY_REPLY ? &out[reply]
								   : &drop;

		to->pkts[to->n++] = pkts[i];
		fate_n[fates[i]]++;
	}
	for (uint32_t i = 0; i < 2; i++) {
		if (out[i].n > 0)
			send_by(w, by[i], &out[i]);
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
	uint16_t n = rte_eth_rx_burst(queue->port, queue->queue, pkts, w->burst);

	if (n == 0)
		return 0;
	count_port(w, queue->port, ENGINE_PORT_RX, n);
	if (w->frame_field >= 0)
		number_frames(w, pkts, n);
	classify_burst(w->classify, view, pkts, n, fates);
	carry_out(w, queue->port, pkts, n, fates);
	return n;
}

/* One burst of every queue; returns how many packets there were. */
static uint32_t
serve_all(struct engine_worker *w)
{
	const struct policy_view *view = atomic_load_explicit(&w->view, memory_order_acquire);
	uint32_t n = 0;

	for (uint16_t i = 0; i < w->n_queues; i++)
		n += serve(w, &w->queues[i], view);
	return n;
}

static int
command(const struct engine_worker *w)
{
	return atomic_load_explicit(w->command, memory_order_relaxed);
}

/* What lay in the queues when the order came: as many bursts as the longest queue holds. What
 * arrives later is not waited for, or a link under load would never come to its end. */
static void
drain(struct engine_worker *w)
{
	for (uint32_t i = 0; i < w->drain_rounds; i++) {
		if (command(w) != ENGINE_DRAIN || serve_all(w) == 0)
			return;
	}
}

int
engine_worker_run(void *arg)
{
	struct engine_worker *w = arg;
	uint64_t last = rte_rdtsc(), now;

	engine_idle_begin(w);
	while (command(w) == ENGINE_RUN) {
		uint32_t n = serve_all(w);

		now = rte_rdtsc();
		if (n > 0) {
			count(w, ENGINE_CYCLES, now - last);
			w->idle_rounds = 0;
		} else {
			engine_idle(w);
			now = rte_rdtsc();
		}
		last = now;
	}
	drain(w);
	return 0;
}

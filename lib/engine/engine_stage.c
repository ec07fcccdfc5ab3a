/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * The loops of lcores that do a part of the way each: receive and hand out, classify and hand on,
 * send. A packet that has been decided bears the port that it leaves by in its mbuf.
 */
#include "engine_loop.h"
#include "pkt_flow.h"

#include <rte_pause.h>
#include <rte_prefetch.h>
#include <rte_ring.h>

#define PREFETCH_AHEAD 4
#define RING_TRIES     64  /* of a burst that a tx lcore's ring does not take, a pause between */
#define RING_NAPS      400 /* then, some 10 ms: a tx lcore without a turn for so long has stalled */
#define BYPASS_NAPS    4   /* of one that receives: it cannot wait long */

static void
put(struct engine_bunch *bunch, struct rte_mbuf *pkt)
{
	bunch->pkts[bunch->n++] = pkt;
}

static void
empty(struct engine_bunch *bunches, uint16_t n)
{
	for (uint16_t i = 0; i < n; i++)
		bunches[i].n = 0;
}

/* Whether an lcore is to be gone round, or not waited for. */
static bool
has_stalled(const struct engine_out *out)
{
	return atomic_load_explicit(out->is_stalled, memory_order_relaxed);
}

/* Into a ring what it takes within RING_TRIES and, where lcores may sleep, so many naps: the lcore
 * that empties it may want this one's CPU. One that has stalled is not waited for: what other
 * lcores send is not to be held up by it. The rest is freed. Returns how many it took. */
static uint16_t
enqueue(const struct engine_worker *w, struct engine_out *out, struct engine_bunch *bunch,
	uint32_t naps)
{
	uint16_t n = fill(out, bunch->pkts, bunch->n);

	for (uint32_t i = 0; unlikely(n < bunch->n) && i < RING_TRIES + naps && !has_stalled(out);
		i++) {
		if (i < RING_TRIES)
			rte_pause();
		else if (!engine_nap(w))
			break;
		n = (uint16_t)(n + fill(out, bunch->pkts + n, (uint16_t)(bunch->n - n)));
	}
	if (unlikely(n < bunch->n)) {
		count_refused(out, (uint16_t)(bunch->n - n));
		rte_pktmbuf_free_bulk(bunch->pkts + n, (uint16_t)(bunch->n - n));
	}
	return n;
}

/* To the tx lcores, by the port that each packet leaves by; returns how many they took. A tap may
 * have none. */
static uint16_t
hand_on(struct engine_worker *w, struct engine_bunch *all, uint32_t naps)
{
	struct engine_bunch out[ENGINE_FEEDS_MAX];
	uint16_t n = 0;

	if (w->watch && w->n_outs == 0) {
		watch(w, all);
		return all->n;
	}
	if (w->n_outs == 1)
		return enqueue(w, &w->outs[0], all, naps);
	empty(out, w->n_outs);
	for (uint16_t i = 0; i < all->n; i++)
		put(&out[w->out_of[all->pkts[i]->port]], all->pkts[i]);
	for (uint16_t i = 0; i < w->n_outs; i++) {
		if (out[i].n > 0)
			n = (uint16_t)(n + enqueue(w, &w->outs[i], &out[i], naps));
	}
	return n;
}

/* What a classify lcore's ring did not take, or is not to have: past that lcore, or freed. */
static void
overflow(struct engine_worker *w, struct rte_mbuf *const *pkts, uint16_t n)
{
	struct engine_bunch rest;
	uint16_t taken = 0;

	rest.n = 0;
	for (uint16_t i = 0; i < n; i++)
		put(&rest, pkts[i]);
	if (w->overload == CONF_FATE_PASS) {
		for (uint16_t i = 0; i < n; i++)
			pkts[i]->port = w->peers[pkts[i]->port];
		taken = hand_on(w, &rest, BYPASS_NAPS);
	} else {
		rte_pktmbuf_free_bulk(rest.pkts, n);
	}
	count(w, ENGINE_BYPASSED, taken);
	count(w, ENGINE_RING_IN, (uint16_t)(n - taken));
}

static void
prefetch_frame(const struct rte_mbuf *pkt)
{
	rte_prefetch0(rte_pktmbuf_mtod(pkt, const void *));
}

/* The classify lcore of a packet: the same for all of its flow. A frame in several mbufs has its
 * headers in the first. */
static uint32_t
target_of(const struct engine_worker *w, const struct rte_mbuf *pkt)
{
	uint64_t hash = pkt_flow_hash(rte_pktmbuf_mtod(pkt, const uint8_t *),
		rte_pktmbuf_data_len(pkt), w->hash == CONF_HASH_PORTS);

	return (uint32_t)(hash * w->n_targets >> 32);
}

static void
hand_out(struct engine_worker *w, struct rte_mbuf **pkts, uint16_t n)
{
	struct engine_bunch out[ENGINE_FEEDS_MAX];

	enter(w, ENGINE_AT_hand_out);
	empty(out, w->n_targets);
	for (uint16_t i = 0; i < n && i < PREFETCH_AHEAD; i++)
		prefetch_frame(pkts[i]);
	for (uint16_t i = 0; i < n; i++) {
		if (i + PREFETCH_AHEAD < n)
			prefetch_frame(pkts[i + PREFETCH_AHEAD]);
		put(&out[target_of(w, pkts[i])], pkts[i]);
	}
	for (uint16_t i = 0; i < w->n_targets; i++) {
		uint16_t n_out = out[i].n, done;

		if (n_out == 0)
			continue;
		if (unlikely(has_stalled(&w->targets[i]))) {
			overflow(w, out[i].pkts, n_out);
			continue;
		}
		done = fill(&w->targets[i], out[i].pkts, n_out);
		if (likely(done == n_out))
			continue;
		count_refused(&w->targets[i], (uint16_t)(n_out - done));
		overflow(w, out[i].pkts + done, (uint16_t)(n_out - done));
	}
}

/* Whether a burst more would be more than a window of frames on their way. */
static bool
is_window_full(const struct engine_worker *w)
{
	return w->window > 0 &&
	       w->frame + w->burst >
		       atomic_load_explicit(w->released, memory_order_acquire) + w->window;
}

static uint32_t
receive_all(struct engine_worker *w)
{
	struct rte_mbuf *pkts[CLASSIFY_BURST_MAX];
	uint32_t all = 0;

	if (is_window_full(w))
		return 0;
	for (uint16_t i = 0; i < w->n_queues; i++) {
		uint16_t n = receive(w, &w->queues[i], pkts);

		if (n > 0)
			hand_out(w, pkts, n);
		all += n;
	}
	return all;
}

/* By their fates: those that leave, each with its port; the others are freed. Where frames are put
 * in order these go on, too, without a port: the tx lcore waits for every number. */
static void
carry_out(struct engine_worker *w, struct rte_mbuf **pkts, uint16_t n, const uint8_t *fates)
{
	struct engine_bunch leave, drop;
	uint32_t fate_n[CLASSIFY_DROP + 1] = {0};

	leave.n = drop.n = 0;
	for (uint16_t i = 0; i < n; i++) {
		put(fates[i] == CLASSIFY_DROP && w->window == 0 ? &drop : &leave, pkts[i]);
		if (fates[i] == CLASSIFY_PASS)
			pkts[i]->port = w->peers[pkts[i]->port];
		else if (fates[i] == CLASSIFY_DROP)
			pkts[i]->port = RTE_MBUF_PORT_INVALID;
		fate_n[fates[i]]++;
	}
	if (drop.n > 0)
		rte_pktmbuf_free_bulk(drop.pkts, drop.n);
	if (leave.n > 0)
		count(w, ENGINE_RING_OUT, (uint16_t)(leave.n - hand_on(w, &leave, RING_NAPS)));
	count(w, ENGINE_PASSED, fate_n[CLASSIFY_PASS]);
	count(w, ENGINE_REPLIED, fate_n[CLASSIFY_REPLY]);
	count(w, ENGINE_DROPPED, fate_n[CLASSIFY_DROP]);
}

static uint32_t
classify_all(struct engine_worker *w)
{
	const struct policy_view *view = load_view(w);
	struct rte_mbuf *pkts[CLASSIFY_BURST_MAX];
	uint8_t fates[CLASSIFY_BURST_MAX];
	uint32_t all = 0;

	enter(w, ENGINE_AT_take);
	for (uint16_t i = 0; i < w->n_ins; i++) {
		uint16_t n = (uint16_t)rte_ring_sc_dequeue_burst(
			w->ins[i], (void **)pkts, w->burst, NULL);

		if (n == 0)
			continue;
		count_burst(w, n);
		enter(w, ENGINE_AT_classify);
		classify_burst(w->classify, view, pkts, n, fates);
		enter(w, ENGINE_AT_hand_on);
		carry_out(w, pkts, n, fates);
		all += n;
	}
	let_go(w);
	return all;
}

static uint32_t
send_all(struct engine_worker *w)
{
	struct engine_bunch in, out[ENGINE_PORTS_MAX];
	uint32_t all = 0;

	enter(w, ENGINE_AT_take);
	for (uint16_t i = 0; i < w->n_ins; i++) {
		in.n = (uint16_t)rte_ring_sc_dequeue_burst(
			w->ins[i], (void **)in.pkts, w->burst, NULL);
		if (in.n == 0)
			continue;
		count_burst(w, in.n);
		empty(out, w->n_ports);
		for (uint16_t k = 0; k < in.n; k++)
			put(&out[in.pkts[k]->port], in.pkts[k]);
		for (uint16_t port = 0; port < w->n_ports; port++) {
			if (out[port].n > 0)
				engine_send(w, port, &out[port]);
		}
		all += in.n;
	}
	return all;
}

int
engine_rx_run(void *arg)
{
	struct engine_worker *w = arg;

	run(w, receive_all);
	drain_queues(w, receive_all);
	return end(w);
}

int
engine_classify_run(void *arg)
{
	struct engine_worker *w = arg;

	run(w, classify_all);
	drain_rings(w, classify_all);
	return end(w);
}

int
engine_tx_run(void *arg)
{
	struct engine_worker *w = arg;

	run(w, send_all);
	drain_rings(w, send_all);
	return end(w);
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef ENGINE_LOOP_H
#define ENGINE_LOOP_H

/** @file What the loops of all roles have in common. It is inlined into each of them. */

#include "engine_account.h"

#include <rte_branch_prediction.h>
#include <rte_cycles.h>
#include <rte_ethdev.h>
#include <rte_ether.h>
#include <rte_mbuf.h>
#include <rte_mbuf_dyn.h>
#include <rte_rcu_qsbr.h>

#include <string.h>

/* One burst of everything that a loop reads; returns how many packets there were. */
typedef uint32_t (*engine_turn)(struct engine_worker *worker);

/* A replay has one receiving lcore: the order of reception is that of the capture. */
static inline void
number_frames(struct engine_worker *w, struct rte_mbuf **pkts, uint16_t n)
{
	for (uint16_t i = 0; i < n; i++)
		*RTE_MBUF_DYNFIELD(pkts[i], w->frame_field, uint64_t *) = ++w->frame;
}

/* Keeps who sent a frame, for whoever looks for a loop. */
static inline void
note_source(struct engine_worker *w, uint16_t port, const struct rte_mbuf *pkt)
{
	uint32_t n = atomic_load_explicit(&w->n_sources, memory_order_relaxed);
	uint64_t mac = 0;

	if (rte_pktmbuf_data_len(pkt) < RTE_ETHER_HDR_LEN)
		return;
	memcpy(&mac, rte_pktmbuf_mtod_offset(pkt, const uint8_t *, RTE_ETHER_ADDR_LEN),
		RTE_ETHER_ADDR_LEN);
	atomic_store_explicit(&w->sources[n % ENGINE_SOURCES], mac | (uint64_t)(port + 1) << 48,
		memory_order_relaxed);
	atomic_store_explicit(&w->n_sources, n + 1, memory_order_release);
}

/* Bursts between two samples, by chance: whatever takes turns, queues or senders, none of them can
 * do so in step with the samples and stay unseen. */
static inline uint32_t
sample_distance(struct engine_worker *w)
{
	w->chance = w->chance * 1664525 + 1013904223;
	return (w->chance >> 16) % (2 * ENGINE_SOURCE_EVERY - 1);
}

/* A ring hands out mbufs as whoever filled it left them. */
static inline void
set_port(uint16_t port, struct rte_mbuf **pkts, uint16_t n)
{
	for (uint16_t i = 0; i < n; i++)
		pkts[i]->port = port;
}

/* One burst of a queue, counted and numbered. */
static inline uint16_t
receive(struct engine_worker *w, const struct engine_queue *queue, struct rte_mbuf **pkts)
{
	uint16_t n;

	enter(w, ENGINE_AT_receive);
	n = rte_eth_rx_burst(queue->port, queue->queue, pkts, w->burst);

	if (n == 0)
		return 0;
	count_port(w, queue->port, ENGINE_PORT_RX, n);
	count_burst(w, n);
	if (unlikely(!queue->sets_port))
		set_port(queue->port, pkts, n);
	if (w->frame_field >= 0)
		number_frames(w, pkts, n);
	if (unlikely(w->to_sample-- == 0)) {
		note_source(w, queue->port, pkts[0]);
		w->to_sample = sample_distance(w);
	}
	return n;
}

/* What a tap would send. */
static inline void
watch(struct engine_worker *w, struct engine_bunch *out)
{
	count(w, ENGINE_WATCHED, out->n);
	rte_pktmbuf_free_bulk(out->pkts, out->n);
}

/* The view for a burst; it stays until let_go(). */
static inline const struct policy_view *
load_view(const struct engine_worker *w)
{
	return atomic_load_explicit(&w->view, memory_order_acquire);
}

/* Behind a burst: this lcore holds no view. */
static inline void
let_go(const struct engine_worker *w)
{
	rte_rcu_qsbr_quiescent(w->rcu, w->lcore);
}

static inline int
command(const struct engine_worker *w)
{
	return atomic_load_explicit(w->command, memory_order_relaxed);
}

/* What lay in the queues when the order came: as many bursts as the longest queue holds. What
 * arrives later is not waited for, or a link under load would never come to its end. */
static inline void
drain_queues(struct engine_worker *w, engine_turn turn)
{
	for (uint32_t i = 0; i < w->drain_rounds; i++) {
		if (command(w) != ENGINE_DRAIN || turn(w) == 0)
			return;
	}
}

/* After a turn with packets. */
static inline void
has_worked(struct engine_worker *w)
{
	if (unlikely(w->idle_rounds > 0))
		engine_idle_over(w);
}

/* Turns until another command than ENGINE_RUN. */
static inline void
run(struct engine_worker *w, engine_turn turn)
{
	uint64_t last = rte_rdtsc();

	engine_idle_begin(w);
	engine_online(w);
	while (command(w) == ENGINE_RUN) {
		uint32_t n = turn(w);

		if (n > 0) {
			last = count_turn(w, ENGINE_CYCLES, last, rte_rdtsc());
			has_worked(w);
		} else {
			enter(w, ENGINE_AT_idle);
			engine_idle(w);
			last = count_turn(w, ENGINE_CYCLES_IDLE, last, rte_rdtsc());
		}
	}
}

static inline bool
feeders_have_ended(const struct engine_worker *w)
{
	for (uint16_t i = 0; i < w->n_ins; i++) {
		if (!atomic_load_explicit(w->feeders[i], memory_order_acquire))
			return false;
	}
	return true;
}

/* Until the lcores before have ended and their rings are empty, in this order. */
static inline void
drain_rings(struct engine_worker *w, engine_turn turn)
{
	while (command(w) == ENGINE_DRAIN) {
		bool was_last = feeders_have_ended(w);

		if (turn(w) > 0)
			has_worked(w);
		else if (was_last)
			return;
		else
			engine_idle(w);
	}
}

static inline int
end(struct engine_worker *w)
{
	engine_offline(w);
	engine_idle_end(w);
	atomic_store_explicit(&w->has_ended, true, memory_order_release);
	return 0;
}

#endif

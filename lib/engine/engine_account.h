/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef ENGINE_ACCOUNT_H
#define ENGINE_ACCOUNT_H

/** @file What an lcore writes down of its own work. It is inlined into the loops. */

#include "engine_priv.h"

#include <rte_ring.h>

static inline void
count(struct engine_worker *w, enum engine_counter counter, uint64_t n)
{
	stats_add(w->stats, w->stats_base + counter, n);
}

static inline void
count_port(struct engine_worker *w, uint16_t port, enum engine_port_counter counter, uint64_t n)
{
	stats_add(w->stats, w->port_base + port * ENGINE_NB_PORT_COUNTERS + counter, n);
}

/* Where the loop is now. */
static inline void
enter(struct engine_worker *w, enum engine_at at)
{
	stats_set(w->stats, w->stats_base + ENGINE_AT, at);
}

/* A burst of n > 0 packets that the loop took in. */
static inline void
count_burst(struct engine_worker *w, uint16_t n)
{
	uint32_t size = (uint32_t)(n > 1) + (n > 8) + (n > 16) + (n > 31);

	count(w, ENGINE_PACKETS, n);
	stats_add(w->stats, w->stats_base + ENGINE_BURSTS + size, 1);
}

/* A turn of the loop that ended now; returns now. */
static inline uint64_t
count_turn(struct engine_worker *w, enum engine_counter cycles, uint64_t last, uint64_t now)
{
	count(w, cycles, now - last);
	return now;
}

/* A burst into a ring; this lcore is the only one that fills it, and remembers how full it was. */
static inline uint16_t
fill(struct engine_out *out, struct rte_mbuf *const *pkts, uint16_t n)
{
	unsigned int room;
	uint16_t done =
		(uint16_t)rte_ring_sp_enqueue_burst(out->ring, (void *const *)pkts, n, &room);
	uint32_t used = rte_ring_get_capacity(out->ring) - room;

	if (used > atomic_load_explicit(&out->high, memory_order_relaxed))
		atomic_store_explicit(&out->high, used, memory_order_relaxed);
	return done;
}

/* Packets that a ring has not taken for good. */
static inline void
count_refused(struct engine_out *out, uint16_t n)
{
	atomic_store_explicit(&out->refused,
		atomic_load_explicit(&out->refused, memory_order_relaxed) + n,
		memory_order_relaxed);
}

#endif

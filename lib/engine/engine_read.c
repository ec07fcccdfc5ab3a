/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * What lcores and rings tell whoever asks while they run.
 */
#include "engine_priv.h"

#include <rte_ring.h>

uint32_t
engine_n_lcores(const struct engine *engine)
{
	return engine->n_workers;
}

const char *
engine_at_words(enum engine_at at)
{
	static const char *const words[ENGINE_AT_COUNT] = {
#define X(name, help) help,
		ENGINE_PLACES(X)
#undef X
	};

	return words[at];
}

enum engine_at
engine_at_of(const struct engine_worker *worker)
{
	return (enum engine_at)stats_get(worker->stats, worker->stats_base + ENGINE_AT);
}

void
engine_read_lcore(const struct engine *engine, uint32_t i, struct engine_lcore *out)
{
	const struct engine_worker *worker = engine->workers[i];
	const struct stats_block *stats = worker->stats;
	uint32_t base = worker->stats_base;

	*out = (struct engine_lcore){.lcore = worker->lcore,
		.role = worker->role,
		.at = engine_at_of(worker),
		.is_stalled = atomic_load_explicit(&worker->is_stalled, memory_order_relaxed),
		.cycles_busy = stats_get(stats, base + ENGINE_CYCLES),
		.cycles_idle = stats_get(stats, base + ENGINE_CYCLES_IDLE),
		.packets = stats_get(stats, base + ENGINE_PACKETS)};
	for (uint32_t size = 0; size < ENGINE_BURST_SIZES; size++)
		out->bursts[size] = stats_get(stats, base + ENGINE_BURSTS + size);
}

static void
read_ring(const struct engine_out *out, struct engine_ring *ring)
{
	ring->to = out->to;
	ring->size = rte_ring_get_capacity(out->ring);
	ring->used = rte_ring_count(out->ring);
	ring->high = atomic_load_explicit(&out->high, memory_order_relaxed);
	ring->refused = atomic_load_explicit(&out->refused, memory_order_relaxed);
}

void
engine_walk_rings(const struct engine *engine,
	void (*visit)(void *arg, const struct engine_ring *ring), void *arg)
{
	for (uint32_t i = 0; i < engine->n_workers; i++) {
		const struct engine_worker *w = engine->workers[i];
		struct engine_ring ring = {.from = w->lcore};

		for (uint16_t k = 0; k < w->n_targets; k++) {
			read_ring(&w->targets[k], &ring);
			visit(arg, &ring);
		}
		ring.is_bypass = w->role == ENGINE_RX;
		for (uint16_t k = 0; k < w->n_outs; k++) {
			read_ring(&w->outs[k], &ring);
			visit(arg, &ring);
		}
	}
}

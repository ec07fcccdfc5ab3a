/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * Whom frames came from, a sample: what the control loop looks for loops in.
 */
#include "engine_priv.h"

static void
read_worker(struct engine_worker *w, uint32_t *done,
	void (*visit)(void *arg, uint64_t mac, uint16_t port), void *arg)
{
	uint32_t n = atomic_load_explicit(&w->n_sources, memory_order_acquire);

	if (n - *done > ENGINE_SOURCES)
		*done = n - ENGINE_SOURCES;
	for (; *done != n; ++*done) {
		uint64_t source = atomic_load_explicit(
			&w->sources[*done % ENGINE_SOURCES], memory_order_relaxed);

		visit(arg, source & ((UINT64_C(1) << 48) - 1), (uint16_t)((source >> 48) - 1));
	}
}

void
engine_read_sources(
	struct engine *engine, void (*visit)(void *arg, uint64_t mac, uint16_t port), void *arg)
{
	for (uint32_t i = 0; i < engine->n_workers; i++)
		read_worker(engine->workers[i], &engine->sources_read[i], visit, arg);
}

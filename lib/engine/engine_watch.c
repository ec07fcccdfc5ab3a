/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "engine_watch.h"

#include "engine_priv.h"

#include <errno.h>
#include <stdlib.h>

#define PERIODS	      8
#define PERIOD_MIN_NS UINT64_C(1000000)

/* One lcore as the last look saw it. */
struct seen {
	uint64_t beat;
	uint64_t since_ns; /* the first look that saw this beat */
};

struct engine_watch {
	struct engine *engine;
	uint64_t limit_ns, last_ns; /* last_ns 0: no look yet */
	struct seen seen[RTE_MAX_LCORE];
};

int
engine_watch_new(
	struct engine *engine, uint64_t limit_ns, struct engine_watch **out, struct base_err *err)
{
	struct engine_watch *watch = calloc(1, sizeof(*watch));

	*out = watch;
	if (watch == NULL)
		return base_fail(err, BASE_EXIT_UNAVAILABLE, ENOMEM, "no memory for the watchdog");
	watch->engine = engine;
	watch->limit_ns = limit_ns;
	return 0;
}

uint64_t
engine_watch_period_ns(const struct engine_watch *watch)
{
	return RTE_MAX(watch->limit_ns / PERIODS, PERIOD_MIN_NS);
}

/* Every turn adds to one of the two. */
static uint64_t
beat_of(const struct engine_worker *worker)
{
	return stats_get(worker->stats, worker->stats_base + ENGINE_CYCLES) +
	       stats_get(worker->stats, worker->stats_base + ENGINE_CYCLES_IDLE);
}

static bool
is_stalled(const struct engine_worker *worker)
{
	return atomic_load_explicit(&worker->is_stalled, memory_order_relaxed);
}

static void
set_stalled(struct engine_worker *worker, bool is)
{
	atomic_store_explicit(&worker->is_stalled, is, memory_order_relaxed);
}

static struct engine_stall
stall_of(const struct engine_watch *watch, const struct engine_worker *worker,
	const struct seen *seen, uint64_t now_ns)
{
	return (struct engine_stall){.lcore = worker->lcore,
		.role = worker->role,
		.at = engine_at_of(worker),
		.since_ns = seen->since_ns,
		.for_ns = now_ns - seen->since_ns,
		.is_bypassed = worker->role == ENGINE_CLASSIFY &&
			       watch->engine->conf.overload == CONF_FATE_PASS};
}

void
engine_watch_look(struct engine_watch *watch, uint64_t now_ns,
	void (*tell)(void *arg, const struct engine_stall *stall), void *arg)
{
	bool is_late = watch->last_ns == 0 ||
		       now_ns - watch->last_ns > watch->limit_ns / 2 + PERIOD_MIN_NS;

	watch->last_ns = now_ns;
	for (uint32_t i = 0; i < watch->engine->n_workers; i++) {
		struct engine_worker *worker = watch->engine->workers[i];
		struct engine_stall stall = stall_of(watch, worker, &watch->seen[i], now_ns);
		uint64_t beat = beat_of(worker);
		bool had = is_stalled(worker), has = beat == watch->seen[i].beat;

		if (!has || (is_late && !had)) {
			watch->seen[i] = (struct seen){.beat = beat, .since_ns = now_ns};
			stall.is_back = true;
			if (!had)
				continue;
		} else if (had || stall.for_ns < watch->limit_ns) {
			continue;
		}
		set_stalled(worker, has);
		tell(arg, &stall);
	}
}

void
engine_watch_free(struct engine_watch *watch)
{
	if (watch == NULL)
		return;
	for (uint32_t i = 0; i < watch->engine->n_workers; i++)
		set_stalled(watch->engine->workers[i], false);
	free(watch);
}

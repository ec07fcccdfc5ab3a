/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * When a view that is no longer published is no longer read: each lcore that classifies says after
 * each burst that it holds none (a quiescent state), and says so for good while it sleeps.
 */
#include "base_clock.h"
#include "engine_priv.h"
#include "place.h"

#include <rte_lcore.h>
#include <rte_rcu_qsbr.h>

#include <errno.h>
#include <inttypes.h>
#include <time.h>

size_t
engine_rcu_bytes(void)
{
	return rte_rcu_qsbr_get_memsize(RTE_MAX_LCORE);
}

int
engine_rcu_new(struct engine *engine, struct base_err *err)
{
	void *memory;
	int rc = place_zalloc(&(struct place_what){.name = "states of the lcores",
				      .node = engine->conf.node,
				      .owner = {.kind = PLACE_OWNER_PROCESS}},
		engine_rcu_bytes(), 0, &memory, err);

	if (rc < 0)
		return rc;
	engine->rcu = memory;
	rte_rcu_qsbr_init(engine->rcu, RTE_MAX_LCORE);
	return 0;
}

void
engine_rcu_add(struct engine *engine, struct engine_worker *worker)
{
	worker->rcu = engine->rcu;
	rte_rcu_qsbr_thread_register(engine->rcu, worker->lcore);
}

void
engine_online(const struct engine_worker *worker)
{
	if (worker->rcu != NULL)
		rte_rcu_qsbr_thread_online(worker->rcu, worker->lcore);
}

void
engine_offline(const struct engine_worker *worker)
{
	if (worker->rcu != NULL)
		rte_rcu_qsbr_thread_offline(worker->rcu, worker->lcore);
}

void
engine_publish(struct engine *engine, unsigned int lcore, const struct policy_view *view)
{
	for (uint32_t i = 0; i < engine->n_workers; i++) {
		if (engine->workers[i]->lcore == lcore)
			atomic_store_explicit(
				&engine->workers[i]->view, view, memory_order_release);
	}
}

uint64_t
engine_retire(struct engine *engine)
{
	return rte_rcu_qsbr_start(engine->rcu);
}

/* Whether the lcore may have begun its burst before the token was given. */
static bool
is_behind(const struct engine_worker *worker, uint64_t token)
{
	uint64_t seen;

	if (worker->rcu == NULL)
		return false;
	seen = __atomic_load_n(&worker->rcu->qsbr_cnt[worker->lcore].cnt, __ATOMIC_ACQUIRE);
	return seen != __RTE_QSBR_CNT_THR_OFFLINE && seen < token;
}

bool
engine_is_held(const struct engine *engine, uint64_t token, unsigned int *lcore)
{
	if (rte_rcu_qsbr_check(engine->rcu, token, false) == 1)
		return false;
	for (uint32_t i = 0; i < engine->n_workers; i++) {
		if (!is_behind(engine->workers[i], token))
			continue;
		*lcore = engine->workers[i]->lcore;
		return true;
	}
	return false; /* the last one has let it go between the two looks */
}

int
engine_await(const struct engine *engine, uint64_t token, uint64_t limit_ns, struct base_err *err)
{
	const struct timespec nap = {.tv_nsec = 50000};
	uint64_t begin = base_clock_ns();
	unsigned int lcore;

	while (engine_is_held(engine, token, &lcore)) {
		if (base_clock_ns() - begin >= limit_ns)
			return base_fail(err, BASE_EXIT_FAILURE, EBUSY,
				"lcore %u has not let go of the view that it holds within %" PRIu64
				" ms",
				lcore, limit_ns / 1000000);
		nanosleep(&nap, NULL);
	}
	return 0;
}

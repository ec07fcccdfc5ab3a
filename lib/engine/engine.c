/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "engine.h"

#include "base_clock.h"
#include "engine_priv.h"
#include "place.h"

#include <rte_errno.h>
#include <rte_launch.h>
#include <rte_lcore.h>
#include <rte_mbuf_dyn.h>

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

int
engine_frame_field(int *offset, struct base_err *err)
{
	static const struct rte_mbuf_dynfield field = {
		.name = "weir_dynfield_frame",
		.size = sizeof(uint64_t),
		.align = _Alignof(uint64_t),
	};

	*offset = rte_mbuf_dynfield_register(&field);
	if (*offset < 0)
		return base_fail(err, BASE_EXIT_FAILURE, ENOSPC,
			"no room in the mbuf for a frame's number: %s", rte_strerror(rte_errno));
	return 0;
}

uint32_t
engine_stats(struct stats_layout *layout)
{
	static const char *const names[ENGINE_NB_COUNTERS] = {
		[ENGINE_PASSED] = "passed",
		[ENGINE_REPLIED] = "replied",
		[ENGINE_DROPPED] = "dropped",
		[ENGINE_CYCLES] = "cycles",
		[ENGINE_BYPASSED] = "bypassed",
		[ENGINE_RING_IN] = "ring_in",
		[ENGINE_RING_OUT] = "ring_out",
		[ENGINE_WATCHED] = "watched",
		[ENGINE_CYCLES_IDLE] = "cycles_idle",
		[ENGINE_PACKETS] = "packets",
		[ENGINE_AT] = "at",
		[ENGINE_BURSTS] = "bursts_1",
		[ENGINE_BURSTS + 1] = "bursts_2_8",
		[ENGINE_BURSTS + 2] = "bursts_9_16",
		[ENGINE_BURSTS + 3] = "bursts_17_31",
		[ENGINE_BURSTS + 4] = "bursts_32_64",
	};
	uint32_t base = stats_layout_add(layout, "engine", names, ENGINE_NB_COUNTERS);

	stats_layout_add(layout, "engine_port", NULL, ENGINE_PORTS_MAX * ENGINE_NB_PORT_COUNTERS);
	return base;
}

size_t
engine_order_bytes(uint32_t window)
{
	return window * sizeof(struct rte_mbuf *);
}

size_t
engine_worker_bytes(void)
{
	return sizeof(struct engine_worker);
}

int
engine_new(const struct engine_conf *conf, struct engine **out, struct base_err *err)
{
	struct engine *engine;
	int rc;

	*out = NULL;
	if (conf->burst == 0 || conf->burst > CLASSIFY_BURST_MAX ||
		conf->n_ports > ENGINE_PORTS_MAX)
		return base_fail(err, BASE_EXIT_CONFIG, EINVAL, "[ring] burst = %u: allowed 1..%d",
			conf->burst, CLASSIFY_BURST_MAX);
	rc = engine_idle_check(conf->idle, engine_cpu_monitors(), err);
	if (rc < 0)
		return rc;
	engine = calloc(1, sizeof(*engine));
	if (engine == NULL)
		return base_fail(err, BASE_EXIT_UNAVAILABLE, ENOMEM, "no memory for the engine");
	engine->conf = *conf;
	rc = engine_rcu_new(engine, err);
	if (rc < 0) {
		free(engine);
		return rc;
	}
	*out = engine;
	return 0;
}

static bool
classifies(const struct engine_worker *worker)
{
	return worker->role == ENGINE_WORKER || worker->role == ENGINE_CLASSIFY;
}

static int
check_lcore(const struct engine *engine, unsigned int lcore, struct base_err *err)
{
	if (!rte_lcore_is_enabled(lcore) || lcore == rte_get_main_lcore())
		return base_fail(err, BASE_EXIT_CONFIG, EINVAL,
			"lcore %u is no worker lcore: EAL has none of that number, or it is the "
			"main lcore",
			lcore);
	for (uint32_t i = 0; i < engine->n_workers; i++) {
		if (engine->workers[i]->lcore == lcore)
			return base_fail(err, BASE_EXIT_CONFIG, EINVAL,
				"lcore %u has a loop already", lcore);
	}
	return 0;
}

/* Bursts that the longest queue holds. */
static uint32_t
drain_rounds(const struct engine_worker_conf *conf, uint16_t burst)
{
	uint32_t most = 0;

	for (uint16_t i = 0; i < conf->n_queues; i++)
		most = RTE_MAX(most, (uint32_t)conf->queues[i].descs / burst + 1);
	return most;
}

/* What a tx lcore puts frames in order with. */
static int
add_order(struct engine *engine, struct engine_worker *worker, int node, struct base_err *err)
{
	char name[PLACE_NAME_MAX];
	void *memory;
	int rc;

	worker->window = engine->conf.window;
	worker->released = engine->conf.released;
	if (worker->window == 0 || worker->role != ENGINE_TX)
		return 0;
	snprintf(name, sizeof(name), "order of lcore %u", worker->lcore);
	rc = place_zalloc(
		&(struct place_what){.name = name,
			.node = node,
			.owner = {.kind = PLACE_OWNER_LCORE, .id = (uint16_t)worker->lcore}},
		engine_order_bytes(worker->window), 0, &memory, err);
	if (rc == 0)
		worker->order = memory;
	return rc;
}

/* What ports send, so that a limit that there is not needs no branch. */
static void
set_sends(struct engine_worker *worker, const struct engine_sends *sends)
{
	for (uint16_t port = 0; port < ENGINE_PORTS_MAX; port++)
		worker->sends[port] = (struct engine_sends){
			.frame_max =
				sends[port].frame_max == 0 ? UINT32_MAX : sends[port].frame_max,
			.segs_max = sends[port].segs_max == 0 ? UINT16_MAX : sends[port].segs_max};
}

int
engine_worker_add(
	struct engine *engine, const struct engine_worker_conf *conf, struct base_err *err)
{
	char name[PLACE_NAME_MAX];
	struct engine_worker *worker;
	void *memory;
	int rc = check_lcore(engine, conf->lcore, err);

	if (rc < 0)
		return rc;
	snprintf(name, sizeof(name), "worker of lcore %u", conf->lcore);
	rc = place_zalloc(
		&(struct place_what){.name = name,
			.node = conf->node,
			.owner = {.kind = PLACE_OWNER_LCORE, .id = (uint16_t)conf->lcore}},
		engine_worker_bytes(), 0, &memory, err);
	if (rc < 0)
		return rc;
	worker = memory;
	worker->command = &engine->command;
	worker->is_down = engine->is_down;
	worker->classify = conf->classify;
	worker->stats = conf->stats;
	worker->stats_base = engine->conf.stats_base;
	worker->port_base = engine->conf.stats_base + ENGINE_NB_COUNTERS;
	worker->lcore = conf->lcore;
	worker->role = conf->role;
	worker->watch = engine->conf.watch;
	worker->overload = engine->conf.overload;
	worker->hash = engine->conf.hash;
	worker->frame_field = engine->conf.frame_field;
	worker->idle = engine->conf.idle;
	worker->burst = engine->conf.burst;
	worker->drain_rounds = drain_rounds(conf, engine->conf.burst);
	worker->n_queues = conf->n_queues;
	memcpy(worker->queues, conf->queues, sizeof(worker->queues));
	memcpy(worker->peers, engine->conf.peers, sizeof(worker->peers));
	memcpy(worker->tx_queues, conf->tx_queues, sizeof(worker->tx_queues));
	set_sends(worker, engine->conf.sends);
	engine->blocks[engine->n_workers] = conf->stats;
	engine->workers[engine->n_workers++] = worker;
	if (classifies(worker))
		engine_rcu_add(engine, worker);
	return add_order(engine, worker, conf->node, err);
}

static int
check_views(const struct engine *engine, struct base_err *err)
{
	for (uint32_t i = 0; i < engine->n_workers; i++) {
		if (classifies(engine->workers[i]) &&
			atomic_load_explicit(&engine->workers[i]->view, memory_order_relaxed) ==
				NULL)
			return base_fail(err, BASE_EXIT_FAILURE, EINVAL,
				"lcore %u has no view of the policy", engine->workers[i]->lcore);
	}
	return 0;
}

/* Launches the loops of a role. */
static int
launch(const struct engine *engine, enum engine_role role, struct base_err *err)
{
	static int (*const loops[])(void *) = {[ENGINE_WORKER] = engine_worker_run,
		[ENGINE_RX] = engine_rx_run,
		[ENGINE_CLASSIFY] = engine_classify_run,
		[ENGINE_TX] = engine_tx_run};

	for (uint32_t i = 0; i < engine->n_workers; i++) {
		struct engine_worker *worker = engine->workers[i];
		int rc;

		if (worker->role != role)
			continue;
		atomic_store_explicit(&worker->has_ended, false, memory_order_relaxed);
		rc = rte_eal_remote_launch(worker->order == NULL ? loops[role] : engine_order_run,
			worker, worker->lcore);
		if (rc < 0)
			return base_fail(err, BASE_EXIT_FAILURE, EBUSY, "lcore %u cannot start: %s",
				worker->lcore, rte_strerror(-rc));
	}
	return 0;
}

int
engine_start(struct engine *engine, struct base_err *err)
{
	static const enum engine_role order[] = {
		ENGINE_TX, ENGINE_CLASSIFY, ENGINE_RX, ENGINE_WORKER};
	int rc = check_views(engine, err);

	if (rc < 0)
		return rc;
	atomic_store_explicit(&engine->command, ENGINE_RUN, memory_order_relaxed);
	for (size_t i = 0; i < RTE_DIM(order) && rc == 0; i++)
		rc = launch(engine, order[i], err);
	if (rc < 0) {
		engine_halt(engine);
		rte_eal_mp_wait_lcore();
	}
	return rc;
}

void
engine_drain(struct engine *engine)
{
	int run = ENGINE_RUN;

	atomic_compare_exchange_strong(&engine->command, &run, ENGINE_DRAIN);
}

void
engine_halt(struct engine *engine)
{
	atomic_store_explicit(&engine->command, ENGINE_HALT, memory_order_relaxed);
}

/* The first worker whose loop runs, or NULL. */
static const struct engine_worker *
running(const struct engine *engine)
{
	for (uint32_t i = 0; i < engine->n_workers; i++) {
		if (rte_eal_get_lcore_state(engine->workers[i]->lcore) == RUNNING)
			return engine->workers[i];
	}
	return NULL;
}

void
engine_set_down(struct engine *engine, uint16_t port, bool down)
{
	atomic_store_explicit(&engine->is_down[port], down, memory_order_relaxed);
}

bool
engine_has_ended(const struct engine *engine)
{
	return running(engine) == NULL;
}

int
engine_wait(struct engine *engine, uint64_t limit_ns, struct base_err *err)
{
	const struct timespec nap = {.tv_nsec = 100000};
	uint64_t begin = base_clock_ns();
	const struct engine_worker *last;

	while ((last = running(engine)) != NULL) {
		if (base_clock_ns() - begin >= limit_ns)
			return base_fail(err, BASE_EXIT_FAILURE, ETIMEDOUT,
				"lcore %u did not end within %" PRIu64
				" ms: what it has in hand, %u packets at most, is not accounted "
				"for",
				last->lcore, limit_ns / 1000000, engine->conf.burst);
		nanosleep(&nap, NULL);
	}
	for (uint32_t i = 0; i < engine->n_workers; i++)
		rte_eal_wait_lcore(engine->workers[i]->lcore);
	engine_sweep(engine);
	return 0;
}

const struct stats_block *const *
engine_blocks(const struct engine *engine, uint32_t *n)
{
	*n = engine->n_workers;
	return engine->blocks;
}

void
engine_free(struct engine *engine)
{
	if (engine == NULL)
		return;
	while (engine->n_workers > 0) {
		engine_free_rings(engine->workers[--engine->n_workers]);
		place_free(engine->workers[engine->n_workers]->order);
		place_free(engine->workers[engine->n_workers]);
	}
	place_free(engine->rcu);
	free(engine);
}

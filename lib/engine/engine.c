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
	};
	uint32_t base = stats_layout_add(layout, "engine", names, ENGINE_NB_COUNTERS);

	stats_layout_add(layout, "engine_port", NULL, ENGINE_PORTS_MAX * ENGINE_NB_PORT_COUNTERS);
	return base;
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

	*out = NULL;
	if (conf->burst == 0 || conf->burst > CLASSIFY_BURST_MAX ||
		conf->n_ports > ENGINE_PORTS_MAX)
		return base_fail(err, BASE_EXIT_CONFIG, EINVAL, "[ring] burst = %u: allowed 1..%d",
			conf->burst, CLASSIFY_BURST_MAX);
	engine = calloc(1, sizeof(*engine));
	if (engine == NULL)
		return base_fail(err, BASE_EXIT_UNAVAILABLE, ENOMEM, "no memory for the engine");
	engine->conf = *conf;
	*out = engine;
	return 0;
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
	worker->classify = conf->classify;
	worker->stats = conf->stats;
	worker->stats_base = engine->conf.stats_base;
	worker->port_base = engine->conf.stats_base + ENGINE_NB_COUNTERS;
	worker->lcore = conf->lcore;
	worker->frame_field = engine->conf.frame_field;
	worker->idle = engine->conf.idle;
	worker->burst = engine->conf.burst;
	worker->drain_rounds = drain_rounds(conf, engine->conf.burst);
	worker->n_queues = conf->n_queues;
	memcpy(worker->queues, conf->queues, sizeof(worker->queues));
	memcpy(worker->peers, engine->conf.peers, sizeof(worker->peers));
	memcpy(worker->tx_queues, conf->tx_queues, sizeof(worker->tx_queues));
	engine->blocks[engine->n_workers] = conf->stats;
	engine->workers[engine->n_workers++] = worker;
	return 0;
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

static int
check_views(const struct engine *engine, struct base_err *err)
{
	for (uint32_t i = 0; i < engine->n_workers; i++) {
		if (atomic_load_explicit(&engine->workers[i]->view, memory_order_relaxed) == NULL)
			return base_fail(err, BASE_EXIT_FAILURE, EINVAL,
				"lcore %u has no view of the policy", engine->workers[i]->lcore);
	}
	return 0;
}

int
engine_start(struct engine *engine, struct base_err *err)
{
	struct engine_worker *worker;
	int rc = check_views(engine, err);

	if (rc < 0)
		return rc;
	atomic_store_explicit(&engine->command, ENGINE_RUN, memory_order_relaxed);
	for (uint32_t i = 0; i < engine->n_workers; i++) {
		worker = engine->workers[i];
		rc = rte_eal_remote_launch(engine_worker_run, worker, worker->lcore);
		if (rc < 0) {
			engine_halt(engine);
			rte_eal_mp_wait_lcore();
			return base_fail(err, BASE_EXIT_FAILURE, EBUSY, "lcore %u cannot start: %s",
				worker->lcore, rte_strerror(-rc));
		}
	}
	return 0;
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

bool
engine_has_ended(const struct engine *engine)
{
	return running(engine) == NULL;
}

int
engine_wait(const struct engine *engine, uint64_t limit_ns, struct base_err *err)
{
	const struct timespec nap = {.tv_nsec = 100000};
	uint64_t begin = base_clock_ns();
	const struct engine_worker *last;

	while ((last = running(engine)) != NULL) {
		if (base_clock_ns() - begin >= limit_ns)
			return base_fail(err, BASE_EXIT_FAILURE, ETIMEDOUT,
				"lcore %u did not end within %" PRIu64 " ms", last->lcore,
				limit_ns / 1000000);
		nanosleep(&nap, NULL);
	}
	for (uint32_t i = 0; i < engine->n_workers; i++)
		rte_eal_wait_lcore(engine->workers[i]->lcore);
	return 0;
}

static uint64_t
sum(const struct engine *engine, uint32_t counter)
{
	return stats_sum(engine->blocks, engine->n_workers, engine->conf.stats_base + counter);
}

uint64_t
engine_read_port(const struct engine *engine, uint16_t port, enum engine_port_counter counter)
{
	return sum(engine, ENGINE_NB_COUNTERS + port * ENGINE_NB_PORT_COUNTERS + counter);
}

void
engine_read_totals(const struct engine *engine, struct engine_totals *out)
{
	*out = (struct engine_totals){.passed = sum(engine, ENGINE_PASSED),
		.replied = sum(engine, ENGINE_REPLIED),
		.dropped = sum(engine, ENGINE_DROPPED),
		.cycles = sum(engine, ENGINE_CYCLES)};
	for (uint16_t port = 0; port < ENGINE_PORTS_MAX; port++) {
		out->received += engine_read_port(engine, port, ENGINE_PORT_RX);
		out->sent += engine_read_port(engine, port, ENGINE_PORT_TX);
		out->refused += engine_read_port(engine, port, ENGINE_PORT_REFUSED);
	}
}

int
engine_check(const struct engine *engine, const struct stats_set *reasons, struct base_err *err)
{
	uint64_t ended = stats_sum_set(engine->blocks, engine->n_workers, reasons);
	struct engine_totals t;

	engine_read_totals(engine, &t);
	if (t.received == ended && t.received == t.passed + t.replied + t.dropped &&
		t.passed + t.replied == t.sent + t.refused)
		return 0;
	return base_fail(err, BASE_EXIT_FAILURE, EPROTO,
		"packets are not all accounted for: received %" PRIu64 ", reasons %" PRIu64
		", passed %" PRIu64 " + replied %" PRIu64 " + dropped %" PRIu64 ", sent %" PRIu64
		" + refused %" PRIu64,
		t.received, ended, t.passed, t.replied, t.dropped, t.sent, t.refused);
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
	while (engine->n_workers > 0)
		place_free(engine->workers[--engine->n_workers]);
	free(engine);
}

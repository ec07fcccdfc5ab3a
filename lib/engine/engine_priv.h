/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef ENGINE_PRIV_H
#define ENGINE_PRIV_H

#include "engine.h"

#include <stdatomic.h>

/* Indices into the set `engine`. */
enum engine_counter {
	ENGINE_PASSED,
	ENGINE_REPLIED,
	ENGINE_DROPPED,
	ENGINE_CYCLES,
	ENGINE_NB_COUNTERS
};

/* What the main lcore wants; it only grows while a loop runs. */
enum engine_command {
	ENGINE_RUN,
	ENGINE_DRAIN,
	ENGINE_HALT
};

/* One lcore's loop. Immutable while it runs, but for what says who writes it. */
struct engine_worker {
	_Atomic(const struct policy_view *) view; /* control: wo, this lcore: ro */
	const _Atomic int *command;		  /* control: wo, lcores: ro; enum engine_command */
	struct classify *classify;
	struct stats_block *stats; /* this lcore: wo */
	uint32_t stats_base;
	uint32_t port_base; /* of the counters by port, ENGINE_NB_PORT_COUNTERS each */
	unsigned int lcore;
	int frame_field;
	uint64_t frame; /* this lcore: number of the last one received */
	enum conf_idle idle;
	uint32_t idle_rounds;  /* this lcore: rounds without a packet, one after the other */
	uint32_t drain_rounds; /* at most so many at the end */
	uint16_t burst;
	uint16_t n_queues;
	struct engine_queue queues[ENGINE_QUEUES_MAX];
	uint16_t peers[ENGINE_PORTS_MAX];
	uint16_t tx_queues[ENGINE_PORTS_MAX];
};

struct engine {
	struct engine_conf conf;
	_Atomic int command;
	uint32_t n_workers;
	struct engine_worker *workers[RTE_MAX_LCORE];
	const struct stats_block *blocks[RTE_MAX_LCORE];
};

/* An lcore's loop, as rte_eal_remote_launch() wants it; ends on a command. */
int engine_worker_run(void *arg);

/* A round without a packet: spins, pauses or sleeps a little. */
void engine_idle(struct engine_worker *worker);

/* Before the first round: what short sleeps need of the kernel. */
void engine_idle_begin(const struct engine_worker *worker);

#endif

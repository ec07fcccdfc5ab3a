/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef COST_H
#define COST_H

/**
 * @file
 * Where what rooms say of their memory meets the plan: the same numbers for `weir plan`, `weir run`
 * and `weir replay`. Nothing here needs EAL to be up.
 */

#include "plan.h"
#include "policy.h"
#include "port.h"
#include "stats.h"

#include <stdint.h>

#define COST_LOG_RECORDS \
	2047 /* of a replay's ring: the writer takes 32 at a time, the lcore waits */

/** The counters of every lcore, and where those of each room begin. */
struct cost_counters {
	struct stats_layout layout;
	uint32_t classify_base, engine_base, qlog_base;
};

/** Makes the layout; counters are zero to begin with. */
void cost_count(struct cost_counters *counters);

/** What costs are told from. */
struct cost_input {
	const struct plan *plan;
	const struct policy *policy;
	uint32_t longest; /**< octets of the longest frame of a capture; 0: not known, or a run */
	uint32_t preload[CONF_PORTS_MAX]; /**< from cost_look(): mbufs that a port's device takes
					     for good */
};

/** Looks at what costs are told from beyond plan and policy: captures that devices load. */
void cost_look(struct cost_input *in);

/**
 * What a port is asked for; devargs are those of the INI, "" for a replay's.
 *
 * @return mbufs that its device, queues, bursts and caches hold at most
 */
uint32_t cost_port(const struct cost_input *in, uint32_t port, struct port_conf *out);

/** Whether every pool holds what its port needs: 0; -EINVAL, [pool] mbufs is too small. */
int cost_check(const struct cost_input *in, struct base_err *err);

/** All that will be allocated, for plan_fill(). */
void cost_tell(const struct cost_input *in, struct plan_cost *out);

#endif

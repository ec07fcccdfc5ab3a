/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef CLASSIFY_STAGE_PRIV_H
#define CLASSIFY_STAGE_PRIV_H

/** @file A classifier on its way through the stages of a burst. */

#include "classify_stage.h"
#include "stats.h"

#include <rte_branch_prediction.h>
#include <rte_cycles.h>

#include <stdbool.h>

/* Of so many bursts one is timed: a power of two. */
#define CLASSIFY_SAMPLE 64

/* Behind the cycles by stage. */
enum {
	CLASSIFY_STAGE_PACKETS = CLASSIFY_STAGE_COUNT,
	CLASSIFY_STAGE_AT,
	CLASSIFY_STAGE_COUNTERS
};

struct classify_watch {
	struct stats_block *stats;
	uint32_t base;	/* of the set `stage` */
	uint32_t burst; /* bursts so far */
	uint64_t since; /* the stage that is timed began */
	bool is_timed;	/* this burst is */
	uint8_t stage;
};

/* Before the stages of a burst of n packets. */
static inline void
classify_watch_burst(struct classify_watch *watch, uint16_t n)
{
	watch->is_timed = (watch->burst++ & (CLASSIFY_SAMPLE - 1)) == 0;
	if (likely(!watch->is_timed))
		return;
	stats_add(watch->stats, watch->base + CLASSIFY_STAGE_PACKETS, n);
	watch->stage = CLASSIFY_STAGE_COUNT;
}

/* A stage begins, and with CLASSIFY_STAGE_COUNT none: the one before is over. */
static inline void
classify_enter(struct classify_watch *watch, enum classify_stage stage)
{
	uint64_t now;

	if (stage != CLASSIFY_STAGE_COUNT)
		stats_set(watch->stats, watch->base + CLASSIFY_STAGE_AT, stage);
	if (likely(!watch->is_timed))
		return;
	now = rte_rdtsc();
	if (watch->stage != CLASSIFY_STAGE_COUNT)
		stats_add(watch->stats, watch->base + watch->stage, now - watch->since);
	watch->stage = (uint8_t)stage;
	watch->since = now;
}

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef CLASSIFY_STAGE_H
#define CLASSIFY_STAGE_H

/**
 * @file
 * The stages of a burst: where a classifier is, and the time that each takes. Of 64 bursts one is
 * timed; the others cost a store and a test not taken for each stage.
 *
 * Threads: a classifier writes into its lcore's counters, any thread reads.
 * Memory: that of the counters.
 * Hot path: the writing side, in classify_stage_priv.h.
 */

#include "stats.h"

#include <stdint.h>

/** In the order in which a burst goes through them. */
#define CLASSIFY_STAGES(X) \
	X(decode)          \
	X(observe)         \
	X(group)           \
	X(match)           \
	X(scan)            \
	X(decide)          \
	X(sample)          \
	X(act)             \
	X(account)

enum classify_stage {
#define X(name) CLASSIFY_STAGE_##name,
	CLASSIFY_STAGES(X)
#undef X
	CLASSIFY_STAGE_COUNT
};

/** The word for a stage. */
const char *classify_stage_name(enum classify_stage stage);

/** What was measured on one lcore. */
struct classify_times {
	uint64_t packets;		       /**< of the bursts that were timed */
	uint64_t cycles[CLASSIFY_STAGE_COUNT]; /**< of the TSC, spent on these */
};

/**
 * Adds the set `stage` to a layout: cycles by stage, then the packets of the timed bursts and the
 * stage that the classifier is in, or was in last; returns the base.
 */
uint32_t classify_stage_stats(struct stats_layout *layout);

/** Reads what an lcore measured. @param base from the layout's set `stage` */
void classify_stage_times(
	const struct stats_block *stats, uint32_t base, struct classify_times *out);

/** The stage that an lcore's classifier is in, or was in last; the same base. */
enum classify_stage classify_stage_at(const struct stats_block *stats, uint32_t base);

#endif

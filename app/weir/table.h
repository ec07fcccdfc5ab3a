/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef TABLE_H
#define TABLE_H

/**
 * @file
 * The table of `weir run --stats`: what packets, lcores, rings, ports and pools did, in lines of at
 * most 80 columns. Made from two looks at the counters; docs/tuning.md says how to read it.
 *
 * Threads: one. Memory: the caller's. Nothing here asks DPDK.
 */

#include "classify_stage.h"
#include "engine.h"
#include "port.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define TABLE_COLUMNS 80

/** Packets that share a fate or a reason. */
struct table_row {
	const char *word;
	uint64_t packets;
	bool always; /**< shown although it is 0 */
};

struct table_lcore {
	struct engine_lcore did;
	struct classify_times times; /**< where it classifies */
};

#define TABLE_XSTAT_MAX 64 /* as ethdev's */

/** What a device counts by itself, under a name of its own. */
struct table_xstat {
	char name[TABLE_XSTAT_MAX];
	uint64_t value; /**< not 0 */
};

struct table_port {
	const char *name;
	uint32_t n_xstats, max_xstats; /**< shown, of these there is room for */
	struct table_xstat *xstats;
	struct port_counters counters;
	uint64_t refused;     /**< packets that the device did not take: freed */
	uint64_t unfit;	      /**< of these: longer than it sends, or in more mbufs than it takes */
	uint64_t down;	      /**< of these: its link was down */
	uint32_t mbufs, free; /**< of its pool, caches of lcores counted as free */
};

/** One look at the counters. Two looks at the same program have the same rows, lcores and so on. */
struct table_look {
	uint64_t at_ns;
	uint32_t n_rows, n_lcores, n_rings, n_ports;
	struct table_row *rows;
	struct table_lcore *lcores;
	struct engine_ring *rings;
	struct table_port *ports;
};

#define TABLE_NUMBER_MAX 8

/** A number in at most 7 characters: 9999999, then 12.35M, 123.5G … */
const char *table_number(uint64_t n, char out[TABLE_NUMBER_MAX]);

/**
 * Writes the table.
 *
 * @param begin_ns when the run began
 * @param before the look before; rates and shares are those of the time between the two
 */
void table_write(uint64_t begin_ns, const struct table_look *before, const struct table_look *now,
	FILE *out);

#endif

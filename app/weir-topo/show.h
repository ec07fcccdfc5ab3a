/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef SHOW_H
#define SHOW_H

/** @file The two ways in which weir-topo shows what it found. */

#include "topo_advice.h"
#include "topo_latency.h"

#include <stdio.h>

/** All there is to show. */
struct found {
	const struct topo *topo;
	const struct topo_advice_list *advice;
	const struct topo_latency *latency; /**< NULL: not measured */
	double lookups;			    /**< a second, whose cost on a wrong node is told */
};

/** Milliseconds of stall in a second that `lookups` dependent loads cost beside local ones; NaN
 * where the node has no memory of its own to compare with. */
double show_stall_ms(const struct found *found, int cpu_node, int memory_node);

/** For people. */
void show_text(const struct found *found, FILE *out);

/** For machines: 0, or -ENOMEM. Warnings and advice are in it. */
int show_json(const struct found *found, FILE *out);

#endif

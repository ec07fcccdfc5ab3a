/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef PLAN_SHOW_H
#define PLAN_SHOW_H

/** @file A plan for people and for machines. */

#include "plan.h"

#include <stdio.h>

/** Prints the effective map: PORT RXQ LCORE CPU NODE(port) NODE(cpu) SMT-SIBLING ISOLATED. */
void plan_show_map(const struct plan *plan, FILE *out);

/** Prints all of a plan that plan_fill() filled, notes left aside. */
void plan_show(const struct plan *plan, FILE *out);

/**
 * Prints it as JSON, notes included.
 *
 * @return 0, -ENOMEM
 */
int plan_show_json(const struct plan *plan, FILE *out);

/** "yes", "no", or "part" of an lcore's CPUs are isolated. */
const char *plan_isolated_word(const struct plan *plan, const struct plan_lcore *lcore);

/** The threads that share a core with an lcore's CPUs: "8,10"; "-": none; for free(3). */
char *plan_siblings_text(const struct plan *plan, const struct plan_lcore *lcore);

/** The CPUs of an lcore: "2", "0-3"; for free(3). */
char *plan_lcore_cpus_text(const struct plan_lcore *lcore);

/** The lcores that an lcore feeds: "3-5"; "-": none; for free(3). */
char *plan_feeds_text(const struct plan_lcore *lcore);

/** What a ring is for: "packets", "by-pass". */
const char *plan_ring_word(const struct plan_ring *ring);

/** "poll", "send", "ring". */
const char *plan_edge_word(enum plan_edge_kind kind);

/** "device", "INI", "lcore": where a port's node was learnt. */
const char *plan_node_from_word(enum plan_node_from from);

/** For whom an object is: "lcore 1", "port lan", "node 0", "process"; returns text. */
const char *plan_owner_text(
	const struct plan *plan, const struct plan_object *object, char text[64]);

#endif

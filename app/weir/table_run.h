/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef TABLE_RUN_H
#define TABLE_RUN_H

/**
 * @file
 * The table of `weir run --stats N`, filled from a program that runs: on a terminal it is written
 * over again and again, elsewhere one table follows the other.
 *
 * Threads: the main one; it only reads what lcores count.
 * Memory: the heap's.
 */

#include "boot.h"

struct table_run;

/**
 * Takes a first look.
 *
 * @param xstats with what each device counts by itself
 * @param out NULL on failure
 * @return 0, -ENOMEM
 */
int table_run_new(
	const struct boot *boot, bool xstats, struct table_run **out, struct base_err *err);

/** Prints the table on standard output. @param table a struct table_run: as control_every() wants
 * it */
void table_run_print(void *table);

/** Frees; NULL is fine. */
void table_run_free(struct table_run *table);

#endif

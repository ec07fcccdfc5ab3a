/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef CHECK_EXPRS_H
#define CHECK_EXPRS_H

/** @file The expressions of lists of format regex, compiled to see what is wrong with them. */

#include "conf.h"
#include "lists.h"

#include <stdio.h>

#ifdef WEIR_PATTERNS

/** Prints what came of them; `kept`: the rules of each list that has any, else NULL. Exit status.
 */
int check_exprs(const struct conf *conf, struct lists_rules **kept);

#else

static inline int
check_exprs(const struct conf *conf, struct lists_rules **kept)
{
	for (uint32_t i = 0; i < conf->n_lists; i++) {
		if (kept[i] != NULL)
			fprintf(stderr,
				"warning: list %s: built without Hyperscan: its expressions are "
				"not looked at, and nothing could run it\n",
				conf->lists[i].sect.name);
	}
	return BASE_EXIT_OK;
}

#endif

#endif

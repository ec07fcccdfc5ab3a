/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef PATTERNS_H
#define PATTERNS_H

/** @file `weir patterns`: expressions and names, matched and measured. */

#include "lists.h"
#include "pat.h"

/** Expressions of a file, and names. */
struct patterns {
	const char *command; /**< "weir patterns" */
	const char *path;
	const char *cache_dir;	  /**< NULL: none */
	struct lists_rules *list; /**< read from path */
	char **names;		  /**< as they were given */
	char **texts;		  /**< as pat_text() makes them */
	uint32_t nb_names, cap_names;
};

/** The first nb expressions of the list, compiled. */
int patterns_compile(const struct patterns *patterns, uint32_t nb, const char *cache_dir,
	struct pat_source **out, struct base_err *err);

/** Prints a table of costs by the number of expressions; 0 or -errno with err. */
int patterns_bench(const struct patterns *patterns, struct base_err *err);

/**
 * ns a name that PCRE2 takes to match the first nb expressions one by one, with its compiler to
 * machine code; < 0: built without.
 */
double patterns_pcre2(const struct patterns *patterns, uint32_t nb);

#endif

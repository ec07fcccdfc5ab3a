/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef PAT_SCAN_H
#define PAT_SCAN_H

/**
 * @file
 * A burst of names against all expressions.
 *
 * Names are joined by newlines and scanned at once: a prefilter that may hold too many names to be
 * matched (`[^.]` crosses a newline) and never one too few. Each name in which a match ended is
 * then scanned alone, and only that counts. Where it is cheaper, as measured when the source was
 * built, every name is scanned alone at once.
 *
 * Threads: the lcore that the scratch belongs to. Memory: none is allocated.
 * Hot path: all of it.
 */

#include "base_set.h"
#include "pat.h"

#include <stdint.h>

#define PAT_BURST_MAX 64
#define PAT_NONE      UINT32_MAX /* no rule */
#define PAT_TEXT_MAX  1016	 /* octets of any name's text: 253 octets, each `\ddd`, and more */

/** A name to scan. */
struct pat_name {
	const uint8_t *wire;		 /**< canonical, uncompressed */
	const struct base_set *deciding; /**< lists whose rules may decide on it */
};

/** What matched. */
struct pat_hit {
	struct base_set lists; /**< those with an expression that matched */
	uint32_t rule;	       /**< the first that matched of a list that decides; PAT_NONE */
	bool failed;	       /**< the scan did: what is said here may lack something */
};

/**
 * The text of a name.
 *
 * @param wire canonical, uncompressed
 * @param text takes at most PAT_TEXT_MAX octets, no NUL
 * @return octets; 0 for the root
 */
uint32_t pat_text(const uint8_t *wire, char *text);

/**
 * Scans a burst.
 *
 * @param scratch of the calling lcore, made from the same source as the database
 * @param n at most PAT_BURST_MAX
 * @param hits takes n results
 */
void pat_scan_burst(const struct pat_db *db, struct pat_scratch *scratch,
	const struct pat_name names[], uint16_t n, struct pat_hit hits[]);

#endif

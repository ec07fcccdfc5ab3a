/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef STATS_H
#define STATS_H

/**
 * @file
 * Counters with one writer each: every lcore has a block of its own on its node, a reader sums
 * them.
 *
 * Threads: a layout belongs to whoever makes it; a block's counters are written by one lcore and
 * read by any thread. Memory: a block is one memzone `weir_stats_LCORE` on the writing lcore's
 * node, through place. Hot path: stats_add() only.
 */

#include "base_err.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STATS_SETS_MAX 32

/** Counters that belong together. */
struct stats_set {
	const char *name;
	const char *const *names; /**< one a counter; NULL: they are numbered from 0 */
	uint32_t first;		  /**< index of its first counter in a block */
	uint32_t n;
};

/** What stands where in every block of the process. Zero to begin with. */
struct stats_layout {
	uint32_t n_sets;
	uint32_t n_counters;
	bool full; /**< a set found no room: stats_block_new() refuses the layout */
	struct stats_set sets[STATS_SETS_MAX];
};

/** The counters of one lcore. */
struct stats_block {
	uint32_t n;				 /**< counters */
	unsigned int lcore;			 /**< the one that writes */
	_Alignas(64) _Atomic uint64_t counter[]; /**< the lcore: rw, others: ro */
};

/**
 * Adds a set of counters behind those that are there.
 *
 * @param name of the set; borrowed, as names are, for the life of the layout
 * @param names one a counter, or NULL: they are numbered
 * @param n how many
 * @return index of the first; when there is no room 0, and layout->full is set
 */
uint32_t stats_layout_add(
	struct stats_layout *layout, const char *name, const char *const *names, uint32_t n);

/** The set of that name, or NULL. */
const struct stats_set *stats_layout_find(const struct stats_layout *layout, const char *name);

/** Octets that a block takes. */
size_t stats_bytes(const struct stats_layout *layout);

/**
 * Makes an lcore's block, all counters 0.
 *
 * @param layout complete: sets added later are not in the block
 * @param lcore the one that will write
 * @param node its NUMA node
 * @param out the block, NULL on failure
 * @return 0; -EEXIST: the lcore has one; -ENOMEM; -ENOSPC: the layout is full
 */
int stats_block_new(const struct stats_layout *layout, unsigned int lcore, int node,
	struct stats_block **out, struct base_err *err);

/** Frees a block; NULL is fine. Its lcore no longer writes. */
void stats_block_free(struct stats_block *block);

/** Adds n to a counter: the block's own lcore alone may. */
static inline void
stats_add(struct stats_block *block, uint32_t index, uint64_t n)
{
	_Atomic uint64_t *counter = &block->counter[index];

	atomic_store_explicit(counter, atomic_load_explicit(counter, memory_order_relaxed) + n,
		memory_order_relaxed);
}

/** Sets what is no sum but a state: the block's own lcore alone may. */
static inline void
stats_set(struct stats_block *block, uint32_t index, uint64_t value)
{
	atomic_store_explicit(&block->counter[index], value, memory_order_relaxed);
}

/** A counter as it stands; any thread. */
static inline uint64_t
stats_get(const struct stats_block *block, uint32_t index)
{
	return atomic_load_explicit(&block->counter[index], memory_order_relaxed);
}

/** The sum of one counter over n blocks. */
uint64_t stats_sum(const struct stats_block *const *blocks, uint32_t n, uint32_t index);

/** The sum of all counters of a set over n blocks. */
uint64_t stats_sum_set(
	const struct stats_block *const *blocks, uint32_t n, const struct stats_set *set);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef PLACE_PRIV_H
#define PLACE_PRIV_H

#include "place.h"

/** @file What the files of this room share. */

/** Octets of a pool's element (its mbuf, without the pool's own header), and the pool's flags. */
uint32_t place_pool_element(const struct place_pool *pool, unsigned *flags);

/** The elements that EAL's heaps have given away, by address. */
struct place_heap {
	struct place_extent *extents;
	uint32_t nb, cap;
};

/** Octets given away by each node's heap, in the order of rte_socket_id_by_idx(). */
struct place_charge {
	uint64_t bytes[PLACE_NODES_MAX];
};

/** Reads the heaps; -ENOMEM or -EPROTO (a heap that does not read as it should), told in err. */
int place_heap_read(struct place_heap *heap, struct base_err *err);

void place_heap_clear(struct place_heap *heap);

/**
 * What `after` holds and `before` does not.
 *
 * @param fresh allocated here; clear it
 * @return 0 or -ENOMEM
 */
int place_heap_diff(
	const struct place_heap *before, const struct place_heap *after, struct place_heap *fresh);

/**
 * Strikes entries of DPDK's own lists: of rings, of tables, of pools and their chunks. They come
 * from rte_zmalloc(), which knows no node but the calling thread's: small, and not on `node`.
 */
void place_heap_strike_entries(struct place_heap *heap, int node);

/** Reads EAL's statistics of every node. */
void place_charge_read(struct place_charge *charge);

/** A ledger line and what only this room needs of it. */
struct place_line {
	struct place_entry entry;
	struct place_heap heap; /* owner of entry.extents */
	struct place_charge charge;
	void *object;
	void (*unmake)(void *object);
	bool is_listed; /* as of place_maker */
	struct place_line *next;
};

/** Asks the kernel about one line and fills what place_entry says of it. */
int place_line_verify(struct place_line *line, struct base_err *err);

/** The sentence for an object that could not be had; returns -error. */
int place_fail(const struct place_what *what, const struct place_maker *maker, int error,
	struct base_err *err);

/** Whether EAL has that node; -ENODEV and a sentence if not. */
int place_node_check(const struct place_what *what, uint64_t bytes, struct base_err *err);

#endif

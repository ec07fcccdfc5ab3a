/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef NETS_H
#define NETS_H

/**
 * @file
 * Prefixes to numbers: the longest prefix that covers an address, also where it counts on one VLAN
 * alone, or the union of the lists of all prefixes that cover it.
 *
 * Threads: one thread builds; what is built is immutable and any thread looks it up.
 * Memory: a source is malloc(3)'s, a table lies on the node it was built for, through place.
 * Hot path: nets_lookup_burst().
 *
 * Whole addresses, prefixes bound to a VLAN, and lengths of which there are very many stand in a
 * hash, which is asked once for each of their lengths; all others in rte_fib and rte_fib6, which
 * are asked once for all of theirs.
 */

#include "base_addr.h"
#include "base_err.h"
#include "base_set.h"
#include "place.h"

#include <stdbool.h>
#include <stdint.h>

#define NETS_BURST_MAX 64
#define NETS_NONE      0xffff /**< the value of no prefix */

struct nets;
struct nets_source;

/** A prefix and what it stands for. */
struct nets_rule {
	struct base_prefix prefix;
	uint16_t vlan;	/**< it counts on that VLAN alone; 0: everywhere */
	uint16_t value; /**< below NETS_NONE; of NETS_SETS below BASE_SET_MAX */
};

/** What the value that is found means. */
enum nets_kind {
	NETS_NUMBERS, /**< that of the longest prefix; on the same length one bound to the VLAN goes
			 first; of equal prefixes the first rule's */
	NETS_SETS,    /**< the number of a set (nets_set()): the values of all prefixes that cover
			 the address and count everywhere; none is bound to a VLAN */
};

/** Rules, by index. */
struct nets_rules {
	enum nets_kind kind;
	uint32_t nb;
	void (*get)(const void *arg, uint32_t index, struct nets_rule *out);
	const void *arg;
};

/** Octets of a table's parts on its node; 0: there is no such part. */
struct nets_parts {
	uint64_t head, hash4, hash6, fib4, fib6;
};

/** Where a table goes. */
struct nets_spec {
	const char *name; /**< leads the names in the ledger: "clients", then the owner, the part */
	int node;
	struct place_owner owner;
};

/** An address to look up. */
struct nets_query {
	const uint8_t *addr; /**< 4 or 16 octets, network order, at any alignment */
	uint8_t family;	     /**< 4 or 6; anything else finds nothing */
	uint16_t vlan;	     /**< it came by; 0: none */
};

/** What is found. */
struct nets_hit {
	uint16_t value; /**< NETS_NONE: no prefix covers it */
	int16_t bits;	/**< of the prefix; -1: none */
	bool is_bound;	/**< the prefix counts on this VLAN alone */
};

/**
 * Sorts rules, unites what equal and longer prefixes are to bear, and decides on what goes where.
 *
 * @param out NULL on failure
 * @return 0; -ENOMEM; -E2BIG: more than 65534 different sets
 */
int nets_source_build(
	const struct nets_rules *rules, struct nets_source **out, struct base_err *err);

/** Frees a source; NULL is fine. */
void nets_source_free(struct nets_source *source);

/**
 * Looks one address up without a table, as nets_lookup_burst() would: a binary search for each
 * length. Not the hot path.
 *
 * @param source of NETS_NUMBERS
 */
struct nets_hit nets_source_find(const struct nets_source *source, const struct nets_query *query);

/** Octets that nets_build() will take, by part. */
void nets_parts(const struct nets_source *source, struct nets_parts *out);

/**
 * Builds a table.
 *
 * @param out NULL on failure
 * @return 0, or what place's calls return
 */
int nets_build(const struct nets_source *source, const struct nets_spec *spec, struct nets **out,
	struct base_err *err);

/** Frees a table; NULL is fine. */
void nets_free(struct nets *nets);

/**
 * Looks a burst up.
 *
 * @param n at most NETS_BURST_MAX
 * @param hits takes n results
 */
void nets_lookup_burst(const struct nets *nets, const struct nets_query queries[], uint16_t n,
	struct nets_hit hits[]);

/** The set of a value that a table of NETS_SETS gave. */
const struct base_set *nets_set(const struct nets *nets, uint16_t value);

#endif

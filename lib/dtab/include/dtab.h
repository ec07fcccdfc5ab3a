/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef DTAB_H
#define DTAB_H

/**
 * @file
 * The domain table: from the suffixes of a name to the lists that have rules for them.
 *
 * Rules of all lists are grouped by name once, in ordinary memory (struct dtab_source); from that,
 * as many replicas as wanted are built, each on its own node (struct dtab): a hash table of keyed
 * 128-bit fingerprints with a filter in front. Names themselves are not kept.
 *
 * Threads: a source and a replica are read-only once built; any thread may read them.
 * Memory: a source from malloc(3), a replica through `place`; a lookup allocates nothing.
 * Hot path: dtab_lookup_burst(), no other function.
 */

#include "base_cancel.h"
#include "base_err.h"
#include "base_set.h"
#include "dns_fp.h"
#include "dns_name.h"
#include "place.h"

#include <stdint.h>

/** Which names a rule is about. */
enum dtab_kind {
	DTAB_EXACT,   /**< the name */
	DTAB_SUBTREE, /**< the name and everything below it */
	DTAB_BELOW,   /**< everything below the name, not itself */
	DTAB_NB_KINDS,
};

/** The order inside an adblock list, the strongest first; other lists have blocks alone. */
enum dtab_class {
	DTAB_IMPORTANT_EXCEPTION,
	DTAB_IMPORTANT_BLOCK,
	DTAB_EXCEPTION,
	DTAB_BLOCK,
	DTAB_NB_CLASSES,
};

#define DTAB_ACTION_LIST 0xff	    /* a rule without an action of its own: its list's */
#define DTAB_NONE	 UINT32_MAX /* no rule */

/** One rule, as the table takes it. */
struct dtab_rule {
	const uint8_t *name; /**< canonical wire name, uncompressed; NULL: the rule is about no
				  name, and not the table's */
	uint8_t name_len;    /**< octets, the root's included */
	uint8_t list;
	uint8_t kind;	/**< enum dtab_kind */
	uint8_t class;	/**< enum dtab_class */
	uint8_t action; /**< its own action, or DTAB_ACTION_LIST */
	uint16_t cond;	/**< a condition, 0: none; means nothing here */
	uint32_t data;	/**< of its own action: 1 + offset in the rules' data, 0: none */
};

/** All rules, list 0 first, each list in the order of its lines. Borrowed while a source lives. */
struct dtab_rules {
	uint32_t nb; /**< below DTAB_NONE */
	void (*get)(const void *arg, uint32_t index, struct dtab_rule *rule);
	const void *arg;
	const uint8_t *data; /**< octets that rules point into; they mean nothing here */
	uint32_t data_bytes;
	const struct base_cancel *cancel; /**< of the grouping; NULL: it goes to its end */
};

/** A rule that is more than "this list names it": a condition, an own action, another class. */
struct dtab_extra {
	uint8_t list;
	uint8_t kind;	/**< enum dtab_kind */
	uint8_t class;	/**< enum dtab_class */
	uint8_t action; /**< its own action, or DTAB_ACTION_LIST */
	uint16_t cond;	/**< 0: none */
	uint16_t zero;	/**< compared as octets: no padding */
	uint32_t data;	/**< 1 + offset in dtab_data(), 0: none */
};

/**
 * What is known of a name; equal details are stored once. Of two rules that differ in nothing but
 * their action the first stands.
 */
struct dtab_details {
	struct base_set exact;	 /**< lists with an unconditional block of that kind … */
	struct base_set subtree; /**< … whose action is the list's own */
	struct base_set below;
	const struct dtab_extra *extras; /**< all other rules of the name, list 0 first */
	uint32_t nb_extras;
} __attribute__((aligned(64)));

struct dtab_source;

/** What the size of a replica follows from. */
struct dtab_counts {
	uint32_t names;	      /**< different ones */
	uint32_t filter_keys; /**< names, and last two labels that are none; at most 2 * names */
	uint32_t details;     /**< different ones */
	uint32_t extras;
	uint32_t data_bytes;
};

/**
 * Groups rules by name.
 *
 * @param rules must outlive the source
 * @param key under which names are fingerprinted, here and in every query
 * @return 0; -EINVAL: a rule without a valid name, list or kind (told in err, BASE_EXIT_FAILURE);
 *         -ENOMEM (BASE_EXIT_UNAVAILABLE); -ECANCELED (BASE_EXIT_FAILURE)
 */
int dtab_source_build(const struct dtab_rules *rules, const struct dns_fp_key *key,
	struct dtab_source **out, struct base_err *err);

void dtab_source_free(struct dtab_source *source);

void dtab_source_counts(const struct dtab_source *source, struct dtab_counts *counts);

/** Octets of ordinary memory that the source takes. */
uint64_t dtab_source_bytes(const struct dtab_source *source);

/**
 * The rules of a name, for people: the way back from a hit to its lines.
 *
 * @param name_id of a hit
 * @param rules gets the indices of its rules, ascending
 * @return how many
 */
uint32_t dtab_source_rules(
	const struct dtab_source *source, uint32_t name_id, const uint32_t **rules);

/** The first rule of a name with the list, kind, class and cond of `like`, or DTAB_NONE. */
uint32_t dtab_source_find(
	const struct dtab_source *source, uint32_t name_id, const struct dtab_extra *like);

struct dtab;

/** Where a replica is to be, for whom, and how. */
struct dtab_spec {
	int node;
	struct place_owner owner;
	unsigned filter_bits;		  /**< of the filter for each of its keys; 0: no filter */
	const struct base_cancel *cancel; /**< NULL: it is built to its end */
};

/**
 * Builds a replica.
 *
 * @param out for dtab_free(); holds nothing of the source
 * @return 0, or what `place` says when the node has no room (told in err); -ECANCELED
 */
int dtab_build(const struct dtab_source *source, const struct dtab_spec *spec, struct dtab **out,
	struct base_err *err);

void dtab_free(struct dtab *dtab);

/** Octets of a replica's parts, each an object of its own in the ledger: "dtab lcore 1 filter". */
struct dtab_parts {
	uint64_t details;
	uint64_t filter; /**< 0: none */
	uint64_t table;
};

/** What a replica takes on its node, part by part; may be asked before EAL is up. */
void dtab_parts(const struct dtab_counts *counts, unsigned filter_bits, struct dtab_parts *out);

/** All of them together. */
uint64_t dtab_bytes(const struct dtab_counts *counts, unsigned filter_bits);

/** The octets that rules point into, on the replica's node. */
const uint8_t *dtab_data(const struct dtab *dtab);

#define DTAB_BURST_MAX 64

/** A name to look up. */
struct dtab_query {
	const struct dns_fp *fps; /**< as dns_fp_suffixes() leaves them, labels + 1 of them */
	uint8_t labels;		  /**< 0 to DNS_LABELS_MAX */
};

/** A suffix of the name that has rules. */
struct dtab_hit {
	const struct dtab_details *details;
	uint32_t name_id;
	uint8_t labels; /**< of the suffix: the whole name when equal to the query's */
};

/** All of them, the longest suffix first. */
struct dtab_hits {
	const struct dtab_hit *hit;
	uint8_t nb;
};

/** Working memory of one lcore: holds the hits until its next lookup. */
struct dtab_scratch {
	/* What was done, summed over lookups; the lcore's own to read and to reset. */
	uint64_t nb_probed;   /**< suffixes that the filter was asked for */
	uint64_t nb_passed;   /**< of those, not ruled out */
	uint64_t nb_searched; /**< suffixes looked up in the table */
	uint64_t nb_found;    /**< of those, with rules */

	uint32_t nb_hits;
	struct dtab_hit hits[DTAB_BURST_MAX * (DNS_LABELS_MAX + 1)];
};

/**
 * Looks a burst of names up, each with all its suffixes.
 *
 * @param n at most DTAB_BURST_MAX
 * @param scratch of the calling lcore, zeroed once before its first use
 * @param hits takes n results, valid until the next call with this scratch
 */
void dtab_lookup_burst(const struct dtab *dtab, const struct dtab_query queries[], uint16_t n,
	struct dtab_scratch *scratch, struct dtab_hits hits[]);

struct dtab_index;

/**
 * Makes an index over the names of a source, for people: what a replica would find, without one.
 *
 * @param source must outlive it
 * @param out NULL on failure
 * @return 0; -ENOMEM
 */
int dtab_index_new(const struct dtab_source *source, struct dtab_index **out, struct base_err *err);

/** Frees an index; NULL is fine. */
void dtab_index_free(struct dtab_index *index);

/**
 * Looks a name up with all its suffixes.
 *
 * @param hits takes them, the longest suffix first; valid until the next lookup in this index
 * @return how many
 */
uint8_t dtab_index_lookup(struct dtab_index *index, const struct dtab_query *query,
	struct dtab_hit hits[DNS_LABELS_MAX + 1]);

#endif

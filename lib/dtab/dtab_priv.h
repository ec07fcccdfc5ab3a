/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef DTAB_PRIV_H
#define DTAB_PRIV_H

#include "dtab.h"

#include <stdbool.h>

/** @file What the files of this room share. */

struct rte_hash;

/** A growing set of fingerprints, numbered from 0 in the order in which they came. */
struct dtab_fps {
	struct dns_fp *fps;
	uint32_t nb, cap;
	uint32_t *slots;   /* number + 1, 0: free; by dns_fp_hash32(), linear */
	uint32_t nb_slots; /* power of two, at least nb * 4 / 3 */
};

/** Makes an empty set with room for about `hint`; -ENOMEM. */
int dtab_fps_init(struct dtab_fps *set, uint32_t hint);

void dtab_fps_clear(struct dtab_fps *set);

/** Adds a fingerprint unless it is there; *number is set either way. -ENOMEM. */
int dtab_fps_add(struct dtab_fps *set, const struct dns_fp *fp, uint32_t *number);

static inline void
dtab_fps_prefetch(const struct dtab_fps *set, const struct dns_fp *fp)
{
	__builtin_prefetch(&set->slots[dns_fp_hash32(fp) & (set->nb_slots - 1)]);
}

/** Gives the slots back: nothing is added any more. */
void dtab_fps_seal(struct dtab_fps *set);

/** Details before they have a place: extras by range. */
struct dtab_draft {
	struct base_set exact, subtree, below;
	uint32_t extra, nb_extras;
};

/** Interned details and their extras. */
struct dtab_intern {
	struct dtab_draft *drafts;
	struct dtab_extra *extras;
	uint32_t nb_drafts, cap_drafts;
	uint32_t nb_extras, cap_extras;
	uint32_t *slots; /* number + 1, 0: free */
	uint32_t nb_slots;
	uint32_t plain[DTAB_NB_KINDS][BASE_SET_MAX]; /* number + 1 of "that list alone" */
	uint64_t seed;
};

/** Starts a draft behind the interned ones; rules are added in their order, then it is ended. */
int dtab_intern_begin(struct dtab_intern *intern);
int dtab_intern_rule(struct dtab_intern *intern, const struct dtab_rule *rule);
int dtab_intern_end(struct dtab_intern *intern, uint32_t *number);

/** All three at once for a name with a single rule, which most names are. */
int dtab_intern_single(struct dtab_intern *intern, const struct dtab_rule *rule, uint32_t *number);

void dtab_intern_clear(struct dtab_intern *intern);

struct dtab_source {
	struct dtab_rules rules;
	struct dtab_fps names;
	struct dtab_fps twos; /* last two labels of longer names, where those are no names */
	uint32_t *first;      /* nb names + 1: where its rules begin in order[] */
	uint32_t *order;      /* rules by name, ascending */
	uint32_t *details;    /* by name */
	struct dtab_intern intern;
	bool has_root, has_single; /* rules for the root, for single labels */
};

/** A block of the filter: a key sets one bit in each word (split-block Bloom filter). */
struct dtab_block {
	uint32_t word[8];
} __attribute__((aligned(32)));

struct dtab {
	struct rte_hash *table; /* 16-byte fingerprint → details | name_id << 32 */
	const struct dtab_details *details;
	const uint8_t *data;
	struct dtab_block *filter; /* NULL: none */
	uint32_t nb_blocks;
	bool has_root, has_single;
};

typedef uint32_t dtab_lanes __attribute__((vector_size(32)));

/* Odd multipliers, one a word, as in Apache Parquet's filter. */
#define DTAB_SALTS                                                                            \
	(dtab_lanes)                                                                          \
	{                                                                                     \
		0x47b6137bU, 0x44974d91U, 0x8824ad5bU, 0xa2b7289dU, 0x705495c7U, 0x2df1424bU, \
			0x9efc4947U, 0x5c6bfb31U                                              \
	}

static inline struct dtab_block *
dtab_filter_block(const struct dtab *dtab, const struct dns_fp *fp)
{
	return &dtab->filter[(dns_fp_bits64(fp) >> 32) * dtab->nb_blocks >> 32];
}

static inline void
dtab_filter_add(const struct dtab *dtab, const struct dns_fp *fp)
{
	dtab_lanes bits = DTAB_SALTS * (uint32_t)dns_fp_bits64(fp) >> 27;
	struct dtab_block *block = dtab_filter_block(dtab, fp);

	for (int i = 0; i < 8; i++)
		block->word[i] |= UINT32_C(1) << bits[i];
}

/** False: no rule has this name, nor ends in it if it has two labels. */
static inline bool
dtab_filter_has(const struct dtab *dtab, const struct dns_fp *fp)
{
	const dtab_lanes *block = (const dtab_lanes *)dtab_filter_block(dtab, fp);
	dtab_lanes one = {1, 1, 1, 1, 1, 1, 1, 1};
	dtab_lanes bits = one << (DTAB_SALTS * (uint32_t)dns_fp_bits64(fp) >> 27);
	union {
		dtab_lanes lanes;
		uint64_t pair[4];
	} missing = {.lanes = bits & ~*block};

	return (missing.pair[0] | missing.pair[1] | missing.pair[2] | missing.pair[3]) == 0;
}

#endif

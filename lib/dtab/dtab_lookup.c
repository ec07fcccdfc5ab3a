/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "dtab_priv.h"

#include <rte_hash.h>

/* Suffixes on their way into one bulk lookup. Queries come one after the other and each with its
 * longest suffix first, so what is found is already in the order in which it is handed out. */
struct gather {
	const struct dtab *dtab;
	struct dtab_scratch *scratch;
	struct dtab_hits *hits;
	uint32_t nb;
	const void *keys[RTE_HASH_LOOKUP_BULK_MAX];
	hash_sig_t hashes[RTE_HASH_LOOKUP_BULK_MAX];
	uint8_t query[RTE_HASH_LOOKUP_BULK_MAX];
	uint8_t labels[RTE_HASH_LOOKUP_BULK_MAX];
};

static void
gather_search(struct gather *gather)
{
	struct dtab_scratch *scratch = gather->scratch;
	void *data[RTE_HASH_LOOKUP_BULK_MAX];
	uint64_t found = 0;

	if (gather->nb == 0)
		return;
	rte_hash_lookup_with_hash_bulk_data(
		gather->dtab->table, gather->keys, gather->hashes, gather->nb, &found, data);
	scratch->nb_searched += gather->nb;
	gather->nb = 0;
	for (; found != 0; found &= found - 1) {
		int i = __builtin_ctzll(found);
		uint64_t value = (uintptr_t)data[i];
		struct dtab_hits *hits = &gather->hits[gather->query[i]];
		struct dtab_hit *hit = &scratch->hits[scratch->nb_hits++];

		*hit = (struct dtab_hit){.details = &gather->dtab->details[(uint32_t)value],
			.name_id = (uint32_t)(value >> 32),
			.labels = gather->labels[i]};
		if (hits->nb++ == 0)
			hits->hit = hit;
	}
}

static inline void
gather_add(struct gather *gather, const struct dtab_query *query, uint8_t index, uint8_t labels)
{
	uint32_t i = gather->nb++;

	gather->keys[i] = &query->fps[labels];
	gather->hashes[i] = dns_fp_hash32(&query->fps[labels]);
	gather->query[i] = index;
	gather->labels[i] = labels;
	if (gather->nb == RTE_HASH_LOOKUP_BULK_MAX)
		gather_search(gather);
}

/* Rules for the root and for single labels are rare, and no name's last two labels tell of them. */
static inline void
gather_short(struct gather *gather, const struct dtab_query *query, uint8_t index)
{
	if (gather->dtab->has_single && query->labels >= 1)
		gather_add(gather, query, index, 1);
	if (gather->dtab->has_root)
		gather_add(gather, query, index, 0);
}

static void
lookup_all(struct gather *gather, const struct dtab_query queries[], uint16_t n)
{
	for (uint16_t i = 0; i < n; i++) {
		for (uint8_t k = queries[i].labels; k >= 2; k--)
			gather_add(gather, &queries[i], (uint8_t)i, k);
		gather_short(gather, &queries[i], (uint8_t)i);
	}
}

static inline bool
filter_asks(struct gather *gather, const struct dns_fp *fp)
{
	bool passed = dtab_filter_has(gather->dtab, fp);

	gather->scratch->nb_probed++;
	gather->scratch->nb_passed += passed;
	return passed;
}

/* Which queries end in two labels that any rule ends in; the filter's blocks of their other
 * suffixes are fetched meanwhile. */
static uint64_t
filter_open(struct gather *gather, const struct dtab_query queries[], uint16_t n)
{
	const struct dtab *dtab = gather->dtab;
	uint64_t open = 0;

	for (uint16_t i = 0; i < n; i++) {
		if (queries[i].labels >= 2)
			__builtin_prefetch(dtab_filter_block(dtab, &queries[i].fps[2]));
	}
	for (uint16_t i = 0; i < n; i++) {
		if (queries[i].labels < 2 || !filter_asks(gather, &queries[i].fps[2]))
			continue;
		open |= UINT64_C(1) << i;
		for (uint8_t k = queries[i].labels; k > 2; k--)
			__builtin_prefetch(dtab_filter_block(dtab, &queries[i].fps[k]));
	}
	return open;
}

static void
lookup_filtered(struct gather *gather, const struct dtab_query queries[], uint16_t n)
{
	uint64_t open = filter_open(gather, queries, n);
	bool shorts = gather->dtab->has_single || gather->dtab->has_root;
	uint64_t left = !shorts ? open : n == 64 ? UINT64_MAX : (UINT64_C(1) << n) - 1;

	for (; left != 0; left &= left - 1) {
		uint8_t i = (uint8_t)__builtin_ctzll(left);
		const struct dtab_query *query = &queries[i];

		if (open >> i & 1) {
			for (uint8_t k = query->labels; k > 2; k--) {
				if (filter_asks(gather, &query->fps[k]))
					gather_add(gather, query, i, k);
			}
			gather_add(gather, query, i, 2);
		}
		gather_short(gather, query, i);
	}
}

const uint8_t *
dtab_data(const struct dtab *dtab)
{
	return dtab->data;
}

void
dtab_lookup_burst(const struct dtab *dtab, const struct dtab_query queries[], uint16_t n,
	struct dtab_scratch *scratch, struct dtab_hits hits[])
{
	struct gather gather;

	gather.dtab = dtab;
	gather.scratch = scratch;
	gather.hits = hits;
	gather.nb = 0;
	scratch->nb_hits = 0;
	for (uint16_t i = 0; i < n; i++)
		hits[i] = (struct dtab_hits){0};
	if (dtab->filter == NULL)
		lookup_all(&gather, queries, n);
	else
		lookup_filtered(&gather, queries, n);
	gather_search(&gather);
	scratch->nb_found += scratch->nb_hits;
}

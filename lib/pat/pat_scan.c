/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "pat_priv.h"

/* A scan of texts with newlines between them. */
struct joined {
	const uint32_t *start;
	uint64_t ended; /* bit i: a match ended in text i */
	uint16_t n;
};

/* A scan of one. */
struct single {
	const uint8_t *lists;
	const struct base_set *deciding;
	struct pat_hit *hit;
};

/* Where a match ends tells the text: it starts at or before that, and the next one after it. */
static int
on_joined(unsigned int id, unsigned long long from, unsigned long long to, unsigned int flags,
	void *arg)
{
	struct joined *joined = arg;
	uint16_t low = 0, high = joined->n;

	(void)id;
	(void)from;
	(void)flags;
	while (high - low > 1) {
		uint16_t middle = (uint16_t)((low + high) >> 1);

		if (joined->start[middle] <= to)
			low = middle;
		else
			high = middle;
	}
	joined->ended |= UINT64_C(1) << low;
	return 0;
}

static int
on_single(unsigned int id, unsigned long long from, unsigned long long to, unsigned int flags,
	void *arg)
{
	struct single *single = arg;
	struct pat_hit *hit = single->hit;
	uint8_t list = single->lists[id];

	(void)from;
	(void)to;
	(void)flags;
	base_set_add(&hit->lists, list);
	if (id < hit->rule && base_set_has(single->deciding, list))
		hit->rule = id;
	return 0;
}

/* The texts in which some expression may match; all of them where that cannot be told. */
static uint64_t
prefilter(const struct pat_db *db, struct pat_scratch *scratch, uint16_t n)
{
	struct joined joined = {.start = scratch->start, .n = n};
	uint64_t all = n == 64 ? UINT64_MAX : (UINT64_C(1) << n) - 1;

	if (n < db->join_from)
		return all;
	if (hs_scan(db->part[PAT_JOINED], scratch->text, scratch->start[n] - 1, 0, scratch->hs,
		    on_joined, &joined) != HS_SUCCESS)
		return all;
	return joined.ended;
}

/* Every text of `left` alone. */
static void
scan_each(const struct pat_db *db, enum pat_part part, struct pat_scratch *scratch,
	const struct pat_name names[], uint64_t left, struct pat_hit hits[])
{
	struct single single = {.lists = db->lists};

	for (; left != 0; left &= left - 1) {
		int i = __builtin_ctzll(left);
		uint32_t start = scratch->start[i], len = scratch->start[i + 1] - 1 - start;

		if (len == 0)
			continue;
		single.deciding = names[i].deciding;
		single.hit = &hits[i];
		if (hs_scan(db->part[part], scratch->text + start, len, 0, scratch->hs, on_single,
			    &single) != HS_SUCCESS)
			hits[i].failed = true;
	}
}

void
pat_scan_texts(const struct pat_db *db, struct pat_scratch *scratch, const struct pat_name names[],
	uint16_t n, struct pat_hit hits[])
{
	uint64_t all = n == 64 ? UINT64_MAX : (UINT64_C(1) << n) - 1;

	/* Scratch of another source may be too small for this one: never handed to a scan. */
	for (uint16_t i = 0; i < n; i++)
		hits[i] =
			(struct pat_hit){.rule = PAT_NONE, .failed = scratch->serial != db->serial};
	if (scratch->serial != db->serial)
		return;
	if (db->part[PAT_JOINED] != NULL)
		scan_each(db, PAT_JOINED, scratch, names, prefilter(db, scratch, n), hits);
	if (db->part[PAT_ALONE] != NULL)
		scan_each(db, PAT_ALONE, scratch, names, all, hits);
}

void
pat_scan_burst(const struct pat_db *db, struct pat_scratch *scratch, const struct pat_name names[],
	uint16_t n, struct pat_hit hits[])
{
	uint32_t at = 0;

	for (uint16_t i = 0; i < n; i++) {
		scratch->start[i] = at;
		at += pat_text(names[i].wire, scratch->text + at);
		scratch->text[at++] = '\n';
	}
	scratch->start[n] = at;
	pat_scan_texts(db, scratch, names, n, hits);
}

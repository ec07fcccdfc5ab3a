/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "dtab_priv.h"

#include <rte_hash.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define TABLE_KEY_BYTES	  16
#define TABLE_ENTRIES_MIN 8	/* rte_hash makes none smaller */
#define LOOK		  65536 /* names until it is looked whether to go on; of WARM's */
#define WARM		  32	/* names whose buckets are fetched together, ahead of their turn */

_Static_assert(sizeof(struct dns_fp) == TABLE_KEY_BYTES, "the key of the table: no padding");

/* An entry needs a free slot, of which there are as many as entries, and room in one of its two
 * buckets or an extra one behind them. An extra bucket is taken only behind eight entries, so there
 * are never more of them in use than entries / 8, and rte_hash has as many: no key is refused. */
static uint32_t
table_entries(uint32_t names)
{
	return names < TABLE_ENTRIES_MIN ? TABLE_ENTRIES_MIN : names;
}

static uint64_t
filter_blocks(const struct dtab_counts *counts, unsigned filter_bits)
{
	uint64_t bits = (uint64_t)counts->filter_keys * filter_bits;
	uint64_t blocks =
		(bits + 8 * sizeof(struct dtab_block) - 1) / (8 * sizeof(struct dtab_block));

	if (filter_bits == 0)
		return 0;
	return blocks == 0 ? 1 : blocks > UINT32_MAX ? UINT32_MAX : blocks;
}

static uint64_t
head_bytes(const struct dtab_counts *counts)
{
	return sizeof(struct dtab) + sizeof(struct dtab_details) +
	       (uint64_t)counts->details * sizeof(struct dtab_details) +
	       (uint64_t)counts->extras * sizeof(struct dtab_extra) + counts->data_bytes;
}

void
dtab_parts(const struct dtab_counts *counts, unsigned filter_bits, struct dtab_parts *out)
{
	uint64_t blocks = filter_blocks(counts, filter_bits);

	out->details = place_zalloc_bytes(head_bytes(counts));
	out->filter = blocks == 0 ? 0 : place_zalloc_bytes(blocks * sizeof(struct dtab_block));
	out->table = place_hash_bytes(table_entries(counts->names), TABLE_KEY_BYTES);
}

uint64_t
dtab_bytes(const struct dtab_counts *counts, unsigned filter_bits)
{
	struct dtab_parts parts;

	dtab_parts(counts, filter_bits, &parts);
	return parts.details + parts.filter + parts.table;
}

/* The part's name in the ledger: "dtab lcore 1 filter". */
static struct place_what
what_for(const struct dtab_spec *spec, const char *part, char name[PLACE_NAME_MAX])
{
	char owner[24];

	snprintf(name, PLACE_NAME_MAX, "dtab %s %s", place_owner_format(&spec->owner, owner), part);
	return (struct place_what){.name = name, .node = spec->node, .owner = spec->owner};
}

/* The object itself, its details, their extras and what those point to are one block of memory. */
static int
head_build(const struct dtab_source *source, const struct dtab_spec *spec, struct dtab **out,
	struct base_err *err)
{
	const struct dtab_intern *intern = &source->intern;
	char name[PLACE_NAME_MAX];
	struct place_what what = what_for(spec, "details", name);
	struct dtab_details *details;
	struct dtab_counts counts;
	struct dtab_extra *extras;
	void *block;
	int ret;

	dtab_source_counts(source, &counts);
	ret = place_zalloc(&what, head_bytes(&counts), _Alignof(struct dtab_details), &block, err);
	if (ret != 0)
		return ret;
	details = (struct dtab_details *)block + 1; /* struct dtab is smaller: asserted below */
	extras = (struct dtab_extra *)(details + counts.details);
	if (counts.extras > 0)
		memcpy(extras, intern->extras, counts.extras * sizeof(*extras));
	if (counts.data_bytes > 0)
		memcpy(extras + counts.extras, source->rules.data, counts.data_bytes);
	for (uint32_t i = 0; i < counts.details; i++) {
		const struct dtab_draft *draft = &intern->drafts[i];

		details[i] = (struct dtab_details){.exact = draft->exact,
			.subtree = draft->subtree,
			.below = draft->below,
			.extras = extras + draft->extra,
			.nb_extras = draft->nb_extras};
	}
	*out = block;
	(*out)->details = details;
	(*out)->data = (const uint8_t *)(extras + counts.extras);
	(*out)->has_root = source->has_root;
	(*out)->has_single = source->has_single;
	return 0;
}

_Static_assert(sizeof(struct dtab) <= sizeof(struct dtab_details), "it stands in front of details");

static int
filter_build(struct dtab *dtab, const struct dtab_source *source, const struct dtab_spec *spec,
	struct base_err *err)
{
	char name[PLACE_NAME_MAX];
	struct place_what what = what_for(spec, "filter", name);
	struct dtab_counts counts;
	uint64_t blocks;
	void *filter;
	int ret;

	dtab_source_counts(source, &counts);
	blocks = filter_blocks(&counts, spec->filter_bits);
	if (blocks == 0)
		return 0;
	ret = place_zalloc(&what, blocks * sizeof(struct dtab_block), 0, &filter, err);
	if (ret != 0)
		return ret;
	dtab->filter = filter;
	dtab->nb_blocks = (uint32_t)blocks;
	for (uint32_t i = 0; i < source->names.nb; i++)
		dtab_filter_add(dtab, &source->names.fps[i]);
	for (uint32_t i = 0; i < source->twos.nb; i++)
		dtab_filter_add(dtab, &source->twos.fps[i]);
	return 0;
}

/* A bulk lookup fetches the buckets of many keys at once, which adding one by one does not. */
static void
table_warm(const struct dtab *dtab, const struct dns_fp *fps, uint32_t nb)
{
	const void *keys[WARM];
	hash_sig_t hashes[WARM];
	void *data[WARM];
	uint64_t mask = 0;

	for (uint32_t i = 0; i < nb; i++) {
		keys[i] = &fps[i];
		hashes[i] = dns_fp_hash32(&fps[i]);
	}
	rte_hash_lookup_with_hash_bulk_data(dtab->table, keys, hashes, nb, &mask, data);
}

static int
table_fill(struct dtab *dtab, const struct dtab_source *source, const struct base_cancel *cancel,
	struct base_err *err)
{
	uint32_t total = source->names.nb;

	for (uint32_t i = 0; i < total; i++) {
		const struct dns_fp *fp = &source->names.fps[i];
		uint64_t value = source->details[i] | (uint64_t)i << 32;

		if (i % LOOK == 0 && base_cancel_check(cancel, err) < 0)
			return -ECANCELED;
		if (i % WARM == 0)
			table_warm(dtab, fp, total - i < WARM ? total - i : WARM);
		if (rte_hash_add_key_with_hash_data(
			    dtab->table, fp, dns_fp_hash32(fp), (void *)(uintptr_t)value) != 0)
			return base_fail(err, BASE_EXIT_FAILURE, ENOSPC,
				"the domain table of %u names refused one", total);
	}
	return 0;
}

static int
table_build(struct dtab *dtab, const struct dtab_source *source, const struct dtab_spec *spec,
	struct base_err *err)
{
	struct rte_hash_parameters params = {.entries = table_entries(source->names.nb),
		.key_len = TABLE_KEY_BYTES,
		.extra_flag = RTE_HASH_EXTRA_FLAGS_EXT_TABLE};
	char name[PLACE_NAME_MAX];
	struct place_what what = what_for(spec, "table", name);
	int ret = place_hash(&what, &params, &dtab->table, err);

	return ret != 0 ? ret : table_fill(dtab, source, spec->cancel, err);
}

int
dtab_build(const struct dtab_source *source, const struct dtab_spec *spec, struct dtab **out,
	struct base_err *err)
{
	struct dtab *dtab = NULL;
	int ret;

	*out = NULL;
	ret = head_build(source, spec, &dtab, err);
	if (ret == 0)
		ret = filter_build(dtab, source, spec, err);
	if (ret == 0)
		ret = base_cancel_check(spec->cancel, err);
	if (ret == 0)
		ret = table_build(dtab, source, spec, err);
	if (ret != 0) {
		dtab_free(dtab);
		return ret;
	}
	*out = dtab;
	return 0;
}

void
dtab_free(struct dtab *dtab)
{
	if (dtab == NULL)
		return;
	place_free(dtab->table);
	place_free(dtab->filter);
	place_free(dtab);
}

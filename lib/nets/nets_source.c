/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "nets_priv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static uint64_t
read_be64(const uint8_t *at)
{
	uint64_t n;

	memcpy(&n, at, sizeof(n));
	return be64toh(n);
}

static void
take_rule(const struct nets_rules *rules, uint32_t index, struct nets_entry *out)
{
	struct nets_rule rule;

	rules->get(rules->arg, index, &rule);
	*out = (struct nets_entry){.high = read_be64(rule.prefix.addr.bytes),
		.low = read_be64(rule.prefix.addr.bytes + 8),
		.rule = index,
		.value = rule.value,
		.vlan = rule.vlan,
		.bits = rule.prefix.bits,
		.family = rule.prefix.addr.family == 6};
}

/* What covers a prefix stands in front of it: the same address, fewer bits. */
static int
order_of_entries(const void *left, const void *right)
{
	const struct nets_entry *a = left, *b = right;

	if (a->family != b->family)
		return a->family < b->family ? -1 : 1;
	if (a->vlan != b->vlan)
		return a->vlan < b->vlan ? -1 : 1;
	if (a->high != b->high)
		return a->high < b->high ? -1 : 1;
	if (a->low != b->low)
		return a->low < b->low ? -1 : 1;
	if (a->bits != b->bits)
		return a->bits < b->bits ? -1 : 1;
	return a->rule < b->rule ? -1 : a->rule > b->rule;
}

static bool
is_same_prefix(const struct nets_entry *a, const struct nets_entry *b)
{
	return a->family == b->family && a->vlan == b->vlan && a->high == b->high &&
	       a->low == b->low && a->bits == b->bits;
}

/* Of equal prefixes the first stays. */
static void
drop_equal(struct nets_source *source)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < source->nb; i++) {
		if (kept == 0 || !is_same_prefix(&source->entries[kept - 1], &source->entries[i]))
			source->entries[kept++] = source->entries[i];
	}
	source->nb = kept;
}

/* Many files are sorted already: a look at neighbours is cheaper than to sort them. */
static void
sort_entries(struct nets_source *source)
{
	for (uint32_t i = 1; i < source->nb; i++) {
		if (order_of_entries(&source->entries[i - 1], &source->entries[i]) > 0) {
			qsort(source->entries, source->nb, sizeof(source->entries[0]),
				order_of_entries);
			return;
		}
	}
}

static int
fill(struct nets_source *source, const struct nets_rules *rules)
{
	int ret = 0;

	source->kind = rules->kind;
	source->nb = rules->nb;
	source->entries = malloc((rules->nb + 1) * sizeof(source->entries[0]));
	if (source->entries == NULL)
		return -ENOMEM;
	for (uint32_t i = 0; i < rules->nb; i++)
		take_rule(rules, i, &source->entries[i]);
	sort_entries(source);
	if (source->kind == NETS_SETS)
		ret = nets_unite(source);
	else
		drop_equal(source);
	if (ret < 0)
		return ret;
	nets_layout(source);
	return nets_hops(source);
}

int
nets_source_build(const struct nets_rules *rules, struct nets_source **out, struct base_err *err)
{
	struct nets_source *source = calloc(1, sizeof(*source));
	int ret = source == NULL ? -ENOMEM : fill(source, rules);

	*out = NULL;
	if (ret == -E2BIG)
		base_fail(err, BASE_EXIT_CONFIG, E2BIG,
			"the prefixes make more than %d different sets of lists", NETS_NONE);
	else if (ret < 0)
		base_fail(
			err, BASE_EXIT_UNAVAILABLE, ENOMEM, "no memory for %u prefixes", rules->nb);
	if (ret < 0) {
		nets_source_free(source);
		return ret;
	}
	*out = source;
	return 0;
}

/* The entry with the prefix of `key`; NULL: there is none. */
static const struct nets_entry *
find_entry(const struct nets_source *source, const struct nets_entry *key)
{
	uint32_t from = 0, end = source->nb;

	while (from < end) {
		uint32_t middle = from + (end - from) / 2;

		if (order_of_entries(&source->entries[middle], key) < 0)
			from = middle + 1;
		else
			end = middle;
	}
	return from < source->nb && is_same_prefix(&source->entries[from], key)
		       ? &source->entries[from]
		       : NULL;
}

/* The prefix of that length, on the client's VLAN alone or everywhere. */
static const struct nets_entry *
find_length(const struct nets_source *source, const struct nets_query *query, uint8_t bits,
	bool is_bound)
{
	struct nets_entry key = {.family = query->family == 6, .bits = bits};
	uint8_t octets[16] = {0};

	if (source->family[key.family].counts[is_bound][bits] == 0 ||
		(is_bound && query->vlan == 0))
		return NULL;
	memcpy(octets, query->addr, query->family == 6 ? 16 : 4);
	key.high = read_be64(octets) & nets_mask(bits);
	key.low = read_be64(octets + 8) & nets_mask(bits < 64 ? 0 : bits - 64u);
	key.vlan = is_bound ? query->vlan : 0;
	return find_entry(source, &key);
}

struct nets_hit
nets_source_find(const struct nets_source *source, const struct nets_query *query)
{
	const struct nets_entry *found;
	bool is_known = query->family == 4 || query->family == 6;

	for (int bits = query->family == 6 ? 128 : 32; is_known && bits >= 0; bits--) {
		bool is_bound = true;

		found = find_length(source, query, (uint8_t)bits, true);
		if (found == NULL) {
			is_bound = false;
			found = find_length(source, query, (uint8_t)bits, false);
		}
		if (found != NULL)
			return (struct nets_hit){
				.value = found->value, .bits = (int16_t)bits, .is_bound = is_bound};
	}
	return (struct nets_hit){.value = NETS_NONE, .bits = -1};
}

void
nets_source_free(struct nets_source *source)
{
	if (source == NULL)
		return;
	free(source->entries);
	free(source->sets);
	free(source->hops);
	free(source->hop_of);
	free(source);
}

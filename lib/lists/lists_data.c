/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * Records of an RPZ zone's rules: gathered under their rule as they come, in any order of the file,
 * then written as an answer needs them, equal sets once.
 */
#include "dns_question.h"
#include "lists_priv.h"

#include <errno.h>
#include <stdlib.h>

#define RECORD_FIXED 10 /* octets of type, class, TTL and length */
#define SET_FIXED    2	/* octets in front of a set */

/** The chain of a rule; a new one for a new rule, which is the last. NULL with build->error. */
static struct lists_chain *
chain_of(struct lists_build *build, uint32_t rule)
{
	uint32_t low = 0, high = build->nb_chains;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (build->chains[middle].rule < rule)
			low = middle + 1;
		else
			high = middle;
	}
	if (low < build->nb_chains)
		return &build->chains[low];
	if (build->nb_chains == build->cap_chains &&
		!lists_build_grow32(build, (void **)&build->chains, &build->cap_chains, 64,
			sizeof(*build->chains)))
		return NULL;
	build->chains[build->nb_chains] = (struct lists_chain){.rule = rule};
	return &build->chains[build->nb_chains++];
}

/** Appends an item and its RDATA; 1 + its index, or 0 with build->error. */
static uint32_t
item_add(struct lists_build *build, const struct lists_item *item, const uint8_t *rdata)
{
	if (build->nb_items == build->cap_items &&
		!lists_build_grow32(build, (void **)&build->items, &build->cap_items, 64,
			sizeof(*build->items)))
		return 0;
	while (build->octets_bytes + item->len > build->cap_octets) {
		if (!lists_build_grow(build, (void **)&build->octets, &build->cap_octets, 4096, 1))
			return 0;
	}
	if (build->octets_bytes > UINT32_MAX) {
		build->error = -EFBIG;
		return 0;
	}
	build->items[build->nb_items] = *item;
	build->items[build->nb_items].at = (uint32_t)build->octets_bytes;
	if (item->len > 0)
		memcpy(build->octets + build->octets_bytes, rdata, item->len);
	build->octets_bytes += item->len;
	return ++build->nb_items;
}

/** Records of a type have one TTL, the least that was told (RFC 2181 5.2). */
static void
level_ttl(struct lists_build *build, const struct lists_chain *chain, uint16_t type)
{
	uint32_t least = UINT32_MAX;

	for (uint32_t i = chain->first; i != 0; i = build->items[i - 1].next) {
		if (build->items[i - 1].type == type && build->items[i - 1].ttl < least)
			least = build->items[i - 1].ttl;
	}
	for (uint32_t i = chain->first; i != 0; i = build->items[i - 1].next) {
		if (build->items[i - 1].type == type)
			build->items[i - 1].ttl = least;
	}
}

enum lists_added
lists_data_add(struct lists_build *build, uint32_t rule, const struct lists_item *item,
	const uint8_t *rdata)
{
	struct lists_chain *chain = chain_of(build, rule);
	uint32_t before = 0, added;

	if (chain == NULL)
		return LISTS_ADDED;
	for (uint32_t i = chain->first; i != 0; i = build->items[i - 1].next) {
		const struct lists_item *other = &build->items[i - 1];

		if (other->type == item->type && other->len == item->len &&
			(item->len == 0 ||
				memcmp(build->octets + other->at, rdata, item->len) == 0))
			return LISTS_ADDED_TWICE;
		if (other->type == DNS_TYPE_CNAME || item->type == DNS_TYPE_CNAME)
			return LISTS_ADDED_BESIDE;
		if (other->type <= item->type)
			before = i;
	}
	if (chain->bytes + RECORD_FIXED + item->len > UINT16_MAX)
		return LISTS_ADDED_TOO_MUCH;
	added = item_add(build, item, rdata);
	if (added == 0)
		return LISTS_ADDED;
	chain->bytes += RECORD_FIXED + (uint32_t)item->len;
	build->items[added - 1].next = before == 0 ? chain->first : build->items[before - 1].next;
	if (before == 0)
		chain->first = added;
	else
		build->items[before - 1].next = added;
	level_ttl(build, chain, item->type);
	return LISTS_ADDED;
}

static uint8_t *
put16(uint8_t *to, uint32_t value)
{
	to[0] = (uint8_t)(value >> 8);
	to[1] = (uint8_t)value;
	return to + 2;
}

/** Writes a set; returns behind it. */
static uint8_t *
write_set(const struct lists_build *build, const struct lists_chain *chain, uint8_t *to)
{
	to = put16(to, chain->bytes);
	for (uint32_t i = chain->first; i != 0; i = build->items[i - 1].next) {
		const struct lists_item *item = &build->items[i - 1];

		to = put16(to, item->type);
		to = put16(to, DNS_QCLASS_IN);
		to = put16(to, item->ttl >> 16);
		to = put16(to, item->ttl);
		to = put16(to, item->len);
		if (item->len > 0)
			memcpy(to, build->octets + item->at, item->len);
		to += item->len;
	}
	return to;
}

static uint64_t
hash_octets(uint64_t hash, const uint8_t *at, uint32_t len)
{
	for (uint32_t i = 0; i < len; i++) {
		hash = (hash ^ at[i]) * UINT64_C(0x100000001b3);
		hash ^= hash >> 29;
	}
	return hash ^ hash >> 32;
}

/** The set at the end of `records`, which is `len` octets: an equal one before it, or itself. */
static uint64_t
intern(struct lists_build *build, uint32_t *slots, uint64_t mask, uint32_t len)
{
	struct lists_rules *rules = build->rules;
	const uint8_t *set = rules->records + rules->records_bytes;
	uint64_t i = hash_octets(build->seed, set, len) & mask;

	for (; slots[i] != 0; i = (i + 1) & mask) {
		const uint8_t *other = rules->records + slots[i] - 1;

		/* Their lengths stand in front. */
		if (memcmp(other, set, SET_FIXED) == 0 && memcmp(other, set, len) == 0)
			return slots[i] - 1u;
	}
	slots[i] = (uint32_t)rules->records_bytes + 1;
	rules->records_bytes += len;
	rules->report.sets++;
	return slots[i] - 1u;
}

static void
write_sets(struct lists_build *build, uint32_t *slots, uint64_t mask)
{
	struct lists_rules *rules = build->rules;

	for (uint32_t i = 0; i < build->nb_chains; i++) {
		const struct lists_chain *chain = &build->chains[i];
		uint32_t len = SET_FIXED + chain->bytes;

		write_set(build, chain, rules->records + rules->records_bytes);
		rules->data[i] = (struct lists_data){
			.rule = chain->rule, .at = (uint32_t)intern(build, slots, mask, len)};
	}
	rules->nb_data = build->nb_chains;
	rules->report.records = build->nb_items;
}

uint64_t
lists_data_finish(struct lists_build *build)
{
	struct lists_rules *rules = build->rules;
	uint64_t bytes = 0, nb_slots = 16;
	uint32_t *slots;

	if (build->nb_chains == 0)
		return 0;
	for (uint32_t i = 0; i < build->nb_chains; i++)
		bytes += SET_FIXED + build->chains[i].bytes;
	while (nb_slots < build->nb_chains * UINT64_C(2))
		nb_slots *= 2;
	slots = calloc(nb_slots, sizeof(*slots));
	rules->records = malloc(bytes);
	rules->data = malloc(build->nb_chains * sizeof(*rules->data));
	if (slots == NULL || rules->records == NULL || rules->data == NULL)
		build->error = -ENOMEM;
	else if (bytes >= UINT32_MAX)
		build->error = -EFBIG;
	else
		write_sets(build, slots, nb_slots - 1);
	free(slots);
	lists_build_shrink((void **)&rules->records, rules->records_bytes);
	return rules->records_bytes + rules->nb_data * sizeof(*rules->data);
}

uint32_t
lists_rule_data(const struct lists_rules *rules, uint32_t rule)
{
	uint32_t low = 0, high = rules->nb_data;

	while (high - low > 1) {
		uint32_t middle = low + (high - low) / 2;

		if (rules->data[middle].rule <= rule)
			low = middle;
		else
			high = middle;
	}
	return rules->data[low].at;
}

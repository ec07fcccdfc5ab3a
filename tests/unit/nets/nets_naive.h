/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef NETS_NAIVE_H
#define NETS_NAIVE_H

/** @file Rules in an array, a table of them, and the plain search that the table is held against.
 */

#include "nets.h"
#include "unit.h"
#include "unit_eal.h"

#include <stdlib.h>
#include <string.h>

#define NAIVE_MAX 4096

struct naive {
	enum nets_kind kind;
	uint32_t nb;
	struct nets_rule rules[NAIVE_MAX];
	struct nets_source *source;
	struct nets *nets;
};

static inline void
naive_get(const void *arg, uint32_t index, struct nets_rule *out)
{
	*out = ((const struct naive *)arg)->rules[index];
}

static inline void
naive_add(struct naive *n, const char *prefix, uint16_t vlan, uint16_t value)
{
	struct nets_rule *rule = &n->rules[n->nb++];

	assert_true(n->nb <= NAIVE_MAX);
	assert_int_equal(base_prefix_parse(prefix, &rule->prefix, NULL), 0);
	rule->vlan = vlan;
	rule->value = value;
}

static inline void
naive_build(struct naive *n)
{
	struct nets_rules rules = {.kind = n->kind, .nb = n->nb, .get = naive_get, .arg = n};
	struct nets_spec spec = {.name = "nets",
		.node = unit_eal_node(),
		.owner = {.kind = PLACE_OWNER_NODE, .id = 0}};
	struct base_err err;

	if (nets_source_build(&rules, &n->source, &err) < 0 ||
		nets_build(n->source, &spec, &n->nets, &err) < 0)
		fail_msg("%s", err.text);
}

static inline void
naive_free(struct naive *n)
{
	nets_free(n->nets);
	nets_source_free(n->source);
	free(n);
}

static inline struct naive *
naive_new(enum nets_kind kind)
{
	struct naive *n = calloc(1, sizeof(*n));

	assert_non_null(n);
	n->kind = kind;
	return n;
}

static inline bool
naive_covers(const struct nets_rule *rule, const struct nets_query *query)
{
	if (rule->prefix.addr.family != query->family ||
		(rule->vlan != 0 && rule->vlan != query->vlan))
		return false;
	for (unsigned bit = 0; bit < rule->prefix.bits; bit++) {
		if ((rule->prefix.addr.bytes[bit / 8] ^ query->addr[bit / 8]) & 0x80 >> bit % 8)
			return false;
	}
	return true;
}

static inline struct nets_hit
naive_lookup(const struct naive *n, const struct nets_query *query)
{
	struct nets_hit hit = {.value = NETS_NONE, .bits = -1};

	for (uint32_t i = 0; i < n->nb; i++) {
		const struct nets_rule *rule = &n->rules[i];
		bool is_bound = rule->vlan != 0;

		if (!naive_covers(rule, query) || rule->prefix.bits < hit.bits ||
			(rule->prefix.bits == hit.bits && (!is_bound || hit.is_bound)))
			continue;
		hit = (struct nets_hit){
			.value = rule->value, .bits = rule->prefix.bits, .is_bound = is_bound};
	}
	return hit;
}

/** What the table says of an address; nothing else than the plain search and the source say. */
static inline struct nets_hit
naive_ask(const struct naive *n, const char *text, uint16_t vlan)
{
	struct base_addr addr;
	struct nets_query query = {.addr = addr.bytes, .vlan = vlan};
	struct nets_hit hit, plain;

	assert_int_equal(base_addr_parse(text, &addr, NULL), 0);
	query.family = addr.family;
	nets_lookup_burst(n->nets, &query, 1, &hit);
	if (n->kind == NETS_NUMBERS) {
		plain = naive_lookup(n, &query);
		assert_int_equal(hit.value, plain.value);
		assert_int_equal(hit.bits, plain.bits);
		assert_int_equal(hit.is_bound, plain.is_bound);
		plain = nets_source_find(n->source, &query);
		assert_int_equal(hit.value, plain.value);
		assert_int_equal(hit.bits, plain.bits);
		assert_int_equal(hit.is_bound, plain.is_bound);
	}
	return hit;
}

#endif

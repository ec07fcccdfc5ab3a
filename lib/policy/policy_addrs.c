/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * Rules about addresses. Two things are made of them: sets of lists, by which one lookup tells all
 * that name an address, and the rules themselves in order, where the one is found that decides.
 */
#include "place.h"
#include "policy_priv.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the rules of each kind are in a list, and in the ledger. */
static const struct {
	enum lists_kind kind;
	const char *name;
} whose_words[POLICY_NB_WHOSE] = {
	[POLICY_CLIENTS] = {LISTS_CLIENT, "client triggers"},
	[POLICY_RESPONSES] = {LISTS_ADDRESS, "address lists"},
};

static uint32_t
count(const struct policy *policy, enum lists_kind kind)
{
	uint32_t n = 0;

	for (uint16_t i = 0; i < policy->nb_lists; i++)
		n += policy->read[i]->report.kinds[kind];
	return n;
}

static void
take_rule(const struct policy *policy, uint16_t list, uint32_t index, struct policy_addr_rule *out)
{
	const struct policy_cold *cold = &policy->cold[list];
	const struct lists_rule *rule = &cold->rules[index];
	struct base_prefix prefix;

	/* Whoever made the rules has checked it. */
	(void)lists_prefix_read(cold->names + rule->name, &prefix);
	*out = (struct policy_addr_rule){.rule = policy->base[list] + index,
		.data = policy_rule_data(policy, list, index),
		.action = policy_rule_action(rule),
		.list = (uint8_t)list,
		.family = prefix.addr.family,
		.bits = prefix.bits};
	policy_addr_words(prefix.addr.bytes, prefix.addr.family, &out->high, &out->low);
}

/* By list, family, length, address: runs. */
static int
order_of_rules(const void *left, const void *right)
{
	const struct policy_addr_rule *a = left, *b = right;

	if (a->list != b->list)
		return a->list < b->list ? -1 : 1;
	if (a->family != b->family)
		return a->family < b->family ? -1 : 1;
	if (a->bits != b->bits)
		return a->bits > b->bits ? -1 : 1;
	if (a->high != b->high)
		return a->high < b->high ? -1 : 1;
	if (a->low != b->low)
		return a->low < b->low ? -1 : 1;
	return a->rule < b->rule ? -1 : a->rule > b->rule;
}

static bool
is_same_run(const struct policy_addr_rule *a, const struct policy_addr_rule *b)
{
	return a->list == b->list && a->family == b->family && a->bits == b->bits;
}

static uint32_t
count_runs(const struct policy_addr_rule *rules, uint32_t nb)
{
	uint32_t runs = 0;

	for (uint32_t i = 0; i < nb; i++)
		runs += i == 0 || !is_same_run(&rules[i - 1], &rules[i]);
	return runs;
}

/* The parts of a table behind its head: rules, then runs. */
static size_t
table_bytes(uint32_t nb_rules, uint32_t nb_runs)
{
	return sizeof(struct policy_addr_table) + nb_rules * sizeof(struct policy_addr_rule) +
	       nb_runs * sizeof(struct policy_addr_run);
}

static size_t
bytes_of(const struct policy_addr_table *table)
{
	return table_bytes(table->nb_rules, table->first_run[BASE_SET_MAX]);
}

/* Sorted rules into memory of table_bytes() octets. */
static void
fill_table(
	struct policy_addr_table *table, const struct policy_addr_rule *sorted, uint32_t nb_rules)
{
	struct policy_addr_rule *rules = (struct policy_addr_rule *)(void *)(table + 1);
	struct policy_addr_run *runs = (struct policy_addr_run *)(void *)(rules + nb_rules);
	uint32_t list = 0, nb = 0;

	*table = (struct policy_addr_table){.rules = rules, .runs = runs, .nb_rules = nb_rules};
	memcpy(rules, sorted, nb_rules * sizeof(*rules));
	for (uint32_t i = 0; i < nb_rules; i++) {
		for (; list <= rules[i].list; list++)
			table->first_run[list] = (uint16_t)nb;
		if (i == 0 || !is_same_run(&rules[i - 1], &rules[i]))
			runs[nb++] = (struct policy_addr_run){
				.first = i, .family = rules[i].family, .bits = rules[i].bits};
		runs[nb - 1].nb++;
	}
	for (; list <= BASE_SET_MAX; list++)
		table->first_run[list] = (uint16_t)nb;
}

/* The rules of a kind in order; NULL: no memory. */
static struct policy_addr_rule *
sort_rules(const struct policy *policy, enum lists_kind kind, uint32_t nb)
{
	struct policy_addr_rule *rules = malloc(nb * sizeof(*rules));
	uint32_t n = 0;

	if (rules == NULL)
		return NULL;
	for (uint16_t list = 0; list < policy->nb_lists; list++) {
		uint32_t left = policy->read[list]->report.kinds[kind];

		for (uint32_t i = 0; left > 0 && i < policy->cold[list].nb_rules; i++) {
			if (policy->cold[list].rules[i].kind != kind)
				continue;
			take_rule(policy, list, i, &rules[n++]);
			left--;
		}
	}
	qsort(rules, n, sizeof(*rules), order_of_rules);
	return rules;
}

static struct policy_addr_table *
make_table(const struct policy *policy, enum lists_kind kind, uint32_t nb)
{
	struct policy_addr_rule *rules = sort_rules(policy, kind, nb);
	struct policy_addr_table *table = NULL;

	if (rules != NULL)
		table = malloc(table_bytes(nb, count_runs(rules, nb)));
	if (table != NULL)
		fill_table(table, rules, nb);
	free(rules);
	return table;
}

static void
get_rule(const void *arg, uint32_t index, struct nets_rule *out)
{
	const struct policy_addr_table *table = arg;
	const struct policy_addr_rule *rule = &table->rules[index];

	*out = (struct nets_rule){.value = rule->list};
	out->prefix.addr.family = rule->family;
	out->prefix.bits = rule->bits;
	for (unsigned i = 0; i < (rule->family == 4 ? 4 : 16); i++)
		out->prefix.addr.bytes[i] =
			(uint8_t)((i < 8 ? rule->high : rule->low) >> (56 - 8 * (i % 8)));
}

static int
compile(struct policy *policy, enum policy_whose whose, uint32_t nb, struct base_err *err)
{
	struct policy_addrs *addrs = calloc(1, sizeof(*addrs));
	struct nets_rules rules = {.kind = NETS_SETS, .nb = nb, .get = get_rule};

	policy->addrs[whose] = addrs;
	if (addrs != NULL)
		addrs->table = make_table(policy, whose_words[whose].kind, nb);
	if (addrs == NULL || addrs->table == NULL)
		return base_fail(err, BASE_EXIT_UNAVAILABLE, ENOMEM,
			"no memory for %u rules about addresses", nb);
	rules.arg = addrs->table;
	return nets_source_build(&rules, &addrs->source, err);
}

int
policy_addrs_compile(struct policy *policy, struct base_err *err)
{
	int rc = 0;

	for (int whose = 0; whose < POLICY_NB_WHOSE && rc == 0; whose++) {
		uint32_t nb = count(policy, whose_words[whose].kind);

		if (nb > 0)
			rc = compile(policy, (enum policy_whose)whose, nb, err);
	}
	return rc;
}

void
policy_addrs_free(struct policy_addrs *addrs)
{
	if (addrs == NULL)
		return;
	nets_source_free(addrs->source);
	free(addrs->table);
	free(addrs);
}

uint64_t
policy_addrs_rule_bytes(const struct policy_addrs *addrs)
{
	return place_zalloc_bytes(bytes_of(addrs->table));
}

static struct policy_addrs_node *
find_node(struct policy_addrs *addrs, int node)
{
	struct policy_addrs_node *unused = NULL;

	for (uint32_t i = 0; i < CONF_NODES_MAX; i++) {
		struct policy_addrs_node *at = &addrs->nodes[i];

		if (at->users > 0 && at->node == node)
			return at;
		if (at->users == 0 && unused == NULL)
			unused = at;
	}
	return unused;
}

/* The rules on a node. */
static int
place_table(const struct policy_addrs *addrs, const struct nets_spec *spec,
	struct policy_addr_table **out, struct base_err *err)
{
	char owner[24], name[PLACE_NAME_MAX];
	struct place_what what = {.name = name, .node = spec->node, .owner = spec->owner};
	void *memory;
	int rc;

	snprintf(name, sizeof(name), "%s %s rules", spec->name,
		place_owner_format(&spec->owner, owner));
	rc = place_zalloc(&what, bytes_of(addrs->table), 0, &memory, err);
	if (rc < 0)
		return rc;
	*out = memory;
	fill_table(*out, addrs->table->rules, addrs->table->nb_rules);
	return 0;
}

static int
build_node(const struct policy_addrs *addrs, const struct nets_spec *spec, bool has_table,
	struct policy_addrs_node *out, struct base_err *err)
{
	int rc = nets_build(addrs->source, spec, &out->nets, err);

	if (rc < 0)
		return rc;
	out->table = NULL;
	if (has_table)
		rc = place_table(addrs, spec, &out->table, err);
	if (rc < 0)
		nets_free(out->nets);
	else
		out->node = spec->node;
	return rc;
}

int
policy_addrs_get(struct policy *policy, enum policy_whose whose, int node,
	struct policy_addrs_node **out, struct base_err *err)
{
	struct policy_addrs *addrs = policy->addrs[whose];
	struct nets_spec spec = {.name = whose_words[whose].name,
		.node = node,
		.owner = {.kind = PLACE_OWNER_NODE, .id = (uint16_t)node}};
	struct policy_addrs_node *at;
	int rc;

	*out = NULL;
	if (addrs == NULL)
		return 0;
	at = find_node(addrs, node);
	if (at->users == 0) {
		rc = build_node(addrs, &spec, whose == POLICY_CLIENTS, at, err);
		if (rc < 0)
			return rc;
	}
	at->users++;
	*out = at;
	return 0;
}

void
policy_addrs_put(struct policy_addrs_node *node)
{
	if (node == NULL || --node->users > 0)
		return;
	nets_free(node->nets);
	place_free(node->table);
}

void
policy_addrs_cover(const struct policy_addr_table *table, const uint8_t *addr, uint8_t family,
	struct base_set *out)
{
	*out = (struct base_set){{0}};
	for (unsigned list = 0; list < BASE_SET_MAX; list++) {
		uint32_t run = 0;

		if (policy_addr_next(table, (uint8_t)list, addr, family, &run) != NULL)
			base_set_add(out, (uint8_t)list);
	}
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "place.h"
#include "policy_priv.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* A view and all that hangs on it but the domain table: one allocation. */
struct built {
	struct policy_view view; /* first: policy_view_free() gets its address */
	struct policy *policy;
	struct policy_table *table;		/* counted */
	struct policy_patterns *patterns;	/* counted; NULL: no list has an expression */
	struct policy_clients *clients;		/* the view's, to be given its prefixes */
	struct policy_prefixes *prefixes;	/* counted; NULL: no client is known by one */
	struct policy_addrs_node *named;	/* counted; NULL: no list names clients */
	struct policy_addrs_node *in_responses; /* counted; NULL: no list names addresses */
};

static size_t
rounded(size_t bytes)
{
	return (bytes + 63) & ~(size_t)63;
}

/* Groups that a view has besides those of the INI. */
static uint32_t
states_of(const struct policy *policy)
{
	return policy_is_by_frame(policy) ? policy->schedule->hours.nb_states : 0;
}

static size_t
hours_size(const struct policy *policy)
{
	if (!policy_is_by_frame(policy))
		return 0;
	return rounded(sizeof(struct policy_hours)) +
	       rounded(base_zone_bytes(policy->schedule->zone)) +
	       rounded(policy->nb_groups * sizeof(struct policy_week)) +
	       rounded(policy->schedule->hours.nb_spans * sizeof(struct policy_span));
}

size_t
policy_view_size(const struct policy *policy)
{
	return rounded(sizeof(struct built)) +
	       rounded((policy->nb_groups + states_of(policy)) * sizeof(struct policy_group)) +
	       hours_size(policy) + rounded(policy->nb_lists * sizeof(struct policy_list)) +
	       rounded(policy->nb_conds * sizeof(struct policy_cond)) +
	       rounded(policy_clients_bytes(policy));
}

/* The next part of the allocation, filled with a copy. */
static const void *
put(uint8_t **at, const void *from, size_t bytes)
{
	void *to = *at;

	if (bytes > 0)
		memcpy(to, from, bytes);
	*at += rounded(bytes);
	return to;
}

/* The groups, and behind them one for each state of each. */
static const struct policy_group *
put_groups(uint8_t **at, const struct policy *policy)
{
	struct policy_group *groups = (struct policy_group *)(void *)*at;
	const struct policy_schedule *schedule = policy->schedule;

	memcpy(groups, policy->groups, policy->nb_groups * sizeof(groups[0]));
	for (uint16_t i = 0; policy_is_by_frame(policy) && i < policy->nb_groups; i++) {
		const struct policy_span *spans = schedule->spans + schedule->weeks[i].first;

		for (uint32_t k = 0; k < schedule->weeks[i].nb; k++) {
			struct policy_group *group = &groups[policy->nb_groups + spans[k].state];

			*group = policy->groups[i];
			policy_group_rest(group, &schedule->off[spans[k].state]);
		}
	}
	*at += rounded((policy->nb_groups + states_of(policy)) * sizeof(groups[0]));
	return groups;
}

/* The schedules, where the lcore is to look at them. */
static const struct policy_hours *
put_hours(uint8_t **at, const struct policy *policy)
{
	struct policy_hours *hours = (struct policy_hours *)(void *)*at;
	const struct policy_schedule *from = policy->schedule;

	if (!policy_is_by_frame(policy))
		return NULL;
	put(at, &from->hours, sizeof(*hours));
	hours->zone = put(at, from->zone, base_zone_bytes(from->zone));
	hours->weeks = put(at, from->weeks, policy->nb_groups * sizeof(from->weeks[0]));
	hours->spans = put(at, from->spans, from->hours.nb_spans * sizeof(from->spans[0]));
	return hours;
}

static void
fill(struct built *built, struct policy *policy)
{
	struct policy_view *view = &built->view;
	uint8_t *at = (uint8_t *)built + rounded(sizeof(*built));

	built->policy = policy;
	view->generation = policy->generation;
	view->key = policy->key;
	view->nb_groups = policy->nb_groups;
	view->nb_lists = policy->nb_lists;
	view->nb_conds = policy->nb_conds;
	view->pattern_lists = policy->pattern_lists;
	policy_compile_general(policy->conf, &view->general);
	view->is_timed = policy->schedule != NULL;
	for (uint16_t i = 0; i < policy->nb_groups; i++)
		view->is_capping |= policy->groups[i].cap_ttl;
	view->groups = put_groups(&at, policy);
	view->hours = put_hours(&at, policy);
	view->lists = put(&at, policy->lists, policy->nb_lists * sizeof(view->lists[0]));
	view->conds = put(&at, policy->conds, policy->nb_conds * sizeof(view->conds[0]));
	view->clients = built->clients = policy_clients_make(policy, at);
}

static bool
is_owner(const struct place_owner *a, const struct place_owner *b)
{
	return a->kind == b->kind && a->id == b->id;
}

/* The table of an owner, or a place for one; NULL: there is none. */
static struct policy_table *
find_table(struct policy *content, const struct place_owner *owner, unsigned filter_bits)
{
	struct policy_table *unused = NULL;

	for (uint32_t i = 0; i < POLICY_TABLES_MAX; i++) {
		struct policy_table *table = &content->tables[i];

		if (table->users > 0 && is_owner(&table->owner, owner) &&
			table->filter_bits == filter_bits)
			return table;
		if (table->users == 0 && unused == NULL)
			unused = table;
	}
	return unused;
}

/* The table that a generation before has for this owner, or a new one. */
static int
add_table(struct built *built, unsigned int lcore, int node, struct base_err *err)
{
	struct policy *policy = built->policy;
	bool shared = policy->conf->domains.replicas == CONF_REPLICAS_NODE;
	struct dtab_spec spec = {
		.node = node,
		.owner = {.kind = shared ? PLACE_OWNER_NODE : PLACE_OWNER_LCORE,
			.id = (uint16_t)(shared ? (unsigned int)node : lcore)},
		.filter_bits = policy->conf->domains.filter_bits,
		.cancel = policy->cancel,
	};
	struct policy_table *table = find_table(policy->content, &spec.owner, spec.filter_bits);
	int rc;

	if (table == NULL)
		return base_fail(err, BASE_EXIT_FAILURE, ENOSPC, "more than %d domain tables",
			POLICY_TABLES_MAX);
	if (table->users == 0) {
		rc = dtab_build(policy->source, &spec, &table->dtab, err);
		if (rc < 0)
			return rc;
		table->owner = spec.owner;
		table->filter_bits = spec.filter_bits;
	}
	table->users++;
	built->table = table;
	built->view.domains = table->dtab;
	built->view.records = dtab_data(table->dtab);
	return 0;
}

static struct policy_patterns *
patterns_of_node(struct policy_compiled *compiled, int node)
{
	struct policy_patterns *unused = NULL;

	for (uint32_t i = 0; i < CONF_NODES_MAX; i++) {
		struct policy_patterns *patterns = &compiled->nodes[i];

		if (patterns->users > 0 && patterns->node == node)
			return patterns;
		if (patterns->users == 0 && unused == NULL)
			unused = patterns;
	}
	return unused;
}

/* The database of the node and scratch of the lcore's own, where there is something to match. */
static int
add_patterns(struct built *built, unsigned int lcore, int node, struct base_err *err)
{
	struct policy *policy = built->policy;
	struct policy_patterns *patterns;
	int rc;

	if (policy->compiled == NULL)
		return 0;
	patterns = patterns_of_node(policy->compiled, node);
	rc = pat_scratch_build(policy->source_patterns, lcore, node, &built->view.scratch, err);
	if (rc < 0)
		return rc;
	if (patterns->users == 0) {
		rc = pat_db_build(policy->source_patterns, node, &patterns->db, err);
		if (rc < 0)
			return rc; /* the scratch goes with the view */
		patterns->node = node;
	}
	patterns->users++;
	built->patterns = patterns;
	built->view.patterns = patterns->db;
	return 0;
}

/* The prefixes of the node, where clients are known by any. */
static int
add_prefixes(struct built *built, int node, struct base_err *err)
{
	int rc = policy_prefixes_get(built->policy, node, &built->prefixes, err);

	if (rc == 0 && built->prefixes != NULL)
		built->clients->nets = built->prefixes->nets;
	return rc;
}

/* What the lists of the node say of addresses. */
static int
add_address_rules(struct built *built, int node, struct base_err *err)
{
	int rc = policy_addrs_get(built->policy->content, POLICY_CLIENTS, node, &built->named, err);

	if (rc == 0 && built->named != NULL) {
		built->view.client_nets = built->named->nets;
		built->view.client_rules = built->named->table;
	}
	if (rc == 0)
		rc = policy_addrs_get(
			built->policy->content, POLICY_RESPONSES, node, &built->in_responses, err);
	if (rc == 0 && built->in_responses != NULL)
		built->view.address_nets = built->in_responses->nets;
	return rc;
}

/* Memory for a view that an lcore reads. */
static int
place_view(unsigned int lcore, int node, size_t bytes, struct built **out, struct base_err *err)
{
	char name[PLACE_NAME_MAX];
	struct place_what what = {
		.name = name,
		.node = node,
		.owner = {.kind = PLACE_OWNER_LCORE, .id = (uint16_t)lcore},
	};
	void *memory;
	int rc;

	snprintf(name, sizeof(name), "groups and lists lcore %u", lcore);
	rc = place_zalloc(&what, bytes, 0, &memory, err);
	*out = memory;
	return rc;
}

int
policy_view_build(struct policy *policy, unsigned int lcore, int node, struct policy_view **out,
	struct base_err *err)
{
	struct built *built;
	int rc = place_view(lcore, node, policy_view_size(policy), &built, err);

	*out = NULL;
	if (rc < 0)
		return rc;
	fill(built, policy);
	rc = base_cancel_check(policy->cancel, err);
	if (rc == 0)
		rc = add_table(built, lcore, node, err);
	if (rc == 0)
		rc = add_prefixes(built, node, err);
	if (rc == 0)
		rc = add_address_rules(built, node, err);
	if (rc == 0)
		rc = add_patterns(built, lcore, node, err);
	if (rc < 0) {
		policy_view_free(&built->view);
		return rc;
	}
	*out = &built->view;
	return 0;
}

int
policy_view_empty(const struct conf *conf, unsigned int lcore, int node, struct policy_view **out,
	struct base_err *err)
{
	struct built *built;
	int rc = place_view(lcore, node, sizeof(*built), &built, err);

	*out = NULL;
	if (rc < 0)
		return rc;
	policy_compile_general(conf, &built->view.general);
	*out = &built->view;
	return 0;
}

void
policy_view_free(struct policy_view *view)
{
	struct built *built = (struct built *)view;

	if (view == NULL)
		return;
	if (built->table != NULL && --built->table->users == 0)
		dtab_free(built->table->dtab);
	policy_prefixes_put(built->prefixes);
	policy_addrs_put(built->named);
	policy_addrs_put(built->in_responses);
	pat_scratch_free(view->scratch);
	if (built->patterns != NULL && --built->patterns->users == 0)
		pat_db_free(built->patterns->db);
	place_free(built);
}

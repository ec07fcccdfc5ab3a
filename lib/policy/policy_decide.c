/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "policy_priv.h"

/* The best rule of the winning list so far. */
struct best {
	bool found;
	uint8_t class;
	uint32_t data; /* of the rule: 1 + offset in the records, 0: none */
	uint16_t rank; /* specificity inside a class: exact, then the longer name, subtree first */
};

static bool
is_extra_meant(const struct policy_view *view, const struct policy_query *query,
	const struct dtab_extra *extra, bool whole)
{
	if (!policy_is_kind_meant(extra->kind, whole))
		return false;
	return extra->cond == 0 ||
	       policy_is_type_meant(&view->conds[extra->cond - 1], query->qtype);
}

/* Rules with a condition, an action or a class of their own: few names have any. */
static void
collect_extras(const struct policy_view *view, const struct policy_query *query,
	const struct dtab_hit *hit, struct base_set *named)
{
	const struct dtab_details *details = hit->details;
	bool whole = hit->labels == query->labels;

	for (uint32_t i = 0; i < details->nb_extras; i++) {
		if (is_extra_meant(view, query, &details->extras[i], whole))
			base_set_add(named, details->extras[i].list);
	}
}

static void
collect(const struct policy_view *view, const struct policy_query *query, struct base_set *named)
{
	if (query->by_client != NULL)
		base_set_join(named, query->by_client);
	for (uint8_t i = 0; i < query->hits.nb; i++) {
		const struct dtab_hit *hit = &query->hits.hit[i];
		const struct dtab_details *details = hit->details;

		base_set_join(named, &details->subtree);
		base_set_join(
			named, hit->labels == query->labels ? &details->exact : &details->below);
		if (details->nb_extras > 0)
			collect_extras(view, query, hit, named);
	}
}

static void
consider(const struct dtab_hit *hit, const struct dtab_extra *rule, struct best *best,
	struct policy_verdict *out)
{
	uint16_t rank = (uint16_t)(rule->kind == DTAB_EXACT
					   ? UINT16_MAX
					   : 2 * hit->labels + (rule->kind == DTAB_SUBTREE));

	if (best->found &&
		(rule->class > best->class || (rule->class == best->class && rank <= best->rank)))
		return;
	*best = (struct best){
		.found = true, .class = rule->class, .rank = rank, .data = rule->data};
	out->name_id = hit->name_id;
	out->labels = hit->labels;
	out->kind = rule->kind;
	out->class = rule->class;
	out->cond = rule->cond;
	out->action = rule->action;
}

static void
consider_hit(const struct policy_view *view, const struct policy_query *query,
	const struct dtab_hit *hit, struct best *best, struct policy_verdict *out)
{
	const struct dtab_details *details = hit->details;
	const struct dtab_extra *extra = details->extras;
	bool whole = hit->labels == query->labels;
	uint8_t list = (uint8_t)out->list;
	uint8_t listed = view->lists[list].action;
	struct dtab_extra rule = {.list = list, .class = DTAB_BLOCK, .action = listed};

	rule.kind = whole ? DTAB_EXACT : DTAB_BELOW;
	if (base_set_has(whole ? &details->exact : &details->below, list))
		consider(hit, &rule, best, out);
	rule.kind = DTAB_SUBTREE;
	if (base_set_has(&details->subtree, list))
		consider(hit, &rule, best, out);
	for (uint32_t i = 0; i < details->nb_extras; i++) {
		if (extra[i].list != list || !is_extra_meant(view, query, &extra[i], whole))
			continue;
		rule = extra[i];
		if (rule.action == DTAB_ACTION_LIST)
			rule.action = listed;
		consider(hit, &rule, best, out);
	}
}

/* No name of the winning list was asked, so an expression of it matched: the first one did. */
static void
choose_pattern(const struct policy_view *view, const struct policy_query *query,
	struct policy_verdict *out)
{
	out->name_id = query->patterns->rule;
	out->labels = query->labels;
	out->kind = POLICY_PATTERN;
	out->class = DTAB_BLOCK;
	out->action = view->lists[out->list].action;
}

/* The longest prefix by which the winning list names the client goes before all names. */
static bool
choose_client(const struct policy_view *view, const struct policy_query *query,
	struct policy_verdict *out)
{
	const struct policy_addr_rule *rule;
	uint32_t run = 0;

	rule = policy_addr_next(
		view->client_rules, (uint8_t)out->list, query->addr, query->family, &run);
	if (rule == NULL)
		return false;
	out->name_id = rule->rule;
	out->labels = rule->bits;
	out->kind = POLICY_CLIENT;
	out->class = DTAB_BLOCK;
	out->action =
		rule->action == DTAB_ACTION_LIST ? view->lists[out->list].action : rule->action;
	if (rule->data != 0)
		out->data = view->records + rule->data - 1;
	return true;
}

static void
choose_rule(const struct policy_view *view, const struct policy_query *query,
	struct policy_verdict *out)
{
	const struct policy_list *list = &view->lists[out->list];
	struct best best = {.found = false};

	if (query->by_client != NULL && base_set_has(query->by_client, (uint8_t)out->list) &&
		choose_client(view, query, out))
		return;
	for (uint8_t i = 0; i < query->hits.nb; i++)
		consider_hit(view, query, &query->hits.hit[i], &best, out);
	if (!best.found)
		choose_pattern(view, query, out);
	if (best.data != 0)
		out->data = view->records + best.data - 1;
	if (out->action == POLICY_NXDOMAIN && out->kind == DTAB_EXACT && list->exact_is_nodata)
		out->action = POLICY_NODATA;
}

bool
policy_is_open(const struct policy_view *view, const struct policy_query *query)
{
	const struct policy_group *group = &view->groups[query->group];
	struct base_set named = {{0}}, patterns = view->pattern_lists;
	int first, winner;

	if (view->patterns == NULL)
		return false;
	base_set_keep(&patterns, &group->logging);
	if (base_set_first(&patterns) >= 0)
		return true;
	patterns = view->pattern_lists;
	base_set_keep(&patterns, &group->deciding);
	first = base_set_first(&patterns);
	if (first < 0 || (query->hits.nb == 0 && query->by_client == NULL))
		return first >= 0;
	collect(view, query, &named);
	base_set_keep(&named, &group->deciding);
	winner = base_set_first(&named);
	return winner < 0 || first < winner;
}

void
policy_decide(const struct policy_view *view, const struct policy_query *query,
	struct policy_verdict *out)
{
	const struct policy_group *group = &view->groups[query->group];
	struct base_set named = {{0}};
	int winner;

	*out = (struct policy_verdict){
		.generation = view->generation,
		.list = POLICY_LIST_NONE,
		.action = group->default_action,
	};
	if (query->hits.nb == 0 && query->patterns == NULL && query->by_client == NULL)
		return;
	collect(view, query, &named);
	if (query->patterns != NULL)
		base_set_join(&named, &query->patterns->lists);
	out->logged = named;
	base_set_keep(&out->logged, &group->logging);
	base_set_keep(&named, &group->deciding);
	winner = base_set_first(&named);
	if (winner < 0)
		return;
	out->list = (int16_t)winner;
	choose_rule(view, query, out);
}

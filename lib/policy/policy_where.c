/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "policy_priv.h"

#include <errno.h>
#include <stdlib.h>

const char *
policy_action_word(uint8_t action)
{
	static const char *const words[POLICY_NB_ACTIONS] = {
#define X(name, word) [POLICY_##name] = word,
		POLICY_ACTIONS(X)
#undef X
	};

	return action < POLICY_NB_ACTIONS ? words[action] : "?";
}

static void
rule_where(const struct policy *policy, uint32_t rule, struct policy_where *out)
{
	uint16_t list = policy_rule_list(policy, rule);

	out->list = policy_list_name(policy, list);
	out->category = policy->conf->lists[list].category;
	out->path = policy->conf->lists[list].path.text;
	out->line = policy->cold[list].rules[rule - policy->base[list]].line;
	out->expr = NULL;
}

/* The rule that made a verdict, or DTAB_NONE: none did, or an expression. */
static uint32_t
deciding_rule(const struct policy *policy, const struct policy_verdict *verdict)
{
	struct dtab_extra like = {
		.list = (uint8_t)verdict->list,
		.kind = verdict->kind,
		.class = verdict->class,
		.cond = verdict->cond,
	};

	if (verdict->list == POLICY_LIST_NONE || verdict->kind == POLICY_PATTERN)
		return DTAB_NONE;
	if (verdict->kind == POLICY_CLIENT)
		return verdict->name_id;
	return dtab_source_find(policy->source, verdict->name_id, &like);
}

bool
policy_where(
	const struct policy *policy, const struct policy_verdict *verdict, struct policy_where *out)
{
	uint32_t rule = deciding_rule(policy, verdict);

	if (verdict->list != POLICY_LIST_NONE && verdict->kind == POLICY_PATTERN) {
		policy_pattern_where(policy, verdict->name_id, out);
		return true;
	}
	if (rule == DTAB_NONE)
		return false;
	rule_where(policy, rule, out);
	return true;
}

/* What is the same of every rule of a list, whatever it is about. */
static void
match_list(const struct policy *policy, const struct policy_query *query, uint16_t list,
	struct policy_match *out)
{
	const struct policy_group *group = &policy->groups[query->group];
	struct policy_group_hours hours;

	out->class = DTAB_BLOCK;
	out->labels = query->labels;
	out->holds = true;
	out->action = policy->lists[list].action;
	out->on = base_set_has(&group->deciding, (uint8_t)list) ||
		  base_set_has(&group->logging, (uint8_t)list);
	out->rests = policy_group_hours(policy, query->group, &hours) &&
		     base_set_has(&hours.off, (uint8_t)list);
}

/* What a rule of a suffix says of the name asked; false: the rule is not about that name. */
static bool
match_rule(const struct policy *policy, const struct policy_query *query, uint8_t labels,
	uint32_t number, struct policy_match *out)
{
	uint16_t list = policy_rule_list(policy, number);
	const struct policy_cold *cold = &policy->cold[list];
	const struct lists_rule *rule = &cold->rules[number - policy->base[list]];
	uint8_t action = policy_rule_action(rule);
	uint16_t cond = policy_rule_cond(cold, rule);

	if (!policy_is_kind_meant(rule->kind, labels == query->labels))
		return false;
	match_list(policy, query, list, out);
	rule_where(policy, number, &out->where);
	if (action != DTAB_ACTION_LIST)
		out->action = action;
	out->kind = rule->kind;
	out->class = rule->class;
	out->labels = labels;
	out->holds = cond == 0 || policy_is_type_meant(&policy->conds[cond - 1], query->qtype);
	return true;
}

/* Where matches go. */
struct told {
	struct policy_match *out;
	size_t n, max;
};

static void
tell(struct told *told, const struct policy_match *match)
{
	if (told->n < told->max)
		told->out[told->n] = *match;
	told->n++;
}

/* Rules of a list that name a suffix of what was asked, hit by hit. */
static void
tell_names(const struct policy *policy, const struct policy_query *query, uint16_t list,
	uint32_t winner, struct told *told)
{
	for (uint8_t h = 0; h < query->hits.nb; h++) {
		const struct dtab_hit *hit = &query->hits.hit[h];
		const uint32_t *rules;
		uint32_t nb = dtab_source_rules(policy->source, hit->name_id, &rules);

		for (uint32_t r = 0; r < nb; r++) {
			struct policy_match match;

			if (policy_rule_list(policy, rules[r]) != list ||
				!match_rule(policy, query, hit->labels, rules[r], &match))
				continue;
			match.won = rules[r] == winner;
			tell(told, &match);
		}
	}
}

/* An address, and whose it is. */
struct whom {
	enum policy_whose whose;
	const uint8_t *addr; /* NULL: it is not known */
	uint8_t family;
};

/* Rules of a list that name an address. */
static void
tell_addresses(const struct policy *policy, const struct policy_match *like,
	const struct whom *whom, uint16_t list, uint32_t winner, struct told *told)
{
	const struct policy_addrs *addrs = policy->addrs[whom->whose];
	const struct policy_cold *cold = &policy->cold[list];
	const struct policy_addr_rule *rule;
	uint32_t run = 0;

	if (addrs == NULL || whom->addr == NULL)
		return;
	while ((rule = policy_addr_next(
			addrs->table, (uint8_t)list, whom->addr, whom->family, &run)) != NULL) {
		struct policy_match match = *like;

		if (rule->action != DTAB_ACTION_LIST)
			match.action = rule->action;
		rule_where(policy, rule->rule, &match.where);
		lists_prefix_read(cold->names + cold->rules[rule->rule - policy->base[list]].name,
			&match.prefix);
		match.won = rule->rule == winner;
		tell(told, &match);
	}
}

/* Rules of a list that name who asks. */
static void
tell_clients(const struct policy *policy, const struct policy_query *query, uint16_t list,
	uint32_t winner, struct told *told)
{
	const struct whom whom = {POLICY_CLIENTS, query->addr, query->family};
	struct policy_match like = {.kind = POLICY_CLIENT};

	match_list(policy, query, list, &like);
	tell_addresses(policy, &like, &whom, list, winner, told);
}

static void
tell_pattern(const struct policy *policy, const struct policy_query *query,
	const struct policy_verdict *verdict, uint32_t rule, struct told *told)
{
	uint16_t list = policy->exprs[rule].list;
	struct policy_match match = {.kind = POLICY_PATTERN};

	match_list(policy, query, list, &match);
	policy_pattern_where(policy, rule, &match.where);
	match.won = verdict->list == list && verdict->kind == POLICY_PATTERN &&
		    verdict->name_id == rule;
	tell(told, &match);
}

int
policy_match_patterns(
	const struct policy *policy, const uint8_t *wire, uint32_t **rules, uint32_t *nb)
{
	char text[PAT_TEXT_MAX];
	int64_t n;

	*rules = NULL;
	*nb = 0;
	if (policy->source_patterns == NULL)
		return 0;
	*rules = calloc(policy->nb_exprs, sizeof(**rules));
	if (*rules == NULL)
		return -ENOMEM;
	n = pat_source_match(
		policy->source_patterns, text, pat_text(wire, text), *rules, policy->nb_exprs);
	if (n < 0)
		return (int)n;
	*nb = (uint32_t)n;
	return 0;
}

size_t
policy_explain(const struct policy *policy, const struct policy_query *query,
	const struct policy_verdict *verdict, struct policy_match *out, size_t max)
{
	uint32_t winner = deciding_rule(policy, verdict), nb = 0, at = 0, *rules = NULL;
	struct told told = {.out = out, .max = max};

	if (query->name != NULL)
		policy_match_patterns(policy, query->name, &rules, &nb);
	for (uint16_t list = 0; list < policy->nb_lists; list++) {
		tell_clients(policy, query, list, winner, &told);
		tell_names(policy, query, list, winner, &told);
		for (; at < nb && policy->exprs[rules[at]].list == list; at++)
			tell_pattern(policy, query, verdict, rules[at], &told);
	}
	free(rules);
	return told.n;
}

size_t
policy_explain_address(const struct policy *policy, const struct policy_view *view, uint16_t group,
	const struct base_addr *addr, struct policy_match *out, size_t max)
{
	const struct whom whom = {POLICY_RESPONSES, addr->bytes, addr->family};
	const struct policy_query query = {.group = group};
	const struct base_set *named = policy_address_lists(view, addr);
	struct told told = {.out = out, .max = max};
	bool is_won = false;

	for (uint16_t list = 0; named != NULL && list < policy->nb_lists; list++) {
		struct policy_match like = {.kind = POLICY_ADDRESS};
		size_t first = told.n;

		if (!base_set_has(named, (uint8_t)list))
			continue;
		match_list(policy, &query, list, &like);
		tell_addresses(policy, &like, &whom, list, DTAB_NONE, &told);
		if (!is_won && base_set_has(&view->groups[group].deciding, (uint8_t)list)) {
			is_won = true;
			if (first < max)
				out[first].won = true;
		}
	}
	return told.n;
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "control_api_priv.h"
#include "dns_type.h"
#include "policy_ask.h"

#include <errno.h>
#include <stdlib.h>

#define MATCHES_MAX 256 /* that are told; the rest is counted */

/* Reads name and qtype. */
static int
read_question(const struct control_target *target, struct policy_asked *asked, struct base_err *err)
{
	const char *name = control_target_value(target, "name");
	const char *type = control_target_value(target, "qtype");

	if (name == NULL)
		return base_fail(err, BASE_EXIT_USAGE, EINVAL, "%s wants the parameter `name'",
			target->path);
	if (policy_asked_type(asked, type == NULL ? "A" : type, err) < 0)
		return -EINVAL;
	return policy_asked_name(asked, name, err);
}

/* Reads what is told of the client. */
static int
read_client(const struct control_facts *facts, const struct control_target *target,
	struct policy_known *known, struct base_err *err)
{
	int rc = 0;

	policy_known_init(known);
	for (unsigned key = 0; key < POLICY_KNOWN_KEYS && rc == 0; key++) {
		const char *value = control_target_value(target, policy_known_keys[key]);

		if (value != NULL)
			rc = policy_known_set(known, facts->conf, key, value, err);
	}
	return rc;
}

/* The words of a rule: the name, the expression, or the prefix. */
static json_t *
rule_text(const struct policy_asked *asked, const struct policy_match *match)
{
	char text[DNS_NAME_TEXT_MAX];
	const uint8_t *suffix;
	uint8_t len;

	if (match->where.expr != NULL)
		return control_text(match->where.expr);
	if (match->kind == POLICY_CLIENT)
		return json_string(base_prefix_format(&match->prefix, text));
	suffix = dns_name_suffix(&asked->name, match->labels, &len);
	dns_name_format(suffix, len, text, sizeof(text));
	return control_text(text);
}

static json_t *
match_json(const struct policy_asked *asked, const struct policy_match *match)
{
	return json_pack("{s:s, s:o, s:i, s:o, s:s, s:s, s:b, s:b, s:b, s:b}", "list",
		match->where.list, "path", control_text(match->where.path), "line",
		(int)match->where.line, "rule", rule_text(asked, match), "kind",
		policy_kind_word(match->kind), "action", policy_action_word(match->action), "won",
		(int)match->won, "on", (int)match->on, "rests", (int)match->rests, "holds",
		(int)match->holds);
}

/* Every rule that names it, the winner among them; *more: how many are not told. */
static json_t *
matches_json(const struct control_facts *facts, const struct policy_asked *asked, size_t *more)
{
	struct policy_match *matches = calloc(MATCHES_MAX, sizeof(*matches));
	json_t *array = json_array();
	size_t n, told;

	*more = 0;
	if (matches == NULL) {
		json_decref(array);
		return NULL;
	}
	n = policy_explain(facts->policy, &asked->query, &asked->verdict, matches, MATCHES_MAX);
	told = n < MATCHES_MAX ? n : MATCHES_MAX;
	*more = n - told;
	for (size_t i = 0; i < told; i++)
		control_append(&array, match_json(asked, &matches[i]));
	free(matches);
	return array;
}

/* The rule that decided; null: the group's default did. */
static json_t *
winner_json(const struct control_facts *facts, const struct policy_asked *asked)
{
	struct policy_where where;

	if (!policy_where(facts->policy, &asked->verdict, &where))
		return json_null();
	return json_pack("{s:s, s:s, s:o, s:i}", "list", where.list, "category", where.category,
		"path", control_text(where.path), "line", (int)where.line);
}

/* The lists that hours have turned off, and until when; null: the group has no schedule. */
static json_t *
schedule_json(const struct control_facts *facts, uint16_t group)
{
	char text[BASE_ZONE_TEXT_MAX];
	struct policy_group_hours hours;
	json_t *off = NULL;
	int list;

	if (!policy_group_hours(facts->policy, group, &hours))
		return json_null();
	off = json_array();
	while ((list = base_set_first(&hours.off)) >= 0) {
		control_append(&off, json_string(policy_list_name(facts->policy, (uint16_t)list)));
		base_set_remove(&hours.off, (uint8_t)list);
	}
	return json_pack("{s:s, s:o, s:o}", "timezone", hours.timezone, "off", off, "until",
		hours.change_s == BASE_ZONE_NEVER
			? json_null()
			: json_string(base_zone_text(hours.zone, hours.change_s, text)));
}

static json_t *
reply_json(const struct control_facts *facts, const struct policy_asked *asked)
{
	const struct policy_group *group = &facts->view->groups[asked->member.group];
	char name[DNS_NAME_TEXT_MAX], type[DNS_TYPE_TEXT_MAX], why[POLICY_WHY_MAX] = "";
	size_t more;
	json_t *matches = matches_json(facts, asked, &more);

	if (facts->view->clients != NULL)
		policy_group_why(facts->policy, asked->client, &asked->member, why);
	dns_name_format(asked->name.wire, asked->name.len, name, sizeof(name));
	return json_pack("{s:o, s:s, s:I, s:s, s:o, s:{s:s, s:o, s:b, s:o}, s:o, s:I}", "name",
		control_text(name), "qtype", dns_type_format(asked->qtype, type), "generation",
		(json_int_t)asked->verdict.generation, "action",
		policy_action_word(asked->verdict.action), "rule", winner_json(facts, asked),
		"group", "name", policy_group_name(facts->policy, asked->member.group), "why",
		control_text(why), "enforce", (int)group->enforce, "schedule",
		schedule_json(facts, asked->member.group), "matches", matches, "more_matches",
		(json_int_t)more);
}

int
control_get_lookup(const struct control_facts *facts, const struct control_target *target,
	json_t **reply, struct base_err *err)
{
	struct policy_asked *asked = calloc(1, sizeof(*asked));
	struct policy_known known;
	int rc;

	if (facts->view->generation == 0) {
		free(asked);
		return base_fail(err, BASE_EXIT_UNAVAILABLE, EAGAIN,
			"no policy is in force yet: the first one is being built");
	}
	if (asked == NULL)
		return base_fail(err, BASE_EXIT_UNAVAILABLE, ENOMEM, "no memory for a lookup");
	asked->client = &known.client;
	rc = read_question(target, asked, err);
	if (rc == 0)
		rc = read_client(facts, target, &known, err);
	if (rc == 0)
		rc = policy_ask(facts->policy, facts->view, asked, err);
	if (rc == 0)
		rc = control_reply(reply_json(facts, asked), reply, err);
	free(asked);
	return rc;
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "explain_show.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

/* What hours have turned off, and until when. */
static void
show_schedule(const struct policy *policy, uint16_t group)
{
	char lists[512], at[BASE_ZONE_TEXT_MAX], until[BASE_ZONE_TEXT_MAX];
	struct policy_group_hours hours;

	if (!policy_group_hours(policy, group, &hours))
		return;
	printf("schedule: at %s lists off: %s; until %s (%s)\n",
		base_zone_text(hours.zone, hours.at_s, at),
		base_set_first(&hours.off) < 0
			? "none"
			: policy_lists_text(policy, &hours.off, lists, sizeof(lists)),
		hours.change_s == BASE_ZONE_NEVER
			? "for ever"
			: base_zone_text(hours.zone, hours.change_s, until),
		hours.timezone);
}

void
explain_show_group(
	const struct policy *policy, const struct policy_view *view, const struct policy_asked *q)
{
	uint16_t group = q->member.group;
	char why[POLICY_WHY_MAX] = "";

	if (view->clients != NULL)
		policy_group_why(policy, q->client, &q->member, why);
	printf("group: %s%s%s%s\n", policy_group_name(policy, group), why[0] == '\0' ? "" : ", ",
		why, view->groups[group].enforce ? "" : " (enforce = no: nothing is blocked)");
	show_schedule(policy, group);
}

/* What the first list that decides would do. */
static void
show_verdict(const struct base_addr *addr, const struct policy_match *matches, size_t n)
{
	char text[BASE_ADDR_TEXT_MAX];

	printf("%s: ", base_addr_format(addr, text));
	for (size_t i = 0; i < n; i++) {
		if (!matches[i].won)
			continue;
		printf("%s by list %s, %s:%u, not in force yet: responses pass unread\n",
			policy_action_word(matches[i].action), matches[i].where.list,
			matches[i].where.path, matches[i].where.line);
		return;
	}
	printf("no list decides\n");
}

static void
show_match(const struct policy_match *match)
{
	char text[BASE_PREFIX_TEXT_MAX];

	printf("%s %-16s %-10s %-10s %-24s %s:%u%s\n", match->won ? "*" : " ", match->where.list,
		policy_action_word(match->action), policy_kind_word(match->kind),
		base_prefix_format(&match->prefix, text), match->where.path, match->where.line,
		match->on      ? ""
		: match->rests ? "  (the list is off by the group's schedule)"
			       : "  (the list is off in this group)");
}

int
explain_show_address(const struct policy *policy, const struct policy_view *view,
	struct policy_asked *q, const struct base_addr *addr)
{
	struct policy_match *matches = calloc(EXPLAIN_MATCHES_MAX, sizeof(*matches));
	size_t n, told;

	if (matches == NULL)
		return -ENOMEM;
	q->member = (struct policy_member){.key = POLICY_KEY_DEFAULT};
	if (view->clients != NULL)
		policy_group_burst(view, q->client, 1, &q->member);
	n = policy_explain_address(
		policy, view, q->member.group, addr, matches, EXPLAIN_MATCHES_MAX);
	told = n < EXPLAIN_MATCHES_MAX ? n : EXPLAIN_MATCHES_MAX;
	show_verdict(addr, matches, told);
	explain_show_group(policy, view, q);
	if (n == 0)
		printf("no list names it\n");
	for (size_t i = 0; i < told; i++)
		show_match(&matches[i]);
	if (n > told)
		printf("… and %zu more\n", n - told);
	free(matches);
	return 0;
}

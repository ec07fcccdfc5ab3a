/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * A resolver that meets a CNAME in an answer asks for its target: where the policy answers that by
 * a block, with the same CNAME perhaps, it never comes to an end.
 */
#include "check_cname.h"

#include <stdio.h>
#include <string.h>

void
check_cname_init(const struct conf *conf, struct check_cname *check)
{
	*check = (struct check_cname){.conf = conf};
	for (uint32_t i = 0; i < conf->n_lists; i++) {
		const struct conf_action *action = &conf->lists[i].action;
		struct check_target *target = &check->targets[check->n];

		if (action->act != CONF_ACT_CNAME ||
			!base_set_has(&conf->groups[0].lists, (uint8_t)i))
			continue;
		if (dns_name_from_text(
			    action->target, strlen(action->target), &target->name, NULL) < 0)
			continue;
		target->list = &conf->lists[i];
		target->is_decided = false;
		check->n++;
	}
}

/* Whether a rule is about a name, whatever the type that is asked for. */
static bool
holds(const struct lists_rules *rules, const struct lists_rule *rule, const struct dns_name *name)
{
	uint8_t len;
	const uint8_t *wire = lists_rule_name(rules, rule, &len);

	if (lists_rule_is_address(rule) || rule->cond != 0 || len > name->len ||
		(rule->kind == LISTS_EXACT && len != name->len) ||
		(rule->kind == LISTS_BELOW && len == name->len))
		return false;
	if (len == name->len)
		return memcmp(wire, name->wire, len) == 0;
	for (uint8_t i = 0; i < name->labels; i++) {
		if (name->len - name->start[i] == len)
			return memcmp(wire, name->wire + name->start[i], len) == 0;
	}
	return len == 1; /* the root */
}

/* The strongest rule of a list about a name; NULL: none. */
static const struct lists_rule *
find_rule(const struct lists_rules *rules, const struct dns_name *name)
{
	const struct lists_rule *found = NULL;

	for (uint32_t i = 0; i < rules->nb_rules; i++) {
		const struct lists_rule *rule = &rules->rules[i];

		if ((found == NULL || rule->class < found->class) && holds(rules, rule, name))
			found = rule;
	}
	return found;
}

static bool
blocks(const struct conf_list *list, const struct lists_rule *rule)
{
	return list->action.act != CONF_ACT_PASS && rule->action != LISTS_ACT_PASS &&
	       rule->class != LISTS_IMPORTANT_EXCEPTION && rule->class != LISTS_EXCEPTION;
}

void
check_cname_list(
	struct check_cname *check, const struct conf_list *list, const struct lists_rules *rules)
{
	uint8_t index = (uint8_t)(list - check->conf->lists);
	char where[CONF_WHERE_MAX];

	if (list->action.act == CONF_ACT_LOG || !base_set_has(&check->conf->groups[0].lists, index))
		return;
	for (uint32_t i = 0; i < check->n; i++) {
		struct check_target *target = &check->targets[i];
		const struct lists_rule *rule =
			target->is_decided ? NULL : find_rule(rules, &target->name);

		if (rule == NULL)
			continue;
		target->is_decided = true;
		if (blocks(list, rule))
			fprintf(stderr,
				"warning: %s: [%s] action: %s is blocked itself by %s:%u: a "
				"resolver that follows the CNAME does not come to an end\n",
				conf_where(&target->list->sect, "action", where),
				target->list->sect.title, target->list->action.target,
				list->path.text, rule->line);
	}
}

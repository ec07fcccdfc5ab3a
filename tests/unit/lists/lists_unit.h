/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef LISTS_UNIT_H
#define LISTS_UNIT_H

/** @file A list in, its rules as text out: what most tests of this room compare. */

#include "lists.h"
#include "unit.h"

#include <stdio.h>
#include <string.h>

#define LISTS_UNIT_TEXT 4096

/** Appends to a text that must have the room; returns the characters without the NUL. */
__attribute__((format(printf, 3, 4))) static inline size_t
lists_unit_print(char *to, size_t room, const char *fmt, ...)
{
	va_list args;
	int len;

	va_start(args, fmt);
	len = vsnprintf(to, room, fmt, args);
	va_end(args);
	assert_true(len >= 0 && (size_t)len < room);
	return (size_t)len;
}

/** All bad lines are taken, so that the report can be looked at. */
static inline struct lists_rules *
lists_unit_read(enum lists_format format, const char *text, size_t len)
{
	const struct lists_spec spec = {
		.path = "a.txt", .format = format, .max_bad = 100, .ttl = 60};
	struct base_err err = {0};
	struct lists_rules *rules;

	assert_int_equal(lists_read_bytes(&spec, (const uint8_t *)text, len, &rules, &err), 0);
	assert_non_null(rules);
	assert_int_equal(err.exit, BASE_EXIT_OK);
	return rules;
}

/** `LINE KIND NAME` for each rule, a class other than block, an own action and a condition behind
 * it.
 */
static inline size_t
lists_unit_rule(
	const struct lists_rules *rules, const struct lists_rule *rule, char *to, size_t room)
{
	static const char *const kinds[] = {"exact", "subtree", "below", "client", "address"};
	static const char *const classes[] = {
		" important-exception", " important", " exception", ""};
	size_t len = lists_unit_print(to, room, "%u %s ", rule->line, kinds[rule->kind]);
	const uint8_t *wire;
	uint8_t wire_len;

	if (lists_rule_is_address(rule)) {
		char text[BASE_PREFIX_TEXT_MAX];
		struct base_prefix prefix;

		assert_true(lists_prefix_read(rules->names + rule->name, &prefix));
		len += lists_unit_print(
			to + len, room - len, "%s", base_prefix_format(&prefix, text));
	} else {
		wire = lists_rule_name(rules, rule, &wire_len);
		assert_int_equal(wire[wire_len - 1], 0);
		for (const uint8_t *at = wire; at < wire + wire_len - 1; at += *at + 1)
			len += lists_unit_print(
				to + len, room - len, "%.*s.", *at, (const char *)at + 1);
		len += lists_unit_print(to + len, room - len, "%s", wire_len == 1 ? "." : "");
	}
	len += lists_unit_print(to + len, room - len, "%s", classes[rule->class]);
	if (rule->action != LISTS_ACT_LIST)
		len += lists_unit_print(
			to + len, room - len, " %s", lists_act_name((enum lists_act)rule->action));
	if (rule->cond != 0) {
		const struct lists_cond *cond = &rules->conds[rule->cond - 1];

		for (uint8_t i = 0; i < cond->nb_types; i++)
			len += lists_unit_print(to + len, room - len, "%s%u",
				cond->negated ? " ~" : " ", cond->types[i]);
	}
	len += lists_unit_print(to + len, room - len, "\n");
	return len;
}

static inline void
lists_unit_expect(enum lists_format format, const char *text, const char *expected)
{
	struct lists_rules *rules = lists_unit_read(format, text, strlen(text));
	char found[LISTS_UNIT_TEXT] = "";
	size_t len = 0;

	for (uint32_t i = 0; i < rules->nb_rules; i++) {
		len += lists_unit_rule(rules, &rules->rules[i], found + len, sizeof(found) - len);
	}
	assert_string_equal(found, expected);
	lists_free(rules);
}

/** One line that gives no rule, for this reason and no other. */
static inline void
lists_unit_skipped_bytes(
	enum lists_format format, const char *text, size_t len, enum lists_skip skip)
{
	struct lists_rules *rules = lists_unit_read(format, text, len);
	const struct lists_report *report = &rules->report;

	if (rules->nb_rules != 0)
		fail_msg("`%s` gave a rule", text);
	for (int i = 0; i < LISTS_NB_SKIPS; i++) {
		if (report->skips[i].count != (i == (int)skip))
			fail_msg("`%s`: %u times %s", text, report->skips[i].count,
				lists_skip_name((enum lists_skip)i));
	}
	assert_int_equal(report->skips[skip].lines[0], 1);
	assert_int_equal(report->rule_lines, 1);
	assert_int_equal(report->bad_lines, lists_skip_is_bad(skip));
	lists_free(rules);
}

static inline void
lists_unit_skipped(enum lists_format format, const char *text, enum lists_skip skip)
{
	lists_unit_skipped_bytes(format, text, strlen(text), skip);
}

#endif

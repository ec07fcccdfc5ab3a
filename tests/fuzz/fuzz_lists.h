/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef FUZZ_LISTS_H
#define FUZZ_LISTS_H

/** @file What every list reader keeps, whatever it reads. */

#include "fuzz.h"
#include "lists.h"

#include <errno.h>
#include <string.h>

/** A canonical wire name of the octets that a list may have; of a zone, of any. Returns its octets.
 */
static inline uint32_t
fuzz_lists_name(const struct lists_rules *rules, const struct lists_rule *rule)
{
	static const char octets[] = "-_0123456789abcdefghijklmnopqrstuvwxyz";
	uint8_t len, at = 0;
	const uint8_t *wire;

	FUZZ_CHECK(rule->name < rules->names_bytes);
	wire = lists_rule_name(rules, rule, &len);
	FUZZ_CHECK(len > 0 && rule->name + UINT64_C(1) + len <= rules->names_bytes);
	for (; wire[at] != 0; at = (uint8_t)(at + wire[at] + 1)) {
		FUZZ_CHECK(wire[at] <= 63 && at + wire[at] + 1 < len);
		for (uint8_t i = 1; i <= wire[at]; i++)
			FUZZ_CHECK(rules->report.format == LISTS_FORMAT_RPZ ||
				   memchr(octets, wire[at + i], sizeof(octets) - 1) != NULL);
	}
	FUZZ_CHECK(at + 1 == len);
	return len;
}

/** A prefix that no bits stand behind. Returns its octets. */
static inline uint32_t
fuzz_lists_prefix(const struct lists_rules *rules, const struct lists_rule *rule)
{
	const uint8_t *at = rules->names + rule->name;
	struct base_prefix prefix;

	FUZZ_CHECK(rule->name < rules->names_bytes && (at[0] == 5 || at[0] == 17));
	FUZZ_CHECK(rule->name + UINT64_C(1) + at[0] <= rules->names_bytes);
	FUZZ_CHECK(lists_prefix_read(at, &prefix));
	for (unsigned bit = prefix.bits; bit < 128; bit++)
		FUZZ_CHECK((prefix.addr.bytes[bit / 8] & 0x80 >> bit % 8) == 0);
	return at[0];
}

static inline void
fuzz_lists_conds(const struct lists_rules *rules)
{
	const struct lists_cond *cond;

	for (uint32_t i = 0; i < rules->nb_conds; i++) {
		cond = &rules->conds[i];
		FUZZ_CHECK(cond->nb_types > 0 && cond->nb_types <= LISTS_COND_TYPES);
		for (uint8_t k = 1; k < cond->nb_types; k++)
			FUZZ_CHECK(cond->types[k - 1] < cond->types[k]);
	}
}

static inline void
fuzz_lists_rules(const struct lists_rules *rules)
{
	uint32_t kinds[LISTS_NB_KINDS] = {0}, classes[LISTS_NB_CLASSES] = {0}, line = 1;
	const struct lists_rule *rule;
	uint64_t names = 0;

	for (uint32_t i = 0; i < rules->nb_rules; i++) {
		rule = &rules->rules[i];
		FUZZ_CHECK(rule->line >= line && rule->line <= rules->report.lines);
		FUZZ_CHECK(rule->kind < LISTS_NB_KINDS && rule->class < LISTS_NB_CLASSES);
		FUZZ_CHECK(rule->cond <= rules->nb_conds);
		FUZZ_CHECK(rule->name == names);
		names += 1 + (lists_rule_is_address(rule) ? fuzz_lists_prefix(rules, rule)
							  : fuzz_lists_name(rules, rule));
		line = rule->line;
		kinds[rule->kind]++;
		classes[rule->class]++;
	}
	FUZZ_CHECK(names == rules->names_bytes);
	FUZZ_CHECK(memcmp(kinds, rules->report.kinds, sizeof(kinds)) == 0);
	FUZZ_CHECK(memcmp(classes, rules->report.classes, sizeof(classes)) == 0);
}

static inline void
fuzz_lists_exprs(const struct lists_rules *rules)
{
	uint32_t line = 0, exprs = 0;

	for (uint32_t i = 0; i < rules->nb_exprs; i++) {
		const struct lists_expr *expr = &rules->exprs[i];

		FUZZ_CHECK(expr->line > line && expr->line <= rules->report.lines);
		FUZZ_CHECK(expr->len > 0 &&
			   expr->text + UINT64_C(1) + expr->len <= rules->texts_bytes);
		FUZZ_CHECK(strlen(lists_expr_text(rules, expr)) == expr->len);
		FUZZ_CHECK(expr->flags < 128);
		line = expr->line;
		exprs += !expr->moved;
	}
	FUZZ_CHECK(exprs == rules->report.exprs);
}

/** Rules with data have a set each, which is whole records by ascending type and lies in `records`.
 */
static inline void
fuzz_lists_data(const struct lists_rules *rules)
{
	uint32_t nb = 0;

	for (uint32_t i = 0; i < rules->nb_rules; i++) {
		const uint8_t *set, *end;
		uint32_t at, type = 0, len;

		FUZZ_CHECK(rules->rules[i].action < LISTS_NB_ACTS);
		if (rules->rules[i].action != LISTS_ACT_DATA)
			continue;
		nb++;
		at = lists_rule_data(rules, i);
		FUZZ_CHECK(at + 2u <= rules->records_bytes);
		set = rules->records + at;
		len = (uint32_t)(set[0] << 8 | set[1]);
		FUZZ_CHECK(len >= 10 && at + 2u + len <= rules->records_bytes);
		end = set + 2 + len;
		for (set += 2; set < end; set += 10u + (uint32_t)(set[8] << 8 | set[9])) {
			FUZZ_CHECK(end - set >= 10);
			FUZZ_CHECK((uint32_t)(set[0] << 8 | set[1]) >= type);
			type = (uint32_t)(set[0] << 8 | set[1]);
			FUZZ_CHECK(set[2] == 0 && set[3] == 1 && set[4] < 0x80);
		}
		FUZZ_CHECK(set == end);
	}
	FUZZ_CHECK(nb == rules->nb_data && nb == rules->report.acts[LISTS_ACT_DATA]);
}

static inline void
fuzz_lists_report(const struct lists_report *report)
{
	uint32_t bad = 0;

	FUZZ_CHECK(report->format > LISTS_FORMAT_AUTO && report->format < LISTS_NB_FORMATS);
	FUZZ_CHECK(report->bad_lines <= report->rule_lines && report->rule_lines <= report->lines);
	for (int i = 0; i < LISTS_NB_SKIPS; i++) {
		const struct lists_note *note = &report->skips[i];

		bad += lists_skip_is_bad((enum lists_skip)i) ? note->count : 0;
		for (uint32_t k = 0; k < LISTS_FIRST; k++) {
			FUZZ_CHECK((note->lines[k] != 0) == (k < note->count));
			FUZZ_CHECK(note->lines[k] <= report->lines);
			for (const char *at = note->excerpts[k]; *at != '\0'; at++)
				FUZZ_CHECK(*at >= ' ' && *at <= '~');
		}
	}
	FUZZ_CHECK((bad > 0) == (report->bad_lines > 0) && bad >= report->bad_lines);
}

/** Two readings, each under a hash key of its own, give the same octets. */
static inline void
fuzz_lists_same(const struct lists_rules *a, const struct lists_rules *b)
{
	FUZZ_CHECK(a->nb_rules == b->nb_rules && a->names_bytes == b->names_bytes);
	FUZZ_CHECK(a->nb_rules == 0 ||
		   memcmp(a->rules, b->rules, a->nb_rules * sizeof(*a->rules)) == 0);
	FUZZ_CHECK(a->nb_rules == 0 || memcmp(a->names, b->names, a->names_bytes) == 0);
	FUZZ_CHECK(a->nb_exprs == b->nb_exprs && a->texts_bytes == b->texts_bytes);
	FUZZ_CHECK(a->nb_data == b->nb_data && a->records_bytes == b->records_bytes);
	FUZZ_CHECK(a->nb_data == 0 || memcmp(a->records, b->records, a->records_bytes) == 0);
	FUZZ_CHECK(a->nb_exprs == 0 || memcmp(a->texts, b->texts, a->texts_bytes) == 0);
	FUZZ_CHECK(memcmp(&a->report, &b->report, sizeof(a->report)) == 0);
}

/** Reads the octets with every fault forgiven, twice; and once more as strictly as can be. */
static inline void
fuzz_lists(enum lists_format format, const uint8_t *data, size_t size)
{
	struct lists_spec spec = {
		.path = "fuzz", .format = format, .allow_tld = true, .max_bad = 100};
	struct lists_rules *first, *second, *strict;
	struct base_err err = {0};
	int ret;

	FUZZ_CHECK(lists_read_bytes(&spec, data, size, &first, &err) == 0);
	FUZZ_CHECK(lists_read_bytes(&spec, data, size, &second, &err) == 0);
	fuzz_lists_conds(first);
	fuzz_lists_rules(first);
	fuzz_lists_exprs(first);
	fuzz_lists_data(first);
	fuzz_lists_report(&first->report);
	fuzz_lists_same(first, second);

	spec.allow_tld = false;
	spec.max_bad = 0;
	ret = lists_read_bytes(&spec, data, size, &strict, &err);
	FUZZ_CHECK(ret == (first->report.bad_lines == 0 ? 0 : -EINVAL));
	FUZZ_CHECK((err.exit == BASE_EXIT_CONFIG) == (ret != 0) && (strict != NULL) == (ret == 0));
	FUZZ_CHECK(ret != 0 || strict->nb_rules <= first->nb_rules);
	lists_free(strict);
	lists_free(second);
	lists_free(first);
}

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */

/* `lists_dump FORMAT FILE` prints what the room lists makes of a file, tab-separated: a line `rule`
 * for each rule, with its own action behind it if it has one, and `expr` for each expression, then
 * what was skipped, warned of and counted. Exits with the class of an error. */

#include "lists.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char *const kinds[] = {"exact", "subtree", "below", "client", "address"};
static const char *const classes[] = {
	"important_exception", "important_block", "exception", "block"};

static void
print_cond(const struct lists_cond *cond)
{
	if (cond->negated)
		printf("~");
	for (uint8_t i = 0; i < cond->nb_types; i++)
		printf("%s%u", i == 0 ? "" : ",", cond->types[i]);
}

/** Names of lists have no octet that would need an escape; those of zones are printed as they are.
 */
static void
print_name(const struct lists_rules *rules, const struct lists_rule *rule)
{
	uint8_t len;
	const uint8_t *wire = lists_rule_name(rules, rule, &len);
	char text[BASE_PREFIX_TEXT_MAX];
	struct base_prefix prefix;

	if (lists_rule_is_address(rule)) {
		if (lists_prefix_read(wire - 1, &prefix))
			printf("%s", base_prefix_format(&prefix, text));
		return;
	}
	for (const uint8_t *at = wire; *at != 0; at += *at + 1)
		printf("%.*s%s", *at, (const char *)at + 1, at[*at + 1] == 0 ? "" : ".");
	printf(len == 1 ? "." : "");
}

static void
print_rule(const struct lists_rules *rules, const struct lists_rule *rule)
{
	printf("rule\t%u\t%s\t%s\t", rule->line, kinds[rule->kind], classes[rule->class]);
	if (rule->cond == 0)
		printf("-");
	else
		print_cond(&rules->conds[rule->cond - 1]);
	printf("\t");
	print_name(rules, rule);
	if (rule->action != LISTS_ACT_LIST)
		printf("\t%s", lists_act_name((enum lists_act)rule->action));
	printf("\n");
}

static void
print_note(const char *word, const char *name, const struct lists_note *note)
{
	printf("%s\t%s\t%u", word, name, note->count);
	for (int i = 0; i < LISTS_FIRST && note->lines[i] != 0; i++)
		printf("\t%u: %s", note->lines[i], note->excerpts[i]);
	printf("\n");
}

static void
print_report(const struct lists_report *report)
{
	for (int i = 0; i < LISTS_NB_SKIPS; i++)
		print_note("skip", lists_skip_name((enum lists_skip)i), &report->skips[i]);
	for (int i = 0; i < LISTS_NB_WARNINGS; i++)
		print_note(
			"warning", lists_warning_name((enum lists_warning)i), &report->warnings[i]);
	printf("format\t%s\t%s\n", lists_format_name(report->format), report->how);
	printf("lines\t%u\t%u\t%u\n", report->lines, report->rule_lines, report->bad_lines);
	printf("removed\t%u\n", report->removed);
	printf("suffixes\t%s\n", lists_suffix_version());
	printf("bytes\t%" PRIu64 "\t%" PRIu64 "\n", report->text_bytes, report->bytes);
}

static void
print_expr(const struct lists_rules *rules, const struct lists_expr *expr)
{
	printf("expr\t%s\t%u\t%u\t%s\n", lists_expr_text(rules, expr), expr->line, expr->flags,
		expr->moved ? "moved" : "-");
}

static enum lists_format
format_of(const char *name)
{
	int i = 0;

	while (i < LISTS_NB_FORMATS && strcmp(name, lists_format_name((enum lists_format)i)) != 0)
		i++;
	return (enum lists_format)i;
}

int
main(int argc, char **argv)
{
	struct lists_spec spec = {.max_bad = 5, .ttl = 60};
	struct lists_rules *rules;
	struct base_err err = {0};

	if (argc != 3 || (spec.format = format_of(argv[1])) == LISTS_NB_FORMATS) {
		fprintf(stderr, "usage: %s FORMAT FILE\n", argv[0]);
		return BASE_EXIT_USAGE;
	}
	spec.path = argv[2];
	if (lists_read(&spec, &rules, &err) < 0) {
		fprintf(stderr, "%s\n", err.text);
		return err.exit;
	}
	for (uint32_t i = 0; i < rules->nb_rules; i++)
		print_rule(rules, &rules->rules[i]);
	for (uint32_t i = 0; i < rules->nb_exprs; i++)
		print_expr(rules, &rules->exprs[i]);
	print_report(&rules->report);
	lists_free(rules);
	return 0;
}

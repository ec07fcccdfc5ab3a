/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "pat_unit.h"

#include <errno.h>
#include <sys/wait.h>

/* Eleven seconds of work for the compiler on the fastest machine seen, more on any other. */
#define ENDLESS "((a.{1,60}b|c.{1,50}d|e.{1,70}f){1,40}g){1,20}h"

static void
what_cannot_be_compiled_is_left_out_and_told(void **state)
{
	static const struct pat_unit units[] = {
		{"^ads", 0, 0},
		{"a(b", 0, 0},
		{"x(?!y)", 0, 0},
		{"a|", 0, 0}, /* found out late: it is read without complaint */
		{"a++", 0, 0},
		{"track$", 0, 0},
		{"b*", 0, 0},
	};
	static const struct {
		uint32_t rule;
		const char *words;
	} bad[] = {
		{1, "Missing close parenthesis for group started at index 1."},
		{2, "Zero-width assertions are not supported."},
		{3, "Pattern matches empty buffer; use HS_FLAG_ALLOWEMPTY to enable support."},
		{4, "Possessive quantifiers are not supported."},
		{6, "Pattern matches empty buffer; use HS_FLAG_ALLOWEMPTY to enable support."},
	};
	struct pat_source *source = pat_unit_build(PAT_UNIT_RULES(units), 0);
	const struct pat_report *report = pat_source_report(source);
	uint32_t rules[8];

	(void)state;
	assert_int_equal(report->nb, 2);
	assert_int_equal(report->nb_bad, UNIT_COUNT(bad));
	for (size_t i = 0; i < UNIT_COUNT(bad); i++) {
		assert_int_equal(report->bad[i].rule, bad[i].rule);
		assert_string_equal(report->bad[i].words, bad[i].words);
	}
	assert_int_equal(pat_source_match(source, "ads.track", 9, rules, 8), 2);
	assert_int_equal(rules[0], 0);
	assert_int_equal(rules[1], 5);
	pat_source_free(source);
}

static void
nothing_good_is_a_source_that_matches_nothing(void **state)
{
	static const struct pat_unit units[] = {{"(", 0, 0}};
	struct pat_source *source = pat_unit_build(PAT_UNIT_RULES(units), 0);
	struct pat_rules none = {.nb = 0};
	uint32_t rules[1];

	(void)state;
	assert_int_equal(pat_source_report(source)->nb, 0);
	assert_int_equal(pat_source_match(source, "a", 1, rules, 1), 0);
	pat_source_free(source);
	source = pat_unit_build(none, 0);
	assert_int_equal(pat_source_match(source, "a", 1, rules, 1), 0);
	pat_source_free(source);
}

static void
count_seconds(void *arg, uint32_t nb, unsigned seconds)
{
	unsigned *last = arg;

	assert_true(nb > 0);
	assert_true(seconds > 0);
	*last += 1;
}

/** One expression does not end: it is found among the others, told, and they are matched. */
static void
an_endless_expression_is_found(void **state)
{
	static const struct pat_unit units[] = {
		{"^ads", 0, 0}, {"track$", 0, 0}, {ENDLESS, 0, 0}, {"(?-m)^beacon", 0, 0}};
	unsigned seconds = 0;
	struct pat_spec spec = {.limit_ns = UINT64_C(2500000000),
		.limit_bytes = UINT64_C(4) << 30,
		.progress = count_seconds,
		.arg = &seconds};
	struct pat_rules rules = PAT_UNIT_RULES(units);
	struct base_err err = {0};
	struct pat_source *source;
	uint32_t hit[4];

	(void)state;
	if (pat_source_build(&rules, &spec, &source, &err) != 0)
		fail_msg("%s", err.text);
	assert_int_equal(pat_source_report(source)->nb_bad, 1);
	assert_int_equal(pat_source_report(source)->bad[0].rule, 2);
	assert_string_equal(
		pat_source_report(source)->bad[0].words, "compiling takes more than 2.5 s");
	assert_int_equal(pat_source_report(source)->nb_alone, 1);
	assert_int_equal(pat_source_match(source, "beacon.track", 12, hit, 4), 2);
	assert_int_equal(hit[0], 1);
	assert_int_equal(hit[1], 3);
	assert_true(seconds >= 2);
	pat_source_free(source);
}

static void
ask_to_end(void *arg, uint32_t nb, unsigned seconds)
{
	(void)nb;
	(void)seconds;
	base_cancel_ask(arg);
}

/* The compiler is at work on what takes it long, and is gone when the call returns. */
static void
what_is_given_up_leaves_no_compiler(void **state)
{
	static const struct pat_unit units[] = {{"^ads", 0, 0}, {ENDLESS, 0, 0}};
	struct base_cancel cancel = {false};
	struct pat_spec spec = {
		PAT_UNIT_LIMITS, .progress = ask_to_end, .arg = &cancel, .cancel = &cancel};
	struct pat_rules rules = PAT_UNIT_RULES(units);
	struct base_err err = {0};
	struct pat_source *source;

	(void)state;
	assert_int_equal(pat_source_build(&rules, &spec, &source, &err), -ECANCELED);
	assert_null(source);
	assert_string_equal(err.text, "2 expressions: given up: the program ends");
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

static void
a_limit_that_nothing_can_keep_fails(void **state)
{
	static const struct pat_unit units[] = {{"^ads", 0, 0}, {"track$", 0, 0}};
	struct pat_spec spec = {.limit_ns = 1000, .limit_bytes = UINT64_C(4) << 30};
	struct pat_rules rules = PAT_UNIT_RULES(units);
	struct base_err err = {0};
	struct pat_source *source;

	(void)state;
	assert_int_equal(pat_source_build(&rules, &spec, &source, &err), -ETIMEDOUT);
	assert_null(source);
	assert_int_equal(err.exit, BASE_EXIT_UNAVAILABLE);
	assert_string_equal(err.text, "2 expressions: compiling takes more than 0.0 s: fewer "
				      "expressions, or a higher limit");
}

static void
note_culprit(void *arg, uint32_t rule, const char *words)
{
	assert_string_equal(words, "compiling takes more than 0.4 s");
	*(uint32_t *)arg |= 1u << rule;
}

/** More expressions without an end than are sought: the load fails, and says which were found. */
static void
culprits_are_told_when_there_are_too_many(void **state)
{
	static const struct pat_unit units[] = {{ENDLESS, 0, 0}, {ENDLESS "a", 0, 0},
		{ENDLESS "b", 0, 0}, {ENDLESS "c", 0, 0}, {ENDLESS "d", 0, 0}, {ENDLESS "e", 0, 0},
		{ENDLESS "f", 0, 0}, {ENDLESS "g", 0, 0}, {ENDLESS "h", 0, 0}, {ENDLESS "i", 0, 0}};
	uint32_t told = 0;
	struct pat_spec spec = {.limit_ns = UINT64_C(400000000),
		.limit_bytes = UINT64_C(4) << 30,
		.culprit = note_culprit,
		.arg = &told};
	struct pat_rules rules = PAT_UNIT_RULES(units);
	struct base_err err = {0};
	struct pat_source *source;

	(void)state;
	assert_int_equal(pat_source_build(&rules, &spec, &source, &err), -ETIMEDOUT);
	assert_true((told & 1) != 0 && told < 1u << 10);
	assert_non_null(strstr(err.text, "10 expressions, those told among them: compiling takes"));
}

static void
more_matches_than_room_are_counted(void **state)
{
	static const struct pat_unit units[] = {{"a", 0, 0}, {"b", 0, 0}, {"ab", 0, 0}};
	struct pat_source *source = pat_unit_build(PAT_UNIT_RULES(units), 0);
	uint32_t rules[2] = {9, 9};

	(void)state;
	assert_int_equal(pat_source_match(source, "xabab", 5, rules, 1), 3);
	assert_int_equal(rules[0], 0);
	assert_int_equal(rules[1], 9);
	pat_source_free(source);
}

/** A program without the handover in its main would start itself, and that one itself, and so on.
 */
static void
a_compiler_starts_no_compiler(void **state)
{
	static const struct pat_unit units[] = {{"^ads[0-9]", 0, 0}};
	struct pat_rules rules = PAT_UNIT_RULES(units);
	struct pat_spec spec = {PAT_UNIT_LIMITS};
	struct base_err err = {0};
	struct pat_source *source;

	(void)state;
	assert_int_equal(setenv("WEIR_PATTERN_COMPILER", "1", 1), 0);
	assert_int_equal(pat_source_build(&rules, &spec, &source, &err), -ENOEXEC);
	assert_null(source);
	assert_string_equal(err.text,
		"1 expressions: this program does not begin with pat_compiler_main(), or "
		"WEIR_PATTERN_COMPILER is set");
	assert_int_equal(unsetenv("WEIR_PATTERN_COMPILER"), 0);
	pat_source_free(pat_unit_build(rules, 0));
}

static void
costs_are_measured(void **state)
{
	static const struct pat_unit units[] = {{"^ads[0-9]", 0, 0}};
	static const char *const texts[] = {"a.example", "ads1.example", ""};
	struct pat_source *source = pat_unit_build(PAT_UNIT_RULES(units), 0);
	struct pat_costs costs;

	(void)state;
	pat_source_measure(source, texts, UNIT_COUNT(texts), &costs);
	assert_true(costs.single > 0 && costs.joined > 0);
	assert_true(pat_source_report(source)->join_from >= 2);
	assert_true(pat_source_report(source)->join_from <= PAT_BURST_MAX + 1);
	assert_true(pat_source_report(source)->db_bytes > 0);
	assert_true(pat_source_report(source)->scratch_bytes > 0);
	pat_source_free(source);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_cannot_be_compiled_is_left_out_and_told),
		cmocka_unit_test(nothing_good_is_a_source_that_matches_nothing),
		cmocka_unit_test(an_endless_expression_is_found),
		cmocka_unit_test(what_is_given_up_leaves_no_compiler),
		cmocka_unit_test(a_limit_that_nothing_can_keep_fails),
		cmocka_unit_test(culprits_are_told_when_there_are_too_many),
		cmocka_unit_test(more_matches_than_room_are_counted),
		cmocka_unit_test(a_compiler_starts_no_compiler),
		cmocka_unit_test(costs_are_measured),
	};

	PAT_UNIT_COMPILER(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "lists_unit.h"

/** Reads text as domains under a limit; the return value and the error are the caller's to judge.
 */
static int
read_under(const char *text, unsigned max_bad, struct base_err *err)
{
	const struct lists_spec spec = {
		.path = "l/a.txt", .format = LISTS_FORMAT_DOMAINS, .max_bad = max_bad};
	struct lists_rules *rules;
	int ret;

	memset(err, 0, sizeof(*err));
	ret = lists_read_bytes(&spec, (const uint8_t *)text, strlen(text), &rules, err);
	assert_true((ret == 0) == (rules != NULL));
	lists_free(rules);
	return ret;
}

static void
the_limit_is_the_last_that_passes(void **state)
{
	static const char one_of_four[] = "# x y\n\na.b\nc.d\ne f\ng.h\n";
	struct base_err err;

	(void)state;
	assert_int_equal(read_under(one_of_four, 25, &err), 0);
	assert_int_equal(err.exit, BASE_EXIT_OK);
	assert_int_equal(read_under(one_of_four, 24, &err), -22);
	assert_int_equal(err.exit, BASE_EXIT_CONFIG);
	assert_int_equal(read_under(one_of_four, 0, &err), -22);
	assert_int_equal(read_under("e f\n", 100, &err), 0);
	assert_int_equal(read_under("", 0, &err), 0);
	assert_int_equal(read_under("# x\n", 0, &err), 0);
	assert_int_equal(read_under("com\n", 0, &err), 0);
}

static void
the_refusal_names_the_first_bad_lines(void **state)
{
	struct base_err err;

	(void)state;
	assert_int_equal(read_under("a.b\nc d\r\ne..f\nh'\tx\n\x01i.j\nk l\n", 5, &err), -22);
	assert_string_equal(err.text,
		"l/a.txt:2: read as domains, 5 of 6 rule lines are bad, more than max_bad = 5 %; "
		"line 2, `c d`: more than one word; "
		"line 3, `e..f`: an empty label: a leading dot or two in a row; "
		"line 4, `h' x`: more than one word");
}

static void
auto_says_what_it_took_the_list_for(void **state)
{
	const struct lists_spec spec = {.path = "a", .max_bad = 5};
	struct lists_rules *rules;
	struct base_err err;

	(void)state;
	assert_int_equal(
		lists_read_bytes(&spec, (const uint8_t *)"a b c d .\n", 10, &rules, &err), -22);
	assert_null(rules);
	assert_non_null(strstr(err.text,
		"a:1: read as domains: no other format fits: 0 of the first 1 rule lines are a "
		"name alone, 1 of 1 "));
}

/** Three of each reason, cut, and nothing that a terminal would act on. */
static void
excerpts_are_short_and_printable(void **state)
{
	char text[512];
	struct lists_rules *rules;
	const struct lists_note *note;

	(void)state;
	memset(text, 'x', sizeof(text));
	memcpy(text, "\x1b[31m\x9b y\t z\r\n1\n2 3\n4 5\n6 7\n", 28);
	text[200] = ' ';
	rules = lists_unit_read(LISTS_FORMAT_DOMAINS, text, sizeof(text));
	note = &rules->report.skips[LISTS_SKIP_words];
	assert_int_equal(note->count, 5);
	assert_int_equal(note->lines[0], 1);
	assert_int_equal(note->lines[1], 3);
	assert_int_equal(note->lines[2], 4);
	assert_string_equal(note->excerpts[0], "?[31m? y  z");
	assert_string_equal(note->excerpts[1], "2 3");
	lists_free(rules);

	memset(text, 'x', sizeof(text));
	text[200] = ' ';
	rules = lists_unit_read(LISTS_FORMAT_DOMAINS, text, sizeof(text));
	note = &rules->report.skips[LISTS_SKIP_words];
	assert_int_equal(strlen(note->excerpts[0]), LISTS_EXCERPT_MAX - 1);
	assert_string_equal(note->excerpts[0] + LISTS_EXCERPT_MAX - 5, "x...");
	lists_free(rules);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_limit_is_the_last_that_passes),
		cmocka_unit_test(the_refusal_names_the_first_bad_lines),
		cmocka_unit_test(auto_says_what_it_took_the_list_for),
		cmocka_unit_test(excerpts_are_short_and_printable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

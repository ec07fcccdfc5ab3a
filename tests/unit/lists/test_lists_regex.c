/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "lists_unit.h"

/** `LINE FLAGS TEXT` for each expression, ` moved` behind those that are names. */
static void
expect_exprs(const char *text, const char *expected)
{
	struct lists_rules *rules = lists_unit_read(LISTS_FORMAT_REGEX, text, strlen(text));
	char found[LISTS_UNIT_TEXT] = "";
	size_t len = 0;

	for (uint32_t i = 0; i < rules->nb_exprs; i++) {
		const struct lists_expr *expr = &rules->exprs[i];

		assert_int_equal(strlen(lists_expr_text(rules, expr)), expr->len);
		len += lists_unit_print(found + len, sizeof(found) - len, "%u %u %s%s\n",
			expr->line, expr->flags, lists_expr_text(rules, expr),
			expr->moved ? " moved" : "");
	}
	assert_string_equal(found, expected);
	lists_free(rules);
}

static void
what_is_no_expression_is_named(void **state)
{
	(void)state;
	lists_unit_skipped(LISTS_FORMAT_REGEX, "1://", LISTS_SKIP_expression);
	lists_unit_skipped(LISTS_FORMAT_REGEX, "1:/abc", LISTS_SKIP_expression);
	lists_unit_skipped(LISTS_FORMAT_REGEX, "1:/", LISTS_SKIP_expression);
	lists_unit_skipped(LISTS_FORMAT_REGEX, "1:/abc/x", LISTS_SKIP_flag);
	lists_unit_skipped(LISTS_FORMAT_REGEX, "1:/abc/iL", LISTS_SKIP_flag);
	lists_unit_skipped(LISTS_FORMAT_REGEX, "1:/abc/ i", LISTS_SKIP_flag);
	lists_unit_skipped_bytes(LISTS_FORMAT_REGEX, "a\0b", 3, LISTS_SKIP_octet);
	lists_unit_skipped_bytes(LISTS_FORMAT_REGEX, "1:/ab/\0", 7, LISTS_SKIP_flag);
}

static void
a_line_is_an_expression_with_or_without_flags(void **state)
{
	(void)state;
	expect_exprs("^ads[0-9]+\\.\n7:/track.*/i\n8:/a/b/ismHV8W\n99:/x{2}/\n",
		"1 0 ^ads[0-9]+\\.\n2 1 track.*\n3 127 a/b\n4 0 x{2}\n");
}

static void
comments_and_blanks_are_cut_off_and_nothing_else(void **state)
{
	(void)state;
	expect_exprs("# a\n! b\n; c\n\n   \n  ^x+  # why\n^y+#z\n^a b+\t#\r\n",
		"6 0 ^x+\n7 0 ^y+#z\n8 0 ^a b+\n");
}

static void
a_colon_alone_makes_no_id(void **state)
{
	(void)state;
	expect_exprs(":/a+/\n1:a+\nx1:/a+/\n1 :/a+/\n",
		"1 0 :/a+/\n2 0 1:a+\n3 0 x1:/a+/\n4 0 1 :/a+/\n");
}

static void
the_first_of_two_equal_ones_stands(void **state)
{
	static const char text[] = "^b+\n^a+\n^b+\n1:/^b+/i\n2:/^b+/\n^a\\.b$\n^a\\.b$\n";
	struct lists_rules *rules = lists_unit_read(LISTS_FORMAT_REGEX, text, strlen(text));
	const struct lists_note *note = &rules->report.warnings[LISTS_WARNING_duplicate];

	(void)state;
	assert_int_equal(note->count, 3); /* lines 3 and 5; the name of line 7 */
	assert_int_equal(rules->report.exprs, 3);
	assert_int_equal(rules->report.lines, 7);
	lists_free(rules);
	expect_exprs(text, "1 0 ^b+\n2 0 ^a+\n4 1 ^b+\n6 0 ^a\\.b$ moved\n");
}

static void
memory_is_counted(void **state)
{
	static const char text[] = "^b+\n^abc+\n";
	struct lists_rules *rules = lists_unit_read(LISTS_FORMAT_REGEX, text, strlen(text));

	(void)state;
	assert_int_equal(rules->texts_bytes, 10);
	assert_int_equal(rules->report.bytes, 10 + 2 * sizeof(struct lists_expr));
	lists_free(rules);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_no_expression_is_named),
		cmocka_unit_test(a_line_is_an_expression_with_or_without_flags),
		cmocka_unit_test(comments_and_blanks_are_cut_off_and_nothing_else),
		cmocka_unit_test(a_colon_alone_makes_no_id),
		cmocka_unit_test(the_first_of_two_equal_ones_stands),
		cmocka_unit_test(memory_is_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

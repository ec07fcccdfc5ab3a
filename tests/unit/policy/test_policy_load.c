/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "unit_policy.h"

static void
a_missing_list_is_blamed_on_its_line(void **state)
{
	struct fixture f;

	(void)state;
	fixture_init(&f);
	assert_int_equal(fixture_load(&f, "\n[list a]\npath = none.txt\n"), -ENOENT);
	assert_null(f.policy);
	assert_int_equal(f.err.exit, BASE_EXIT_CONFIG);
	assert_non_null(strstr(f.err.text, "weir.ini:3: [list a] path"));
	assert_non_null(strstr(f.err.text, "none.txt"));
	fixture_free(&f);
}

static void
a_list_of_bad_lines_is_refused(void **state)
{
	struct fixture f;

	(void)state;
	fixture_init(&f);
	fixture_file(&f, "a.txt", "good.com\nbad..name\nbad two.words\n");
	assert_int_equal(fixture_load(&f, "[list a]\npath = a.txt\nformat = domains\n"), -EINVAL);
	assert_int_equal(f.err.exit, BASE_EXIT_CONFIG);
	assert_non_null(strstr(f.err.text, "a.txt"));
	fixture_free(&f);
}

static void
no_list_at_all_is_a_policy(void **state)
{
	struct policy_counts counts;
	struct fixture f;

	(void)state;
	fixture_init(&f);
	fixture_build(&f, "[group default]\ndefault = refused\n");
	assert_string_equal(fixture_ask(&f, "a.b", 1), "- refused");
	assert_string_equal(
		fixture_ask(&f, "_dns.resolver.arpa", 64), "builtin-ddr nodata builtin-ddr:1");
	policy_counts(f.policy, &counts);
	assert_int_equal(counts.rules, 1);
	fixture_free(&f);
}

static void
counts_are_those_of_the_lists(void **state)
{
	struct policy_counts counts;
	struct fixture f;

	(void)state;
	fixture_init(&f);
	fixture_file(&f, "a.txt", "one.com\ntwo.com\n");
	fixture_file(&f, "b.txt", "two.com\nthree.com\n");
	fixture_build(&f, "[list a]\npath = a.txt\nformat = domains\n"
			  "[list b]\npath = b.txt\nformat = domains\n");
	policy_counts(f.policy, &counts);
	assert_int_equal(counts.rules, 4 + 1); /* one is built in */
	assert_int_equal(counts.domains.names, 3 + 1);
	assert_true(counts.cold_bytes >= 4 * sizeof(struct lists_rule));
	assert_true(counts.view_bytes >= 2 * sizeof(struct policy_list));
	fixture_free(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_missing_list_is_blamed_on_its_line),
		cmocka_unit_test(a_list_of_bad_lines_is_refused),
		cmocka_unit_test(no_list_at_all_is_a_policy),
		cmocka_unit_test(counts_are_those_of_the_lists),
	};

	return cmocka_run_group_tests(tests, unit_eal_start, unit_eal_stop);
}

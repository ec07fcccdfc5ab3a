/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "unit_policy.h"

static void
explain_names_every_list_and_the_one_that_won(void **state)
{
	struct policy_match match[8];
	struct fixture f;

	(void)state;
	fixture_init(&f);
	fixture_file(&f, "log.txt", "ads.com\n");
	fixture_file(&f, "off.txt", "www.ads.com\n");
	fixture_file(&f, "ab.txt", "||ads.com^$dnstype=AAAA\n||www.ads.com^\n");
	fixture_file(&f, "exact.txt", "0.0.0.0 ads.com\n0.0.0.0 www.ads.com\n");
	fixture_build(&f, "[list log]\npath = log.txt\nformat = domains\naction = log\n"
			  "[list off]\npath = off.txt\nformat = domains\n"
			  "[list ab]\npath = ab.txt\nformat = adblock\naction = nodata\n"
			  "[list exact]\npath = exact.txt\nformat = hosts\n"
			  "[group default]\nlists = *, -off\n");
	assert_string_equal(fixture_ask(&f, "www.ads.com", 1), "ab nodata ab.txt:2");
	assert_int_equal(policy_explain(f.policy, &f.query, &f.verdict, match, 8), 5);
	assert_string_equal(match[0].where.list, "log");
	assert_int_equal(match[0].action, POLICY_LOG);
	assert_string_equal(match[1].where.list, "off");
	assert_false(match[1].on);
	assert_int_equal(match[2].where.line, 2);
	assert_true(match[2].won);
	assert_int_equal(match[3].where.line, 1);
	assert_false(match[3].holds);
	assert_false(match[3].won);
	assert_int_equal(match[4].where.line, 2); /* ads.com of `exact` is about another name */
	/* As many as there is room for, and how many there are. */
	memset(match, 0, sizeof(match));
	assert_int_equal(policy_explain(f.policy, &f.query, &f.verdict, match, 2), 5);
	assert_null(match[2].where.list);
	fixture_free(&f);
}

static void
a_default_has_no_rule(void **state)
{
	struct policy_where where;
	struct fixture f;

	(void)state;
	fixture_init(&f);
	fixture_file(&f, "a.txt", "ads.com\n");
	fixture_build(&f, "[list a]\npath = a.txt\n");
	fixture_ask(&f, "good.com", 1);
	assert_false(policy_where(f.policy, &f.verdict, &where));
	assert_int_equal(policy_explain(f.policy, &f.query, &f.verdict, NULL, 0), 0);
	assert_string_equal(policy_action_word(POLICY_NB_ACTIONS), "?");
	fixture_free(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(explain_names_every_list_and_the_one_that_won),
		cmocka_unit_test(a_default_has_no_rule),
	};

	return cmocka_run_group_tests(tests, unit_eal_start, unit_eal_stop);
}

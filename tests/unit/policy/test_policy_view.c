/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "place.h"
#include "unit_policy.h"

static void
count_line(const struct place_entry *entry, void *arg)
{
	(void)entry;
	++*(unsigned int *)arg;
}

static unsigned int
ledger_lines(void)
{
	unsigned int n = 0;

	place_walk(count_line, &n);
	return n;
}

static void
views_of_a_node_share_its_table_when_asked(void **state)
{
	struct policy_view *second;
	struct fixture f;

	(void)state;
	fixture_init(&f);
	fixture_file(&f, "a.txt", "ads.com\n");
	fixture_build(&f, "[list a]\npath = a.txt\n[domains]\nreplicas = node\n");
	assert_int_equal(policy_view_build(f.policy, 1, unit_eal_node(), &second, &f.err), 0);
	assert_ptr_equal(f.view->domains, second->domains);
	assert_ptr_not_equal(f.view->groups, second->groups);
	policy_view_free(f.view); /* the table stays for the second */
	f.view = second;
	assert_string_equal(fixture_ask(&f, "ads.com", 1), "a nxdomain a.txt:1");
	fixture_free(&f);
	assert_int_equal(ledger_lines(), 0);
}

static void
an_lcore_has_a_table_of_its_own_by_default(void **state)
{
	struct policy_view *second;
	struct fixture f;

	(void)state;
	fixture_init(&f);
	fixture_file(&f, "a.txt", "ads.com\n");
	fixture_build(&f, "[list a]\npath = a.txt\n");
	assert_int_equal(policy_view_build(f.policy, 1, unit_eal_node(), &second, &f.err), 0);
	assert_ptr_not_equal(f.view->domains, second->domains);
	policy_view_free(second);
	assert_string_equal(fixture_ask(&f, "ads.com", 1), "a nxdomain a.txt:1");
	fixture_free(&f);
	assert_int_equal(ledger_lines(), 0);
}

static void
an_absent_node_leaves_nothing_behind(void **state)
{
	struct policy_view *view;
	struct fixture f;
	unsigned int before;

	(void)state;
	fixture_init(&f);
	fixture_file(&f, "a.txt", "ads.com\n");
	fixture_build(&f, "[list a]\npath = a.txt\n");
	before = ledger_lines();
	assert_true(policy_view_build(f.policy, 1, 31, &view, &f.err) < 0);
	assert_null(view);
	assert_int_equal(f.err.exit, BASE_EXIT_UNAVAILABLE);
	assert_int_equal(ledger_lines(), before);
	fixture_free(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(views_of_a_node_share_its_table_when_asked),
		cmocka_unit_test(an_lcore_has_a_table_of_its_own_by_default),
		cmocka_unit_test(an_absent_node_leaves_nothing_behind),
	};

	return cmocka_run_group_tests(tests, unit_eal_start, unit_eal_stop);
}

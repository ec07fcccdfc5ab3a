/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "unit_plan.h"

#define PORT "[port a]\ndevice = 0000:18:00.0\n"

static void
warnings_do_not_refuse(void **state)
{
	struct fixture f;

	(void)state;
	fixture_run(&f, "two", PORT "[eal]\nlcores = 0@0,1@1\n");
	assert_int_equal(f.plan->n_notes, 1);
	assert_int_equal(
		notes(f.plan, BASE_EXIT_OK, "CPU 1 of the workers (isolcpus=1 at boot"), 1);
	assert_int_equal(plan_check(f.plan, &f.err), 0);
	assert_int_equal(f.err.exit, BASE_EXIT_OK);
	fixture_free(&f);
}

static void
the_first_that_refuses_is_the_error(void **state)
{
	struct fixture f;

	(void)state;
	fixture_run(&f, "two",
		PORT "[port b]\ndevice = 0000:18:00.1\n[lcore 1]\nports = a\n[lcore 2]\nports = b\n"
		     "[eal]\nlcores = 0@0,1@4,2@5\n");
	assert_int_equal(plan_check(f.plan, &f.err), -EINVAL);
	assert_non_null(strstr(f.err.text, "lcore 1 on node 1 polls a:0"));
	assert_int_equal(plan_check(f.plan, NULL), -EINVAL);
	fixture_free(&f);
}

static void
workers_that_share_are_warned_of(void **state)
{
	struct fixture f;

	(void)state;
	fixture_run(&f, "two",
		PORT "[lcore 1]\nports = a\n[lcore 2]\nports = a\n[eal]\nlcores = "
		     "0@10,(1,2)@(2-3)\n");
	assert_int_equal(notes(f.plan, BASE_EXIT_OK, "lcores 1 and 2 share CPU 2"), 1);
	assert_int_equal(notes(f.plan, BASE_EXIT_OK,
				 "lcores 0 and 1 are threads of one core, that of CPU 10"),
		1);
	assert_int_equal(notes(f.plan, BASE_EXIT_OK, "lcore 1 polls and has several CPUs"), 1);
	assert_int_equal(notes(f.plan, BASE_EXIT_OK, "not isolated"), 0);
	fixture_free(&f);
}

static void
lcores_that_only_sleep_may_share(void **state)
{
	struct fixture f;

	(void)state;
	fixture_run(&f, "two", PORT "[lcore 1]\nports = a\n[eal]\nlcores = (0,5)@0,1@2\n");
	assert_int_equal(notes(f.plan, BASE_EXIT_OK, "share"), 0);
	assert_int_equal(notes(f.plan, BASE_EXIT_OK, "lcore 5 polls nothing"), 1);
	fixture_free(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(warnings_do_not_refuse),
		cmocka_unit_test(the_first_that_refuses_is_the_error),
		cmocka_unit_test(workers_that_share_are_warned_of),
		cmocka_unit_test(lcores_that_only_sleep_may_share),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

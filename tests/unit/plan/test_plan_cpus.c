/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "unit_plan.h"

#define VDEV "[port v]\ndevice = net_null0\n"

static void
cpus_that_cannot_be_had_are_refused(void **state)
{
	(void)state;
	refused("gaps", VDEV "[eal]\nlcores = 0@0,1@2\n", BASE_EXIT_CONFIG,
		"lcore 1 is put on CPU 2: the machine has no such CPU; allowed are the CPUs "
		"0-1,4,8-9,12");
	refused("gaps", VDEV "[eal]\nlcores = 0@0,1@5\n", BASE_EXIT_CONFIG, "it is offline");
	refused("caged", VDEV "[eal]\nlcores = 0@0,1@4\n", BASE_EXIT_CONFIG,
		"outside the cpuset of this process's cgroup; allowed are the CPUs 0-1");
	refused("two", VDEV "[eal]\nlcores = 0@0,1@(3-4)\n", BASE_EXIT_CONFIG,
		"the CPUs of lcore 1 are on several nodes");
	refused("memless", VDEV "[eal]\nlcores = 0@0,1@3\n", BASE_EXIT_CONFIG,
		"CPU 3 of node 1, which has no memory");
}

static void
auto_keeps_cores_apart_while_there_are_any(void **state)
{
	struct fixture f;

	(void)state;
	fixture_run(&f, "two",
		"[port a]\ndevice = 0000:18:00.0\n[lcore 1]\nports = a\n[lcore 2]\nports = a\n"
		"[lcore 3]\nports = a\n[lcore 4]\nports = a\n");
	/* Isolated 2 and 3 first, then the core left beside the main lcore's, then a sibling. */
	assert_string_equal(f.plan->eal_lcores, "0@0,1@2,2@3,3@1,4@10");
	assert_int_equal(notes(f.plan, BASE_EXIT_OK, "are threads of one core"), 1);
	fixture_free(&f);
}

static void
auto_shares_a_cpu_where_there_is_no_other(void **state)
{
	struct fixture f;

	(void)state;
	fixture_run(&f, "caged",
		VDEV "[lcore 1]\nports = v\n[lcore 2]\nports = v\n[lcore 3]\nports = v\n");
	assert_int_equal(f.plan->n_lcores, 4);
	assert_true(notes(f.plan, BASE_EXIT_OK, "share CPU") > 0);
	fixture_free(&f);
}

static void
auto_gives_main_the_lowest_number_that_is_free(void **state)
{
	struct fixture f;

	(void)state;
	fixture_run(&f, "one", VDEV "[lcore 0]\nports = v\n[lcore 2]\nports = v\n");
	assert_int_equal(f.plan->main_lcore, 1);
	assert_int_equal(plan_lcore(f.plan, 0)->role, PLAN_WORKER);
	fixture_free(&f);
}

static void
auto_leaves_a_node_without_memory_alone(void **state)
{
	struct fixture f;

	(void)state;
	fixture_run(&f, "memless", "[port a]\ndevice = 0000:af:00.0\n[weir]\nnuma = ignore\n");
	for (uint32_t i = 0; i < f.plan->n_lcores; i++)
		assert_int_equal(f.plan->lcores[i].node, 0);
	fixture_free(&f);
}

static void
a_replay_floats_where_the_process_may_run(void **state)
{
	struct fixture f;

	(void)state;
	assert_int_equal(fixture_layout(&f, "caged", "", PLAN_REPLAY), 0);
	assert_string_equal(f.plan->eal_lcores, "0@(0-1),1@(0-1)");
	fixture_free(&f);
	assert_int_equal(fixture_layout(&f, "memless", "", PLAN_REPLAY), 0);
	assert_int_equal(plan_lcore(f.plan, 1)->node, 0);
	fixture_free(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cpus_that_cannot_be_had_are_refused),
		cmocka_unit_test(auto_keeps_cores_apart_while_there_are_any),
		cmocka_unit_test(auto_shares_a_cpu_where_there_is_no_other),
		cmocka_unit_test(auto_gives_main_the_lowest_number_that_is_free),
		cmocka_unit_test(auto_leaves_a_node_without_memory_alone),
		cmocka_unit_test(a_replay_floats_where_the_process_may_run),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

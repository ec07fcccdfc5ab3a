/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "unit_plan.h"

#define LAN "[port lan]\ndevice = 0000:18:00.0\n"
#define TWO LAN "[port wan]\ndevice = 0000:18:00.1\n"

static void
lcores_that_are_not_there_are_refused(void **state)
{
	(void)state;
	refused("two", LAN "[lcore 5]\nports = lan\n[eal]\nlcores = 0@0,1@2\n", BASE_EXIT_CONFIG,
		"weir.ini:3: [lcore 5]: there is no such lcore: [eal] lcores has 0@0,1@2");
	refused("two", LAN "[lcore 1]\nports = lan\n[eal]\nlcores = 1@2\n", BASE_EXIT_CONFIG,
		"[eal] lcores = 1@2: every lcore is a worker");
	refused("two", LAN "[eal]\nlcores = 0@0\n", BASE_EXIT_CONFIG, "one lcore is too few");
	refused("two", LAN "[eal]\nlcores = 0@0,1@\n", BASE_EXIT_CONFIG,
		"weir.ini:4: [eal] lcores = 0@0,1@: at `1@': a number is missing");
	refused("two", "[eal]\nlcores = 0@0,1@1\n", BASE_EXIT_CONFIG, "there is no [port NAME]");
}

static void
one_worker_polls_every_port_beside_them(void **state)
{
	const struct plan_lcore *worker;
	struct fixture f;

	(void)state;
	fixture_run(&f, "two", TWO "[eal]\nworkers = 1\n");
	assert_string_equal(f.plan->eal_lcores, "0@0,1@2"); /* 2 is isolated, on node 0 */
	assert_int_equal(f.plan->main_lcore, 0);
	assert_int_equal(f.plan->n_workers, 1);
	worker = plan_lcore(f.plan, 1);
	assert_int_equal(worker->role, PLAN_WORKER);
	assert_int_equal(worker->node, 0);
	assert_int_equal(worker->n_queues, 2);
	assert_int_equal(worker->queues[1].port, 1);
	assert_int_equal(f.plan->n_edges, 0);
	assert_int_equal(plan_check(f.plan, NULL), 0);
	fixture_free(&f);

	fixture_run(&f, "eight", "[port a]\ndevice = 0000:81:00.0\n");
	assert_string_equal(f.plan->eal_lcores, "0@20,1@21,2@22,3@23"); /* node 5 */
	assert_int_equal(f.plan->ports[0].node, 5);
	fixture_free(&f);
}

static void
a_map_without_lcore_sections_gets_its_worker_beside_the_port(void **state)
{
	struct fixture f;

	(void)state;
	fixture_run(&f, "two", "[port a]\ndevice = 0000:af:00.0\n[eal]\nlcores = 0@4,1@0,2@1\n");
	assert_int_equal(plan_lcore(f.plan, 0)->role, PLAN_WORKER);
	assert_int_equal(f.plan->main_lcore, 1);
	assert_int_equal(plan_lcore(f.plan, 2)->role, PLAN_IDLE);
	assert_int_equal(f.plan->n_edges, 0);
	assert_int_equal(notes(f.plan, BASE_EXIT_OK, "lcore 2 polls nothing"), 1);
	fixture_free(&f);
}

static void
named_lcores_keep_their_queues(void **state)
{
	const struct plan_lcore *worker;
	struct fixture f;

	(void)state;
	fixture_run(&f, "two",
		TWO "[lcore 0]\nports = lan:1, wan:0\n[lcore 7]\nports = lan:0\n"
		    "[eal]\nlcores = 0@2,7@3,3@0\n");
	assert_int_equal(f.plan->main_lcore, 3);
	assert_int_equal(f.plan->n_workers, 2);
	worker = plan_lcore(f.plan, 0);
	assert_int_equal(worker->n_queues, 2);
	assert_int_equal(worker->queues[0].port, 0);
	assert_int_equal(worker->queues[0].queue, 1);
	assert_int_equal(plan_lcore(f.plan, 7)->n_queues, 1);
	assert_string_equal(f.plan->eal_lcores, "0@2,3@0,7@3");
	fixture_free(&f);
}

static void
a_replay_reads_no_port_and_no_lcore(void **state)
{
	struct fixture f;

	(void)state;
	assert_int_equal(
		fixture_layout(&f, "two",
			TWO "[lcore 9]\nports = lan, wan\n[eal]\nlcores = 9@900\n", PLAN_REPLAY),
		0);
	assert_int_equal(f.plan->n_ports, 1);
	assert_string_equal(f.plan->ports[0].name, PLAN_REPLAY_PORT);
	assert_int_equal(f.plan->ports[0].peer, 0);
	assert_int_equal(f.plan->ports[0].node, 0);
	assert_int_equal(f.plan->n_workers, 1);
	assert_string_equal(f.plan->eal_lcores, "0@(0-3,8-11),1@(0-3,8-11)");
	assert_false(f.plan->huge);
	assert_int_equal(f.plan->n_notes, 0);
	fixture_free(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lcores_that_are_not_there_are_refused),
		cmocka_unit_test(one_worker_polls_every_port_beside_them),
		cmocka_unit_test(a_map_without_lcore_sections_gets_its_worker_beside_the_port),
		cmocka_unit_test(named_lcores_keep_their_queues),
		cmocka_unit_test(a_replay_reads_no_port_and_no_lcore),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

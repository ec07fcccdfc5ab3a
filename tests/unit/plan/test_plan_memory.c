/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "unit_plan.h"

#define MB   (UINT64_C(1) << 20)
#define SNC  "[port a]\ndevice = 0000:3b:00.0\n[eal]\nlcores = 0@4,1@5\n"
#define TWO  "[port a]\ndevice = 0000:18:00.0\n[eal]\nlcores = 0@0,1@2\n"
#define PORT 40 /* MB */

/* A pool of 40 MB, of the policy 10 MB, DPDK itself 6 MB: at 1/16 more 60 MB, or 71 with a reload.
 */
static void
fill(struct fixture *f)
{
	struct plan_cost cost = {.dpdk_bytes = 6 * MB};

	plan_cost_add(&cost, &(struct plan_part){.name = "pool *",
				     .call = "pool",
				     .scope = PLAN_A_PORT,
				     .bytes = PORT * MB});
	plan_cost_add(&cost, &(struct plan_part){.name = "table *",
				     .call = "table",
				     .scope = PLAN_EACH_WORKER,
				     .bytes = 10 * MB,
				     .renewed = true});
	assert_int_equal(plan_fill(f->plan, &cost, &f->err), 0);
}

static void
run(struct fixture *f, const char *machine, const char *ini)
{
	fixture_run(f, machine, ini);
	fill(f);
}

static void
missing_hugepages_come_with_the_line_that_reserves_them(void **state)
{
	struct fixture f;

	(void)state;
	run(&f, "snc", SNC "hugepages = yes\n");
	assert_true(f.plan->huge);
	assert_int_equal(f.plan->page_bytes, 2 * MB);
	assert_int_equal(f.plan->nodes[0].ask_mb, 72); /* 71 in whole pages */
	assert_int_equal(notes(f.plan, BASE_EXIT_UNAVAILABLE,
				 "node 1 needs 72 MB in hugepages and has 0 MB free: `echo 36 > "
				 "/sys/devices/system/node/node1/hugepages/hugepages-2048kB/"
				 "nr_hugepages' reserves them"),
		1);
	assert_true(plan_check(f.plan, &f.err) < 0);
	assert_int_equal(f.err.exit, BASE_EXIT_UNAVAILABLE);
	fixture_free(&f);
}

static void
pages_that_are_taken_stay_in_the_count(void **state)
{
	struct fixture f;

	(void)state;
	fixture_run(&f, "two", TWO);
	f.topo->nodes[0].huge[0].free = 10; /* of 1024: 20 MB */
	fill(&f);
	assert_int_equal(notes(f.plan, BASE_EXIT_UNAVAILABLE, "has 20 MB free: `echo 1050 > "), 1);
	assert_int_equal(notes(f.plan, BASE_EXIT_UNAVAILABLE, "hugepages = no does without"), 1);
	fixture_free(&f);
}

static void
hugepages_on_another_node_do_not_count(void **state)
{
	struct fixture f;

	(void)state;
	fixture_run(&f, "two", TWO);
	f.topo->nodes[0].huge[0].free = 0; /* node 1 has 4 GB */
	fill(&f);
	assert_int_equal(notes(f.plan, BASE_EXIT_UNAVAILABLE, "node 0 needs 72 MB"), 1);
	fixture_free(&f);
}

static void
auto_takes_hugepages_where_there_are_any(void **state)
{
	struct fixture f;

	(void)state;
	run(&f, "two", TWO);
	assert_true(f.plan->huge);
	assert_string_equal(f.plan->eal_memory, "--socket-mem=72");
	assert_int_equal(plan_check(f.plan, NULL), 0);
	fixture_free(&f);

	run(&f, "two", TWO "hugepages = no\n");
	assert_false(f.plan->huge);
	assert_int_equal(f.plan->page_bytes, 4096);
	assert_string_equal(f.plan->eal_memory, "-m71");
	fixture_free(&f);

	run(&f, "snc", SNC);
	assert_false(f.plan->huge);
	assert_string_equal(f.plan->eal_memory, "-m71");
	fixture_free(&f);
}

static void
a_replay_is_not_reloaded(void **state)
{
	struct fixture f;

	(void)state;
	assert_int_equal(fixture_layout(&f, "two", "", PLAN_REPLAY), 0);
	fill(&f);
	assert_string_equal(f.plan->eal_memory, "-m60");
	fixture_free(&f);
}

static void
nodes_are_asked_by_their_number(void **state)
{
	struct fixture f;

	(void)state;
	run(&f, "gaps",
		"[port a]\ndevice = 0000:5e:00.0\n[eal]\nlcores = 0@0,1@9\nhugepages = yes\n");
	assert_int_equal(f.plan->n_nodes, 2);
	assert_int_equal(f.plan->nodes[1].node, 2);
	/* 6 MB of DPDK and a part more on node 0, nothing on node 1 which is not there. */
	assert_string_equal(f.plan->eal_memory, "--socket-mem=8,0,64");
	assert_int_equal(f.plan->ask_mb, 72);
	fixture_free(&f);
}

static void
socket_mem_must_suffice(void **state)
{
	struct fixture f;

	(void)state;
	run(&f, "two", TWO "socket_mem = 71\n");
	assert_int_equal(notes(f.plan, BASE_EXIT_CONFIG,
				 "weir.ini:5: [eal] socket_mem = 71: node 0 has 71 MB of it and "
				 "needs 72"),
		1);
	fixture_free(&f);
	run(&f, "two", TWO "socket_mem = 128,64\n");
	assert_int_equal(plan_check(f.plan, NULL), 0);
	assert_string_equal(f.plan->eal_memory, "--socket-mem=128");
	fixture_free(&f);
}

static void
one_heap_serves_one_node(void **state)
{
	static const char ini[] = "[port v]\ndevice = net_null0\n[eal]\nhugepages = no\nlcores = ";
	struct fixture f;
	char text[256];

	(void)state;
	snprintf(text, sizeof(text), "%s0@0,1@5\n", ini);
	fixture_run(&f, "snc", text);
	assert_int_equal(notes(f.plan, BASE_EXIT_CONFIG, "without hugepages DPDK chooses none"), 1);
	fixture_free(&f);
	snprintf(text, sizeof(text), "%s0@0,1@5\n[weir]\nnuma = prefer\n", ini);
	fixture_run(&f, "snc", text);
	assert_int_equal(notes(f.plan, BASE_EXIT_OK, "without hugepages DPDK chooses none"), 1);
	fixture_free(&f);
	snprintf(text, sizeof(text), "%s0@4,1@5\n", ini);
	fixture_run(&f, "snc", text);
	assert_int_equal(plan_check(f.plan, NULL), 0);
	fixture_free(&f);
}

static void
a_node_without_memory_can_hold_nothing(void **state)
{
	struct fixture f;

	(void)state;
	run(&f, "memless",
		"[port a]\ndevice = 0000:af:00.0\n[weir]\nnuma = ignore\n[eal]\nhugepages = yes\n");
	assert_int_equal(
		notes(f.plan, BASE_EXIT_UNAVAILABLE, "node 1 needs 44 MB and has no memory"), 1);
	fixture_free(&f);
}

static void
more_than_the_machine_has_is_refused(void **state)
{
	struct fixture f;

	(void)state;
	fixture_run(&f, "snc", SNC);
	f.topo->nodes[0].mem_total_bytes = 30 * MB;
	f.topo->nodes[1].mem_total_bytes = 40 * MB;
	fill(&f);
	assert_int_equal(notes(f.plan, BASE_EXIT_UNAVAILABLE,
				 "71 MB are needed, the machine has 70 MB of memory"),
		1);
	fixture_free(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(missing_hugepages_come_with_the_line_that_reserves_them),
		cmocka_unit_test(pages_that_are_taken_stay_in_the_count),
		cmocka_unit_test(hugepages_on_another_node_do_not_count),
		cmocka_unit_test(auto_takes_hugepages_where_there_are_any),
		cmocka_unit_test(a_replay_is_not_reloaded),
		cmocka_unit_test(nodes_are_asked_by_their_number),
		cmocka_unit_test(socket_mem_must_suffice),
		cmocka_unit_test(one_heap_serves_one_node),
		cmocka_unit_test(a_node_without_memory_can_hold_nothing),
		cmocka_unit_test(more_than_the_machine_has_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

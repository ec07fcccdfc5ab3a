/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "unit_plan.h"

#define NEAR "[port near]\ndevice = 0000:18:00.0\n" /* node 0 of `two' */
#define FAR  "[port far]\ndevice = 0000:af:00.0\n"  /* node 1 */

static const char *
fix(const struct plan *plan, uint32_t edge)
{
	assert_true(edge < plan->n_edges);
	return plan->edges[edge].fix;
}

static void
strict_refuses_prefer_warns_ignore_is_silent(void **state)
{
	static const char ini[] = NEAR "[lcore 1]\nports = near\n[eal]\nlcores = 0@0,1@4\n";
	static const struct {
		const char *numa;
		uint32_t refused, warned;
	} cases[] = {{"", 1, 0}, {"[weir]\nnuma = strict\n", 1, 0},
		{"[weir]\nnuma = prefer\n", 0, 1}, {"[weir]\nnuma = ignore\n", 0, 0}};

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(cases); i++) {
		struct base_err err = {0};
		struct fixture f;
		char text[256];

		snprintf(text, sizeof(text), "%s%s", ini, cases[i].numa);
		fixture_run(&f, "two", text);
		assert_int_equal(f.plan->n_edges, 1);
		assert_int_equal(notes(f.plan, BASE_EXIT_CONFIG, "lcore 1 on node 1 polls near:0"),
			cases[i].refused);
		assert_int_equal(notes(f.plan, BASE_EXIT_OK, "lcore 1 on node 1 polls near:0"),
			cases[i].warned);
		assert_int_equal(plan_check(f.plan, &err) < 0, cases[i].refused);
		assert_int_equal(err.exit, cases[i].refused ? BASE_EXIT_CONFIG : BASE_EXIT_OK);
		fixture_free(&f);
	}
}

static void
one_map_mends_all_that_moving_can(void **state)
{
	struct fixture f;

	(void)state;
	fixture_run(&f, "two",
		NEAR FAR "peer = far\n[lcore 1]\nports = far:0\n[lcore 2]\nports = far:1\n"
			 "[lcore 3]\nports = near\n[eal]\nlcores = 0@0,1@1,2@2,3@5\n"
			 "[weir]\nnuma = prefer\n");
	/* near's peer is far: its lcore sends there, wherever it stands. */
	assert_int_equal(f.plan->n_edges, 3);
	assert_string_equal(fix(f.plan, 0), "[eal] lcores = 0@0,1@4,2@6,3@5");
	assert_string_equal(fix(f.plan, 1), fix(f.plan, 0));
	assert_int_equal(f.plan->edges[2].lcore, 3);
	assert_non_null(strstr(fix(f.plan, 2), "give near:0 to an lcore of node 0: [lcore 4]"));
	fixture_free(&f);
}

static void
no_cpu_to_spare_is_no_fix(void **state)
{
	struct fixture f;

	(void)state;
	fixture_run(&f, "caged",
		"[port a]\ndevice = 0000:af:00.0\n[weir]\nnuma = prefer\n[eal]\nlcores = "
		"0@0,1@1\n");
	assert_int_equal(f.plan->n_edges, 1);
	assert_non_null(
		strstr(fix(f.plan, 0), "node 1 has no CPU to spare; put the card on node 0"));
	fixture_free(&f);
}

static void
the_node_of_a_virtual_port_is_mended_in_its_section(void **state)
{
	struct fixture f;

	(void)state;
	fixture_run(&f, "two",
		"[port v]\ndevice = net_null0\nnode = 1\n[lcore 1]\nports = v\n[eal]\nlcores = "
		"0@0,1@1\n");
	assert_string_equal(fix(f.plan, 0), "[port v] node = 0");
	fixture_free(&f);
	/* That of a card is a fact. */
	fixture_run(&f, "one", "[port c]\ndevice = 0000:00:05.0\nnode = 0\n");
	assert_int_equal(f.plan->ports[0].node_from, PLAN_FROM_INI);
	assert_int_equal(f.plan->n_edges, 0);
	fixture_free(&f);
}

static void
a_port_without_a_node_is_where_its_first_queue_is_polled(void **state)
{
	struct fixture f;

	(void)state;
	fixture_run(&f, "two",
		"[port v]\ndevice = net_null0\n[lcore 1]\nports = v:1\n[lcore 2]\nports = v:0\n"
		"[eal]\nlcores = 0@0,1@1,2@4\n[weir]\nnuma = prefer\n");
	assert_int_equal(f.plan->ports[0].node, 1);
	assert_int_equal(f.plan->n_edges, 1);
	assert_int_equal(f.plan->edges[0].lcore, 1);
	fixture_free(&f);
}

static void
a_bridge_between_nodes_cannot_be_mended_in_the_ini(void **state)
{
	struct fixture f;

	(void)state;
	fixture_run(&f, "two", NEAR FAR "[lcore 1]\nports = near\n[lcore 2]\nports = far\n");
	assert_int_equal(f.plan->n_edges, 2);
	for (uint32_t i = 0; i < 2; i++) {
		assert_int_equal(f.plan->edges[i].kind, PLAN_EDGE_SEND);
		assert_non_null(strstr(fix(f.plan, i), "put both cards on one node"));
	}
	fixture_free(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(strict_refuses_prefer_warns_ignore_is_silent),
		cmocka_unit_test(one_map_mends_all_that_moving_can),
		cmocka_unit_test(no_cpu_to_spare_is_no_fix),
		cmocka_unit_test(the_node_of_a_virtual_port_is_mended_in_its_section),
		cmocka_unit_test(a_port_without_a_node_is_where_its_first_queue_is_polled),
		cmocka_unit_test(a_bridge_between_nodes_cannot_be_mended_in_the_ini),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

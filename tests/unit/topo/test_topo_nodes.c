/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "tree.h"

#define CPU  "sys/devices/system/cpu"
#define NODE "sys/devices/system/node"

/* Without the list the folders count; a file that is missing leaves the others' facts alone. */
static void
folders_stand_in_for_the_list(void **state)
{
	struct topo *topo;

	tree_put(*state, CPU "/present", "0-3\n");
	tree_put(*state, NODE "/node1/cpulist", "0-1\n");
	tree_put(*state, NODE "/node30/cpulist", "2-3\n");
	tree_put(*state, NODE "/node1/meminfo", "Node 1 MemTotal: 8 kB\nNode 1 MemFree: 4 kB\n");
	tree_put(*state, NODE "/node1024/cpulist", "0-3\n");
	tree_put(*state, NODE "/power/x", "");
	topo = tree_read(*state);
	assert_int_equal(topo->n_nodes, 2);
	assert_int_equal(topo->nodes[1].id, 30);
	assert_int_equal(topo_node_of_cpu(topo, 2), 30);
	assert_int_equal(topo->nodes[0].mem_total_bytes, 8192);
	assert_int_equal(topo->nodes[0].mem_free_bytes, 4096);
	assert_int_equal(topo->nodes[1].mem_total_bytes, 0);
	assert_int_equal(tree_warnings(topo, "/node30/meminfo", "No such file"), 1);
	assert_int_equal(topo_distance(topo, 1, 30), 0);
	assert_int_equal(tree_warnings(topo, "/node30/hugepages", "no such folder"), 1);
	topo_free(topo);
}

static void
distances_that_do_not_fit_are_not_taken(void **state)
{
	static const char *const bad[] = {"10", "10 21 30", "10,21", "10 x", "", "-10 21"};

	for (size_t i = 0; i < UNIT_COUNT(bad); i++) {
		struct topo *topo;

		tree_put(*state, NODE "/online", "0-1\n");
		tree_put(*state, NODE "/node0/distance", bad[i]);
		tree_put(*state, NODE "/node1/distance", "21 10\n");
		topo = tree_read(*state);
		assert_int_equal(tree_warnings(topo, "/node0/distance", "are not 2 distances"), 1);
		assert_int_equal(topo_distance(topo, 0, 0), 0);
		assert_int_equal(topo_distance(topo, 0, 1), 0);
		assert_int_equal(topo_distance(topo, 1, 0), 21);
		topo_free(topo);
	}
}

/* A CPU that no list claims, and one that is offline, tell their node by a link. */
static void
links_tell_the_node_of_a_cpu(void **state)
{
	struct topo *topo;

	tree_put(*state, CPU "/present", "0-2\n");
	tree_put(*state, CPU "/online", "0-1\n");
	tree_put(*state, NODE "/online", "0,4\n");
	tree_put(*state, NODE "/node0/cpulist", "0\n");
	tree_link(*state, CPU "/cpu1/node4", "../../node/node4");
	tree_link(*state, CPU "/cpu2/node4", "../../node/node4");
	topo = tree_read(*state);
	assert_int_equal(topo_node_of_cpu(topo, 0), 0);
	assert_int_equal(topo_node_of_cpu(topo, 1), 4);
	assert_int_equal(topo_node_of_cpu(topo, 2), 4);
	assert_int_equal(topo->nodes[0].online_cpus, 1);
	assert_int_equal(topo->nodes[1].online_cpus, 1); /* CPU 2 is offline */
	topo_free(topo);
}

static void
hugepages_of_every_size_in_order(void **state)
{
	static const char *const sizes[] = {"1048576", "64", "2048", "16777216"};
	static const uint64_t want[] = {64, 2048, 1048576, 16777216};
	struct topo *topo;
	char path[128];

	tree_put(*state, NODE "/online", "0\n");
	for (size_t i = 0; i < UNIT_COUNT(sizes); i++) {
		snprintf(path, sizeof(path), NODE "/node0/hugepages/hugepages-%skB/nr_hugepages",
			sizes[i]);
		tree_put(*state, path, "7\n");
	}
	tree_put(*state, NODE "/node0/hugepages/hugepages-64kB/free_hugepages",
		"18446744073709551615");
	tree_put(*state, NODE "/node0/hugepages/hugepages-64kB/surplus_hugepages",
		"18446744073709551616");
	tree_put(*state, NODE "/node0/hugepages/power/x", "");
	topo = tree_read(*state);
	assert_int_equal(topo->nodes[0].n_huge, 4);
	for (size_t i = 0; i < UNIT_COUNT(want); i++) {
		assert_int_equal(topo->nodes[0].huge[i].page_bytes, want[i] << 10);
		assert_int_equal(topo->nodes[0].huge[i].total, 7);
	}
	assert_true(topo->nodes[0].huge[0].free == UINT64_MAX);
	assert_int_equal(topo->nodes[0].huge[0].surplus, 0);
	assert_int_equal(tree_warnings(topo, "64kB/surplus_hugepages", "is no number"), 1);
	topo_free(topo);
}

/* The recorded machine initialises memory lazily: its node counts a fifth of what it has. */
static void
one_node_has_all_memory(void **state)
{
	struct topo *topo = tree_machine("vm");

	(void)state;
	assert_int_equal(topo->n_nodes, 1);
	assert_int_equal(topo->nodes[0].mem_total_bytes, UINT64_C(24684096) << 10);
	assert_int_equal(topo->huge_default_bytes, 2 << 20);
	topo_free(topo);
	topo = tree_machine("snc"); /* two nodes: each its own */
	assert_int_equal(topo->nodes[0].mem_total_bytes, UINT64_C(16) << 30);
	topo_free(topo);
}

static void
memory_outside_the_cgroup(void **state)
{
	struct topo *topo = tree_machine("caged");

	(void)state;
	assert_true(topo_node(topo, 0)->mem_allowed);
	assert_false(topo_node(topo, 1)->mem_allowed);
	topo_free(topo);
}

/* The whole machine is node 0 then, as EAL sees it. */
static void
a_kernel_without_nodes(void **state)
{
	struct topo *topo;

	tree_put(*state, CPU "/present", "0-1\n");
	tree_put(*state, "proc/meminfo", "MemTotal: 100 kB\nMemFree: 50 kB\n");
	tree_put(*state, "sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages", "3\n");
	topo = tree_read(*state);
	assert_false(topo->has_nodes);
	assert_int_equal(topo->n_nodes, 1);
	assert_int_equal(topo->nodes[0].id, 0);
	assert_int_equal(topo->nodes[0].online_cpus, 2);
	assert_int_equal(topo->nodes[0].mem_total_bytes, 102400);
	assert_int_equal(topo->nodes[0].huge[0].total, 3);
	assert_true(topo->nodes[0].mem_allowed);
	topo_free(topo);
	tree_put(*state, NODE "/online", "0\n");
	topo = tree_read(*state);
	assert_true(topo->has_nodes);
	topo_free(topo);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(folders_stand_in_for_the_list, tree_new, tree_free),
		cmocka_unit_test_setup_teardown(
			distances_that_do_not_fit_are_not_taken, tree_new, tree_free),
		cmocka_unit_test_setup_teardown(links_tell_the_node_of_a_cpu, tree_new, tree_free),
		cmocka_unit_test_setup_teardown(
			hugepages_of_every_size_in_order, tree_new, tree_free),
		cmocka_unit_test(one_node_has_all_memory),
		cmocka_unit_test(memory_outside_the_cgroup),
		cmocka_unit_test_setup_teardown(a_kernel_without_nodes, tree_new, tree_free),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

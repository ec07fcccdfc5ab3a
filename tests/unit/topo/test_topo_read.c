/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "tree.h"

#include <errno.h>

static void
nothing_to_tell_is_a_failure(void **state)
{
	struct base_err err = {0};
	struct topo *topo = (struct topo *)&err;

	assert_int_equal(topo_read(*state, &topo, &err), -ENOENT);
	assert_null(topo);
	assert_int_equal(err.exit, BASE_EXIT_FAILURE);
	assert_non_null(strstr(err.text, *state));
	assert_int_equal(topo_read("/nonexistent/weir", &topo, NULL), -ENOENT);
	topo_free(NULL);
}

static void
a_root_too_long_is_a_failure(void **state)
{
	char root[2 * TREE_PATH_MAX];
	struct topo *topo;

	(void)state;
	memset(root, 'x', sizeof(root) - 1);
	root[sizeof(root) - 1] = '\0';
	assert_int_equal(topo_read(root, &topo, NULL), -ENOENT);
}

/* One file is enough for an answer; each of the others is missed by name. */
static void
one_file_is_enough(void **state)
{
	struct topo *topo;

	tree_put(*state, "sys/devices/system/cpu/present", "0-1\n");
	assert_int_equal(topo_read(*state, &topo, NULL), 0);
	assert_int_equal(topo->n_cpus, 2);
	assert_int_equal(topo->n_nodes, 1);
	assert_int_equal(topo_node_of_cpu(topo, 1), 0);
	assert_int_equal(topo_distance(topo, 0, 0), 10);
	assert_int_equal(tree_warnings(topo, "/cpu/online", "No such file"), 1);
	assert_int_equal(tree_warnings(topo, "/proc/self/status", "No such file"), 1);
	assert_int_equal(tree_warnings(topo, "/node/online", "No such file"), 1);
	assert_int_equal(tree_warnings(topo, "/proc/meminfo", "No such file"), 1);
	assert_int_equal(tree_warnings(topo, "/cpu1/topology/core_id", "No such file"), 1);
	assert_int_equal(tree_warnings(topo, "/sys/class/net", "cannot be listed"), 1);
	assert_true(topo->cpus[1].online);
	assert_true(topo->cpus[1].in_cgroup && topo->cpus[1].in_affinity);
	assert_int_equal(topo->cpus[1].core, TOPO_CPU_NO_CORE);
	assert_false(topo_are_siblings(topo, 0, 1));
	topo_free(topo);
}

static void
a_network_device_alone_is_enough(void **state)
{
	struct topo *topo;

	tree_put(*state, "sys/bus/pci/devices/0000:01:00.0/class", "0x028000\n");
	assert_int_equal(topo_read(*state, &topo, NULL), 0);
	assert_int_equal(topo->n_nics, 1);
	assert_int_equal(topo->n_nodes, 0);
	topo_free(topo);
}

/* The recorded machines, and all that were made up: none draws a warning. */
static void
sound_machines_draw_no_warning(void **state)
{
	static const char *const names[] = {"one", "two", "four", "eight", "snc", "gaps", "memless",
		"cpuless", "caged", "guest", "vm"};
	static const size_t nodes[] = {1, 2, 4, 8, 2, 2, 2, 2, 2, 2, 1};
	static const size_t cpus[] = {4, 16, 32, 32, 8, 8, 4, 4, 8, 4, 2};

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(names); i++) {
		struct topo *topo = tree_machine(names[i]);

		for (size_t w = 0; w < topo->n_warnings; w++)
			print_error("%s: %s\n", names[i], topo->warnings[w]);
		assert_int_equal(topo->n_warnings, 0);
		assert_int_equal(topo->n_nodes, nodes[i]);
		assert_int_equal(topo->n_cpus, cpus[i]);
		topo_free(topo);
	}
}

static void
this_machine_is_read(void **state)
{
	struct base_err err = {0};
	struct topo *topo;

	(void)state;
	if (topo_read(NULL, &topo, &err) < 0)
		fail_msg("%s", err.text);
	assert_true(topo->n_cpus >= (size_t)sysconf(_SC_NPROCESSORS_ONLN));
	assert_true(topo->n_nodes >= 1);
	topo_free(topo);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(nothing_to_tell_is_a_failure, tree_new, tree_free),
		cmocka_unit_test(a_root_too_long_is_a_failure),
		cmocka_unit_test_setup_teardown(one_file_is_enough, tree_new, tree_free),
		cmocka_unit_test_setup_teardown(
			a_network_device_alone_is_enough, tree_new, tree_free),
		cmocka_unit_test(sound_machines_draw_no_warning),
		cmocka_unit_test(this_machine_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "tree.h"

#define CPU "sys/devices/system/cpu"

/* A CPU that `online` names and `present` forgets is there all the same. */
static void
present_and_online_may_disagree(void **state)
{
	struct topo *topo;

	tree_put(*state, CPU "/present", "0-2\n");
	tree_put(*state, CPU "/online", "1,7\n");
	topo = tree_read(*state);
	assert_int_equal(topo->n_cpus, 4);
	assert_false(topo->cpus[0].online);
	assert_true(topo->cpus[1].online);
	assert_false(topo->cpus[2].online);
	assert_int_equal(topo->cpus[3].id, 7);
	assert_true(topo->cpus[3].online);
	topo_free(topo);
}

/* Without lists the folders count: cpufreq and cpuidle are no CPUs. */
static void
folders_stand_in_for_lists(void **state)
{
	struct topo *topo;

	tree_put(*state, CPU "/cpu0/topology/core_id", "0\n");
	tree_put(*state, CPU "/cpu12/topology/core_id", "5\n");
	tree_put(*state, CPU "/cpufreq/x", "");
	tree_put(*state, CPU "/cpuidle/x", "");
	tree_put(*state, CPU "/cpu/x", "");
	tree_put(*state, CPU "/cpu1-3/x", "");
	tree_put(*state, CPU "/cpu9999/x", "");
	topo = tree_read(*state);
	assert_int_equal(topo->n_cpus, 2);
	assert_int_equal(topo->cpus[1].id, 12);
	assert_int_equal(topo->cpus[1].core, 5);
	topo_free(topo);
}

/* What some ARM kernels write for a package they do not know is no error. */
static void
minus_one_is_not_known(void **state)
{
	struct topo *topo;

	tree_put(*state, CPU "/present", "0\n");
	tree_put(*state, CPU "/cpu0/topology/physical_package_id", "-1\n");
	tree_put(*state, CPU "/cpu0/topology/core_id", "-2\n");
	topo = tree_read(*state);
	assert_int_equal(topo->cpus[0].package, TOPO_CPU_NO_CORE);
	assert_int_equal(topo->cpus[0].core, TOPO_CPU_NO_CORE);
	assert_int_equal(tree_warnings(topo, "physical_package_id", ""), 0);
	assert_int_equal(tree_warnings(topo, "core_id", "is no number from 0 to"), 1);
	topo_free(topo);
}

static void
siblings_that_leave_out_the_cpu_itself(void **state)
{
	struct topo *topo;

	tree_put(*state, CPU "/present", "0-1\n");
	tree_put(*state, CPU "/cpu1/topology/thread_siblings_list", "5-6\n");
	topo = tree_read(*state);
	assert_int_equal(topo->cpus[1].lead, 1);
	topo_free(topo);
}

static void
the_last_level_cache_is_the_highest(void **state)
{
	static const char *const sizes[] = {"32M", "1G", "32768K", "512", "junk", ""};
	static const uint64_t want[] = {32 << 20, 1 << 30, 32 << 20, 512, 0, 0};

	for (size_t i = 0; i < UNIT_COUNT(sizes); i++) {
		struct topo *topo;

		tree_put(*state, CPU "/present", "4-5\n");
		tree_put(*state, CPU "/cpu5/cache/index0/level", "3\n");
		tree_put(*state, CPU "/cpu5/cache/index0/size", sizes[i]);
		tree_put(*state, CPU "/cpu5/cache/index0/shared_cpu_list", "4-5\n");
		tree_put(*state, CPU "/cpu5/cache/index1/level", "1\n");
		tree_put(*state, CPU "/cpu5/cache/index1/size", "64K\n");
		tree_put(*state, CPU "/cpu5/cache/index1/shared_cpu_list", "5\n");
		topo = tree_read(*state);
		assert_int_equal(topo->cpus[1].llc_bytes, want[i]);
		assert_int_equal(topo->cpus[1].llc_lead, 4);
		assert_int_equal(topo->cpus[0].llc_bytes, 0);
		topo_free(topo);
	}
}

/* Reads which CPUs the cgroup allows of 0-7, of which the process runs on 2-3. */
static void
check_cgroup(const char *root, const char *want)
{
	struct topo *topo;
	unsigned int ids[8];
	char *text;
	size_t n = 0;

	tree_put(root, CPU "/present", "0-7\n");
	tree_put(root, "proc/self/status", "Name:\tx\nCpus_allowed_list:\t2-3\nThreads:\t1\n");
	topo = tree_read(root);
	for (size_t i = 0; i < topo->n_cpus; i++) {
		assert_int_equal(topo->cpus[i].in_affinity, i == 2 || i == 3);
		if (topo->cpus[i].in_cgroup)
			ids[n++] = topo->cpus[i].id;
	}
	text = topo_ids_text(ids, n);
	assert_string_equal(text, want);
	free(text);
	topo_free(topo);
}

static void
cgroups_of_both_versions_are_found(void **state)
{
	const char *root = *state;

	check_cgroup(root, "2-3"); /* no cgroup at all: what the process has */
	tree_put(root, "proc/self/cgroup", "nonsense\n\n0:/\n");
	check_cgroup(root, "2-3");
	tree_put(root, "proc/self/cgroup", "0::/a/b\n");
	check_cgroup(root, "2-3");
	tree_put(root, "sys/fs/cgroup/cpuset.cpus.effective", "0-7\n");
	check_cgroup(root, "0-7"); /* the root's, where none below has the controller */
	tree_put(root, "sys/fs/cgroup/a/cpuset.cpus.effective", "1-4\n");
	check_cgroup(root, "1-4");
	tree_put(root, "sys/fs/cgroup/a/b/cpuset.cpus.effective", "2-4\n");
	check_cgroup(root, "2-4");
	tree_put(root, "proc/self/cgroup", "9:cpu,cpuacct:/z\n3:cpuset:/c\n0::/a/b\n");
	check_cgroup(root, "2-3"); /* version 1 has it, and its folder is not there */
	tree_put(root, "sys/fs/cgroup/cpuset/c/cpuset.effective_cpus", "2-5\n");
	check_cgroup(root, "2-5");
	tree_put(root, "proc/self/cgroup", "0::/a/b\n3:cpuset:/c\n");
	check_cgroup(root, "2-5"); /* in any order */
	tree_put(root, "proc/self/cgroup", "3:notcpuset:/c\n0::/a\n");
	check_cgroup(root, "1-4");
}

static void
isolation_has_two_sources(void **state)
{
	struct topo *topo;

	tree_put(*state, CPU "/present", "0-7\n");
	tree_put(*state, CPU "/isolated", "2\n");
	tree_put(*state, "sys/fs/cgroup/cpuset.cpus.isolated", "5-6\n");
	topo = tree_read(*state);
	for (size_t i = 0; i < topo->n_cpus; i++)
		assert_int_equal(topo->cpus[i].isolated, i == 2 || i == 5 || i == 6);
	topo_free(topo);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			present_and_online_may_disagree, tree_new, tree_free),
		cmocka_unit_test_setup_teardown(folders_stand_in_for_lists, tree_new, tree_free),
		cmocka_unit_test_setup_teardown(minus_one_is_not_known, tree_new, tree_free),
		cmocka_unit_test_setup_teardown(
			siblings_that_leave_out_the_cpu_itself, tree_new, tree_free),
		cmocka_unit_test_setup_teardown(
			the_last_level_cache_is_the_highest, tree_new, tree_free),
		cmocka_unit_test_setup_teardown(
			cgroups_of_both_versions_are_found, tree_new, tree_free),
		cmocka_unit_test_setup_teardown(isolation_has_two_sources, tree_new, tree_free),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

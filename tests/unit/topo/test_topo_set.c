/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "tree.h"

/* Lists of numbers as /sys writes them, through the list of CPUs that are present. */
static struct topo *
read_present(const char *root, const char *list)
{
	struct topo *topo;

	tree_put(root, "sys/devices/system/cpu/online", "0\n");
	tree_put(root, "sys/devices/system/cpu/present", list);
	assert_int_equal(topo_read(root, &topo, NULL), 0);
	return topo;
}

static void
what_is_no_list_is_refused(void **state)
{
	static const char *const bad[] = {",", "1,", ",1", "1-", "-1", "3-1", "1--2", "1-2-3", "a",
		"1a", " 1", "1 2", "0x1", "1,,2", "8192", "0-8192", "99999999999999999999", "+1",
		"1\n2"};

	for (size_t i = 0; i < UNIT_COUNT(bad); i++) {
		struct topo *topo = read_present(*state, bad[i]);

		if (tree_warnings(topo, "/cpu/present", "is no list of numbers below 8192") != 1)
			fail_msg("`%s' was taken", bad[i]);
		assert_int_equal(topo->n_cpus, 1); /* the one that is online */
		topo_free(topo);
	}
}

static void
lists_are_read(void **state)
{
	static const unsigned int want[] = {0, 1, 2, 3, 8, 10, 8191};
	struct topo *topo = read_present(*state, "0-3,8,10-10,8191\n");

	assert_int_equal(topo->n_cpus, UNIT_COUNT(want));
	for (size_t i = 0; i < UNIT_COUNT(want); i++)
		assert_int_equal(topo->cpus[i].id, want[i]);
	topo_free(topo);
	topo = read_present(*state, "\n");
	assert_int_equal(tree_warnings(topo, "/cpu/present", ""), 0);
	assert_int_equal(topo->n_cpus, 1);
	topo_free(topo);
	topo = read_present(*state, "0-8191\n");
	assert_int_equal(topo->n_cpus, TOPO_CPU_MAX);
	topo_free(topo);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_is_no_list_is_refused, tree_new, tree_free),
		cmocka_unit_test_setup_teardown(lists_are_read, tree_new, tree_free),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "tree.h"

static void
what_is_not_there_is_not_found(void **state)
{
	struct topo *topo = tree_machine("gaps");

	(void)state;
	assert_null(topo_cpu(topo, 2));
	assert_null(topo_cpu(topo, 4000000000U));
	assert_int_equal(topo_node_of_cpu(topo, 2), TOPO_NODE_NONE);
	assert_null(topo_node(topo, 1));
	assert_null(topo_node(topo, TOPO_NODE_NONE));
	assert_int_equal(topo_distance(topo, 0, 1), 0);
	assert_int_equal(topo_distance(topo, TOPO_NODE_NONE, 0), 0);
	assert_false(topo_are_siblings(topo, 2, 3));
	assert_null(topo_nic_by_pci(topo, ""));
	assert_null(topo_nic_by_pci(topo, "0000:5e:00"));
	assert_null(topo_nic_by_pci(topo, "5e"));
	assert_null(topo_nic_by_pci(topo, "0001:5e:00.0"));
	assert_null(topo_nic_by_name(topo, ""));
	assert_null(topo_nic_by_name(topo, "eth0"));
	topo_free(topo);
}

static void
numbers_with_gaps_are_found(void **state)
{
	struct topo *topo = tree_machine("gaps");

	(void)state;
	assert_int_equal(topo_cpu(topo, 12)->id, 12);
	assert_int_equal(topo_node_of_cpu(topo, 12), 2);
	assert_int_equal(topo_node(topo, 2)->id, 2);
	assert_int_equal(topo_distance(topo, 0, 2), 21);
	assert_int_equal(topo_distance(topo, 2, 2), 10);
	topo_free(topo);
}

static void
devices_are_found_as_dpdk_names_them(void **state)
{
	struct topo *topo = tree_machine("two");

	(void)state;
	assert_int_equal(topo_nic_by_pci(topo, "0000:af:00.0")->node, 1);
	assert_int_equal(topo_nic_by_pci(topo, "af:00.0")->node, 1);
	assert_int_equal(topo_nic_by_pci(topo, "0000:AF:00.0")->node, 1);
	assert_string_equal(topo_nic_by_name(topo, "ens1f0")->pci, "0000:18:00.0");
	topo_free(topo);
}

/* A machine of which no interface is known lacks none. */
static void
an_interface_is_lacking_where_others_are_known(void **state)
{
	struct topo *topo = tree_machine("two");
	const struct topo unknown = {0};

	(void)state;
	assert_false(topo_lacks_interface(topo, "lo"));
	assert_false(topo_lacks_interface(topo, "ens1f0"));
	assert_true(topo_lacks_interface(topo, "ens1f1"));
	assert_false(topo_lacks_interface(&unknown, "ens1f1"));
	topo_free(topo);
	assert_int_equal(topo_read(NULL, &topo, NULL), 0);
	assert_false(topo_lacks_interface(topo, "lo"));
	assert_true(topo_lacks_interface(topo, "weir-no-such"));
	topo_free(topo);
}

static void
siblings_share_a_core(void **state)
{
	struct topo *topo = tree_machine("two");

	(void)state;
	assert_true(topo_are_siblings(topo, 1, 9));
	assert_true(topo_are_siblings(topo, 9, 1));
	assert_false(topo_are_siblings(topo, 1, 1));
	assert_false(topo_are_siblings(topo, 1, 2));
	assert_false(topo_are_siblings(topo, 1, 12));
	topo_free(topo);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_not_there_is_not_found),
		cmocka_unit_test(numbers_with_gaps_are_found),
		cmocka_unit_test(devices_are_found_as_dpdk_names_them),
		cmocka_unit_test(an_interface_is_lacking_where_others_are_known),
		cmocka_unit_test(siblings_share_a_core),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

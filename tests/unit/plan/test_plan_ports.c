/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "unit_plan.h"

static void
what_the_machine_has_not_is_refused(void **state)
{
	(void)state;
	refused("two", "[port a]\ndevice = 0000:18:00.7\n", BASE_EXIT_UNAVAILABLE,
		"weir.ini:2: [port a] device = 0000:18:00.7: the machine has no PCI network device "
		"0000:18:00.7; it has 0000:18:00.0, 0000:18:00.1, 0000:af:00.0");
	refused("snc", "[port a]\ndevice = 0000:3b:00.0,args=1\nnode = 2\n", BASE_EXIT_CONFIG,
		"[port a] node = 2: the machine has no such node");
	refused("gaps", "[port a]\ndevice = net_null0\nnode = 1\n", BASE_EXIT_CONFIG,
		"the machine has no such node");
}

static void
the_node_is_the_devices_then_the_inis_then_the_lcores(void **state)
{
	struct fixture f;

	(void)state;
	fixture_run(&f, "two",
		"[port a]\ndevice = af:00.0,args=1\nnode = 0\n[port b]\ndevice = net_null0\nnode = "
		"1\n");
	assert_true(f.plan->ports[0].is_pci);
	assert_int_equal(f.plan->ports[0].node, 1);
	assert_int_equal(f.plan->ports[0].node_from, PLAN_FROM_DEVICE);
	assert_false(f.plan->ports[1].is_pci);
	assert_int_equal(f.plan->ports[1].node, 1);
	assert_int_equal(f.plan->ports[1].node_from, PLAN_FROM_INI);
	fixture_free(&f);

	fixture_run(&f, "one", "[port a]\ndevice = 0000:00:05.0\n"); /* its firmware is silent */
	assert_int_equal(f.plan->ports[0].node, 0);
	assert_int_equal(f.plan->ports[0].node_from, PLAN_FROM_LCORE);
	fixture_free(&f);
}

static void
each_lcore_that_sends_by_a_port_has_a_queue_there(void **state)
{
	const struct plan_lcore *one, *two, *main_lcore;
	struct fixture f;

	(void)state;
	fixture_run(&f, "two",
		"[port a]\ndevice = net_null0\npeer = b\n[port b]\ndevice = net_null1\npeer = a\n"
		"[port c]\ndevice = net_null2\npeer = c\n"
		"[lcore 1]\nports = a, b\n[lcore 2]\nports = a, c\n");
	main_lcore = plan_lcore(f.plan, 0);
	one = plan_lcore(f.plan, 1);
	two = plan_lcore(f.plan, 2);
	for (int i = 0; i < 3; i++)
		assert_int_equal(main_lcore->tx_queue[i], PLAN_NO_QUEUE);
	assert_int_equal(one->tx_queue[0], 0);
	assert_int_equal(two->tx_queue[0], 1);
	assert_int_equal(one->tx_queue[1], 0);
	assert_int_equal(two->tx_queue[1], 1); /* what it polls of a leaves there */
	assert_int_equal(one->tx_queue[2], PLAN_NO_QUEUE);
	assert_int_equal(two->tx_queue[2], 0);
	assert_int_equal(f.plan->ports[1].tx_queues, 2);
	assert_int_equal(f.plan->ports[1].rx_queues, 1);
	assert_int_equal(f.plan->ports[2].tx_queues, 1);
	assert_int_equal(f.plan->ports[2].n_users, 1);
	fixture_free(&f);
}

/* Two lcores, each with a port of one queue: where both would send by both, neither device has
 * enough. */
static void
lcores_that_watch_need_no_queue_to_send_by(void **state)
{
	static const char ports[] =
		"[port a]\ndevice = net_af_packet0,iface=ens5\npeer = b\n"
		"[port b]\ndevice = net_tap0\npeer = a\n"
		"[lcore 1]\nports = a\n[lcore 2]\nports = b\n[weir]\nmode = %s\n";
	struct fixture f;
	char ini[512];

	(void)state;
	snprintf(ini, sizeof(ini), ports, "tap");
	fixture_run(&f, "one", ini);
	assert_int_equal(plan_check(f.plan, NULL), 0);
	for (uint32_t i = 0; i < 2; i++) {
		assert_int_equal(f.plan->ports[i].tx_queues, 1);
		assert_int_equal(f.plan->ports[i].n_users, 1);
		assert_int_equal(plan_lcore(f.plan, 1)->tx_queue[i], PLAN_NO_QUEUE);
	}
	fixture_free(&f);
	snprintf(ini, sizeof(ini), ports, "bridge");
	fixture_run(&f, "one", ini);
	assert_int_equal(notes(f.plan, BASE_EXIT_CONFIG, "weir.ini:2: [port a]"), 1);
	assert_int_equal(notes(f.plan, BASE_EXIT_CONFIG, "weir.ini:5: [port b]"), 1);
	fixture_free(&f);
}

static void
a_driver_that_harms_is_warned_of(void **state)
{
	struct fixture f;

	(void)state;
	fixture_run(&f, "one",
		"[port a]\ndevice = net_af_packet0,iface=x\npeer = b\n"
		"[port b]\ndevice = net_af_xdp0,iface=y\npeer = a\n");
	assert_int_equal(notes(f.plan, BASE_EXIT_OK,
				 "weir.ini:2: [port a] AF_PACKET rewrites 802.1ad tags as 802.1Q"),
		1);
	assert_int_equal(notes(f.plan, BASE_EXIT_OK, "IPv4 fragments do not pass"), 1);
	assert_int_equal(notes(f.plan, BASE_EXIT_OK, "AF_PACKET"), 1);
	fixture_free(&f);
	fixture_run(&f, "one",
		"[port a]\ndevice = net_null0\npeer = b\n"
		"[port b]\ndevice = net_memif0,role=client\npeer = a\n");
	assert_int_equal(notes(f.plan, BASE_EXIT_OK, "may crash the process"), 1);
	assert_int_equal(
		notes(f.plan, BASE_EXIT_OK, "weir.ini:5: [port b] net_memif may crash"), 1);
	fixture_free(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_the_machine_has_not_is_refused),
		cmocka_unit_test(the_node_is_the_devices_then_the_inis_then_the_lcores),
		cmocka_unit_test(a_driver_that_harms_is_warned_of),
		cmocka_unit_test(lcores_that_watch_need_no_queue_to_send_by),
		cmocka_unit_test(each_lcore_that_sends_by_a_port_has_a_queue_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

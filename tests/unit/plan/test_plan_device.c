/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "unit_plan.h"

static void
more_queues_than_a_device_has_are_refused(void **state)
{
	static const char two[] =
		"[port a]\ndevice = %s\n[lcore 1]\nports = a\n[lcore 2]\nports = a\n";
	static const struct {
		const char *device;
		bool good;
	} cases[] = {{"net_pcap0,rx_pcap=in,tx_pcap=out", false},
		{"net_pcap0,rx_pcap=in,rx_pcap=in2,tx_pcap=out", false},
		{"net_pcap0,rx_pcap=in,rx_pcap=in2,tx_pcap=out,tx_pcap=out2", true},
		{"net_af_packet0,iface=e0", false}, {"net_af_packet0,iface=e0,qpairs=2", true},
		{"net_af_packet0,iface=e0,qpairs=1", false},
		{"net_af_xdp0,iface=e0,queue_count=2", true}, {"net_af_xdp0,iface=e0", false},
		{"net_vhost0,iface=/tmp/s", false}, {"net_vhost0,iface=/tmp/s,queues=2", true},
		{"net_virtio_user0,path=/tmp/s", false},
		{"net_virtio_user0,path=/tmp/s,queues=4", true}, {"net_tap0", true},
		{"net_memif0,role=client", true}, {"net_null0", true}, {"net_unknown0", true}};

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(cases); i++) {
		struct base_err err;
		struct fixture f;
		char ini[256];

		snprintf(ini, sizeof(ini), two, cases[i].device);
		fixture_run(&f, "one", ini);
		assert_int_equal(plan_check(f.plan, &err) == 0, cases[i].good);
		if (!cases[i].good) {
			assert_int_equal(err.exit, BASE_EXIT_CONFIG);
			assert_non_null(strstr(err.text, "weir.ini:2: [port a] device = "));
			assert_non_null(strstr(err.text, "the lcores need 2"));
		}
		fixture_free(&f);
	}
}

/* What a driver makes itself need not be there. */
static void
an_interface_that_is_not_there_is_warned_of(void **state)
{
	static const struct {
		const char *device;
		bool good;
	} cases[] = {{"net_af_packet0,iface=ens5", true}, {"net_af_packet0,iface=ens", false},
		{"net_af_packet0,qpairs=1,iface=ens6", false}, {"net_af_xdp0,iface=e0", false},
		{"net_pcap0,iface=ens5", true}, {"net_pcap0,rx_iface=ens5,tx_iface=e0", false},
		{"net_tap0,iface=e0", true}, {"net_tap0,iface=e0,remote=e1", false},
		{"net_vhost0,iface=/tmp/s", true}, {"net_unknown0,iface=e0", true}};

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(cases); i++) {
		struct fixture f;
		char ini[256];

		snprintf(ini, sizeof(ini), "[port a]\ndevice = %s\n", cases[i].device);
		fixture_run(&f, "one", ini);
		assert_int_equal(
			notes(f.plan, BASE_EXIT_OK,
				"weir.ini:2: [port a] the machine has no network interface `e"),
			cases[i].good ? 0 : 1);
		fixture_free(&f);
	}
}

/* Who spreads packets matters once queues lead to different lcores. */
static void
foreign_spreading_is_told(void **state)
{
	struct fixture f;

	(void)state;
	fixture_run(&f, "one",
		"[port a]\ndevice = net_tap0\n[lcore 1]\nports = a:0\n[lcore 2]\nports = a:1\n");
	assert_int_equal(notes(f.plan, BASE_EXIT_OK,
				 "weir.ini:2: [port a] of its 2 queues: the kernel sends a flow"),
		1);
	fixture_free(&f);
	fixture_run(&f, "one", "[port a]\ndevice = net_tap0\n[lcore 1]\nports = a:0, a:1\n");
	assert_int_equal(notes(f.plan, BASE_EXIT_OK, "of its 2 queues"), 0);
	fixture_free(&f);
	fixture_run(&f, "two",
		"[port a]\ndevice = 0000:18:00.0\n[lcore 1]\nports = a:0\n[lcore 2]\nports = "
		"a:1\n");
	assert_int_equal(notes(f.plan, BASE_EXIT_OK, "of its 2 queues"), 0);
	fixture_free(&f);
}

static void
cards_of_hypervisors_have_one(void **state)
{
	struct fixture f;

	(void)state;
	fixture_run(&f, "guest", "[port a]\ndevice = 0000:11:00.0\n[weir]\nnuma = prefer\n");
	assert_int_equal(f.plan->ports[0].can.usual, 1);
	assert_int_equal(f.plan->n_workers, 1);
	fixture_free(&f);
	fixture_run(&f, "two", "[port a]\ndevice = 0000:18:00.0\n");
	assert_int_equal(f.plan->ports[0].can.usual, 8);
	assert_int_equal(f.plan->ports[0].can.most_rx, 0);
	fixture_free(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_interface_that_is_not_there_is_warned_of),
		cmocka_unit_test(more_queues_than_a_device_has_are_refused),
		cmocka_unit_test(foreign_spreading_is_told),
		cmocka_unit_test(cards_of_hypervisors_have_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

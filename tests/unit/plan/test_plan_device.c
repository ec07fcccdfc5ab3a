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
		{"net_pcap0,rx_pcap=in", false}, /* what leaves goes to one that there is not */
		{"net_pcap0,rx_pcap=in,rx_pcap=in2", true}, {"net_pcap0,tx_pcap=out", false},
		{"net_pcap0,tx_pcap=out,tx_pcap=out2", true}, {"net_pcap0,iface=e0", false},
		{"net_pcap0,rx_pcap=in,rx_iface=e0,tx_pcap=out,tx_pcap=out2", false},
		{"net_pcap0,rx_iface=e0,rx_iface_in=e1,tx_pcap=out,tx_pcap=out2", true},
		{"net_pcap0,rx_pcap=in,rx_pcap=in2,tx_pcap=out,tx_pcap=out2", true},
		{"net_af_packet0,iface=e0", false}, {"net_af_packet0,iface=e0,qpairs=2", true},
		{"net_af_packet0,iface=e0,qpairs=1", false},
		{"net_af_xdp0,iface=e0,queue_count=2", true}, {"net_af_xdp0,iface=e0", false},
		{"net_vhost0,iface=/tmp/s", false}, {"net_vhost0,iface=/tmp/s,queues=2", true},
		{"net_virtio_user0,path=/tmp/s", false},
		{"net_virtio_user0,path=/tmp/s,queues=4", true}, {"net_tap0", true},
		{"net_memif0,role=client", true}, {"net_null0", true}, {"net_ring0", true}};

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

/* What a device puts into the others would be lost. */
static void
fewer_queues_than_a_device_fills_are_refused(void **state)
{
	static const char one[] = "[port a]\ndevice = %s\n[lcore 1]\nports = a\n";
	static const struct {
		const char *device, *mend; /* NULL: fine */
	} cases[] = {{"net_af_packet0,iface=e0,qpairs=2",
			     "wants a:1, too, or the device fewer of them (qpairs)"},
		{"net_af_packet0,iface=e0,qpairs=4", "wants a:1 to :3, too"},
		{"net_af_packet0,iface=e0,qpairs=1", NULL}, {"net_af_packet0,iface=e0", NULL},
		{"net_af_xdp0,iface=e0,queue_count=2", "(queue_count)"},
		{"net_vhost0,iface=/tmp/s,queues=2", "(queues)"},
		{"net_virtio_user0,path=/tmp/s,queues=2", NULL},
		{"net_pcap0,rx_pcap=in,rx_pcap=in2", "(rx_pcap)"},
		{"net_pcap0,rx_iface=e0,rx_iface_in=e1,tx_pcap=out", "(rx_iface)"},
		{"net_pcap0,rx_pcap=in,tx_pcap=out,tx_pcap=out2", NULL},
		{"net_pcap0,tx_pcap=out,tx_pcap=out2", NULL}, /* by those nothing comes in */
		{"net_tap0", NULL}, {"net_memif0,role=client", NULL}, {"net_null0", NULL}};

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(cases); i++) {
		const char *mend = cases[i].mend;
		struct base_err err;
		struct fixture f;
		char ini[256];

		snprintf(ini, sizeof(ini), one, cases[i].device);
		fixture_run(&f, "one", ini);
		assert_int_equal(plan_check(f.plan, &err) == 0, mend == NULL);
		if (mend != NULL) {
			assert_int_equal(err.exit, BASE_EXIT_CONFIG);
			assert_non_null(strstr(err.text, "weir.ini:2: [port a] device = net_"));
			assert_non_null(strstr(err.text, "the lcores poll 1: "));
			assert_non_null(strstr(err.text, mend));
		}
		fixture_free(&f);
	}
}

/* Two lcores that send want two queues of the device, and these are polled then. */
static void
queues_to_send_by_are_polled_too(void **state)
{
	static const char rest[] = "feeds = 2\n[lcore 2]\nrole = classify\nfeeds = 3,4\n"
				   "[lcore 3]\nrole = tx\nports = a\n"
				   "[lcore 4]\nrole = tx\nports = a\n";
	static const struct {
		const char *device, *ports, *words; /* NULL: fine */
	} cases[] = {{"net_af_packet0,iface=e0", "a", "has 1 transmit queue, the lcores need 2"},
		{"net_af_packet0,iface=e0,qpairs=2", "a",
			"poll 1: what comes in by the others "
			"would be lost; `ports' of an [lcore N] "
			"wants a:1, too"},
		{"net_af_packet0,iface=e0,qpairs=2", "a:0, a:1", NULL},
		{"net_tap0", "a",
			"as many queues to send as to receive: 2 lcores send by it, 1 queue is "
			"polled"},
		{"net_tap0", "a:0, a:1", NULL}, {"net_tap0", "a:0, a:1, a:2", NULL}};

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(cases); i++) {
		const char *words = cases[i].words;
		struct fixture f;
		char ini[512];

		snprintf(ini, sizeof(ini),
			"[port a]\ndevice = %s\n[lcore 1]\nrole = rx\nports = %s\n%s",
			cases[i].device, cases[i].ports, rest);
		fixture_run(&f, "four", ini);
		assert_int_equal(notes(f.plan, BASE_EXIT_CONFIG, "weir.ini:2: [port a] device"),
			words != NULL);
		assert_int_equal(
			notes(f.plan, BASE_EXIT_CONFIG, words == NULL ? "" : words), words != NULL);
		assert_int_equal(f.plan->ports[0].tx_queues,
			strcmp(cases[i].ports, "a:0, a:1, a:2") == 0 ? 3 : 2);
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
		cmocka_unit_test(fewer_queues_than_a_device_fills_are_refused),
		cmocka_unit_test(queues_to_send_by_are_polled_too),
		cmocka_unit_test(foreign_spreading_is_told),
		cmocka_unit_test(cards_of_hypervisors_have_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

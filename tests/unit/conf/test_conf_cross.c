/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "conf_unit.h"

#define TWO "[list a]\npath = /a\n[list b]\npath = /b\n[group default]\n"

static void
group_says(const char *lists, const char *wrong)
{
	char text[512], said[1024];

	snprintf(text, sizeof(text), TWO "lists = %s\n", lists);
	snprintf(said, sizeof(said), "a.ini:6: [group default] lists = %s: %s\n", lists, wrong);
	says(text, said);
}

static void
a_group_names_lists_that_are_there(void **state)
{
	(void)state;
	group_says("a, c", "`c' is no list: allowed are * and a, b, builtin-ddr");
	group_says("-", "`' is no list: allowed are * and a, b, builtin-ddr");
	group_says("*, -c", "`c' is no list: allowed are * and a, b, builtin-ddr");
	group_says("--a", "`-a' is no list: allowed are * and a, b, builtin-ddr");
	group_says("a b", "`a b' is no list: allowed are * and a, b, builtin-ddr");
	group_says("a, a", "`a' is in already");
	group_says("*, a", "`a' is in already");
	group_says("-a", "`-a': nothing before it takes that list in; to begin with all, write *");
	group_says("*, -a, -a",
		"`-a': nothing before it takes that list in; to begin with all, write *");
	group_says("a,,b", "an empty name between commas, or one that is too long");
	group_says("a,", "an empty name between commas, or one that is too long");
	says("[group default]\nlists = x\n", "a.ini:2: [group default] lists = x: `x' is no list: "
					     "allowed are * and builtin-ddr\n");
	says("[group default]\nlists = *\n", "");
	/* One that a key leaves off is no error: the key may come and go. */
	says("[group default]\nlists = *, -builtin-rebind\n", "");
	says("[group default]\nlists = builtin-rebind, builtin-ddr\n[dns]\nrebind = yes\n", "");
	says("[group default]\nlists = *, -builtin-mine\n",
		"a.ini:2: [group default] lists = *, -builtin-mine: `builtin-mine' is no list: "
		"allowed are * and builtin-ddr\n");
	says("[group default]\nlists =\n",
		"a.ini:2: [group default] lists = : a group wants lists: * for all, or names; "
		"where nothing is to be blocked, enforce = no\n");
}

static void
a_group_takes_lists_in_and_out(void **state)
{
	static const struct {
		const char *lists;
		bool a, b, ddr;
	} rows[] = {{"*", true, true, true}, {"a,b", true, true, false},
		{"b, builtin-ddr", false, true, true}, {"*,-a", false, true, true},
		{"* , -a,\ta , -b", true, false, true}, {"*, -builtin-ddr", true, true, false}};
	struct reading reading;
	char text[512];

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(rows); i++) {
		const struct conf_group *group;

		snprintf(text, sizeof(text), TWO "lists = %s\n", rows[i].lists);
		group = &good(&reading, text)->groups[0];
		assert_int_equal(base_set_has(&group->lists, 0), rows[i].a);
		assert_int_equal(base_set_has(&group->lists, 1), rows[i].b);
		assert_int_equal(base_set_has(&group->lists, 2), rows[i].ddr);
		assert_false(base_set_has(&group->lists, 3));
		done(&reading);
	}
}

/* Both ports of lcore 1 in turn. */
static void
poll_queues(struct reading *reading, uint32_t n)
{
	char text[1024] = "[port a]\ndevice = net_null0\n[port b]\ndevice = net_null1\n"
			  "[lcore 1]\nports = a";
	size_t len = strlen(text);

	for (uint32_t i = 1; i < n; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, ", %c", "ab"[i % 2]);
	read_octets(reading, text, len, NULL);
}

static void
an_lcore_polls_so_many_queues_at_most(void **state)
{
	struct reading reading;

	(void)state;
	poll_queues(&reading, CONF_POLLS_MAX);
	assert_string_equal(reading.said, "");
	assert_int_equal(reading.conf->lcores[0].n_queues, CONF_POLLS_MAX);
	done(&reading);
	poll_queues(&reading, CONF_POLLS_MAX + 1);
	assert_non_null(strstr(reading.said, "a.ini:6: [lcore 1] ports = a, b, a"));
	assert_non_null(
		strstr(reading.said, "`a': one queue too many: an lcore polls at most 64\n"));
	done(&reading);
}

static void
peers_exist(void **state)
{
	struct reading reading;
	const struct conf *conf;

	(void)state;
	says("[port a]\ndevice = net_null0\npeer = b\n",
		"a.ini:3: [port a] peer = b: no such port: allowed are a\n");
	says("[port a]\ndevice = net_null0\n[port b]\ndevice = net_null1\npeer = a\n[port c]\n"
	     "device = net_null2\npeer = a\n",
		"a.ini:1: [port a]: `peer' is missing: with 3 ports each names its own\n");
	conf = good(&reading,
		"[weir]\nmode = tap\n[port a]\ndevice = net_null0\n[port b]\ndevice = net_null1\n"
		"[port c]\ndevice = net_null2\n"); /* which sends nothing */
	assert_int_equal(conf->ports[1].peer, 1);
	done(&reading);
	conf = good(&reading, "[port a]\ndevice = net_null0\n");
	assert_int_equal(conf->ports[0].peer, 0);
	done(&reading);
	conf = good(&reading,
		"[port a]\ndevice = net_null0\npeer = c\n[port b]\ndevice = net_null1\n"
		"peer = b\n[port c]\ndevice = net_null2\npeer = a\n");
	assert_int_equal(conf->ports[0].peer, 2);
	assert_int_equal(conf->ports[1].peer, 1);
	assert_int_equal(conf->ports[2].peer, 0);
	done(&reading);
}

static void
a_device_is_one_ports(void **state)
{
	static const char *const same[][2] = {{"0000:af:00.0", "AF:00.0"},
		{"net_af_packet0,iface=eth0", "net_af_packet0,iface=eth1"},
		{"18:00.0,x=1", "18:00.0"}};
	char text[256], said[512];
	struct reading reading;

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(same); i++) {
		snprintf(text, sizeof(text), "[port a]\ndevice = %s\n[port b]\ndevice = %s\n",
			same[i][0], same[i][1]);
		snprintf(said, sizeof(said),
			"a.ini:4: [port b] device = %s: is [port a]'s already (a.ini:2): each port "
			"wants a device of its own\n",
			same[i][1]);
		says(text, said);
	}
	good(&reading, "[port a]\ndevice = 0001:18:00.0\n[port b]\ndevice = 18:00.0\n");
	done(&reading);
	good(&reading, "[port a]\ndevice = net_null1\n[port b]\ndevice = net_null10\n");
	done(&reading);
}

static void
an_interface_is_one_ports(void **state)
{
	static const char one[] = "each port wants one of its own";
	static const char queues[] = "each wants queues of its own by start_queue and queue_count";
	static const struct {
		const char *a, *b, *why; /* NULL: they may */
	} pairs[] = {
		{"net_af_packet0,iface=lan", "net_af_packet1,iface=lan", one},
		{"net_af_xdp0,iface=lan", "net_af_packet1,qpairs=2,iface=lan", one},
		{"net_af_packet1,iface=lan,qpairs=1", "net_af_xdp0,start_queue=4,iface=lan", one},
		{"net_af_xdp0,iface=lan", "net_af_xdp1,iface=lan,force_copy=1", queues},
		{"net_af_xdp0,iface=lan,queue_count=3",
			"net_af_xdp1,iface=lan,start_queue=2,queue_count=2", queues},
		{"net_af_xdp0,iface=lan,queue_count=2",
			"net_af_xdp1,iface=lan,start_queue=2,queue_count=2", NULL},
		{"net_af_xdp0,iface=lan,start_queue=1", "net_af_xdp1,iface=lan", NULL},
		{"net_af_packet0,iface=lan", "net_af_packet1,iface=lan2", NULL},
		{"net_tap0,iface=lan", "net_af_packet1,iface=lan", NULL},
		{"net_af_packet0", "net_af_packet1", NULL},
	};
	char text[256], said[512];

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(pairs); i++) {
		snprintf(text, sizeof(text), "[port a]\ndevice = %s\n[port b]\ndevice = %s\n",
			pairs[i].a, pairs[i].b);
		snprintf(said, sizeof(said),
			"a.ini:4: [port b] device = %s: the interface lan is [port a]'s already "
			"(a.ini:2): %s\n",
			pairs[i].b, pairs[i].why);
		says(text, pairs[i].why == NULL ? "" : said);
	}
}

static void
a_cname_wants_addresses(void **state)
{
	(void)state;
	says("[list a]\npath = /a\naction = cname x.example\n",
		"warning: a.ini:3: [list a] action = cname x.example: without target_a or "
		"target_aaaa stub resolvers will not follow the name\n");
	says("[list a]\npath = /a\ntarget_a = 192.0.2.1\ntarget_aaaa = ::1\n",
		"warning: a.ini:3: [list a] target_a = 192.0.2.1: has no effect: it is for action "
		"= "
		"cname NAME\n"
		"warning: a.ini:4: [list a] target_aaaa = ::1: has no effect: it is for action = "
		"cname NAME\n");
	says("[list a]\npath = /a\naction = cname x\ntarget_aaaa = ::1\n", "");
}

static void
lcores_says(const char *lcores, const char *said)
{
	char text[1024];

	snprintf(text, sizeof(text),
		"[port lan]\ndevice = net_null0\n[port wan]\ndevice = net_null1\n%s", lcores);
	says(text, said);
}

static void
wrong_queues_are_refused(void **state)
{
	(void)state;
	lcores_says("[lcore 1]\nports = lan, dmz\n",
		"a.ini:6: [lcore 1] ports = lan, dmz: `dmz': no such port: write port:queue, port "
		"being the name of a [port NAME]\n");
	lcores_says("[lcore 1]\nports = lan:\n",
		"a.ini:6: [lcore 1] ports = lan:: `lan:': allowed are "
		"the queues port:0 to port:63\n");
	lcores_says("[lcore 1]\nports = lan:64\n",
		"a.ini:6: [lcore 1] ports = lan:64: `lan:64': allowed are the queues port:0 to "
		"port:63\n");
	lcores_says("[lcore 1]\nports = lan:0:0\n",
		"a.ini:6: [lcore 1] ports = lan:0:0: `lan:0:0': allowed are the queues port:0 to "
		"port:63\n");
	lcores_says("[lcore 1]\nports =\n",
		"a.ini:6: [lcore 1] ports = : an lcore that receives wants at least one port in "
		"`ports'\n");
	lcores_says("[lcore 1]\nports = lan,,wan\n",
		"a.ini:6: [lcore 1] ports = lan,,wan: an empty name between commas, or one that is "
		"too long\n");
	says("[lcore 1]\nports = lan\n",
		"a.ini:2: [lcore 1] ports = lan: `lan': no such port: write "
		"port:queue, port being the name of a [port NAME]\n");
}

static void
a_queue_is_polled_once(void **state)
{
	(void)state;
	lcores_says("[lcore 1]\nports = lan:0, wan\n[lcore 2]\nports = lan:0\n",
		"a.ini:8: [lcore 2] ports = lan:0: queue lan:0 is polled twice: [lcore 1] has it "
		"already\n");
	lcores_says("[lcore 1]\nports = lan:0, lan:0, wan\n",
		"a.ini:6: [lcore 1] ports = lan:0, lan:0, wan: queue lan:0 is polled twice: [lcore "
		"1] "
		"has it already\n");
	lcores_says("[lcore 1]\nports = lan\n",
		"a.ini:3: [port wan]: is polled by no lcore: name it in "
		"the `ports' of an [lcore N]\n");
	lcores_says("[lcore 1]\nports = lan:0, lan:2, wan:1\n",
		"a.ini:1: [port lan]: has 3 queues, and queue lan:1 is polled by no lcore\n"
		"a.ini:3: [port wan]: has 2 queues, and queue wan:0 is polled by no lcore\n");
}

static void
a_port_has_64_queues(void **state)
{
	char text[1024] = "[lcore 1]\nports = lan";
	char said[1024];
	struct reading reading;

	(void)state;
	for (int i = 1; i < CONF_QUEUES_MAX; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), ", lan");
	snprintf(text + strlen(text), sizeof(text) - strlen(text),
		"\n[port lan]\ndevice = net_null0\n[port wan]\ndevice = net_null1\n"
		"[lcore 3]\nports = wan\n");
	assert_int_equal(good(&reading, text)->ports[0].n_queues, 64);
	done(&reading);
	snprintf(text + strlen(text), sizeof(text) - strlen(text), "[lcore 2]\nports = lan\n");
	snprintf(said, sizeof(said),
		"a.ini:10: [lcore 2] ports = lan: port lan has no free queue left: "
		"it has 64\n");
	says(text, said);
}

static void
queues_without_a_number_are_given_out(void **state)
{
	struct reading reading;
	const struct conf *conf;

	(void)state;
	conf = good(&reading, "[lcore 7]\nports = lan, wan\n[lcore 3]\nports = wan:0, lan, lan:1\n"
			      "[port lan]\ndevice = net_null0\n[port wan]\ndevice = net_null1\n");
	assert_int_equal(conf->ports[0].n_queues, 3);
	assert_int_equal(conf->ports[1].n_queues, 2);
	assert_int_equal(conf->lcores[0].queues[0].queue, 0);
	assert_int_equal(conf->lcores[0].queues[1].port, 1);
	assert_int_equal(conf->lcores[0].queues[1].queue, 1);
	assert_int_equal(conf->lcores[1].queues[0].queue, 0);
	assert_int_equal(conf->lcores[1].queues[1].queue, 2);
	assert_int_equal(conf->lcores[1].queues[2].queue, 1);
	done(&reading);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_group_names_lists_that_are_there),
		cmocka_unit_test(a_group_takes_lists_in_and_out),
		cmocka_unit_test(an_lcore_polls_so_many_queues_at_most),
		cmocka_unit_test(peers_exist),
		cmocka_unit_test(a_device_is_one_ports),
		cmocka_unit_test(an_interface_is_one_ports),
		cmocka_unit_test(a_cname_wants_addresses),
		cmocka_unit_test(wrong_queues_are_refused),
		cmocka_unit_test(a_queue_is_polled_once),
		cmocka_unit_test(a_port_has_64_queues),
		cmocka_unit_test(queues_without_a_number_are_given_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

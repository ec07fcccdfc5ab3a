/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "conf_unit.h"

#define GROUPS	     "[group a]\n[group b]\n[clients a]\n[clients b]\n"
#define MACS_ALLOWED "allowed are unicast MAC addresses, 02:00:00:00:0a:01\n"
#define VLAN_ALLOWED "allowed are VLAN IDs 1..4094\n"
#define QINQ_ALLOWED "allowed are outer.inner VLAN IDs, each 1..4094: 100.12\n"

/* [clients default] with one key, and what is said of its value. */
static void
value_says(const char *key, const char *value, const char *wrong)
{
	char text[512], said[1024];

	snprintf(text, sizeof(text), "[clients default]\n%s = %s\n", key, value);
	snprintf(said, sizeof(said), "a.ini:2: [clients default] %s = %s: %s", key, value, wrong);
	says(text, said);
}

static void
what_is_no_mac_is_refused(void **state)
{
	static const char *const bad[] = {"02:00:00:00:0a", "02:00:00:00:0a:01:02", "02000000a01",
		"02:00:00:00:0a:0g", "2:0:0:0:a:1", "02:00:00:00:0a:0", "01:00:5e:00:00:01",
		"ff:ff:ff:ff:ff:ff", "00:00:00:00:00:00", "02:00:00:00:0a:01x"};
	char wrong[256];

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(bad); i++) {
		snprintf(wrong, sizeof(wrong), "`%s': " MACS_ALLOWED, bad[i]);
		value_says("macs", bad[i], wrong);
	}
	value_says("macs", "02:00:00:00:0a:01,", MACS_ALLOWED);
}

static void
what_is_no_vlan_is_refused(void **state)
{
	(void)state;
	value_says("vlans", "0", "`0': " VLAN_ALLOWED);
	value_says("vlans", "4095", "`4095': " VLAN_ALLOWED);
	value_says("vlans", "1, -1", "`-1': " VLAN_ALLOWED);
	value_says("vlans", "1,,2", VLAN_ALLOWED);
	value_says("qinq", "100", "`100': " QINQ_ALLOWED);
	value_says("qinq", "100.0", "`100.0': " QINQ_ALLOWED);
	value_says("qinq", "0.1", "`0.1': " QINQ_ALLOWED);
	value_says("qinq", "1.2.3", "`1.2.3': " QINQ_ALLOWED);
	value_says("qinq", "100000000.1", "`100000000.1': " QINQ_ALLOWED);
	value_says("qinq", "1.4095", "`1.4095': " QINQ_ALLOWED);
}

static void
ports_are_those_of_the_file(void **state)
{
	(void)state;
	value_says("ports", "lan",
		"`lan' is no port: allowed are none, for the file has no [port NAME]\n");
	says("[port lan]\ndevice = net_null0\n[clients default]\nports = lan, wan,\n",
		"a.ini:4: [clients default] ports = lan, wan,: `wan' is no port: allowed are lan\n"
		"a.ini:4: [clients default] ports = lan, wan,: an empty name between commas, or "
		"one that is too long\n");
}

static void
clients_want_their_group(void **state)
{
	(void)state;
	says("[group kids]\n[clients kids]\n[clients iot]\nvlans = 1\n",
		"a.ini:3: [clients iot]: bears the name of no group: allowed are default, kids\n");
	says("[group kids]\n", "warning: a.ini:1: [group kids]: nobody is in it: there is no "
			       "[clients kids]\n");
}

static void
nothing_belongs_to_two(void **state)
{
	(void)state;
	says(GROUPS "vlans = 5\n[clients default]\nvlans = 5, 6, 6\n",
		"a.ini:7: [clients default] vlans = 5, 6, 6: 5 is [clients b]'s already (a.ini:5): "
		"a client has one group\n"
		"a.ini:7: [clients default] vlans = 5, 6, 6: 6 stands there twice\n");
	says("[group a]\n[clients a]\nmacs = 02:00:00:00:0A:01\nqinq = 1.2\n[clients default]\n"
	     "macs = 02-00-00-00-0a-01\nqinq = 2.1, 1.2\n",
		"a.ini:6: [clients default] macs = 02-00-00-00-0a-01: 02:00:00:00:0a:01 is "
		"[clients a]'s already (a.ini:3): a client has one group\n"
		"a.ini:7: [clients default] qinq = 2.1, 1.2: 1.2 is [clients a]'s already "
		"(a.ini:4): a client has one group\n");
	says("[port lan]\ndevice = net_null0\n[clients default]\nports = lan,lan\n",
		"a.ini:4: [clients default] ports = lan,lan: lan stands there twice\n");
}

static void
a_thousand_that_are_wrong_are_not_all_told(void **state)
{
	char text[4096] = "[clients default]\nvlans = 7";
	struct reading reading;

	(void)state;
	for (int i = 0; i < 1000; i++)
		memcpy(text + strlen(text), ",7", 3);
	read_octets(&reading, text, strlen(text), NULL);
	assert_int_equal(reading.report.n_errors, 20);
	done(&reading);
}

static void
values_arrive(void **state)
{
	struct reading reading;
	const struct conf *conf =
		good(&reading, "[group a]\n[clients default]\nvlans = 9\n[clients a]\n"
			       "macs = 02:00:00:00:0A:fF , fe-dc-ba-98-76-54\nvlans = 1,4094\n"
			       "qinq = 1.4094,4094.1\n");
	const struct conf_clients *a = &conf->clients[1];

	(void)state;
	assert_int_equal(conf->n_clients, 2);
	assert_int_equal(conf->clients[0].group, 0);
	assert_int_equal(a->group, 1);
	assert_int_equal(a->macs.n, 2);
	assert_memory_equal(a->macs.mac[0].octets, "\x02\x00\x00\x00\x0a\xff", 6);
	assert_memory_equal(a->macs.mac[1].octets, "\xfe\xdc\xba\x98\x76\x54", 6);
	assert_int_equal(a->vlans.vid[1], 4094);
	assert_int_equal(a->qinq.pair[1].outer, 4094);
	assert_int_equal(a->qinq.pair[1].inner, 1);
	assert_int_equal(a->n_ports, 0);
	done(&reading);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_no_mac_is_refused),
		cmocka_unit_test(what_is_no_vlan_is_refused),
		cmocka_unit_test(ports_are_those_of_the_file),
		cmocka_unit_test(clients_want_their_group),
		cmocka_unit_test(nothing_belongs_to_two),
		cmocka_unit_test(a_thousand_that_are_wrong_are_not_all_told),
		cmocka_unit_test(values_arrive),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

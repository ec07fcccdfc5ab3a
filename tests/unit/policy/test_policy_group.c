/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "unit_policy.h"

static const char ini[] = "[port lan]\ndevice = net_null0\n[port wan]\ndevice = net_null1\n"
			  "[group mac]\n[group pair]\n[group vlan]\n[group port]\n"
			  "[clients mac]\nmacs = 02:00:00:00:00:01, 02:00:00:00:00:02\n"
			  "[clients pair]\nqinq = 100.12, 4094.4094\n"
			  "[clients vlan]\nvlans = 100, 1, 4094\n[clients port]\nports = wan\n";

static const uint8_t known[6] = {2, 0, 0, 0, 0, 2}, unknown[6] = {2, 0, 0, 0, 0, 3};

static void
belongs(const struct fixture *f, struct policy_client client, const char *group, uint8_t key)
{
	struct policy_member member;

	policy_group_burst(f->view, &client, 1, &member);
	assert_string_equal(policy_group_name(f->policy, member.group), group);
	assert_int_equal(member.key, key);
}

static void
each_key_goes_before_the_next(void **state)
{
	struct policy_client all = {.mac = known, .vlan = 100, .inner = 12, .port = 1};
	struct fixture f;

	(void)state;
	fixture_init(&f);
	fixture_build(&f, ini);
	belongs(&f, all, "mac", POLICY_KEY_MAC);
	all.mac = unknown;
	belongs(&f, all, "pair", POLICY_KEY_QINQ);
	all.inner = 13;
	belongs(&f, all, "vlan", POLICY_KEY_VLAN);
	all.vlan = 101;
	belongs(&f, all, "port", POLICY_KEY_PORT);
	all.port = 0;
	belongs(&f, all, "default", POLICY_KEY_DEFAULT);
	fixture_free(&f);
}

static void
the_edges_of_each_key(void **state)
{
	static const uint8_t zero[6];
	struct policy_client nothing = {.port = POLICY_PORT_NONE};
	struct fixture f;

	(void)state;
	fixture_init(&f);
	fixture_build(&f, ini);
	belongs(&f, nothing, "default", POLICY_KEY_DEFAULT);
	nothing.mac = zero;
	belongs(&f, nothing, "default", POLICY_KEY_DEFAULT);
	nothing.vlan = 4094;
	belongs(&f, nothing, "vlan", POLICY_KEY_VLAN);
	nothing.inner = 4094;
	belongs(&f, nothing, "pair", POLICY_KEY_QINQ);
	nothing.vlan = 4095; /* what a frame can bear and no section name */
	nothing.inner = 4095;
	belongs(&f, nothing, "default", POLICY_KEY_DEFAULT);
	nothing.vlan = 0;
	nothing.inner = 12;
	belongs(&f, nothing, "default", POLICY_KEY_DEFAULT);
	nothing.port = POLICY_PORTS_MAX;
	belongs(&f, nothing, "default", POLICY_KEY_DEFAULT);
	fixture_free(&f);
}

static void
every_one_of_many_is_found(void **state)
{
	char text[4096] = "[group g]\n[clients g]\nmacs = ";
	struct fixture f;
	size_t n = strlen(text);

	(void)state;
	for (unsigned i = 1; i <= 200; i++)
		n += (size_t)snprintf(
			text + n, sizeof(text) - n, "%s02:00:00:00:00:%02x", i == 1 ? "" : ",", i);
	fixture_init(&f);
	fixture_build(&f, text);
	for (unsigned i = 0; i < 256; i++) {
		uint8_t mac[6] = {2, 0, 0, 0, 0, (uint8_t)i};

		belongs(&f, (struct policy_client){.mac = mac, .port = 0},
			i >= 1 && i <= 200 ? "g" : "default",
			i >= 1 && i <= 200 ? POLICY_KEY_MAC : POLICY_KEY_DEFAULT);
	}
	fixture_free(&f);
}

static void
a_group_has_lists_and_a_default_of_its_own(void **state)
{
	struct fixture f;

	(void)state;
	fixture_init(&f);
	fixture_file(&f, "ads.txt", "ads.com\n");
	fixture_file(&f, "games.txt", "games.com\n");
	fixture_build(&f,
		"[list ads]\npath = ads.txt\n[list games]\npath = games.txt\n"
		"[group default]\nlists = ads\n"
		"[group kids]\nlists = *\ndefault = refused\n[clients kids]\nvlans = 7\n");
	assert_string_equal(fixture_ask(&f, "games.com", 1), "- pass");
	f.client = &(struct policy_client){.vlan = 7, .port = POLICY_PORT_NONE};
	assert_string_equal(fixture_ask(&f, "games.com", 1), "games nxdomain games.txt:1");
	assert_string_equal(fixture_ask(&f, "good.com", 1), "- refused");
	fixture_free(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_key_goes_before_the_next),
		cmocka_unit_test(the_edges_of_each_key),
		cmocka_unit_test(every_one_of_many_is_found),
		cmocka_unit_test(a_group_has_lists_and_a_default_of_its_own),
	};

	return cmocka_run_group_tests(tests, unit_eal_start, unit_eal_stop);
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "unit_policy.h"

static void
every_key_is_told_by_its_line(void **state)
{
	static const uint8_t mac[6] = {2, 0, 0, 0, 0xa, 1};
	const struct policy_client client = {.mac = mac, .vlan = 100, .inner = 12, .port = 0};
	static const struct {
		uint8_t key;
		const char *what;
		int line;
	} rows[] = {
		{POLICY_KEY_MAC, "MAC 02:00:00:00:0a:01", 5},
		{POLICY_KEY_QINQ, "QinQ pair 100.12", 6},
		{POLICY_KEY_VLAN, "VLAN 100", 7},
		{POLICY_KEY_PORT, "port lan", 8},
	};
	char why[POLICY_WHY_MAX], wanted[POLICY_WHY_MAX];
	struct fixture f;

	(void)state;
	fixture_init(&f);
	fixture_build(&f, "[port lan]\ndevice = net_null0\n[group g]\n[clients g]\n"
			  "macs = 02:00:00:00:0a:01\nqinq = 100.12\nvlans = 100\nports = lan\n");
	for (size_t i = 0; i < UNIT_COUNT(rows); i++) {
		struct policy_member member = {.group = 1, .key = rows[i].key};

		snprintf(wanted, sizeof(wanted), "%s of [clients g] (%s/weir.ini:%d)", rows[i].what,
			f.dir, rows[i].line);
		assert_string_equal(policy_group_why(f.policy, &client, &member, why), wanted);
	}
	assert_string_equal(
		policy_group_why(f.policy, &client,
			&(struct policy_member){.group = 0, .key = POLICY_KEY_DEFAULT}, why),
		"no [clients] section names the client");
	fixture_free(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_key_is_told_by_its_line),
	};

	return cmocka_run_group_tests(tests, unit_eal_start, unit_eal_stop);
}

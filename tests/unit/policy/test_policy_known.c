/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "unit_policy.h"

enum {
	CLIENT,
	MAC,
	VLAN,
	QINQ,
	PORT
};

#define INI "[port lan]\ndevice = net_null0\n"

static void
refuses(const struct fixture *f, unsigned key, const char *value, const char *why)
{
	struct policy_known known;
	struct base_err err;

	policy_known_init(&known);
	assert_int_equal(policy_known_set(&known, f->conf, key, value, &err), -EINVAL);
	assert_int_equal(err.exit, BASE_EXIT_USAGE);
	if (strstr(err.text, why) == NULL)
		fail_msg("%s: %s", value, err.text);
}

static void
what_no_client_is_is_refused(void **state)
{
	struct policy_known known;
	struct fixture f;

	(void)state;
	fixture_init(&f);
	fixture_build(&f, INI);
	refuses(&f, CLIENT, "10.0.0.0/8", "is no address");
	refuses(&f, CLIENT, "", "is no address");
	refuses(&f, MAC, "ff:ff:ff:ff:ff:ff", "is no client's MAC address");
	refuses(&f, VLAN, "4095", "a VLAN ID 1..4094");
	refuses(&f, QINQ, "1", "two VLAN IDs 1..4094");
	refuses(&f, PORT, "wan", "has no [port wan]");
	policy_known_init(&known);
	assert_int_equal(policy_known_set(&known, f.conf, VLAN, "1", NULL), 0);
	assert_int_equal(policy_known_set(&known, f.conf, QINQ, "1.2", NULL), -EINVAL);
	fixture_free(&f);
}

static void
what_is_set_is_what_a_packet_would_tell(void **state)
{
	const char *const values[] = {"10.1.2.3", "02:00:00:00:0a:01", NULL, "100.12", "lan"};
	struct policy_known known;
	struct fixture f;

	(void)state;
	fixture_init(&f);
	fixture_build(&f, INI);
	policy_known_init(&known);
	assert_int_equal(known.client.port, POLICY_PORT_NONE);
	assert_int_equal(known.client.family, 0);
	for (unsigned key = 0; policy_known_keys[key] != NULL; key++) {
		if (values[key] != NULL)
			assert_int_equal(
				policy_known_set(&known, f.conf, key, values[key], NULL), 0);
	}
	assert_int_equal(known.client.family, 4);
	assert_memory_equal(known.client.addr, "\x0a\x01\x02\x03", 4);
	assert_memory_equal(known.client.mac, "\x02\x00\x00\x00\x0a\x01", 6);
	assert_int_equal(known.client.vlan, 100);
	assert_int_equal(known.client.inner, 12);
	assert_int_equal(known.client.port, 0);
	fixture_free(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_no_client_is_is_refused),
		cmocka_unit_test(what_is_set_is_what_a_packet_would_tell),
	};

	return cmocka_run_group_tests(tests, unit_eal_start, unit_eal_stop);
}

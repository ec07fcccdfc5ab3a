/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "nets_naive.h"

#include <stdio.h>

#define BURSTS 200

static void
a_table_of_nothing_finds_nothing(void **state)
{
	struct naive *n = naive_new(NETS_NUMBERS);

	(void)state;
	naive_build(n);
	assert_int_equal(naive_ask(n, "10.0.0.1", 0).value, NETS_NONE);
	assert_int_equal(naive_ask(n, "::", 5).value, NETS_NONE);
	naive_free(n);
}

static void
the_edges_of_both_families(void **state)
{
	static const char *const prefixes[] = {"0.0.0.0/0", "128.0.0.0/1", "255.255.255.255",
		"0.0.0.0", "10.0.0.0/24", "10.0.0.0/25", "10.0.0.128/31", "::/0", "8000::/1",
		"2001:db8::/64", "2001:db8::/65", "2001:db8::/127", "2001:db8::/128",
		"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"};
	static const char *const asked[] = {"0.0.0.0", "0.0.0.1", "127.255.255.255", "128.0.0.0",
		"255.255.255.255", "255.255.255.254", "10.0.0.127", "10.0.0.128", "10.0.0.129",
		"10.0.0.130", "10.0.1.0", "::", "7fff::", "8000::", "2001:db8::", "2001:db8::1",
		"2001:db8::2",
		"2001:db8:0:0:8000::", "2001:db8:0:1::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
		"ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe"};
	struct naive *n = naive_new(NETS_NUMBERS);

	(void)state;
	for (uint16_t i = 0; i < UNIT_COUNT(prefixes); i++)
		naive_add(n, prefixes[i], 0, (uint16_t)(100 + i));
	naive_add(n, "0.0.0.0/0", 4095, NETS_NONE - 1);
	naive_build(n);
	for (size_t i = 0; i < UNIT_COUNT(asked); i++) {
		naive_ask(n, asked[i], 0);
		naive_ask(n, asked[i], 4095);
		naive_ask(n, asked[i], 12);
	}
	naive_free(n);
}

static void
a_longer_prefix_first_then_the_bound_one(void **state)
{
	struct naive *n = naive_new(NETS_NUMBERS);

	(void)state;
	naive_add(n, "10.0.0.0/8", 0, 1);
	naive_add(n, "10.0.0.0/8", 12, 2);
	naive_add(n, "10.1.0.0/16", 0, 3);
	naive_add(n, "10.1.2.0/24", 12, 4);
	naive_add(n, "10.1.2.3", 0, 5);
	naive_add(n, "10.1.2.3", 12, 6);
	naive_add(n, "2001:db8::/32", 12, 7);
	naive_build(n);
	assert_int_equal(naive_ask(n, "10.9.9.9", 0).value, 1);
	assert_int_equal(naive_ask(n, "10.9.9.9", 12).value, 2);
	assert_int_equal(naive_ask(n, "10.9.9.9", 13).value, 1);
	assert_int_equal(naive_ask(n, "10.1.9.9", 12).value, 3);
	assert_int_equal(naive_ask(n, "10.1.2.4", 12).value, 4);
	assert_int_equal(naive_ask(n, "10.1.2.3", 13).value, 5);
	assert_int_equal(naive_ask(n, "10.1.2.3", 12).value, 6);
	assert_int_equal(naive_ask(n, "2001:db8::1", 12).value, 7);
	assert_int_equal(naive_ask(n, "2001:db8::1", 0).value, NETS_NONE);
	naive_free(n);
}

static uint32_t
random_bits(void)
{
	static uint64_t seed = 1;

	seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
	return (uint32_t)(seed >> 33);
}

/* Few leading octets, so that prefixes lie in each other and addresses in them. */
static void
random_addr(struct base_addr *out, uint8_t family)
{
	memset(out, 0, sizeof(*out));
	out->family = family;
	for (int i = 0; i < (family == 4 ? 4 : 16); i++)
		out->bytes[i] = (uint8_t)(random_bits() % (i % 3 == 2 ? 256 : 3));
}

static void
random_rules(struct naive *n, uint32_t nb)
{
	for (uint32_t i = 0; i < nb; i++) {
		struct nets_rule *rule = &n->rules[n->nb++];
		unsigned most = i % 2 ? 32 : 128;

		random_addr(&rule->prefix.addr, i % 2 ? 4 : 6);
		rule->prefix.bits =
			(uint8_t)(random_bits() % 4 == 0 ? most : random_bits() % (most + 1));
		for (unsigned bit = rule->prefix.bits; bit < 128; bit++)
			rule->prefix.addr.bytes[bit / 8] &= (uint8_t) ~(0x80 >> bit % 8);
		rule->vlan = (uint16_t)(random_bits() % 3 == 0 ? 1 + random_bits() % 3 : 0);
		rule->value = (uint16_t)(random_bits() % (NETS_NONE - 1));
	}
}

static void
random_prefixes_are_found_as_the_plain_search_does(void **state)
{
	struct base_addr addrs[NETS_BURST_MAX];
	struct nets_query queries[NETS_BURST_MAX];
	struct nets_hit hits[NETS_BURST_MAX], plain;
	struct naive *n = naive_new(NETS_NUMBERS);
	uint32_t found = 0;

	(void)state;
	random_rules(n, 2000);
	naive_build(n);
	for (int burst = 0; burst < BURSTS; burst++) {
		uint16_t nb = (uint16_t)(1 + random_bits() % NETS_BURST_MAX);

		for (uint16_t i = 0; i < nb; i++) {
			random_addr(&addrs[i], random_bits() % 2 ? 4 : 6);
			queries[i] = (struct nets_query){.addr = addrs[i].bytes,
				.family = (uint8_t)(random_bits() % 50 ? addrs[i].family : 0),
				.vlan = (uint16_t)(random_bits() % 4)};
		}
		nets_lookup_burst(n->nets, queries, nb, hits);
		for (uint16_t i = 0; i < nb; i++) {
			plain = naive_lookup(n, &queries[i]);
			assert_int_equal(hits[i].value, plain.value);
			assert_int_equal(hits[i].bits, plain.bits);
			assert_int_equal(hits[i].is_bound, plain.is_bound);
			found += plain.bits >= 0;
		}
	}
	assert_true(found > 1000);
	naive_free(n);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_table_of_nothing_finds_nothing),
		cmocka_unit_test(the_edges_of_both_families),
		cmocka_unit_test(a_longer_prefix_first_then_the_bound_one),
		cmocka_unit_test(random_prefixes_are_found_as_the_plain_search_does),
	};

	if (unit_eal_up(256) < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, unit_eal_stop);
}

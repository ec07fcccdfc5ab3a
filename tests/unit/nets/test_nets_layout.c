/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "nets_naive.h"

/* Prefixes of one length, each beside the last, and one of /8 or /32. */
struct many {
	uint8_t family, bits;
	uint32_t nb;
};

static void
get(const void *arg, uint32_t index, struct nets_rule *out)
{
	const struct many *many = arg;
	uint32_t at = index << (32 - (many->family == 4 ? many->bits : 32));

	*out = (struct nets_rule){
		.prefix = {.addr.family = many->family, .bits = many->bits}, .value = 7};
	if (index == many->nb)
		out->prefix.bits = 8;
	else
		for (int i = 0; i < 4; i++)
			out->prefix.addr.bytes[(many->family == 4 ? 0 : 3) + i] =
				(uint8_t)(at >> (24 - 8 * i));
}

static void
parts_of(struct many many, struct nets_parts *parts)
{
	struct nets_rules rules = {
		.kind = NETS_NUMBERS, .nb = many.nb + 1, .get = get, .arg = &many};
	struct nets_source *source;

	assert_int_equal(nets_source_build(&rules, &source, NULL), 0);
	nets_parts(source, parts);
	nets_source_free(source);
}

static void
what_a_plan_of_a_network_has_stands_in_the_fib(void **state)
{
	struct nets_parts parts;

	(void)state;
	parts_of((struct many){4, 24, 1000}, &parts);
	assert_true(parts.fib4 > 0 && parts.hash4 == 0 && parts.fib6 == 0 && parts.hash6 == 0);
	parts_of((struct many){6, 48, 1000}, &parts);
	assert_true(parts.fib6 > 0 && parts.hash6 == 0 && parts.fib4 == 0 && parts.hash4 == 0);
}

/* Each /56 takes up to four groups of a trie: a million of them would take gigabytes. */
static void
a_million_delegations_take_no_gigabyte(void **state)
{
	struct nets_parts parts;

	(void)state;
	parts_of((struct many){6, 56, 1000000}, &parts);
	assert_true(parts.hash6 > 0 && parts.hash6 < 64 * UINT64_C(1000000));
	assert_true(parts.fib6 < UINT64_C(40) << 20);
	parts_of((struct many){4, 28, 1000000}, &parts);
	assert_true(parts.hash4 > 0 && parts.hash4 < 64 * UINT64_C(1000000));
	assert_true(parts.fib4 < UINT64_C(20) << 20);
}

static void
whole_addresses_need_no_fib(void **state)
{
	struct nets_rule rules[2] = {{.prefix = {.addr.family = 4, .bits = 32}},
		{.prefix = {.addr.family = 6, .bits = 128}}};
	struct naive *n = naive_new(NETS_NUMBERS);
	struct nets_parts parts;

	(void)state;
	memcpy(n->rules, rules, sizeof(rules));
	n->nb = 2;
	naive_build(n);
	nets_parts(n->source, &parts);
	assert_true(parts.hash4 > 0 && parts.hash6 > 0 && parts.fib4 == 0 && parts.fib6 == 0);
	naive_free(n);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_plan_of_a_network_has_stands_in_the_fib),
		cmocka_unit_test(a_million_delegations_take_no_gigabyte),
		cmocka_unit_test(whole_addresses_need_no_fib),
	};

	return cmocka_run_group_tests(tests, unit_eal_start, unit_eal_stop);
}

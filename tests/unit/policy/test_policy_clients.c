/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "unit_policy.h"

static uint64_t
view_bytes(const char *ini)
{
	struct policy_counts counts;
	struct fixture f;

	fixture_init(&f);
	fixture_build(&f, ini);
	policy_counts(f.policy, &counts);
	fixture_free(&f);
	return counts.view_bytes;
}

static void
only_what_is_named_takes_memory(void **state)
{
	uint64_t none = view_bytes(""), vlan = view_bytes("[clients default]\nvlans = 1\n");
	uint64_t vlans = view_bytes("[clients default]\nvlans = 1,2,3,4\n");
	uint64_t pair = view_bytes("[clients default]\nqinq = 1.2\n");

	(void)state;
	assert_int_equal(view_bytes("[clients default]\nvlans =\n"), none);
	assert_true(vlan >= none + 4096 * sizeof(uint16_t));
	assert_int_equal(vlans, vlan);
	assert_true(pair > none && pair < vlan);
}

static void
without_clients_a_view_has_none(void **state)
{
	struct fixture f;

	(void)state;
	fixture_init(&f);
	fixture_build(&f, "[group g]\n[clients g]\n[clients default]\n");
	assert_null(f.view->clients);
	assert_int_equal(f.view->nb_groups, 2);
	fixture_free(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_what_is_named_takes_memory),
		cmocka_unit_test(without_clients_a_view_has_none),
	};

	return cmocka_run_group_tests(tests, unit_eal_start, unit_eal_stop);
}

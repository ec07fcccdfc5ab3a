/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "nets_naive.h"

static void
holds(const struct naive *n, const char *addr, const uint16_t *lists, int nb)
{
	struct nets_hit hit = naive_ask(n, addr, 0);
	struct base_set set = {{0}};

	for (int i = 0; i < nb; i++)
		base_set_add(&set, (uint8_t)lists[i]);
	if (nb == 0)
		assert_int_equal(hit.value, NETS_NONE);
	else
		assert_true(base_set_equal(nets_set(n->nets, hit.value), &set));
}

#define HOLDS(addr, ...)                                       \
	do {                                                   \
		static const uint16_t lists[] = {__VA_ARGS__}; \
		holds(n, addr, lists, (int)UNIT_COUNT(lists)); \
	} while (0)

static void
an_address_is_in_the_lists_of_all_that_covers_it(void **state)
{
	struct naive *n = naive_new(NETS_SETS);

	(void)state;
	naive_add(n, "10.0.0.0/8", 0, 0);
	naive_add(n, "10.1.0.0/16", 0, 255);
	naive_add(n, "10.1.0.0/16", 0, 3);
	naive_add(n, "10.1.0.0/16", 0, 3);
	naive_add(n, "10.1.2.3", 0, 7);
	naive_add(n, "10.2.0.0/15", 0, 1);
	naive_add(n, "2001:db8::/32", 0, 4);
	naive_add(n, "2001:db8::1", 0, 5);
	naive_build(n);
	HOLDS("10.200.0.1", 0);
	HOLDS("10.1.9.9", 0, 3, 255);
	HOLDS("10.1.2.3", 0, 3, 7, 255);
	HOLDS("10.3.0.1", 0, 1);
	HOLDS("2001:db8::2", 4);
	HOLDS("2001:db8::1", 4, 5);
	holds(n, "11.0.0.0", NULL, 0);
	holds(n, "::", NULL, 0);
	naive_free(n);
}

/* Neighbours that do not cover each other share nothing, whatever covered the one before. */
static void
what_is_left_behind_covers_no_more(void **state)
{
	struct naive *n = naive_new(NETS_SETS);

	(void)state;
	naive_add(n, "10.0.0.0/9", 0, 1);
	naive_add(n, "10.0.0.0/16", 0, 2);
	naive_add(n, "10.0.1.0/24", 0, 3);
	naive_add(n, "10.1.0.0/16", 0, 4);
	naive_add(n, "10.128.0.0/9", 0, 5);
	naive_add(n, "::/0", 0, 6);
	naive_build(n);
	HOLDS("10.0.1.1", 1, 2, 3);
	HOLDS("10.0.2.1", 1, 2);
	HOLDS("10.1.1.1", 1, 4);
	HOLDS("10.129.0.0", 5);
	HOLDS("a00::", 6);
	naive_free(n);
}

static void
equal_unions_are_one_set(void **state)
{
	struct naive *n = naive_new(NETS_SETS);
	struct nets_parts few, many;
	char prefix[64];

	(void)state;
	for (unsigned i = 0; i < 2000; i++) {
		snprintf(prefix, sizeof(prefix), "10.%u.%u.0/24", i / 256, i % 256);
		naive_add(n, prefix, 0, 9);
	}
	naive_build(n);
	nets_parts(n->source, &many);
	naive_free(n);
	n = naive_new(NETS_SETS);
	naive_add(n, "10.0.0.0/24", 0, 9);
	naive_build(n);
	nets_parts(n->source, &few);
	naive_free(n);
	assert_int_equal(few.head, many.head);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_address_is_in_the_lists_of_all_that_covers_it),
		cmocka_unit_test(what_is_left_behind_covers_no_more),
		cmocka_unit_test(equal_unions_are_one_set),
	};

	if (unit_eal_up(256) < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, unit_eal_stop);
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "base_set.h"
#include "unit.h"

static void
the_edges_of_every_word_hold(void **state)
{
	static const uint8_t edges[] = {0, 63, 64, 127, 128, 191, 192, 255};
	struct base_set set = {{0}}, empty = {{0}};

	(void)state;
	assert_int_equal(base_set_first(&set), -1);
	for (size_t i = UNIT_COUNT(edges); i-- > 0;) {
		base_set_add(&set, edges[i]);
		assert_int_equal(base_set_first(&set), edges[i]);
	}
	for (int n = 0; n < BASE_SET_MAX; n++) {
		bool edge = n % 64 == 0 || n % 64 == 63;

		assert_int_equal(base_set_has(&set, (uint8_t)n), edge);
	}
	for (size_t i = 0; i < UNIT_COUNT(edges); i++) {
		assert_int_equal(base_set_first(&set), edges[i]);
		base_set_remove(&set, edges[i]);
	}
	assert_true(base_set_equal(&set, &empty));
}

static void
join_keep_and_drop(void **state)
{
	struct base_set a = {{0}}, b = {{0}}, c;

	(void)state;
	base_set_add(&a, 3);
	base_set_add(&a, 200);
	base_set_add(&b, 200);
	base_set_add(&b, 70);
	c = a;
	base_set_keep(&c, &b);
	assert_int_equal(base_set_first(&c), 200);
	base_set_join(&c, &a);
	assert_true(base_set_equal(&c, &a));
	assert_false(base_set_equal(&c, &b));
	base_set_drop(&c, &b);
	assert_int_equal(base_set_first(&c), 3);
	assert_false(base_set_has(&c, 200));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_edges_of_every_word_hold),
		cmocka_unit_test(join_keep_and_drop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

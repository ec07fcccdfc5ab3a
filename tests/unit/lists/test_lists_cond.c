/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "lists.h"
#include "unit.h"

static void
a_condition_holds_for_its_types_alone(void **state)
{
	const struct lists_cond cond = {.nb_types = 2, .types = {1, 65535}};

	(void)state;
	assert_true(lists_cond_holds(&cond, 1));
	assert_true(lists_cond_holds(&cond, 65535));
	assert_false(lists_cond_holds(&cond, 0));
	assert_false(lists_cond_holds(&cond, 28));
}

static void
a_negated_condition_holds_for_all_others(void **state)
{
	struct lists_cond cond = {.negated = true, .nb_types = LISTS_COND_TYPES};

	(void)state;
	for (uint16_t i = 0; i < LISTS_COND_TYPES; i++)
		cond.types[i] = (uint16_t)(100 + i);
	assert_false(lists_cond_holds(&cond, 100));
	assert_false(lists_cond_holds(&cond, 100 + LISTS_COND_TYPES - 1));
	assert_true(lists_cond_holds(&cond, 99));
	assert_true(lists_cond_holds(&cond, 100 + LISTS_COND_TYPES));
	assert_true(lists_cond_holds(&cond, 0));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_condition_holds_for_its_types_alone),
		cmocka_unit_test(a_negated_condition_holds_for_all_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

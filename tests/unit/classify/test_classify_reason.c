/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "classify_reason.h"
#include "unit.h"

#include <string.h>

static void
every_reason_has_a_name_of_its_own(void **state)
{
	(void)state;
	for (int i = 0; i < CLASSIFY_REASON_COUNT; i++) {
		assert_true(strlen(classify_reason_names[i]) > 0);
		assert_true(strlen(classify_reason_help((enum classify_reason)i)) > 1);
		for (int j = 0; j < i; j++)
			assert_string_not_equal(classify_reason_names[i], classify_reason_names[j]);
	}
	assert_string_equal(classify_reason_help(CLASSIFY_REASON_COUNT), "?");
	assert_string_equal(classify_reason_names[CLASSIFY_pkt_arp], "pkt_arp");
	assert_string_equal(
		classify_reason_names[CLASSIFY_dns_many_questions], "dns_many_questions");
	assert_string_equal(classify_reason_names[CLASSIFY_answered_nxdomain], "answered_nxdomain");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_reason_has_a_name_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

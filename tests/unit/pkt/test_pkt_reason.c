/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "pkt_decode.h"
#include "unit.h"

#include <string.h>

static void
a_number_that_is_none_has_no_name(void **state)
{
	(void)state;
	assert_string_equal(pkt_reason_name(PKT_REASON_COUNT), "?");
	assert_string_equal(pkt_reason_name((enum pkt_reason) - 1), "?");
	assert_string_equal(pkt_reason_help(PKT_REASON_COUNT), "?");
	assert_string_equal(pkt_reason_help((enum pkt_reason) - 1), "?");
}

static void
names_are_snake_case_and_differ(void **state)
{
	(void)state;
	assert_string_equal(pkt_reason_name(PKT_ok), "ok");
	assert_string_equal(pkt_reason_name(PKT_bad_tcp_off), "bad_tcp_off");
	assert_non_null(strstr(pkt_reason_help(PKT_arp), "ARP"));
	for (int i = 0; i < PKT_REASON_COUNT; i++) {
		const char *name = pkt_reason_name((enum pkt_reason)i);

		assert_int_equal(
			strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_"), strlen(name));
		assert_true(strlen(pkt_reason_help((enum pkt_reason)i)) > 2);
		for (int j = 0; j < i; j++)
			assert_string_not_equal(name, pkt_reason_name((enum pkt_reason)j));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_number_that_is_none_has_no_name),
		cmocka_unit_test(names_are_snake_case_and_differ),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

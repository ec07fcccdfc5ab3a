/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "dns_reason.h"
#include "unit.h"

#include <string.h>

static void
a_number_that_is_no_reason(void **state)
{
	(void)state;
	assert_string_equal(dns_reason_name(DNS_REASON_COUNT), "?");
	assert_string_equal(dns_reason_help((enum dns_reason) - 1), "?");
}

static void
classes_follow_the_policy(void **state)
{
	(void)state;
	assert_int_equal(dns_reason_class(DNS_ok), DNS_CLASS_OK);
	assert_int_equal(dns_reason_class(DNS_response), DNS_CLASS_RESPONSE);
	assert_int_equal(dns_reason_class(DNS_short), DNS_CLASS_MALFORMED);
	assert_int_equal(dns_reason_class(DNS_cookie_size), DNS_CLASS_MALFORMED);
	assert_int_equal(dns_reason_class(DNS_opcode), DNS_CLASS_OTHER);
	assert_int_equal(dns_reason_class(DNS_cookie_only), DNS_CLASS_OTHER);
	assert_int_equal(dns_reason_class(DNS_edns_version), DNS_CLASS_OTHER);
}

static void
each_reason_has_a_name_of_its_own(void **state)
{
	(void)state;
	for (int i = 0; i < DNS_REASON_COUNT; i++) {
		assert_true(strlen(dns_reason_name((enum dns_reason)i)) > 0);
		assert_true(strlen(dns_reason_help((enum dns_reason)i)) > 0);
		for (int j = 0; j < i; j++)
			assert_string_not_equal(dns_reason_name((enum dns_reason)i),
				dns_reason_name((enum dns_reason)j));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_number_that_is_no_reason),
		cmocka_unit_test(classes_follow_the_policy),
		cmocka_unit_test(each_reason_has_a_name_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "dns_type.h"
#include "unit.h"

#include <errno.h>
#include <string.h>

static void
what_is_no_type_is_refused(void **state)
{
	static const char *const bad[] = {"", "AAAAA", "TYPE", "TYPE65536", "TYPE-1", "TYPE1x",
		"TYPE000001", "65", " A", "A "};

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(bad); i++)
		assert_int_equal(dns_type_from_text(bad[i], strlen(bad[i])), -EINVAL);
	/* The text need not end: only len octets count. */
	assert_int_equal(dns_type_from_text("AAAA", 3), -EINVAL);
	assert_int_equal(dns_type_from_text("AAAA", 1), 1);
}

static void
types_come_back_as_they_went(void **state)
{
	static const struct {
		const char *text, *back;
		int type;
	} good[] = {{"A", "A", 1}, {"aaaa", "AAAA", 28}, {"Https", "HTTPS", 65},
		{"TYPE65", "HTTPS", 65}, {"type65280", "TYPE65280", 65280}, {"TYPE0", "TYPE0", 0}};
	char text[DNS_TYPE_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(good); i++) {
		assert_int_equal(
			dns_type_from_text(good[i].text, strlen(good[i].text)), good[i].type);
		assert_string_equal(dns_type_format((uint16_t)good[i].type, text), good[i].back);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_no_type_is_refused),
		cmocka_unit_test(types_come_back_as_they_went),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "base_addr.h"
#include "unit.h"

#include <errno.h>
#include <string.h>

static void
what_is_no_address_is_named(void **state)
{
	static const char *const bad[] = {"", "1.2.3", "1.2.3.4.5", "::g", "1.2.3.4 ", "host"};
	struct base_addr addr;
	struct base_err err;

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(bad); i++) {
		assert_int_equal(base_addr_parse(bad[i], &addr, &err), -EINVAL);
		assert_non_null(strstr(err.text, bad[i]));
		assert_int_equal(addr.family, 0);
	}
}

static void
addresses_come_back_as_they_went(void **state)
{
	static const char *const good[] = {"192.0.2.53", "2001:db8::53", "::", "255.255.255.255"};
	char text[BASE_ADDR_TEXT_MAX];
	struct base_addr addr, other;

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(good); i++) {
		assert_int_equal(base_addr_parse(good[i], &addr, NULL), 0);
		assert_string_equal(base_addr_format(&addr, text), good[i]);
	}
	memset(&other, 0, sizeof(other));
	assert_string_equal(base_addr_format(&other, text), "-");
	assert_false(base_addr_equal(&addr, &other));
	other = addr;
	assert_true(base_addr_equal(&addr, &other));
}

static void
prefixes_are_checked(void **state)
{
	static const char *const bad[] = {"10.0.0.0/33", "10.0.0.1/8", "::1/64", "::/129", "::/",
		"10.0.0.0/-1", "10.0.0.0/8x", "10.0.0.0/ 8",
		"1111111111111111111111111111111111111111111111111111111111111/1"};
	char text[BASE_PREFIX_TEXT_MAX];
	struct base_prefix prefix;
	struct base_err err;

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(bad); i++)
		assert_int_equal(base_prefix_parse(bad[i], &prefix, &err), -EINVAL);
	assert_int_equal(base_prefix_parse("10.1.0.0/16", &prefix, &err), 0);
	assert_int_equal(prefix.bits, 16);
	assert_int_equal(base_prefix_parse("2001:db8::/32", &prefix, &err), 0);
	assert_int_equal(prefix.bits, 32);
	assert_string_equal(base_prefix_format(&prefix, text), "2001:db8::/32");
	assert_int_equal(base_prefix_parse("0.0.0.0/0", &prefix, &err), 0);
	assert_string_equal(base_prefix_format(&prefix, text), "0.0.0.0/0");
	assert_int_equal(base_prefix_parse("192.0.2.1", &prefix, &err), 0);
	assert_int_equal(prefix.bits, 32);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_no_address_is_named),
		cmocka_unit_test(addresses_come_back_as_they_went),
		cmocka_unit_test(prefixes_are_checked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

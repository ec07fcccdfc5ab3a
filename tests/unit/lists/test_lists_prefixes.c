/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "lists_unit.h"

#include <errno.h>

#define PREFIXES LISTS_FORMAT_PREFIXES

static void
what_is_no_prefix_is_a_bad_line(void **state)
{
	static const char *const bad[] = {"10.0.0.1/8", "300.0.0.1", "1.2.3.4-1.2.3.9",
		"1.2.3.4/33", "::1/129", "2001:db8::1/64", "1.2.3", "0", "ads.com", "1.2.3.4/",
		"/8", "fe80::1%lo", "1.2.3.4/-1", "1.2.3.4/8x",
		"111111111111111111111111111111111111111111111111111111111111111111111111111111"};

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(bad); i++)
		lists_unit_skipped(PREFIXES, bad[i], LISTS_SKIP_prefix);
	lists_unit_skipped_bytes(PREFIXES, "1.2.3.4\0", 8, LISTS_SKIP_prefix);
	lists_unit_skipped(PREFIXES, "1.2.3.4 5.6.7.8", LISTS_SKIP_words);
	lists_unit_skipped(PREFIXES, "0.0.0.0 ads.com", LISTS_SKIP_words);
}

static void
all_addresses_at_once_need_a_word(void **state)
{
	const struct lists_spec spec = {
		.path = "a.txt", .format = PREFIXES, .allow_tld = true, .max_bad = 0};
	const char *text = "::/0\n0.0.0.0/0\n";
	struct lists_rules *rules;

	(void)state;
	lists_unit_skipped(PREFIXES, "0.0.0.0/0", LISTS_SKIP_tld);
	lists_unit_skipped(PREFIXES, "::/0", LISTS_SKIP_tld);
	assert_int_equal(
		lists_read_bytes(&spec, (const uint8_t *)text, strlen(text), &rules, NULL), 0);
	assert_int_equal(rules->nb_rules, 2);
	lists_free(rules);
}

static void
lines_are_addresses_and_prefixes(void **state)
{
	(void)state;
	lists_unit_expect(PREFIXES,
		"\xef\xbb\xbf# a feed\r\n192.0.2.1\r\n192.0.2.0/24 ; SBL1\r\n\r\n2001:db8::/32\r\n"
		"2001:DB8::1#one\r\n  10.0.0.0/8\t\r\n! other\n;x\n::ffff:1.2.3.4\n255.255.255.255",
		"2 address 192.0.2.1/32\n3 address 192.0.2.0/24\n5 address 2001:db8::/32\n"
		"6 address 2001:db8::1/128\n7 address 10.0.0.0/8\n10 address ::ffff:1.2.3.4/128\n"
		"11 address 255.255.255.255/32\n");
}

/* A whole address is its prefix; another length is another prefix. */
static void
the_first_of_equal_ones_stands(void **state)
{
	const char *text = "192.0.2.0\n192.0.2.0/32\n192.0.2.0/31\n2001:db8::\n2001:DB8:0::0/128\n";
	struct lists_rules *rules = lists_unit_read(PREFIXES, text, strlen(text));

	(void)state;
	assert_int_equal(rules->nb_rules, 3);
	assert_int_equal(rules->report.kinds[LISTS_ADDRESS], 3);
	assert_int_equal(rules->report.warnings[LISTS_WARNING_duplicate].count, 2);
	assert_int_equal(rules->report.warnings[LISTS_WARNING_duplicate].lines[0], 2);
	assert_int_equal(rules->report.bytes, 3 * 12 + 6 + 6 + 18);
	lists_free(rules);
}

static void
too_many_bad_lines_are_refused_by_line(void **state)
{
	const struct lists_spec spec = {.path = "a.txt", .format = PREFIXES, .max_bad = 5};
	const char *text = "192.0.2.1\n192.0.2.2\nads.com\n192.0.2.3\n";
	struct base_err err = {0};
	struct lists_rules *rules;

	(void)state;
	assert_int_equal(lists_read_bytes(&spec, (const uint8_t *)text, strlen(text), &rules, &err),
		-EINVAL);
	assert_non_null(strstr(err.text, "a.txt:3: "));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_no_prefix_is_a_bad_line),
		cmocka_unit_test(all_addresses_at_once_need_a_word),
		cmocka_unit_test(lines_are_addresses_and_prefixes),
		cmocka_unit_test(the_first_of_equal_ones_stands),
		cmocka_unit_test(too_many_bad_lines_are_refused_by_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

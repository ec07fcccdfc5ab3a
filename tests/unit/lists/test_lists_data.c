/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "lists_unit.h"

#include <stdlib.h>

#define RPZ LISTS_FORMAT_RPZ

/* The set of rule number `rule` as hexadecimal digits. */
static void
expect_set(const char *text, uint32_t rule, const char *expected)
{
	struct lists_rules *rules = lists_unit_read(RPZ, text, strlen(text));
	const uint8_t *set = rules->records + lists_rule_data(rules, rule);
	uint32_t octets = 2u + (uint32_t)(set[0] << 8 | set[1]);
	char found[1024] = "";

	assert_true(lists_rule_data(rules, rule) + octets <= rules->records_bytes);
	assert_true(octets < 400);
	for (uint32_t i = 0; i < octets; i++)
		lists_unit_print(found + 2 * i, sizeof(found) - 2 * i, "%02x", set[i]);
	assert_string_equal(found, expected);
	lists_free(rules);
}

static void
records_stand_by_type_whatever_their_order(void **state)
{
	(void)state;
	/* 20 octets of TXT, A, A, out of order, another name between them. */
	expect_set("a.com 300 TXT x\na.com 7 A 192.0.2.9\nb.com A 192.0.2.1\na.com A 192.0.2.8\n",
		0,
		"0028"
		"000100010000000700"
		"04c0000209"
		"000100010000000700"
		"04c0000208"
		"001000010000012c00"
		"020178");
}

static void
a_record_without_ttl_has_the_zone_s_or_the_list_s(void **state)
{
	(void)state;
	expect_set("a.com A 192.0.2.1\n", 0,
		"000e"
		"00010001"
		"0000003c"
		"0004c0000201");
	expect_set("$TTL 1h1s\na.com A 192.0.2.1\n", 0,
		"000e"
		"00010001"
		"00000e11"
		"0004c0000201");
	/* One that is above the greatest counts for nothing. */
	expect_set("$TTL 5\n$TTL 4294967297\na.com 99999999999 A 192.0.2.1\na.com A 192.0.2.1\n", 0,
		"000e"
		"00010001"
		"00000005"
		"0004c0000201");
	/* $TTL is not changed by a record that has its own; without it the last one told goes on.
	 */
	expect_set("$TTL 5\nb.com 9 A 192.0.2.1\na.com A 192.0.2.1\n", 1,
		"000e"
		"00010001"
		"00000005"
		"0004c0000201");
	expect_set("b.com 9 A 192.0.2.1\na.com A 192.0.2.1\n", 1,
		"000e"
		"00010001"
		"00000009"
		"0004c0000201");
}

static void
a_cname_keeps_its_star_and_its_case(void **state)
{
	(void)state;
	expect_set("a.com CNAME *.Net.\n", 0,
		"0011"
		"00050001"
		"0000003c"
		"0007012a036e657400");
}

static void
equal_sets_are_stored_once(void **state)
{
	const char *text =
		"a.com A 192.0.2.1\nb.com A 192.0.2.1\nc.com A 192.0.2.2\n*.a.com A 192.0.2.1\n";
	struct lists_rules *rules;

	(void)state;
	rules = lists_unit_read(RPZ, text, strlen(text));
	assert_int_equal(rules->nb_rules, 4);
	assert_int_equal(rules->report.sets, 2);
	assert_int_equal(rules->records_bytes, 32);
	assert_int_equal(lists_rule_data(rules, 0), lists_rule_data(rules, 1));
	assert_int_equal(lists_rule_data(rules, 0), lists_rule_data(rules, 3));
	assert_int_not_equal(lists_rule_data(rules, 0), lists_rule_data(rules, 2));
	lists_free(rules);
}

static void
more_than_a_message_holds_is_refused(void **state)
{
	const size_t room = 512 * 1024;
	char *text = malloc(room);
	struct lists_rules *rules;
	size_t len = 0;

	(void)state;
	assert_non_null(text);
	for (int i = 0; i < 4700; i++)
		len += lists_unit_print(
			text + len, room - len, "a.com A 10.0.%d.%d\n", i / 250, i % 250);
	len += lists_unit_print(text + len, room - len, "b.com A 192.0.2.1\n");
	rules = lists_unit_read(RPZ, text, len);
	assert_int_equal(rules->nb_rules, 2);
	assert_int_equal(rules->report.records, 65535 / 14 + 1);
	assert_int_equal(rules->report.skips[LISTS_SKIP_rpz_set].count, 4700 - 65535 / 14);
	lists_free(rules);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(more_than_a_message_holds_is_refused),
		cmocka_unit_test(records_stand_by_type_whatever_their_order),
		cmocka_unit_test(a_record_without_ttl_has_the_zone_s_or_the_list_s),
		cmocka_unit_test(a_cname_keeps_its_star_and_its_case),
		cmocka_unit_test(equal_sets_are_stored_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

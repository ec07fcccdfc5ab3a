/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "lists_unit.h"

#define RPZ LISTS_FORMAT_RPZ

/* RDATA of the only record, as hexadecimal digits. */
static void
expect_rdata(const char *record, const char *expected)
{
	char text[512], found[512] = "";
	struct lists_rules *rules;
	const uint8_t *set;

	snprintf(text, sizeof(text), "$ORIGIN x.test.\na.com. %s\n", record);
	rules = lists_unit_read(RPZ, text, strlen(text));
	if (rules->nb_data != 1)
		fail_msg("`%s` gave no record", record);
	set = rules->records;
	assert_int_equal((set[0] << 8 | set[1]), 10 + (set[10] << 8 | set[11]));
	for (int i = 0; i < (set[10] << 8 | set[11]); i++)
		snprintf(found + 2 * i, sizeof(found) - 2 * (size_t)i, "%02x", set[12 + i]);
	assert_string_equal(found, expected);
	lists_free(rules);
}

static void
data_that_a_type_cannot_have_are_refused(void **state)
{
	static const char *const bad[] = {"A 192.0.2.256", "A", "A 192.0.2.1 192.0.2.2", "AAAA ::g",
		"MX mail.", "SRV 1 2 srv.", "TXT", "TYPE1 \\# 3 010203", "TYPE65280 \\# 2 01",
		"TYPE65280 \\# 1 zz", "TYPE65280 text", "CAA 0 issue", "NAPTR 1 2",
		"IPSECKEY 10 1 2 192.0.2.38 AQNR"};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		char text[128];

		snprintf(text, sizeof(text), "a.com %s", bad[i]);
		lists_unit_skipped(RPZ, text, LISTS_SKIP_rdata);
	}
}

static void
types_are_read_to_the_wire_names_whole(void **state)
{
	(void)state;
	expect_rdata("A 192.0.2.1", "c0000201");
	expect_rdata("AAAA 2001:db8::1", "20010db8000000000000000000000001");
	expect_rdata("MX 10 mail", "000a046d61696c01780474657374"
				   "00");
	expect_rdata("SRV 1 2 3 @", "0001000200030178047465737400");
	expect_rdata("TXT \"a;b(\" c\\\"d", "0461"
					    "3b6228"
					    "03632264");
	expect_rdata("TYPE65280 \\# 4 01 0203 04", "01020304");
	expect_rdata("TYPE65280 \\# 0", "");
	expect_rdata("HTTPS 1 . alpn=h2", "00010000010003026832");
	expect_rdata("PTR b.example.", "0162076578616d706c6500");
}

static void
a_version_is_told(void **state)
{
	(void)state;
	assert_true(strncmp(lists_rpz_version(), "ldns ", 5) == 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(data_that_a_type_cannot_have_are_refused),
		cmocka_unit_test(types_are_read_to_the_wire_names_whole),
		cmocka_unit_test(a_version_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

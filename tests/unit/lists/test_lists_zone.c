/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "lists_unit.h"

#include <stdlib.h>

#define RPZ LISTS_FORMAT_RPZ

#define HEAD                                                  \
	"$TTL 1h\n$ORIGIN rpz.example.\n"                     \
	"@ IN SOA ns.example. host.example. ( 1 ; serial (\n" \
	"  3600 600\n\t86400 60 ) ; the end )\n  NS ns.example.\n"

static void
a_parenthesis_left_open_costs_its_own_line(void **state)
{
	struct lists_rules *rules;
	char text[8192];
	size_t len = 0;

	(void)state;
	len += lists_unit_print(text, sizeof(text), "a.com CNAME (\n");
	for (int i = 2; i <= 200; i++)
		len += lists_unit_print(text + len, sizeof(text) - len, "x%d.com CNAME .\n", i);
	len += lists_unit_print(text + len, sizeof(text) - len, "b.com TXT ( \"\n(\n");
	rules = lists_unit_read(RPZ, text, len);
	assert_int_equal(rules->nb_rules, 199);
	for (uint32_t i = 0; i < rules->nb_rules; i++)
		assert_int_equal(rules->rules[i].line, i + 2);
	assert_int_equal(rules->report.lines, 202);
	assert_int_equal(rules->report.rule_lines, 202);
	assert_int_equal(rules->report.bad_lines, 3);
	assert_int_equal(rules->report.skips[LISTS_SKIP_parenthesis].count, 2);
	assert_int_equal(rules->report.skips[LISTS_SKIP_parenthesis].lines[0], 1);
	assert_string_equal(
		rules->report.skips[LISTS_SKIP_parenthesis].excerpts[0], "a.com CNAME (");
	assert_int_equal(rules->report.skips[LISTS_SKIP_parenthesis].lines[1], 202);
	assert_int_equal(rules->report.skips[LISTS_SKIP_quote].lines[0], 201);
	lists_free(rules);
}

static void
broken_lines_are_told_and_the_next_is_read(void **state)
{
	(void)state;
	lists_unit_skipped(RPZ, "a.com CNAME .)", LISTS_SKIP_parenthesis);
	lists_unit_skipped(RPZ, "a.com TXT \"x", LISTS_SKIP_quote);
	lists_unit_skipped(RPZ, "a.com ( CNAME .", LISTS_SKIP_parenthesis);
	lists_unit_skipped(RPZ, "$INCLUDE /etc/passwd", LISTS_SKIP_directive);
	lists_unit_skipped(RPZ, "$GENERATE 1-9 x$.com CNAME .", LISTS_SKIP_directive);
	lists_unit_skipped(RPZ, "$ORIGIN", LISTS_SKIP_directive);
	lists_unit_skipped(RPZ, "$ORIGIN a..b.", LISTS_SKIP_directive);
	lists_unit_skipped(RPZ, "$ORIGIN a. b.", LISTS_SKIP_directive);
	lists_unit_skipped(RPZ, "$TTL 1y", LISTS_SKIP_directive);
	lists_unit_skipped(RPZ, "$TTL 2147483648", LISTS_SKIP_directive);
	lists_unit_skipped(RPZ, "  CNAME .", LISTS_SKIP_owner);
	lists_unit_skipped(RPZ, "a..com CNAME .", LISTS_SKIP_owner);
	lists_unit_skipped(RPZ, "a\\25.com CNAME .", LISTS_SKIP_owner);
	lists_unit_skipped_bytes(RPZ, "a\0b.com CNAME .", 15, LISTS_SKIP_octet);
	lists_unit_expect(RPZ, "a.com CNAME .)\nb.com CNAME .\n", "2 exact b.com. nxdomain\n");
	/* The owner of a broken line is nobody's. */
	lists_unit_expect(RPZ, "a.com CNAME .\nb..com CNAME .\n  CNAME *.\nc.com CNAME .\n",
		"1 exact a.com. nxdomain\n4 exact c.com. nxdomain\n");
}

static void
long_names_are_no_names(void **state)
{
	char text[1024], label[64];

	(void)state;
	memset(label, 'a', 63);
	label[63] = '\0';
	snprintf(text, sizeof(text), "%s.%s.%s.%.62s CNAME .", label, label, label, label);
	lists_unit_skipped(RPZ, text, LISTS_SKIP_owner);
	snprintf(text, sizeof(text), "$ORIGIN %s.%s.\n%s.%s CNAME .", label, label, label, label);
	lists_unit_expect(RPZ, text, "");
	snprintf(text, sizeof(text), "%sa.com CNAME .", label);
	lists_unit_skipped(RPZ, text, LISTS_SKIP_owner);
}

static void
a_zone_is_read_as_master_files_are_spelled(void **state)
{
	(void)state;
	lists_unit_expect(RPZ,
		HEAD "a.com CNAME . ; comment\n"
		     "b.com.rpz.example. 60 IN CNAME .\n"
		     "c.com IN 60 CNAME .\n"
		     "d.com in cname .\n"
		     "E.Com CNAME .\r\n"
		     "\n# not ours\n; ours\n"
		     "f.com (\n CNAME . )\n"
		     "$ORIGIN com.rpz.example.\n"
		     "g CNAME .\n"
		     "@.com CNAME .\n"
		     "h\\.i CNAME .\n"
		     "j\\046k\\\\.l CNAME .\n",
		"7 exact a.com. nxdomain\n8 exact b.com. nxdomain\n9 exact c.com. nxdomain\n"
		"10 exact d.com. nxdomain\n11 exact e.com. nxdomain\n15 exact f.com. nxdomain\n"
		"18 exact g.com. nxdomain\n19 exact @.com.com. nxdomain\n"
		"20 exact h.i.com. nxdomain\n21 exact j.k\\.l.com. nxdomain\n");
}

static void
a_fragment_hangs_under_the_root(void **state)
{
	(void)state;
	lists_unit_expect(RPZ,
		"@ NS ns.example.\na.com CNAME .\nb.com. CNAME .\n$ORIGIN example.com.\nwww CNAME "
		".\n"
		"@ CNAME .\n  TXT beside\n",
		"2 exact a.com. nxdomain\n3 exact b.com. nxdomain\n5 exact www.example.com. "
		"nxdomain\n"
		"6 exact example.com. nxdomain\n");
}

static void
the_zone_s_own_records_are_no_rules(void **state)
{
	struct lists_rules *rules;
	const char *text =
		HEAD "@ TXT hello\nx.other. CNAME .\n"
		     "@ SOA ns.example. host.example. 2 3600 600 86400 60\na.com CNAME .\n";

	(void)state;
	rules = lists_unit_read(RPZ, text, strlen(text));
	assert_int_equal(rules->nb_rules, 1);
	assert_int_equal(rules->report.rule_lines, 8); /* directives too */
	assert_int_equal(rules->report.skips[LISTS_SKIP_apex].count, 4);
	assert_int_equal(rules->report.skips[LISTS_SKIP_apex].lines[0], 3);
	assert_int_equal(rules->report.skips[LISTS_SKIP_outside].count, 1);
	assert_int_equal(rules->report.bad_lines, 1);
	lists_free(rules);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_parenthesis_left_open_costs_its_own_line),
		cmocka_unit_test(broken_lines_are_told_and_the_next_is_read),
		cmocka_unit_test(long_names_are_no_names),
		cmocka_unit_test(a_zone_is_read_as_master_files_are_spelled),
		cmocka_unit_test(a_fragment_hangs_under_the_root),
		cmocka_unit_test(the_zone_s_own_records_are_no_rules),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

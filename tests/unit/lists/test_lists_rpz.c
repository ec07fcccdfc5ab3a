/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "lists_unit.h"

#include <stdlib.h>

#define RPZ LISTS_FORMAT_RPZ

static void
what_is_no_policy_is_skipped_by_reason(void **state)
{
	static const char *const no_policy[] = {"a.com NS ns.example.", "a.com DNAME b.example.",
		"a.com SOA a. b. 1 2 3 4 5",
		"a.com DS 1 8 2 00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
		"a.com DNSKEY 257 3 8 AwEAAQ==", "a.com TYPE46 \\# 0"};

	(void)state;
	for (size_t i = 0; i < sizeof(no_policy) / sizeof(no_policy[0]); i++)
		lists_unit_expect(RPZ, no_policy[i], "");
	lists_unit_skipped(RPZ, no_policy[0], LISTS_SKIP_rpz_type);
	lists_unit_skipped(RPZ, no_policy[5], LISTS_SKIP_rpz_type);
	lists_unit_skipped(RPZ, "a.com NONSENSE x", LISTS_SKIP_type);
	lists_unit_skipped(RPZ, "a.com CH A 192.0.2.1", LISTS_SKIP_type);
	lists_unit_skipped(RPZ, "a.com ANY x", LISTS_SKIP_type);
	lists_unit_skipped(RPZ, "a.com TYPE0 \\# 0", LISTS_SKIP_type);
	lists_unit_skipped(RPZ, "a.com OPT \\# 0", LISTS_SKIP_type);
	lists_unit_skipped(RPZ, "a.com", LISTS_SKIP_type);
	lists_unit_skipped(RPZ, "a.com CNAME", LISTS_SKIP_rdata);
	lists_unit_skipped(RPZ, "a.com CNAME . .", LISTS_SKIP_rdata);
	lists_unit_skipped(RPZ, "a.com CNAME a..b.", LISTS_SKIP_rdata);
	lists_unit_skipped(RPZ, "a.com A 192.0.2", LISTS_SKIP_rdata);
	lists_unit_skipped(RPZ, "a.com CNAME rpz-nonsense.", LISTS_SKIP_rpz_action);
	lists_unit_skipped(RPZ, "a.*.com CNAME .", LISTS_SKIP_pattern);
	lists_unit_skipped(RPZ, "com CNAME .", LISTS_SKIP_tld);
	lists_unit_skipped(RPZ, "*.com CNAME .", LISTS_SKIP_tld);
	lists_unit_skipped(RPZ, "* CNAME .", LISTS_SKIP_tld);
}

static void
triggers_of_other_kinds_are_checked_and_counted(void **state)
{
	const char *text = "32.1.0.0.10.rpz-client-ip CNAME rpz-drop.\n"
			   "24.0.2.0.192.rpz-ip CNAME .\n128.1.zz.db8.2001.rpz-ip A 192.0.2.1\n"
			   "*.evil.net.rpz-nsdname CNAME .\n8.0.0.0.127.rpz-nsip CNAME *.\n";
	struct lists_rules *rules;

	(void)state;
	rules = lists_unit_read(RPZ, text, strlen(text));
	assert_int_equal(rules->nb_rules, 3); /* of the client, of addresses */
	assert_int_equal(rules->report.bad_lines, 0);
	assert_int_equal(rules->report.triggers[LISTS_TRIGGER_CLIENT_IP], 1);
	assert_int_equal(rules->report.kinds[LISTS_CLIENT], 1);
	assert_int_equal(rules->report.kinds[LISTS_ADDRESS], 2);
	assert_int_equal(rules->report.triggers[LISTS_TRIGGER_IP], 2);
	assert_int_equal(rules->report.triggers[LISTS_TRIGGER_NSDNAME], 1);
	assert_int_equal(rules->report.triggers[LISTS_TRIGGER_NSIP], 1);
	lists_free(rules);
	lists_unit_skipped(RPZ, "33.1.0.0.10.rpz-ip CNAME .", LISTS_SKIP_rpz_trigger);
	lists_unit_skipped(RPZ, "24.1.2.0.192.rpz-client-ip CNAME .", LISTS_SKIP_rpz_trigger);
	lists_unit_skipped(RPZ, "rpz-ip CNAME .", LISTS_SKIP_rpz_trigger);
	lists_unit_skipped(RPZ, "rpz-nsdname CNAME .", LISTS_SKIP_rpz_trigger);
	lists_unit_skipped(RPZ, "x.com.rpz-ip CNAME .", LISTS_SKIP_rpz_trigger);
}

static void
a_client_trigger_is_a_rule_with_its_action(void **state)
{
	const char *text = "32.1.0.0.10.rpz-client-ip A 192.0.2.1\n"
			   "32.1.0.0.10.rpz-client-ip A 192.0.2.2\n"
			   "32.1.0.0.10.rpz-client-ip CNAME .\n";
	struct lists_rules *rules;

	(void)state;
	lists_unit_expect(RPZ,
		"32.1.0.0.10.rpz-client-ip CNAME rpz-drop.\n8.0.0.0.10.RPZ-Client-IP CNAME .\n"
		"48.zz.1.db8.2001.rpz-client-ip CNAME rpz-passthru.\na.com CNAME *.\n"
		"24.0.2.0.192.rpz-client-ip A 10.0.0.1\n"
		"9.0.0.0.10.rpz-client-ip CNAME 9.0.0.0.10.rpz-client-ip.\n"
		"128.1.zz.rpz-client-ip CNAME rpz-tcp-only.\n"
		"128.1.zz.rpz-ip CNAME *.\n",
		"1 client 10.0.0.1/32 drop\n2 client 10.0.0.0/8 nxdomain\n"
		"3 client 2001:db8:1::/48 pass\n4 exact a.com. nodata\n"
		"5 client 192.0.2.0/24 data\n6 client 10.0.0.0/9 pass\n"
		"7 client ::1/128 truncate\n8 address ::1/128 nodata\n");
	rules = lists_unit_read(RPZ, text, strlen(text));
	assert_int_equal(rules->nb_rules, 1);
	assert_int_equal(rules->report.records, 2);
	assert_int_equal(rules->report.warnings[LISTS_WARNING_cname_beside].count, 1);
	lists_free(rules);
}

static void
each_action_has_its_cname(void **state)
{
	(void)state;
	lists_unit_expect(RPZ,
		"a.com CNAME .\nb.com CNAME *.\nc.com CNAME rpz-passthru.\nq.com CNAME rpz-drop.\n"
		"e.com CNAME rpz-tcp-only.\nf.com CNAME F.com.\ng.com CNAME garden.example.\n"
		"h.com CNAME *.garden.example.\ni.com A 192.0.2.1\nj.com CNAME RPZ-Drop.\n"
		"*.k.com CNAME .\n*.l.com CNAME rpz-passthru\n",
		"1 exact a.com. nxdomain\n2 exact b.com. nodata\n3 exact c.com. pass\n4 exact "
		"q.com. drop\n"
		"5 exact e.com. truncate\n6 exact f.com. pass\n7 exact g.com. data\n8 exact h.com. "
		"data\n"
		"9 exact i.com. data\n10 exact j.com. drop\n11 below k.com. nxdomain\n12 below "
		"l.com. pass\n");
}

static void
the_first_rule_of_a_name_stands(void **state)
{
	const char *text =
		"a.com CNAME .\na.com CNAME rpz-drop.\na.com A 192.0.2.1\n"
		"b.com A 192.0.2.1\nb.com CNAME .\nb.com A 192.0.2.1\nb.com A 192.0.2.2\n"
		"b.com CNAME c.example.\n*.a.com CNAME *.\n";
	struct lists_rules *rules;

	(void)state;
	lists_unit_expect(
		RPZ, text, "1 exact a.com. nxdomain\n4 exact b.com. data\n9 below a.com. nodata\n");
	rules = lists_unit_read(RPZ, text, strlen(text));
	assert_int_equal(rules->report.bad_lines, 0);
	assert_int_equal(rules->report.warnings[LISTS_WARNING_duplicate].count, 2);
	assert_int_equal(rules->report.warnings[LISTS_WARNING_cname_beside].count, 3);
	assert_int_equal(rules->report.warnings[LISTS_WARNING_cname_beside].lines[0], 3);
	assert_int_equal(rules->report.records, 2);
	assert_int_equal(rules->report.acts[LISTS_ACT_DATA], 1);
	lists_free(rules);
}

static void
a_missing_dot_is_told(void **state)
{
	const char *text =
		"$ORIGIN rpz.example.\n@ SOA a. b. 1 2 3 4 5\na.com CNAME rpz-passthru\n";
	struct lists_rules *rules;

	(void)state;
	rules = lists_unit_read(RPZ, text, strlen(text));
	assert_int_equal(rules->report.warnings[LISTS_WARNING_rpz_relative].count, 1);
	assert_int_equal(rules->report.acts[LISTS_ACT_DATA], 1);
	lists_free(rules);
}

static void
a_bad_line_5000_is_one_bad_line(void **state)
{
	const struct lists_spec strict = {.path = "a.rpz", .format = RPZ, .max_bad = 0};
	char *text = malloc(300000);
	struct lists_rules *rules;
	struct base_err err = {0};
	size_t len = 0;

	(void)state;
	assert_non_null(text);
	for (int i = 1; i <= 10000; i++)
		len += lists_unit_print(text + len, 300000 - len, "x%d.com %s\n", i,
			i == 5000 ? "CNAME ( . \"" : "CNAME .");
	rules = lists_unit_read(RPZ, text, len);
	assert_int_equal(rules->nb_rules, 9999);
	assert_int_equal(rules->report.bad_lines, 1);
	assert_int_equal(rules->report.skips[LISTS_SKIP_quote].lines[0], 5000);
	lists_free(rules);
	assert_int_equal(lists_read_bytes(&strict, (const uint8_t *)text, len, &rules, &err), -22);
	assert_non_null(strstr(err.text, "a.rpz:5000: "));
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_no_policy_is_skipped_by_reason),
		cmocka_unit_test(triggers_of_other_kinds_are_checked_and_counted),
		cmocka_unit_test(a_client_trigger_is_a_rule_with_its_action),
		cmocka_unit_test(each_action_has_its_cname),
		cmocka_unit_test(the_first_rule_of_a_name_stands),
		cmocka_unit_test(a_missing_dot_is_told),
		cmocka_unit_test(a_bad_line_5000_is_one_bad_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

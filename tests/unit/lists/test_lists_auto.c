/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "lists_unit.h"

static void
expect_format(const char *text, enum lists_format format, const char *how)
{
	struct lists_rules *rules = lists_unit_read(LISTS_FORMAT_AUTO, text, strlen(text));

	assert_string_equal(lists_format_name(rules->report.format), lists_format_name(format));
	assert_string_equal(rules->report.how, how);
	lists_free(rules);
}

static void
nothing_is_a_list_of_domains(void **state)
{
	(void)state;
	expect_format("", LISTS_FORMAT_DOMAINS, "no line of it has a rule");
	expect_format(
		"# 0.0.0.0 a.b\n! ||a.b^\n", LISTS_FORMAT_DOMAINS, "no line of it has a rule");
}

/** A regular expression has `^` and `$` too; taken for adblock, a list of them would block nothing
 * and say nothing. */
static void
regular_expressions_are_not_adblock(void **state)
{
	(void)state;
	expect_format("^ad[0-9]\\.\n(^|\\.)a\\.b$\n^b\\.c$\n", LISTS_FORMAT_REGEX,
		"3 of the first 3 rule lines are a regular expression");
	expect_format("7:/a(b)/i\nads.example\n^b\\.c$\n", LISTS_FORMAT_REGEX,
		"2 of the first 3 rule lines are a regular expression");
	expect_format("^b\\.c$\na.b\nc.d\n", LISTS_FORMAT_DOMAINS,
		"2 of the first 3 rule lines are a name alone");
}

static void
half_of_the_lines_decide(void **state)
{
	(void)state;
	expect_format("||a.b^\nc.d\n", LISTS_FORMAT_ADBLOCK,
		"1 of the first 2 rule lines are adblock syntax");
	expect_format("||a.b^\nc.d\ne.f\n", LISTS_FORMAT_DOMAINS,
		"2 of the first 3 rule lines are a name alone");
	expect_format("0.0.0.0 a.b\nc.d\n", LISTS_FORMAT_HOSTS,
		"1 of the first 2 rule lines are an address and names");
	expect_format("1.2.3.4\n::1\na.b\n", LISTS_FORMAT_DOMAINS,
		"no other format fits: 1 of the first 3 rule lines are a name alone");
	expect_format("a.b\n*.a.b\nc.d\n", LISTS_FORMAT_WILDCARD,
		"1 of the first 3 rule lines are `*.` and a name");
}

/* Feeds of names have some addresses among them. */
static void
nine_addresses_of_ten_make_prefixes(void **state)
{
	(void)state;
	expect_format("# feed\n1.2.3.4\n10.0.0.0/8 ; x\n::1#y\n", LISTS_FORMAT_PREFIXES,
		"3 of the first 3 rule lines are an address or a prefix");
	expect_format("1.2.3.4\n1.2.3.5\n1.2.3.6\n1.2.3.7\n1.2.3.8\n1.2.3.9\n1.2.3.10\n1.2.3.11\n"
		      "1.2.3.12\na.b\n",
		LISTS_FORMAT_PREFIXES, "9 of the first 10 rule lines are an address or a prefix");
	expect_format("1.2.3.4\n1.2.3.5\n1.2.3.6\n1.2.3.7\n1.2.3.8\n1.2.3.9\n1.2.3.10\n1.2.3.11\n"
		      "a.b\n",
		LISTS_FORMAT_DOMAINS,
		"no other format fits: 1 of the first 9 rule lines are a name alone");
}

static void
records_make_a_zone(void **state)
{
	(void)state;
	if (strcmp(lists_rpz_version(), "none") == 0)
		skip(); /* build: without libldns */
	expect_format("$ORIGIN x.\n@ SOA a. b. (\n1 2\n3 4 5 )\n\tNS ns.\na.b 60 IN CNAME .\n",
		LISTS_FORMAT_RPZ, "4 of the first 6 rule lines are records of a zone");
	expect_format("a.b CNAME .\nc.d\n", LISTS_FORMAT_RPZ,
		"1 of the first 2 rule lines are records of a zone");
	expect_format("a.b A\nc.d CNAM .\nCNAME .\na.b x A 1.2.3.4\n60 IN\n", LISTS_FORMAT_DOMAINS,
		"no other format fits: 0 of the first 5 rule lines are a name alone");
	expect_format("0.0.0.0 a b\n", LISTS_FORMAT_HOSTS,
		"1 of the first 1 rule lines are an address and names");
}

/* A page of HTML, JSON, a table: what is said of the lines is true of them. */
static void
what_is_no_list_is_not_called_names(void **state)
{
	static const char *const lines[] = {"<html><body>404</body></html>\n", "{\"a\": [\"b\"]}\n",
		"a.b,ads\n", "http://a.b/\n", "server=/a.b/\n", "local-zone: \"a.b\" static\n"};
	struct lists_rules *rules;
	struct base_err err;

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(lines); i++) {
		const struct lists_spec spec = {.path = "a"};

		assert_int_equal(lists_read_bytes(&spec, (const uint8_t *)lines[i],
					 strlen(lines[i]), &rules, &err),
			-22);
		assert_non_null(
			strstr(err.text, "a:1: read as domains: no other format fits: 0 of "
					 "the first 1 rule lines are a name alone, 1 of 1 "));
	}
	expect_format("a.b\n_x.a-b. # y\nm\xc3\xbcl.example\n", LISTS_FORMAT_DOMAINS,
		"3 of the first 3 rule lines are a name alone");
}

static void
each_sign_of_adblock_is_known(void **state)
{
	static const char *const signs[] = {"[Adblock Plus 2.0]", "[AdGuard]", "||a.b", "|a.b|",
		"@@a.b", "a.b##x", "a.b#@#x", "a.b^", "*$removeparam=x", "a.b$$x"};

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(signs); i++)
		expect_format(signs[i], LISTS_FORMAT_ADBLOCK,
			"1 of the first 1 rule lines are adblock syntax");
}

/** Comments do not use the 200 up; the 201st rule line has no say. */
static void
two_hundred_rule_lines_are_looked_at(void **state)
{
	static char text[64 * 1024];
	size_t len = 0;

	(void)state;
	for (int i = 0; i < 400; i++)
		len += lists_unit_print(text + len, sizeof(text) - len, "# comment\n\n");
	for (int i = 0; i < 200; i++)
		len += lists_unit_print(text + len, sizeof(text) - len, " n%d.example\r\n", i);
	for (int i = 0; i < 900; i++)
		len += lists_unit_print(text + len, sizeof(text) - len, "*.n%d.example\n", i);
	expect_format(
		text, LISTS_FORMAT_DOMAINS, "200 of the first 200 rule lines are a name alone");
}

static void
a_byte_order_mark_hides_nothing(void **state)
{
	(void)state;
	expect_format("\xef\xbb\xbf||a.b^", LISTS_FORMAT_ADBLOCK,
		"1 of the first 1 rule lines are adblock syntax");
	lists_unit_expect(LISTS_FORMAT_AUTO,
		"\xef\xbb\xbf"
		"a.b\n",
		"1 subtree a.b.\n");
	lists_unit_expect(LISTS_FORMAT_DOMAINS, "\xef\xbb\xbf# x\na.b", "2 subtree a.b.\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_a_list_of_domains),
		cmocka_unit_test(regular_expressions_are_not_adblock),
		cmocka_unit_test(half_of_the_lines_decide),
		cmocka_unit_test(nine_addresses_of_ten_make_prefixes),
		cmocka_unit_test(records_make_a_zone),
		cmocka_unit_test(what_is_no_list_is_not_called_names),
		cmocka_unit_test(each_sign_of_adblock_is_known),
		cmocka_unit_test(two_hundred_rule_lines_are_looked_at),
		cmocka_unit_test(a_byte_order_mark_hides_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

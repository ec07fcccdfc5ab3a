/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "lists_unit.h"

static const enum lists_format plain[] = {LISTS_FORMAT_DOMAINS, LISTS_FORMAT_WILDCARD};

static void
what_is_no_name_is_named(void **state)
{
	static const struct {
		const char *text;
		enum lists_skip skip;
	} cases[] = {
		{"a b", LISTS_SKIP_words},
		{"0.0.0.0 a.b", LISTS_SKIP_words},
		{"a.b CNAME .", LISTS_SKIP_words},
		{"http://a.b/", LISTS_SKIP_url},
		{"a.b/c", LISTS_SKIP_url},
		{"a.b:8080", LISTS_SKIP_url},
		{"||a.b^", LISTS_SKIP_syntax},
		{"address=/a.b/", LISTS_SKIP_syntax},
		{"(^|\\.)a\\.b$", LISTS_SKIP_syntax},
		{"a*.b.c", LISTS_SKIP_pattern},
		{"a.*.c", LISTS_SKIP_pattern},
		{"*.*.c", LISTS_SKIP_pattern},
		{".a.b", LISTS_SKIP_empty_label},
		{"a..b", LISTS_SKIP_empty_label},
		{"a.b..", LISTS_SKIP_empty_label},
		{"*.", LISTS_SKIP_empty_label},
		{"..", LISTS_SKIP_empty_label},
		{"a'.b", LISTS_SKIP_octet},
		{"\x7f", LISTS_SKIP_octet},
		{"com", LISTS_SKIP_tld},
		{"com.", LISTS_SKIP_tld},
		{"*.com", LISTS_SKIP_tld},
		{".", LISTS_SKIP_tld},
		{"*", LISTS_SKIP_tld},
		{"1.2.3.4", LISTS_SKIP_address},
		{"10.0.0.0/8", LISTS_SKIP_address},
		{"::1", LISTS_SKIP_address},
		{"[2001:db8::1]", LISTS_SKIP_address},
		{"2001:db8::/32", LISTS_SKIP_address},
		{"1.2.3.4/", LISTS_SKIP_url},
		{"1.2.3.4:80", LISTS_SKIP_url},
	};

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(cases); i++) {
		for (size_t k = 0; k < UNIT_COUNT(plain); k++)
			lists_unit_skipped(plain[k], cases[i].text, cases[i].skip);
	}
}

static void
octets_that_no_text_has_are_refused(void **state)
{
	(void)state;
	lists_unit_skipped_bytes(LISTS_FORMAT_DOMAINS, "a\0.b", 4, LISTS_SKIP_octet);
	lists_unit_skipped_bytes(LISTS_FORMAT_DOMAINS, "\0", 1, LISTS_SKIP_octet);
	lists_unit_skipped_bytes(LISTS_FORMAT_DOMAINS, "1.2.3.4\0.b", 10, LISTS_SKIP_octet);
}

static void
comments_and_blank_lines_are_nothing(void **state)
{
	struct lists_rules *rules;
	static const char text[] = "# a.b\n! a.b\n; a.b\n\n  \t\n\t# a.b\n\r\n";

	(void)state;
	rules = lists_unit_read(LISTS_FORMAT_DOMAINS, text, sizeof(text) - 1);
	assert_int_equal(rules->nb_rules, 0);
	assert_int_equal(rules->report.lines, 7);
	assert_int_equal(rules->report.rule_lines, 0);
	lists_free(rules);
}

static void
a_bare_name_is_what_the_format_says(void **state)
{
	static const char text[] = "a.b\n*.c.d\n";

	(void)state;
	lists_unit_expect(LISTS_FORMAT_DOMAINS, text, "1 subtree a.b.\n2 below c.d.\n");
	lists_unit_expect(LISTS_FORMAT_WILDCARD, text, "1 exact a.b.\n2 below c.d.\n");
}

static void
spelling_does_not_matter(void **state)
{
	(void)state;
	lists_unit_expect(LISTS_FORMAT_DOMAINS,
		"A.eXaMPLe\r\n  b.example.  \n\tc.example # why\n4.example#why\n"
		"e.example ! why\nf.example ;why\n_dmarc.g_-h.example\n4.3.2.1.in-addr.arpa\n"
		"xn--bcher-kva.example\n1.2.3.256\n-.example",
		"1 subtree a.example.\n2 subtree b.example.\n3 subtree c.example.\n"
		"4 subtree 4.example.\n5 subtree e.example.\n6 subtree f.example.\n"
		"7 subtree _dmarc.g_-h.example.\n8 subtree 4.3.2.1.in-addr.arpa.\n"
		"9 subtree xn--bcher-kva.example.\n10 subtree 1.2.3.256.\n11 subtree -.example.\n");
}

/** allow_tld takes single labels and the root, in every spelling of it. */
static void
a_top_level_domain_needs_leave(void **state)
{
	static const char text[] = "com\n*.net\n.\n*\n";
	const struct lists_spec spec = {
		.path = "a.txt", .format = LISTS_FORMAT_WILDCARD, .allow_tld = true};
	struct lists_rules *rules;
	char found[256] = "";
	size_t len = 0;

	(void)state;
	assert_int_equal(
		lists_read_bytes(&spec, (const uint8_t *)text, strlen(text), &rules, NULL), 0);
	for (uint32_t i = 0; i < rules->nb_rules; i++)
		len += lists_unit_rule(rules, &rules->rules[i], found + len, sizeof(found) - len);
	assert_string_equal(found, "1 exact com.\n2 below net.\n3 exact .\n4 subtree .\n");
	lists_free(rules);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_no_name_is_named),
		cmocka_unit_test(octets_that_no_text_has_are_refused),
		cmocka_unit_test(comments_and_blank_lines_are_nothing),
		cmocka_unit_test(a_bare_name_is_what_the_format_says),
		cmocka_unit_test(spelling_does_not_matter),
		cmocka_unit_test(a_top_level_domain_needs_leave),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

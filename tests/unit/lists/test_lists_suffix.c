/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "lists_unit.h"

#define DOMAINS LISTS_FORMAT_DOMAINS

static int
needs_suffixes(void **state)
{
	(void)state;
	if (strcmp(lists_suffix_version(), "none") == 0)
		skip(); /* build: without libpsl */
	return 0;
}

static void
a_public_suffix_alone_is_no_rule(void **state)
{
	static const char *const suffixes[] = {"co.uk", "CO.UK.", "*.co.uk", "com.au", "gov.uk",
		"k12.ma.us", "pvt.k12.ma.us", "xn--55qx5d.cn", "in-addr.arpa", "anything.ck",
		"*.anything.ck", "minami.fukuoka.jp"};

	needs_suffixes(state);
	for (size_t i = 0; i < UNIT_COUNT(suffixes); i++)
		lists_unit_skipped(DOMAINS, suffixes[i], LISTS_SKIP_tld);
}

static void
each_format_asks(void **state)
{
	needs_suffixes(state);
	lists_unit_skipped(LISTS_FORMAT_HOSTS, "0.0.0.0 co.uk", LISTS_SKIP_tld);
	lists_unit_skipped(LISTS_FORMAT_WILDCARD, "*.co.uk", LISTS_SKIP_tld);
	lists_unit_skipped(LISTS_FORMAT_ADBLOCK, "||co.uk^", LISTS_SKIP_tld);
	lists_unit_skipped(LISTS_FORMAT_ADBLOCK, "@@||co.uk^$important", LISTS_SKIP_tld);
	if (strcmp(lists_rpz_version(), "none") != 0)
		lists_unit_skipped(LISTS_FORMAT_RPZ, "*.co.uk CNAME .", LISTS_SKIP_tld);
}

/** One as an expression is matched as that: it must not be lost on its way to the table. */
static void
an_expression_for_a_suffix_stays_one(void **state)
{
	const char *text = "(^|\\.)(co\\.uk|ads\\.example)$";
	struct lists_rules *rules;

	needs_suffixes(state);
	rules = lists_unit_read(LISTS_FORMAT_REGEX, text, strlen(text));
	assert_int_equal(rules->nb_rules, 0);
	assert_int_equal(rules->report.exprs, 1);
	lists_free(rules);
}

/* A company's, an exception, what nobody has listed, what lies below. */
static void
other_names_are_rules(void **state)
{
	static const char *const names[] = {"github.io", "blogspot.com", "s3.amazonaws.com",
		"www.ck", "city.kawasaki.jp", "example.co.uk", "co.uk.example", "nosuch.tld",
		"a.b.c.d.e.f.co.uk", "1.0.0.127.in-addr.arpa"};

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(names); i++) {
		struct lists_rules *rules = lists_unit_read(DOMAINS, names[i], strlen(names[i]));

		if (rules->nb_rules != 1)
			fail_msg("%s is no rule", names[i]);
		lists_free(rules);
	}
}

static void
allow_tld_takes_them(void **state)
{
	const struct lists_spec spec = {.path = "a", .format = DOMAINS, .allow_tld = true};
	const char *text = "co.uk\ncom\n";
	struct lists_rules *rules;

	(void)state;
	assert_int_equal(
		lists_read_bytes(&spec, (const uint8_t *)text, strlen(text), &rules, NULL), 0);
	assert_int_equal(rules->nb_rules, 2);
	lists_free(rules);
}

/* An octet of a zone's name that text cannot bear is no end of it and no dot. */
static void
a_dot_inside_a_label_is_none(void **state)
{
	(void)state;
	if (strcmp(lists_rpz_version(), "none") == 0)
		skip(); /* build: without libldns */
	lists_unit_expect(LISTS_FORMAT_RPZ,
		"co\\.uk.example CNAME .\nco\\.x.uk CNAME .\n"
		"co.uk\\000.x CNAME .\n",
		"1 exact co.uk.example. nxdomain\n2 exact co.x.uk. nxdomain\n"
		"3 exact co.uk.x. nxdomain\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_public_suffix_alone_is_no_rule),
		cmocka_unit_test(each_format_asks),
		cmocka_unit_test(an_expression_for_a_suffix_stays_one),
		cmocka_unit_test(other_names_are_rules),
		cmocka_unit_test(allow_tld_takes_them),
		cmocka_unit_test(a_dot_inside_a_label_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

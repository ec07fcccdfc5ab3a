/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "lists_unit.h"

static void
a_line_without_address_or_name_is_bad(void **state)
{
	static const struct {
		const char *text;
		enum lists_skip skip;
	} cases[] = {
		{"a.b", LISTS_SKIP_no_address},
		{"a.b 0.0.0.0", LISTS_SKIP_no_address},
		{"0.0.0 a.b", LISTS_SKIP_no_address},
		{"0.0.0.0.0 a.b", LISTS_SKIP_no_address},
		{"1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb:cccc a.b",
			LISTS_SKIP_no_address},
		{"0.0.0.0", LISTS_SKIP_no_name},
		{"0.0.0.0 # a.b", LISTS_SKIP_no_name},
		{"0.0.0.0 *.a.b", LISTS_SKIP_pattern},
		{"0.0.0.0 *", LISTS_SKIP_pattern},
		{"0.0.0.0 a.b/c", LISTS_SKIP_url},
		{"0.0.0.0 0.0.0.0", LISTS_SKIP_address},
		{"0.0.0.0 printer", LISTS_SKIP_tld},
	};

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(cases); i++)
		lists_unit_skipped(LISTS_FORMAT_HOSTS, cases[i].text, cases[i].skip);
}

static void
what_every_machine_has_is_left_out(void **state)
{
	static const char *const lines[] = {
		"127.0.0.1 localhost",
		"127.0.0.1\tlocalhost.localdomain",
		"::1 localhost6.localdomain6",
		"127.0.0.1 local",
		"255.255.255.255 broadcasthost",
		"255.255.255.255 a.b",
		"::1 ip6-localhost",
		"fe80::1%lo0 localhost",
		"ff00::0 ip6-mcastprefix",
		"ff02::1 ip6-allnodes",
		"ff02::1 a.b",
	};

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(lines); i++)
		lists_unit_skipped(LISTS_FORMAT_HOSTS, lines[i], LISTS_SKIP_local);
}

/** A name that only begins like a local one is somebody's. */
static void
a_name_like_localhost_is_a_name(void **state)
{
	(void)state;
	lists_unit_expect(LISTS_FORMAT_HOSTS,
		"0.0.0.0 localhost.localdomain.example\n0.0.0.0 localhost.example\n"
		"0.0.0.0 local.localdomain5\n",
		"1 exact localhost.localdomain.example.\n2 exact localhost.example.\n"
		"3 exact local.localdomain5.\n");
}

static void
several_names_a_line_and_any_address(void **state)
{
	(void)state;
	lists_unit_expect(LISTS_FORMAT_HOSTS,
		"0.0.0.0 a.b c.d\t5.f\n127.0.0.1\tg.h#i.j\n::1 k.l # m.n\n::ffff:1.2.3.4 o.p\n"
		"0 q.r ;s.t\n 0.0.0.0\tU.V. \r\n",
		"1 exact a.b.\n1 exact c.d.\n1 exact 5.f.\n2 exact g.h.\n3 exact k.l.\n"
		"4 exact o.p.\n5 exact q.r.\n6 exact u.v.\n");
}

/** One bad name costs neither its neighbours nor more than one bad line. */
static void
a_bad_name_leaves_the_others(void **state)
{
	static const char text[] = "0.0.0.0 a.b c..d e'f g.h\n";
	struct lists_rules *rules = lists_unit_read(LISTS_FORMAT_HOSTS, text, sizeof(text) - 1);

	(void)state;
	assert_int_equal(rules->nb_rules, 2);
	assert_int_equal(rules->report.bad_lines, 1);
	assert_int_equal(rules->report.skips[LISTS_SKIP_empty_label].count, 1);
	assert_string_equal(rules->report.skips[LISTS_SKIP_octet].excerpts[0], "e'f");
	lists_free(rules);
}

static void
match_makes_subtrees(void **state)
{
	static const char text[] = "0.0.0.0 a.b\n";
	const struct lists_spec spec = {
		.path = "a", .format = LISTS_FORMAT_HOSTS, .match = LISTS_MATCH_SUBTREE};
	struct lists_rules *rules;

	(void)state;
	assert_int_equal(
		lists_read_bytes(&spec, (const uint8_t *)text, strlen(text), &rules, NULL), 0);
	assert_int_equal(rules->nb_rules, 1);
	assert_int_equal(rules->rules[0].kind, LISTS_SUBTREE);
	assert_int_equal(rules->report.kinds[LISTS_SUBTREE], 1);
	lists_free(rules);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_without_address_or_name_is_bad),
		cmocka_unit_test(what_every_machine_has_is_left_out),
		cmocka_unit_test(a_name_like_localhost_is_a_name),
		cmocka_unit_test(several_names_a_line_and_any_address),
		cmocka_unit_test(a_bad_name_leaves_the_others),
		cmocka_unit_test(match_makes_subtrees),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

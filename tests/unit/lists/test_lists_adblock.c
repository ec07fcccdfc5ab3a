/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "lists_unit.h"

static void
what_is_no_rule_about_a_name_is_named(void **state)
{
	static const struct {
		const char *text;
		enum lists_skip skip;
	} cases[] = {
		{"a.b##.banner", LISTS_SKIP_cosmetic},
		{"##.banner", LISTS_SKIP_cosmetic},
		{"a.b#@#.banner", LISTS_SKIP_cosmetic},
		{"a.b#?#div:has(x)", LISTS_SKIP_cosmetic},
		{"a.b#$#body { color: red }", LISTS_SKIP_cosmetic},
		{"a.b#@$?#x", LISTS_SKIP_cosmetic},
		{"a.b$$script[x]", LISTS_SKIP_cosmetic},
		{"a.b$@$script[x]", LISTS_SKIP_cosmetic},
		{"||a.b/ads/", LISTS_SKIP_path},
		{"||a.b:8080^", LISTS_SKIP_path},
		{"|https://a.b^", LISTS_SKIP_path},
		{"/ads.", LISTS_SKIP_path},
		{"&ad_box_", LISTS_SKIP_path},
		{"/ads[0-9]+/", LISTS_SKIP_regex},
		{"@@/ads/$important", LISTS_SKIP_regex},
		{"||a*b.c^", LISTS_SKIP_pattern},
		{"||a.b.*^", LISTS_SKIP_pattern},
		{"||a.b^*", LISTS_SKIP_pattern},
		{"|a.b", LISTS_SKIP_pattern},
		{"a.b^", LISTS_SKIP_pattern},
		{"a.b|", LISTS_SKIP_pattern},
		{"^a.b^", LISTS_SKIP_pattern},
		{"||com^", LISTS_SKIP_tld},
		{"||*.com^", LISTS_SKIP_tld},
		{"||*^", LISTS_SKIP_tld},
		{"*", LISTS_SKIP_tld},
		{"$dnstype=AAAA", LISTS_SKIP_tld},
		{"||1.2.3.4^", LISTS_SKIP_address},
		{"||2001:db8::1^", LISTS_SKIP_address},
		{"1.2.3.4", LISTS_SKIP_address},
		{"||^", LISTS_SKIP_syntax},
		{"||", LISTS_SKIP_syntax},
		{"@@", LISTS_SKIP_syntax},
		{"@||a.b^", LISTS_SKIP_syntax},
		{"||a@b.c^", LISTS_SKIP_syntax},
		{"||a..b^", LISTS_SKIP_empty_label},
		{"||.a.b^", LISTS_SKIP_empty_label},
		{"||a'b.c^", LISTS_SKIP_octet},
		{"a.b c.d", LISTS_SKIP_words},
		{"127.0.0.1 localhost", LISTS_SKIP_local},
	};

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(cases); i++)
		lists_unit_skipped(LISTS_FORMAT_ADBLOCK, cases[i].text, cases[i].skip);
}

static void
titles_and_comments_are_nothing(void **state)
{
	struct lists_rules *rules;
	static const char text[] =
		"[Adblock Plus 2.0]\n! ||a.b^\n# ||a.b^\n#\n####\n## Part\n\n;x\n";

	(void)state;
	rules = lists_unit_read(LISTS_FORMAT_ADBLOCK, text, sizeof(text) - 1);
	assert_int_equal(rules->nb_rules, 0);
	assert_int_equal(rules->report.rule_lines, 0);
	assert_int_equal(rules->report.lines, 8);
	lists_free(rules);
}

static void
anchors_make_the_kind(void **state)
{
	(void)state;
	lists_unit_expect(LISTS_FORMAT_ADBLOCK,
		"||A.b^\n||c.d\n||e.f^|\n|g.h^\n|i.j|\n||*.k.l^\n*.m.n^\n.o.p^\n*.q.r\n.s.t\nu.v\n"
		"0.0.0.0 w.x y.z\n||a._b.c.^\n",
		"1 subtree a.b.\n2 subtree c.d.\n3 subtree e.f.\n4 exact g.h.\n5 exact i.j.\n"
		"6 below k.l.\n7 below m.n.\n8 below o.p.\n9 below q.r.\n10 below s.t.\n"
		"11 exact u.v.\n12 exact w.x.\n12 exact y.z.\n13 subtree a._b.c.\n");
}

static void
exceptions_and_comments_behind_rules(void **state)
{
	(void)state;
	lists_unit_expect(LISTS_FORMAT_ADBLOCK,
		"@@||a.b^\n@@c.d\n  ||e.f^ # why ^ $x\r\n||g.h^\t! why\n@@|i.j^ ##why\n",
		"1 subtree a.b. exception\n2 exact c.d. exception\n3 subtree e.f.\n"
		"4 subtree g.h.\n5 exact i.j. exception\n");
}

/** `match` is about bare names and the names of hosts lines; anchors say what they mean. */
static void
match_leaves_anchors_alone(void **state)
{
	static const char text[] = "a.b\n0.0.0.0 c.d\n|e.f^\n*.g.h\n";
	const struct lists_spec spec = {
		.path = "a", .format = LISTS_FORMAT_ADBLOCK, .match = LISTS_MATCH_SUBTREE};
	struct lists_rules *rules;
	char found[256] = "";
	size_t len = 0;

	(void)state;
	assert_int_equal(
		lists_read_bytes(&spec, (const uint8_t *)text, strlen(text), &rules, NULL), 0);
	for (uint32_t i = 0; i < rules->nb_rules; i++)
		len += lists_unit_rule(rules, &rules->rules[i], found + len, sizeof(found) - len);
	assert_string_equal(found, "1 subtree a.b.\n2 subtree c.d.\n3 exact e.f.\n4 below g.h.\n");
	lists_free(rules);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_no_rule_about_a_name_is_named),
		cmocka_unit_test(titles_and_comments_are_nothing),
		cmocka_unit_test(anchors_make_the_kind),
		cmocka_unit_test(exceptions_and_comments_behind_rules),
		cmocka_unit_test(match_leaves_anchors_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

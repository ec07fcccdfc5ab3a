/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "lists_unit.h"

static void
a_modifier_that_narrows_unseen_costs_the_rule(void **state)
{
	static const struct {
		const char *text;
		enum lists_skip skip;
	} cases[] = {
		{"||a.b^$third-party", LISTS_SKIP_modifier},
		{"||a.b^$important,third-party", LISTS_SKIP_modifier},
		{"||a.b^$denyallow=c.a.b", LISTS_SKIP_modifier},
		{"||a.b^$dnsrewrite=1.2.3.4", LISTS_SKIP_modifier},
		{"||a.b^$ctag=device_phone", LISTS_SKIP_modifier},
		{"||a.b^$~important", LISTS_SKIP_modifier},
		{"||a.b^$IMPORTANT", LISTS_SKIP_modifier},
		{"||a.b^$,important", LISTS_SKIP_modifier},
		{"||a.b^$badfilter,domain=x.y", LISTS_SKIP_modifier},
		{"*$removeparam=AID", LISTS_SKIP_modifier},
		{"||a.b^$client=10.0.0.1", LISTS_SKIP_client},
		{"@@||a.b^$client=10.0.0.1", LISTS_SKIP_client},
		{"||a.b^$client='Frank\\, and his',important", LISTS_SKIP_client},
		{"||a.b^$client=10.0.0.1,dnstype=X", LISTS_SKIP_dnstype},
		{"||a.b^$client=10.0.0.1,script", LISTS_SKIP_modifier},
		{"||a.b^$dnstype", LISTS_SKIP_modifier},
		{"||a.b^$dnstype=", LISTS_SKIP_dnstype},
		{"||a.b^$dnstype=~", LISTS_SKIP_dnstype},
		{"||a.b^$dnstype=A||AAAA", LISTS_SKIP_dnstype},
		{"||a.b^$dnstype=AAAAA", LISTS_SKIP_dnstype},
		{"||a.b^$dnstype=TYPE", LISTS_SKIP_dnstype},
		{"||a.b^$dnstype=TYPE65536", LISTS_SKIP_dnstype},
		{"||a.b^$dnstype=TYPE0x1", LISTS_SKIP_dnstype},
		{"||a.b^$dnstype=A|~A", LISTS_SKIP_dnstype},
		{"||a.b^$dnstype=TYPE1|TYPE2|TYPE3|TYPE4|TYPE5|TYPE6|TYPE7|TYPE8|TYPE9|TYPE10|"
		 "TYPE11|TYPE12|TYPE13|TYPE14|TYPE15|TYPE16|TYPE17",
			LISTS_SKIP_dnstype},
	};

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(cases); i++)
		lists_unit_skipped(LISTS_FORMAT_ADBLOCK, cases[i].text, cases[i].skip);
}

/** The NUL ends no type's name early. */
static void
a_nul_is_no_end(void **state)
{
	(void)state;
	lists_unit_skipped_bytes(
		LISTS_FORMAT_ADBLOCK, "||a.b^$dnstype=A\0AA", 19, LISTS_SKIP_dnstype);
	lists_unit_skipped_bytes(
		LISTS_FORMAT_ADBLOCK, "||a.b^$important\0", 17, LISTS_SKIP_modifier);
}

static void
important_and_exceptions_make_four_classes(void **state)
{
	(void)state;
	lists_unit_expect(LISTS_FORMAT_ADBLOCK,
		"||a.b^\n||a.b^$important\n@@||a.b^\n@@||a.b^$important,important\n||c.d^$\n"
		"||e.f^$important,\n",
		"1 subtree a.b.\n2 subtree a.b. important\n3 subtree a.b. exception\n"
		"4 subtree a.b. important-exception\n5 subtree c.d.\n6 subtree e.f. important\n");
}

static void
dnstype_is_a_set(void **state)
{
	(void)state;
	lists_unit_expect(LISTS_FORMAT_ADBLOCK,
		"||a.b^$dnstype=AAAA\n||a.b^$dnstype=aaaa|a|AAAA\n||a.b^$dnstype=~A|~CNAME\n"
		"||a.b^$dnstype=A|AAAA|~AAAA\n||a.b^$dnstype=TYPE65|NSAP-PTR|type65535\n"
		"||a.b^$important,dnstype=HTTPS\n",
		"1 subtree a.b. 28\n2 subtree a.b. 1 28\n3 subtree a.b. ~1 ~5\n"
		"4 subtree a.b. 1\n5 subtree a.b. 23 65 65535\n6 subtree a.b. important 65\n");
}

/** The same set in another order is the same condition: the rule is a duplicate. */
static void
equal_conditions_are_one(void **state)
{
	static const char text[] = "||a.b^$dnstype=A|MX\n||a.b^$dnstype=TYPE15|A\n"
				   "||c.d^$dnstype=MX|A\n||a.b^$dnstype=~A|~MX\n";
	struct lists_rules *rules = lists_unit_read(LISTS_FORMAT_ADBLOCK, text, sizeof(text) - 1);

	(void)state;
	assert_int_equal(rules->nb_conds, 2);
	assert_int_equal(rules->nb_rules, 3);
	assert_int_equal(rules->report.warnings[LISTS_WARNING_duplicate].count, 1);
	assert_int_equal(rules->report.warnings[LISTS_WARNING_duplicate].lines[0], 2);
	lists_free(rules);
}

/** A list that makes a condition of its own for every rule runs out of them, and says so. */
static void
conditions_are_counted(void **state)
{
	static char text[300 * 32];
	struct lists_rules *rules;
	size_t len = 0;

	(void)state;
	for (int i = 0; i < 300; i++)
		len += lists_unit_print(
			text + len, sizeof(text) - len, "||a.b^$dnstype=TYPE%d\n", 1000 + i);
	rules = lists_unit_read(LISTS_FORMAT_ADBLOCK, text, len);
	assert_int_equal(rules->nb_conds, 255);
	assert_int_equal(rules->nb_rules, 255);
	assert_int_equal(rules->report.skips[LISTS_SKIP_dnstype].count, 45);
	lists_free(rules);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_modifier_that_narrows_unseen_costs_the_rule),
		cmocka_unit_test(a_nul_is_no_end),
		cmocka_unit_test(important_and_exceptions_make_four_classes),
		cmocka_unit_test(dnstype_is_a_set),
		cmocka_unit_test(equal_conditions_are_one),
		cmocka_unit_test(conditions_are_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

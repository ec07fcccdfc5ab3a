/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "lists_unit.h"

#include <stdlib.h>

static void
the_first_of_two_stands(void **state)
{
	static const char text[] = "a.b\nA.B.\n*.a.b\nc.d\na.b # again\n*.A.b\n";
	struct lists_rules *rules = lists_unit_read(LISTS_FORMAT_DOMAINS, text, sizeof(text) - 1);
	const struct lists_note *note = &rules->report.warnings[LISTS_WARNING_duplicate];

	(void)state;
	assert_int_equal(rules->nb_rules, 3);
	assert_int_equal(rules->rules[0].line, 1);
	assert_int_equal(rules->rules[1].line, 3);
	assert_int_equal(rules->rules[2].line, 4);
	assert_int_equal(note->count, 3);
	assert_int_equal(note->lines[0], 2);
	assert_int_equal(note->lines[1], 5);
	assert_int_equal(note->lines[2], 6);
	assert_string_equal(note->excerpts[1], "a.b # again");
	assert_int_equal(rules->report.bad_lines, 0);
	lists_free(rules);
}

/** Same letters, other labels: the length octets are part of the name. */
static void
label_borders_make_other_names(void **state)
{
	(void)state;
	lists_unit_expect(LISTS_FORMAT_DOMAINS, "ab.c\na.bc\nabc.d\nab.cd\n",
		"1 subtree ab.c.\n2 subtree a.bc.\n3 subtree abc.d.\n4 subtree ab.cd.\n");
}

static void
badfilter_takes_the_rule_it_names_and_no_other(void **state)
{
	(void)state;
	lists_unit_expect(LISTS_FORMAT_ADBLOCK,
		"||x.a^$badfilter\n||x.a^\n||x.b^\n||x.b^$important\n||x.b^$important,badfilter\n"
		"@@||x.b^\n||x.c^$dnstype=A\n||x.c^$badfilter\n|x.c^\n||x.d^$badfilter,dnstype=A\n"
		"||x.d^$dnstype=AAAA\n||x.d^$dnstype=A\nx.e\nx.e$badfilter\n||x.e^\n||x.f^\n",
		"3 subtree x.b.\n6 subtree x.b. exception\n7 subtree x.c. 1\n9 exact x.c.\n"
		"11 subtree x.d. 28\n15 subtree x.e.\n16 subtree x.f.\n");
}

static void
badfilter_is_counted(void **state)
{
	static const char text[] = "||a.b^\n||a.b^\n||a.b^$badfilter\n||a.b^$badfilter\n"
				   "||www.no.Such^$badfilter\n||$badfilter\n";
	struct lists_rules *rules = lists_unit_read(LISTS_FORMAT_ADBLOCK, text, sizeof(text) - 1);
	const struct lists_note *idle = &rules->report.warnings[LISTS_WARNING_badfilter_idle];

	(void)state;
	assert_int_equal(rules->nb_rules, 0);
	assert_null(rules->rules);
	assert_null(rules->names);
	assert_int_equal(rules->report.removed, 1);
	assert_int_equal(rules->report.bytes, 0);
	assert_int_equal(rules->report.kinds[LISTS_SUBTREE], 0);
	assert_int_equal(idle->count, 1);
	assert_int_equal(idle->lines[0], 5);
	assert_string_equal(idle->excerpts[0], "www.no.such");
	assert_int_equal(rules->report.lines, 6);
	lists_free(rules);
}

/** What is left after a removal is what a list without those lines gives, octet for octet. */
static void
removal_leaves_no_gap(void **state)
{
	static const char with[] =
		"||a.b^\n||cc.d^$badfilter\n||cc.d^\n||e.f^\n||g.hh^\n||e.f^$badfilter";
	static const char without[] = "||a.b^\n\n\n\n||g.hh^\n\n";
	struct lists_rules *a = lists_unit_read(LISTS_FORMAT_ADBLOCK, with, sizeof(with) - 1);
	struct lists_rules *b = lists_unit_read(LISTS_FORMAT_ADBLOCK, without, sizeof(without) - 1);

	(void)state;
	assert_int_equal(a->nb_rules, 2);
	assert_int_equal(b->nb_rules, 2);
	assert_memory_equal(a->rules, b->rules, 2 * sizeof(*a->rules));
	assert_int_equal(a->names_bytes, b->names_bytes);
	assert_memory_equal(a->names, b->names, a->names_bytes);
	lists_free(a);
	lists_free(b);
}

/** Through every growth of every array: nothing is lost, and every second line is a duplicate. */
static void
a_hundred_thousand_rules(void **state)
{
	enum {
		NAMES = 100000,
		ROOM = NAMES * 64
	};
	char *text = malloc(ROOM), name[64];
	struct lists_rules *rules;
	const uint8_t *wire;
	size_t len = 0;
	uint8_t octets;

	(void)state;
	assert_non_null(text);
	for (int i = 0; i < NAMES; i++)
		len += lists_unit_print(
			text + len, ROOM - len, "n%06d.example\nN%06d.EXAMPLE.\n", i, i / 2);
	rules = lists_unit_read(LISTS_FORMAT_DOMAINS, text, len);
	assert_int_equal(rules->nb_rules, NAMES);
	assert_int_equal(rules->report.warnings[LISTS_WARNING_duplicate].count, NAMES);
	for (int i = 0; i < NAMES; i++) {
		lists_unit_print(name, sizeof(name),
			"\x07n%06d\x07"
			"example",
			i);
		wire = lists_rule_name(rules, &rules->rules[i], &octets);
		assert_int_equal(octets, 17);
		assert_memory_equal(wire, name, octets);
		assert_int_equal(rules->rules[i].line, 2 * i + 1);
	}
	assert_int_equal(rules->report.bytes, NAMES * (12 + 18));
	lists_free(rules);
	free(text);
}

static void
nothing_is_freed_quietly(void **state)
{
	(void)state;
	lists_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_of_two_stands),
		cmocka_unit_test(label_borders_make_other_names),
		cmocka_unit_test(badfilter_takes_the_rule_it_names_and_no_other),
		cmocka_unit_test(badfilter_is_counted),
		cmocka_unit_test(removal_leaves_no_gap),
		cmocka_unit_test(a_hundred_thousand_rules),
		cmocka_unit_test(nothing_is_freed_quietly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

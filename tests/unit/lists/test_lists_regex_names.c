/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "lists_unit.h"

/** Expressions that mean more, less or something else than names: none may be taken for names. */
static void
what_is_more_than_names_stays_an_expression(void **state)
{
	static const char *const texts[] = {
		"^ads.example$",	   /* a dot that is any octet */
		"ads\\.example$",	   /* `myads.example` too */
		"^ads\\.example",	   /* `ads.example.org` too */
		"(^|\\.)ads\\.example",	   /* the same */
		"(^|\\.)ads\\.example$|x", /* or something else */
		"^ads\\.example\\.$",	   /* no text ends in a dot */
		"^ads\\.\\.example$",	   /* no name has that */
		"^\\.ads\\.example$",	   /* nor that */
		"(^|\\.)$",		   /* nor that */
		"^$", "\\.$", "^ads[0-9]\\.example$", "^ads?\\.example$", "^(ads)*\\.example$",
		"^(ads)+\\.example$", "^(ads){2}\\.example$", "^(ads)??\\.example$",
		"^(ads)?+\\.example$", "^a+\\.example$", "^a{1}\\.example$", "^\\d\\.example$",
		"^(ads\\.example$", "^ads)\\.example$", "^ads\\.example$$", "^ads\\.example$x",
		"^(?i)ads\\.example$", "^(?=ads)\\.example$", "^(^ads)\\.example$",
		"^ads\\.EXAMPLE$",  /* capitals: no text has any */
		"^1\\.2\\.3\\.4$",  /* would be skipped as an address */
		"^ads\\.example1$", /* may be one */
		"^a\\\\b\\.example$", "(^|.)ads\\.example$", "^.*ads\\.example$",
		"^.+ads\\.example$", "^((((a))))\\.example$",
		"^(a|b|c|d|e|f|g|h|i)(a|b|c|d|e|f|g|h|i)\\.example$", /* 81 of them */
	};

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(texts); i++) {
		struct lists_rules *rules =
			lists_unit_read(LISTS_FORMAT_REGEX, texts[i], strlen(texts[i]));

		if (rules->nb_rules != 0 || rules->nb_exprs != 1 || rules->exprs[0].moved)
			fail_msg("`%s` was taken for names", texts[i]);
		assert_int_equal(rules->report.exprs, 1);
		assert_int_equal(rules->report.warnings[LISTS_WARNING_only_names].count, 0);
		lists_free(rules);
	}
}

static void
names_become_rules(void **state)
{
	(void)state;
	lists_unit_expect(LISTS_FORMAT_REGEX,
		"^www\\.example$\n(^|\\.)a\\.example$\n(\\.|^)b\\.example$\n\\.c\\.example$\n"
		"^(.+\\.)?d\\.example$\n^.*\\.e\\.example$\n(?:^|\\.)x\\-y_z\\.example$\n"
		"1:/^WWW\\.Example\\.ORG$/i\n",
		"1 exact www.example.\n2 subtree a.example.\n3 subtree b.example.\n"
		"4 below c.example.\n5 subtree d.example.\n6 below e.example.\n"
		"7 subtree x-y_z.example.\n8 exact www.example.org.\n");
}

static void
sets_of_names_become_rules(void **state)
{
	(void)state;
	lists_unit_expect(LISTS_FORMAT_REGEX,
		"(^|\\.)(a|bc)\\.(?:com|(net|o(rg)?))$\n^(ads\\.|)x\\.y$\n",
		"1 subtree a.com.\n1 subtree a.net.\n1 subtree a.org.\n1 subtree a.o.\n"
		"1 subtree bc.com.\n1 subtree bc.net.\n1 subtree bc.org.\n1 subtree bc.o.\n"
		"2 exact ads.x.y.\n2 exact x.y.\n");
}

static void
what_was_moved_is_told(void **state)
{
	static const char text[] = "^a+\n(^|\\.)ads\\.example$ # why\n";
	struct lists_rules *rules = lists_unit_read(LISTS_FORMAT_REGEX, text, strlen(text));
	const struct lists_note *note = &rules->report.warnings[LISTS_WARNING_only_names];

	(void)state;
	assert_int_equal(note->count, 1);
	assert_int_equal(note->lines[0], 2);
	assert_string_equal(note->excerpts[0], "(^|\\.)ads\\.example$ # why");
	assert_int_equal(rules->report.exprs, 1);
	assert_int_equal(rules->nb_exprs, 2);
	assert_int_equal(rules->report.bad_lines, 0);
	lists_free(rules);
}

/** The table takes no single label without allow_tld: none may get lost on the way to it. */
static void
a_single_label_stays_an_expression(void **state)
{
	static const char *const texts[] = {
		"\\.zip$", "^localhost$", "(^|\\.)(mov|ads\\.example)$"};
	struct lists_spec spec = {.path = "a", .format = LISTS_FORMAT_REGEX, .allow_tld = true};
	struct lists_rules *rules;

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(texts); i++) {
		rules = lists_unit_read(LISTS_FORMAT_REGEX, texts[i], strlen(texts[i]));
		assert_int_equal(rules->nb_rules, 0);
		assert_int_equal(rules->report.exprs, 1);
		assert_int_equal(rules->report.skips[LISTS_SKIP_tld].count, 0);
		lists_free(rules);
		assert_int_equal(lists_read_bytes(&spec, (const uint8_t *)texts[i],
					 strlen(texts[i]), &rules, NULL),
			0);
		assert_true(rules->nb_rules > 0);
		assert_int_equal(rules->report.exprs, 0);
		lists_free(rules);
	}
}

static void
a_long_name_stays_an_expression(void **state)
{
	char text[600], label[65];
	struct lists_rules *rules;

	(void)state;
	memset(label, 'a', 64);
	label[64] = '\0';
	snprintf(text, sizeof(text), "^%s\\.example$", label); /* 64 octets: no label */
	rules = lists_unit_read(LISTS_FORMAT_REGEX, text, strlen(text));
	assert_int_equal(rules->nb_rules, 0);
	lists_free(rules);
	label[63] = '\0'; /* 5 times 64 octets: no name */
	snprintf(text, sizeof(text), "^%s\\.%s\\.%s\\.%s\\.%s$", label, label, label, label, label);
	rules = lists_unit_read(LISTS_FORMAT_REGEX, text, strlen(text));
	assert_int_equal(rules->nb_rules, 0);
	assert_int_equal(rules->report.exprs, 1);
	lists_free(rules);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_more_than_names_stays_an_expression),
		cmocka_unit_test(names_become_rules),
		cmocka_unit_test(sets_of_names_become_rules),
		cmocka_unit_test(what_was_moved_is_told),
		cmocka_unit_test(a_single_label_stays_an_expression),
		cmocka_unit_test(a_long_name_stays_an_expression),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * That what is told agrees with the data path, every test asserts that asks (unit_policy.h).
 */
#include "unit_policy.h"

static void
what_is_no_name_is_refused_with_a_sentence(void **state)
{
	static const struct {
		const char *text, *said;
	} wrong[] = {
		{"", "`' is no domain name: "},
		{"a..b", "`a..b' is no domain name: "},
		{"https://x.test:8/y", "`https://x.test:8/y' is a URL, not a name: write `x.test'"},
	};
	struct policy_asked asked = {0};
	struct base_err err;
	char label[65] = {0};

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(wrong); i++) {
		assert_int_equal(policy_asked_name(&asked, wrong[i].text, &err), -EINVAL);
		assert_memory_equal(err.text, wrong[i].said, strlen(wrong[i].said));
		assert_int_equal(err.exit, BASE_EXIT_USAGE);
	}
	memset(label, 'x', 64);
	assert_int_equal(policy_asked_name(&asked, label, NULL), -EINVAL);
	label[63] = '\0';
	assert_int_equal(policy_asked_name(&asked, label, NULL), 0);
	assert_int_equal(policy_asked_name(&asked, ".", NULL), 0);
	assert_int_equal(asked.name.labels, 0);
}

static void
types_are_mnemonics_or_numbers(void **state)
{
	struct policy_asked asked = {0};
	struct base_err err;

	(void)state;
	assert_int_equal(policy_asked_type(&asked, "aaaa", NULL), 0);
	assert_int_equal(asked.qtype, 28);
	assert_int_equal(policy_asked_type(&asked, "TYPE65", NULL), 0);
	assert_int_equal(asked.qtype, 65);
	for (size_t i = 0; i < 3; i++) {
		static const char *const wrong[] = {"", "FOO", "TYPE65536"};

		assert_int_equal(policy_asked_type(&asked, wrong[i], &err), -EINVAL);
		assert_non_null(strstr(err.text, "is no record type"));
	}
}

static void
a_question_is_decided_and_explained(void **state)
{
	struct policy_asked asked = {.qtype = 1};
	struct policy_match matches[4];
	struct fixture f;

	(void)state;
	fixture_init(&f);
	fixture_file(&f, "ads.txt", "ads.example\nwww.ads.example\n");
	fixture_build(&f, "[list ads]\npath = ads.txt\nformat = domains\n");
	assert_int_equal(policy_asked_name(&asked, "X.www.Ads.example", NULL), 0);
	assert_int_equal(policy_ask(f.policy, f.view, &asked, NULL), 0);
	assert_int_equal(asked.verdict.action, POLICY_NXDOMAIN);
	assert_int_equal(policy_explain(f.policy, &asked.query, &asked.verdict, matches, 4), 2);
	assert_true(matches[0].won && matches[0].where.line == 2);
	assert_string_equal(policy_kind_word(matches[0].kind), "subtree");
	assert_string_equal(policy_kind_word(POLICY_NB_KINDS), "?");
	assert_int_equal(policy_asked_name(&asked, "example", NULL), 0);
	assert_int_equal(policy_ask(f.policy, f.view, &asked, NULL), 0);
	assert_int_equal(asked.verdict.list, POLICY_LIST_NONE);
	fixture_free(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_no_name_is_refused_with_a_sentence),
		cmocka_unit_test(types_are_mnemonics_or_numbers),
		cmocka_unit_test(a_question_is_decided_and_explained),
	};

	return cmocka_run_group_tests(tests, unit_eal_start, unit_eal_stop);
}

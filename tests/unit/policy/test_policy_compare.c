/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "unit_policy.h"

#define LIST(l) "[list " l "]\npath = " l ".txt\n"

/* Loads a generation of its own, with nothing shared. */
static void
load(struct fixture *f, const char *a, const char *b, const char *ini)
{
	fixture_init(f);
	fixture_file(f, "a.txt", a);
	if (b != NULL)
		fixture_file(f, "b.txt", b);
	if (fixture_load(f, ini) < 0)
		fail_msg("%s", f->err.text);
}

static void
assert_change(const struct policy_change *change, const char *list, uint32_t rules, uint32_t added,
	uint32_t removed)
{
	assert_string_equal(change->list, list);
	assert_int_equal(change->rules, rules);
	assert_int_equal(change->added, added);
	assert_int_equal(change->removed, removed);
}

static void
rules_are_told_by_list(void **state)
{
	struct policy_change *changes;
	struct fixture was, is;
	uint32_t nb;

	(void)state;
	load(&was, "one.com\ntwo.com\nthree.com\n", "same.com\n",
		LIST("a") "format = domains\n" LIST("b") "format = domains\n");
	load(&is, "three.com\nfour.com\none.com\n", "same.com\n",
		LIST("b") "format = domains\n" LIST("a") "format = domains\n");
	assert_int_equal(policy_compare(was.policy, is.policy, &changes, &nb, NULL), 0);
	assert_int_equal(nb, 1);
	assert_change(&changes[0], "a", 3, 1, 1);
	assert_string_equal(changes[0].first_added[0], "four.com");
	assert_string_equal(changes[0].first_added[1], "");
	assert_string_equal(changes[0].first_removed[0], "two.com");
	free(changes);
	fixture_free(&was);
	fixture_free(&is);
}

static void
the_first_few_are_named_in_the_order_of_the_list(void **state)
{
	struct policy_change *changes;
	struct fixture was, is;
	uint32_t nb;

	(void)state;
	load(&was, "z.com\n", NULL, LIST("a") "format = domains\n");
	load(&is, "x5.com\nx4.com\nx3.com\nx2.com\nx1.com\n", NULL, LIST("a") "format = domains\n");
	assert_int_equal(policy_compare(was.policy, is.policy, &changes, &nb, NULL), 0);
	assert_change(&changes[0], "a", 5, 5, 1);
	assert_string_equal(changes[0].first_added[0], "x5.com");
	assert_string_equal(changes[0].first_added[1], "x4.com");
	assert_string_equal(changes[0].first_added[2], "x3.com");
	free(changes);
	fixture_free(&was);
	fixture_free(&is);
}

/* A name under another kind, class or condition is another rule. */
static void
a_rule_is_more_than_its_name(void **state)
{
	struct policy_change *changes;
	struct fixture was, is;
	uint32_t nb;

	(void)state;
	load(&was, "||a.com^\n||b.com^\n||c.com^$dnstype=A\n||d.com^\n", NULL,
		LIST("a") "format = adblock\n");
	load(&is, "a.com\n@@||b.com^\n||c.com^$dnstype=AAAA\n||d.com^\n", NULL,
		LIST("a") "format = adblock\n");
	assert_int_equal(policy_compare(was.policy, is.policy, &changes, &nb, NULL), 0);
	assert_int_equal(nb, 1);
	assert_change(&changes[0], "a", 4, 3, 3);
	free(changes);
	fixture_free(&was);
	fixture_free(&is);
}

static void
lists_come_and_go(void **state)
{
	struct policy_change *changes;
	struct fixture was, is;
	uint32_t nb;

	(void)state;
	load(&was, "one.com\ntwo.com\n", NULL, LIST("a") "format = domains\n");
	load(&is, "x.com\n", "one.com\n", LIST("b") "format = domains\n");
	assert_int_equal(policy_compare(was.policy, is.policy, &changes, &nb, NULL), 0);
	assert_int_equal(nb, 2);
	assert_change(&changes[0], "b", 1, 1, 0);
	assert_change(&changes[1], "a", 0, 0, 2);
	free(changes);
	assert_int_equal(policy_compare(NULL, is.policy, &changes, &nb, NULL), 0);
	assert_int_equal(nb, 1 + is.conf->n_builtins);
	free(changes);
	fixture_free(&was);
	fixture_free(&is);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rules_are_told_by_list),
		cmocka_unit_test(the_first_few_are_named_in_the_order_of_the_list),
		cmocka_unit_test(a_rule_is_more_than_its_name),
		cmocka_unit_test(lists_come_and_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

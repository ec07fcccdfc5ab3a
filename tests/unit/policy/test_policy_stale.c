/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * A list whose file is refused at a reload: what was read of it before stays in force.
 */
#include "place.h"
#include "policy_next.h"

#include <rte_malloc.h>

#include <sys/stat.h>
#include <time.h>

#define A 1

/* The mark of list i; NULL: it is not stale. */
static const struct policy_stale *
mark(const struct policy *policy, uint16_t list)
{
	struct policy_list_info info;

	policy_list_info(policy, list, &info);
	return info.stale;
}

/* The next generation is good, and list b of it stale for a reason of these words. */
static void
keeps_b(struct fixture *f, struct next *next, const char *ini, const char *words)
{
	if (renew(f, next, ini, NULL) < 0)
		fail_msg("%s", f->err.text);
	assert_null(mark(next->policy, 0));
	assert_non_null(mark(next->policy, 1));
	assert_non_null(strstr(mark(next->policy, 1)->why, "weir.ini:5: [list b] path"));
	if (strstr(mark(next->policy, 1)->why, words) == NULL)
		fail_msg("%s: not in: %s", words, mark(next->policy, 1)->why);
	assert_true(mark(next->policy, 1)->is_tried);
}

static void
remove_file(const struct fixture *f, const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", f->dir, name);
	assert_int_equal(unlink(path), 0);
}

/* Each way to be refused; the other list is read. */
static void
what_is_refused_stays_what_it_was(void **state)
{
	static const struct {
		const char *text; /* NULL: there is no file */
		const char *words;
	} cases[] = {{NULL, "No such file"}, {"three.com\nbad..name\nx y z\n", "max_bad"},
		{"", "0 rules, 2 were read last: shrank by more than max_shrink = 50 %"},
		{"\x1f\x8b\x08", "gzip"}};
	struct fixture f;
	struct next next;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		two_lists(&f);
		replace(&f, "a.txt", "one.com\nfive.com\n");
		if (cases[i].text == NULL)
			remove_file(&f, "b.txt");
		else
			replace(&f, "b.txt", cases[i].text);
		keeps_b(&f, &next, LIST("a") LIST("b"), cases[i].words);
		build(&f, &next);
		take(&f, &next);
		assert_string_equal(fixture_ask(&f, "x.three.com", A), "b nxdomain b.txt:1");
		assert_string_equal(fixture_ask(&f, "four.com", A), "b nxdomain b.txt:2");
		assert_string_equal(fixture_ask(&f, "five.com", A), "a nxdomain a.txt:2");
		assert_string_equal(fixture_ask(&f, "two.com", A), "- pass");
		fixture_free(&f);
	}
}

/* Half may go, one more may not; max_shrink = 100 lets all go. */
static void
a_list_may_shrink_so_far(void **state)
{
	struct fixture f;
	struct next next;

	(void)state;
	two_lists(&f);
	replace(&f, "b.txt", "three.com\n");
	assert_int_equal(renew(&f, &next, LIST("a") LIST("b"), NULL), 0);
	assert_null(mark(next.policy, 1));
	drop(&next);
	keeps_b(&f, &next, LIST("a") LIST("b") "max_shrink = 49\n", "max_shrink = 49 %");
	drop(&next);
	replace(&f, "b.txt", "# nothing\n");
	assert_int_equal(renew(&f, &next, LIST("a") LIST("b") "max_shrink = 100\n", NULL), 0);
	assert_null(mark(next.policy, 1));
	drop(&next);
	fixture_free(&f);
}

/* The measure of max_shrink is what was read last, however often it has been refused since; what is
 * good again is no longer stale. */
static void
it_is_tried_again_each_time(void **state)
{
	struct fixture f;
	struct next next;
	int64_t since;

	(void)state;
	two_lists(&f);
	replace(&f, "b.txt", "# nothing\n");
	for (int i = 0; i < 3; i++) {
		keeps_b(&f, &next, LIST("a") LIST("b"), "0 rules, 2 were read last");
		build(&f, &next);
		/* Nothing has changed: nothing is built. */
		assert_ptr_equal(next.view->domains, f.view->domains);
		take(&f, &next);
	}
	since = mark(f.policy, 1)->since_s;
	assert_true(since > 0 && since <= (int64_t)time(NULL));
	remove_file(&f, "b.txt");
	keeps_b(&f, &next, LIST("a") LIST("b"), "No such file");
	assert_int_equal(mark(next.policy, 1)->since_s, since);
	build(&f, &next);
	take(&f, &next);
	replace(&f, "b.txt", "six.com\n");
	assert_int_equal(renew(&f, &next, LIST("a") LIST("b"), NULL), 0);
	assert_null(mark(next.policy, 1));
	build(&f, &next);
	take(&f, &next);
	assert_string_equal(fixture_ask(&f, "six.com", A), "b nxdomain b.txt:1");
	assert_string_equal(fixture_ask(&f, "three.com", A), "- pass");
	fixture_free(&f);
}

/* A file that was refused is refused again, though keys in force and stamp are those of before. */
static void
a_key_that_refuses_does_not_make_it_good(void **state)
{
	struct fixture f;
	struct next next;

	(void)state;
	fixture_init(&f);
	fixture_file(&f, "a.txt", "one.com\n");
	fixture_file(&f, "b.txt", "three.com\nbad..name\n");
	fixture_build(&f, LIST("a") LIST("b") "max_bad = 50\n");
	for (int i = 0; i < 2; i++) {
		keeps_b(&f, &next, LIST("a") LIST("b") "max_bad = 49\n", "max_bad = 49");
		build(&f, &next);
		take(&f, &next);
	}
	assert_string_equal(fixture_ask(&f, "three.com", A), "b nxdomain b.txt:1");
	fixture_free(&f);
}

/* Rules that were read otherwise, or from elsewhere, do not stand in. */
static void
other_keys_have_no_last_good(void **state)
{
	static const char *const others[] = {LIST("a") LIST("b") "match = exact\n",
		LIST("a") LIST("b") "allow_tld = yes\n", LIST("a") LIST("b") "ttl = 7\n",
		LIST("a") "[list b]\npath = b.txt\nformat = hosts\n",
		LIST("a") "[list b]\npath = c.txt\nformat = domains\n",
		LIST("a") "[list c]\npath = b.txt\nformat = domains\n"};
	struct fixture f;
	struct next next;

	(void)state;
	two_lists(&f);
	remove_file(&f, "b.txt");
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		assert_int_equal(renew(&f, &next, others[i], NULL), -ENOENT);
		assert_null(next.policy);
		drop(&next);
	}
	fixture_free(&f);
}

/* Its place among the lists and what it does are no matter of its file. */
static void
it_stays_under_another_number_and_action(void **state)
{
	struct fixture f;
	struct next next;
	struct policy_stale *stale;
	uint32_t nb;

	(void)state;
	two_lists(&f);
	remove_file(&f, "b.txt");
	assert_int_equal(renew(&f, &next, LIST("b") "action = refused\n" LIST("a"), NULL), 0);
	build(&f, &next);
	take(&f, &next);
	assert_int_equal(policy_stale_lists(f.policy, &stale, &nb, NULL), 0);
	assert_int_equal(nb, 1);
	assert_string_equal(stale[0].list, "b");
	free(stale);
	assert_string_equal(fixture_ask(&f, "three.com", A), "b refused b.txt:1");
	assert_string_equal(fixture_ask(&f, "one.com", A), "a nxdomain a.txt:1");
	fixture_free(&f);
}

/* A reload of another list does not try it, and does not forget that it is stale. */
static void
a_reload_of_another_list_leaves_it_stale(void **state)
{
	struct fixture f;
	struct next next;
	int64_t since;

	(void)state;
	two_lists(&f);
	remove_file(&f, "b.txt");
	keeps_b(&f, &next, LIST("a") LIST("b"), "No such file");
	build(&f, &next);
	take(&f, &next);
	since = mark(f.policy, 1)->since_s;
	replace(&f, "b.txt", "six.com\n");
	assert_int_equal(renew(&f, &next, NULL, "a"), 0);
	assert_non_null(mark(next.policy, 1));
	assert_false(mark(next.policy, 1)->is_tried);
	assert_int_equal(mark(next.policy, 1)->since_s, since);
	drop(&next);
	assert_int_equal(renew(&f, &next, NULL, "b"), 0);
	assert_null(mark(next.policy, 1));
	drop(&next);
	fixture_free(&f);
}

/* An end of the program is no fault of a file: the generation is given up, not the list. */
static void
what_is_given_up_is_not_stale(void **state)
{
	struct fixture f;
	struct base_cancel cancel = {false};
	struct policy_renewal renewal = {.cancel = &cancel};
	struct policy *next;

	(void)state;
	two_lists(&f);
	replace(&f, "b.txt", "six.com\n");
	renewal.conf = f.conf;
	renewal.before = f.policy;
	base_cancel_ask(&cancel);
	assert_int_equal(policy_renew(&renewal, NULL, &next, &f.err), -ECANCELED);
	assert_null(next);
	assert_non_null(strstr(f.err.text, "given up"));
	fixture_free(&f);
}

/* A policy that was read before gives its views up. */
static void
views_are_given_up(void **state)
{
	struct fixture f;
	struct base_cancel cancel = {false};
	struct policy_view *view;

	(void)state;
	fixture_init(&f);
	fixture_file(&f, "a.txt", "one.com\n");
	assert_int_equal(fixture_load(&f, LIST("a")), 0);
	policy_cancel_by(f.policy, &cancel);
	assert_int_equal(policy_place(f.policy, unit_eal_node(), &f.err), 0);
	base_cancel_ask(&cancel);
	assert_int_equal(
		policy_view_build(f.policy, 0, unit_eal_node(), &view, &f.err), -ECANCELED);
	assert_null(view);
	fixture_free(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_refused_stays_what_it_was),
		cmocka_unit_test(a_list_may_shrink_so_far),
		cmocka_unit_test(it_is_tried_again_each_time),
		cmocka_unit_test(a_key_that_refuses_does_not_make_it_good),
		cmocka_unit_test(other_keys_have_no_last_good),
		cmocka_unit_test(it_stays_under_another_number_and_action),
		cmocka_unit_test(a_reload_of_another_list_leaves_it_stale),
		cmocka_unit_test(what_is_given_up_is_not_stale),
		cmocka_unit_test(views_are_given_up),
	};

	return cmocka_run_group_tests(tests, unit_eal_start, unit_eal_stop);
}

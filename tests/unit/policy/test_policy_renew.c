/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * One generation behind another: what is read again, what is shared, what is refused.
 */
#include "place.h"
#include "unit_policy.h"

#include <rte_malloc.h>

#include <sys/stat.h>

#define A	1
#define LIST(l) "[list " l "]\npath = " l ".txt\nformat = domains\n"

/* A fixture whose policy is the generation in force, and the INI of the next. */
struct next {
	struct conf *conf;
	struct policy *policy;
	struct policy_view *view;
};

static void
parse(struct fixture *f, const char *ini, struct conf **out)
{
	char name[96];
	struct conf_input in = {.file = name};
	struct conf_report report = {0};

	snprintf(name, sizeof(name), "%s/weir.ini", f->dir);
	if (conf_parse(&in, ini, strlen(ini), out, &report) < 0)
		fail_msg("%s", report.notes[0].text);
	conf_report_free(&report);
}

static int
renew(struct fixture *f, struct next *next, const char *ini, const char *only)
{
	struct policy_renewal renewal = {.before = f->policy, .only = only};

	*next = (struct next){0};
	if (only == NULL)
		parse(f, ini, &next->conf);
	renewal.conf = only == NULL ? next->conf : f->conf;
	return policy_renew(&renewal, NULL, &next->policy, &f->err);
}

static void
build(struct fixture *f, struct next *next)
{
	if (policy_place(next->policy, unit_eal_node(), &f->err) < 0 ||
		policy_view_build(next->policy, 0, unit_eal_node(), &next->view, &f->err) < 0)
		fail_msg("%s", f->err.text);
}

/* The next one comes in force: what was before is freed. */
static void
take(struct fixture *f, struct next *next)
{
	policy_view_free(f->view);
	policy_free(f->policy);
	if (next->conf != NULL) {
		conf_free(f->conf);
		f->conf = next->conf;
	}
	f->view = next->view;
	f->policy = next->policy;
}

static void
drop(struct next *next)
{
	policy_view_free(next->view);
	policy_free(next->policy);
	conf_free(next->conf);
}

/* Writes a file anew, as a download does: another file under the same name. */
static void
replace(struct fixture *f, const char *name, const char *text)
{
	char path[128], part[140];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", f->dir, name);
	snprintf(part, sizeof(part), "%s.part", path);
	file = fopen(part, "w");
	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(rename(part, path), 0);
}

static size_t
heap_bytes(void)
{
	struct rte_malloc_socket_stats stats;

	rte_malloc_get_socket_stats(unit_eal_node(), &stats);
	return stats.heap_allocsz_bytes;
}

static void
two_lists(struct fixture *f)
{
	fixture_init(f);
	fixture_file(f, "a.txt", "one.com\ntwo.com\n");
	fixture_file(f, "b.txt", "three.com\nfour.com\n");
	fixture_build(f, LIST("a") LIST("b"));
}

static void
a_failure_leaves_the_one_before(void **state)
{
	struct fixture f;
	struct next next;
	size_t before;
	char dir[128];

	(void)state;
	two_lists(&f);
	before = heap_bytes();
	replace(&f, "b.txt", "three.com\nbad..name\nx y z\n");
	assert_int_equal(renew(&f, &next, LIST("a") LIST("b"), NULL), -EINVAL);
	assert_null(next.policy);
	assert_non_null(strstr(f.err.text, "max_bad"));
	drop(&next);
	assert_int_equal(renew(&f, &next, LIST("a") "[list c]\npath = c.txt\n", NULL), -ENOENT);
	assert_non_null(strstr(f.err.text, "weir.ini:5: [list c] path"));
	drop(&next);
	snprintf(dir, sizeof(dir), "%s/d", f.dir);
	assert_int_equal(mkdir(dir, 0700), 0);
	assert_true(renew(&f, &next, "[list a]\npath = d\n", NULL) < 0);
	drop(&next);
	rmdir(dir);
	replace(&f, "b.txt", "");
	assert_int_equal(renew(&f, &next, LIST("a") LIST("b"), NULL), -EINVAL);
	assert_non_null(strstr(f.err.text, "0 rules, 2 were read last: shrank by more than"));
	drop(&next);
	assert_int_equal(heap_bytes(), before);
	assert_string_equal(fixture_ask(&f, "x.three.com", A), "b nxdomain b.txt:1");
	fixture_free(&f);
}

/* Half may go, one more may not; max_shrink = 100 lets all go. */
static void
a_list_may_shrink_so_far(void **state)
{
	struct fixture f;
	struct next next;

	(void)state;
	two_lists(&f);
	replace(&f, "a.txt", "one.com\n");
	assert_int_equal(renew(&f, &next, LIST("a") LIST("b"), NULL), 0);
	drop(&next);
	assert_int_equal(renew(&f, &next, LIST("a") "max_shrink = 49\n" LIST("b"), NULL), -EINVAL);
	drop(&next);
	replace(&f, "a.txt", "# nothing\n");
	assert_int_equal(renew(&f, &next, LIST("a") "max_shrink = 100\n" LIST("b"), NULL), 0);
	drop(&next);
	fixture_free(&f);
}

/* Other groups, other actions: the table of the one before, and nothing of it but a view more. */
static void
what_has_not_changed_is_shared(void **state)
{
	struct fixture f;
	struct next next;
	struct policy_change *changes;
	uint32_t nb;
	size_t before, with_two;

	(void)state;
	two_lists(&f);
	before = heap_bytes();
	assert_int_equal(renew(&f, &next,
				 LIST("a") "action = refused\n" LIST("b") "[group default]\n"
									  "lists = a\n",
				 NULL),
		0);
	build(&f, &next);
	with_two = heap_bytes();
	assert_int_equal(policy_generation(next.policy), 2);
	assert_ptr_equal(next.view->domains, f.view->domains);
	assert_int_equal(policy_compare(f.policy, next.policy, &changes, &nb, NULL), 0);
	assert_int_equal(nb, 0);
	free(changes);
	assert_string_equal(fixture_ask(&f, "one.com", A), "a nxdomain a.txt:1");
	take(&f, &next);
	assert_int_equal(heap_bytes(), before);
	assert_true(with_two - before < 65536);
	assert_string_equal(fixture_ask(&f, "one.com", A), "a refused a.txt:1");
	assert_string_equal(fixture_ask(&f, "three.com", A), "- pass");
	assert_int_equal(f.verdict.generation, 2);
	fixture_free(&f);
}

/* A third generation still lives on the content of the first. */
static void
content_outlives_its_generation(void **state)
{
	struct fixture f;
	struct next next;

	(void)state;
	two_lists(&f);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(
			renew(&f, &next,
				i % 2 == 0 ? LIST("a") LIST("b") "ttl = 5\n" : LIST("a") LIST("b"),
				NULL),
			0);
		build(&f, &next);
		take(&f, &next);
	}
	assert_string_equal(fixture_ask(&f, "four.com", A), "b nxdomain b.txt:2");
	replace(&f, "a.txt", "five.com\nsix.com\n");
	assert_int_equal(renew(&f, &next, LIST("a") LIST("b"), NULL), 0);
	build(&f, &next);
	take(&f, &next);
	assert_string_equal(fixture_ask(&f, "four.com", A), "b nxdomain b.txt:2");
	assert_string_equal(fixture_ask(&f, "five.com", A), "a nxdomain a.txt:1");
	assert_string_equal(fixture_ask(&f, "one.com", A), "- pass");
	assert_int_equal(f.verdict.generation, 5);
	fixture_free(&f);
}

/* The other list is taken over with its rules, conditions and lines, under another number, too. */
static void
a_list_that_has_not_changed_is_not_read(void **state)
{
	struct fixture f;
	struct next next;
	char path[128];

	(void)state;
	fixture_init(&f);
	fixture_file(&f, "a.txt", "one.com\n");
	fixture_file(&f, "b.txt", "||typed.com^$dnstype=AAAA\n@@||good.com^\n||com^$important\n");
	fixture_build(&f, LIST("a") "[list b]\npath = b.txt\nformat = adblock\n");
	replace(&f, "a.txt", "two.com\n");
	snprintf(path, sizeof(path), "%s/b.txt", f.dir);
	assert_int_equal(
		renew(&f, &next, "[list b]\npath = b.txt\nformat = adblock\n" LIST("a"), NULL), 0);
	build(&f, &next);
	take(&f, &next);
	assert_string_equal(fixture_ask(&f, "typed.com", 28), "b nxdomain b.txt:1");
	assert_string_equal(fixture_ask(&f, "typed.com", A), "- pass");
	assert_string_equal(fixture_ask(&f, "x.good.com", A), "b pass b.txt:2");
	assert_string_equal(fixture_ask(&f, "two.com", A), "a nxdomain a.txt:1");
	fixture_free(&f);
}

/* One list is asked for: it is read though its file is the same, the other is not though it isn't.
 */
static void
one_list_alone_is_read(void **state)
{
	struct fixture f;
	struct next next;

	(void)state;
	two_lists(&f);
	replace(&f, "a.txt", "five.com\nsix.com\n");
	replace(&f, "b.txt", "seven.com\nten.com\n");
	assert_int_equal(renew(&f, &next, NULL, "b"), 0);
	build(&f, &next);
	take(&f, &next);
	assert_string_equal(fixture_ask(&f, "one.com", A), "a nxdomain a.txt:1");
	assert_string_equal(fixture_ask(&f, "seven.com", A), "b nxdomain b.txt:1");
	fixture_free(&f);
}

/* Another filter is another table of the same names, beside the one that the lcore still has. */
static void
another_filter_is_another_table(void **state)
{
	struct fixture f;
	struct next next;
	size_t before;

	(void)state;
	two_lists(&f);
	before = heap_bytes();
	assert_int_equal(
		renew(&f, &next, LIST("a") LIST("b") "[domains]\nfilter_bits = 0\n", NULL), 0);
	build(&f, &next);
	assert_ptr_not_equal(next.view->domains, f.view->domains);
	take(&f, &next);
	assert_string_equal(fixture_ask(&f, "one.com", A), "a nxdomain a.txt:1");
	assert_int_equal(renew(&f, &next, LIST("a") LIST("b"), NULL), 0);
	build(&f, &next);
	take(&f, &next);
	assert_int_equal(heap_bytes(), before);
	fixture_free(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_failure_leaves_the_one_before),
		cmocka_unit_test(a_list_may_shrink_so_far),
		cmocka_unit_test(what_has_not_changed_is_shared),
		cmocka_unit_test(content_outlives_its_generation),
		cmocka_unit_test(a_list_that_has_not_changed_is_not_read),
		cmocka_unit_test(one_list_alone_is_read),
		cmocka_unit_test(another_filter_is_another_table),
	};

	return cmocka_run_group_tests(tests, unit_eal_start, unit_eal_stop);
}

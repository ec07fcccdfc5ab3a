/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * One generation behind another: what is read again, what is shared, what is refused.
 */
#include "place.h"
#include "policy_next.h"

#include <rte_malloc.h>

#include <sys/stat.h>

#define A 1

static size_t
heap_bytes(void)
{
	struct rte_malloc_socket_stats stats;

	rte_malloc_get_socket_stats(unit_eal_node(), &stats);
	return stats.heap_allocsz_bytes;
}

/* What is refused is new: nothing has been read of it that could stay. */
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
	assert_int_equal(renew(&f, &next, LIST("a") "[list c]\npath = c.txt\n", NULL), -ENOENT);
	assert_null(next.policy);
	assert_non_null(strstr(f.err.text, "weir.ini:5: [list c] path"));
	drop(&next);
	snprintf(dir, sizeof(dir), "%s/d", f.dir);
	assert_int_equal(mkdir(dir, 0700), 0);
	assert_true(renew(&f, &next, "[list a]\npath = d\n", NULL) < 0);
	drop(&next);
	rmdir(dir);
	assert_int_equal(heap_bytes(), before);
	assert_string_equal(fixture_ask(&f, "x.three.com", A), "b nxdomain b.txt:1");
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
		cmocka_unit_test(what_has_not_changed_is_shared),
		cmocka_unit_test(content_outlives_its_generation),
		cmocka_unit_test(a_list_that_has_not_changed_is_not_read),
		cmocka_unit_test(one_list_alone_is_read),
		cmocka_unit_test(another_filter_is_another_table),
	};

	return cmocka_run_group_tests(tests, unit_eal_start, unit_eal_stop);
}

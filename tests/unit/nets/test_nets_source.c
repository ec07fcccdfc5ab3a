/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "nets_naive.h"

#include <errno.h>

/* Whose turn it is to fail; below 0: nobody's. */
static int failing = -1;

static bool
fails(void)
{
	return failing >= 0 && failing-- == 0;
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *old, size_t size);

void *
__wrap_malloc(size_t size)
{
	return fails() ? NULL : __real_malloc(size);
}

void *
__wrap_calloc(size_t n, size_t size)
{
	return fails() ? NULL : __real_calloc(n, size);
}

void *
__wrap_realloc(void *old, size_t size)
{
	return fails() ? NULL : __real_realloc(old, size);
}

/* Every allocation fails once; what was taken before it is given back (ASan tells). */
static void
walk(enum nets_kind kind)
{
	struct naive *n = naive_new(kind);
	struct nets_rules rules = {.kind = kind, .get = naive_get, .arg = n};
	struct nets_source *source;
	struct base_err err;
	int ret = -1;

	naive_add(n, "10.0.0.0/8", 0, 1);
	naive_add(n, "10.1.0.0/16", 0, 2);
	naive_add(n, "2001:db8::1", 0, 3);
	rules.nb = n->nb;
	for (int turn = 0; ret != 0; turn++) {
		assert_true(turn < 20);
		failing = turn;
		ret = nets_source_build(&rules, &source, &err);
		failing = -1;
		assert_true(ret == 0 || ret == -ENOMEM);
		assert_true((source != NULL) == (ret == 0));
		if (ret != 0)
			assert_int_equal(err.exit, BASE_EXIT_UNAVAILABLE);
	}
	nets_source_free(source);
	naive_free(n);
}

static void
no_memory_is_said_and_nothing_kept(void **state)
{
	(void)state;
	walk(NETS_NUMBERS);
	walk(NETS_SETS);
}

/* The order of rules says nothing but which of equal ones stands. */
static void
of_equal_prefixes_the_first_rule_stands(void **state)
{
	struct naive *n = naive_new(NETS_NUMBERS);

	(void)state;
	naive_add(n, "10.0.0.0/8", 0, 1);
	naive_add(n, "9.0.0.0/8", 0, 5);
	naive_add(n, "10.0.0.0/8", 0, 2);
	naive_add(n, "10.0.0.0/8", 3, 3);
	naive_build(n);
	assert_int_equal(naive_ask(n, "10.0.0.1", 0).value, 1);
	assert_int_equal(naive_ask(n, "9.0.0.1", 0).value, 5);
	assert_int_equal(naive_ask(n, "10.0.0.1", 3).value, 3);
	naive_free(n);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_memory_is_said_and_nothing_kept),
		cmocka_unit_test(of_equal_prefixes_the_first_rule_stands),
	};

	if (unit_eal_up(256) < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, unit_eal_stop);
}

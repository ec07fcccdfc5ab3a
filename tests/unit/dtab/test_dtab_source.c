/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "dtab_rules.h"
#include "unit.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

static struct made_rules made;
static struct dns_fp_key key;

static int
build(struct dtab_source **source, struct base_err *err)
{
	struct dtab_rules rules = made_rules(&made);

	return dtab_source_build(&rules, &key, source, err);
}

static void
rules_without_a_name_are_refused(void **state)
{
	static const struct {
		const char *wire;
		uint8_t len;
	} bad[] = {{"", 0}, {"\003com", 4}, {"\003com\0\0", 6}, {"\100", 1}, {"\300\014", 2}};
	struct dtab_source *source;
	struct base_err err;

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(bad); i++) {
		made.nb = 0;
		made_add(&made, (const uint8_t *)"\003com", 5)->list = 7;
		made_add(&made, (const uint8_t *)bad[i].wire, bad[i].len)->list = 7;
		assert_int_equal(build(&source, &err), -EINVAL);
		assert_null(source);
		assert_non_null(strstr(err.text, "rule 1 of list 7"));
	}
	made.nb = 0;
	made_add(&made, (const uint8_t *)"\003com", 5)->kind = DTAB_NB_KINDS;
	assert_int_equal(build(&source, &err), -EINVAL);
	made.rules[0].kind = DTAB_EXACT;
	made.rules[0].class = DTAB_NB_CLASSES;
	assert_int_equal(build(&source, &err), -EINVAL);
}

/* Numbers of the others are what they were: the caller knows rules by them. */
static void
a_rule_about_no_name_is_passed_over(void **state)
{
	struct dtab_counts counts;
	struct dtab_source *source;
	const uint32_t *rules;

	(void)state;
	made.nb = 0;
	made_add(&made, (const uint8_t *)"\003com", 5)->list = 1;
	made_add(&made, (const uint8_t *)"", 0)->name = NULL;
	made_add(&made, (const uint8_t *)"\003org", 5)->list = 2;
	made_add(&made, (const uint8_t *)"\003com", 5)->list = 3;
	made_add(&made, (const uint8_t *)"", 0)->name = NULL;
	assert_int_equal(build(&source, NULL), 0);
	dtab_source_counts(source, &counts);
	assert_int_equal(counts.names, 2);
	assert_int_equal(dtab_source_rules(source, 0, &rules), 2);
	assert_int_equal(rules[0], 0);
	assert_int_equal(rules[1], 3);
	assert_int_equal(dtab_source_rules(source, 1, &rules), 1);
	assert_int_equal(rules[0], 2);
	dtab_source_free(source);
}

static void
rules_are_grouped_by_name(void **state)
{
	struct dtab_counts counts;
	struct dtab_source *source;
	bool seen[MADE_MAX] = {false};
	uint32_t total = 0;

	(void)state;
	made_fill(&made, 5000, 0, 1);
	assert_int_equal(build(&source, NULL), 0);
	dtab_source_counts(source, &counts);
	assert_in_range(counts.names, 100, 4999);
	assert_in_range(counts.filter_keys, counts.names, 2 * counts.names);
	for (uint32_t id = 0; id < counts.names; id++) {
		const uint32_t *rules;
		uint32_t nb = dtab_source_rules(source, id, &rules);

		assert_true(nb > 0);
		total += nb;
		for (uint32_t i = 0; i < nb; i++) {
			const struct dtab_rule *rule = &made.rules[rules[i]];
			const struct dtab_rule *first = &made.rules[rules[0]];

			assert_false(seen[rules[i]]);
			seen[rules[i]] = true;
			assert_true(i == 0 || rules[i] > rules[i - 1]);
			assert_int_equal(rule->name_len, first->name_len);
			assert_memory_equal(rule->name, first->name, first->name_len);
		}
	}
	assert_int_equal(total, made.nb);
	assert_true(dtab_source_bytes(source) > counts.names * 28);
	dtab_source_free(source);
}

static void
equal_details_are_stored_once(void **state)
{
	struct dtab_counts counts;
	struct dtab_source *source;
	uint8_t name[] = {2, 'a', 'a', 4, 't', 'e', 's', 't', 0};

	(void)state;
	made.nb = 0;
	for (uint32_t i = 0; i < 2000; i++) {
		struct dtab_rule *rule;

		name[1] = (uint8_t)(0x80 + i % 50);
		name[2] = (uint8_t)(0x80 + i / 50);
		rule = made_add(&made, name, sizeof(name));
		rule->kind = i % 2 == 0 ? DTAB_SUBTREE : DTAB_EXACT;
		if (i % 10 == 0)
			rule->class = DTAB_EXCEPTION;
		/* The same name again in a stronger form: an extra beside a set. */
		if (i % 10 == 1)
			made_add(&made, name, sizeof(name))->cond = 3;
	}
	assert_int_equal(build(&source, NULL), 0);
	dtab_source_counts(source, &counts);
	assert_int_equal(counts.names, 2000);
	assert_int_equal(counts.filter_keys, 2000);
	assert_int_equal(counts.details, 4);
	assert_int_equal(counts.extras, 2);
	dtab_source_free(source);
}

static void
of_rules_that_differ_in_action_the_first_stands(void **state)
{
	static const uint8_t name[] = "\001a\004test";
	struct dtab_extra plain = {.kind = DTAB_EXACT, .class = DTAB_BLOCK};
	struct dtab_counts counts;
	struct dtab_source *source;

	(void)state;
	made.nb = 0;
	made_add(&made, name, sizeof(name));
	made_add(&made, name, sizeof(name))->action = 3;
	assert_int_equal(build(&source, NULL), 0);
	dtab_source_counts(source, &counts);
	assert_int_equal(counts.extras, 0);
	assert_int_equal(dtab_source_find(source, 0, &plain), 0);
	dtab_source_free(source);

	made.nb = 0;
	made_add(&made, name, sizeof(name))->action = 3;
	made_add(&made, name, sizeof(name));
	made_add(&made, name, sizeof(name))->action = 4;
	made_add(&made, name, sizeof(name))->cond = 1;
	assert_int_equal(build(&source, NULL), 0);
	dtab_source_counts(source, &counts);
	assert_int_equal(counts.extras, 2);
	assert_int_equal(dtab_source_find(source, 0, &plain), 0);
	plain.cond = 1;
	assert_int_equal(dtab_source_find(source, 0, &plain), 3);
	plain.cond = 2;
	assert_int_equal(dtab_source_find(source, 0, &plain), DTAB_NONE);
	dtab_source_free(source);
}

#if !defined(__SANITIZE_ADDRESS__) /* whose shadow memory does not live under a limit */
static void
counted_get(const void *arg, uint32_t index, struct dtab_rule *rule)
{
	static uint8_t name[] = {8, 0, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 2, 'x', 'x', 0};

	(void)arg;
	for (int i = 0; i < 8; i++)
		name[1 + i] = (uint8_t)('a' + (index >> 4 * i) % 16);
	for (int i = 0; i < 5; i++)
		name[10 + i] = (uint8_t)('a' + (index >> 4 * i) % 16);
	*rule = (struct dtab_rule){.name = name,
		.name_len = sizeof(name),
		.class = (uint8_t)(index / 3 % DTAB_NB_CLASSES),
		.cond = (uint16_t)(index / 7),
		.action = DTAB_ACTION_LIST};
}

static uint64_t
address_space(void)
{
	FILE *statm = fopen("/proc/self/statm", "r");
	unsigned long pages = 0;

	assert_non_null(statm);
	assert_int_equal(fscanf(statm, "%lu", &pages), 1);
	fclose(statm);
	return (uint64_t)pages * 4096;
}

/* With a little more memory each time, each allocation fails once. */
static void
no_memory_is_told(void **state)
{
	struct dtab_rules rules = {.nb = 100000, .get = counted_get};
	uint64_t used = address_space();
	struct rlimit before, limit;
	struct dtab_source *source;
	struct dtab_counts counts;
	unsigned refused = 0;
	int ret = -ENOMEM;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_AS, &before), 0);
	for (uint64_t room = 0; ret != 0; room += 256 << 10) {
		struct base_err err = {0};

		limit = (struct rlimit){.rlim_cur = used + room, .rlim_max = before.rlim_max};
		assert_int_equal(setrlimit(RLIMIT_AS, &limit), 0);
		ret = dtab_source_build(&rules, &key, &source, &err);
		assert_int_equal(setrlimit(RLIMIT_AS, &before), 0);
		if (ret != 0) {
			assert_int_equal(ret, -ENOMEM);
			assert_null(source);
			assert_int_equal(err.exit, BASE_EXIT_UNAVAILABLE);
			assert_non_null(strstr(err.text, "100000 rules"));
			refused++;
		}
	}
	assert_true(refused > 20);
	dtab_source_counts(source, &counts);
	assert_int_equal(counts.names, 100000);
	assert_int_equal(counts.filter_keys, 200000);
	dtab_source_free(source);
}
#endif

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rules_without_a_name_are_refused),
#if !defined(__SANITIZE_ADDRESS__)
		cmocka_unit_test(no_memory_is_told),
#endif
		cmocka_unit_test(a_rule_about_no_name_is_passed_over),
		cmocka_unit_test(rules_are_grouped_by_name),
		cmocka_unit_test(equal_details_are_stored_once),
		cmocka_unit_test(of_rules_that_differ_in_action_the_first_stands),
	};

	key = made_key();
	return cmocka_run_group_tests(tests, NULL, NULL);
}

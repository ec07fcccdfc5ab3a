/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "nets_naive.h"

#include <stdio.h>

#define MB (1 << 20)

struct sum {
	uint64_t head, hash4, hash6, fib4, fib6;
	int misplaced;
};

static void
visit(const struct place_entry *entry, void *arg)
{
	struct sum *sum = arg;
	struct {
		const char *name;
		uint64_t *bytes;
	} parts[] = {{"nets node 0 head", &sum->head}, {"nets node 0 hash of IPv4", &sum->hash4},
		{"nets node 0 hash of IPv6", &sum->hash6}, {"nets node 0 IPv4", &sum->fib4},
		{"nets node 0 IPv6", &sum->fib6}};

	for (size_t i = 0; i < UNIT_COUNT(parts); i++) {
		if (strcmp(entry->name, parts[i].name) == 0)
			*parts[i].bytes += entry->bytes;
	}
	sum->misplaced += entry->misplaced > 0 || entry->wanted != unit_eal_node();
}

/* What was told before is what the ledger has; a part that is not told is not there. */
static void
is_near(uint64_t told, uint64_t took)
{
	if (llabs((long long)(told - took)) * 20 > (long long)took)
		fail_msg("told %lu, took %lu", told, took);
}

static void
holds_to_the_ledger(const struct naive *n)
{
	struct sum sum = {0};
	struct nets_parts parts;

	assert_int_equal(place_verify(NULL, NULL), 0);
	place_walk(visit, &sum);
	nets_parts(n->source, &parts);
	is_near(parts.head, sum.head);
	is_near(parts.hash4, sum.hash4);
	is_near(parts.hash6, sum.hash6);
	is_near(parts.fib4, sum.fib4);
	is_near(parts.fib6, sum.fib6);
	assert_int_equal(sum.misplaced, 0);
}

static void
add_many(struct naive *n, const char *fmt4, uint32_t nb, uint16_t vlan)
{
	char prefix[64];

	for (uint32_t i = 0; i < nb; i++) {
		snprintf(prefix, sizeof(prefix), "%u.%u.%s", 10 + i / 200, i % 200, fmt4);
		naive_add(n, prefix, vlan, (uint16_t)i);
	}
}

static void
every_part_is_told_before_it_is_made(void **state)
{
	static const struct {
		const char *what;
		uint32_t nb;
		uint16_t vlan;
	} rows[] = {{"0.0/16", 1, 0}, {"1.2", 3000, 0}, {"0.0/16", 2000, 0}, {"1.0/27", 2000, 0},
		{"1.0/24", 500, 7}};

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(rows); i++) {
		struct naive *n = naive_new(NETS_NUMBERS);

		add_many(n, rows[i].what, rows[i].nb, rows[i].vlan);
		if (i % 2 == 0)
			naive_add(n, "2001:db8::/48", 0, 1);
		if (i == 1)
			naive_add(n, "2001:db8::1", 0, 1);
		naive_build(n);
		holds_to_the_ledger(n);
		naive_free(n);
	}
}

static unsigned
count_lines(void)
{
	struct place_total totals[PLACE_NODES_MAX];
	unsigned nb = place_totals(totals);
	uint64_t bytes = 0;

	for (unsigned i = 0; i < nb; i++)
		bytes += totals[i].ledger_bytes;
	return (unsigned)bytes;
}

/* A heap too small for the fib: whatever part fails, nothing is left. */
static void
what_does_not_fit_leaves_nothing(void **state)
{
	struct naive *n = naive_new(NETS_NUMBERS);
	struct nets_rules rules = {.kind = NETS_NUMBERS, .get = naive_get, .arg = n};
	struct nets_spec spec = {.name = "nets", .node = unit_eal_node()};
	struct place_what what = {.name = "ballast", .node = unit_eal_node()};
	unsigned before, failed = 0;
	struct base_err err;
	void *ballast;

	(void)state;
	add_many(n, "1.2", 2000, 0);
	naive_add(n, "10.0.0.0/8", 0, 1);
	naive_add(n, "2001:db8::/48", 0, 1);
	naive_add(n, "2001:db8::1", 0, 1);
	rules.nb = n->nb;
	assert_int_equal(nets_source_build(&rules, &n->source, &err), 0);
	for (size_t mb = 255; mb > 40; mb -= 5) {
		if (place_zalloc(&what, mb * MB, 0, &ballast, &err) < 0)
			continue;
		before = count_lines();
		if (nets_build(n->source, &spec, &n->nets, &err) < 0) {
			failed++;
			assert_null(n->nets);
			assert_int_equal(err.exit, BASE_EXIT_UNAVAILABLE);
			assert_int_equal(count_lines(), before);
		}
		nets_free(n->nets);
		n->nets = NULL;
		place_free(ballast);
	}
	assert_true(failed > 1);
	naive_free(n);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_part_is_told_before_it_is_made),
		cmocka_unit_test(what_does_not_fit_leaves_nothing),
	};

	if (unit_eal_up(256) < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, unit_eal_stop);
}

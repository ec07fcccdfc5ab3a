/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "dtab_rules.h"
#include "unit.h"
#include "unit_eal.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#define HEAP_MB 64

static struct made_rules made;
static struct dns_fp_key key;
static const struct place_owner lcore = {.kind = PLACE_OWNER_LCORE, .id = 0};

struct sum {
	uint64_t bytes;
	unsigned lines;
};

static void
sum_visit(const struct place_entry *entry, void *arg)
{
	struct sum *sum = arg;

	assert_non_null(strstr(entry->name, "lcore 0"));
	assert_int_equal(entry->wanted, unit_eal_node());
	sum->bytes += entry->bytes;
	sum->lines++;
}

static struct sum
ledger_sum(void)
{
	struct sum sum = {0};

	place_walk(sum_visit, &sum);
	return sum;
}

static struct dtab_source *
source_of(uint32_t nb, uint32_t shortest)
{
	struct dtab_source *source;
	struct dtab_rules rules;

	made_fill(&made, nb, shortest, nb);
	rules = made_rules(&made);
	assert_int_equal(dtab_source_build(&rules, &key, &source, NULL), 0);
	return source;
}

static uint64_t
node_bytes(void)
{
	struct place_total totals[PLACE_NODES_MAX];
	unsigned nb = place_totals(totals);
	uint64_t sum = 0;

	for (unsigned i = 0; i < nb; i++)
		sum += totals[i].eal_bytes;
	return sum;
}

/* A node that is full to the brim gets a little room more each time until the table fits. */
static void
no_room_leaves_nothing_behind(void **state)
{
	struct dtab_spec spec = {.node = unit_eal_node(), .owner = lcore, .filter_bits = 64};
	struct place_what filler = {.name = "filler lcore 0", .node = spec.node, .owner = lcore};
	struct dtab_source *source = source_of(3000, 0);
	uint64_t before = node_bytes();
	unsigned refused = 0;
	int ret = -ENOMEM;

	(void)state;
	for (size_t room = 0; ret != 0; room += 8 << 10) {
		size_t used = ((size_t)HEAP_MB << 20) - before - room;
		struct base_err err = {0};
		struct dtab *dtab;
		uint64_t full;
		void *block;

		if (place_zalloc(&filler, used, 0, &block, NULL) != 0)
			continue; /* the heap's own overhead */
		full = node_bytes();
		ret = dtab_build(source, &spec, &dtab, &err);
		if (ret != 0) {
			assert_int_equal(ret, -ENOMEM);
			assert_null(dtab);
			assert_int_equal(err.exit, BASE_EXIT_UNAVAILABLE);
			assert_non_null(strstr(err.text, "dtab lcore 0"));
			assert_int_equal(node_bytes(), full);
			refused++;
		}
		dtab_free(dtab);
		place_free(block);
	}
	assert_true(refused > 10);
	assert_int_equal(node_bytes(), before);
	dtab_source_free(source);
}

static void
no_size_refuses_a_key(void **state)
{
	static struct dtab_scratch scratch;

	(void)state;
	for (uint32_t nb = 1; nb <= 5000; nb += nb < 70 ? 1 : nb / 7) {
		struct dtab_spec spec = {.node = unit_eal_node(), .owner = lcore};
		struct dtab_source *source = source_of(nb, 0);
		struct dtab_counts counts;
		struct dtab *dtab;

		dtab_source_counts(source, &counts);
		assert_int_equal(dtab_build(source, &spec, &dtab, NULL), 0);
		for (uint32_t i = 0; i < nb; i++) {
			struct dns_fp fps[DNS_LABELS_MAX + 1];
			struct dtab_query query = {.fps = fps};
			struct dtab_hits hits;
			struct dns_name name;

			dns_name_from_wire(made.rules[i].name, made.rules[i].name_len, &name);
			dns_fp_suffixes(&key, &name, fps);
			query.labels = name.labels;
			dtab_lookup_burst(dtab, &query, 1, &scratch, &hits);
			assert_true(hits.nb >= 1);
			assert_int_equal(hits.hit->labels, name.labels);
			assert_true(hits.hit->name_id < counts.names);
		}
		dtab_free(dtab);
		dtab_source_free(source);
	}
}

/* All entries at once in the buckets of a power of two, which is as full as a table gets. */
static void
a_full_power_of_two_refuses_none(void **state)
{
	static const uint32_t sizes[] = {8, 16, 64, 1024, 4096};

	(void)state;
	for (size_t s = 0; s < UNIT_COUNT(sizes); s++) {
		struct dtab_spec spec = {.node = unit_eal_node(), .owner = lcore};
		struct dtab_source *source;
		struct dtab_counts counts;
		struct dtab_rules rules;
		struct dtab *dtab;

		made.nb = 0;
		while (made.nb < sizes[s]) {
			uint8_t name[] = {
				4, (uint8_t)made.nb, (uint8_t)(made.nb >> 8), '-', '-', 0};

			/* Octets of a name have no upper case here: a canonical label. */
			name[1] = (uint8_t)('a' + made.nb % 16);
			name[2] = (uint8_t)('a' + made.nb / 16 % 16);
			name[3] = (uint8_t)('a' + made.nb / 256 % 16);
			made_add(&made, name, sizeof(name));
		}
		rules = made_rules(&made);
		assert_int_equal(dtab_source_build(&rules, &key, &source, NULL), 0);
		dtab_source_counts(source, &counts);
		assert_int_equal(counts.names, sizes[s]);
		assert_int_equal(dtab_build(source, &spec, &dtab, NULL), 0);
		dtab_free(dtab);
		dtab_source_free(source);
	}
}

static void
bytes_are_told_within_five_percent(void **state)
{
	(void)state;
	for (uint32_t nb = 1; nb < 6000; nb = nb * 2 + 1) {
		struct dtab_source *source = source_of(nb, nb % 3);

		for (unsigned bits = 0; bits <= 16; bits += 8) {
			struct dtab_spec spec = {
				.node = unit_eal_node(), .owner = lcore, .filter_bits = bits};
			struct dtab_counts counts;
			struct dtab *dtab;
			struct sum sum;
			uint64_t told;

			dtab_source_counts(source, &counts);
			told = dtab_bytes(&counts, bits);
			assert_int_equal(dtab_build(source, &spec, &dtab, NULL), 0);
			sum = ledger_sum();
			assert_int_equal(sum.lines, bits == 0 ? 2 : 3);
			if (told * 20 < sum.bytes * 19 || told * 20 > sum.bytes * 21)
				fail_msg("%u rules, %u bits: told %" PRIu64 ", took %" PRIu64, nb,
					bits, told, sum.bytes);
			dtab_free(dtab);
			assert_int_equal(ledger_sum().lines, 0);
		}
		dtab_source_free(source);
	}
}

/* The grouping, and each replica. */
static void
what_is_given_up_leaves_nothing_behind(void **state)
{
	struct base_cancel cancel = {false};
	struct dtab_spec spec = {
		.node = unit_eal_node(), .owner = lcore, .filter_bits = 8, .cancel = &cancel};
	struct dtab_source *source = source_of(500, 0), *none;
	struct dtab_rules rules = made_rules(&made);
	uint64_t before = node_bytes();
	struct base_err err = {0};
	struct dtab *dtab;

	(void)state;
	rules.cancel = &cancel;
	base_cancel_ask(&cancel);
	assert_int_equal(dtab_build(source, &spec, &dtab, &err), -ECANCELED);
	assert_null(dtab);
	assert_int_equal(node_bytes(), before);
	assert_int_equal(ledger_sum().lines, 0);
	assert_int_equal(dtab_source_build(&rules, &key, &none, &err), -ECANCELED);
	assert_null(none);
	assert_int_equal(err.exit, BASE_EXIT_FAILURE);
	dtab_source_free(source);
}

static void
replicas_stand_apart(void **state)
{
	struct dtab_spec spec = {.node = unit_eal_node(), .owner = lcore, .filter_bits = 8};
	struct dtab_source *source = source_of(500, 0);
	struct dtab *first, *second;

	(void)state;
	assert_int_equal(dtab_build(source, &spec, &first, NULL), 0);
	assert_int_equal(dtab_build(source, &spec, &second, NULL), 0);
	assert_int_equal(ledger_sum().lines, 6);
	dtab_free(first);
	assert_int_equal(ledger_sum().lines, 3);
	assert_int_equal(place_verify(NULL, NULL), 0);
	dtab_free(second);
	dtab_free(NULL);
	dtab_source_free(source);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_room_leaves_nothing_behind),
		cmocka_unit_test(a_full_power_of_two_refuses_none),
		cmocka_unit_test(no_size_refuses_a_key),
		cmocka_unit_test(bytes_are_told_within_five_percent),
		cmocka_unit_test(what_is_given_up_leaves_nothing_behind),
		cmocka_unit_test(replicas_stand_apart),
	};
	int failed;

	if (unit_eal_up(HEAP_MB) < 0)
		return 1;
	key = made_key();
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	unit_eal_stop(NULL);
	return failed;
}

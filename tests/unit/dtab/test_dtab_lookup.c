/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "dtab_rules.h"
#include "unit.h"
#include "unit_eal.h"

#include <string.h>

static struct made_rules made;
static struct made_details expected;
static struct dtab_scratch scratch;
static struct dns_fp_key key;

/* A burst in the making: names, their fingerprints, and what was found. */
static struct {
	struct dns_name name[DTAB_BURST_MAX];
	struct dns_fp fps[DTAB_BURST_MAX][DNS_LABELS_MAX + 1];
	struct dtab_query query[DTAB_BURST_MAX];
	struct dtab_hits hits[DTAB_BURST_MAX];
	uint16_t nb;
} burst;

static struct dtab_source *
source_of(const struct made_rules *from)
{
	struct dtab_rules rules = made_rules(from);
	struct dtab_source *source;

	assert_int_equal(dtab_source_build(&rules, &key, &source, NULL), 0);
	return source;
}

static struct dtab *
replica_of(const struct dtab_source *source, unsigned filter_bits)
{
	struct dtab_spec spec = {.node = unit_eal_node(),
		.owner = {.kind = PLACE_OWNER_LCORE, .id = 0},
		.filter_bits = filter_bits};
	struct dtab *dtab;

	assert_int_equal(dtab_build(source, &spec, &dtab, NULL), 0);
	return dtab;
}

static void
check_hit(const struct dtab_source *source, const struct dtab *dtab, const struct dtab_hit *hit)
{
	const struct dtab_details *details = hit->details;
	const uint32_t *rules;

	assert_true(base_set_equal(&details->exact, &expected.exact));
	assert_true(base_set_equal(&details->subtree, &expected.subtree));
	assert_true(base_set_equal(&details->below, &expected.below));
	assert_int_equal(details->nb_extras, expected.nb_extras);
	for (uint32_t i = 0; i < details->nb_extras; i++) {
		assert_memory_equal(
			&details->extras[i], &expected.extras[i], sizeof(struct dtab_extra));
		assert_true(dtab_source_find(source, hit->name_id, &details->extras[i]) < made.nb);
		if (details->extras[i].data != 0)
			assert_int_equal(dtab_data(dtab)[details->extras[i].data - 1],
				made_data[details->extras[i].data - 1]);
	}
	assert_int_equal(dtab_source_rules(source, hit->name_id, &rules), expected.nb_rules);
}

static void
check_name(const struct dtab_source *source, const struct dtab *dtab, uint16_t index)
{
	const struct dns_name *name = &burst.name[index];
	const struct dtab_hits *hits = &burst.hits[index];
	uint8_t at = 0;

	for (int labels = name->labels; labels >= 0; labels--) {
		uint8_t start =
			labels == 0 ? (uint8_t)(name->len - 1) : name->start[name->labels - labels];

		made_lookup(&made, name->wire + start, (uint8_t)(name->len - start), &expected);
		if (expected.nb_rules == 0)
			continue;
		assert_true(at < hits->nb);
		assert_int_equal(hits->hit[at].labels, labels);
		check_hit(source, dtab, &hits->hit[at]);
		at++;
	}
	assert_int_equal(hits->nb, at);
}

static void
burst_check(const struct dtab_source *source, const struct dtab *dtab)
{
	memset(burst.hits, 0xa5, sizeof(burst.hits));
	dtab_lookup_burst(dtab, burst.query, burst.nb, &scratch, burst.hits);
	for (uint16_t i = 0; i < burst.nb; i++)
		check_name(source, dtab, i);
	burst.nb = 0;
}

static void
burst_add(const uint8_t *wire, uint8_t len)
{
	uint16_t i = burst.nb++;

	assert_int_equal(dns_name_from_wire(wire, len, &burst.name[i]), DNS_ok);
	dns_fp_suffixes(&key, &burst.name[i], burst.fps[i]);
	burst.query[i] = (struct dtab_query){.fps = burst.fps[i], .labels = burst.name[i].labels};
}

/* The rule's name, its parent, a child, a sibling, and any name at all. */
static void
burst_around(const struct dtab_rule *rule)
{
	uint8_t name[DNS_NAME_MAX], len = rule->name_len, parent;

	burst_add(rule->name, len);
	if (len > 1) {
		parent = (uint8_t)(rule->name[0] + 1);
		burst_add(rule->name + parent, (uint8_t)(len - parent));
		memcpy(name, rule->name, len);
		name[1] ^= 1;
		burst_add(name, len);
	}
	memcpy(name, rule->name, len);
	if (made_child(name, &len, (const uint8_t *)"w", 1))
		burst_add(name, len);
	burst_add(name, made_name(&made, 6, name));
}

static void
every_rule_parent_and_child(void **state)
{
	static const unsigned filters[] = {0, 1, 8, 32};

	(void)state;
	for (uint32_t round = 0; round < 12; round++) {
		struct dtab_source *source;
		struct dtab *dtab;

		made_fill(&made, round % 4 == 3 ? 1 : 300, round % 3, round);
		source = source_of(&made);
		dtab = replica_of(source, filters[round % UNIT_COUNT(filters)]);
		for (uint32_t i = 0; i < made.nb; i++) {
			burst_around(&made.rules[i]);
			if (burst.nb + 5 > DTAB_BURST_MAX || made_random(&made, 7) == 0)
				burst_check(source, dtab);
		}
		burst_check(source, dtab);
		dtab_free(dtab);
		dtab_source_free(source);
	}
}

/* 64 names of 127 labels with a rule for each suffix, the root's too: as many hits as there can be.
 */
static void
as_many_hits_as_there_can_be(void **state)
{
	struct dtab_source *source;
	uint8_t name[DNS_NAME_MAX];

	(void)state;
	made.nb = 0;
	for (unsigned len = 1; len <= DNS_NAME_MAX; len += 2) {
		memset(name, 1, sizeof(name));
		name[len - 1] = 0;
		made_add(&made, name, (uint8_t)len)->kind = DTAB_SUBTREE;
	}
	assert_int_equal(made.nb, DNS_LABELS_MAX + 1);
	source = source_of(&made);
	for (unsigned bits = 0; bits <= 8; bits += 8) {
		struct dtab *dtab = replica_of(source, bits);

		for (int i = 0; i < DTAB_BURST_MAX; i++)
			burst_add(name, DNS_NAME_MAX);
		burst_check(source, dtab);
		assert_int_equal(burst.hits[DTAB_BURST_MAX - 1].nb, DNS_LABELS_MAX + 1);
		dtab_free(dtab);
	}
	dtab_source_free(source);
}

static void
an_empty_table_and_an_empty_burst(void **state)
{
	struct dtab_source *source;

	(void)state;
	made.nb = 0;
	made.random = 5;
	source = source_of(&made);
	for (unsigned bits = 0; bits <= 8; bits += 8) {
		struct dtab *dtab = replica_of(source, bits);

		burst_check(source, dtab);
		burst_add((const uint8_t *)"\001a\002bc\003com", 10);
		burst_add((const uint8_t *)"", 1);
		burst_check(source, dtab);
		dtab_free(dtab);
	}
	dtab_source_free(source);
}

static uint8_t
numbered_name(uint32_t number, const char *zone, uint8_t name[DNS_NAME_MAX])
{
	char label[16], other[16];
	uint8_t len = 1;

	name[0] = 0;
	snprintf(label, sizeof(label), "h%u", number);
	snprintf(other, sizeof(other), "%s%u", zone, number);
	made_child(name, &len, (const uint8_t *)"test", 4);
	made_child(name, &len, (const uint8_t *)other, (uint8_t)strlen(other));
	made_child(name, &len, (const uint8_t *)label, (uint8_t)strlen(label));
	return len;
}

/* Names that no rule is near hardly ever reach the table; those with rules always do. */
static void
the_filter_rules_out_strangers(void **state)
{
	struct dtab_source *source;
	struct dtab *dtab;
	uint8_t name[DNS_NAME_MAX], len;

	(void)state;
	made.nb = 0;
	for (uint32_t i = 0; i < MADE_MAX; i++) {
		len = numbered_name(i, "bad", name);
		made_add(&made, name, len);
	}
	source = source_of(&made);
	dtab = replica_of(source, 8);
	memset(&scratch, 0, sizeof(scratch));
	for (uint32_t i = 0; i < MADE_MAX; i++) {
		burst_add(name, numbered_name(i, "good", name));
		dtab_lookup_burst(dtab, burst.query, burst.nb, &scratch, burst.hits);
		burst.nb = 0;
	}
	assert_true(scratch.nb_probed >= MADE_MAX);
	assert_true(scratch.nb_passed < MADE_MAX / 20);
	assert_true(scratch.nb_searched <= scratch.nb_passed);
	assert_int_equal(scratch.nb_found, 0);
	for (uint32_t i = 0; i < MADE_MAX; i++) {
		burst_add(name, numbered_name(i, "bad", name));
		dtab_lookup_burst(dtab, burst.query, burst.nb, &scratch, burst.hits);
		assert_int_equal(burst.hits[0].nb, 1);
		assert_int_equal(burst.hits[0].hit->name_id, i);
		burst.nb = 0;
	}
	assert_int_equal(scratch.nb_found, MADE_MAX);
	dtab_free(dtab);
	dtab_source_free(source);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_many_hits_as_there_can_be),
		cmocka_unit_test(an_empty_table_and_an_empty_burst),
		cmocka_unit_test(every_rule_parent_and_child),
		cmocka_unit_test(the_filter_rules_out_strangers),
	};
	int failed;

	if (unit_eal_up(64) < 0)
		return 1;
	key = made_key();
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	unit_eal_stop(NULL);
	return failed;
}

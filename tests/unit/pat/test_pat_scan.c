/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "dns_name.h"
#include "pat_unit.h"
#include "unit_eal.h"

#define NEVER (PAT_BURST_MAX + 1)

/* A database and scratch on the test's node, names, and what matched. */
struct fixture {
	struct pat_source *source;
	struct pat_db *db;
	struct pat_scratch *scratch;
	struct dns_name wire[PAT_BURST_MAX];
	struct pat_name names[PAT_BURST_MAX];
	struct pat_hit hits[PAT_BURST_MAX];
	struct base_set deciding;
};

static void
open_fixture(struct fixture *f, struct pat_rules rules, uint16_t join_from)
{
	struct base_err err = {0};

	memset(f, 0, sizeof(*f));
	memset(&f->deciding, 0xff, sizeof(f->deciding));
	f->source = pat_unit_build(rules, join_from);
	if (pat_db_build(f->source, unit_eal_node(), &f->db, &err) != 0 ||
		pat_scratch_build(f->source, 0, unit_eal_node(), &f->scratch, &err) != 0)
		fail_msg("%s", err.text);
}

static void
close_fixture(struct fixture *f)
{
	pat_scratch_free(f->scratch);
	pat_db_free(f->db);
	pat_source_free(f->source);
}

static void
scan(struct fixture *f, const char *const *texts, uint16_t n)
{
	for (uint16_t i = 0; i < n; i++) {
		assert_int_equal(
			dns_name_from_text(texts[i], strlen(texts[i]), &f->wire[i], NULL), 0);
		f->names[i] = (struct pat_name){.wire = f->wire[i].wire, .deciding = &f->deciding};
	}
	pat_scan_burst(f->db, f->scratch, f->names, n, f->hits);
	for (uint16_t i = 0; i < n; i++)
		assert_false(f->hits[i].failed);
}

/* Every expression is a list of its own here: what matched name i, as a mask of 64. */
static uint64_t
lists_of(const struct fixture *f, uint16_t i)
{
	return f->hits[i].lists.word[0];
}

/* The same burst scanned name by name and joined: the same matches, those expected. */
static void
expect(struct pat_rules rules, const char *const *texts, const uint64_t *masks, uint16_t n)
{
	static const uint16_t ways[] = {NEVER, 1};
	struct fixture f;

	for (size_t way = 0; way < UNIT_COUNT(ways); way++) {
		open_fixture(&f, rules, ways[way]);
		assert_int_equal(pat_source_report(f.source)->nb_bad, 0);
		scan(&f, texts, n);
		for (uint16_t i = 0; i < n; i++) {
			if (lists_of(&f, i) != masks[i])
				fail_msg("way %zu, `%s`: %#lx, not %#lx", way, texts[i],
					(unsigned long)lists_of(&f, i), (unsigned long)masks[i]);
		}
		close_fixture(&f);
	}
}

/** What crosses a newline: a join would let one name complete what another began. */
static void
neighbours_complete_nothing(void **state)
{
	static const struct pat_unit units[] = {
		{"a[^.]*track", 0, 0},
		{"xa.*by", PAT_DOTALL, 1},
		{"o[^.]n", 0, 2},
		{"a\\st", 0, 3},
		{"^b\\W+x", 0, 4},
		{"a\\nt", 0, 5},
	};
	static const char *const texts[] = {"a", "track", "xa", "by", "o", "n", "a", "t", "b", "x",
		"a-track", "xa-by", "o-n", "b-x"};
	static const uint64_t masks[] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 4, 16};

	(void)state;
	expect(PAT_UNIT_RULES(units), texts, masks, UNIT_COUNT(texts));
}

/** What sees the start and the end of the whole join: hits lost in a scan of the join alone. */
static void
absolute_anchors_see_each_name(void **state)
{
	static const struct pat_unit units[] = {
		{"\\Afoo", 0, 0},
		{"foo\\z", 0, 1},
		{"foo\\Z", 0, 2},
		{"(?-m)^foo", 0, 3},
		{"(?-m)foo$", 0, 4},
		{"(?-m:^)foo$", 0, 5},
		{"^foo$", 0, 6},
		{"(\\A|\\.)bar", 0, 7},
		{"[\\A]oo", 0, 8},
		{"\\Q\\A\\Efoo", 0, 9},
		{"(?x) \\A foo", 0, 10},
	};
	static const char *const texts[] = {"foo", "xfoo", "foox", "x.bar", "foo"};
	static const uint64_t masks[] = {0x47f, 0x16, 0x409, 0x80, 0x47f};
	struct fixture f;

	(void)state;
	/* `[\A]` is an error to some: what Hyperscan takes it for is not the question here. */
	open_fixture(&f, PAT_UNIT_RULES(units), NEVER);
	assert_true(pat_source_report(f.source)->nb_alone >= 4);
	for (uint16_t way = 0; way < 2; way++) {
		scan(&f, texts, UNIT_COUNT(texts));
		for (uint16_t i = 0; i < UNIT_COUNT(texts); i++)
			assert_int_equal(lists_of(&f, i) & ~UINT64_C(0x100), masks[i]);
		close_fixture(&f);
		open_fixture(&f, PAT_UNIT_RULES(units), 1);
	}
	close_fixture(&f);
}

/** A class that ends in `:` is no POSIX class, and what follows it is still rewritten; a name alone
 * in its burst's matches is what a miss of the joined scan would lose. */
static void
anchors_behind_a_class_see_each_name(void **state)
{
	static const struct pat_unit units[] = {
		{"(^|[.])track[0-9:]x\\z", 0, 0},
		{"[:a]b[x:]\\Z", 0, 1},
		{"\\A[^:]c[:]o", 0, 2},
		{"[[:alpha:]:]d\\z", 0, 3},
		{"[[:^digit:]e]e[f:](?-m)$", 0, 4},
		{"[\\Q]:\\E]g\\z", 0, 5},
	};
	static const char *const texts[] = {"track1x", "ab:", "xc:o", "zd", "eef", ":g", "track1xy",
		"xxc:o", "zda", "eefa", "ab:a", "none"};
	static const uint64_t masks[] = {1, 2, 4, 8, 16, 32, 0, 0, 0, 0, 0, 0};

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(units); i++) {
		const struct pat_unit one[] = {units[i]};
		uint64_t mine[UNIT_COUNT(texts)];

		for (size_t k = 0; k < UNIT_COUNT(texts); k++)
			mine[k] = masks[k] & UINT64_C(1) << i;
		expect(PAT_UNIT_RULES(one), texts, mine, UNIT_COUNT(texts));
	}
}

/** SINGLEMATCH would report once for the whole join: 31 names escape. */
static void
one_expression_hits_every_name_of_a_burst(void **state)
{
	static const struct pat_unit units[] = {
		{"^ads", PAT_SINGLE, 0}, {"example$", 0, 1}, {"s[0-9]*\\.", PAT_SINGLE, 2}};
	char text[PAT_BURST_MAX][24];
	const char *texts[PAT_BURST_MAX];
	uint64_t masks[PAT_BURST_MAX];

	(void)state;
	for (int i = 0; i < PAT_BURST_MAX; i++) {
		snprintf(text[i], sizeof(text[i]), "ads%d.example", i);
		texts[i] = text[i];
		masks[i] = 7;
	}
	expect(PAT_UNIT_RULES(units), texts, masks, 32);
	expect(PAT_UNIT_RULES(units), texts, masks, PAT_BURST_MAX);
	expect(PAT_UNIT_RULES(units), texts, masks, 1);
}

static void
what_may_be_empty_matches_names_and_not_the_root(void **state)
{
	static const struct pat_unit units[] = {
		{"z*", PAT_EMPTY, 0}, {"^$", PAT_EMPTY, 1}, {".", 0, 2}, {"^(x|)", PAT_EMPTY, 3}};
	static const char *const texts[] = {".", "a", ".", "b"};
	static const uint64_t masks[] = {0, 13, 0, 13};

	(void)state;
	expect(PAT_UNIT_RULES(units), texts, masks, UNIT_COUNT(texts));
}

/** A dot in a label is no boundary, and no octet is lost. */
static void
odd_octets_are_escaped(void **state)
{
	static const struct pat_unit units[] = {
		{"^a\\.b$", 0, 0},
		{"^a\\\\046b$", 0, 1},
		{"\\\\010", 0, 2},
		{"^[a-z]+$", 0, 3},
		{"\\\\092x", 0, 4},
		{"\\\\228", 0, 5},
		{"^\\(\\$@\"$", 0, 6},
	};
	static const char *const texts[] = {
		"a.b", "a\\.b", "a\\010b", "ABC", "\\\\x", "\\228", "(\\$\\@\""};
	static const uint64_t masks[] = {1, 2, 4, 8, 16, 32, 64};

	(void)state;
	expect(PAT_UNIT_RULES(units), texts, masks, UNIT_COUNT(texts));
}

static void
the_first_rule_of_a_list_that_decides_is_named(void **state)
{
	static const struct pat_unit units[] = {
		{"^a", 0, 0}, {"^z", 0, 3}, {"^ab", 0, 3}, {"^abc", 0, 3}, {"c$", 0, 200}};
	static const char *const texts[] = {"abc", "x", "xc"};
	struct fixture f;

	(void)state;
	for (uint16_t way = 0; way < 2; way++) {
		open_fixture(&f, PAT_UNIT_RULES(units), way == 0 ? NEVER : 1);
		base_set_remove(&f.deciding, 0);
		scan(&f, texts, UNIT_COUNT(texts));
		assert_int_equal(f.hits[0].rule, 2);
		assert_true(base_set_has(&f.hits[0].lists, 0));
		assert_true(base_set_has(&f.hits[0].lists, 3));
		assert_true(base_set_has(&f.hits[0].lists, 200));
		assert_int_equal(f.hits[1].rule, PAT_NONE);
		assert_int_equal(base_set_first(&f.hits[1].lists), -1);
		assert_int_equal(f.hits[2].rule, 4);
		close_fixture(&f);
	}
}

/** Names of 255 octets, each of which is written as four. */
static void
a_burst_of_the_longest_names_has_room(void **state)
{
	static const struct pat_unit units[] = {{"\\\\255\\.", 0, 0}, {"^a", 0, 1}};
	uint8_t wire[255];
	struct fixture f;

	(void)state;
	memset(wire, 255, sizeof(wire));
	wire[0] = wire[64] = wire[128] = 63;
	wire[192] = 61;
	wire[254] = 0;
	open_fixture(&f, PAT_UNIT_RULES(units), 1);
	for (int i = 0; i < PAT_BURST_MAX; i++)
		f.names[i] = (struct pat_name){.wire = wire, .deciding = &f.deciding};
	pat_scan_burst(f.db, f.scratch, f.names, PAT_BURST_MAX, f.hits);
	for (int i = 0; i < PAT_BURST_MAX; i++) {
		assert_false(f.hits[i].failed);
		assert_int_equal(lists_of(&f, (uint16_t)i), 1);
	}
	close_fixture(&f);
}

/** A scan with scratch that was made for less would write behind its end. */
static void
scratch_of_another_source_is_refused(void **state)
{
	static const struct pat_unit units[] = {{"^a", 0, 0}};
	struct fixture f, other;
	struct dns_name name;

	(void)state;
	open_fixture(&f, PAT_UNIT_RULES(units), 1);
	open_fixture(&other, PAT_UNIT_RULES(units), 1);
	assert_int_equal(dns_name_from_text("a", 1, &name, NULL), 0);
	f.names[0] = (struct pat_name){.wire = name.wire, .deciding = &f.deciding};
	pat_scan_burst(f.db, other.scratch, f.names, 1, f.hits);
	assert_true(f.hits[0].failed);
	assert_int_equal(f.hits[0].rule, PAT_NONE);
	close_fixture(&other);
	close_fixture(&f);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(neighbours_complete_nothing),
		cmocka_unit_test(absolute_anchors_see_each_name),
		cmocka_unit_test(anchors_behind_a_class_see_each_name),
		cmocka_unit_test(one_expression_hits_every_name_of_a_burst),
		cmocka_unit_test(what_may_be_empty_matches_names_and_not_the_root),
		cmocka_unit_test(odd_octets_are_escaped),
		cmocka_unit_test(the_first_rule_of_a_list_that_decides_is_named),
		cmocka_unit_test(a_burst_of_the_longest_names_has_room),
		cmocka_unit_test(scratch_of_another_source_is_refused),
	};

	PAT_UNIT_COMPILER(argc, argv);
	return cmocka_run_group_tests(tests, unit_eal_start, unit_eal_stop);
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "place.h"
#include "unit_policy.h"

#define A	  1
#define NO_CACHE  "[patterns]\ncache_dir =\n"
#define REGEX(l)  "[list " l "]\npath = " l ".txt\nformat = regex\n"
#define DOMAIN(l) "[list " l "]\npath = " l ".txt\nformat = domains\n"

#define EXPECT(name, words) assert_string_equal(fixture_ask(&f, name, A), words)

static void
expressions_stand_in_the_order_of_lists(void **state)
{
	struct fixture f;

	(void)state;
	fixture_init(&f);
	fixture_file(&f, "allow.txt", "good.ads.example\n");
	fixture_file(&f, "re.txt", "# two\n^track[0-9]+\\.\n(^|\\.)ads[0-9]*\\.example$\n^x\n");
	fixture_file(&f, "late.txt", "ads.example\nx.example\n");
	fixture_build(&f, DOMAIN("allow") "action = pass\n" REGEX("re") "action = refused\n" DOMAIN(
				  "late") NO_CACHE);
	EXPECT("track1.org", "re refused re.txt:2");
	EXPECT("TRACK22.Ads7.Example", "re refused re.txt:2"); /* the first by line */
	EXPECT("a.ads7.example", "re refused re.txt:3");
	EXPECT("ads.example", "re refused re.txt:3");	      /* above `late` */
	EXPECT("good.ads.example", "allow pass allow.txt:1"); /* above `re`: not even scanned */
	EXPECT("track.org", "- pass");
	EXPECT(".", "- pass");
	fixture_free(&f);
}

static void
a_stronger_list_of_names_closes_the_question(void **state)
{
	struct fixture f;

	(void)state;
	fixture_init(&f);
	fixture_file(&f, "names.txt", "ads.example\n");
	fixture_file(&f, "re.txt", "^ads\\.\n");
	fixture_build(&f, DOMAIN("names") REGEX("re") "action = drop\n" NO_CACHE);
	EXPECT("ads.example", "names nxdomain names.txt:1");
	assert_null(f.query.patterns);
	EXPECT("ads.other", "re drop re.txt:1");
	assert_non_null(f.query.patterns);
	fixture_free(&f);
}

/** Inside one list a name is more specific than an expression, wherever it stands. */
static void
names_of_an_expression_list_go_first(void **state)
{
	struct fixture f;

	(void)state;
	fixture_init(&f);
	fixture_file(&f, "re.txt", "^www\n(^|\\.)ads\\.example$\n^mail\\.(a|b)\\.example$\n");
	fixture_build(&f, REGEX("re") NO_CACHE);
	EXPECT("www.ads.example", "re nxdomain re.txt:2");
	assert_int_equal(f.verdict.kind, DTAB_SUBTREE);
	EXPECT("mail.b.example", "re nxdomain re.txt:3");
	EXPECT("x.mail.b.example", "- pass");
	EXPECT("www.other", "re nxdomain re.txt:1");
	assert_int_equal(f.verdict.kind, POLICY_PATTERN);
	assert_int_equal(policy_pattern_report(f.policy)->nb, 1);
	fixture_free(&f);
}

static void
a_log_list_is_told_and_decides_nothing(void **state)
{
	struct fixture f;

	(void)state;
	fixture_init(&f);
	fixture_file(&f, "names.txt", "ads.example\n");
	fixture_file(&f, "watch.txt", "^ads\n^beacon\n");
	fixture_file(&f, "re.txt", "^beacon[0-9]\n");
	fixture_build(&f, DOMAIN("names") REGEX("watch") "action = log\n" REGEX(
				  "re") "action = nodata\n" NO_CACHE);
	EXPECT("ads.example", "names nxdomain names.txt:1"); /* decided, and yet scanned */
	assert_true(base_set_has(&f.verdict.logged, 1));
	EXPECT("beacon1.org", "re nodata re.txt:1");
	assert_true(base_set_has(&f.verdict.logged, 1));
	EXPECT("beacon.org", "- pass");
	assert_true(base_set_has(&f.verdict.logged, 1));
	EXPECT("other.org", "- pass");
	assert_int_equal(base_set_first(&f.verdict.logged), -1);
	fixture_free(&f);
}

static void
a_list_that_is_off_in_the_group_is_not_scanned_for(void **state)
{
	struct fixture f;

	(void)state;
	fixture_init(&f);
	fixture_file(&f, "re.txt", "^ads\n");
	fixture_file(&f, "names.txt", "x.example\n");
	fixture_build(&f, REGEX("re") DOMAIN("names") "[group default]\nlists = *, -re\n" NO_CACHE);
	EXPECT("ads.org", "- pass");
	assert_null(f.query.patterns);
	fixture_free(&f);
}

static void
an_expression_answers_as_its_list_says(void **state)
{
	struct fixture f;

	(void)state;
	fixture_init(&f);
	fixture_file(&f, "re.txt", "^ads[0-9]\n");
	fixture_build(&f, REGEX("re") "nxdomain_exact = nodata\n" NO_CACHE);
	EXPECT("ads1.org", "re nxdomain re.txt:1"); /* it names more than one name */
	assert_int_equal(f.verdict.labels, 2);
	fixture_free(&f);
}

static void
keep_sentence(void *arg, const char *sentence)
{
	char *all = arg;
	size_t len = strlen(all);

	/* Of the library; not of what is loaded here. */
	if (pat_library_fault() != NULL && strstr(sentence, pat_library_fault()) != NULL)
		return;
	snprintf(all + len, 1024 - len, "%s\n", sentence);
}

static int
load(struct fixture *f, const char *ini, char said[1024])
{
	struct policy_say say = {.say = keep_sentence, .arg = said};
	char name[96];
	struct conf_input in = {.file = name};
	struct conf_report report = {0};

	said[0] = '\0';
	snprintf(name, sizeof(name), "%s/weir.ini", f->dir);
	assert_int_equal(conf_parse(&in, ini, strlen(ini), &f->conf, &report), 0);
	conf_report_free(&report);
	return policy_load(f->conf, &say, &f->policy, &f->err);
}

static void
bad_expressions_are_told_with_their_lines(void **state)
{
	char said[1024];
	struct fixture f;

	(void)state;
	fixture_init(&f);
	fixture_file(&f, "a.txt", "^a\nb(\n^c\n");
	fixture_file(&f, "b.txt", "# none\nx(?!y)\n^d\n");
	assert_int_equal(
		load(&f, REGEX("a") "max_bad = 50\n" REGEX("b") "max_bad = 50\n" NO_CACHE, said),
		0);
	assert_string_equal(said,
		"a.txt:2: skipped: Missing close parenthesis for group started at index 1.: b(\n"
		"b.txt:2: skipped: Zero-width assertions are not supported.: x(?!y)\n");
	fixture_free(&f);
}

static void
too_many_bad_ones_refuse_the_list(void **state)
{
	char said[1024], expected[256];
	struct fixture f;

	(void)state;
	fixture_init(&f);
	fixture_file(&f, "a.txt", "^a\nb(\n^c\n");
	fixture_file(&f, "b.txt", "1:/a/q\nx(?!y)\n^d\n(\n");
	assert_int_equal(
		load(&f, REGEX("a") "max_bad = 34\n" REGEX("b") "max_bad = 74\n" NO_CACHE, said),
		-EINVAL);
	assert_int_equal(f.err.exit, BASE_EXIT_CONFIG);
	snprintf(expected, sizeof(expected),
		"%s/weir.ini:6: [list b] path = b.txt: 3 of 4 rule lines are bad, more than "
		"max_bad = 74 %%; line 2, `x(?!y)`: Zero-width assertions are not supported.",
		f.dir);
	assert_string_equal(f.err.text, expected);
	assert_null(f.policy);
	fixture_free(&f);
}

static void
every_expression_that_matches_is_explained(void **state)
{
	static const struct {
		const char *list, *expr;
		uint32_t line;
		uint8_t kind;
		bool won, on;
	} expected[] = {
		{"off", "example$", 1, POLICY_PATTERN, false, false},
		{"re", NULL, 3, DTAB_SUBTREE, true, true},
		{"re", "^w+\\.", 1, POLICY_PATTERN, false, true},
		{"re", "ads", 2, POLICY_PATTERN, false, true},
		{"late", "^www", 1, POLICY_PATTERN, false, true},
	};
	struct policy_match matches[8];
	struct fixture f;

	(void)state;
	fixture_init(&f);
	fixture_file(&f, "off.txt", "example$\n");
	fixture_file(&f, "re.txt", "^w+\\.\nads\n(^|\\.)ads\\.example$\n^ftp\n");
	fixture_file(&f, "late.txt", "^www\n");
	fixture_build(&f, REGEX("off") REGEX("re") REGEX("late") "[group default]\n"
								 "lists = *, -off\n" NO_CACHE);
	EXPECT("www.ads.example", "re nxdomain re.txt:3");
	assert_int_equal(
		policy_explain(f.policy, &f.query, &f.verdict, matches, 8), UNIT_COUNT(expected));
	for (size_t i = 0; i < UNIT_COUNT(expected); i++) {
		assert_string_equal(matches[i].where.list, expected[i].list);
		assert_int_equal(matches[i].where.line, expected[i].line);
		assert_int_equal(matches[i].kind, expected[i].kind);
		assert_int_equal(matches[i].won, expected[i].won);
		assert_int_equal(matches[i].on, expected[i].on);
		if (expected[i].expr == NULL)
			assert_null(matches[i].where.expr);
		else
			assert_string_equal(matches[i].where.expr, expected[i].expr);
	}
	EXPECT("www.other", "re nxdomain re.txt:1");
	assert_int_equal(policy_explain(f.policy, &f.query, &f.verdict, matches, 8), 2);
	assert_true(matches[0].won);
	fixture_free(&f);
}

/* Objects of the ledger whose names begin so, and their octets. */
struct seen {
	const char *prefix;
	unsigned int nb;
	uint64_t bytes;
};

static void
look(const struct place_entry *entry, void *arg)
{
	struct seen *seen = arg;

	if (strncmp(entry->name, seen->prefix, strlen(seen->prefix)) != 0)
		return;
	seen->nb++;
	seen->bytes += entry->bytes;
	assert_int_equal(entry->wanted, unit_eal_node());
}

static void
expect_seen(const char *prefix, unsigned int nb, uint64_t bytes)
{
	struct seen seen = {.prefix = prefix};

	place_walk(look, &seen);
	assert_int_equal(seen.nb, nb);
	assert_true(seen.bytes == bytes);
}

/** One database a node, scratch for each lcore, all in the ledger with the octets foretold. */
static void
memory_lies_where_the_ledger_says(void **state)
{
	struct policy_view *second;
	struct policy_counts counts;
	struct fixture f;

	(void)state;
	fixture_init(&f);
	fixture_file(&f, "re.txt", "^ads\n(?-m)^x$\n");
	fixture_build(&f, REGEX("re") NO_CACHE);
	assert_int_equal(policy_view_build(f.policy, 1, unit_eal_node(), &second, &f.err), 0);
	assert_ptr_equal(second->patterns, f.view->patterns);
	assert_ptr_not_equal(second->scratch, f.view->scratch);
	policy_counts(f.policy, &counts);
	expect_seen("expressions node", 3,
		counts.patterns.lists + counts.patterns.joined + counts.patterns.alone);
	expect_seen("scan lcore 0", 2, counts.patterns.texts + counts.patterns.scratch);
	expect_seen("scan lcore 1", 2, counts.patterns.texts + counts.patterns.scratch);
	policy_view_free(f.view);
	f.view = second; /* the database stays as long as a view needs it */
	EXPECT("ads.org", "re nxdomain re.txt:1");
	fixture_free(&f);
	expect_seen("expressions", 0, 0);
	expect_seen("scan", 0, 0);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(expressions_stand_in_the_order_of_lists),
		cmocka_unit_test(a_stronger_list_of_names_closes_the_question),
		cmocka_unit_test(names_of_an_expression_list_go_first),
		cmocka_unit_test(a_log_list_is_told_and_decides_nothing),
		cmocka_unit_test(a_list_that_is_off_in_the_group_is_not_scanned_for),
		cmocka_unit_test(an_expression_answers_as_its_list_says),
		cmocka_unit_test(bad_expressions_are_told_with_their_lines),
		cmocka_unit_test(too_many_bad_ones_refuse_the_list),
		cmocka_unit_test(every_expression_that_matches_is_explained),
		cmocka_unit_test(memory_lies_where_the_ledger_says),
	};

	if (argc > 1 && strcmp(argv[1], PAT_COMPILER) == 0)
		return pat_compiler_main(argc, argv);
	return cmocka_run_group_tests(tests, unit_eal_start, unit_eal_stop);
}

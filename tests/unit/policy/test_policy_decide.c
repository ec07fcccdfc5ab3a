/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "unit_policy.h"

#define A    1
#define AAAA 28

#define EXPECT(name, qtype, words) assert_string_equal(fixture_ask(&f, name, qtype), words)

static void
the_list_declared_first_wins_whatever_is_more_specific(void **state)
{
	struct fixture f;

	(void)state;
	fixture_init(&f);
	fixture_file(&f, "strong.txt", "example.com\n");
	fixture_file(&f, "weak.txt", "www.example.com\nother.org\n");
	fixture_build(&f, "[list strong]\npath = strong.txt\nformat = domains\n"
			  "[list weak]\npath = weak.txt\nformat = domains\naction = refused\n");
	EXPECT("www.example.com", A, "strong nxdomain strong.txt:1");
	EXPECT("a.www.example.com", A, "strong nxdomain strong.txt:1");
	EXPECT("x.other.org", A, "weak refused weak.txt:2");
	EXPECT("notexample.com", A, "- pass");
	EXPECT("com", A, "- pass");
	EXPECT(".", A, "- pass");
	fixture_free(&f);
}

static void
an_allow_list_above_overrides_and_below_does_not(void **state)
{
	struct fixture f;

	(void)state;
	fixture_init(&f);
	fixture_file(&f, "allow.txt", "good.ads.com\n");
	fixture_file(&f, "ads.txt", "ads.com\n");
	fixture_file(&f, "late.txt", "ads.com\n");
	fixture_build(&f, "[list allow]\npath = allow.txt\nformat = domains\naction = pass\n"
			  "[list ads]\npath = ads.txt\nformat = domains\n"
			  "[list late]\npath = late.txt\nformat = domains\naction = pass\n");
	EXPECT("good.ads.com", A, "allow pass allow.txt:1");
	EXPECT("a.good.ads.com", A, "allow pass allow.txt:1");
	EXPECT("bad.ads.com", A, "ads nxdomain ads.txt:1");
	fixture_free(&f);
}

/* The first record of the verdict's set: type, and the first octet of its data. */
static void
expect_data(const struct policy_verdict *verdict, uint16_t len, uint8_t type, uint8_t octet)
{
	uint16_t found;
	const uint8_t *set = policy_data(verdict, &found);

	assert_int_equal(found, len);
	assert_int_equal(set[1], type);
	assert_int_equal(set[10], octet);
}

static void
rules_of_a_zone_have_actions_and_records_of_their_own(void **state)
{
	struct fixture f;

	(void)state;
	if (strcmp(lists_rpz_version(), "none") == 0)
		skip(); /* build: without libldns */
	fixture_init(&f);
	fixture_file(&f, "z.rpz",
		"nx.com CNAME .\n*.nx.com CNAME rpz-passthru.\ndeep.nx.com CNAME rpz-drop.\n"
		"*.deep.nx.com A 192.0.2.1\nq.com A 10.0.0.1\nq.com A 10.0.0.2\ne.com CNAME "
		"*.go.\n");
	fixture_file(&f, "two.rpz", "nx.com A 172.16.0.1\nz.com A 172.16.0.1\n");
	fixture_build(&f, "[list first]\npath = z.rpz\nformat = rpz\naction = refused\n"
			  "[list two]\npath = two.rpz\nformat = rpz\n");
	EXPECT("nx.com", A, "first nxdomain z.rpz:1");
	assert_null(f.verdict.data);
	EXPECT("a.nx.com", A, "first pass z.rpz:2");
	EXPECT("deep.nx.com", A, "first drop z.rpz:3");
	EXPECT("a.deep.nx.com", A, "first data z.rpz:4");
	expect_data(&f.verdict, 14, 1, 192);
	EXPECT("q.com", AAAA, "first data z.rpz:5");
	expect_data(&f.verdict, 28, 1, 10);
	EXPECT("e.com", A, "first data z.rpz:7");
	expect_data(&f.verdict, 16, 5, 1);
	EXPECT("z.com", A, "two data two.rpz:2");
	expect_data(&f.verdict, 14, 1, 172);
	fixture_free(&f);
}

static void
exact_subtree_and_below_mean_what_they_say(void **state)
{
	struct fixture f;

	(void)state;
	fixture_init(&f);
	fixture_file(&f, "exact.txt", "0.0.0.0 exact.com\n");
	fixture_file(&f, "wild.txt", "*.below.com\nboth.com\n*.both.com\n");
	fixture_build(&f, "[list exact]\npath = exact.txt\nformat = hosts\n"
			  "[list wild]\npath = wild.txt\nformat = wildcard\n");
	EXPECT("exact.com", A, "exact nxdomain exact.txt:1");
	EXPECT("www.exact.com", A, "- pass");
	EXPECT("below.com", A, "- pass");
	EXPECT("www.below.com", A, "wild nxdomain wild.txt:1");
	EXPECT("a.b.below.com", A, "wild nxdomain wild.txt:1");
	EXPECT("both.com", A, "wild nxdomain wild.txt:2");
	EXPECT("www.both.com", A, "wild nxdomain wild.txt:3");
	fixture_free(&f);
}

static void
inside_a_list_the_longest_name_gives_the_line(void **state)
{
	struct fixture f;

	(void)state;
	fixture_init(&f);
	fixture_file(&f, "l.txt", "*.a.com\nwww.a.com\n*.b.www.a.com\n||x.www.a.com^\n");
	fixture_build(&f, "[list l]\npath = l.txt\nformat = wildcard\nmax_bad = 100\n");
	EXPECT("ftp.a.com", A, "l nxdomain l.txt:1");
	EXPECT("www.a.com", A, "l nxdomain l.txt:2");
	EXPECT("c.b.www.a.com", A, "l nxdomain l.txt:3");
	EXPECT("b.www.a.com", A, "l nxdomain l.txt:1");
	fixture_free(&f);
}

static void
adblock_has_an_order_of_its_own(void **state)
{
	struct fixture f;

	(void)state;
	fixture_init(&f);
	fixture_file(&f, "ab.txt",
		"||ads.com^\n@@||ok.ads.com^\n||bad.ok.ads.com^\n"
		"||worst.ok.ads.com^$important\n@@||best.worst.ok.ads.com^$important\n");
	fixture_file(&f, "next.txt", "ok.ads.com\n");
	fixture_build(&f, "[list ab]\npath = ab.txt\nformat = adblock\n"
			  "[list next]\npath = next.txt\nformat = domains\naction = drop\n");
	EXPECT("www.ads.com", A, "ab nxdomain ab.txt:1");
	EXPECT("ok.ads.com", A, "ab pass ab.txt:2"); /* the list has decided: `next` gets no turn */
	EXPECT("bad.ok.ads.com", A, "ab pass ab.txt:2"); /* an exception beats a longer block */
	EXPECT("worst.ok.ads.com", A, "ab nxdomain ab.txt:4");
	EXPECT("best.worst.ok.ads.com", A, "ab pass ab.txt:5");
	fixture_free(&f);
}

static void
a_type_condition_that_does_not_hold_is_no_hit(void **state)
{
	struct fixture f;

	(void)state;
	fixture_init(&f);
	fixture_file(&f, "ab.txt", "||v6.com^$dnstype=AAAA\n||not.com^$dnstype=~A\n");
	fixture_file(&f, "next.txt", "v6.com\n");
	fixture_build(&f, "[list ab]\npath = ab.txt\nformat = adblock\n"
			  "[list next]\npath = next.txt\nformat = domains\naction = drop\n");
	EXPECT("v6.com", AAAA, "ab nxdomain ab.txt:1");
	EXPECT("v6.com", A, "next drop next.txt:1");
	EXPECT("www.not.com", A, "- pass");
	EXPECT("www.not.com", AAAA, "ab nxdomain ab.txt:2");
	fixture_free(&f);
}

static void
log_lists_count_and_decide_nothing(void **state)
{
	struct fixture f;

	(void)state;
	fixture_init(&f);
	fixture_file(&f, "seen.txt", "ads.com\nonly.com\n");
	fixture_file(&f, "ads.txt", "ads.com\n");
	fixture_build(&f, "[list seen]\npath = seen.txt\nformat = domains\naction = log\n"
			  "[list ads]\npath = ads.txt\nformat = domains\n");
	EXPECT("ads.com", A, "ads nxdomain ads.txt:1");
	assert_true(base_set_has(&f.verdict.logged, 0));
	EXPECT("only.com", A, "- pass");
	assert_int_equal(base_set_first(&f.verdict.logged), 0);
	EXPECT("none.com", A, "- pass");
	assert_int_equal(base_set_first(&f.verdict.logged), -1);
	fixture_free(&f);
}

static void
a_group_takes_lists_out_and_has_a_default(void **state)
{
	struct fixture f;

	(void)state;
	fixture_init(&f);
	fixture_file(&f, "ads.txt", "ads.com\n");
	fixture_file(&f, "allow.txt", "good.com\n");
	fixture_build(&f, "[list ads]\npath = ads.txt\nformat = domains\n"
			  "[list allow]\npath = allow.txt\nformat = domains\naction = pass\n"
			  "[group default]\nlists = *, -ads\ndefault = nodata\n");
	EXPECT("ads.com", A, "- nodata");
	EXPECT("good.com", A, "allow pass allow.txt:1");
	fixture_free(&f);
}

static void
nxdomain_of_an_exact_rule_may_be_nodata(void **state)
{
	struct fixture f;

	(void)state;
	fixture_init(&f);
	fixture_file(&f, "l.txt", "*.e.com\ne.com\n");
	fixture_build(&f, "[list l]\npath = l.txt\nformat = wildcard\nnxdomain_exact = nodata\n");
	EXPECT("e.com", A, "l nodata l.txt:2");
	EXPECT("w.e.com", A, "l nxdomain l.txt:1");
	fixture_free(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_list_declared_first_wins_whatever_is_more_specific),
		cmocka_unit_test(an_allow_list_above_overrides_and_below_does_not),
		cmocka_unit_test(exact_subtree_and_below_mean_what_they_say),
		cmocka_unit_test(rules_of_a_zone_have_actions_and_records_of_their_own),
		cmocka_unit_test(inside_a_list_the_longest_name_gives_the_line),
		cmocka_unit_test(adblock_has_an_order_of_its_own),
		cmocka_unit_test(a_type_condition_that_does_not_hold_is_no_hit),
		cmocka_unit_test(log_lists_count_and_decide_nothing),
		cmocka_unit_test(a_group_takes_lists_out_and_has_a_default),
		cmocka_unit_test(nxdomain_of_an_exact_rule_may_be_nodata),
	};

	return cmocka_run_group_tests(tests, unit_eal_start, unit_eal_stop);
}

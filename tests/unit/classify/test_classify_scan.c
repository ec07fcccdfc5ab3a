/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "classify_fixture.h"

#include <hs.h>

#define REGEX                                                                        \
	"[list re]\npath = ads.txt\nformat = regex\naction = refused\nmax_bad = 0\n" \
	"[patterns]\ncache_dir =\n"

/* The library as it is, or out of order. */
static bool broken;

hs_error_t __real_hs_scan(const hs_database_t *db, const char *data, unsigned int length,
	unsigned int flags, hs_scratch_t *scratch, match_event_handler on, void *arg);
hs_error_t __wrap_hs_scan(const hs_database_t *db, const char *data, unsigned int length,
	unsigned int flags, hs_scratch_t *scratch, match_event_handler on, void *arg);

hs_error_t
__wrap_hs_scan(const hs_database_t *db, const char *data, unsigned int length, unsigned int flags,
	hs_scratch_t *scratch, match_event_handler on, void *arg)
{
	if (broken)
		return HS_SCRATCH_IN_USE;
	return __real_hs_scan(db, data, length, flags, scratch, on, arg);
}

/** ads.txt holds `ads.com`, which as an expression names `adsXcom.org` too. */
static void
an_expression_blocks(void **state)
{
	struct bench b;

	(void)state;
	bench_start(&b, REGEX);
	bench_query(&b, "adsxcom.org", 1, 0, 0);
	bench_expect(&b, 0, CLASSIFY_REPLY, CLASSIFY_answered_refused);
	bench_query(&b, "ads.net", 1, 0, 0);
	bench_expect(&b, 0, CLASSIFY_PASS, CLASSIFY_passed);
	bench_stop(&b);
}

/** What could not be matched is no match and no pass by a list: the INI says what becomes of it. */
static void
a_scan_that_fails_ends_as_the_ini_says(void **state)
{
	struct bench b;

	(void)state;
	bench_start(&b, REGEX);
	broken = true;
	bench_query(&b, "adsxcom.org", 1, 0, 0);
	bench_expect(&b, 0, CLASSIFY_PASS, CLASSIFY_pattern_error);
	broken = false;
	bench_expect(&b, 0, CLASSIFY_REPLY, CLASSIFY_answered_refused);
	bench_stop(&b);

	bench_start(&b, REGEX "[weir]\npattern_error = drop\n");
	broken = true;
	bench_query(&b, "adsxcom.org", 1, 0, 0);
	bench_expect(&b, 0, CLASSIFY_DROP, CLASSIFY_pattern_error);
	broken = false;
	bench_stop(&b);
}

/** A name that a stronger list settles is not scanned, so nothing can go wrong with it. */
static void
a_name_that_is_settled_is_not_scanned(void **state)
{
	struct bench b;

	(void)state;
	bench_start(&b, FIXTURE_ADS REGEX);
	broken = true;
	bench_query(&b, "www.ads.com", 1, 0, 0);
	bench_expect(&b, 0, CLASSIFY_REPLY, CLASSIFY_answered_nxdomain);
	bench_query(&b, "ads.net", 1, 0, 0);
	bench_expect(&b, 0, CLASSIFY_PASS, CLASSIFY_pattern_error);
	broken = false;
	bench_stop(&b);
}

/** A burst in which settled, open and foreign packets stand mixed: each gets its own verdict. */
static void
a_mixed_burst_keeps_names_and_verdicts_together(void **state)
{
	static const struct {
		const char *name;
		enum classify_reason reason;
	} kinds[] = {
		{"www.ads.com", CLASSIFY_answered_nxdomain},
		{"adsxcom.org", CLASSIFY_answered_refused},
		{"ads.net", CLASSIFY_passed},
	};
	struct bench b;

	(void)state;
	bench_start(&b, FIXTURE_ADS REGEX);
	for (int i = 0; i < CLASSIFY_BURST_MAX; i++) {
		bench_query(&b, kinds[i % 3].name, 1, 0, 0);
		b.pkts[i] = bench_mbuf(&b, 0);
	}
	classify_burst(b.classify, b.policy.view, b.pkts, CLASSIFY_BURST_MAX, b.fates);
	for (int i = 0; i < CLASSIFY_BURST_MAX; i++) {
		assert_int_equal(b.fates[i], i % 3 == 2 ? CLASSIFY_PASS : CLASSIFY_REPLY);
		rte_pktmbuf_free(b.pkts[i]);
	}
	for (int i = 0; i < 3; i++)
		assert_int_equal(bench_count(&b, kinds[i].reason), i == 0 ? 22 : 21);
	bench_stop(&b);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_expression_blocks),
		cmocka_unit_test(a_scan_that_fails_ends_as_the_ini_says),
		cmocka_unit_test(a_name_that_is_settled_is_not_scanned),
		cmocka_unit_test(a_mixed_burst_keeps_names_and_verdicts_together),
	};

	if (argc > 1 && strcmp(argv[1], PAT_COMPILER) == 0)
		return pat_compiler_main(argc, argv);
	return cmocka_run_group_tests(tests, unit_eal_start, unit_eal_stop);
}

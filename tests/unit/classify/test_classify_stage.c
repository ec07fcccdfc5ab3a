/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "classify_fixture.h"
#include "classify_stage.h"

static void
classify_once(struct bench *b, uint16_t n)
{
	for (uint16_t i = 0; i < n; i++) {
		bench_query(b, i % 2 ? "ads.com" : "good.com", 1, 0, 0);
		b->pkts[i] = bench_mbuf(b, 0);
	}
	classify_burst(b->classify, b->policy.view, b->pkts, n, b->fates);
	for (uint16_t i = 0; i < n; i++)
		rte_pktmbuf_free(b->pkts[i]);
}

static uint64_t
all_cycles(const struct classify_times *times)
{
	uint64_t sum = 0;

	for (uint32_t stage = 0; stage < CLASSIFY_STAGE_COUNT; stage++)
		sum += times->cycles[stage];
	return sum;
}

/* The first burst, and every 64th from then on. */
static void
one_burst_of_64_is_timed(void **state)
{
	struct classify_times times;
	uint64_t first;
	uint32_t base;
	struct bench b;

	(void)state;
	bench_start(&b, FIXTURE_ADS);
	base = stats_layout_find(&b.layout, "stage")->first;
	classify_stage_times(b.stats, base, &times);
	assert_int_equal(times.packets + all_cycles(&times), 0);
	classify_once(&b, 7);
	classify_stage_times(b.stats, base, &times);
	assert_int_equal(times.packets, 7);
	assert_true(times.cycles[CLASSIFY_STAGE_decode] > 0);
	assert_true(times.cycles[CLASSIFY_STAGE_account] > 0);
	first = all_cycles(&times);
	for (int i = 1; i < 64; i++)
		classify_once(&b, 3);
	classify_stage_times(b.stats, base, &times);
	assert_int_equal(times.packets, 7);
	assert_int_equal(all_cycles(&times), first);
	classify_once(&b, 5);
	classify_stage_times(b.stats, base, &times);
	assert_int_equal(times.packets, 12);
	assert_true(all_cycles(&times) > first);
	assert_int_equal(classify_stage_at(b.stats, base), CLASSIFY_STAGE_account);
	bench_stop(&b);
}

static void
every_stage_has_its_word(void **state)
{
	(void)state;
	assert_string_equal(classify_stage_name(CLASSIFY_STAGE_decode), "decode");
	assert_string_equal(classify_stage_name(CLASSIFY_STAGE_account), "account");
	for (int stage = 0; stage < CLASSIFY_STAGE_COUNT; stage++)
		assert_in_range(strlen(classify_stage_name((enum classify_stage)stage)), 1, 7);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_burst_of_64_is_timed),
		cmocka_unit_test(every_stage_has_its_word),
	};

	return cmocka_run_group_tests(tests, unit_eal_start, unit_eal_stop);
}

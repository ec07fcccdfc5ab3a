/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "classify_fixture.h"

#define DO 0x8000

static void
a_source_that_can_get_no_answer_gets_none(void **state)
{
	struct bench b;

	(void)state;
	bench_start(&b, FIXTURE_ADS);
	bench_query(&b, "ads.com", 1, 0, 0);
	b.frame.data[b.frame.l3_off + 12] = 224; /* multicast source */
	bench_expect(&b, 0, CLASSIFY_DROP, CLASSIFY_dropped_source);
	bench_query(&b, "ads.com", 1, 0, 0);
	frame_put16(b.frame.data + b.frame.l4_off, 0); /* port 0 */
	bench_expect(&b, 0, CLASSIFY_DROP, CLASSIFY_dropped_source);
	bench_query(&b, "good.com", 1, 0, 0); /* what is not blocked is not ours to drop */
	frame_put16(b.frame.data + b.frame.l4_off, 0);
	bench_expect(&b, 0, CLASSIFY_PASS, CLASSIFY_passed);
	bench_stop(&b);
}

static void
a_signed_query_is_dropped_not_answered(void **state)
{
	static const uint8_t tsig[] = "\x00\x00\xfa\x00\xff\x00\x00\x00\x00\x00\x00";
	struct bench b;

	(void)state;
	bench_start(&b, FIXTURE_ADS);
	bench_query(&b, "ads.com", 1, 0, 0);
	b.frame.data[b.frame.l4_off + 8 + 11] = 1; /* ARCOUNT */
	frame_add(&b.frame, tsig, sizeof(tsig) - 1);
	frame_put16(b.frame.data + b.frame.l4_off + 4, b.frame.len - b.frame.l4_off);
	frame_close_ip(&b.frame);
	bench_expect(&b, 0, CLASSIFY_DROP, CLASSIFY_dropped_signed);
	bench_stop(&b);
}

static void
shadow_mode_passes_what_it_would_block(void **state)
{
	struct bench b;

	(void)state;
	bench_start(&b, FIXTURE_ADS "[group default]\nenforce = no\n");
	bench_query(&b, "ads.com", 1, 0, 0);
	bench_expect(&b, 0, CLASSIFY_PASS, CLASSIFY_passed_shadow);
	assert_int_equal(stats_get(b.stats, stats_layout_find(&b.layout, "list")->first), 1);
	bench_stop(&b);
}

static void
validators_may_be_left_alone(void **state)
{
	struct bench b;

	(void)state;
	bench_start(&b, FIXTURE_ADS "[group default]\nsigned = pass\n");
	bench_query(&b, "ads.com", 1, 1232, DO);
	bench_expect(&b, 0, CLASSIFY_PASS, CLASSIFY_passed_signed);
	bench_query(&b, "ads.com", 1, 1232, 0);
	bench_expect(&b, 0, CLASSIFY_REPLY, CLASSIFY_answered_nxdomain);
	bench_stop(&b);
}

static void
each_action_has_its_reason(void **state)
{
	static const struct {
		const char *action;
		enum classify_fate fate;
		enum classify_reason reason;
	} rows[] = {
		{"pass", CLASSIFY_PASS, CLASSIFY_passed_list},
		{"nxdomain", CLASSIFY_REPLY, CLASSIFY_answered_nxdomain},
		{"nodata", CLASSIFY_REPLY, CLASSIFY_answered_nodata},
		{"refused", CLASSIFY_REPLY, CLASSIFY_answered_refused},
		{"servfail", CLASSIFY_REPLY, CLASSIFY_answered_servfail},
		{"drop", CLASSIFY_DROP, CLASSIFY_dropped},
		{"truncate", CLASSIFY_REPLY, CLASSIFY_answered_truncate},
		{"sinkhole", CLASSIFY_REPLY, CLASSIFY_answered_sinkhole},
		{"cname walled.example", CLASSIFY_REPLY, CLASSIFY_answered_cname},
		{"log", CLASSIFY_PASS, CLASSIFY_passed},
	};
	char ini[256];
	struct bench b;

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(rows); i++) {
		snprintf(ini, sizeof(ini), "%saction = %s\n", FIXTURE_ADS, rows[i].action);
		bench_start(&b, ini);
		bench_query(&b, "www.ads.com", 1, 0, 0);
		bench_expect(&b, 0, rows[i].fate, rows[i].reason);
		bench_query(&b, "www.good.com", 1, 0, 0);
		bench_expect(&b, 0, CLASSIFY_PASS, CLASSIFY_passed);
		bench_stop(&b);
	}
}

static void
the_default_action_needs_no_list(void **state)
{
	struct bench b;

	(void)state;
	bench_start(&b, FIXTURE_ADS "[group default]\ndefault = refused\n");
	bench_query(&b, "good.com", 1, 0, 0);
	bench_expect(&b, 0, CLASSIFY_REPLY, CLASSIFY_answered_refused);
	bench_stop(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_source_that_can_get_no_answer_gets_none),
		cmocka_unit_test(a_signed_query_is_dropped_not_answered),
		cmocka_unit_test(shadow_mode_passes_what_it_would_block),
		cmocka_unit_test(validators_may_be_left_alone),
		cmocka_unit_test(each_action_has_its_reason),
		cmocka_unit_test(the_default_action_needs_no_list),
	};

	return cmocka_run_group_tests(tests, unit_eal_start, unit_eal_stop);
}

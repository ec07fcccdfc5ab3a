/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "base_cur.h"
#include "classify_fixture.h"

#include <rte_mbuf_dyn.h>

#define A	 1
#define MONDAY_S INT64_C(1767571200) /* 2026-01-05 00:00 UTC */
#define EIGHT_S	 (MONDAY_S + 8 * 3600)
#define SIX_S	 (MONDAY_S + 18 * 3600)
#define INI	 FIXTURE_ADS "ttl = 300\n[group default]\nschedule = Mon-Fri 08:00-18:00 [ads]\n"

/* The answer's SOA: its TTL, and its MINIMUM, which is the message's last word. */
static void
expect_soa(const struct bench *b, uint32_t ttl)
{
	uint32_t len = rte_pktmbuf_pkt_len(b->pkts[0]);
	const uint8_t *end = rte_pktmbuf_mtod_offset(b->pkts[0], const uint8_t *, len);
	const uint8_t *rr = end - (4 + 2 + 50); /* TTL, RDLENGTH, RDATA: 17 + 11 + 2 + 5 * 4 */
	struct base_cur first = base_cur_init(rr, 4), last = base_cur_init(end - 4, 4);

	assert_int_equal(base_cur_u32(&last), ttl);
	assert_int_equal(base_cur_u32(&first), ttl);
}

static void
answer_at(struct bench *b, int64_t now_us, uint32_t ttl)
{
	classify_set_time(b->classify, now_us);
	bench_query(b, "www.ads.com", A, 0, 0);
	assert_int_equal(bench_one(b, 0), CLASSIFY_REPLY);
	expect_soa(b, ttl);
	rte_pktmbuf_free(b->pkts[0]);
}

/* Puts the policy of the bench at another time. */
static void
move(struct bench *b, int64_t at_s)
{
	struct policy *next;

	assert_int_equal(policy_renew_hours(b->policy.policy, at_s, &next, NULL), 0);
	policy_view_free(b->policy.view);
	policy_free(b->policy.policy);
	b->policy.policy = next;
	if (policy_view_build(next, 0, unit_eal_node(), &b->policy.view, &b->policy.err) < 0)
		fail_msg("%s", b->policy.err.text);
}

static void
an_answer_holds_until_the_next_change(void **state)
{
	struct bench b;

	(void)state;
	bench_start(&b, INI);
	move(&b, EIGHT_S);
	answer_at(&b, EIGHT_S * 1000000, 300);
	answer_at(&b, (SIX_S - 300) * 1000000, 300);
	answer_at(&b, (SIX_S - 300) * 1000000 + 1, 299); /* whole seconds that are left */
	answer_at(&b, (SIX_S - 2) * 1000000, 2);
	answer_at(&b, (SIX_S - 1) * 1000000, 1);
	answer_at(&b, (SIX_S - 1) * 1000000 + 1, 1); /* never 0 */
	answer_at(&b, SIX_S * 1000000 + 5000000, 1); /* the next view is late */
	bench_stop(&b);
}

static void
off_hours_pass(void **state)
{
	struct bench b;

	(void)state;
	bench_start(&b, INI);
	move(&b, SIX_S);
	bench_query(&b, "www.ads.com", A, 0, 0);
	bench_expect(&b, 0, CLASSIFY_PASS, CLASSIFY_passed);
	bench_stop(&b);
}

static void
a_ttl_of_none_stays_none(void **state)
{
	struct bench b;

	(void)state;
	bench_start(
		&b, FIXTURE_ADS "ttl = 0\n[group default]\nschedule = Mon-Fri 08:00-18:00 [ads]\n");
	move(&b, EIGHT_S);
	answer_at(&b, EIGHT_S * 1000000, 0);
	bench_stop(&b);
}

/* Another group's hours are none of its business. */
static void
a_group_without_a_schedule_keeps_its_ttl(void **state)
{
	struct bench b;

	(void)state;
	bench_start(&b,
		FIXTURE_ADS "ttl = 300\n[group kids]\nschedule = Mon-Fri 08:00-18:00 [ads]\n"
			    "[clients kids]\nvlans = 7\n");
	move(&b, EIGHT_S);
	answer_at(&b, (SIX_S - 2) * 1000000, 300);
	bench_stop(&b);
}

/* A view with the hours of all states, and mbufs that bear their time. */
static void
each_frame_has_its_own_time(void **state)
{
	static const struct {
		int64_t at_s;
		enum classify_fate fate;
		uint32_t ttl;
	} frames[] = {{SIX_S, CLASSIFY_PASS, 0}, {SIX_S - 10, CLASSIFY_REPLY, 10},
		{EIGHT_S, CLASSIFY_REPLY, 300}, {EIGHT_S - 1, CLASSIFY_PASS, 0}};
	struct policy_renewal renewal = {.at_s = POLICY_AT_FRAMES};
	struct classify_conf conf = {.ports = {{.side = CONF_SIDE_CLIENTS, .mtu = 1500}},
		.frame_field = -1,
		.node = unit_eal_node()};
	struct classify *classify;
	struct policy_view *view;
	struct policy *policy;
	struct bench b;
	uint64_t flag;

	(void)state;
	bench_start(&b, INI);
	assert_int_equal(rte_mbuf_dyn_rx_timestamp_register(&conf.time_field, &flag), 0);
	conf.stats = b.stats;
	conf.stats_base = b.base;
	assert_int_equal(classify_new(&conf, &classify, NULL), 0);
	renewal.conf = b.policy.conf;
	assert_int_equal(policy_renew(&renewal, NULL, &policy, NULL), 0);
	assert_int_equal(policy_place(policy, unit_eal_node(), NULL), 0);
	assert_int_equal(policy_view_build(policy, 0, unit_eal_node(), &view, NULL), 0);
	for (size_t i = 0; i < UNIT_COUNT(frames); i++) {
		bench_query(&b, "www.ads.com", A, 0, 0);
		b.pkts[i] = bench_mbuf(&b, 0);
		*RTE_MBUF_DYNFIELD(b.pkts[i], conf.time_field, uint64_t *) =
			(uint64_t)frames[i].at_s * 1000000;
	}
	classify_burst(classify, view, b.pkts, UNIT_COUNT(frames), b.fates);
	for (size_t i = 0; i < UNIT_COUNT(frames); i++) {
		struct rte_mbuf *first = b.pkts[0];

		assert_int_equal(b.fates[i], frames[i].fate);
		b.pkts[0] = b.pkts[i];
		if (frames[i].fate == CLASSIFY_REPLY)
			expect_soa(&b, frames[i].ttl);
		b.pkts[0] = first;
	}
	for (size_t i = 0; i < UNIT_COUNT(frames); i++)
		rte_pktmbuf_free(b.pkts[i]);
	policy_view_free(view);
	policy_free(policy);
	classify_free(classify);
	bench_stop(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_answer_holds_until_the_next_change),
		cmocka_unit_test(off_hours_pass),
		cmocka_unit_test(a_ttl_of_none_stays_none),
		cmocka_unit_test(a_group_without_a_schedule_keeps_its_ttl),
		cmocka_unit_test(each_frame_has_its_own_time),
	};

	return cmocka_run_group_tests(tests, unit_eal_start, unit_eal_stop);
}

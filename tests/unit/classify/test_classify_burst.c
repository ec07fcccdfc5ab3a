/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "classify_fixture.h"

static void
a_mixed_burst_ends_with_one_reason_each(void **state)
{
	static const char *const names[] = {"ads.com", "good.com", "x.ads.com", "com", "."};
	struct stats_set reasons;
	struct bench b;

	(void)state;
	bench_start(&b, FIXTURE_ADS);
	for (uint16_t i = 0; i < CLASSIFY_BURST_MAX; i++) {
		if (i % 6 == 5) {
			frame_ethernet(&b.frame, 0x88cc); /* LLDP */
			frame_add(&b.frame, NULL, 40);
		} else {
			bench_query(&b, names[i % 6], 1, 0, 0);
		}
		b.pkts[i] = bench_mbuf(&b, 0);
	}
	classify_burst(b.classify, b.policy.view, b.pkts, CLASSIFY_BURST_MAX, b.fates);
	for (uint16_t i = 0; i < CLASSIFY_BURST_MAX; i++) {
		bool blocked = i % 6 == 0 || i % 6 == 2;

		assert_int_equal(b.fates[i], blocked ? CLASSIFY_REPLY : CLASSIFY_PASS);
		rte_pktmbuf_free(b.pkts[i]);
	}
	reasons = *stats_layout_find(&b.layout, "reason");
	assert_int_equal(stats_sum_set((const struct stats_block *const *)&b.stats, 1, &reasons),
		CLASSIFY_BURST_MAX);
	assert_int_equal(bench_count(&b, CLASSIFY_pkt_other_ethertype), 10);
	assert_int_equal(bench_count(&b, CLASSIFY_answered_nxdomain), 22);
	bench_stop(&b);
}

/* More octets in chains than there is room to put in one piece at once. */
static void
long_chains_are_classified_in_parts(void **state)
{
	enum {
		CHAINS = 40
	};
	struct bench b;

	(void)state;
	bench_start(&b, FIXTURE_ADS);
	for (uint16_t i = 0; i < CHAINS; i++) {
		struct rte_mbuf *tail;

		bench_query(&b, i % 2 ? "ads.com" : "good.com", 1, 0, 0);
		b.pkts[i] = bench_mbuf(&b, 0);
		tail = rte_pktmbuf_alloc(b.pool);
		memset(rte_pktmbuf_append(tail, 2000), 0, 2000); /* Ethernet padding */
		assert_int_equal(rte_pktmbuf_chain(b.pkts[i], tail), 0);
	}
	classify_burst(b.classify, b.policy.view, b.pkts, CHAINS, b.fates);
	for (uint16_t i = 0; i < CHAINS; i++) {
		assert_int_equal(b.fates[i], i % 2 ? CLASSIFY_REPLY : CLASSIFY_PASS);
		rte_pktmbuf_free(b.pkts[i]);
	}
	assert_int_equal(bench_count(&b, CLASSIFY_passed), CHAINS / 2);
	bench_stop(&b);
}

static void
an_empty_burst_is_nothing(void **state)
{
	struct bench b;

	(void)state;
	bench_start(&b, FIXTURE_ADS);
	classify_burst(b.classify, b.policy.view, b.pkts, 0, b.fates);
	bench_stop(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_mixed_burst_ends_with_one_reason_each),
		cmocka_unit_test(long_chains_are_classified_in_parts),
		cmocka_unit_test(an_empty_burst_is_nothing),
	};

	return cmocka_run_group_tests(tests, unit_eal_start, unit_eal_stop);
}

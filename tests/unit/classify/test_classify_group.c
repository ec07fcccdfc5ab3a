/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "classify_fixture.h"

#define GROUPS                                                                      \
	FIXTURE_ADS                                                                 \
	"[group mac]\ndefault = refused\n[clients mac]\nmacs = 02:00:00:00:00:02\n" \
	"[group tag]\ndefault = nodata\n[clients tag]\nvlans = 12\n"

static void
the_source_mac_and_not_the_destination(void **state)
{
	struct bench b;

	(void)state;
	bench_start(&b, GROUPS);
	bench_query(&b, "good.com", 1, 0, 0);
	bench_expect(&b, 0, CLASSIFY_REPLY, CLASSIFY_answered_refused);
	b.frame.data[11] = 1; /* source and destination are the same octets now */
	bench_expect(&b, 0, CLASSIFY_PASS, CLASSIFY_passed);
	bench_stop(&b);
}

/* The frame in hand with tags (outer first; 0 in front of a type: none). */
static void
tagged(struct bench *b, const uint16_t *tcis, uint32_t n)
{
	struct frame plain;

	bench_query(b, "good.com", 1, 0, 0);
	b->frame.data[11] = 9;
	plain = b->frame;
	memmove(b->frame.data + 12 + 4 * n, plain.data + 12, plain.len - 12);
	for (uint32_t i = 0; i < n; i++) {
		frame_put16(b->frame.data + 12 + 4 * i, 0x8100);
		frame_put16(b->frame.data + 14 + 4 * i, tcis[i]);
	}
	b->frame.len += 4 * n;
}

static void
tags_of_vlan_0_are_no_vlan(void **state)
{
	static const uint16_t one[] = {12}, priority[] = {5 << 13 | 12}, behind[] = {0, 12},
			      between[] = {100, 12}, zero[] = {0};
	struct bench b;

	(void)state;
	bench_start(&b, GROUPS);
	tagged(&b, one, 1);
	bench_expect(&b, 0, CLASSIFY_REPLY, CLASSIFY_answered_nodata);
	tagged(&b, priority, 1);
	bench_expect(&b, 0, CLASSIFY_REPLY, CLASSIFY_answered_nodata);
	tagged(&b, behind, 2);
	bench_expect(&b, 0, CLASSIFY_REPLY, CLASSIFY_answered_nodata);
	tagged(&b, between, 2);
	bench_expect(&b, 0, CLASSIFY_PASS, CLASSIFY_passed);
	tagged(&b, zero, 1);
	bench_expect(&b, 0, CLASSIFY_PASS, CLASSIFY_passed);
	bench_stop(&b);
}

static void
the_port_that_it_came_in_by(void **state)
{
	struct bench b;

	(void)state;
	bench_start(&b, FIXTURE_ADS "[port a]\ndevice = net_null0\npeer = a\n"
				    "[port b]\ndevice = net_null1\npeer = a\n"
				    "[port c]\ndevice = net_null2\npeer = a\n"
				    "[group third]\ndefault = refused\n"
				    "[clients third]\nports = c\n");
	bench_query(&b, "good.com", 1, 0, 0);
	bench_expect(&b, 0, CLASSIFY_PASS, CLASSIFY_passed);
	bench_expect(&b, 2, CLASSIFY_REPLY, CLASSIFY_answered_refused);
	bench_stop(&b);
}

/* What one packet of a burst belongs to says nothing of the next. */
static void
each_packet_of_a_burst_has_its_own(void **state)
{
	static const uint16_t tag[] = {12};
	struct bench b;

	(void)state;
	bench_start(&b, GROUPS);
	for (int i = 0; i < 3; i++) {
		if (i == 1)
			tagged(&b, tag, 1);
		else
			tagged(&b, NULL, 0);
		b.pkts[i] = bench_mbuf(&b, 0);
	}
	classify_burst(b.classify, b.policy.view, b.pkts, 3, b.fates);
	assert_int_equal(b.fates[0], CLASSIFY_PASS);
	assert_int_equal(b.fates[1], CLASSIFY_REPLY);
	assert_int_equal(b.fates[2], CLASSIFY_PASS);
	rte_pktmbuf_free_bulk(b.pkts, 3);
	bench_stop(&b);
}

/* What names the client of one packet says nothing of the next. */
static void
a_zone_names_clients_of_a_burst(void **state)
{
	static const uint8_t last[] = {9, 10, 11, 9};
	struct bench b;

	(void)state;
	if (strcmp(lists_rpz_version(), "none") == 0)
		skip(); /* build: without libldns */
	bench_start_list(&b,
		"32.9.2.0.192.rpz-client-ip CNAME .\n32.10.2.0.192.rpz-client-ip CNAME rpz-drop.\n",
		"[list z]\npath = ads.txt\nformat = rpz\n");
	for (int i = 0; i < 4; i++) {
		bench_query(&b, "good.com", 1, 0, 0);
		b.frame.data[14 + 15] = last[i]; /* of the source address */
		b.pkts[i] = bench_mbuf(&b, 0);
	}
	classify_burst(b.classify, b.policy.view, b.pkts, 4, b.fates);
	assert_int_equal(b.fates[0], CLASSIFY_REPLY);
	assert_int_equal(b.fates[1], CLASSIFY_DROP);
	assert_int_equal(b.fates[2], CLASSIFY_PASS);
	assert_int_equal(b.fates[3], CLASSIFY_REPLY);
	rte_pktmbuf_free_bulk(b.pkts, 4);
	bench_stop(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_source_mac_and_not_the_destination),
		cmocka_unit_test(tags_of_vlan_0_are_no_vlan),
		cmocka_unit_test(the_port_that_it_came_in_by),
		cmocka_unit_test(each_packet_of_a_burst_has_its_own),
		cmocka_unit_test(a_zone_names_clients_of_a_burst),
	};

	return cmocka_run_group_tests(tests, unit_eal_start, unit_eal_stop);
}

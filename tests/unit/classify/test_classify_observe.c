/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "classify_fixture.h"

static void
what_is_no_dns_passes_untouched(void **state)
{
	struct bench b;

	(void)state;
	bench_start(&b, FIXTURE_ADS);
	frame_ethernet(&b.frame, 0x0806);
	frame_add(&b.frame, NULL, 46);
	bench_expect(&b, 0, CLASSIFY_PASS, CLASSIFY_pkt_arp);
	frame_ethernet(&b.frame, 0x0800);
	frame_ip4(&b.frame, 6, 0);
	frame_tcp(&b.frame, 0, 30);
	bench_expect(&b, 0, CLASSIFY_PASS, CLASSIFY_tcp);
	bench_query(&b, "www.ads.com", 1, 0, 0);
	frame_put16(b.frame.data + b.frame.l4_off + 2, 5353);
	bench_expect(&b, 0, CLASSIFY_PASS, CLASSIFY_not_dns);
	frame_put16(b.frame.data + b.frame.l4_off, 53);
	bench_expect(&b, 0, CLASSIFY_PASS, CLASSIFY_not_to_dns);
	bench_query(&b, "www.ads.com", 1, 0, 0);
	b.frame.len = 20;
	bench_expect(&b, 0, CLASSIFY_PASS, CLASSIFY_pkt_short_ip);
	bench_stop(&b);
}

static void
only_queries_of_clients_are_decided(void **state)
{
	struct bench b;

	(void)state;
	bench_start(&b, FIXTURE_ADS);
	bench_query(&b, "www.ads.com", 1, 0, 0);
	bench_expect(&b, 1, CLASSIFY_PASS, CLASSIFY_wrong_side);
	bench_expect(&b, 0, CLASSIFY_REPLY, CLASSIFY_answered_nxdomain);
	bench_expect(&b, 2, CLASSIFY_REPLY, CLASSIFY_answered_nxdomain);
	b.frame.data[b.frame.l4_off + 8 + 2] |= 0x80; /* QR */
	bench_expect(&b, 0, CLASSIFY_PASS, CLASSIFY_dns_response);
	bench_stop(&b);
}

static void
what_breaks_an_rfc_is_passed_or_dropped_as_the_ini_says(void **state)
{
	static const enum classify_fate fates[] = {CLASSIFY_PASS, CLASSIFY_DROP};
	static const char *const ini[] = {
		FIXTURE_ADS,
		"[weir]\nmalformed = drop\nother = drop\n" FIXTURE_ADS,
	};
	struct bench b;

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(ini); i++) {
		bench_start(&b, ini[i]);
		bench_query(&b, "www.ads.com", 1, 0, 0);
		b.frame.data[b.frame.l4_off + 8 + 5] = 2; /* QDCOUNT */
		bench_expect(&b, 0, fates[i], CLASSIFY_dns_many_questions);
		bench_query(&b, "www.ads.com", 252, 0, 0);
		bench_expect(&b, 0, fates[i], CLASSIFY_dns_axfr);
		bench_stop(&b);
	}
}

/* A record says of a packet that was dropped unread that it was dropped. */
static void
records_tell_what_the_ini_did(void **state)
{
	static const struct {
		const char *ini;
		uint8_t malformed, other;
	} cases[] = {
		{FIXTURE_ADS, POLICY_PASS, POLICY_PASS},
		{"[weir]\nmalformed = drop\n" FIXTURE_ADS, POLICY_DROP, POLICY_PASS},
		{"[weir]\nother = drop\n" FIXTURE_ADS, POLICY_PASS, POLICY_DROP},
	};
	struct bench b;

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(cases); i++) {
		bench_start(&b, cases[i].ini);
		bench_query(&b, "www.ads.com", 252, 0, 0);
		bench_one(&b, 0);
		rte_pktmbuf_free(b.pkts[0]);
		b.frame.data[b.frame.l4_off + 8 + 5] = 2; /* QDCOUNT */
		bench_one(&b, 0);
		rte_pktmbuf_free(b.pkts[0]);
		bench_records(&b);
		assert_int_equal(b.nb_records, 2);
		assert_int_equal(b.records[0].reason, CLASSIFY_dns_axfr);
		assert_int_equal(b.records[0].action, cases[i].other);
		assert_int_equal(b.records[1].reason, CLASSIFY_dns_many_questions);
		assert_int_equal(b.records[1].action, cases[i].malformed);
		assert_int_equal(b.records[1].list, POLICY_LIST_NONE);
		bench_stop(&b);
	}
}

static void
ports_are_those_of_the_ini(void **state)
{
	struct bench b;

	(void)state;
	bench_start(&b, FIXTURE_ADS "[dns]\nports = 5300, 53000\n");
	bench_query(&b, "www.ads.com", 1, 0, 0);
	bench_expect(&b, 0, CLASSIFY_PASS, CLASSIFY_not_dns);
	frame_put16(b.frame.data + b.frame.l4_off + 2, 53000);
	bench_expect(&b, 0, CLASSIFY_REPLY, CLASSIFY_answered_nxdomain);
	bench_stop(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_no_dns_passes_untouched),
		cmocka_unit_test(only_queries_of_clients_are_decided),
		cmocka_unit_test(what_breaks_an_rfc_is_passed_or_dropped_as_the_ini_says),
		cmocka_unit_test(records_tell_what_the_ini_did),
		cmocka_unit_test(ports_are_those_of_the_ini),
	};

	return cmocka_run_group_tests(tests, unit_eal_start, unit_eal_stop);
}

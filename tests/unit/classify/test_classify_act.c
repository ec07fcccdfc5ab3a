/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "classify_fixture.h"
#include "dns_question.h"
#include "pkt_checksum.h"
#include "pkt_turn.h"

/* The answer in b->pkts[0] as a decoded frame and a parsed message; its octets of DNS. */
static const uint8_t *
read_answer(struct bench *b, struct pkt_layers *layers, struct dns_question *question)
{
	const uint8_t *frame = rte_pktmbuf_mtod(b->pkts[0], const uint8_t *);

	assert_int_equal(b->pkts[0]->nb_segs, 1);
	assert_int_equal(pkt_decode(frame, rte_pktmbuf_pkt_len(b->pkts[0]), layers), PKT_ok);
	assert_int_equal(
		dns_question_parse(frame + layers->payload_off, layers->payload_len, question),
		DNS_response);
	return frame + layers->payload_off;
}

static void
expect_answered(struct bench *b)
{
	struct dns_question question;
	struct pkt_layers layers;

	read_answer(b, &layers, &question);
	assert_int_equal(layers.sport, 53);
	assert_int_equal(layers.dport, 4242);
	assert_int_equal(question.id, 0x1234);
	assert_int_equal(question.flags & DNS_FLAGS_RCODE, 3);
	assert_int_equal(question.nscount, 1);
	assert_int_equal(layers.end, rte_pktmbuf_pkt_len(b->pkts[0]));
}

static void
a_query_becomes_its_answer_in_place(void **state)
{
	struct rte_mbuf *mbuf;
	struct bench b;

	(void)state;
	bench_start(&b, FIXTURE_ADS);
	bench_query(&b, "www.ads.com", 1, 0, 0);
	mbuf = b.pkts[0] = bench_mbuf(&b, 0);
	classify_burst(b.classify, b.policy.view, b.pkts, 1, b.fates);
	assert_int_equal(b.fates[0], CLASSIFY_REPLY);
	assert_ptr_equal(b.pkts[0], mbuf);
	assert_int_equal(b.pkts[0]->ol_flags, 0);
	expect_answered(&b);
	rte_pktmbuf_free(b.pkts[0]);
	bench_stop(&b);
}

static void
records_of_a_rule_are_the_answer(void **state)
{
	struct dns_question question;
	struct pkt_layers layers;
	const uint8_t *msg;
	struct bench b;

	(void)state;
	if (strcmp(lists_rpz_version(), "none") == 0)
		skip(); /* build: without libldns */
	bench_start_list(&b, "ads.com 300 A 192.0.2.1\n", "[list ads]\npath = ads.txt\n");
	bench_query(&b, "ads.com", 1, 0, 0);
	b.pkts[0] = bench_mbuf(&b, 0);
	classify_burst(b.classify, b.policy.view, b.pkts, 1, b.fates);
	assert_int_equal(b.fates[0], CLASSIFY_REPLY);
	assert_int_equal(bench_count(&b, CLASSIFY_answered_data), 1);
	msg = read_answer(&b, &layers, &question);
	assert_int_equal(question.ancount, 1);
	assert_memory_equal(msg + layers.payload_len - 8, "\1\x2c\0\4\300\0\2\1", 8);
	rte_pktmbuf_free(b.pkts[0]);
	bench_stop(&b);
}

static void
a_chain_is_read_and_answered_from_one_segment(void **state)
{
	struct rte_mbuf *tail;
	struct bench b;

	(void)state;
	bench_start(&b, FIXTURE_ADS);
	bench_query(&b, "www.ads.com", 1, 0, 0);
	for (uint32_t cut = 1; cut < b.frame.len; cut++) {
		b.pkts[0] = bench_mbuf(&b, 0);
		tail = rte_pktmbuf_alloc(b.pool);
		memcpy(rte_pktmbuf_append(tail, (uint16_t)(b.frame.len - cut)), b.frame.data + cut,
			b.frame.len - cut);
		rte_pktmbuf_trim(b.pkts[0], (uint16_t)(b.frame.len - cut));
		assert_int_equal(rte_pktmbuf_chain(b.pkts[0], tail), 0);
		classify_burst(b.classify, b.policy.view, b.pkts, 1, b.fates);
		assert_int_equal(b.fates[0], CLASSIFY_REPLY);
		expect_answered(&b);
		rte_pktmbuf_free(b.pkts[0]);
	}
	bench_stop(&b);
}

/* b->frame as a chain of mbufs that are full but for the last. */
static struct rte_mbuf *
make_chain(struct bench *b)
{
	struct rte_mbuf *head = NULL;

	for (uint32_t at = 0; at < b->frame.len;) {
		struct rte_mbuf *mbuf = rte_pktmbuf_alloc(b->pool);
		uint32_t n = b->frame.len - at, room = rte_pktmbuf_tailroom(mbuf);

		n = n < room ? n : room;
		memcpy(rte_pktmbuf_append(mbuf, (uint16_t)n), b->frame.data + at, n);
		at += n;
		if (head == NULL)
			head = mbuf;
		else
			assert_int_equal(rte_pktmbuf_chain(head, mbuf), 0);
	}
	head->port = 0;
	return head;
}

/** Padding fills three mbufs; the cookie behind it comes back all the same (RFC 7873 5.3). */
static void
a_query_longer_than_an_mbuf_is_answered(void **state)
{
	static const uint8_t cookie[] = {0, 10, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8};
	const uint16_t padding = 5000;
	struct dns_question question;
	struct pkt_layers layers;
	const uint8_t *msg;
	uint32_t opt;
	struct bench b;

	(void)state;
	bench_start(&b, FIXTURE_ADS);
	bench_query(&b, "www.ads.com", 1, 1232, 0);
	opt = b.frame.len - 2;
	frame_put16(frame_add(&b.frame, NULL, 2), 12); /* Padding, RFC 7830 */
	frame_put16(frame_add(&b.frame, NULL, 2), padding);
	memset(frame_add(&b.frame, NULL, padding), 0, padding);
	frame_add(&b.frame, cookie, sizeof(cookie));
	frame_put16(b.frame.data + opt, padding + 4 + sizeof(cookie));
	frame_put16(b.frame.data + b.frame.l4_off + 4, b.frame.len - b.frame.l4_off);
	frame_close_ip(&b.frame);
	b.pkts[0] = make_chain(&b);
	assert_true(b.pkts[0]->nb_segs > 2);
	classify_burst(b.classify, b.policy.view, b.pkts, 1, b.fates);
	assert_int_equal(b.fates[0], CLASSIFY_REPLY);
	expect_answered(&b);
	msg = read_answer(&b, &layers, &question);
	assert_memory_equal(msg + DNS_HEADER_LEN, "\3www\3ads\3com", 13);
	assert_int_equal(question.arcount, 1);
	/* Of a response the records are not walked: the cookie stands last but for the EDE. */
	assert_non_null(memmem(msg, layers.payload_len, cookie, sizeof(cookie)));
	assert_true(layers.payload_len < 200);
	rte_pktmbuf_free(b.pkts[0]);
	bench_stop(&b);
}

/** Headers alone fill an mbuf: nothing that could be answered in one. */
static void
a_question_that_no_mbuf_holds_is_dropped(void **state)
{
	struct bench b;

	(void)state;
	bench_start(&b, FIXTURE_ADS);
	frame_ethernet(&b.frame, 0x86dd);
	frame_ip6(&b.frame, 17);
	frame_ext(&b.frame, 60, 2040, 255);
	frame_udp(&b.frame, 0);
	frame_add(&b.frame, "\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\3ads\3com\0\0\1\0\1",
		25);
	frame_put16(b.frame.data + b.frame.l4_off + 4, b.frame.len - b.frame.l4_off);
	frame_close_ip(&b.frame);
	b.pkts[0] = make_chain(&b);
	classify_burst(b.classify, b.policy.view, b.pkts, 1, b.fates);
	assert_int_equal(b.fates[0], CLASSIFY_DROP);
	assert_int_equal(bench_count(&b, CLASSIFY_dropped_no_room), 1);
	rte_pktmbuf_free(b.pkts[0]);
	bench_stop(&b);
}

static void
a_shared_mbuf_is_copied_and_a_spent_pool_is_counted(void **state)
{
	struct rte_mbuf *mbuf, *all[255];
	unsigned int n = 0;
	struct bench b;

	(void)state;
	bench_start(&b, FIXTURE_ADS);
	bench_query(&b, "www.ads.com", 1, 0, 0);
	mbuf = b.pkts[0] = bench_mbuf(&b, 0);
	rte_mbuf_refcnt_update(mbuf, 1);
	classify_burst(b.classify, b.policy.view, b.pkts, 1, b.fates);
	assert_int_equal(b.fates[0], CLASSIFY_REPLY);
	assert_ptr_not_equal(b.pkts[0], mbuf);
	assert_memory_equal(rte_pktmbuf_mtod(mbuf, void *), b.frame.data, b.frame.len);
	expect_answered(&b);
	rte_pktmbuf_free(b.pkts[0]);

	rte_mbuf_refcnt_update(mbuf, 1);
	while ((all[n] = rte_pktmbuf_alloc(b.pool)) != NULL)
		n++;
	b.pkts[0] = mbuf;
	classify_burst(b.classify, b.policy.view, b.pkts, 1, b.fates);
	assert_int_equal(b.fates[0], CLASSIFY_DROP);
	assert_int_equal(bench_count(&b, CLASSIFY_dropped_no_mbuf), 1);
	rte_pktmbuf_free(b.pkts[0]);
	rte_pktmbuf_free(mbuf);
	rte_pktmbuf_free_bulk(all, n);
	bench_stop(&b);
}

static void
offloaded_checksums_end_as_the_same_octets(void **state)
{
	struct rte_mbuf *soft, *offload;
	struct pkt_layers layers;
	struct bench b;
	uint8_t *ip, *udp;
	uint16_t sum;

	(void)state;
	bench_start(&b, FIXTURE_ADS);
	bench_query(&b, "www.ads.com", 28, 4096, 0);
	assert_int_equal(bench_one(&b, 0), CLASSIFY_REPLY);
	soft = b.pkts[0];
	assert_int_equal(bench_one(&b, 2), CLASSIFY_REPLY);
	offload = b.pkts[0];
	assert_int_equal(offload->ol_flags,
		RTE_MBUF_F_TX_IPV4 | RTE_MBUF_F_TX_IP_CKSUM | RTE_MBUF_F_TX_UDP_CKSUM);
	assert_int_equal(offload->l2_len, 14);
	assert_int_equal(offload->l3_len, 20);
	/* What the device would do. */
	ip = rte_pktmbuf_mtod_offset(offload, uint8_t *, offload->l2_len);
	frame_put16(ip + 10, (uint16_t)~pkt_sum(ip, 20, 0));
	udp = ip + offload->l3_len;
	sum = (uint16_t)~pkt_sum(udp, (uint32_t)(rte_pktmbuf_pkt_len(offload) - 34), 0);
	frame_put16(udp + 6, sum == 0 ? 0xffff : sum);
	assert_int_equal(rte_pktmbuf_pkt_len(soft), rte_pktmbuf_pkt_len(offload));
	assert_memory_equal(rte_pktmbuf_mtod(soft, void *), rte_pktmbuf_mtod(offload, void *),
		rte_pktmbuf_pkt_len(soft));
	assert_int_equal(
		pkt_decode(rte_pktmbuf_mtod(soft, uint8_t *), rte_pktmbuf_pkt_len(soft), &layers),
		PKT_ok);
	rte_pktmbuf_free(soft);
	rte_pktmbuf_free(offload);
	bench_stop(&b);
}

static void
the_sinkhole_is_the_groups(void **state)
{
	struct dns_question question;
	struct pkt_layers layers;
	const uint8_t *msg;
	struct bench b;

	(void)state;
	bench_start(&b, FIXTURE_ADS "action = sinkhole\nede = 17\ntext = filtered\n"
				    "[group default]\nsinkhole_a = 198.51.100.7\n");
	bench_query(&b, "ads.com", 1, 1232, 0);
	assert_int_equal(bench_one(&b, 0), CLASSIFY_REPLY);
	msg = read_answer(&b, &layers, &question);
	assert_int_equal(question.ancount, 1);
	assert_memory_equal(msg + 12 + 13 + 10, "\x00\x04\xc6\x33\x64\x07", 6);
	/* EDE: option 15, INFO-CODE 17, the text */
	assert_memory_equal(msg + layers.payload_len - 14,
		"\x00\x0f\x00\x0a\x00\x11"
		"filtered",
		14);
	rte_pktmbuf_free(b.pkts[0]);
	bench_query(&b, "ads.com", 15, 0, 0); /* MX: NODATA */
	assert_int_equal(bench_one(&b, 0), CLASSIFY_REPLY);
	read_answer(&b, &layers, &question);
	assert_int_equal(question.ancount, 0);
	assert_int_equal(question.nscount, 1);
	rte_pktmbuf_free(b.pkts[0]);
	bench_stop(&b);
}

static void
an_answer_is_at_most_amplify_times_its_query(void **state)
{
	struct dns_question question;
	struct pkt_layers layers;
	uint32_t query_ip;
	struct bench b;

	(void)state;
	bench_start(&b, "[weir]\namplify = 1\n" FIXTURE_ADS);
	bench_query(&b, "ads.com", 1, 1232, 0);
	query_ip = b.frame.len - b.frame.l3_off;
	assert_int_equal(bench_one(&b, 0), CLASSIFY_REPLY);
	read_answer(&b, &layers, &question);
	assert_true(pkt_ip_len(&layers) <= query_ip);
	assert_true(question.flags & DNS_FLAG_TC);
	rte_pktmbuf_free(b.pkts[0]);
	bench_stop(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_query_becomes_its_answer_in_place),
		cmocka_unit_test(a_chain_is_read_and_answered_from_one_segment),
		cmocka_unit_test(records_of_a_rule_are_the_answer),
		cmocka_unit_test(a_query_longer_than_an_mbuf_is_answered),
		cmocka_unit_test(a_question_that_no_mbuf_holds_is_dropped),
		cmocka_unit_test(a_shared_mbuf_is_copied_and_a_spent_pool_is_counted),
		cmocka_unit_test(offloaded_checksums_end_as_the_same_octets),
		cmocka_unit_test(the_sinkhole_is_the_groups),
		cmocka_unit_test(an_answer_is_at_most_amplify_times_its_query),
	};

	return cmocka_run_group_tests(tests, unit_eal_start, unit_eal_stop);
}

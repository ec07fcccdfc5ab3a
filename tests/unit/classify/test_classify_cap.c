/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * Responses whose TTLs are lowered on the way: octet for octet what they were but for TTLs and the
 * checksum, which is computed anew here.
 */
#include "classify_fixture.h"

#define MONDAY_S INT64_C(1767571200) /* 2026-01-05 00:00 UTC */
#define SIX_S	 (MONDAY_S + 18 * 3600)
#define SCHEDULE "schedule = Mon-Fri 08:00-18:00 [ads]\n"
#define INI	 FIXTURE_ADS "[group default]\ncap_ttl = yes\n" SCHEDULE
#define SERVERS	 1 /* the port that responses come in on */
#define LEFT	 300
#define TTLS_MAX 4

/* A response in b->frame, and where its TTLs stand. */
struct response {
	uint32_t nb, at[TTLS_MAX];
};

static uint32_t
get16(const uint8_t *at)
{
	return (uint32_t)(at[0] << 8 | at[1]);
}

static void
put32(uint8_t *at, uint32_t v)
{
	frame_put16(at, v >> 16);
	frame_put16(at + 2, v & 0xffff);
}

/* The checksum of the datagram (RFC 768, RFC 8200 8.1), by the rules. */
static uint16_t
sum_of(const struct frame *f)
{
	const uint8_t *ip = f->data + f->l3_off, *udp = f->data + f->l4_off;
	uint32_t len = get16(udp + 4), sum = 17 + len, addrs = ip[0] >> 4 == 4 ? 8 : 32;

	for (uint32_t i = 0; i < addrs; i += 2)
		sum += get16(ip + (addrs == 8 ? 12 : 8) + i);
	for (uint32_t i = 0; i < len; i++)
		sum += i == 6 || i == 7 ? 0 : (uint32_t)udp[i] << (i % 2 == 0 ? 8 : 0);
	while (sum >> 16 != 0)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum == 0xffff ? 0xffff : (uint16_t)~sum;
}

static void
add_record(struct bench *b, struct response *r, uint16_t type, uint32_t ttl, uint16_t len)
{
	struct frame *f = &b->frame;

	frame_add(f, "\xc0\x0c", 2);
	frame_put16(frame_add(f, NULL, 2), type);
	frame_put16(frame_add(f, NULL, 2), 1);
	assert_true(r->nb < TTLS_MAX);
	r->at[r->nb++] = f->len;
	put32(frame_add(f, NULL, 4), ttl);
	frame_put16(frame_add(f, NULL, 2), len);
	for (uint16_t i = 0; i < len; i++)
		*frame_add(f, NULL, 1) = (uint8_t)(i * 37 + len);
}

/* Ends the datagram; what is added behind is padding. */
static void
close_response(struct bench *b)
{
	struct frame *f = &b->frame;

	frame_put16(f->data + f->l4_off + 4, f->len - f->l4_off);
	frame_close_ip(f);
	frame_put16(f->data + f->l4_off + 6, sum_of(f));
}

/* Two records of these TTLs; the second one's place is odd where the first one's text is. */
static struct response
open_response(struct bench *b, uint16_t ethertype, uint32_t first, uint32_t second, uint16_t text)
{
	struct response r = {0};
	struct frame *f = &b->frame;

	frame_ethernet(f, ethertype);
	if (ethertype == 0x0800)
		frame_ip4(f, 17, 0);
	else
		frame_ip6(f, 17);
	frame_udp(f, 0);
	frame_put16(f->data + f->l4_off, 53);
	frame_put16(f->data + f->l4_off + 2, 4242);
	frame_add(f, "\x12\x34\x81\x80\0\1\0\2\0\0\0\0\3www\7example\0\0\1\0\1", 29);
	add_record(b, &r, 16, first, text);
	add_record(b, &r, 1, second, 4);
	close_response(b);
	return r;
}

/* The hours in force are over in LEFT seconds. */
static void
start(struct bench *b, const char *ini)
{
	struct policy *next;

	bench_start(b, ini);
	assert_int_equal(policy_renew_hours(b->policy.policy, SIX_S - 3600, &next, NULL), 0);
	policy_view_free(b->policy.view);
	policy_free(b->policy.policy);
	b->policy.policy = next;
	if (policy_view_build(next, 0, unit_eal_node(), &b->policy.view, &b->policy.err) < 0)
		fail_msg("%s", b->policy.err.text);
	classify_set_time(b->classify, (SIX_S - LEFT) * 1000000);
}

/* What the frame is to be: TTLs above the limit lowered, the checksum made anew where there is one.
 */
static struct frame
wanted(const struct bench *b, const struct response *r)
{
	struct frame f = b->frame;

	for (uint32_t i = 0; i < r->nb; i++) {
		uint8_t *at = f.data + r->at[i];

		if ((get16(at) << 16 | get16(at + 2)) > LEFT)
			put32(at, LEFT);
	}
	if (get16(f.data + f.l4_off + 6) != 0)
		frame_put16(f.data + f.l4_off + 6, sum_of(&f));
	return f;
}

/* Holds the packet, whatever segments it has, against a frame. */
static void
expect_frame(const struct rte_mbuf *mbuf, const struct frame *f)
{
	uint8_t octets[sizeof(f->data)];

	assert_int_equal(rte_pktmbuf_pkt_len(mbuf), f->len);
	assert_memory_equal(rte_pktmbuf_read(mbuf, 0, f->len, octets), f->data, f->len);
}

/* Classifies b->pkts[0], which takes this reason and passes as `f`; it stays. */
static void
expect(struct bench *b, enum classify_reason reason, const struct frame *f)
{
	uint64_t before = bench_count(b, reason);

	classify_burst(b->classify, b->policy.view, b->pkts, 1, b->fates);
	assert_int_equal(b->fates[0], CLASSIFY_PASS);
	assert_int_equal(bench_count(b, reason), before + 1);
	expect_frame(b->pkts[0], f);
}

static void
send(struct bench *b, uint16_t port, enum classify_reason reason, const struct frame *f)
{
	b->pkts[0] = bench_mbuf(b, port);
	expect(b, reason, f);
	rte_pktmbuf_free(b->pkts[0]);
}

static void
ttls_are_lowered_and_the_checksum_is_mended(void **state)
{
	static const uint32_t ttls[] = {0, 1, LEFT, LEFT + 1, 3600, 86400, 0x12345678, 0x7fffffff};
	struct bench b;

	(void)state;
	start(&b, INI);
	for (size_t i = 0; i < UNIT_COUNT(ttls); i++) {
		for (uint16_t text = 0; text < 6; text++) {
			for (int six = 0; six < 2; six++) {
				struct response r = open_response(&b, six ? 0x86dd : 0x0800,
					ttls[i], ttls[(i + text) % UNIT_COUNT(ttls)], text);
				struct frame f = wanted(&b, &r);
				bool same = memcmp(f.data, b.frame.data, f.len) == 0;

				send(&b, SERVERS,
					same ? CLASSIFY_dns_response : CLASSIFY_passed_capped, &f);
			}
		}
	}
	assert_true(bench_count(&b, CLASSIFY_passed_capped) > 50);
	bench_stop(&b);
}

/* A checksum that comes out as 0 is written as 0xffff; one that there is not stays so; a wrong one
 * stays wrong, for the host behind us to see. */
static void
checksums_of_every_kind(void **state)
{
	struct response r;
	struct frame f;
	struct bench b;
	uint32_t zeros = 0;

	(void)state;
	start(&b, INI);
	for (uint32_t id = 0; id < 0x10000; id += zeros == 0 ? 1 : 257) {
		r = open_response(&b, 0x0800, 86400, 1, 3);
		frame_put16(b.frame.data + b.frame.l4_off + 8, id);
		frame_put16(b.frame.data + b.frame.l4_off + 6, sum_of(&b.frame));
		f = wanted(&b, &r);
		zeros += get16(f.data + f.l4_off + 6) == 0xffff;
		send(&b, SERVERS, CLASSIFY_passed_capped, &f);
	}
	assert_true(zeros > 0);
	r = open_response(&b, 0x0800, 86400, 1, 3);
	frame_put16(b.frame.data + b.frame.l4_off + 6, 0);
	f = wanted(&b, &r);
	send(&b, SERVERS, CLASSIFY_passed_capped, &f);
	r = open_response(&b, 0x0800, 86400, 1, 3);
	b.frame.data[b.frame.l4_off + 9] ^= 0x40;
	f = wanted(&b, &r);
	f.data[f.l4_off + 9] ^= 0x40;
	frame_put16(f.data + f.l4_off + 6, sum_of(&f));
	f.data[f.l4_off + 9] ^= 0x40;
	send(&b, SERVERS, CLASSIFY_passed_capped, &f);
	bench_stop(&b);
}

/* In two segments, cut at each octet, and with Ethernet padding behind the datagram. */
static void
a_packet_in_segments_is_written_where_it_lies(void **state)
{
	struct bench b;

	(void)state;
	start(&b, INI);
	for (uint32_t cut = 64; cut < 104; cut++) {
		struct response r = open_response(&b, 0x0800, 86400, 86400, 3);
		struct frame f;
		struct rte_mbuf *tail = rte_pktmbuf_alloc(b.pool);

		frame_add(&b.frame, "\xaa\xbb\xcc", 3);
		f = wanted(&b, &r);
		b.pkts[0] = bench_mbuf(&b, SERVERS);
		memcpy(rte_pktmbuf_append(tail, (uint16_t)(f.len - cut)), b.frame.data + cut,
			f.len - cut);
		rte_pktmbuf_trim(b.pkts[0], (uint16_t)(f.len - cut));
		assert_int_equal(rte_pktmbuf_chain(b.pkts[0], tail), 0);
		expect(&b, CLASSIFY_passed_capped, &f);
		assert_ptr_equal(b.pkts[0]->next, tail);
		rte_pktmbuf_free(b.pkts[0]);
	}
	bench_stop(&b);
}

/* Somebody else reads the octets: they get theirs as they came, the client a copy. */
static void
a_packet_that_is_shared_is_copied(void **state)
{
	struct rte_mbuf *other;
	struct response r;
	struct frame f;
	struct bench b;

	(void)state;
	start(&b, INI);
	r = open_response(&b, 0x0800, 86400, 1, 3);
	frame_add(&b.frame, "\xaa\xbb\xcc", 3);
	f = wanted(&b, &r);
	other = b.pkts[0] = bench_mbuf(&b, SERVERS);
	rte_pktmbuf_refcnt_update(other, 1);
	expect(&b, CLASSIFY_passed_capped, &f);
	assert_ptr_not_equal(b.pkts[0], other);
	assert_int_equal(b.pkts[0]->port, SERVERS);
	expect_frame(other, &b.frame);
	rte_pktmbuf_free(b.pkts[0]);
	b.pkts[0] = rte_pktmbuf_clone(other, b.pool);
	expect(&b, CLASSIFY_passed_capped, &f);
	expect_frame(other, &b.frame);
	rte_pktmbuf_free(b.pkts[0]);
	rte_pktmbuf_free(other);
	bench_stop(&b);
}

/* The mbufs of its pool are too small for a copy in one piece, which is what is read and written.
 */
static void
a_copy_in_pieces_is_none(void **state)
{
	struct place_what what = {.name = "small", .node = unit_eal_node()};
	struct place_pool small = {.mbufs = 63, .data_room = RTE_PKTMBUF_HEADROOM + 64};
	struct rte_mempool *pool;
	struct rte_mbuf *other;
	struct bench b;

	(void)state;
	start(&b, INI);
	assert_int_equal(place_pool(&what, &small, &pool, NULL), 0);
	open_response(&b, 0x0800, 86400, 1, 3);
	other = bench_mbuf(&b, SERVERS);
	b.pkts[0] = rte_pktmbuf_clone(other, pool);
	expect(&b, CLASSIFY_uncapped_no_mbuf, &b.frame);
	rte_pktmbuf_free(b.pkts[0]);
	rte_pktmbuf_free(other);
	assert_int_equal(rte_mempool_in_use_count(pool), 0);
	place_free(pool);
	bench_stop(&b);
}

static void
without_an_mbuf_it_passes_as_it_came(void **state)
{
	struct rte_mbuf *all[256];
	uint32_t nb = 0;
	struct bench b;

	(void)state;
	start(&b, INI);
	open_response(&b, 0x0800, 86400, 1, 3);
	b.pkts[0] = bench_mbuf(&b, SERVERS);
	rte_pktmbuf_refcnt_update(b.pkts[0], 1);
	while ((all[nb] = rte_pktmbuf_alloc(b.pool)) != NULL)
		nb++;
	expect(&b, CLASSIFY_uncapped_no_mbuf, &b.frame);
	rte_pktmbuf_free_bulk(all, nb);
	rte_pktmbuf_refcnt_update(b.pkts[0], -1);
	rte_pktmbuf_free(b.pkts[0]);
	bench_stop(&b);
}

static void
what_is_signed_or_malformed_passes_as_it_came(void **state)
{
	struct response r;
	struct bench b;

	(void)state;
	start(&b, INI);
	open_response(&b, 0x0800, 86400, 86400, 3);
	b.frame.data[b.frame.l4_off + 8 + 7]++; /* a record that is not there */
	send(&b, SERVERS, CLASSIFY_uncapped_malformed, &b.frame);
	r = open_response(&b, 0x0800, 86400, 86400, 3);
	b.frame.data[b.frame.l4_off + 8 + 11]++; /* in the additional section */
	frame_put16(b.frame.data + r.at[1] - 4 + 16, 0);
	add_record(&b, &r, 250, 0, 4);
	close_response(&b);
	send(&b, SERVERS, CLASSIFY_uncapped_signed, &b.frame);
	bench_stop(&b);
}

static void
only_for_groups_and_on_sides_that_ask_for_it(void **state)
{
	struct response r;
	struct frame f;
	struct bench b;

	(void)state;
	start(&b, FIXTURE_ADS "[group kids]\ncap_ttl = yes\n" SCHEDULE
			      "[clients kids]\nprefixes = 192.0.2.53\n"
			      "[group other]\n" SCHEDULE "[clients other]\nvlans = 9\n");
	r = open_response(&b, 0x0800, 86400, 1, 3); /* to 192.0.2.53 */
	f = wanted(&b, &r);
	send(&b, SERVERS, CLASSIFY_passed_capped, &f);
	send(&b, 2, CLASSIFY_passed_capped, &f);      /* both sides */
	send(&b, 0, CLASSIFY_dns_response, &b.frame); /* from clients */
	b.frame.data[b.frame.l3_off + 19]++;	      /* to another client */
	send(&b, SERVERS, CLASSIFY_dns_response, &b.frame);
	bench_stop(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ttls_are_lowered_and_the_checksum_is_mended),
		cmocka_unit_test(checksums_of_every_kind),
		cmocka_unit_test(a_packet_in_segments_is_written_where_it_lies),
		cmocka_unit_test(a_packet_that_is_shared_is_copied),
		cmocka_unit_test(a_copy_in_pieces_is_none),
		cmocka_unit_test(without_an_mbuf_it_passes_as_it_came),
		cmocka_unit_test(what_is_signed_or_malformed_passes_as_it_came),
		cmocka_unit_test(only_for_groups_and_on_sides_that_ask_for_it),
	};

	return cmocka_run_group_tests(tests, unit_eal_start, unit_eal_stop);
}

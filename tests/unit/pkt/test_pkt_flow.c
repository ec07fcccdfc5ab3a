/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "pkt_flow.h"
#include "unit.h"
#include "unit_frames.h"

enum {
	IP4_SRC = 12,
	IP6_SRC = 8,
};

/* A frame whose addresses and ports have changed places. */
static struct frame
turned(const struct frame *f, uint32_t src, uint32_t n)
{
	struct frame back = *f;
	uint8_t *at = back.data + f->l3_off + src;

	memcpy(at, f->data + f->l3_off + src + n, n);
	memcpy(at + n, f->data + f->l3_off + src, n);
	memcpy(back.data + f->l4_off, f->data + f->l4_off + 2, 2);
	memcpy(back.data + f->l4_off + 2, f->data + f->l4_off, 2);
	return back;
}

static struct frame
udp4(uint8_t host, uint16_t sport)
{
	struct frame f;

	frame_ethernet(&f, 0x0800);
	frame_ip4(&f, 17, 0);
	f.data[f.l3_off + IP4_SRC + 3] = host;
	frame_udp(&f, 10);
	frame_put16(f.data + f.l4_off, sport);
	return f;
}

static struct frame
udp6(uint8_t host)
{
	struct frame f;

	frame_ethernet(&f, 0x86dd);
	frame_ip6(&f, 17);
	f.data[f.l3_off + IP6_SRC + 15] = host;
	frame_udp(&f, 10);
	return f;
}

/* No octet behind the length is read: the sanitizer watches a copy of just that size. */
static uint32_t
hash_exactly(const struct frame *f, uint32_t len, bool ports)
{
	uint8_t *copy = frame_copy(f, len);
	uint32_t hash = pkt_flow_hash(copy, len, ports);

	free(copy);
	return hash;
}

static void
a_cut_frame_is_read_no_further(void **state)
{
	struct frame frames[] = {udp4(1, 4000), udp6(1)};

	(void)state;
	for (int i = 0; i < 2; i++) {
		uint32_t whole = pkt_flow_hash(frames[i].data, frames[i].len, false);

		for (uint32_t len = 0; len <= frames[i].len; len++) {
			uint32_t hash = hash_exactly(&frames[i], len, false);

			hash_exactly(&frames[i], len, true);
			assert_int_equal(hash, len < frames[i].l4_off ? 0 : whole);
		}
	}
}

static void
frames_without_ip_are_one_flow(void **state)
{
	struct frame f;

	(void)state;
	frame_ethernet(&f, 0x0806);
	frame_add(&f, NULL, 46);
	assert_int_equal(pkt_flow_hash(f.data, f.len, true), 0);
	f = udp4(1, 4000);
	f.data[f.l3_off] = 0x65; /* version 6 behind the type of IPv4 */
	assert_int_equal(pkt_flow_hash(f.data, f.len, true), 0);
	f = udp6(1);
	f.data[f.l3_off] = 0x40;
	assert_int_equal(pkt_flow_hash(f.data, f.len, true), 0);
}

static void
both_directions_are_one_flow(void **state)
{
	struct frame f = udp4(7, 4000), back = turned(&f, IP4_SRC, 4);

	(void)state;
	for (int ports = 0; ports < 2; ports++) {
		assert_int_equal(pkt_flow_hash(f.data, f.len, ports),
			pkt_flow_hash(back.data, back.len, ports));
		assert_int_not_equal(pkt_flow_hash(f.data, f.len, ports), 0);
	}
	f = udp6(7);
	back = turned(&f, IP6_SRC, 16);
	for (int ports = 0; ports < 2; ports++)
		assert_int_equal(pkt_flow_hash(f.data, f.len, ports),
			pkt_flow_hash(back.data, back.len, ports));
}

static void
ports_count_where_they_are_asked_for(void **state)
{
	struct frame a = udp4(1, 4000), b = udp4(1, 4001);

	(void)state;
	assert_int_equal(pkt_flow_hash(a.data, a.len, false), pkt_flow_hash(b.data, b.len, false));
	assert_int_not_equal(
		pkt_flow_hash(a.data, a.len, true), pkt_flow_hash(b.data, b.len, true));
}

/* The pieces of a datagram stay together: none of them has ports that count. */
static void
fragments_go_by_their_addresses(void **state)
{
	static const uint16_t fields[] = {0x2000, 0x2010, 0x0010};

	(void)state;
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		struct frame f = udp4(1, 4000);

		frame_put16(f.data + f.l3_off + 6, fields[i]);
		assert_int_equal(
			pkt_flow_hash(f.data, f.len, true), pkt_flow_hash(f.data, f.len, false));
	}
}

static void
tags_do_not_count(void **state)
{
	struct frame plain = udp4(1, 4000), f;

	(void)state;
	frame_ethernet(&f, 0x0800);
	frame_tag(&f, 0x88a8, 5, 0x0800);
	frame_tag(&f, 0x8100, 6, 0x0800);
	frame_add(&f, plain.data + plain.l3_off, plain.len - plain.l3_off);
	assert_int_equal(
		pkt_flow_hash(f.data, f.len, true), pkt_flow_hash(plain.data, plain.len, true));
	frame_ethernet(&f, 0x0800);
	frame_tag(&f, 0x8100, 4, 0x0800);
	frame_tag(&f, 0x8100, 5, 0x0800);
	frame_tag(&f, 0x8100, 6, 0x0800);
	frame_add(&f, plain.data + plain.l3_off, plain.len - plain.l3_off);
	assert_int_equal(pkt_flow_hash(f.data, f.len, true), 0);
}

/* The clients of a network spread over any number of lcores: none gets half more than its share. */
static void
clients_spread(void **state)
{
	enum {
		CLIENTS = 250
	};

	(void)state;
	for (uint32_t lcores = 2; lcores <= 8; lcores++) {
		uint32_t hits[8] = {0};

		for (uint32_t host = 0; host < CLIENTS; host++) {
			struct frame four = udp4((uint8_t)host, 4000), six = udp6((uint8_t)host);

			hits[(uint64_t)pkt_flow_hash(four.data, four.len, false) * lcores >> 32]++;
			hits[(uint64_t)pkt_flow_hash(six.data, six.len, false) * lcores >> 32]++;
		}
		for (uint32_t i = 0; i < lcores; i++) {
			assert_true(hits[i] > CLIENTS / lcores);
			assert_true(hits[i] < 3 * CLIENTS / lcores);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_cut_frame_is_read_no_further),
		cmocka_unit_test(frames_without_ip_are_one_flow),
		cmocka_unit_test(both_directions_are_one_flow),
		cmocka_unit_test(ports_count_where_they_are_asked_for),
		cmocka_unit_test(fragments_go_by_their_addresses),
		cmocka_unit_test(tags_do_not_count),
		cmocka_unit_test(clients_spread),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "pkt_unit.h"

static void (*const kinds[])(struct frame *f) = {
	make_udp4, make_udp4_options, make_udp6_qinq, make_udp6_ext, make_tcp4, make_tcp6};

/* What holds for every frame, whatever is in it. */
static void
assert_sane(enum pkt_reason reason, uint32_t len, const struct pkt_layers *l)
{
	assert_in_range(reason, 0, PKT_REASON_COUNT - 1);
	assert_true(l->l3_off <= len && l->end <= len && l->l4_off <= len && l->tags <= 2);
	if (l->ip_version != 0)
		assert_true(l->l3_off + (l->ip_version == 4 ? 20U : 40U) <= len);
	if (reason != PKT_ok) {
		assert_true(l->payload_len == 0 && l->payload_off == 0);
		return;
	}
	assert_true(l->ip_version == 4 || l->ip_version == 6);
	assert_true(l->l3_off < l->l4_off && l->l4_off + 8 <= l->payload_off);
	assert_true(l->payload_off + l->payload_len <= l->end);
}

static void
a_frame_cut_anywhere_is_refused_without_reading_behind_it(void **state)
{
	struct pkt_layers out;
	struct frame f;

	(void)state;
	for (size_t kind = 0; kind < UNIT_COUNT(kinds); kind++) {
		kinds[kind](&f);
		assert_int_equal(decode(&f, &out), PKT_ok);
		for (uint32_t n = 0; n < f.len; n++) {
			enum pkt_reason reason = decode_cut(&f, n, &out);

			assert_sane(reason, n, &out);
			assert_int_equal(reason, n < f.l3_off	       ? PKT_short_l2
						 : out.ip_version == 0 ? PKT_short_ip
								       : PKT_cut);
			assert_int_equal(out.end, 0);
		}
	}
}

/* The IP length follows the cut here, so that each header's own check has to find it. */
static void
a_datagram_cut_anywhere_is_refused(void **state)
{
	struct pkt_layers out;
	struct frame f;

	(void)state;
	for (size_t kind = 0; kind < UNIT_COUNT(kinds); kind++) {
		kinds[kind](&f);
		decode(&f, &out);
		for (uint32_t whole = f.len, n = whole - 1; n > f.l3_off + 40; n--) {
			enum pkt_reason reason;

			f.len = n;
			frame_close_ip(&f);
			reason = decode(&f, &out);
			assert_sane(reason, n, &out);
			if (reason == PKT_ok) /* a shorter segment */
				assert_true(out.l4_proto == 6 && out.end == n);
			else
				assert_true(reason == PKT_bad_ihl || reason == PKT_short_ext ||
					    reason == PKT_short_udp || reason == PKT_bad_udp_len ||
					    reason == PKT_short_tcp || reason == PKT_bad_tcp_off);
		}
	}
}

static void
no_octet_changed_leads_out_of_the_frame(void **state)
{
	static const uint8_t flips[] = {0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0x0f, 0xff};
	struct pkt_layers out;
	struct frame f;

	(void)state;
	for (size_t kind = 0; kind < UNIT_COUNT(kinds); kind++) {
		kinds[kind](&f);
		for (uint32_t at = 12; at < f.len; at++) {
			for (size_t i = 0; i < UNIT_COUNT(flips); i++) {
				f.data[at] ^= flips[i];
				assert_sane(decode(&f, &out), f.len, &out);
				f.data[at] ^= flips[i];
			}
		}
	}
}

static void
ethernet_that_is_no_ip_is_named(void **state)
{
	static const struct {
		uint16_t type;
		enum pkt_reason reason;
	} rows[] = {
		{0, PKT_llc},
		{46, PKT_llc},
		{1500, PKT_llc},
		{1501, PKT_other_ethertype},
		{1535, PKT_other_ethertype},
		{0x0806, PKT_arp},
		{0x8847, PKT_other_ethertype},
		{0x8864, PKT_other_ethertype},
		{0x9200, PKT_other_ethertype},
		{0x0800, PKT_bad_ip_version},
		{0x86dd, PKT_bad_ip_version},
	};
	struct pkt_layers out;
	struct frame f;

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(rows); i++) {
		frame_ethernet(&f, rows[i].type);
		frame_add(&f, NULL, 60);
		assert_int_equal(decode(&f, &out), rows[i].reason);
		assert_int_equal(out.l3_off, 14);
		frame_ethernet(&f, 0);
		frame_tag(&f, 0x9100, 7, rows[i].type);
		frame_add(&f, NULL, 60);
		assert_int_equal(decode(&f, &out), rows[i].reason);
		assert_int_equal(out.l3_off, 18);
		assert_int_equal(out.tci[0], 7);
	}
	frame_ethernet(&f, 0x0800); /* IPv6 under the type of IPv4 and the other way round */
	frame_ip6(&f, 17);
	frame_udp(&f, 4);
	assert_int_equal(decode(&f, &out), PKT_bad_ip_version);
	frame_ethernet(&f, 0x86dd);
	frame_ip4(&f, 17, 0);
	frame_udp(&f, 40);
	assert_int_equal(decode(&f, &out), PKT_bad_ip_version);
	assert_int_equal(out.ip_version, 0);
}

static void
two_tags_are_kept_outer_first_and_more_hide_nothing(void **state)
{
	struct pkt_layers out;
	struct frame f;

	(void)state;
	frame_ethernet(&f, 0);
	frame_tag(&f, 0x8100, 1, 0);
	frame_tag(&f, 0x8100, 2, 0);
	frame_tag(&f, 0x8100, 3, 0x0800);
	frame_ip4(&f, 17, 0);
	frame_udp(&f, 20);
	assert_int_equal(decode(&f, &out), PKT_ok);
	assert_true(out.tags == 2 && out.tci[0] == 1 && out.tci[1] == 2);
	assert_true(out.l3_off == 26 && out.payload_len == 20);
	frame_ethernet(&f, 0);
	for (int i = 0; i < 300; i++)
		frame_tag(&f, 0x8100, 0, 0x0800);
	assert_int_equal(decode(&f, &out), PKT_short_ip);
	frame_ip4(&f, 17, 0);
	frame_udp(&f, 20);
	assert_int_equal(decode(&f, &out), PKT_ok);
	assert_true(out.tags == 2 && out.l3_off == 14 + 300 * 4 && out.payload_len == 20);
	make_udp6_qinq(&f);
	assert_int_equal(decode(&f, &out), PKT_ok);
	assert_true(out.tags == 2 && out.tci[0] == 0x6064 && out.tci[1] == 0x000c);
	assert_int_equal(out.l3_off, 22);
	make_tcp4(&f);
	assert_int_equal(decode(&f, &out), PKT_ok);
	assert_true(out.tags == 1 && out.tci[0] == 0xffff && out.tci[1] == 0);
}

static void
a_frame_that_offsets_cannot_count_is_refused(void **state)
{
	uint8_t *big = calloc(1, 70000);
	struct pkt_layers out;
	struct frame f;

	(void)state;
	assert_non_null(big);
	make_udp4(&f);
	memcpy(big, f.data, f.len);
	assert_int_equal(pkt_decode(big, 65535, &out), PKT_ok);
	assert_int_equal(pkt_decode(big, 65536, &out), PKT_too_long);
	frame_put16(big + 14 + 2, 65535 - 14);
	frame_put16(big + 14 + 20 + 4, 65535 - 14 - 20);
	assert_int_equal(pkt_decode(big, 65535, &out), PKT_ok);
	assert_int_equal(out.end, 65535);
	assert_int_equal(out.payload_len, 65535 - 42);
	free(big);
}

static void
ipv4_lengths_are_checked(void **state)
{
	static const struct {
		uint8_t first; /* version and header length */
		uint16_t total;
		enum pkt_reason reason;
	} rows[] = {
		{0x45, 0, PKT_bad_ip_len},
		{0x45, 19, PKT_bad_ip_len},
		{0x45, 20, PKT_short_udp},
		{0x45, 27, PKT_short_udp},
		{0x45, 28, PKT_bad_udp_len},
		{0x45, 58, PKT_ok},
		{0x45, 59, PKT_cut},
		{0x45, 65535, PKT_cut},
		{0x40, 58, PKT_bad_ihl},
		{0x44, 58, PKT_bad_ihl},
		{0x4f, 58, PKT_bad_ihl},
		{0x46, 23, PKT_bad_ihl},
		{0x55, 58, PKT_bad_ip_version},
		{0x65, 58, PKT_bad_ip_version},
	};
	struct pkt_layers out;
	struct frame f;

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(rows); i++) {
		make_udp4(&f);
		f.data[14] = rows[i].first;
		frame_put16(f.data + 14 + 2, rows[i].total);
		assert_int_equal(decode(&f, &out), rows[i].reason);
		assert_sane(rows[i].reason, f.len, &out);
	}
}

static void
ethernet_padding_is_no_payload(void **state)
{
	struct pkt_layers out;
	struct frame f;

	(void)state;
	frame_ethernet(&f, 0x0800);
	frame_ip4(&f, 17, 0);
	frame_udp(&f, 2);
	frame_add(&f, NULL, 16);
	assert_int_equal(decode(&f, &out), PKT_ok);
	assert_int_equal(out.payload_len, 2);
	assert_int_equal(out.end, 44);
	assert_int_equal(out.flags, 0);
	frame_put16(f.data + 14 + 20 + 4, 11); /* a UDP length that reaches into the padding */
	assert_int_equal(decode(&f, &out), PKT_bad_udp_len);
	frame_ethernet(&f, 0x0800);
	frame_ip4(&f, 6, 0);
	frame_tcp(&f, 0, 0);
	frame_add(&f, NULL, 6);
	assert_int_equal(decode(&f, &out), PKT_ok);
	assert_int_equal(out.payload_len, 0);
	f.data[14 + 20 + 12] = 0x60; /* TCP options that reach into the padding */
	assert_int_equal(decode(&f, &out), PKT_bad_tcp_off);
	f.data[14 + 20 + 12] = 0x40;
	assert_int_equal(decode(&f, &out), PKT_bad_tcp_off);
}

static void
a_udp_length_of_0_hides_nothing_in_ipv6(void **state)
{
	struct pkt_layers out;
	struct frame f;

	(void)state;
	make_udp6_ext(&f);
	frame_put16(f.data + f.l4_off + 4, 0);
	assert_int_equal(decode(&f, &out), PKT_ok);
	assert_true(out.payload_len == 30 && out.end == f.len && out.dport == 53);
	assert_int_equal(out.flags & PKT_HAS_SURPLUS, 0);
	make_udp4(&f); /* no host takes it in IPv4 */
	frame_put16(f.data + f.l4_off + 4, 0);
	assert_int_equal(decode(&f, &out), PKT_bad_udp_len);
}

static void
udp_lengths_are_checked(void **state)
{
	static const struct {
		uint16_t udp_len;
		enum pkt_reason reason;
	} rows[] = {{7, PKT_bad_udp_len}, {8, PKT_ok}, {37, PKT_ok}, {38, PKT_ok},
		{39, PKT_bad_udp_len}, {65535, PKT_bad_udp_len}};
	void (*const both[])(struct frame * f) = {make_udp4, make_udp6_ext};
	struct pkt_layers out;
	struct frame f;

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(rows) * 2; i++) {
		both[i % 2](&f);
		frame_put16(f.data + f.l4_off + 4, rows[i / 2].udp_len);
		assert_int_equal(decode(&f, &out), rows[i / 2].reason);
		if (rows[i / 2].reason != PKT_ok)
			continue;
		assert_int_equal(out.payload_len, rows[i / 2].udp_len - 8);
		assert_int_equal(out.end, f.len);
		assert_int_equal((out.flags & PKT_HAS_SURPLUS) != 0, rows[i / 2].udp_len < 38);
	}
}

static void
ipv4_fragments_are_told_apart(void **state)
{
	static const struct {
		uint16_t field;
		enum pkt_reason reason;
	} rows[] = {{0x4000, PKT_ok}, {0x8000, PKT_ok}, {0x2000, PKT_first_fragment},
		{0x0001, PKT_later_fragment}, {0x2001, PKT_later_fragment},
		{0x1fff, PKT_later_fragment}, {0x1000, PKT_later_fragment},
		{0x6000, PKT_first_fragment}};
	struct pkt_layers out;
	struct frame f;

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(rows); i++) {
		make_udp4_options(&f);
		frame_put16(f.data + 14 + 6, rows[i].field);
		assert_int_equal(decode(&f, &out), rows[i].reason);
		assert_int_equal(out.l4_off, 14 + 60);
		assert_int_equal(out.l4_proto, 17);
		assert_int_equal(out.end, f.len);
		assert_int_equal(out.sport, rows[i].reason == PKT_ok ? 4242 : 0);
	}
}

static void
whole_frames_give_every_field(void **state)
{
	struct pkt_layers out;
	struct frame f;

	(void)state;
	make_udp4_options(&f);
	frame_put16(f.data + f.l4_off + 6, 0);
	assert_int_equal(decode(&f, &out), PKT_ok);
	assert_true(out.l3_off == 14 && out.l4_off == 74 && out.payload_off == 82);
	assert_true(out.payload_len == 30 && out.end == 112 && out.tags == 0);
	assert_true(out.ip_version == 4 && out.l4_proto == 17);
	assert_true(out.sport == 4242 && out.dport == 53);
	assert_int_equal(out.flags, PKT_HAS_OPTIONS | PKT_NO_UDP_SUM);
	make_tcp6(&f);
	assert_int_equal(decode(&f, &out), PKT_ok);
	assert_true(out.l3_off == 14 && out.l4_off == 54 && out.payload_off == 54 + 60);
	assert_true(out.payload_len == 30 && out.end == f.len && out.flags == 0);
	assert_true(out.ip_version == 6 && out.l4_proto == 6);
	assert_true(out.sport == 4242 && out.dport == 53);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_frame_cut_anywhere_is_refused_without_reading_behind_it),
		cmocka_unit_test(a_datagram_cut_anywhere_is_refused),
		cmocka_unit_test(no_octet_changed_leads_out_of_the_frame),
		cmocka_unit_test(ethernet_that_is_no_ip_is_named),
		cmocka_unit_test(two_tags_are_kept_outer_first_and_more_hide_nothing),
		cmocka_unit_test(a_frame_that_offsets_cannot_count_is_refused),
		cmocka_unit_test(ipv4_lengths_are_checked),
		cmocka_unit_test(ethernet_padding_is_no_payload),
		cmocka_unit_test(a_udp_length_of_0_hides_nothing_in_ipv6),
		cmocka_unit_test(udp_lengths_are_checked),
		cmocka_unit_test(ipv4_fragments_are_told_apart),
		cmocka_unit_test(whole_frames_give_every_field),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

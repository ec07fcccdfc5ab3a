/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "pkt_decode.h"
#include "unit.h"
#include "unit_frames.h"

#include <stdbool.h>

enum {
	HBH = 0,
	ROUTING = 43,
	FRAGMENT = 44,
	ESP = 50,
	AH = 51,
	NO_NEXT = 59,
	DEST = 60
};

/* Decodes the first n octets in a block of exactly that size. */
static enum pkt_reason
decode_cut(const struct frame *f, uint32_t n, struct pkt_layers *out)
{
	uint8_t *copy = frame_copy(f, n);
	enum pkt_reason reason = pkt_decode(copy, n, out);

	free(copy);
	return reason;
}

static enum pkt_reason
decode(const struct frame *f, struct pkt_layers *out)
{
	return decode_cut(f, f->len, out);
}

/* One frame of every kind that decodes. */

static void
make_udp4(struct frame *f)
{
	frame_ethernet(f, 0x0800);
	frame_ip4(f, 17, 0);
	frame_udp(f, 30);
}

static void
make_udp4_options(struct frame *f)
{
	frame_ethernet(f, 0x0800);
	frame_ip4(f, 17, 10);
	frame_udp(f, 30);
}

static void
make_udp6_qinq(struct frame *f)
{
	frame_ethernet(f, 0);
	frame_tag(f, 0x88a8, 0x6064, 0);
	frame_tag(f, 0x8100, 0x000c, 0x86dd);
	frame_ip6(f, 17);
	frame_udp(f, 30);
}

static void
make_udp6_ext(struct frame *f)
{
	frame_ethernet(f, 0x86dd);
	frame_ip6(f, 17);
	frame_ext(f, HBH, 0, 0);
	frame_ext(f, ROUTING, 16, 2);
	frame_ext(f, DEST, 8, 1);
	frame_ext(f, FRAGMENT, 0, 0);
	frame_ext(f, AH, 16, 4);
	frame_udp(f, 30);
}

static void
make_tcp4(struct frame *f)
{
	frame_ethernet(f, 0);
	frame_tag(f, 0x8100, 0xffff, 0x0800);
	frame_ip4(f, 6, 1);
	frame_tcp(f, 3, 30);
}

static void
make_tcp6(struct frame *f)
{
	frame_ethernet(f, 0x86dd);
	frame_ip6(f, 6);
	frame_tcp(f, 10, 30);
}

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
ipv6_fragments_are_told_apart_and_an_atomic_one_is_none(void **state)
{
	static const struct {
		uint16_t field;
		enum pkt_reason reason;
	} rows[] = {{0, PKT_ok}, {0x0006, PKT_ok}, {0x0001, PKT_first_fragment},
		{0x0008, PKT_later_fragment}, {0xfff9, PKT_later_fragment}};
	struct pkt_layers out;
	struct frame f;

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(rows); i++) {
		frame_ethernet(&f, 0x86dd);
		frame_ip6(&f, 17);
		frame_put16(frame_ext(&f, FRAGMENT, 0, 77) + 2, rows[i].field);
		frame_udp(&f, 12);
		assert_int_equal(decode(&f, &out), rows[i].reason);
		assert_int_equal(out.l4_off, 14 + 48);
		assert_int_equal(out.l4_proto, 17);
		assert_true(out.flags & PKT_HAS_EXT);
		assert_int_equal((out.flags & PKT_IS_ATOMIC) != 0, rows[i].reason == PKT_ok);
		assert_int_equal(out.payload_len, rows[i].reason == PKT_ok ? 12 : 0);
	}
}

static void
extension_headers_are_walked_to_their_end(void **state)
{
	struct pkt_layers out;
	struct frame f;

	(void)state;
	make_udp6_ext(&f);
	assert_int_equal(decode(&f, &out), PKT_ok);
	assert_int_equal(out.l4_off, 14 + 40 + 8 + 24 + 16 + 8 + 24);
	assert_int_equal(out.payload_len, 30);
	assert_int_equal(out.sport, 4242);
	assert_int_equal(out.dport, 53);
	assert_int_equal(out.flags, PKT_HAS_EXT | PKT_IS_ATOMIC);
	f.data[14 + 40 + 8 + 3] = 1; /* segments left */
	assert_int_equal(decode(&f, &out), PKT_ok);
	assert_int_equal(out.flags, PKT_HAS_EXT | PKT_IS_ATOMIC | PKT_IS_ROUTED);
}

static void
extension_headers_that_reach_too_far_are_refused(void **state)
{
	static const uint8_t types[] = {HBH, ROUTING, DEST, AH};
	struct pkt_layers out;
	struct frame f;

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(types); i++) {
		frame_ethernet(&f, 0x86dd);
		frame_ip6(&f, 17);
		frame_ext(&f, types[i], 0, 255);
		frame_udp(&f, 12);
		assert_int_equal(decode(&f, &out), PKT_short_ext);
		frame_ethernet(&f, 0x86dd); /* up to the end: nothing is left for UDP */
		frame_ip6(&f, 17);
		frame_ext(&f, types[i], 8, types[i] == AH ? 2 : 1);
		frame_close_ip(&f);
		assert_int_equal(decode(&f, &out), PKT_short_udp);
		frame_add(&f, NULL, 20); /* padding is not taken for it */
		assert_int_equal(decode(&f, &out), PKT_short_udp);
	}
}

static void
a_long_chain_of_extension_headers_hides_nothing(void **state)
{
	struct pkt_layers out;
	struct frame f;

	(void)state;
	frame_ethernet(&f, 0x86dd);
	frame_ip6(&f, 17);
	for (int i = 0; i < 200; i++)
		frame_ext(&f, DEST, 0, 0);
	frame_udp(&f, 12);
	assert_int_equal(decode(&f, &out), PKT_ok);
	assert_true(out.l4_off == 54 + 200 * 8 && out.payload_len == 12);
}

static void
what_ends_a_chain_is_named(void **state)
{
	static const struct {
		uint8_t proto;
		enum pkt_reason reason;
	} rows[] = {{ESP, PKT_esp}, {NO_NEXT, PKT_no_next}, {58, PKT_not_udp_tcp},
		{4, PKT_not_udp_tcp}, {41, PKT_not_udp_tcp}, {132, PKT_not_udp_tcp},
		{136, PKT_not_udp_tcp}, {255, PKT_not_udp_tcp}};
	struct pkt_layers out;
	struct frame f;

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(rows) * 2; i++) {
		frame_ethernet(&f, 0x86dd);
		frame_ip6(&f, rows[i / 2].proto);
		if (i % 2)
			frame_ext(&f, DEST, 0, 0);
		frame_udp(&f, 12);
		assert_int_equal(decode(&f, &out), rows[i / 2].reason);
		assert_int_equal(out.l4_proto, rows[i / 2].proto);
		frame_ethernet(&f, 0x0800);
		frame_ip4(&f, rows[i / 2].proto, 0);
		frame_udp(&f, 12);
		assert_int_equal(decode(&f, &out), rows[i / 2].reason);
	}
	frame_ethernet(&f, 0x0800); /* no extension headers in IPv4 */
	frame_ip4(&f, HBH, 0);
	frame_udp(&f, 12);
	assert_int_equal(decode(&f, &out), PKT_not_udp_tcp);
}

static void
an_ipv6_payload_length_of_0_hides_nothing(void **state)
{
	struct pkt_layers out;
	struct frame f;

	(void)state;
	frame_ethernet(&f, 0x86dd);
	frame_ip6(&f, 17);
	frame_ext(&f, HBH, 0, 0);
	frame_udp(&f, 12);
	frame_put16(f.data + 14 + 4, 0);
	assert_int_equal(decode(&f, &out), PKT_ok);
	assert_true(out.payload_len == 12 && out.end == f.len && out.dport == 53);
	frame_add(&f, NULL, 6); /* Ethernet padding: the UDP length tells it from payload */
	assert_int_equal(decode(&f, &out), PKT_ok);
	assert_true(out.payload_len == 12 && (out.flags & PKT_HAS_SURPLUS) != 0);
	frame_ethernet(&f, 0x86dd);
	frame_ip6(&f, 17);
	frame_udp(&f, 12);
	frame_put16(f.data + 14 + 4, 0);
	assert_int_equal(decode(&f, &out), PKT_short_udp);
}

static void
a_jumbogram_is_one_by_its_option(void **state)
{
	/* PadN, Pad1 and an option that is skipped, then the option; then one in another's data. */
	static const uint8_t real[] = {1, 1, 0, 0, 0x1e, 1, 9, 0xc2, 4, 0, 1, 0, 0, 0};
	static const uint8_t hidden[] = {1, 12, 0xc2, 4, 0, 1, 0, 0, 0xc2, 4, 0, 0, 0, 0};
	static const uint8_t cut[] = {1, 13, 0xc2, 4, 0, 1, 0, 0, 0xc2, 4, 0, 0, 0, 0};
	static const struct {
		const uint8_t *options;
		enum pkt_reason reason;
	} rows[] = {{real, PKT_jumbogram}, {hidden, PKT_ok}, {cut, PKT_ok}};
	struct pkt_layers out;
	struct frame f;

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(rows); i++) {
		frame_ethernet(&f, 0x86dd);
		frame_ip6(&f, 17);
		memcpy(frame_ext(&f, HBH, 8, 1) + 2, rows[i].options, sizeof(real));
		frame_udp(&f, 12);
		frame_put16(f.data + 14 + 4, 0);
		assert_int_equal(decode(&f, &out), rows[i].reason);
		for (uint32_t n = 0; n < f.len; n++)
			decode_cut(&f, n, &out); /* under ASan: nothing behind n is read */
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
		cmocka_unit_test(ipv6_fragments_are_told_apart_and_an_atomic_one_is_none),
		cmocka_unit_test(extension_headers_are_walked_to_their_end),
		cmocka_unit_test(extension_headers_that_reach_too_far_are_refused),
		cmocka_unit_test(a_long_chain_of_extension_headers_hides_nothing),
		cmocka_unit_test(what_ends_a_chain_is_named),
		cmocka_unit_test(an_ipv6_payload_length_of_0_hides_nothing),
		cmocka_unit_test(a_jumbogram_is_one_by_its_option),
		cmocka_unit_test(whole_frames_give_every_field),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

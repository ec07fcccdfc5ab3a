/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "pkt_unit.h"

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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ipv6_fragments_are_told_apart_and_an_atomic_one_is_none),
		cmocka_unit_test(extension_headers_are_walked_to_their_end),
		cmocka_unit_test(extension_headers_that_reach_too_far_are_refused),
		cmocka_unit_test(a_long_chain_of_extension_headers_hides_nothing),
		cmocka_unit_test(what_ends_a_chain_is_named),
		cmocka_unit_test(an_ipv6_payload_length_of_0_hides_nothing),
		cmocka_unit_test(a_jumbogram_is_one_by_its_option),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

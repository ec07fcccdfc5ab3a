/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "pkt_addr.h"
#include "unit.h"
#include "unit_frames.h"

/* A query whose addresses are the given ones. */
static bool
answerable(const char *src, const char *dst)
{
	struct base_addr from, to;
	struct pkt_layers layers;
	struct frame f;
	uint32_t n;

	assert_int_equal(base_addr_parse(src, &from, NULL), 0);
	assert_int_equal(base_addr_parse(dst, &to, NULL), 0);
	n = from.family == 4 ? 4 : 16;
	frame_ethernet(&f, from.family == 4 ? 0x0800 : 0x86dd);
	from.family == 4 ? frame_ip4(&f, 17, 0) : frame_ip6(&f, 17);
	memcpy(f.data + f.l4_off - 2 * n, from.bytes, n);
	memcpy(f.data + f.l4_off - n, to.bytes, n);
	frame_udp(&f, 12);
	assert_int_equal(pkt_decode(f.data, f.len, &layers), PKT_ok);
	return pkt_is_answerable(f.data, &layers);
}

static void
addresses_that_no_host_bears_are_not_answered(void **state)
{
	static const char *const bad4[] = {"0.0.0.0", "0.1.2.3", "127.0.0.1", "127.255.255.255",
		"224.0.0.1", "239.255.255.255", "255.255.255.255"};
	static const char *const bad6[] = {"::", "::1", "ff02::1", "ff0e::1:2", "ffff::"};

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(bad4); i++) {
		assert_false(answerable(bad4[i], "192.0.2.53"));
		assert_false(answerable("192.0.2.9", bad4[i]));
	}
	for (size_t i = 0; i < UNIT_COUNT(bad6); i++) {
		assert_false(answerable(bad6[i], "2001:db8::53"));
		assert_false(answerable("2001:db8::9", bad6[i]));
	}
}

static void
a_sender_that_asks_itself_is_not_answered(void **state)
{
	(void)state;
	assert_false(answerable("192.0.2.53", "192.0.2.53"));
	assert_false(answerable("2001:db8::53", "2001:db8::53"));
}

static void
hosts_are_answered(void **state)
{
	static const char *const good4[] = {"1.0.0.0", "10.0.0.1", "126.255.255.255", "128.0.0.0",
		"223.255.255.255", "240.0.0.1", "255.255.255.254"};
	static const char *const good6[] = {
		"::2", "::1:0", "1::", "fe80::1", "fd00::1", "feff::1", "::ffff:1.2.3.4"};

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(good4); i++) {
		assert_true(answerable(good4[i], "192.0.2.53"));
		assert_true(answerable("192.0.2.9", good4[i]));
	}
	for (size_t i = 0; i < UNIT_COUNT(good6); i++) {
		assert_true(answerable(good6[i], "2001:db8::53"));
		assert_true(answerable("2001:db8::9", good6[i]));
	}
}

static void
ports_macs_waypoints_and_tcp_are_looked_at(void **state)
{
	struct pkt_layers layers;
	struct frame f;

	(void)state;
	frame_ethernet(&f, 0x86dd);
	frame_ip6(&f, 17);
	frame_ext(&f, 43, 0, 0);
	frame_udp(&f, 12);
	pkt_decode(f.data, f.len, &layers);
	assert_true(pkt_is_answerable(f.data, &layers));
	f.data[0] = 0x33; /* to a group */
	assert_false(pkt_is_answerable(f.data, &layers));
	f.data[0] = 2;
	f.data[6] = 1; /* from a group */
	assert_false(pkt_is_answerable(f.data, &layers));
	f.data[6] = 2;
	f.data[f.ext_off + 3] = 1; /* segments left */
	pkt_decode(f.data, f.len, &layers);
	assert_false(pkt_is_answerable(f.data, &layers));
	f.data[f.ext_off + 3] = 0;
	frame_put16(f.data + f.l4_off, 0);
	pkt_decode(f.data, f.len, &layers);
	assert_false(pkt_is_answerable(f.data, &layers));
	frame_ethernet(&f, 0x0800);
	frame_ip4(&f, 6, 0);
	frame_tcp(&f, 0, 12);
	assert_int_equal(pkt_decode(f.data, f.len, &layers), PKT_ok);
	assert_false(pkt_is_answerable(f.data, &layers));
}

static void
addresses_are_found_behind_tags(void **state)
{
	char text[BASE_ADDR_TEXT_MAX];
	struct pkt_layers layers;
	struct base_addr addr;
	struct frame f;

	(void)state;
	memset(&addr, 0xff, sizeof(addr));
	frame_ethernet(&f, 0);
	frame_tag(&f, 0x8100, 5, 0x0800);
	frame_ip4(&f, 17, 3);
	frame_udp(&f, 12);
	pkt_decode(f.data, f.len, &layers);
	pkt_src_addr(f.data, &layers, &addr);
	assert_string_equal(base_addr_format(&addr, text), "192.0.2.9");
	assert_int_equal(addr.bytes[4] | addr.bytes[15], 0);
	pkt_dst_addr(f.data, &layers, &addr);
	assert_string_equal(base_addr_format(&addr, text), "192.0.2.53");
	assert_int_equal(pkt_src_mac(f.data)[5], 2);
	assert_int_equal(pkt_dst_mac(f.data)[5], 1);
	frame_ethernet(&f, 0x86dd);
	frame_ip6(&f, 44); /* known for a frame that is not read to its end, too */
	frame_add(&f, "\x11\0\0\x08\0\0\0\0", 8);
	frame_close_ip(&f);
	assert_int_equal(pkt_decode(f.data, f.len, &layers), PKT_later_fragment);
	pkt_src_addr(f.data, &layers, &addr);
	assert_string_equal(base_addr_format(&addr, text), "2001:db8::9");
	pkt_dst_addr(f.data, &layers, &addr);
	assert_string_equal(base_addr_format(&addr, text), "2001:db8::53");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_that_no_host_bears_are_not_answered),
		cmocka_unit_test(a_sender_that_asks_itself_is_not_answered),
		cmocka_unit_test(ports_macs_waypoints_and_tcp_are_looked_at),
		cmocka_unit_test(hosts_are_answered),
		cmocka_unit_test(addresses_are_found_behind_tags),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

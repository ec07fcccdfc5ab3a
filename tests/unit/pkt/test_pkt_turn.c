/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "pkt_checksum.h"
#include "pkt_turn.h"
#include "unit.h"
#include "unit_frames.h"

#include <stdbool.h>

/* Two replies with the payload 0 1 2 3 4 as scapy writes them. */
static const uint8_t reply4[] = {0x02, 0x00, 0x00, 0x00, 0x00, 0x02, 0x02, 0x00, 0x00, 0x00, 0x00,
	0x01, 0x88, 0xa8, 0x60, 0x64, 0x81, 0x00, 0x00, 0x0c, 0x08, 0x00, 0x45, 0x00, 0x00, 0x21,
	0x00, 0x00, 0x40, 0x00, 0x40, 0x11, 0xb6, 0x8d, 0xc0, 0x00, 0x02, 0x35, 0xc0, 0x00, 0x02,
	0x09, 0x00, 0x35, 0x10, 0x92, 0x00, 0x0d, 0x64, 0xca, 0x00, 0x01, 0x02, 0x03, 0x04};
static const uint8_t reply6[] = {0x02, 0x00, 0x00, 0x00, 0x00, 0x02, 0x02, 0x00, 0x00, 0x00, 0x00,
	0x01, 0x86, 0xdd, 0x60, 0x00, 0x00, 0x00, 0x00, 0x0d, 0x11, 0x40, 0x20, 0x01, 0x0d, 0xb8,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x53, 0x20, 0x01, 0x0d,
	0xb8, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x09, 0x00, 0x35,
	0x10, 0x92, 0x00, 0x0d, 0x8d, 0x3b, 0x00, 0x01, 0x02, 0x03, 0x04};

static void
make_bare4(struct frame *f)
{
	frame_ethernet(f, 0);
	frame_tag(f, 0x88a8, 0x6064, 0);
	frame_tag(f, 0x8100, 0x000c, 0x0800);
	frame_ip4(f, 17, 0);
	frame_udp(f, 5);
}

static void
make_options4(struct frame *f)
{
	frame_ethernet(f, 0);
	frame_tag(f, 0x88a8, 0x6064, 0);
	frame_tag(f, 0x8100, 0x000c, 0x0800);
	frame_ip4(f, 17, 10);
	frame_udp(f, 5);
	frame_put16(f->data + f->l4_off + 6, 0); /* a request without a checksum */
	frame_add(f, "padding", 7);
}

static void
make_surplus4(struct frame *f)
{
	make_bare4(f);
	frame_add(f, "surplus", 7);
	frame_close_ip(f);
}

static void
make_bare6(struct frame *f)
{
	frame_ethernet(f, 0x86dd);
	frame_ip6(f, 17);
	frame_udp(f, 5);
}

static void
make_ext6(struct frame *f)
{
	frame_ethernet(f, 0x86dd);
	frame_ip6(f, 17);
	frame_ext(f, 0, 0, 0);
	frame_ext(f, 44, 0, 0);
	frame_ext(f, 60, 16, 2);
	frame_udp(f, 5);
}

static const struct {
	void (*make)(struct frame *f);
	const uint8_t *reply;
	uint32_t len;
} rows[] = {
	{make_bare4, reply4, sizeof(reply4)},
	{make_options4, reply4, sizeof(reply4)},
	{make_surplus4, reply4, sizeof(reply4)},
	{make_bare6, reply6, sizeof(reply6)},
	{make_ext6, reply6, sizeof(reply6)},
};

static void
prepare(struct frame *f, struct pkt_layers *layers)
{
	assert_int_equal(pkt_decode(f->data, f->len, layers), PKT_ok);
	pkt_turn_prepare(f->data, layers);
}

static void
what_does_not_fit_is_refused_and_nothing_written(void **state)
{
	struct pkt_layers layers;
	struct frame f, before;

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(rows); i++) {
		rows[i].make(&f);
		prepare(&f, &layers);
		before = f;
		for (uint32_t cap = 0; cap < rows[i].len; cap++)
			assert_int_equal(pkt_turn_round(f.data, cap, &layers, 5, PKT_CSUM_SOFT), 0);
		assert_int_equal(
			pkt_turn_round(f.data, UINT32_MAX, &layers, 65535, PKT_CSUM_SOFT), 0);
		assert_int_equal(
			pkt_turn_round(f.data, UINT32_MAX, &layers, 65535 - 27, PKT_CSUM_SOFT), 0);
		assert_memory_equal(&f, &before, sizeof(f));
	}
}

static void
layers_that_are_not_prepared_udp_are_refused(void **state)
{
	void (*const makes[])(struct frame * f) = {make_options4, make_ext6};
	struct pkt_layers layers;
	struct frame f, before;

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(makes); i++) {
		makes[i](&f);
		before = f;
		pkt_decode(f.data, f.len, &layers);
		assert_int_equal(pkt_turn_round(f.data, 2048, &layers, 5, PKT_CSUM_SOFT), 0);
		assert_memory_equal(&f, &before, sizeof(f));
	}
	frame_ethernet(&f, 0x0800);
	frame_ip4(&f, 6, 0);
	frame_tcp(&f, 0, 5);
	before = f;
	assert_int_equal(pkt_decode(f.data, f.len, &layers), PKT_ok);
	assert_int_equal(pkt_turn_round(f.data, 2048, &layers, 5, PKT_CSUM_SOFT), 0);
	assert_memory_equal(&f, &before, sizeof(f));
}

static void
a_reply_is_what_another_writes(void **state)
{
	struct pkt_layers layers;
	struct frame f;
	uint8_t *copy;

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(rows); i++) {
		rows[i].make(&f);
		copy = frame_copy(&f, f.len); /* a write behind the request's end is seen */
		assert_int_equal(pkt_decode(copy, f.len, &layers), PKT_ok);
		pkt_turn_prepare(copy, &layers);
		assert_int_equal(
			pkt_turn_round(copy, f.len, &layers, 5, PKT_CSUM_SOFT), rows[i].len);
		assert_memory_equal(copy, rows[i].reply, rows[i].len);
		free(copy);
	}
}

static void
prepared_layers_are_those_of_a_bare_request(void **state)
{
	struct pkt_layers layers, bare;
	struct frame f, bare_frame;

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(rows); i++) {
		rows[i].len == sizeof(reply4) ? make_bare4(&bare_frame) : make_bare6(&bare_frame);
		pkt_decode(bare_frame.data, bare_frame.len, &bare);
		rows[i].make(&f);
		pkt_decode(f.data, f.len, &layers);
		assert_true(pkt_ip_len(&layers) >= pkt_ip_len(&bare));
		pkt_turn_prepare(f.data, &layers);
		layers.flags &= (uint8_t)~PKT_NO_UDP_SUM;
		assert_memory_equal(&layers, &bare, sizeof(bare));
		assert_int_equal(pkt_ip_len(&layers), pkt_reply_header_len(&layers) + 5);
		assert_memory_equal(f.data + layers.payload_off, "\0\1\2\3\4", 5);
		assert_memory_equal(f.data + layers.l4_off, "\x10\x92\0\x35", 4);
	}
}

/* What a device does with a frame left to it: RFC 1071 over what the fields hold. */
static void
finish_as_a_device(uint8_t *frame, uint32_t len, const struct pkt_layers *layers)
{
	uint8_t *udp = frame + layers->l4_off;
	uint16_t sum = (uint16_t)~pkt_sum(udp, len - layers->l4_off, 0);

	frame_put16(udp + 6, sum == 0 ? 0xffff : sum);
	if (layers->ip_version == 4)
		frame_put16(frame + layers->l3_off + 10,
			(uint16_t)~pkt_sum(frame + layers->l3_off, 20, 0));
}

static void
the_wire_is_the_same_whoever_makes_the_checksums(void **state)
{
	struct pkt_layers layers;
	struct frame soft, hard;
	uint32_t len;

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(rows) * 600; i++) {
		rows[i / 600].make(&soft);
		prepare(&soft, &layers);
		for (size_t at = 0; at < i % 600; at++)
			soft.data[layers.payload_off + at] = (uint8_t)(at * at + i);
		hard = soft;
		len = pkt_turn_round(soft.data, 2048, &layers, (uint16_t)(i % 600), PKT_CSUM_SOFT);
		assert_int_equal(pkt_turn_round(hard.data, 2048, &layers, (uint16_t)(i % 600),
					 PKT_CSUM_OFFLOAD),
			len);
		assert_int_equal(len, layers.payload_off + i % 600);
		if (layers.ip_version == 4)
			assert_memory_equal(hard.data + layers.l3_off + 10, "\0\0", 2);
		finish_as_a_device(hard.data, len, &layers);
		assert_memory_equal(soft.data, hard.data, len);
	}
}

static void
a_udp_sum_of_0_is_sent_as_ffff(void **state)
{
	struct pkt_layers layers;
	struct frame f;
	uint16_t sum;

	(void)state;
	make_bare6(&f);
	prepare(&f, &layers);
	memset(f.data + layers.payload_off, 0, 2);
	pkt_turn_round(f.data, 2048, &layers, 2, PKT_CSUM_SOFT);
	sum = (uint16_t)(f.data[layers.l4_off + 6] << 8 | f.data[layers.l4_off + 7]);
	make_bare6(&f);
	prepare(&f, &layers);
	frame_put16(f.data + layers.payload_off, sum); /* makes the sum over all 0xffff */
	pkt_turn_round(f.data, 2048, &layers, 2, PKT_CSUM_SOFT);
	assert_memory_equal(f.data + layers.l4_off + 6, "\xff\xff", 2);
}

static void
a_reply_can_be_as_long_as_ip_allows(void **state)
{
	uint8_t *big = calloc(1, 70000);
	struct pkt_layers layers;
	struct frame f;

	(void)state;
	assert_non_null(big);
	make_bare4(&f);
	memcpy(big, f.data, f.len);
	pkt_decode(big, f.len, &layers);
	pkt_turn_prepare(big, &layers);
	assert_int_equal(
		pkt_turn_round(big, 70000, &layers, 65535 - 28, PKT_CSUM_SOFT), 22 + 65535);
	assert_memory_equal(big + 22 + 2, "\xff\xff", 2);
	assert_int_equal(
		pkt_sum(big + 42, 65535 - 20, pkt_sum_pseudo(big + 22, 17, 65535 - 20)), 0xffff);
	free(big);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_does_not_fit_is_refused_and_nothing_written),
		cmocka_unit_test(layers_that_are_not_prepared_udp_are_refused),
		cmocka_unit_test(a_reply_is_what_another_writes),
		cmocka_unit_test(prepared_layers_are_those_of_a_bare_request),
		cmocka_unit_test(the_wire_is_the_same_whoever_makes_the_checksums),
		cmocka_unit_test(a_udp_sum_of_0_is_sent_as_ffff),
		cmocka_unit_test(a_reply_can_be_as_long_as_ip_allows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

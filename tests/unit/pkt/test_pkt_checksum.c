/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "pkt_checksum.h"
#include "unit.h"
#include "unit_frames.h"

/* RFC 1071 as it reads: one 16-bit number after the other, the carry put back each time. */
static uint16_t
sum_slowly(const uint8_t *data, uint32_t len, uint16_t start)
{
	uint32_t sum = start;

	for (uint32_t i = 0; i < len; i++) {
		sum += i % 2 == 0 ? (uint32_t)data[i] << 8 : data[i];
		if (sum > 0xffff)
			sum -= 0xffff;
	}
	return (uint16_t)sum;
}

static void
every_length_and_alignment_gives_the_plain_sum(void **state)
{
	uint32_t seed = 1;

	(void)state;
	for (uint32_t n = 0; n <= 130; n++) {
		for (uint32_t shift = 0; shift < 8; shift++) {
			uint8_t *block = malloc(n + shift + 1);

			assert_non_null(block);
			for (uint32_t i = 0; i < n + shift; i++)
				block[i] = (uint8_t)((seed = seed * 1103515245 + 12345) >> 16);
			/* the block ends where the sum does: a read behind it is seen */
			block = realloc(block, n + shift == 0 ? 1 : n + shift);
			assert_int_equal(pkt_sum(block + shift, n, (uint16_t)(n * 977)),
				sum_slowly(block + shift, n, (uint16_t)(n * 977)));
			free(block);
		}
	}
}

static void
carries_are_not_lost(void **state)
{
	uint8_t *ones = malloc(65535);

	(void)state;
	assert_non_null(ones);
	memset(ones, 0xff, 65535);
	assert_int_equal(pkt_sum(ones, 65534, 0xffff), 0xffff);
	assert_int_equal(pkt_sum(ones, 65535, 0xffff), 0xff00);
	assert_int_equal(pkt_sum(ones, 2, 1), 1);
	assert_int_equal(pkt_sum(ones, 0, 0), 0);
	free(ones);
}

static void
known_sums(void **state)
{
	static const uint8_t rfc1071[] = {0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7};
	static const uint8_t ip4[] = {0x45, 0x00, 0x00, 0x73, 0x00, 0x00, 0x40, 0x00, 0x40, 0x11,
		0xb8, 0x61, 0xc0, 0xa8, 0x00, 0x01, 0xc0, 0xa8, 0x00, 0xc7};

	(void)state;
	assert_int_equal(pkt_sum(rfc1071, sizeof(rfc1071), 0), 0xddf2);
	assert_int_equal(pkt_sum(rfc1071 + 4, 4, pkt_sum(rfc1071, 4, 0)), 0xddf2);
	assert_int_equal(pkt_sum(ip4, sizeof(ip4), 0), 0xffff); /* a header that carries its own */
}

static void
the_pseudo_header_holds_addresses_protocol_and_length(void **state)
{
	/* c000 + 0209 + c000 + 0235, and 2 * (2001 + 0db8) + 0009 + 0053, by hand */
	struct frame f;

	(void)state;
	frame_ethernet(&f, 0x0800);
	frame_ip4(&f, 17, 2);
	assert_int_equal(pkt_sum_pseudo(f.data + 14, 17, 0x1234), 0x843f + 17 + 0x1234);
	assert_int_equal(pkt_sum_pseudo(f.data + 14, 6, 0), 0x843f + 6);
	assert_int_equal(pkt_sum_pseudo(f.data + 14, 17, 0xffff), 0x843f + 17);
	frame_ethernet(&f, 0x86dd);
	frame_ip6(&f, 17);
	assert_int_equal(pkt_sum_pseudo(f.data + 14, 17, 0x1234), 0x5bce + 17 + 0x1234);
	assert_int_equal(pkt_sum_pseudo(f.data + 14, 6, 0), 0x5bce + 6);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_length_and_alignment_gives_the_plain_sum),
		cmocka_unit_test(carries_are_not_lost),
		cmocka_unit_test(known_sums),
		cmocka_unit_test(the_pseudo_header_holds_addresses_protocol_and_length),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

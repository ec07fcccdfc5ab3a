/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "dns_bytes.h"
#include "dns_name.h"
#include "unit.h"

/* Labels of n octets each, then the root; returns the octets written. */
static uint32_t
labels_of(uint8_t *wire, uint32_t labels, uint8_t n)
{
	uint32_t off = 0;

	for (uint32_t i = 0; i < labels; i++) {
		wire[off++] = n;
		memset(wire + off, 'A', n);
		off += n;
	}
	wire[off++] = 0;
	return off;
}

static void
names_that_are_none(void **state)
{
	static const struct {
		const char *wire;
		uint32_t len;
		enum dns_reason reason;
	} cases[] = {
		{"", 0, DNS_name_short},
		{"\3", 1, DNS_name_short},
		{"\3ww", 3, DNS_name_short},
		{"\3www", 4, DNS_name_short},
		{"\3www\3com", 8, DNS_name_short},
		{"\xc0\x0c", 2, DNS_name_compressed},
		{"\3www\xc0\x0c", 6, DNS_name_compressed},
		{"\3www\xff", 5, DNS_name_compressed},
		{"\x40", 1, DNS_name_label},
		{"\3www\x80\0", 6, DNS_name_label},
		{"\xbf", 1, DNS_name_label},
	};

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(cases); i++) {
		uint8_t *wire = exact_copy((const uint8_t *)cases[i].wire, cases[i].len);
		struct dns_name name;

		assert_int_equal(dns_name_from_wire(wire, cases[i].len, &name), cases[i].reason);
		free(wire);
	}
}

static void
longest_name_and_one_more(void **state)
{
	uint8_t wire[400];
	struct dns_name name;
	uint32_t len = labels_of(wire, 127, 1);

	(void)state;
	assert_int_equal(len, DNS_NAME_MAX);
	assert_int_equal(dns_name_from_wire(wire, len, &name), DNS_ok);
	assert_int_equal(name.len, 255);
	assert_int_equal(name.labels, 127);
	assert_int_equal(name.start[126], 252);
	len = labels_of(wire, 128, 1);
	assert_int_equal(dns_name_from_wire(wire, len, &name), DNS_name_long);
	/* 3 * 64 + 62 + 1 = 255; with one octet more in the last label 256 */
	len = labels_of(wire, 3, 63) - 1;
	len += labels_of(wire + len, 1, 61);
	assert_int_equal(dns_name_from_wire(wire, len, &name), DNS_ok);
	assert_int_equal(name.len, 255);
	len = labels_of(wire, 3, 63) - 1;
	len += labels_of(wire + len, 1, 62);
	assert_int_equal(dns_name_from_wire(wire, len, &name), DNS_name_long);
}

static void
every_prefix_of_a_name_is_short(void **state)
{
	uint8_t wire[DNS_NAME_MAX];
	uint32_t len = labels_of(wire, 9, 27);

	(void)state;
	for (uint32_t n = 0; n < len; n++) {
		uint8_t *copy = exact_copy(wire, n);
		struct dns_name name;

		assert_int_equal(dns_name_from_wire(copy, n, &name), DNS_name_short);
		free(copy);
	}
}

/* Every length, so that each way through the copy is taken, with every octet value in it. */
static void
ascii_letters_alone_change(void **state)
{
	(void)state;
	for (uint32_t n = 1; n <= DNS_LABEL_MAX; n++) {
		for (int octet = 0; octet < 256; octet++) {
			uint8_t wire[DNS_LABEL_MAX + 2];
			struct dns_name name;
			uint8_t *copy;

			wire[0] = (uint8_t)n;
			memset(wire + 1, octet, n);
			wire[n + 1] = 0;
			copy = exact_copy(wire, n + 2);
			assert_int_equal(dns_name_from_wire(copy, n + 2, &name), DNS_ok);
			free(copy);
			if (octet >= 'A' && octet <= 'Z')
				memset(wire + 1, octet + 32, n);
			assert_int_equal(name.len, n + 2);
			assert_memory_equal(name.wire, wire, n + 2);
		}
	}
}

static void
neighbours_of_a_letter_stay(void **state)
{
	struct dns_name name;

	(void)state;
	/* a carry out of one octet would change the next */
	assert_int_equal(
		dns_name_from_wire(WIRE("\x0e@AZ[`az{\x7f\x80\xc1\xda\xff\0\0"), &name), DNS_ok);
	assert_memory_equal(name.wire, "\x0e@az[`az{\x7f\x80\xc1\xda\xff\0\0", 16);
}

static void
suffixes(void **state)
{
	struct dns_name name;
	uint8_t len;

	(void)state;
	assert_int_equal(dns_name_from_wire(WIRE("\3wWw\7eXample\3cOm\0behind"), &name), DNS_ok);
	assert_int_equal(name.len, 17);
	assert_int_equal(name.labels, 3);
	assert_memory_equal(dns_name_suffix(&name, 3, &len), "\3www\7example\3com", 17);
	assert_int_equal(len, 17);
	assert_memory_equal(dns_name_suffix(&name, 2, &len), "\7example\3com", 13);
	assert_int_equal(len, 13);
	assert_memory_equal(dns_name_suffix(&name, 1, &len), "\3com", 5);
	assert_int_equal(len, 5);
	assert_memory_equal(dns_name_suffix(&name, 0, &len), "", 1);
	assert_int_equal(len, 1);
	assert_int_equal(dns_name_from_wire(WIRE("\0"), &name), DNS_ok);
	assert_int_equal(name.labels, 0);
	assert_memory_equal(dns_name_suffix(&name, 0, &len), "", 1);
	assert_int_equal(len, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_that_are_none),
		cmocka_unit_test(longest_name_and_one_more),
		cmocka_unit_test(every_prefix_of_a_name_is_short),
		cmocka_unit_test(ascii_letters_alone_change),
		cmocka_unit_test(neighbours_of_a_letter_stay),
		cmocka_unit_test(suffixes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

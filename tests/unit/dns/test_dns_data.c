/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "dns_bytes.h"
#include "dns_data.h"
#include "unit.h"

#define A1		     "\0\1\0\1\0\0\0\7\0\4\300\0\2\1"
#define A2		     "\0\1\0\1\0\0\0\7\0\4\300\0\2\2"
#define TXT		     "\0\20\0\1\0\0\0\7\0\2\1x"
#define TARGET(rdlen, rdata) "\0\5\0\1\0\0\0\7\0" rdlen rdata

static struct dns_data
pick(const uint8_t *set, uint32_t len, uint16_t qtype)
{
	uint8_t *copy = exact_copy(set, len);
	struct dns_data data;

	dns_data_pick(copy, (uint16_t)len, qtype, &data);
	if (data.nb > 0)
		data.at = set + (data.at - copy);
	free(copy);
	return data;
}

static void
a_set_that_is_cut_gives_what_is_whole(void **state)
{
	const uint8_t *set = (const uint8_t *)A1 A2;

	(void)state;
	for (uint32_t len = 0; len <= 28; len++)
		assert_int_equal(pick(set, len, 1).nb, len / 14);
	assert_int_equal(pick(NULL, 0, 1).nb, 0);
}

static void
records_of_the_type_are_picked(void **state)
{
	const uint8_t *set = (const uint8_t *)A1 A2 TXT;
	struct dns_data data = pick(WIRE(A1 A2 TXT), 1);

	(void)state;
	assert_int_equal(data.nb, 2);
	assert_int_equal(data.len, 28);
	data = pick(set, 40, 16);
	assert_int_equal(data.nb, 1);
	assert_int_equal(data.len, 12);
	assert_ptr_equal(data.at, set + 28);
	data = pick(set, 40, DNS_TYPE_ANY);
	assert_int_equal(data.nb, 3);
	assert_int_equal(data.len, 40);
	assert_ptr_equal(data.at, set);
	assert_int_equal(pick(set, 40, DNS_TYPE_AAAA).nb, 0);
	assert_false(data.is_cname || data.is_prefix);
}

static void
a_cname_answers_every_type(void **state)
{
	static const uint16_t types[] = {1, 5, 28, 255, 65280};
	struct dns_data data;

	(void)state;
	for (int i = 0; i < 5; i++) {
		data = pick(WIRE(TARGET("\4", "\2ab\0")), types[i]);
		assert_int_equal(data.nb, 1);
		assert_true(data.is_cname);
		assert_false(data.is_prefix);
	}
	assert_false(pick(WIRE(TARGET("\5", "\2*b\0")), 1).is_prefix);
}

static void
a_star_stands_for_the_name_asked(void **state)
{
	struct dns_data data = pick(WIRE(TARGET("\6", "\1*\2ab\0")), 1);
	struct dns_name name;

	(void)state;
	assert_true(data.is_prefix);
	assert_int_equal(dns_name_from_text("www.example", 11, &name, NULL), 0);
	assert_int_equal(dns_data_target_len(&data, &name), 12 + 4);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_set_that_is_cut_gives_what_is_whole),
		cmocka_unit_test(records_of_the_type_are_picked),
		cmocka_unit_test(a_cname_answers_every_type),
		cmocka_unit_test(a_star_stands_for_the_name_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

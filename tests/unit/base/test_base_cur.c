/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "base_cur.h"
#include "unit.h"

static void
reads_stop_at_the_end(void **state)
{
	static const uint8_t octets[] = {1, 2, 3, 4, 5, 6, 7};
	struct base_cur cur = base_cur_init(octets, sizeof(octets));

	(void)state;
	assert_int_equal(base_cur_u8(&cur), 1);
	assert_int_equal(base_cur_u16(&cur), 0x0203);
	assert_int_equal(base_cur_u32(&cur), 0x04050607);
	assert_false(cur.bad);
	assert_int_equal(base_cur_left(&cur), 0);
	assert_int_equal(base_cur_u8(&cur), 0);
	assert_true(cur.bad);
}

static void
a_failed_read_latches(void **state)
{
	static const uint8_t octets[] = {0xff, 0xff, 0xff};
	struct base_cur cur = base_cur_init(octets, sizeof(octets));

	(void)state;
	assert_int_equal(base_cur_u32(&cur), 0);
	assert_true(cur.bad);
	assert_int_equal(cur.off, 0);
	assert_int_equal(base_cur_u8(&cur), 0); /* there would be one, but the cursor has failed */
	assert_null(base_cur_take(&cur, 0));
	cur = base_cur_init(octets, sizeof(octets));
	base_cur_skip(&cur, UINT32_MAX);
	assert_true(cur.bad);
}

static void
an_empty_message_is_no_crash(void **state)
{
	struct base_cur cur = base_cur_init(NULL, 0);

	(void)state;
	assert_int_equal(base_cur_left(&cur), 0);
	assert_int_equal(base_cur_u16(&cur), 0);
	assert_true(cur.bad);
}

static void
writes_stop_at_the_end(void **state)
{
	uint8_t octets[8] = {0, 0, 0, 0, 0, 0, 0, 0xee};
	struct base_out out = base_out_init(octets, 7);

	(void)state;
	base_out_u32(&out, 0x01020304);
	base_out_u16(&out, 0x0506);
	base_out_bytes(&out, NULL, 0);
	assert_false(out.bad);
	base_out_u16(&out, 0x0708);
	assert_true(out.bad);
	assert_int_equal(out.len, 6);
	base_out_u8(&out, 9); /* there would be room, but the cursor has failed */
	assert_int_equal(out.len, 6);
	assert_memory_equal(octets, "\1\2\3\4\5\6\0\xee", 8);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_stop_at_the_end),
		cmocka_unit_test(a_failed_read_latches),
		cmocka_unit_test(an_empty_message_is_no_crash),
		cmocka_unit_test(writes_stop_at_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

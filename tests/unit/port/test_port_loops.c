/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "port_loops.h"
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#define SECOND UINT64_C(1000000000)

static uint64_t
mac_of(uint8_t first, uint32_t number)
{
	const uint8_t octets[8] = {first, 0, (uint8_t)(number >> 24), (uint8_t)(number >> 16),
		(uint8_t)(number >> 8), (uint8_t)number};
	uint64_t mac;

	memcpy(&mac, octets, sizeof(mac));
	return mac;
}

static int
set_up(void **state)
{
	*state = calloc(1, sizeof(struct port_loops));
	return *state == NULL;
}

static int
tear_down(void **state)
{
	free(*state);
	return 0;
}

static void
what_sends_nothing_is_no_loop(void **state)
{
	for (uint32_t i = 0; i < 10; i++) {
		assert_false(port_loops_see(*state, mac_of(0x01, 7), (uint16_t)(i % 2), SECOND));
		assert_false(port_loops_see(*state, 0, (uint16_t)(i % 2), SECOND));
	}
}

static void
a_host_that_moves_is_no_loop(void **state)
{
	uint64_t mac = mac_of(0x02, 1);

	for (uint32_t i = 0; i < 100; i++)
		assert_false(port_loops_see(*state, mac, 0, SECOND + i));
	for (uint32_t i = 0; i < 100; i++)
		assert_false(port_loops_see(*state, mac, 1, 2 * SECOND + i));
	/* Back, but hours later. */
	assert_false(port_loops_see(*state, mac, 0, 7200 * SECOND));
}

static void
a_mac_on_both_sides_is_told_now_and_then(void **state)
{
	struct port_loops *loops = *state;
	uint64_t mac = mac_of(0x02, 1), now = SECOND;
	uint32_t told = 0;

	assert_false(port_loops_see(loops, mac, 0, now));
	assert_false(port_loops_see(loops, mac, 1, now));
	assert_true(port_loops_see(loops, mac, 0, now));
	for (uint32_t i = 0; i < 50; i++)
		told += port_loops_see(loops, mac, (uint16_t)(1 - i % 2), now += SECOND);
	assert_int_equal(told, 0);
	assert_true(loops->suppressed > 20);
	for (uint32_t i = 0; i < 40; i++)
		told += port_loops_see(loops, mac, (uint16_t)(1 - i % 2), now += SECOND);
	assert_int_equal(told, 1);
}

/* Many hosts do not hide a loop for long, nor make one up. */
static void
many_hosts_share_the_table(void **state)
{
	struct port_loops *loops = *state;
	uint32_t told = 0;

	for (uint32_t turn = 0; turn < 4; turn++) {
		for (uint32_t i = 0; i < 100000; i++)
			told += port_loops_see(loops, mac_of(0x02, i), i % 2, SECOND + turn);
	}
	assert_int_equal(told, 0);
	for (uint32_t turn = 0; turn < 4; turn++) {
		for (uint32_t i = 0; i < 200; i++)
			told += port_loops_see(loops, mac_of(0x02, i), turn % 2, 2 * SECOND + turn);
	}
	assert_int_equal(told, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_sends_nothing_is_no_loop, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_host_that_moves_is_no_loop, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_mac_on_both_sides_is_told_now_and_then, set_up, tear_down),
		cmocka_unit_test_setup_teardown(many_hosts_share_the_table, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

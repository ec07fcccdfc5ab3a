/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * What lcores tell of what they did.
 */
#include "engine_stage_unit.h"

/* Sums of all lcores. */
static void
read_lcores(const struct fixture *fix, struct engine_lcore *sum)
{
	*sum = (struct engine_lcore){0};
	for (uint32_t i = 0; i < engine_n_lcores(fix->engine); i++) {
		struct engine_lcore one;

		engine_read_lcore(fix->engine, i, &one);
		sum->packets += one.packets;
		sum->cycles_busy += one.cycles_busy;
		sum->cycles_idle += one.cycles_idle;
	}
}

/* A full burst, then one frame after the other: each is taken in by three lcores. */
static void
bursts_are_counted_by_size(void **state)
{
	struct fixture *fix = *state;
	struct engine_lcore sum, rx;

	engine_with(fix, CONF_FATE_PASS, SLOTS);
	for (uint32_t i = 0; i < 32; i++)
		feed(fix, 0, 1, CLASSIFY_PASS);
	assert_int_equal(engine_start(fix->engine, NULL), 0);
	wait_received(fix, 32);
	for (uint32_t i = 33; i < 36; i++) {
		feed(fix, 0, 1, CLASSIFY_PASS);
		wait_received(fix, i);
	}
	UNIT_WAIT((engine_read_lcore(fix->engine, 0, &rx), rx.cycles_idle > 0));
	drain(fix);
	read_lcores(fix, &sum);
	engine_read_lcore(fix->engine, 0, &rx);
	assert_int_equal(rx.lcore, RX);
	assert_int_equal(rx.role, ENGINE_RX);
	assert_int_equal(rx.packets, 35);
	assert_int_equal(rx.bursts[0], 3);
	assert_int_equal(rx.bursts[4], 1);
	assert_int_equal(rx.bursts[1] + rx.bursts[2] + rx.bursts[3], 0);
	assert_int_equal(sum.packets, 3 * 35);
	assert_true(rx.cycles_busy > 0);
}

int
main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		CASE(bursts_are_counted_by_size),
	};

	return cmocka_run_group_tests(tests, start, unit_eal_stop);
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * Rings that are full, that are not emptied any more, and that cannot be.
 */
#include "engine_stage_unit.h"

#include <errno.h>

/* While the classifiers stand still, their rings of 63 fill up. */
static void
overload(struct fixture *fix, enum conf_fate what, struct engine_totals *totals)
{
	engine_with(fix, what, 64);
	atomic_store(&hold, true);
	assert_int_equal(engine_start(fix->engine, NULL), 0);
	for (uint32_t i = 0; i < 2000; i++)
		feed(fix, 0, (uint8_t)(i % FLOWS), CLASSIFY_DROP);
	wait_received(fix, 2000);
	UNIT_WAIT((engine_read_totals(fix->engine, totals),
		totals->bypassed + totals->ring_in >= 2000 - 3 * (63 + 32)));
	assert_int_equal(totals->dropped, 0);
	atomic_store(&hold, false);
	drain(fix);
	check_law(fix, totals);
	assert_int_equal(totals->received, 2000);
	assert_in_range(totals->dropped, 3 * 63, 3 * (63 + 32));
}

struct ring_sums {
	uint32_t rings, bypasses, used, high;
	uint64_t refused, refused_bypass;
};

static void
sum_ring(void *arg, const struct engine_ring *ring)
{
	struct ring_sums *sums = arg;

	sums->rings++;
	sums->bypasses += ring->is_bypass;
	sums->used += ring->used;
	assert_in_range(ring->high, ring->used, ring->size);
	if (ring->from == RX && !ring->is_bypass) {
		assert_in_range(ring->to, FIRST, LAST);
		sums->high = RTE_MAX(sums->high, ring->high);
		sums->refused += ring->refused;
	} else {
		sums->refused_bypass += ring->refused;
	}
}

static void
overload_passes_by(void **state)
{
	struct fixture *fix = *state;
	struct ring_sums sums = {0};
	struct engine_totals totals;

	overload(fix, CONF_FATE_PASS, &totals);
	assert_int_equal(totals.bypassed, 2000 - totals.dropped);
	assert_int_equal(totals.sent, totals.bypassed);
	assert_int_equal(totals.ring_in, 0);
	assert_int_equal(empty(fix->out[1]), totals.bypassed);
	engine_walk_rings(fix->engine, sum_ring, &sums);
	assert_int_equal(sums.rings, 3 + 3 * 2 + 2);
	assert_int_equal(sums.bypasses, 2);
	assert_int_equal(sums.used, 0);
	assert_int_equal(sums.high, 63);
	assert_int_equal(sums.refused, totals.bypassed);
	assert_int_equal(sums.refused_bypass, 0);
}

static void
overload_drops(void **state)
{
	struct fixture *fix = *state;
	struct engine_totals totals;

	overload(fix, CONF_FATE_DROP, &totals);
	assert_int_equal(totals.bypassed, 0);
	assert_int_equal(totals.ring_in, 2000 - totals.dropped);
	assert_int_equal(totals.sent, 0);
}

/* A halt ends behind the burst in hand: what the rings hold then is counted and freed. */
static void
a_halt_counts_what_the_rings_hold(void **state)
{
	struct fixture *fix = *state;
	struct engine_totals totals;

	engine_with(fix, CONF_FATE_PASS, SLOTS);
	atomic_store(&hold, true);
	for (uint32_t i = 0; i < 1000; i++)
		feed(fix, 0, (uint8_t)(i % FLOWS), CLASSIFY_PASS);
	assert_int_equal(engine_start(fix->engine, NULL), 0);
	wait_received(fix, 1000);
	UNIT_WAIT(atomic_load(&in_hand) >= 3);
	engine_drain(fix->engine);
	assert_int_equal(engine_wait(fix->engine, SECOND / 50, NULL), -ETIMEDOUT);
	engine_halt(fix->engine);
	atomic_store(&hold, false);
	assert_int_equal(engine_wait(fix->engine, 20 * SECOND, NULL), 0);
	check_law(fix, &totals);
	assert_in_range(totals.left_in, 1000 - 3 * 32, 999);
	assert_int_equal(totals.left_in + totals.left_out + totals.sent, 1000);
}

/* Lcores that do not end keep what they have in hand, a burst each; the rest is accounted for. */
static void
an_engine_given_up_counts_what_the_rings_hold(void **state)
{
	struct fixture *fix = *state;
	struct engine_totals totals;
	struct base_err err = {0};

	engine_with(fix, CONF_FATE_PASS, SLOTS);
	atomic_store(&hold, true);
	for (uint32_t i = 0; i < 1000; i++)
		feed(fix, 0, (uint8_t)(i % FLOWS), CLASSIFY_PASS);
	assert_int_equal(engine_start(fix->engine, NULL), 0);
	wait_received(fix, 1000);
	UNIT_WAIT(atomic_load(&in_hand) >= 3);
	engine_halt(fix->engine);
	assert_int_equal(engine_wait(fix->engine, SECOND / 50, &err), -ETIMEDOUT);
	assert_non_null(strstr(err.text, "in hand, 32 packets at most, is not accounted for"));
	engine_count_left(fix->engine);
	engine_read_totals(fix->engine, &totals);
	assert_int_equal(totals.left_in + atomic_load(&in_hand), 1000);
	assert_int_equal(totals.left_out, 0);
	atomic_store(&hold, false);
	assert_int_equal(engine_wait(fix->engine, 20 * SECOND, NULL), 0);
}

static void
wrong_rings_are_refused(void **state)
{
	static const unsigned int pairs[][2] = {
		{RX, 9}, {9, RX}, {RX, RX}, {FIRST, RX}, {FIRST, LAST}, {LCORES, FIRST}};
	struct fixture *fix = *state;
	struct base_err err = {0};

	engine_with(fix, CONF_FATE_PASS, 64);
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		struct engine_ring_conf conf = {.from = pairs[i][0],
			.to = pairs[i][1],
			.node = unit_eal_node(),
			.slots = 64};

		assert_int_equal(engine_ring_add(fix->engine, &conf, &err), -EINVAL);
		assert_non_null(strstr(err.text, "no ring can lead"));
	}
}

int
main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		CASE(overload_passes_by),
		CASE(overload_drops),
		CASE(a_halt_counts_what_the_rings_hold),
		CASE(an_engine_given_up_counts_what_the_rings_hold),
		CASE(wrong_rings_are_refused),
	};

	return cmocka_run_group_tests(tests, start, unit_eal_stop);
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * Views that are in use, and when they are not any more.
 */
#include "engine_worker_unit.h"

#include <errno.h>

/* A burst that is in hand keeps the view that it began with, and its lcore is named; the next one
 * has the new view, and then the old one is nobody's. */
static void
a_view_in_hand_is_waited_for(void **state)
{
	struct fixture *fix = *state;
	struct base_err err = {0};
	unsigned int lcore = 0;
	uint64_t token;

	engine_with(fix, false, -1);
	atomic_store(&classifier.hold, true);
	feed(fix, 0, CLASSIFY_PASS);
	assert_int_equal(engine_start(fix->engine, NULL), 0);
	wait_for_a_burst_in_hand();
	engine_publish(fix->engine, 1, &next_view);
	token = engine_retire(fix->engine);
	assert_true(engine_is_held(fix->engine, token, &lcore));
	assert_int_equal(lcore, 1);
	assert_int_equal(engine_await(fix->engine, token, SECOND / 50, &err), -EBUSY);
	assert_non_null(strstr(err.text, "lcore 1 has not let go"));
	atomic_store(&classifier.hold, false);
	assert_int_equal(engine_await(fix->engine, token, 60 * SECOND, &err), 0);
	assert_ptr_equal(atomic_load(&classifier.last_view), &view);
	feed(fix, 0, CLASSIFY_PASS);
	engine_drain(fix->engine);
	assert_int_equal(engine_wait(fix->engine, 60 * SECOND, NULL), 0);
	assert_ptr_equal(atomic_load(&classifier.last_view), &next_view);
}

/* Neither before the start nor while it sleeps nor behind its end. */
static void
an_lcore_that_rests_holds_no_view(void **state)
{
	struct fixture *fix = *state;
	unsigned int lcore;

	engine_with(fix, false, -1);
	assert_false(engine_is_held(fix->engine, engine_retire(fix->engine), &lcore));
	assert_int_equal(engine_start(fix->engine, NULL), 0);
	for (int i = 0; i < 100; i++)
		assert_int_equal(
			engine_await(fix->engine, engine_retire(fix->engine), 60 * SECOND, NULL),
			0);
	engine_drain(fix->engine);
	assert_int_equal(engine_wait(fix->engine, 60 * SECOND, NULL), 0);
	assert_false(engine_is_held(fix->engine, engine_retire(fix->engine), &lcore));
}

int
main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		CASE(a_view_in_hand_is_waited_for),
		CASE(an_lcore_that_rests_holds_no_view),
	};

	return cmocka_run_group_tests(tests, unit_eal_start, unit_eal_stop);
}

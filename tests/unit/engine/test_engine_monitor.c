/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * Waiting in the CPU, where it can.
 */
#include "engine_worker_unit.h"

#include <errno.h>

/* Asked for where the CPU cannot, it is refused before anything starts. */
static void
monitor_wants_a_cpu_that_can(void **state)
{
	struct fixture *fix = *state;
	struct engine_conf conf = {.idle = CONF_IDLE_MONITOR,
		.node = unit_eal_node(),
		.burst = BURST,
		.n_ports = 2,
		.frame_field = -1};
	struct base_err err = {0};
	int rc;

	assert_int_equal(engine_idle_check(CONF_IDLE_MONITOR, false, &err), -ENOTSUP);
	assert_int_equal(err.exit, BASE_EXIT_UNAVAILABLE);
	assert_non_null(strstr(err.text, "[weir] idle = monitor: this CPU cannot"));
	assert_int_equal(engine_idle_check(CONF_IDLE_MONITOR, true, NULL), 0);
	for (int idle = CONF_IDLE_SPIN; idle < CONF_IDLE_MONITOR; idle++)
		assert_int_equal(engine_idle_check((enum conf_idle)idle, false, NULL), 0);
	rc = engine_new(&conf, &fix->engine, NULL);
	assert_int_equal(rc, engine_cpu_monitors() ? 0 : -ENOTSUP);
	assert_true((fix->engine != NULL) == (rc == 0));
}

int
main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		CASE(monitor_wants_a_cpu_that_can),
	};

	return cmocka_run_group_tests(tests, unit_eal_start, unit_eal_stop);
}

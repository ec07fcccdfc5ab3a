/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * The end of a run, with an engine that is the test's own.
 */
#include "base_clock.h"
#include "control.h"
#include "unit.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <unistd.h>

#define MS     UINT64_C(1000000)
#define SECOND UINT64_C(1000000000)

static struct {
	bool drained, halted;
	int looks;   /* how often it was asked whether it has ended */
	int ends_at; /* the look that finds it ended; 0: never */
	int wait_rc;
	int signo_at; /* the look that has a signal come; 0: none does */
} engine;

/* The room's own are not linked. */
void
engine_drain(struct engine *e)
{
	(void)e;
	engine.drained = true;
}

void
engine_halt(struct engine *e)
{
	(void)e;
	engine.halted = true;
}

bool
engine_has_ended(const struct engine *e)
{
	(void)e;
	engine.looks++;
	if (engine.looks == engine.signo_at)
		raise(SIGTERM);
	return engine.ends_at > 0 && engine.looks >= engine.ends_at;
}

int
engine_wait(struct engine *e, uint64_t limit_ns, struct base_err *err)
{
	(void)e;
	(void)limit_ns;
	assert_true(engine.drained && engine.halted);
	return engine.wait_rc == 0 ? 0
				   : base_fail(err, BASE_EXIT_FAILURE, -engine.wait_rc, "lcore 1");
}

struct fixture {
	struct control *control;
	struct control_run run;
	sigset_t before;
	int asked;
};

static void
note_asked(void *arg, int signo)
{
	struct fixture *f = arg;

	assert_int_equal(signo, SIGUSR1);
	f->asked++;
	raise(SIGINT);
}

static int
set_up(void **state)
{
	static struct fixture f;
	sigset_t set;

	engine = (typeof(engine)){.ends_at = 2};
	f = (struct fixture){.asked = 0};
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, &f.before);
	f.run = (struct control_run){.signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC),
		.drain_limit_ns = 60 * SECOND,
		.asked = note_asked,
		.arg = &f};
	*state = &f;
	return control_new(&f.control, NULL);
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;

	control_free(f->control);
	close(f->run.signals);
	sigprocmask(SIG_SETMASK, &f->before, NULL);
	return 0;
}

static void
test_a_signal_that_asks_does_not_end_it(void **state)
{
	struct fixture *f = *state;

	raise(SIGUSR1);
	assert_int_equal(control_serve(f->control, &f->run, NULL), 0);
	assert_int_equal(f->asked, 1);
	assert_false(engine.drained);
}

static void
test_a_drain_ends_with_the_lcores(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(control_stop(f->control, &f->run, NULL), 0);
	assert_true(engine.halted);
	assert_int_equal(engine.looks, 2);
}

static void
test_a_drain_that_is_over_already_waits_for_nothing(void **state)
{
	struct fixture *f = *state;

	engine.ends_at = 1;
	assert_int_equal(control_stop(f->control, &f->run, NULL), 0);
	assert_int_equal(engine.looks, 1);
}

static void
test_a_drain_has_a_limit(void **state)
{
	struct fixture *f = *state;
	uint64_t begin = base_clock_ns();

	engine.ends_at = 0;
	f->run.drain_limit_ns = 50 * MS;
	assert_int_equal(control_stop(f->control, &f->run, NULL), 0);
	assert_true(base_clock_ns() - begin >= 50 * MS);
	assert_true(engine.halted);
}

static void
end_loop(void *arg)
{
	control_end(arg);
}

/* What else is under way may end the loop, a build of the first policy that is given up say. */
static void
test_a_drain_goes_on_when_something_else_ends_the_loop(void **state)
{
	struct fixture *f = *state;

	engine.ends_at = 5;
	assert_non_null(control_every(f->control, MS, end_loop, f->control));
	assert_int_equal(control_stop(f->control, &f->run, NULL), 0);
	assert_int_equal(engine.looks, 5);
}

static void
test_a_second_signal_ends_a_drain(void **state)
{
	struct fixture *f = *state;

	engine.ends_at = 0;
	engine.signo_at = 15; /* looks are 10 ms apart */
	assert_int_equal(control_stop(f->control, &f->run, NULL), 0);
	assert_true(engine.halted && engine.looks == 15);
}

/* timeout(1) sends its signal to the program, and then to the program's group. */
static void
test_a_signal_that_is_sent_twice_at_once_is_one(void **state)
{
	struct fixture *f = *state;

	raise(SIGTERM);
	raise(SIGINT);
	assert_int_equal(control_serve(f->control, &f->run, NULL), 0);
	engine.signo_at = 2;
	engine.ends_at = 4;
	assert_int_equal(control_stop(f->control, &f->run, NULL), 0);
	assert_int_equal(engine.looks, 4);
}

static void
test_an_lcore_that_does_not_end_is_told(void **state)
{
	struct fixture *f = *state;
	struct base_err err = {0};

	engine.wait_rc = -ETIMEDOUT;
	assert_int_equal(control_stop(f->control, &f->run, &err), -ETIMEDOUT);
	assert_string_equal(err.text, "lcore 1");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_a_signal_that_asks_does_not_end_it, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_a_drain_ends_with_the_lcores, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_a_drain_that_is_over_already_waits_for_nothing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_a_drain_has_a_limit, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_a_drain_goes_on_when_something_else_ends_the_loop, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_a_second_signal_ends_a_drain, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_a_signal_that_is_sent_twice_at_once_is_one, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_an_lcore_that_does_not_end_is_told, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

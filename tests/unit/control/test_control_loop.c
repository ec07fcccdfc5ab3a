/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "control.h"
#include "unit.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#define MS UINT64_C(1000000)

/* The loop, and what was called in it. */
struct fixture {
	struct control *control;
	struct control_source *source;
	int fd;
	int calls, end_at;
	int signos[4];
};

static int
set_up(void **state)
{
	static struct fixture f;

	f = (struct fixture){.fd = -1, .end_at = 1};
	*state = &f;
	return control_new(&f.control, NULL);
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;

	control_free(f->control);
	if (f->fd >= 0)
		close(f->fd);
	return 0;
}

static void
count(void *arg)
{
	struct fixture *f = arg;

	if (++f->calls >= f->end_at)
		control_end(f->control);
}

static void
read_and_count(void *arg)
{
	struct fixture *f = arg;
	uint64_t n;

	assert_int_equal(read(f->fd, &n, sizeof(n)), sizeof(n));
	count(arg);
}

static void
forget_itself(void *arg)
{
	struct fixture *f = arg;

	control_forget(f->control, f->source);
	f->calls++;
}

static void
note_signal(void *arg, int signo)
{
	struct fixture *f = arg;

	f->signos[f->calls] = signo;
	count(arg);
}

static void
never(void *arg)
{
	(void)arg;
	fail_msg("called");
}

static void
test_an_end_before_anything_else_is_over_at_once(void **state)
{
	struct fixture *f = *state;

	f->end_at = 3;
	assert_non_null(control_every(f->control, 0, count, f)); /* 1 ms, no flood */
	control_run(f->control);
	assert_int_equal(f->calls, 3);
	control_run(f->control); /* begins anew: runs until the next end */
	assert_int_equal(f->calls, 4);
}

static void
test_a_descriptor_is_read_when_it_can_be(void **state)
{
	struct fixture *f = *state;
	uint64_t one = 1;

	f->fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	assert_non_null(control_watch(f->control, f->fd, read_and_count, f));
	assert_int_equal(write(f->fd, &one, sizeof(one)), sizeof(one));
	control_run(f->control);
	assert_int_equal(f->calls, 1);
}

static void
test_a_source_that_was_forgotten_is_silent(void **state)
{
	struct fixture *f = *state;
	struct control_source *silent;
	uint64_t one = 1;

	f->fd = eventfd(1, EFD_NONBLOCK | EFD_CLOEXEC);
	silent = control_watch(f->control, f->fd, never, f);
	assert_non_null(control_every(f->control, 5 * MS, count, f));
	assert_non_null(silent);
	control_forget(f->control, silent);
	control_forget(f->control, NULL);
	assert_int_equal(write(f->fd, &one, sizeof(one)), sizeof(one));
	control_run(f->control);
	assert_int_equal(f->calls, 1);
}

static void
test_a_source_may_forget_itself(void **state)
{
	struct fixture *f = *state;

	f->end_at = 4;
	f->source = control_every(f->control, MS, forget_itself, f);
	assert_non_null(f->source);
	assert_non_null(control_every(f->control, 5 * MS, count, f));
	control_run(f->control);
	assert_int_equal(f->calls, 4); /* once by itself, three times by the other */
}

/* A signal behind the one that ends the loop is not lost: the next loop is told of it. */
static void
test_signals_come_one_at_a_time(void **state)
{
	struct fixture *f = *state;
	sigset_t set, before;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGUSR2);
	assert_int_equal(sigprocmask(SIG_BLOCK, &set, &before), 0);
	f->fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	assert_non_null(control_signals(f->control, f->fd, note_signal, f));
	raise(SIGUSR1);
	raise(SIGUSR2);
	control_run(f->control);
	assert_int_equal(f->calls, 1);
	control_run(f->control);
	assert_int_equal(f->calls, 2);
	assert_int_equal(f->signos[0] + f->signos[1], SIGUSR1 + SIGUSR2);
	assert_int_equal(sigprocmask(SIG_SETMASK, &before, NULL), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_an_end_before_anything_else_is_over_at_once, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_a_descriptor_is_read_when_it_can_be, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_a_source_that_was_forgotten_is_silent, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_a_source_may_forget_itself, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_signals_come_one_at_a_time, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "base_clock.h"
#include "control_priv.h"

#include <errno.h>
#include <signal.h>

#define CHECK_NS UINT64_C(10000000)   /* between two looks whether the lcores have ended */
#define TWICE_NS UINT64_C(100000000)  /* timeout(1) sends its signal twice at once: it is one */
#define HALT_NS	 UINT64_C(1000000000) /* for the burst in hand, once no more is waited for */

/* A run in the loop. */
struct serving {
	struct control *control;
	const struct control_run *run;
	uint64_t from_ns;  /* a signal that ends it counts */
	uint64_t until_ns; /* of a drain */
	bool is_over;
};

static void
end(struct serving *serving)
{
	serving->is_over = true;
	control_end(serving->control);
}

static void
take_signal(void *arg, int signo)
{
	struct serving *serving = arg;

	if (signo != SIGTERM && signo != SIGINT)
		serving->run->asked(serving->run->arg, signo);
	else if (base_clock_ns() >= serving->from_ns)
		end(serving);
}

static void
look_at_lcores(void *arg)
{
	struct serving *serving = arg;

	if (engine_has_ended(serving->run->engine) || base_clock_ns() >= serving->until_ns)
		end(serving);
}

int
control_serve(struct control *control, const struct control_run *run, struct base_err *err)
{
	struct serving serving = {.control = control, .run = run};
	struct control_source *signals =
		control_signals(control, run->signals, take_signal, &serving);

	if (signals == NULL)
		return base_fail(err, BASE_EXIT_UNAVAILABLE, ENOMEM, "no memory for signals");
	control_run(control);
	control_forget(control, signals);
	return 0;
}

int
control_stop(struct control *control, const struct control_run *run, struct base_err *err)
{
	uint64_t now = base_clock_ns();
	struct serving serving = {.control = control,
		.run = run,
		.from_ns = now + TWICE_NS,
		.until_ns = now + run->drain_limit_ns};
	struct control_source *signals =
		control_signals(control, run->signals, take_signal, &serving);
	struct control_source *check = control_every(control, CHECK_NS, look_at_lcores, &serving);

	/* Without a limit or memory to wait with, the lcores end after the burst in hand. Others
	 * may end the loop for reasons of their own, of a start that was under way say. */
	serving.is_over = run->drain_limit_ns == 0 || signals == NULL || check == NULL;
	if (run->drain_limit_ns > 0)
		engine_drain(run->engine);
	while (!serving.is_over && !engine_has_ended(run->engine))
		control_run(control);
	control_forget(control, check);
	control_forget(control, signals);
	engine_halt(run->engine);
	return engine_wait(run->engine, HALT_NS, err);
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * What an lcore does while its queues are empty. It wakes nobody and waits for nobody; with
 * `idle = adaptive` it lets its CPU rest after a while, at the cost of a late first packet.
 */
#include "engine_priv.h"

#include <rte_pause.h>

#include <string.h>
#include <sys/prctl.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define SPIN_ROUNDS  64	    /* a gap between bursts */
#define PAUSE_ROUNDS 2048   /* a gap between packets of a quiet network: some 100 us */
#define NAP_NS	     20000  /* of an lcore that waits for another one */
#define SLACK_NS     1000   /* the kernel's own is 50 us */
#define REST_NS	     180000 /* a packet waits for half of it; docs/tuning.md: what a rest costs */
#define RESTS	     (SECOND_NS / REST_NS) /* then longer ones */
#define LONG_REST_NS 350000		   /* 1024 descriptors take 2.9 Mpps meanwhile */
#define SECOND_NS    1000000000

void
engine_idle_begin(struct engine_worker *worker)
{
	worker->idle_rounds = worker->rests = 0;
	worker->patience = PAUSE_ROUNDS;
	worker->rest_ns = 0;
	memset(worker->timers, -1, sizeof(worker->timers));
	if (worker->idle != CONF_IDLE_ADAPTIVE)
		return;
	prctl(PR_SET_TIMERSLACK, SLACK_NS, 0, 0, 0);
	for (int i = 0; i < ENGINE_TIMERS; i++)
		worker->timers[i] = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
}

void
engine_idle_end(struct engine_worker *worker)
{
	for (int i = 0; i < ENGINE_TIMERS; i++) {
		if (worker->timers[i] >= 0)
			close(worker->timers[i]);
		worker->timers[i] = -1;
	}
}

static void
nap(long ns)
{
	nanosleep(&(struct timespec){.tv_nsec = ns}, NULL);
}

/* Has the timers be due in turn, the first of them after a rest. */
static void
start_timers(struct engine_worker *worker, long rest_ns)
{
	struct itimerspec when = {.it_interval.tv_nsec = ENGINE_TIMERS * rest_ns};

	clock_gettime(CLOCK_MONOTONIC, &when.it_value);
	for (int i = 0; i < ENGINE_TIMERS; i++) {
		when.it_value.tv_nsec += rest_ns;
		if (when.it_value.tv_nsec >= SECOND_NS) {
			when.it_value.tv_sec++;
			when.it_value.tv_nsec -= SECOND_NS;
		}
		timerfd_settime(worker->timers[i], TFD_TIMER_ABSTIME, &when, NULL);
	}
	worker->timer = 0;
	worker->rest_ns = rest_ns;
}

/* Sleeps until the next timer is due. Half of what a short sleep costs is that the CPU's own timer
 * is set for it, and that is done for the earliest alone. Of these the next one is due before the
 * one that is read, and goes on by that; the interrupt that woke this lcore has set the CPU's timer
 * for it. Returns whether they are still due in turn: not where each has been due since. */
static bool
wait_timer(struct engine_worker *worker)
{
	int timer = worker->timers[worker->timer];
	uint64_t times = 1;

	worker->timer = (worker->timer + 1) % ENGINE_TIMERS;
	if (read(timer, &times, sizeof(times)) < 0)
		nap(REST_NS);
	return times == 1;
}

/* Timers that have not been read meanwhile, while there was work, need not be set anew: those that
 * are due wait for their reader, without an interrupt. */
static void
rest(struct engine_worker *worker)
{
	long rest_ns = worker->rests < RESTS ? REST_NS : LONG_REST_NS;

	if (worker->rest_ns != rest_ns)
		start_timers(worker, rest_ns);
	if (!wait_timer(worker))
		worker->rest_ns = 0;
	worker->rests += worker->rests < RESTS;
}

void
engine_idle_over(struct engine_worker *worker)
{
	if (worker->rests > 1)
		worker->patience = RTE_MAX(worker->patience / 2, SPIN_ROUNDS);
	else
		worker->patience = RTE_MIN(worker->patience * 2, PAUSE_ROUNDS);
	worker->idle_rounds = worker->rests = 0;
}

bool
engine_nap(const struct engine_worker *worker)
{
	if (worker->idle != CONF_IDLE_ADAPTIVE)
		return false;
	nap(NAP_NS);
	return true;
}

void
engine_idle(struct engine_worker *worker)
{
	if (worker->idle == CONF_IDLE_SPIN)
		return;
	if (worker->idle == CONF_IDLE_PAUSE) {
		rte_pause();
		return;
	}
	if (worker->idle == CONF_IDLE_MONITOR && worker->idle_rounds >= SPIN_ROUNDS) {
		engine_offline(worker);
		engine_monitor(worker);
		engine_online(worker);
		return;
	}
	if (worker->idle_rounds >= worker->patience) {
		engine_offline(worker);
		rest(worker);
		engine_online(worker);
		return;
	}
	if (worker->idle_rounds >= SPIN_ROUNDS)
		rte_pause();
	worker->idle_rounds++;
}

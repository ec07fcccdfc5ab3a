/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * What an lcore does while its queues are empty. It wakes nobody and waits for nobody; with
 * `idle = adaptive` it lets its CPU rest after a while, at the cost of a late first packet.
 */
#include "engine_priv.h"

#include <rte_pause.h>

#include <sys/prctl.h>
#include <time.h>

#define SPIN_ROUNDS  64	    /* a gap between bursts */
#define PAUSE_ROUNDS 4096   /* a gap between packets of a quiet network: some 100 us */
#define NAPS	     8	    /* short ones; then long ones */
#define NAP_NS	     20000  /* less than it takes to fill 1024 descriptors at 40 Mpps */
#define LONG_NAP_NS  130000 /* a packet waits for half of it; 3 % of a core at 4 us a nap */
#define SLACK_NS     1000   /* the kernel's own is 50 us */

void
engine_idle_begin(const struct engine_worker *worker)
{
	if (worker->idle == CONF_IDLE_ADAPTIVE)
		prctl(PR_SET_TIMERSLACK, SLACK_NS, 0, 0, 0);
}

static void
nap(long ns)
{
	nanosleep(&(struct timespec){.tv_nsec = ns}, NULL);
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
	if (worker->idle_rounds >= PAUSE_ROUNDS) {
		engine_offline(worker);
		nap(worker->idle_rounds < PAUSE_ROUNDS + NAPS ? NAP_NS : LONG_NAP_NS);
		engine_online(worker);
		worker->idle_rounds += worker->idle_rounds < PAUSE_ROUNDS + NAPS;
		return;
	}
	if (worker->idle_rounds >= SPIN_ROUNDS)
		rte_pause();
	worker->idle_rounds++;
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef WATCH_H
#define WATCH_H

/**
 * @file
 * The watchdog of `weir run`: tells of lcores that stall and come back, and ends the program where
 * [weir] watchdog_action says so.
 *
 * Threads: the main one, in the control loop. Memory: the heap's.
 */

#include "boot.h"
#include "control.h"
#include "engine_watch.h"

/** A watchdog; zero to begin with. */
struct watch {
	const struct boot *boot;
	struct control *control;
	struct control_source *source;
	struct engine_watch *engine;
	uint64_t bypassed[CONF_LCORES_MAX]; /**< packets that had gone by, when an lcore stalled */
	bool has_ended_run;		    /**< an lcore stalled and watchdog_action = exit */
	unsigned int lcore;		    /**< that one */
};

/**
 * Begins to look at the lcores, which run. Fine with [weir] watchdog = 0.
 *
 * @return 0, -ENOMEM
 */
int watch_start(struct watch *watch, const struct boot *boot, struct control *control,
	struct base_err *err);

/** Looks no more; lcores that are gone round stay so. Before lcores are told to drain. */
void watch_stop(struct watch *watch);

/** Frees what it has, when the lcores have ended. @return 0, or -ETIMEDOUT with the lcore that
 * ended the run */
int watch_end(struct watch *watch, struct base_err *err);

#endif

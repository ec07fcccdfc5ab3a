/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef CONTROL_H
#define CONTROL_H

/**
 * @file
 * The control loop of a run: signals, timers, descriptors, and the end of the lcores. What is to
 * happen is handed in as functions; a thread that has something to say to the loop writes to a
 * descriptor of its own (eventfd(2), pipe(2)) that the loop watches.
 *
 * Threads: one, the main lcore's: every function of the room is called by it, and so is every
 *   function handed in.
 * Memory: malloc(3)'s, libevent's included; nothing of EAL's.
 * Hot path: no.
 */

#include "base_err.h"
#include "engine.h"

#include <stdbool.h>
#include <stdint.h>

struct control;

/** Something that the loop waits for. */
struct control_source;

/** Something is due: a descriptor can be read, a period is over. */
typedef void (*control_fn)(void *arg);

/** A signal came. */
typedef void (*control_signal_fn)(void *arg, int signo);

/**
 * Makes a loop that has nothing to wait for yet.
 *
 * @param out NULL on failure
 * @return 0, -ENOMEM: no memory or no descriptor for it
 */
int control_new(struct control **out, struct base_err *err);

/**
 * Calls a function whenever a descriptor can be read, while control_run() runs. The function reads
 * what is there. The descriptor stays the caller's and is open until the source is forgotten.
 *
 * @return the source; NULL: no memory
 */
struct control_source *control_watch(struct control *control, int fd, control_fn fn, void *arg);

/**
 * Calls a function again and again; the first time one period from now.
 *
 * @param period_ns what is less than 1 ms is taken for 1 ms
 * @return the source; NULL: no memory
 */
struct control_source *control_every(
	struct control *control, uint64_t period_ns, control_fn fn, void *arg);

/**
 * Hands on every signal that a signalfd(2) tells, one at a time.
 *
 * @param fd non-blocking; as in control_watch()
 * @return the source; NULL: no memory
 */
struct control_source *control_signals(
	struct control *control, int fd, control_signal_fn fn, void *arg);

/** Waits for a source no more; NULL is fine. A source may forget itself. */
void control_forget(struct control *control, struct control_source *source);

/** Waits and calls until one of the functions called control_end(). */
void control_run(struct control *control);

/** Has control_run() return once the function at hand has; the next control_run() begins anew. */
void control_end(struct control *control);

/** Frees a loop and what it waits for; NULL is fine. */
void control_free(struct control *control);

/** A run that is up. */
struct control_run {
	struct engine *engine;	 /**< started */
	int signals;		 /**< signalfd(2), non-blocking: SIGTERM, SIGINT and others */
	uint64_t drain_limit_ns; /**< how long the end waits for packets in flight */
	control_signal_fn asked; /**< a signal that does not end the run */
	void *arg;		 /**< of `asked` */
};

/**
 * Serves until SIGTERM or SIGINT.
 *
 * @return 0, -ENOMEM
 */
int control_serve(struct control *control, const struct control_run *run, struct base_err *err);

/**
 * Ends the lcores: they drain until they have ended, the limit is over or SIGTERM or SIGINT came
 * again, more than 100 ms later; then they are told to end now. What the loop was given goes on
 * meanwhile.
 *
 * @return 0; -ETIMEDOUT, with the lcore that does not end in err
 */
int control_stop(struct control *control, const struct control_run *run, struct base_err *err);

#endif

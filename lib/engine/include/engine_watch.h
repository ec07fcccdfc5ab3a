/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef ENGINE_WATCH_H
#define ENGINE_WATCH_H

/**
 * @file
 * The watchdog: finds lcores that have no turn of their loop any more. A classify lcore that has
 * stalled is gone round (overload = pass): its rx lcores send its flows on unclassified until it is
 * back. Nobody can stand in for the others: their queues and rings are their own.
 *
 * Threads: one, which looks now and then; it writes what rx lcores read.
 * Memory: the heap's.
 * Hot path: no. A loop writes where it is and counts its cycles, that is its heartbeat.
 */

#include "engine.h"

#include <stdbool.h>
#include <stdint.h>

/** What a watchdog found out of one lcore. */
struct engine_stall {
	unsigned int lcore;
	enum engine_role role;
	enum engine_at at; /**< where its loop was last */
	uint64_t since_ns; /**< on the clock of the looks: its last turn was then or before */
	uint64_t for_ns;   /**< without a turn */
	bool is_back;	   /**< it has turns again; else: it has none */
	bool is_bypassed;  /**< its flows go by it until it is back */
};

struct engine_watch;

/**
 * Makes a watchdog over all lcores that an engine has.
 *
 * @param limit_ns an lcore without a turn for so long has stalled
 * @param out NULL on failure
 * @return 0, -ENOMEM
 */
int engine_watch_new(
	struct engine *engine, uint64_t limit_ns, struct engine_watch **out, struct base_err *err);

/** How often a watchdog wants to look: an eighth of its limit, 1 ms at least. */
uint64_t engine_watch_period_ns(const struct engine_watch *watch);

/**
 * Looks at every lcore while they run. A look that comes late itself begins anew: what held it up
 * may have held up the lcores too, as a machine that was paused.
 *
 * @param now_ns of a clock that does not jump
 * @param tell called for each lcore that has stalled, and again when it is back
 */
void engine_watch_look(struct engine_watch *watch, uint64_t now_ns,
	void (*tell)(void *arg, const struct engine_stall *stall), void *arg);

/** Frees; NULL is fine. What was gone round is so no longer. */
void engine_watch_free(struct engine_watch *watch);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef RUN_OUT_H
#define RUN_OUT_H

/** @file What a run prints, on standard output and standard error: it waits for nobody who reads.
 */

#include <stdint.h>

/**
 * From now on what finds no room, in a pipe that nobody reads or on a terminal that was stopped, is
 * lost: on stdout, whole tables where they are flushed each; on stderr, DPDK's lines included. How
 * many lines is told where there is room again. Without memory both stay as they are. Any thread
 * may write.
 *
 * @param command leads that line; must stay
 */
void run_out_begin(const char *command);

#define RUN_OUT_RECENT	 5
#define RUN_OUT_TEXT_MAX 240

/** A line of stderr, behind the seconds since run_out_begin(). */
struct run_out_line {
	char text[RUN_OUT_TEXT_MAX];
};

/** The last lines of stderr, lost ones too, oldest first. @return how many */
uint32_t run_out_recent(struct run_out_line lines[RUN_OUT_RECENT]);

/** The last words: a reader has a second, then nothing is waited for again. */
void run_out_wait(void);

/** Writes what is left, and tells how many lines were lost since that was told last. */
void run_out_end(void);

#endif

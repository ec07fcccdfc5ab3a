/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef RUN_OUT_H
#define RUN_OUT_H

/** @file What a run prints, on standard output and standard error: it waits for nobody who reads. */

/**
 * From now on what finds no room, in a pipe that nobody reads or on a terminal that was stopped, is
 * lost: on stdout, whole tables where they are flushed each; on stderr, DPDK's lines included. How
 * many lines is told where there is room again. Without memory both stay as they are. Any thread
 * may write.
 *
 * @param command leads that line; must stay
 */
void run_out_begin(const char *command);

/** The last words: a reader has a second, then nothing is waited for again. */
void run_out_wait(void);

/** Writes what is left, and tells how many lines were lost since that was told last. */
void run_out_end(void);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef RUN_LOG_H
#define RUN_LOG_H

/** @file The log of a run, standard error: nobody waits for who reads it. */

/**
 * From now on a line on stderr, DPDK's included, that finds no room, in a pipe that nobody reads
 * say, is lost; how many is told where there is room again. Without memory stderr stays as it is.
 * Any thread may write.
 *
 * @param command leads that line; must stay
 */
void run_log_begin(const char *command);

/** Tells, if there is room, how many lines were lost since that was told last. */
void run_log_end(void);

#endif

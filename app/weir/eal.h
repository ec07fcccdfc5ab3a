/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef EAL_H
#define EAL_H

/** @file EAL up and down, and what it prints turned into one sentence. */

#include "base_err.h"

#include <stdbool.h>
#include <stddef.h>

#define EAL_ARGS_MAX 256

/** The command line that EAL is given. */
struct eal_args {
	char *argv[EAL_ARGS_MAX + 1];
	int argc;
	bool bad; /**< an argument found no room: eal_up() refuses them */
};

/** Adds an argument. */
void eal_add(struct eal_args *args, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/** Adds each of the words that blanks part. */
void eal_add_words(struct eal_args *args, const char *words);

void eal_args_free(struct eal_args *args);

/** What DPDK prints, kept from the terminal while it is asked for something that may fail. */
struct eal_quiet {
	int fd;	      /**< takes it; -1: nothing is kept */
	int saved[2]; /**< standard output and error */
};

/** From here on what is printed is kept. */
void eal_quiet_begin(struct eal_quiet *quiet);

/**
 * Standard output and error are themselves again.
 *
 * @param words takes the first and the last line that tell of an error, without their prefix; "":
 * none
 */
void eal_quiet_end(struct eal_quiet *quiet, char *words, size_t size);

/** From here on what DPDK logs is kept: unlike with eal_quiet, other threads may say what they
 * like. */
void eal_hear_begin(void);

/**
 * DPDK logs to standard error again.
 *
 * @param words takes what was kept as eal_quiet_end() does; NULL: it is said now
 */
void eal_hear_end(char *words, size_t size);

/** Whether a hugetlbfs is mounted, without which EAL finds no hugepages. */
bool eal_has_hugetlbfs(void);

/**
 * Starts EAL.
 *
 * @return 0, -errno: EAL's own words are in err; BASE_EXIT_UNAVAILABLE, or BASE_EXIT_PERMISSION
 * where it lacks a right
 */
int eal_up(const struct eal_args *args, struct base_err *err);

/** Stops EAL and takes its runtime folder away. */
void eal_down(void);

/** Takes the runtime folder away and leaves the rest as it is: the process ends at once. */
void eal_abandon(void);

#endif

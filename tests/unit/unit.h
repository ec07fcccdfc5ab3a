/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef UNIT_H
#define UNIT_H

/** @file What every unit test includes: cmocka wants these four before itself. */

/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#include <stdbool.h>
#include <time.h>

#define UNIT_COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define UNIT_WAIT_LIMIT_S 60 /* for what another thread does within a millisecond */

/** Waits until what other threads do has made the condition true; the test fails at the limit. */
#define UNIT_WAIT(condition)                                                \
	do {                                                                \
		time_t unit_limit = unit_seconds() + UNIT_WAIT_LIMIT_S;     \
                                                                            \
		while (!(condition)) {                                      \
			if (unit_seconds() > unit_limit)                    \
				fail_msg("waited in vain for " #condition); \
			unit_rest();                                        \
		}                                                           \
	} while (false)

static inline time_t
unit_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

/** Lets other threads have the CPU. */
static inline void
unit_rest(void)
{
	nanosleep(&(struct timespec){.tv_nsec = 100000}, NULL);
}

#endif

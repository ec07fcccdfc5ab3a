/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

/**
 * @file
 * Errors that carry one sentence and the exit class of the program.
 *
 * Threads: any; an error object belongs to its caller.
 * Memory: none is allocated.
 * Hot path: no; hot functions return a reason or a count.
 */

#include <stdarg.h>

/** Exit status of every program of the project: sysexits(3) where it has a name for the case. */
enum base_exit {
	BASE_EXIT_OK = 0,
	BASE_EXIT_FAILURE = 1, /**< the rest: unreadable capture, expectation that differs … */
	BASE_EXIT_USAGE = 2,   /**< the command line, --set included */
	BASE_EXIT_UNAVAILABLE = 69, /**< hugepages, memory, device or driver missing */
	BASE_EXIT_PERMISSION = 77,
	BASE_EXIT_CONFIG = 78, /**< what the INI says wrongly and can be known without a device */
};

#define BASE_ERR_TEXT_MAX 1024

/** One failure: filled by the function that found it, printed by the edge of the program, once. */
struct base_err {
	enum base_exit exit;	      /**< BASE_EXIT_OK: nothing has failed */
	char text[BASE_ERR_TEXT_MAX]; /**< one sentence without a newline, "file:line: …" first
					 where there is one */
};

/**
 * Records a failure.
 *
 * @param err may be NULL: then only the return value tells
 * @param exit class of the failure
 * @param error positive errno value that fits, for the return value
 * @param fmt printf format of the sentence; cut at BASE_ERR_TEXT_MAX - 1 octets
 * @return -error, so that a caller can write `return base_fail(…)`
 */
int base_fail(struct base_err *err, enum base_exit exit, int error, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/** As base_fail() with a va_list. */
int base_vfail(struct base_err *err, enum base_exit exit, int error, const char *fmt, va_list args)
	__attribute__((format(printf, 4, 0)));

/**
 * Puts words in front of an error that a callee recorded ("lists/a.txt: " …).
 *
 * @param err may be NULL
 * @param fmt printf format of what is put in front
 */
void base_prefix(struct base_err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif

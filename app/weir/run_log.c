/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * The descriptor may be shared with other programs, a terminal's shell say, so that it is not made
 * non-blocking: it is asked for room before each line. A pipe that has room takes PIPE_BUF octets.
 */
#include "run_log.h"

#include <rte_log.h>

#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

/* The stream's lock guards it. */
static struct {
	const char *command;
	uint64_t lost; /* lines, since that was told */
} run_log;

static bool
has_room(void)
{
	struct pollfd fd = {.fd = STDERR_FILENO, .events = POLLOUT};

	return poll(&fd, 1, 0) == 1 && (fd.revents & POLLOUT) != 0;
}

/* Writes at most PIPE_BUF octets, or nothing. */
static bool
put(const char *text, size_t len)
{
	return has_room() && write(STDERR_FILENO, text, len) == (ssize_t)len;
}

static void
tell_lost(void)
{
	char line[160];
	int len;

	if (run_log.lost == 0)
		return;
	len = snprintf(line, sizeof(line),
		"%.64s: warning: lines of this log that are lost, for nobody read it: %" PRIu64
		"\n",
		run_log.command, run_log.lost);
	if (put(line, (size_t)len))
		run_log.lost = 0;
}

/* What the stream has gathered: lines, but for one that is longer than its buffer. */
static ssize_t
take(void *cookie, const char *text, size_t len)
{
	size_t n;

	(void)cookie;
	tell_lost();
	for (size_t at = 0; at < len; at += n) {
		n = len - at < PIPE_BUF ? len - at : PIPE_BUF;
		if (put(text + at, n))
			continue;
		for (size_t i = at; i < at + n; i++)
			run_log.lost += text[i] == '\n';
	}
	return (ssize_t)len;
}

void
run_log_begin(const char *command)
{
	FILE *stream = fopencookie(NULL, "w", (cookie_io_functions_t){.write = take});

	if (stream == NULL)
		return;
	setvbuf(stream, NULL, _IOLBF, PIPE_BUF);
	run_log.command = command;
	fflush(stderr);
	stderr = stream;
	rte_openlog_stream(stream);
}

void
run_log_end(void)
{
	fflush(stderr);
	flockfile(stderr);
	tell_lost();
	funlockfile(stderr);
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * The descriptor may be shared with other programs, a terminal's shell say, so that it is not made
 * non-blocking: it is asked for room before each piece. A pipe that has room takes PIPE_BUF octets.
 */
#include "run_out.h"

#include "base_clock.h"

#include <rte_log.h>

#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define LAST_MS	     1000
#define STDOUT_BYTES (64 * 1024) /* a table, whole */

/* Where a stream leads; the stream's lock guards it. */
struct out {
	int fd;
	uint64_t lost; /* lines, since that was told */
};

static struct out outs[] = {{.fd = STDOUT_FILENO}, {.fd = STDERR_FILENO}};
static const char *leader;
static uint64_t begin_ns;
static atomic_int wait_ms;
static struct run_out_line recent[RUN_OUT_RECENT]; /* in turn; the lock of stderr guards them */
static uint32_t n_recent;

static bool
has_room(const struct out *out)
{
	struct pollfd fd = {.fd = out->fd, .events = POLLOUT};
	int rc = poll(&fd, 1, wait_ms);

	if (rc == 0)
		wait_ms = 0; /* nobody reads */
	return rc == 1 && (fd.revents & POLLOUT) != 0;
}

/* Writes at most PIPE_BUF octets, or nothing. */
static bool
put(const struct out *out, const char *text, size_t len)
{
	return has_room(out) && write(out->fd, text, len) == (ssize_t)len;
}

static void
tell_lost(struct out *out)
{
	char line[160];
	int len;

	if (out->lost == 0)
		return;
	len = snprintf(line, sizeof(line),
		"%.64s: warning: lines that are lost here, for nobody read them: %" PRIu64 "\n",
		leader, out->lost);
	if (put(out, line, (size_t)len))
		out->lost = 0;
}

static uint64_t
lines_of(const char *text, size_t len)
{
	uint64_t n = 0;

	for (size_t i = 0; i < len; i++)
		n += text[i] == '\n';
	return n;
}

/* What the stream has gathered: lines, but for one that is longer than its buffer. Where a piece of
 * it finds no room, nor does the rest. */
static ssize_t
take(void *cookie, const char *text, size_t len)
{
	struct out *out = cookie;
	size_t n;

	tell_lost(out);
	for (size_t at = 0; at < len; at += n) {
		n = len - at < PIPE_BUF ? len - at : PIPE_BUF;
		if (put(out, text + at, n))
			continue;
		out->lost += lines_of(text + at, len - at);
		break;
	}
	return (ssize_t)len;
}

static ssize_t
take_log(void *cookie, const char *text, size_t len)
{
	for (size_t at = 0, n; at < len; at += n + 1) {
		const char *end = memchr(text + at, '\n', len - at);
		struct run_out_line *line = &recent[n_recent++ % RUN_OUT_RECENT];

		n = end == NULL ? len - at : (size_t)(end - text) - at;
		snprintf(line->text, sizeof(line->text), "at %.0f s: %.*s",
			(double)(base_clock_ns() - begin_ns) / 1e9, (int)n, text + at);
	}
	return take(cookie, text, len);
}

uint32_t
run_out_recent(struct run_out_line lines[RUN_OUT_RECENT])
{
	uint32_t n, first;

	flockfile(stderr);
	n = n_recent < RUN_OUT_RECENT ? n_recent : RUN_OUT_RECENT;
	first = n_recent - n;
	for (uint32_t i = 0; i < n; i++)
		lines[i] = recent[(first + i) % RUN_OUT_RECENT];
	funlockfile(stderr);
	return n;
}

static FILE *
open_out(struct out *out, cookie_write_function_t *write, int mode, size_t bytes)
{
	FILE *stream = fopencookie(out, "w", (cookie_io_functions_t){.write = write});

	if (stream != NULL)
		setvbuf(stream, NULL, mode, bytes);
	return stream;
}

void
run_out_begin(const char *command)
{
	FILE *out = open_out(&outs[0], take, _IOFBF, STDOUT_BYTES);
	FILE *err = open_out(&outs[1], take_log, _IOLBF, PIPE_BUF);

	leader = command;
	begin_ns = base_clock_ns();
	fflush(stdout);
	fflush(stderr);
	if (out != NULL)
		stdout = out;
	if (err == NULL)
		return;
	stderr = err;
	rte_openlog_stream(stderr);
}

void
run_out_wait(void)
{
	wait_ms = LAST_MS;
}

static void
end(FILE *stream, struct out *out)
{
	fflush(stream);
	flockfile(stream);
	tell_lost(out);
	funlockfile(stream);
}

void
run_out_end(void)
{
	end(stdout, &outs[0]);
	end(stderr, &outs[1]);
}

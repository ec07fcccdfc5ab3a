/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "control_priv.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <unistd.h>

#define PERIOD_MIN_NS UINT64_C(1000000)
#define NS_PER_US     1000
#define US_PER_S      1000000

static int
no_memory(struct base_err *err)
{
	return base_fail(err, BASE_EXIT_UNAVAILABLE, ENOMEM, "no memory for the control loop");
}

int
control_new(struct control **out, struct base_err *err)
{
	struct control *control = calloc(1, sizeof(*control));

	*out = NULL;
	if (control == NULL)
		return no_memory(err);
	control->base = event_base_new();
	if (control->base == NULL) {
		free(control);
		return no_memory(err);
	}
	*out = control;
	return 0;
}

static void
call(evutil_socket_t fd, short what, void *arg)
{
	const struct control_source *source = arg;

	(void)fd;
	(void)what;
	source->fn(source->arg); /* which may have freed it */
}

/* One, for it may be the last that is wanted: the next ones make the descriptor ready again. */
static void
call_signal(evutil_socket_t fd, short what, void *arg)
{
	const struct control_source *source = arg;
	struct signalfd_siginfo info;

	(void)what;
	if (read(fd, &info, sizeof(info)) == (ssize_t)sizeof(info))
		source->signal_fn(source->arg, (int)info.ssi_signo);
}

static void
free_source(struct control_source *source)
{
	if (source->event != NULL)
		event_free(source->event);
	free(source);
}

/* Adds a source that is like the given one. */
static struct control_source *
add(struct control *control, const struct control_source *like, int fd,
	const struct timeval *period)
{
	event_callback_fn fn = like->signal_fn != NULL ? call_signal : call;
	short what = (short)(EV_PERSIST | (period == NULL ? EV_READ : 0));
	struct control_source *source = calloc(1, sizeof(*source));

	if (source == NULL)
		return NULL;
	*source = *like;
	source->event = event_new(control->base, fd, what, fn, source);
	if (source->event == NULL || event_add(source->event, period) != 0) {
		free_source(source);
		return NULL;
	}
	source->next = control->sources;
	control->sources = source;
	return source;
}

struct control_source *
control_watch(struct control *control, int fd, control_fn fn, void *arg)
{
	return add(control, &(struct control_source){.fn = fn, .arg = arg}, fd, NULL);
}

struct control_source *
control_every(struct control *control, uint64_t period_ns, control_fn fn, void *arg)
{
	uint64_t us = (period_ns < PERIOD_MIN_NS ? PERIOD_MIN_NS : period_ns) / NS_PER_US;
	struct timeval period = {
		.tv_sec = (time_t)(us / US_PER_S), .tv_usec = (suseconds_t)(us % US_PER_S)};

	return add(control, &(struct control_source){.fn = fn, .arg = arg}, -1, &period);
}

struct control_source *
control_signals(struct control *control, int fd, control_signal_fn fn, void *arg)
{
	return add(control, &(struct control_source){.signal_fn = fn, .arg = arg}, fd, NULL);
}

void
control_forget(struct control *control, struct control_source *source)
{
	struct control_source **at = &control->sources;

	if (source == NULL)
		return;
	while (*at != source)
		at = &(*at)->next;
	*at = source->next;
	free_source(source);
}

void
control_run(struct control *control)
{
	event_base_loop(control->base, EVLOOP_NO_EXIT_ON_EMPTY);
}

void
control_end(struct control *control)
{
	event_base_loopbreak(control->base);
}

void
control_free(struct control *control)
{
	if (control == NULL)
		return;
	while (control->sources != NULL)
		control_forget(control, control->sources);
	event_base_free(control->base);
	free(control);
}

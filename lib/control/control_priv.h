/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef CONTROL_PRIV_H
#define CONTROL_PRIV_H

/** @file What the files of the room share. */

#include "control.h"

#include <event2/event.h>

/* Something that the loop waits for, and what to call then. */
struct control_source {
	struct control_source *next;
	struct event *event;
	control_fn fn;
	control_signal_fn signal_fn;
	void *arg;
};

struct control {
	struct event_base *base;
	struct control_source *sources; /* the youngest first */
};

#endif

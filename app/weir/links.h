/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef LINKS_H
#define LINKS_H

/** @file The links of a run's ports: waited for at start, watched after. */

#include "boot.h"
#include "control.h"
#include "port_links.h"

struct links;

/**
 * Waits for the links as long as [weir] link_wait allows, tells each, and watches them in the loop,
 * which serves while it waits.
 *
 * @param out NULL on failure
 * @return 0; 1: the loop was ended first, by a signal or from within; -ENOMEM
 */
int links_start(struct boot *boot, struct control *control, const struct control_run *run,
	struct links **out, struct base_err *err);

/** What is known of them, as the last look saw it; valid until links_stop(). */
const struct port_links *links_known(const struct links *links);

/** Watches them no more, and lets go of those that were held down; NULL is fine. */
void links_stop(struct links *links);

#endif

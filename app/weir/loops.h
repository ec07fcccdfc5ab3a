/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef LOOPS_H
#define LOOPS_H

/** @file A bridge whose two sides are joined elsewhere, too, is warned of. */

#include "boot.h"
#include "control.h"

struct loops;

/**
 * Looks for loops from time to time while the control loop runs.
 *
 * @param out NULL: failed, or no port has another one as its peer
 * @return 0, -ENOMEM
 */
int loops_start(
	struct boot *boot, struct control *control, struct loops **out, struct base_err *err);

/** Looks no more; NULL is fine. */
void loops_stop(struct loops *loops);

#endif

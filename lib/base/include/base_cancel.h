/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef BASE_CANCEL_H
#define BASE_CANCEL_H

/**
 * @file
 * A wish that a long work of another thread ends early. Who works looks at it now and then, gives
 * up with -ECANCELED, and leaves behind what any failure leaves.
 *
 * Threads: one asks, any look.
 * Memory: the asker's.
 * Hot path: no.
 */

#include "base_err.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

/** Zero: go on. */
struct base_cancel {
	atomic_bool is_asked;
};

static inline void
base_cancel_ask(struct base_cancel *cancel)
{
	atomic_store_explicit(&cancel->is_asked, true, memory_order_relaxed);
}

/** Whether to give up; NULL: nobody will ever ask. */
static inline bool
base_is_cancelled(const struct base_cancel *cancel)
{
	return cancel != NULL && atomic_load_explicit(&cancel->is_asked, memory_order_relaxed);
}

/** 0: go on; -ECANCELED, told in err: it is to end. */
static inline int
base_cancel_check(const struct base_cancel *cancel, struct base_err *err)
{
	return base_is_cancelled(cancel)
		       ? base_fail(err, BASE_EXIT_FAILURE, ECANCELED, "given up: the program ends")
		       : 0;
}

#endif

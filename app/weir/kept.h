/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef KEPT_H
#define KEPT_H

/** @file The last good policy of a run on disk: where it is, and a start with its help. */

#include "boot.h"

#include <limits.h>

/** Its path; false: none is kept, by [weir] state_dir or because a compiled policy is in force. */
bool kept_path(const struct boot *boot, char path[PATH_MAX]);

/** Loads the policy of a run: lists that are refused are those of the last run. What stands in for
 * what is told. 0, or as policy_renew(). */
int kept_load(struct boot *boot, struct base_err *err);

/** Tells the lists that a generation could not read, those that it has tried alone. */
void kept_tell_stale(const struct boot *boot, const struct policy_stale *stale, uint32_t nb);

#endif

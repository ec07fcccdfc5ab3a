/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef CONTROL_FILES_H
#define CONTROL_FILES_H

/**
 * @file
 * Files that are watched for a change: written in place, or replaced by another that is renamed to
 * their name (inotify(7) on their folders).
 *
 * Threads: the main one.
 * Memory: malloc(3)'s.
 * Hot path: no.
 */

#include "control.h"

struct control_files;

/**
 * Makes a watch of no files.
 *
 * @param quiet_ns after a change the function is called once nothing has changed for so long
 * @param fn something has changed
 * @param out NULL on failure
 * @return 0; -ENOMEM; -EMFILE: the kernel has no inotify instance left for this user
 */
int control_files_new(struct control *control, uint64_t quiet_ns, control_fn fn, void *arg,
	struct control_files **out, struct base_err *err);

/**
 * Watches these files, and no others.
 *
 * @param paths of n files, absolute; they need not be there, their folders do. Copied.
 * @return 0; -ENOMEM; -ENOSPC or -ENOENT …: the first folder that cannot be watched, in err; the
 *         others are
 */
int control_files_set(
	struct control_files *files, const char *const *paths, uint32_t n, struct base_err *err);

/** Frees a watch; NULL is fine. Before control_free(). */
void control_files_free(struct control_files *files);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef RUN_FILES_H
#define RUN_FILES_H

/** @file [weir] reload_on_change: the INI and what it names are watched, a change is a reload. */

#include "control.h"
#include "control_files.h"
#include "reloads.h"

/** Zero to begin with, but for the first part. */
struct run_files {
	struct control *control;
	struct reloads *reloads;

	struct control_files *files; /**< NULL: nothing is watched */
};

/** Watches what the INI in force names, or nothing where it does not want it; what cannot be
 * watched is told. */
void run_files_update(struct run_files *run, const struct conf *conf);

/** Watches nothing any more. */
void run_files_close(struct run_files *run);

#endif

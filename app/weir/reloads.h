/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef RELOADS_H
#define RELOADS_H

/** @file The policies of a run, one after the other: what control_reload asks of the program. */

#include "boot.h"
#include "control_reload.h"

#include <limits.h>

/** Zero to begin with, but for the first part. */
struct reloads {
	struct boot *boot;
	struct control *control;
	void (*published)(void *arg); /**< a policy is in force, the one before about to go */
	void (*ready)(void *arg);     /**< the first one is, for all that there is to it */
	void (*told)(void *arg, const struct control_result *result); /**< of a later one */
	void *arg;

	struct control_reload *reload;
	bool is_ready;
	char kept[PATH_MAX]; /**< where policies are kept on disk */
	struct base_err err; /**< why the first policy could not be built; the loop was ended */
	struct control_lcore lcores[CONF_LCORES_MAX];
};

/** Publishes empty views, so that lcores can start. 0, -errno. */
int reloads_open(struct reloads *reloads, struct base_err *err);

/** Has the first policy built, which the boot has loaded. 0, -errno. */
int reloads_begin(struct reloads *reloads, struct base_err *err);

/** SIGHUP: the INI and its lists again, behind a reload that is under way. What comes of it is
 * printed. */
void reloads_hup(struct reloads *reloads);

/** Frees all policies; the lcores have ended. */
void reloads_close(struct reloads *reloads);

/** Holds the ledger against the kernel, as [weir] numa wants it; 0, -errno. */
int reloads_check_placement(const struct boot *boot, struct base_err *err);

#endif

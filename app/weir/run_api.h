/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef RUN_API_H
#define RUN_API_H

/** @file The API of `weir run`: what it tells of, and where its socket is. */

#include "boot.h"
#include "control.h"
#include "control_api.h"

/** Its memory while the run lasts. */
struct run_api {
	const struct boot *boot;
	struct control_facts facts;
	struct control_api *api;
};

/**
 * Opens the socket; requests are answered once the loop runs.
 *
 * @param boot up, traffic not started
 * @return 0; what control_api_open() returns, led to the INI's key
 */
int run_api_open(struct run_api *run, const struct boot *boot, struct control *control,
	struct base_err *err);

/** Notes that traffic has begun. */
void run_api_begin(struct run_api *run);

/** Takes the socket away; fine on one that was not opened. */
void run_api_close(struct run_api *run);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef RUN_API_H
#define RUN_API_H

/** @file The API of `weir run`: what it tells of, and where its socket is. */

#include "boot.h"
#include "control.h"
#include "control_api.h"
#include "control_reload.h"
#include "port_links.h"

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
 * @param reload its view is told of; what it has in force, from run_api_publish() on
 * @return 0; what control_api_open() returns, led to the INI's key
 */
int run_api_open(struct run_api *run, const struct boot *boot, struct control_reload *reload,
	struct control *control, struct base_err *err);

/** Tells of the policy that has come in force from now on. */
void run_api_publish(struct run_api *run, const struct control_reload *reload);

/** Tells of these links from now on; NULL: nobody looks at them any more. */
void run_api_links(struct run_api *run, const struct port_links *links);

/** Answers those who wait for a reload: this came of it. */
void run_api_reloaded(struct run_api *run, const struct control_result *result);

/** Notes that traffic has begun. */
void run_api_begin(struct run_api *run);

/** Notes that the start waits for links, or does no more. */
void run_api_wait(struct run_api *run, bool waits);

/** Takes the socket away; fine on one that was not opened. */
void run_api_close(struct run_api *run);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef CONTROL_API_H
#define CONTROL_API_H

/**
 * @file
 * The REST + JSON API of a run on a UNIX socket: docs/control.md for people, docs/openapi.json for
 * programs.
 *
 * Threads: the main one.
 * Memory: malloc(3)'s.
 * Hot path: no. What lcores write is read as it stands; nothing makes them wait.
 */

#include "base_err.h"
#include "conf.h"
#include "control.h"
#include "control_reload.h"
#include "engine.h"
#include "plan.h"
#include "policy.h"
#include "port.h"
#include "port_links.h"
#include "stats.h"

#include <stdint.h>
#include <time.h>

#define CONTROL_SOCKET_NAME "api.sock" /**< in the folder [weir] run_dir */

/** What the API tells of: a run that is up. Whoever changes it does so between two requests. */
struct control_facts {
	const struct conf *conf;
	const struct plan *plan;
	const struct port *ports;	/**< in the order of plan->ports */
	const struct port_links *links; /**< likewise; NULL: nobody watches them */
	const struct policy *policy;	/**< NULL: none yet */
	const struct policy_view *view; /**< of any lcore that classifies; without a policy its
					   generation is 0 */
	struct control_reload *reload;	/**< NULL: nothing is ever read again */
	const struct engine *engine;
	const struct stats_layout *layout; /**< of the engine's blocks */
	bool waits_for_links;		   /**< the start does, traffic runs */
	time_t started;			   /**< traffic */
	time_t published;		   /**< the policy */
};

struct control_api;

/** What an API is made from. */
struct control_api_conf {
	const char *socket;		   /**< its path */
	const struct control_facts *facts; /**< borrowed until control_api_close() */
	/** Takes a sentence for the log: who wrote. */
	void (*say)(void *arg, const char *sentence);
	void *arg;
};

/**
 * Opens the socket and answers requests while the loop runs.
 *
 * @param out NULL on failure
 * @return 0; -EBUSY: another instance serves the socket; -ENOMEM; what the kernel says of the path
 */
int control_api_open(struct control *control, const struct control_api_conf *conf,
	struct control_api **out, struct base_err *err);

/** Answers all requests that wait for a reload: this came of it. Hours are no reload. */
void control_api_reloaded(struct control_api *api, const struct control_result *result);

/** Ends every connection and takes the socket away; NULL is fine. Before control_free(). */
void control_api_close(struct control_api *api);

#endif

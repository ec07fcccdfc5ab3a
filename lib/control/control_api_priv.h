/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef CONTROL_API_PRIV_H
#define CONTROL_API_PRIV_H

/** @file What answers requests, route by route. */

#include "control_api.h"
#include "control_target.h"

#include <jansson.h>

/* Answers a request. @return 0 with a reply; -EALREADY: likewise, what it says has only begun
 * (202); -EINPROGRESS: the answer is what comes of the reload; else a sentence in err: -EINVAL: the
 * request is wrong (400); -ENOENT: no such thing (404); -EBUSY: not beside what goes on (409);
 * anything else: it cannot be answered now (503) */
typedef int (*control_answer_fn)(const struct control_facts *facts,
	const struct control_target *target, json_t **reply, struct base_err *err);

/* What can be asked for. */
struct control_route {
	const char *path;
	bool writes;		   /* POST, and logged; else GET */
	const char *const *params; /* names, NULL behind the last; NULL: none */
	control_answer_fn answer;
};

extern const struct control_route control_routes[];
extern const size_t control_nb_routes;

int control_get_routes(const struct control_facts *facts, const struct control_target *target,
	json_t **reply, struct base_err *err);
int control_get_status(const struct control_facts *facts, const struct control_target *target,
	json_t **reply, struct base_err *err);
int control_get_lookup(const struct control_facts *facts, const struct control_target *target,
	json_t **reply, struct base_err *err);
int control_get_placement(const struct control_facts *facts, const struct control_target *target,
	json_t **reply, struct base_err *err);
int control_get_counters(const struct control_facts *facts, const struct control_target *target,
	json_t **reply, struct base_err *err);

int control_post_reload(const struct control_facts *facts, const struct control_target *target,
	json_t **reply, struct base_err *err);

/* The sentences of a report; NULL: no memory. */
json_t *control_notes(const struct conf_report *report);

/* A result in JSON; NULL: no memory. */
json_t *control_result_json(const struct control_result *result);

/* Appends an item; where memory is out the array itself becomes NULL, and json_pack() fails on it:
 * a part that is missing fails the whole. */
static inline void
control_append(json_t **array, json_t *item)
{
	if (json_array_append_new(*array, item) < 0) {
		json_decref(*array);
		*array = NULL;
	}
}

/* Text of any octets: where they are no UTF-8, those above 0x7f become '?'. NULL: no memory. */
json_t *control_text(const char *text);

/* A point in time as RFC 3339 writes it, in UTC. */
json_t *control_time(time_t when);

/* 0 with a reply; -ENOMEM in err. */
int control_reply(json_t *made, json_t **reply, struct base_err *err);

#endif

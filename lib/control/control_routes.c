/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "control_api_priv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char *const reload_params[] = {"list", "wait", "dry_run", NULL};
static const char *const lookup_params[] = {
	"name", "qtype", "client", "mac", "vlan", "qinq", "port", NULL};

/* To add a route: a row, its function, and its description in docs/openapi.json, which a test holds
 * to this table. */
const struct control_route control_routes[] = {
	{"/v1", false, NULL, control_get_routes},
	{"/v1/status", false, NULL, control_get_status},
	{"/v1/lookup", false, lookup_params, control_get_lookup},
	{"/v1/placement", false, NULL, control_get_placement},
	{"/v1/counters", false, NULL, control_get_counters},
	{"/v1/reload", true, reload_params, control_post_reload},
};

const size_t control_nb_routes = sizeof(control_routes) / sizeof(control_routes[0]);

json_t *
control_text(const char *text)
{
	json_t *json = json_string(text);
	char *copy = json == NULL ? strdup(text) : NULL;

	if (copy == NULL)
		return json;
	for (char *at = copy; *at != '\0'; at++) {
		if ((unsigned char)*at >= 0x80)
			*at = '?';
	}
	json = json_string(copy);
	free(copy);
	return json;
}

json_t *
control_time(time_t when)
{
	char text[32];
	struct tm tm;

	gmtime_r(&when, &tm);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm);
	return json_string(text);
}

int
control_reply(json_t *made, json_t **reply, struct base_err *err)
{
	*reply = made;
	return made != NULL
		       ? 0
		       : base_fail(err, BASE_EXIT_UNAVAILABLE, ENOMEM, "no memory for the reply");
}

static json_t *
params_json(const char *const *params)
{
	json_t *array = json_array();

	for (; params != NULL && *params != NULL; params++)
		control_append(&array, json_string(*params));
	return array;
}

int
control_get_routes(const struct control_facts *facts, const struct control_target *target,
	json_t **reply, struct base_err *err)
{
	json_t *array = json_array();

	(void)facts;
	(void)target;
	for (size_t i = 0; i < control_nb_routes; i++)
		control_append(&array, json_pack("{s:s, s:s, s:o}", "method",
					       control_routes[i].writes ? "POST" : "GET", "path",
					       control_routes[i].path, "parameters",
					       params_json(control_routes[i].params)));
	return control_reply(
		json_pack("{s:s, s:o}", "version", WEIR_VERSION, "routes", array), reply, err);
}

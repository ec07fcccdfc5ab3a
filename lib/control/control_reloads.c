/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * Reloads through the API.
 */
#include "control_api_priv.h"
#include "dns_type.h"

#include <errno.h>
#include <string.h>

#define NS_PER_MS 1e6

/* yes or no; no where it is missing. */
static int
read_flag(const struct control_target *target, const char *name, bool *out, struct base_err *err)
{
	const char *value = control_target_value(target, name);

	*out = value != NULL && strcmp(value, "yes") == 0;
	if (value == NULL || *out || strcmp(value, "no") == 0)
		return 0;
	return base_fail(
		err, BASE_EXIT_USAGE, EINVAL, "%s = %.64s: allowed are yes and no", name, value);
}

/* Of a dry run nothing but its result is of use, so it is always waited for. */
int
control_post_reload(const struct control_facts *facts, const struct control_target *target,
	json_t **reply, struct base_err *err)
{
	struct control_request request = {.list = control_target_value(target, "list")};
	bool wait = false;
	int rc = read_flag(target, "wait", &wait, err);

	if (rc == 0)
		rc = read_flag(target, "dry_run", &request.dry_run, err);
	if (rc == 0 && facts->reload == NULL)
		rc = base_fail(err, BASE_EXIT_UNAVAILABLE, EAGAIN, "nothing is read again here");
	if (rc == 0)
		rc = control_reload_request(facts->reload, &request, err);
	if (rc < 0)
		return rc;
	if (wait || request.dry_run)
		return -EINPROGRESS;
	rc = control_reply(json_pack("{s:b}", "started", 1), reply, err);
	return rc < 0 ? rc : -EALREADY;
}

static json_t *
first_json(const char first[POLICY_FIRST][DNS_NAME_TEXT_MAX])
{
	json_t *array = json_array();

	for (uint32_t i = 0; i < POLICY_FIRST && first[i][0] != '\0'; i++)
		control_append(&array, control_text(first[i]));
	return array;
}

static json_t *
changes_json(const struct control_result *result)
{
	json_t *array = json_array();

	for (uint32_t i = 0; i < result->nb_changes; i++) {
		const struct policy_change *change = &result->changes[i];

		control_append(&array,
			json_pack("{s:s, s:I, s:I, s:I, s:o, s:o}", "list", change->list, "rules",
				(json_int_t)change->rules, "added", (json_int_t)change->added,
				"removed", (json_int_t)change->removed, "first_added",
				first_json(change->first_added), "first_removed",
				first_json(change->first_removed)));
	}
	return array;
}

/* Those that this reload has tried: a reload of another list says nothing of them. */
static json_t *
stale_json(const struct control_result *result)
{
	json_t *array = json_array();

	for (uint32_t i = 0; i < result->nb_stale; i++) {
		if (result->stale[i].is_tried)
			control_append(&array,
				json_pack("{s:s, s:o, s:o}", "list", result->stale[i].list, "since",
					control_time((time_t)result->stale[i].since_s), "why",
					control_text(result->stale[i].why)));
	}
	return array;
}

static json_t *
top_json(const struct control_trial *trial)
{
	json_t *array = json_array();
	char type[DNS_TYPE_TEXT_MAX];

	for (uint32_t i = 0; i < trial->nb_top; i++) {
		const struct control_trial_name *name = &trial->top[i];

		control_append(&array,
			json_pack("{s:o, s:s, s:I, s:s, s:s}", "name", control_text(name->name),
				"qtype", dns_type_format(name->qtype, type), "queries",
				(json_int_t)name->queries, "before",
				policy_action_word(name->before), "after",
				policy_action_word(name->after)));
	}
	return array;
}

static json_t *
trial_json(const struct control_trial *trial)
{
	if (trial == NULL)
		return json_null();
	return json_pack("{s:I, s:I, s:I, s:I, s:o}", "tried", (json_int_t)trial->tried, "differ",
		(json_int_t)trial->differ, "queries", (json_int_t)trial->queries, "queries_differ",
		(json_int_t)trial->queries_differ, "top", top_json(trial));
}

static json_t *
phases_json(const struct control_result *result)
{
	json_t *object = json_object();

	for (int i = 0; i < CONTROL_NB_PHASES; i++) {
		if (json_object_set_new(object, control_phase_word((enum control_phase)i),
			    json_real((double)result->phase_ns[i] / NS_PER_MS)) < 0) {
			json_decref(object);
			return NULL;
		}
	}
	return object;
}

json_t *
control_notes(const struct conf_report *report)
{
	json_t *array = json_array();

	for (uint32_t i = 0; i < report->n_notes; i++)
		control_append(&array, control_text(report->notes[i].text));
	return array;
}

/* null: the same as in force. */
static json_t *
prefixes_json(const struct control_result *result)
{
	if (!result->has_prefixes)
		return json_null();
	return json_pack("{s:I, s:I}", "before", (json_int_t)result->prefixes_were, "now",
		(json_int_t)result->prefixes);
}

json_t *
control_result_json(const struct control_result *result)
{
	return json_pack("{s:b, s:I, s:o, s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "dry_run",
		(int)result->dry_run, "generation", (json_int_t)result->generation, "sentence",
		control_text(result->sentence), "restart_keys", (json_int_t)result->restart.n_notes,
		"restart", control_notes(&result->restart), "settings",
		control_notes(&result->settings), "changes", changes_json(result), "prefixes",
		prefixes_json(result), "stale", stale_json(result), "trial",
		trial_json(result->trial), "phases_ms", phases_json(result));
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "control_api_priv.h"
#include "place.h"

#include <unistd.h>

#define NS_PER_S 1000000000

static json_t *
lcores_json(const struct plan *plan)
{
	json_t *array = json_array();

	for (uint32_t i = 0; i < plan->n_lcores; i++) {
		const struct plan_lcore *lcore = &plan->lcores[i];

		control_append(&array, json_pack("{s:i, s:s, s:i, s:i}", "lcore", (int)lcore->lcore,
					       "role", plan_role_word(lcore->role), "node",
					       lcore->node, "cpu", (int)plan_cpu(lcore)));
	}
	return array;
}

/* As the watcher saw it last, which logs what changes; as it is where nobody watches. */
static json_t *
link_json(const struct control_facts *facts, uint32_t i)
{
	static const char *const words[] = {[PORT_LINKS_UNKNOWN] = "unknown",
		[PORT_LINKS_GONE] = "gone",
		[PORT_LINKS_DOWN] = "down",
		[PORT_LINKS_HELD] = "held_down",
		[PORT_LINKS_UP] = "up"};
	struct port_links_port now = {0};
	const struct port_links_port *port = facts->links == NULL ? &now : &facts->links->ports[i];
	enum port_links_state state;
	bool is_told;

	if (facts->links == NULL)
		port_link_read(&facts->ports[i], &now.seen);
	state = port_links_state(port);
	is_told = state == PORT_LINKS_UP && port->seen.speed_mbps > 0;
	return json_pack("{s:s, s:o, s:o, s:o}", "state", words[state], "up",
		state == PORT_LINKS_UNKNOWN ? json_null() : json_boolean(state == PORT_LINKS_UP),
		"mbps", is_told ? json_integer(port->seen.speed_mbps) : json_null(), "full_duplex",
		is_told ? json_boolean(port->seen.is_full_duplex) : json_null());
}

/* The ports whose links a start waits for. */
static json_t *
waits_json(const struct control_facts *facts)
{
	json_t *array = json_array();
	struct port_link seen;

	for (uint32_t i = 0; facts->waits_for_links && i < facts->plan->n_ports; i++) {
		if (!port_link_read(&facts->ports[i], &seen) && !seen.is_elsewhere)
			control_append(&array, json_string(facts->plan->ports[i].name));
	}
	return array;
}

static json_t *
ports_json(const struct control_facts *facts)
{
	json_t *array = json_array();

	for (uint32_t i = 0; i < facts->plan->n_ports; i++) {
		const struct plan_port *port = &facts->plan->ports[i];

		control_append(&array,
			json_pack("{s:s, s:o, s:i, s:s, s:o}", "name", port->name, "device",
				control_text(port->device), "node", port->node, "peer",
				facts->plan->ports[port->peer].name, "link", link_json(facts, i)));
	}
	return array;
}

/* Whether what is in force is what the file holds now. */
static const char *
state_of(const struct conf_list *list, const struct policy_list_info *info)
{
	struct policy_stamp now;

	if (info->compiled)
		return "compiled";
	if (info->stale != NULL)
		return "stale";
	if (list->builtin != NULL)
		return "loaded";
	if (policy_stamp_file(list->path.file, &now) < 0)
		return "unreadable";
	if (now.mtime_ns == info->stamp.mtime_ns && now.bytes == info->stamp.bytes &&
		now.inode == info->stamp.inode)
		return "loaded";
	return "changed";
}

/* Since when a list has been stale, and why. */
static json_t *
stale_json(const struct policy_stale *stale, time_t now)
{
	if (stale == NULL)
		return json_null();
	return json_pack("{s:o, s:I, s:o}", "since", control_time((time_t)stale->since_s), "for_s",
		(json_int_t)(now > stale->since_s ? now - stale->since_s : 0), "why",
		control_text(stale->why));
}

static json_t *
lists_json(const struct control_facts *facts)
{
	time_t now = time(NULL);
	json_t *array = json_array();

	for (uint16_t i = 0; facts->policy != NULL && i < facts->conf->n_lists; i++) {
		const struct conf_list *list = &facts->conf->lists[i];
		struct policy_list_info info;
		int64_t changed_s;

		policy_list_info(facts->policy, i, &info);
		/* What is built in is as old as the program: it has no age. */
		changed_s = list->builtin != NULL ? now : info.stamp.mtime_ns / NS_PER_S;
		control_append(&array,
			json_pack("{s:s, s:o, s:s, s:I, s:I, s:s, s:I, s:o}", "name",
				policy_list_name(facts->policy, i), "path",
				control_text(list->path.text), "format", info.format, "rules",
				(json_int_t)info.rules, "expressions", (json_int_t)info.expressions,
				"state", state_of(list, &info), "age_s",
				(json_int_t)(now > changed_s ? now - changed_s : 0), "stale",
				stale_json(info.stale, now)));
	}
	return array;
}

/* How the last reload has ended; null: there was none. */
static json_t *
reload_json(const struct control_facts *facts)
{
	const struct control_outcome *outcome =
		facts->reload == NULL ? NULL : control_reload_outcome(facts->reload);

	if (outcome == NULL)
		return json_null();
	return json_pack("{s:o, s:b, s:o, s:o}", "ended", control_time(outcome->ended), "ok",
		(int)outcome->ok, "sentence", control_text(outcome->sentence), "last_ok",
		outcome->last_ok == 0 ? json_null() : control_time(outcome->last_ok));
}

/* What is on disk of the policies that were in force; null: nothing is kept. */
static json_t *
kept_json(const struct control_facts *facts, time_t now)
{
	const struct control_kept *kept =
		facts->reload == NULL ? NULL : control_reload_kept(facts->reload);

	if (kept == NULL)
		return json_null();
	return json_pack("{s:I, s:o, s:I, s:o}", "generation", (json_int_t)kept->generation,
		"written", control_time(kept->written), "age_s",
		(json_int_t)(now > kept->written ? now - kept->written : 0), "error",
		kept->error[0] == '\0' ? json_null() : control_text(kept->error));
}

/* -1 is no number of objects: the kernel did not answer. */
static json_t *
misplaced_json(void)
{
	int misplaced = place_verify(NULL, NULL);

	return misplaced < 0 ? json_null() : json_integer(misplaced);
}

/* What of the INI in force only a restart brings in force. */
static json_t *
restart_json(const struct control_facts *facts)
{
	struct conf_report report = {0};
	json_t *notes;

	if (facts->reload != NULL)
		control_reload_restart(facts->reload, &report);
	notes = report.no_memory ? NULL : control_notes(&report);
	conf_report_free(&report);
	return notes;
}

int
control_get_status(const struct control_facts *facts, const struct control_target *target,
	json_t **reply, struct base_err *err)
{
	time_t now = time(NULL);
	json_t *restart = restart_json(facts);
	json_t *policy = json_pack("{s:I, s:o, s:o, s:I, s:o, s:o, s:o}", "generation",
		(json_int_t)facts->view->generation, "published", control_time(facts->published),
		"reload", reload_json(facts), "restart_keys", (json_int_t)json_array_size(restart),
		"restart", restart, "kept", kept_json(facts, now), "lists", lists_json(facts));

	(void)target;
	return control_reply(
		json_pack("{s:s, s:i, s:o, s:I, s:s, s:o, s:o, s:o, s:o, s:o}", "version",
			WEIR_VERSION, "pid", (int)getpid(), "started", control_time(facts->started),
			"uptime_s", (json_int_t)(now > facts->started ? now - facts->started : 0),
			"mode", facts->plan->in.conf->weir.mode == CONF_MODE_TAP ? "tap" : "bridge",
			"policy", policy, "lcores", lcores_json(facts->plan), "ports",
			ports_json(facts), "waits_for_links", waits_json(facts),
			"misplaced_objects", misplaced_json()),
		reply, err);
}

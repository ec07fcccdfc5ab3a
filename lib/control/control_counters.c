/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "control_api_priv.h"

#include <string.h>

static uint64_t
sum_of(const struct control_facts *facts, uint32_t counter)
{
	uint32_t n;
	const struct stats_block *const *blocks = engine_blocks(facts->engine, &n);

	return stats_sum(blocks, n, counter);
}

/* Sets an integer; without memory the object itself becomes NULL. */
static void
set_integer(json_t **object, const char *key, uint64_t value)
{
	if (json_object_set_new(*object, key, json_integer((json_int_t)value)) < 0) {
		json_decref(*object);
		*object = NULL;
	}
}

/* Every reason, those that were never met too: what is watched must not come and go. */
static json_t *
reasons_json(const struct control_facts *facts)
{
	const struct stats_set *reasons = stats_layout_find(facts->layout, "reason");
	json_t *object = json_object();

	for (uint32_t i = 0; i < reasons->n; i++)
		set_integer(&object, reasons->names[i], sum_of(facts, reasons->first + i));
	return object;
}

/* Of the INI itself before the first policy. */
static const char *
list_name(const struct control_facts *facts, uint16_t list)
{
	return facts->policy == NULL ? facts->conf->lists[list].sect.name
				     : policy_list_name(facts->policy, list);
}

static json_t *
lists_json(const struct control_facts *facts)
{
	const struct stats_set *decided = stats_layout_find(facts->layout, "list");
	const struct stats_set *logged = stats_layout_find(facts->layout, "log");
	json_t *array = json_array();

	for (uint32_t i = 0; i < facts->conf->n_lists; i++)
		control_append(&array,
			json_pack("{s:s, s:s, s:I, s:I}", "name", list_name(facts, (uint16_t)i),
				"category", facts->conf->lists[i].category, "decided",
				(json_int_t)sum_of(facts, decided->first + i), "logged",
				(json_int_t)sum_of(facts, logged->first + i)));
	return array;
}

static json_t *
ports_json(const struct control_facts *facts)
{
	json_t *array = json_array();

	for (uint32_t i = 0; i < facts->plan->n_ports; i++) {
		const struct port *port = &facts->ports[i];
		struct port_counters c;

		port_read_counters(port, &c);
		control_append(&array,
			json_pack("{s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}",
				"name", port->name, "rx", (json_int_t)c.rx, "tx", (json_int_t)c.tx,
				"rx_bytes", (json_int_t)c.rx_bytes, "tx_bytes",
				(json_int_t)c.tx_bytes, "rx_missed", (json_int_t)c.rx_missed,
				"rx_errors", (json_int_t)c.rx_errors, "rx_no_mbuf",
				(json_int_t)c.rx_no_mbuf, "tx_errors", (json_int_t)c.tx_errors,
				"tx_refused",
				(json_int_t)engine_read_port(
					facts->engine, port->id, ENGINE_PORT_REFUSED),
				"tx_unfit",
				(json_int_t)engine_read_port(
					facts->engine, port->id, ENGINE_PORT_UNFIT),
				"tx_down",
				(json_int_t)engine_read_port(
					facts->engine, port->id, ENGINE_PORT_DOWN)));
	}
	return array;
}

static json_t *
totals_json(const struct control_facts *facts)
{
	struct engine_totals t;
	json_t *object = json_object();

	engine_read_totals(facts->engine, &t);
	set_integer(&object, "received", t.received);
	set_integer(&object, "passed", t.passed);
	set_integer(&object, "answered", t.replied);
	set_integer(&object, "dropped", t.dropped);
	set_integer(&object, "sent", t.sent);
	set_integer(&object, "refused", t.refused);
	set_integer(&object, "unfit", t.unfit);
	set_integer(&object, "down", t.down);
	set_integer(&object, "watched", t.watched);
	set_integer(&object, "bypassed", t.bypassed);
	set_integer(&object, "ring_in", t.ring_in);
	set_integer(&object, "ring_out", t.ring_out);
	return object;
}

static uint32_t
count_stale(const struct control_facts *facts)
{
	struct policy_list_info info;
	uint32_t n = 0;

	for (uint16_t i = 0; facts->policy != NULL && i < facts->conf->n_lists; i++) {
		policy_list_info(facts->policy, i, &info);
		n += info.stale != NULL;
	}
	return n;
}

/* What is worth an alarm of a policy, as numbers. */
static json_t *
policy_json(const struct control_facts *facts)
{
	static const struct control_reload_totals none = {0};
	const struct control_reload_totals *totals =
		facts->reload == NULL ? &none : control_reload_totals(facts->reload);
	json_t *object = json_object();

	set_integer(&object, "generation", facts->view->generation);
	set_integer(&object, "published", totals->published);
	set_integer(&object, "failed", totals->failed);
	set_integer(&object, "stale_lists", count_stale(facts));
	set_integer(&object, "restart_keys",
		facts->reload == NULL ? 0 : control_reload_restart(facts->reload, NULL));
	return object;
}

int
control_get_counters(const struct control_facts *facts, const struct control_target *target,
	json_t **reply, struct base_err *err)
{
	(void)target;
	return control_reply(json_pack("{s:o, s:o, s:o, s:o, s:o}", "policy", policy_json(facts),
				     "totals", totals_json(facts), "reasons", reasons_json(facts),
				     "lists", lists_json(facts), "ports", ports_json(facts)),
		reply, err);
}

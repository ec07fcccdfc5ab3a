/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "plan_show.h"
#include "shared_json.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>

/* Takes a text that was made for this. */
static json_t *
own_text_json(char *text)
{
	json_t *json = text == NULL ? NULL : json_string(text);

	free(text);
	return json;
}

static json_t *
queues_json(const struct plan *plan, const struct plan_lcore *lcore)
{
	json_t *array = json_array();

	for (uint32_t i = 0; i < lcore->n_queues; i++)
		json_append(&array,
			json_pack("{s:s, s:i}", "port", plan->ports[lcore->queues[i].port].name,
				"queue", (int)lcore->queues[i].queue));
	return array;
}

/* By the port's name, the queue that the lcore sends by. */
static json_t *
tx_queues_json(const struct plan *plan, const struct plan_lcore *lcore)
{
	json_t *object = json_object();

	for (uint32_t i = 0; i < plan->n_ports; i++) {
		if (lcore->tx_queue[i] != PLAN_NO_QUEUE &&
			json_object_set_new(object, plan->ports[i].name,
				json_integer(lcore->tx_queue[i])) < 0) {
			json_decref(object);
			return NULL;
		}
	}
	return object;
}

static json_t *
feeds_json(const struct plan_lcore *lcore)
{
	json_t *array = json_array();

	for (uint32_t i = 0; i < lcore->n_feeds; i++)
		json_append(&array, json_integer(lcore->feeds[i]));
	return array;
}

static json_t *
lcores_json(const struct plan *plan)
{
	json_t *array = json_array();

	for (uint32_t i = 0; i < plan->n_lcores; i++) {
		const struct plan_lcore *lcore = &plan->lcores[i];

		json_append(&array,
			json_pack("{s:i, s:s, s:o, s:i, s:o, s:s, s:o, s:o, s:o}", "lcore",
				(int)lcore->lcore, "role", plan_role_word(lcore->role), "cpus",
				own_text_json(plan_lcore_cpus_text(lcore)), "node", lcore->node,
				"siblings", own_text_json(plan_siblings_text(plan, lcore)),
				"isolated", plan_isolated_word(plan, lcore), "queues",
				queues_json(plan, lcore), "tx_queues", tx_queues_json(plan, lcore),
				"feeds", feeds_json(lcore)));
	}
	return array;
}

static json_t *
rings_json(const struct plan *plan)
{
	json_t *array = json_array();

	for (uint32_t i = 0; i < plan->n_rings; i++) {
		const struct plan_ring *ring = &plan->rings[i];

		json_append(&array, json_pack("{s:i, s:i, s:i, s:i, s:b}", "from", (int)ring->from,
					    "to", (int)ring->to, "node", ring->node, "slots",
					    (int)ring->slots, "bypass", (int)ring->bypass));
	}
	return array;
}

static json_t *
ports_json(const struct plan *plan)
{
	json_t *array = json_array();

	for (uint32_t i = 0; i < plan->n_ports; i++) {
		const struct plan_port *port = &plan->ports[i];

		json_append(
			&array, json_pack("{s:s, s:o, s:i, s:s, s:s, s:i, s:i}", "port", port->name,
					"device", json_from_text(port->device), "node", port->node,
					"node_from", plan_node_from_word(port->node_from), "peer",
					plan->ports[port->peer].name, "rx_queues",
					(int)port->rx_queues, "tx_queues", (int)port->tx_queues));
	}
	return array;
}

static json_t *
objects_json(const struct plan *plan)
{
	json_t *array = json_array();
	char owner[64];

	for (uint32_t i = 0; i < plan->n_objects; i++) {
		const struct plan_object *object = &plan->objects[i];

		json_append(&array, json_pack("{s:s, s:s, s:i, s:s, s:I}", "name", object->name,
					    "call", object->call, "node", object->node, "for",
					    plan_owner_text(plan, object, owner), "bytes",
					    (json_int_t)object->bytes));
	}
	return array;
}

static json_t *
nodes_json(const struct plan *plan)
{
	json_t *array = json_array();

	for (uint32_t i = 0; i < plan->n_nodes; i++) {
		const struct plan_node *node = &plan->nodes[i];

		json_append(&array,
			json_pack("{s:i, s:I, s:I, s:I, s:I, s:I, s:I}", "node", node->node,
				"object_bytes", (json_int_t)node->object_bytes, "renewed_bytes",
				(json_int_t)node->renewed_bytes, "dpdk_bytes",
				(json_int_t)node->dpdk_bytes, "ask_mb", (json_int_t)node->ask_mb,
				"huge_free_bytes", (json_int_t)node->huge_free_bytes,
				"huge_total_bytes", (json_int_t)node->huge_total_bytes));
	}
	return array;
}

static json_t *
edges_json(const struct plan *plan)
{
	json_t *array = json_array();

	for (uint32_t i = 0; i < plan->n_edges; i++) {
		const struct plan_edge *edge = &plan->edges[i];
		bool ring = edge->kind == PLAN_EDGE_RING;
		json_t *local = edge->local_ns > 0 ? json_real(edge->local_ns) : json_null();
		json_t *remote = edge->remote_ns > 0 ? json_real(edge->remote_ns) : json_null();

		json_append(&array,
			json_pack("{s:s, s:i, s:o, s:o, s:o, s:i, s:i, s:o, s:o, s:o, s:o}", "kind",
				plan_edge_word(edge->kind), "lcore", (int)edge->lcore, "port",
				ring ? json_null() : json_string(plan->ports[edge->port].name),
				"queue", ring ? json_null() : json_integer(edge->queue), "to",
				ring ? json_integer(edge->to) : json_null(), "lcore_node",
				edge->lcore_node, "port_node", edge->port_node, "local_ns", local,
				"remote_ns", remote, "what", json_from_text(edge->what), "fix",
				json_from_text(edge->fix)));
	}
	return array;
}

/* The notes that refuse, or those that warn. */
static json_t *
notes_json(const struct plan *plan, bool refused)
{
	json_t *array = json_array();

	for (uint32_t i = 0; i < plan->n_notes; i++) {
		if ((plan->notes[i].exit != BASE_EXIT_OK) == refused)
			json_append(&array, json_from_text(plan->notes[i].text));
	}
	return array;
}

static json_t *
eal_json(const struct plan *plan)
{
	return json_pack("{s:s, s:i, s:b, s:I, s:s}", "lcores", plan->eal_lcores, "main_lcore",
		(int)plan->main_lcore, "hugepages", (int)plan->huge, "page_bytes",
		(json_int_t)plan->page_bytes, "memory", plan->eal_memory);
}

int
plan_show_json(const struct plan *plan, FILE *out)
{
	json_t *json = json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "kind",
		plan->in.kind == PLAN_RUN ? "run" : "replay", "lcores", lcores_json(plan), "rings",
		rings_json(plan), "ports", ports_json(plan), "objects", objects_json(plan), "nodes",
		nodes_json(plan), "edges", edges_json(plan), "refused", notes_json(plan, true),
		"warnings", notes_json(plan, false), "eal", eal_json(plan), "ini",
		own_text_json(plan_ini(plan)));
	int rc;

	if (json == NULL)
		return -ENOMEM;
	rc = json_dumpf(json, out, JSON_INDENT(2));
	fputc('\n', out);
	json_decref(json);
	return rc < 0 && ferror(out) == 0 ? -ENOMEM : 0;
}

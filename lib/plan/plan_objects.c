/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * What will be allocated: each part of the cost, for each that has one.
 */
#include "plan_priv.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
plan_cost_add(struct plan_cost *cost, const struct plan_part *part)
{
	if (cost->n < PLAN_PARTS_MAX)
		cost->parts[cost->n++] = *part;
}

/* The totals of a node, made when it is first met. */
static struct plan_node *
node_of(struct plan *plan, int node)
{
	uint32_t i = 0;

	while (i < plan->n_nodes && plan->nodes[i].node < node)
		i++;
	if (i < plan->n_nodes && plan->nodes[i].node == node)
		return &plan->nodes[i];
	if (plan->n_nodes == CONF_NODES_MAX)
		return &plan->nodes[CONF_NODES_MAX - 1];
	memmove(&plan->nodes[i + 1], &plan->nodes[i], (plan->n_nodes - i) * sizeof(plan->nodes[0]));
	plan->nodes[i] = (struct plan_node){.node = node};
	plan->n_nodes++;
	return &plan->nodes[i];
}

/* "dtab lcore * filter" and "1" make "dtab lcore 1 filter". */
static void
make_name(const char *name, const char *who, char text[PLAN_NAME_MAX])
{
	size_t n = strcspn(name, "*");

	snprintf(text, PLAN_NAME_MAX, "%.*s%s%s", (int)n, name, name[n] == '\0' ? "" : who,
		name[n] == '\0' ? "" : name + n + 1);
}

static struct plan_object *
add_object(struct plan *plan, const struct plan_part *part, enum plan_owner owner, uint32_t id,
	int node)
{
	struct plan_object *grown =
		realloc(plan->objects, (plan->n_objects + 1) * sizeof(plan->objects[0]));
	struct plan_node *total;
	char who[16];

	if (grown == NULL) {
		plan->no_memory = true;
		return NULL;
	}
	plan->objects = grown;
	grown += plan->n_objects++;
	*grown = (struct plan_object){.call = part->call,
		.node = node,
		.owner = owner,
		.id = id,
		.bytes = part->bytes,
		.renewed = part->renewed};
	snprintf(who, sizeof(who), "%u", id);
	make_name(part->name, owner == PLAN_OWNER_PORT ? plan->ports[id].name : who, grown->name);
	total = node_of(plan, node);
	total->object_bytes += part->bytes;
	total->renewed_bytes += part->renewed ? part->bytes : 0;
	return grown;
}

/* It belongs to the lcore that empties it, and bears the name of both. */
static void
add_ring(struct plan *plan, const struct plan_part *part, const struct plan_ring *ring)
{
	struct plan_object *object = add_object(plan, part, PLAN_OWNER_LCORE, ring->to, ring->node);
	char who[32];

	snprintf(who, sizeof(who), "%u to %u", ring->from, ring->to);
	if (object != NULL)
		make_name(part->name, who, object->name);
}

static bool
has_worker(const struct plan *plan, int node)
{
	for (uint32_t i = 0; i < plan->n_lcores; i++) {
		if (plan_classifies(&plan->lcores[i]) && plan->lcores[i].node == node)
			return true;
	}
	return false;
}

static bool
is_for(enum plan_scope scope, const struct plan_lcore *lcore)
{
	if (scope == PLAN_EACH_TX)
		return lcore->role == PLAN_TX;
	return scope == PLAN_EACH_LCORE ? plan_works(lcore) : plan_classifies(lcore);
}

static void
add_part(struct plan *plan, const struct plan_part *part)
{
	const struct topo *topo = plan->in.topo;

	switch (part->scope) {
	case PLAN_A_PORT:
		add_object(plan, part, PLAN_OWNER_PORT, part->port, plan->ports[part->port].node);
		break;
	case PLAN_EACH_WORKER:
	case PLAN_EACH_LCORE:
	case PLAN_EACH_TX:
		for (uint32_t i = 0; i < plan->n_lcores; i++) {
			if (is_for(part->scope, &plan->lcores[i]))
				add_object(plan, part, PLAN_OWNER_LCORE, plan->lcores[i].lcore,
					plan->lcores[i].node);
		}
		break;
	case PLAN_EACH_RING:
		for (uint32_t i = 0; i < plan->n_rings; i++)
			add_ring(plan, part, &plan->rings[i]);
		break;
	case PLAN_EACH_NODE:
		for (size_t i = 0; i < topo->n_nodes; i++) {
			if (has_worker(plan, topo->nodes[i].id))
				add_object(plan, part, PLAN_OWNER_NODE, (uint32_t)topo->nodes[i].id,
					topo->nodes[i].id);
		}
		break;
	case PLAN_ONCE:
		add_object(plan, part, PLAN_OWNER_PROCESS, 0,
			plan_lcore(plan, plan->main_lcore)->node);
		break;
	}
}

int
plan_fill(struct plan *plan, const struct plan_cost *cost, struct base_err *err)
{
	for (uint32_t i = 0; i < cost->n; i++)
		add_part(plan, &cost->parts[i]);
	node_of(plan, plan_lcore(plan, plan->main_lcore)->node)->dpdk_bytes += cost->dpdk_bytes;
	for (uint32_t i = 0; i < plan->n_ports; i++)
		node_of(plan, plan->ports[i].node)->dpdk_bytes += cost->dpdk_port_bytes[i];
	plan_ask(plan);
	if (plan->no_memory || plan->eal_memory == NULL)
		return base_fail(err, BASE_EXIT_UNAVAILABLE, ENOMEM, "no memory for the plan");
	return 0;
}

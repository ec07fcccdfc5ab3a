/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * Edges that cross nodes, and the change of the INI that removes each.
 */
#include "plan_priv.h"

#include <stdio.h>
#include <stdlib.h>

#define NO_NODE (-2) /* several: TOPO_NODE_NONE is "not known" */

/* The one node of all ports that an lcore polls and sends by, or NO_NODE. */
static int
only_node(const struct plan *plan, const struct plan_lcore *lcore)
{
	int node = NO_NODE;

	for (uint32_t i = 0; i < plan->n_ports; i++) {
		if (lcore->tx_queue[i] == PLAN_NO_QUEUE)
			continue;
		if (node != NO_NODE && node != plan->ports[i].node)
			return NO_NODE;
		node = plan->ports[i].node;
	}
	return node;
}

/* The map with the lcore on another CPU; for free(3). */
static char *
moved_map(const struct plan *plan, uint32_t lcore, unsigned int cpu)
{
	struct plan_map *map = malloc(sizeof(*map));
	char *text;

	if (map == NULL)
		return NULL;
	*map = plan->map;
	for (uint32_t i = 0; i < map->n; i++) {
		if (map->rows[i].lcore != lcore)
			continue;
		CPU_ZERO(&map->rows[i].cpus);
		CPU_SET(cpu, &map->rows[i].cpus);
	}
	text = plan_map_text(map);
	free(map);
	return text;
}

/* A number that no lcore of the map bears. */
static uint32_t
new_lcore(const struct plan *plan)
{
	uint32_t lcore = 0;

	while (plan_lcore(plan, lcore) != NULL)
		lcore++;
	return lcore;
}

static int
fix_by_moving(struct plan *plan, struct plan_edge *edge, unsigned int cpu)
{
	char *map = moved_map(plan, edge->lcore, cpu);
	int n = map == NULL ? -1 : asprintf(&edge->fix, "[eal] lcores = %s", map);

	free(map);
	return n;
}

/* What to write, best first: the lcore beside its ports; the port's node where the INI says it; the
 * port to another lcore; else the machine itself must change. */
static int
find_fix(struct plan *plan, struct plan_edge *edge)
{
	const struct plan_lcore *lcore = plan_lcore(plan, edge->lcore);
	const struct plan_port *port = &plan->ports[edge->port];
	const struct topo_cpu *spare = plan_cpus_spare(plan, edge->port_node);

	if (port->node_from == PLAN_FROM_INI)
		return asprintf(&edge->fix, "[port %s] node = %d", port->name, edge->lcore_node);
	if (only_node(plan, lcore) == edge->port_node && spare != NULL)
		return fix_by_moving(plan, edge, spare->id);
	if (edge->kind == PLAN_EDGE_SEND)
		return asprintf(&edge->fix,
			"no key: what %s receives leaves by another node's card; put both cards "
			"on one node, or [weir] numa = prefer",
			plan->in.kind == PLAN_RUN ? plan->ports[lcore->queues[0].port].name : "");
	if (spare != NULL)
		return asprintf(&edge->fix,
			"give %s:%u to an lcore of node %d: [lcore %u] ports = %s:%u, with %u@%u "
			"in [eal] lcores",
			port->name, edge->queue, edge->port_node, new_lcore(plan), port->name,
			edge->queue, new_lcore(plan), spare->id);
	return asprintf(&edge->fix,
		"no key: node %d has no CPU to spare; put the card on node %d, or [weir] numa = "
		"prefer",
		edge->port_node, edge->lcore_node);
}

static double
latency(const struct plan *plan, int cpu_node, int memory_node)
{
	const struct topo_cell *cell =
		plan->in.latency == NULL
			? NULL
			: topo_latency_cell(plan->in.latency, cpu_node, memory_node);

	return cell == NULL ? 0 : cell->latency_ns;
}

static int
describe(const struct plan *plan, struct plan_edge *edge)
{
	const char *name = plan->ports[edge->port].name;

	if (edge->kind == PLAN_EDGE_POLL)
		return asprintf(&edge->what,
			"lcore %u on node %d polls %s:%u, port %s is on node %d", edge->lcore,
			edge->lcore_node, name, edge->queue, name, edge->port_node);
	return asprintf(&edge->what, "lcore %u on node %d sends by port %s, which is on node %d",
		edge->lcore, edge->lcore_node, name, edge->port_node);
}

static void
add_edge(struct plan *plan, const struct plan_edge *found)
{
	struct plan_edge *grown =
		realloc(plan->edges, (plan->n_edges + 1) * sizeof(plan->edges[0]));
	struct plan_edge *edge;

	if (grown == NULL) {
		plan->no_memory = true;
		return;
	}
	plan->edges = grown;
	edge = &grown[plan->n_edges++];
	*edge = *found;
	edge->local_ns = latency(plan, edge->lcore_node, edge->lcore_node);
	edge->remote_ns = latency(plan, edge->lcore_node, edge->port_node);
	if (describe(plan, edge) < 0) {
		edge->what = NULL;
		plan->no_memory = true;
	}
	if (find_fix(plan, edge) < 0) {
		edge->fix = NULL;
		plan->no_memory = true;
	}
}

/* The edges of one lcore: a port that it polls is not named again because it sends there. */
static void
find_of_lcore(struct plan *plan, const struct plan_lcore *lcore)
{
	bool polled[CONF_PORTS_MAX] = {false};

	for (uint32_t q = 0; q < lcore->n_queues; q++) {
		const struct plan_queue *queue = &lcore->queues[q];

		polled[queue->port] = true;
		if (plan->ports[queue->port].node != lcore->node)
			add_edge(plan, &(struct plan_edge){.kind = PLAN_EDGE_POLL,
					       .lcore = lcore->lcore,
					       .port = queue->port,
					       .queue = queue->queue,
					       .lcore_node = lcore->node,
					       .port_node = plan->ports[queue->port].node});
	}
	for (uint32_t i = 0; i < plan->n_ports; i++) {
		if (lcore->tx_queue[i] != PLAN_NO_QUEUE && !polled[i] &&
			plan->ports[i].node != lcore->node)
			add_edge(plan, &(struct plan_edge){.kind = PLAN_EDGE_SEND,
					       .lcore = lcore->lcore,
					       .port = (uint16_t)i,
					       .queue = lcore->tx_queue[i],
					       .lcore_node = lcore->node,
					       .port_node = plan->ports[i].node});
	}
}

void
plan_find_edges(struct plan *plan)
{
	enum conf_numa numa = plan->in.conf->weir.numa;

	for (uint32_t i = 0; i < plan->n_lcores; i++) {
		if (plan->lcores[i].role == PLAN_WORKER)
			find_of_lcore(plan, &plan->lcores[i]);
	}
	for (uint32_t i = 0; i < plan->n_edges && !plan->no_memory; i++) {
		if (numa != CONF_NUMA_IGNORE)
			plan_note(plan, numa == CONF_NUMA_STRICT ? BASE_EXIT_CONFIG : BASE_EXIT_OK,
				"%s%s; to mend it: %s",
				numa == CONF_NUMA_STRICT ? "numa = strict: " : "",
				plan->edges[i].what, plan->edges[i].fix);
	}
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * Edges that cross nodes, and the change of the INI that removes each.
 */
#include "plan_priv.h"

#include <stdio.h>
#include <stdlib.h>

#define NO_NODE (-2) /* several: TOPO_NODE_NONE is "not known" */

/* Adds a node to what is the only one so far; false: it is another. */
static bool
join_node(int *only, int node)
{
	if (*only != NO_NODE && *only != node)
		return false;
	*only = node;
	return true;
}

/* The one node of all ports that an lcore polls and sends by, or NO_NODE. */
static int
node_of_ports(const struct plan *plan, const struct plan_lcore *lcore)
{
	int node = NO_NODE;

	for (uint32_t i = 0; i < lcore->n_queues; i++) {
		if (!join_node(&node, plan->ports[lcore->queues[i].port].node))
			return NO_NODE;
	}
	for (uint32_t i = 0; i < plan->n_ports; i++) {
		if (lcore->tx_queue[i] != PLAN_NO_QUEUE && !join_node(&node, plan->ports[i].node))
			return NO_NODE;
	}
	return node;
}

/* The node to move an lcore to, or NO_NODE: that of its ports; a classify lcore goes where those
 * are that feed it. */
static int
only_node(const struct plan *plan, const struct plan_lcore *lcore)
{
	int node = NO_NODE;

	if (lcore->role != PLAN_CLASSIFY)
		return node_of_ports(plan, lcore);
	for (uint32_t i = 0; i < plan->n_rings; i++) {
		if (plan->rings[i].to == lcore->lcore &&
			!join_node(
				&node, node_of_ports(plan, plan_lcore(plan, plan->rings[i].from))))
			return NO_NODE;
	}
	return node;
}

/* The CPU of an lcore in a map. */
static cpu_set_t *
cpus_of(struct plan_map *map, uint32_t lcore)
{
	uint32_t i = 0;

	while (map->rows[i].lcore != lcore)
		i++;
	return &map->rows[i].cpus;
}

/* Moves every lcore whose ports are all on one other node to a CPU there that is to be had. */
static void
move_lcores(const struct plan *plan, struct plan_map *map)
{
	*map = plan->map;
	for (uint32_t i = 0; i < plan->n_lcores; i++) {
		const struct plan_lcore *lcore = &plan->lcores[i];
		int node = only_node(plan, lcore);
		const struct topo_cpu *spare;

		if (node == NO_NODE || node == lcore->node)
			continue;
		spare = plan_cpus_spare(plan->in.topo, map, node);
		if (spare == NULL)
			continue;
		CPU_ZERO(cpus_of(map, lcore->lcore));
		CPU_SET(spare->id, cpus_of(map, lcore->lcore));
	}
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
fix_by_moving(struct plan_edge *edge, const struct plan_map *moved)
{
	char *map = plan_map_text(moved);
	int n = map == NULL ? -1 : asprintf(&edge->fix, "[eal] lcores = %s", map);

	free(map);
	return n;
}

/* Another lcore for the queue. */
static int
fix_by_another(const struct plan *plan, struct plan_edge *edge)
{
	const struct topo_cpu *spare = plan_cpus_spare(plan->in.topo, &plan->map, edge->port_node);
	const char *name = plan->ports[edge->port].name;
	uint32_t lcore = new_lcore(plan);

	if (spare == NULL)
		return asprintf(&edge->fix,
			"no key: node %d has no CPU to spare; put the card on node %d, or [weir] "
			"numa = prefer",
			edge->port_node, edge->lcore_node);
	return asprintf(&edge->fix,
		"give %s:%u to an lcore of node %d: [lcore %u] ports = %s:%u, with %u@%u in "
		"[eal] lcores",
		name, edge->queue, edge->port_node, lcore, name, edge->queue, lcore, spare->id);
}

/* Both ends of a ring on one node. */
static int
fix_ring(const struct plan *plan, struct plan_edge *edge, struct plan_map *moved)
{
	if (plan_cpus_node(plan->in.topo, cpus_of(moved, edge->lcore)) ==
		plan_cpus_node(plan->in.topo, cpus_of(moved, edge->to)))
		return fix_by_moving(edge, moved);
	return asprintf(&edge->fix,
		"have lcore %u feed lcores of node %d alone, one that classifies and one that "
		"sends there (`feeds' of the [lcore N]), or [weir] numa = prefer",
		edge->lcore, edge->lcore_node);
}

/* What to write, best first: the node of a virtual port where the INI says it; the lcores beside
 * their ports; the queue to another lcore; else the machine itself must change. */
static int
find_fix(const struct plan *plan, struct plan_edge *edge, struct plan_map *moved)
{
	const struct plan_lcore *lcore = plan_lcore(plan, edge->lcore);
	const struct plan_port *port = &plan->ports[edge->port];

	if (edge->kind == PLAN_EDGE_RING)
		return fix_ring(plan, edge, moved);
	if (port->node_from == PLAN_FROM_INI && !port->is_pci)
		return asprintf(&edge->fix, "[port %s] node = %d", port->name, edge->lcore_node);
	if (plan_cpus_node(plan->in.topo, cpus_of(moved, edge->lcore)) == edge->port_node)
		return fix_by_moving(edge, moved);
	if (edge->kind == PLAN_EDGE_SEND)
		return asprintf(&edge->fix,
			"no key: what %s receives leaves by another node's card; put both cards "
			"on one node",
			plan->ports[lcore->queues[0].port].name);
	return fix_by_another(plan, edge);
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

	if (edge->kind == PLAN_EDGE_RING)
		return asprintf(&edge->what,
			"lcore %u on node %d fills the ring of lcore %u, which is on node %d",
			edge->lcore, edge->lcore_node, edge->to, edge->port_node);
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
}

static void
describe_all(struct plan *plan)
{
	struct plan_map *moved = malloc(sizeof(*moved));

	plan->no_memory |= moved == NULL;
	if (moved != NULL)
		move_lcores(plan, moved);
	for (uint32_t i = 0; i < plan->n_edges && !plan->no_memory; i++) {
		struct plan_edge *edge = &plan->edges[i];

		if (describe(plan, edge) < 0) {
			edge->what = NULL;
			plan->no_memory = true;
		} else if (find_fix(plan, edge, moved) < 0) {
			edge->fix = NULL;
			plan->no_memory = true;
		}
	}
	free(moved);
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

/* What is polled or classified from afar is read from afar: memory is in the wrong place, and
 * strict refuses it.
 * A bridge between two nodes' cards must cross once, whatever the INI says: that is only told. */
static bool
is_refused(const struct plan *plan, const struct plan_edge *edge)
{
	if (plan->in.conf->weir.numa != CONF_NUMA_STRICT)
		return false;
	return edge->kind == PLAN_EDGE_POLL ||
	       (edge->kind == PLAN_EDGE_RING && plan_lcore(plan, edge->to)->role == PLAN_CLASSIFY);
}

static void
find_of_ring(struct plan *plan, const struct plan_ring *ring)
{
	int node = plan_lcore(plan, ring->from)->node;

	if (node != ring->node)
		add_edge(plan, &(struct plan_edge){.kind = PLAN_EDGE_RING,
				       .lcore = ring->from,
				       .to = ring->to,
				       .lcore_node = node,
				       .port_node = ring->node});
}

void
plan_find_edges(struct plan *plan)
{
	enum conf_numa numa = plan->in.conf->weir.numa;

	for (uint32_t i = 0; i < plan->n_lcores; i++) {
		if (plan_works(&plan->lcores[i]))
			find_of_lcore(plan, &plan->lcores[i]);
	}
	for (uint32_t i = 0; i < plan->n_rings; i++)
		find_of_ring(plan, &plan->rings[i]);
	describe_all(plan);
	for (uint32_t i = 0; i < plan->n_edges && !plan->no_memory; i++) {
		const struct plan_edge *edge = &plan->edges[i];
		bool refused = is_refused(plan, edge);

		if (numa != CONF_NUMA_IGNORE)
			plan_note(plan, refused ? BASE_EXIT_CONFIG : BASE_EXIT_OK,
				"%s%s; to mend it: %s", refused ? "numa = strict: " : "",
				edge->what, edge->fix);
	}
}

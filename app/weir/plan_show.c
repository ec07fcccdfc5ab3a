/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * A plan as tables, at most 100 columns where names are short.
 */
#include "plan_show.h"

#include <inttypes.h>
#include <stdlib.h>

#define MB	      (UINT64_C(1) << 20)
#define STALL_LINES   2 /* of a packet that an lcore waits for: its descriptor, its headers */
#define STALL_PACKETS 1e6

static void
show_queue(const struct plan *plan, const struct plan_lcore *lcore, const struct plan_queue *queue,
	FILE *out)
{
	const struct plan_port *port = &plan->ports[queue->port];
	char *cpus = plan_lcore_cpus_text(lcore);
	char *siblings = plan_siblings_text(plan, lcore);

	fprintf(out, "%-16s %3u %5u %-10s %10d %9d  %-11s %s\n", port->name, queue->queue,
		lcore->lcore, cpus == NULL ? "?" : cpus, port->node, lcore->node,
		siblings == NULL ? "?" : siblings, plan_isolated_word(plan, lcore));
	free(cpus);
	free(siblings);
}

/* In the order port, queue. */
static void
show_queues_of(const struct plan *plan, uint32_t port, FILE *out)
{
	for (uint32_t q = 0; q < plan->ports[port].rx_queues; q++) {
		for (uint32_t i = 0; i < plan->n_lcores; i++) {
			const struct plan_lcore *lcore = &plan->lcores[i];

			for (uint32_t k = 0; k < lcore->n_queues; k++) {
				if (lcore->queues[k].port == port && lcore->queues[k].queue == q)
					show_queue(plan, lcore, &lcore->queues[k], out);
			}
		}
	}
}

void
plan_show_map(const struct plan *plan, FILE *out)
{
	fprintf(out, "%-16s %3s %5s %-10s %10s %9s  %-11s %s\n", "PORT", "RXQ", "LCORE", "CPU",
		"NODE(port)", "NODE(cpu)", "SMT-SIBLING", "ISOLATED");
	for (uint32_t port = 0; port < plan->n_ports; port++)
		show_queues_of(plan, port, out);
}

static void
show_lcores(const struct plan *plan, FILE *out)
{
	fprintf(out, "%5s %-8s %4s %6s  %-12s %s\n", "LCORE", "ROLE", "NODE", "QUEUES", "FEEDS",
		"CPU");
	for (uint32_t i = 0; i < plan->n_lcores; i++) {
		const struct plan_lcore *lcore = &plan->lcores[i];
		char *cpus = plan_lcore_cpus_text(lcore), *feeds = plan_feeds_text(lcore);

		fprintf(out, "%5u %-8s %4d %6u  %-12s %s\n", lcore->lcore,
			plan_role_word(lcore->role), lcore->node, lcore->n_queues,
			feeds == NULL ? "?" : feeds, cpus == NULL ? "?" : cpus);
		free(cpus);
		free(feeds);
	}
}

static void
show_rings(const struct plan *plan, FILE *out)
{
	fprintf(out, "%5s %5s %10s %9s %6s  %s\n", "FROM", "TO", "NODE(from)", "NODE(to)", "SLOTS",
		"FOR");
	for (uint32_t i = 0; i < plan->n_rings; i++) {
		const struct plan_ring *ring = &plan->rings[i];

		fprintf(out, "%5u %5u %10d %9d %6u  %s\n", ring->from, ring->to,
			plan_lcore(plan, ring->from)->node, ring->node, ring->slots,
			plan_ring_word(ring));
	}
}

static void
show_ports(const struct plan *plan, FILE *out)
{
	fprintf(out, "%-16s %4s %-11s %3s %3s %6s %6s  %-8s %s\n", "PORT", "NODE", "NODE-FROM",
		"RXQ", "TXQ", "RXDESC", "TXDESC", "PEER", "DEVICE");
	for (uint32_t i = 0; i < plan->n_ports; i++) {
		const struct plan_port *port = &plan->ports[i];

		fprintf(out, "%-16s %4d %-11s %3u %3u %6u %6u  %-8s %s\n", port->name, port->node,
			plan_node_from_word(port->node_from), port->rx_queues, port->tx_queues,
			port->rx_desc, port->tx_desc, plan->ports[port->peer].name,
			port->device[0] == '\0' ? "the capture (net_pcap)" : port->device);
	}
}

static void
show_objects(const struct plan *plan, FILE *out)
{
	char owner[64];

	fprintf(out, "%12s %4s  %-12s %-24s %s\n", "BYTES", "NODE", "FOR", "CALL", "OBJECT");
	for (uint32_t i = 0; i < plan->n_objects; i++) {
		const struct plan_object *object = &plan->objects[i];

		fprintf(out, "%12" PRIu64 " %4d  %-12s %-24s %s\n", object->bytes, object->node,
			plan_owner_text(plan, object, owner), object->call, object->name);
	}
}

static void
show_nodes(const struct plan *plan, FILE *out)
{
	fprintf(out, "%4s %14s %14s %14s %8s  %s\n", "NODE", "OBJECTS", "RELOAD-TWICE",
		"DPDK-ITSELF", "ASK-MB", plan->huge ? "HUGEPAGES-MB-FREE" : "MEMORY");
	for (uint32_t i = 0; i < plan->n_nodes; i++) {
		const struct plan_node *node = &plan->nodes[i];

		fprintf(out, "%4d %14" PRIu64 " %14" PRIu64 " %14" PRIu64 " %8" PRIu64 "  ",
			node->node, node->object_bytes,
			plan->in.kind == PLAN_RUN ? node->renewed_bytes : 0, node->dpdk_bytes,
			node->ask_mb);
		if (plan->huge)
			fprintf(out, "%" PRIu64 " of %" PRIu64 "\n", node->huge_free_bytes / MB,
				node->huge_total_bytes / MB);
		else
			fprintf(out, "ordinary pages\n");
	}
}

static void
show_edge(const struct plan_edge *edge, FILE *out)
{
	double more = edge->remote_ns - edge->local_ns;

	fprintf(out, "%s\n", edge->what);
	if (edge->local_ns > 0 && edge->remote_ns > 0)
		fprintf(out,
			"  costs    %.0f ns instead of %.0f ns for each line that is in no cache; "
			"at "
			"1 M packets/s\n           and %d such lines a packet %.0f ms of stall a "
			"second\n",
			edge->remote_ns, edge->local_ns, STALL_LINES,
			more < 0 ? 0 : more * STALL_LINES * STALL_PACKETS / 1e6);
	else
		fprintf(out, "  costs    not measured here: `weir-topo --measure -o FILE' and "
			     "`weir plan --latency FILE' tell\n");
	fprintf(out, "  to mend  %s\n", edge->fix);
}

static void
show_edges(const struct plan *plan, FILE *out)
{
	if (plan->n_edges == 0)
		fprintf(out, "none: every lcore is on the node of its ports and rings\n");
	for (uint32_t i = 0; i < plan->n_edges; i++)
		show_edge(&plan->edges[i], out);
}

/* A replay's map is not of the INI. */
static void
show_ini(const struct plan *plan, FILE *out)
{
	char *ini = plan->in.kind == PLAN_RUN ? plan_ini(plan) : NULL;

	if (ini != NULL)
		fprintf(out, "\nthis map as an INI\n%s", ini);
	free(ini);
}

void
plan_show(const struct plan *plan, FILE *out)
{
	fprintf(out, "queues\n");
	plan_show_map(plan, out);
	fprintf(out, "\nlcores\n");
	show_lcores(plan, out);
	if (plan->n_rings > 0) {
		fprintf(out, "\nrings\n");
		show_rings(plan, out);
	}
	fprintf(out, "\nports\n");
	show_ports(plan, out);
	fprintf(out, "\nobjects\n");
	show_objects(plan, out);
	fprintf(out, "\nnodes\n");
	show_nodes(plan, out);
	fprintf(out, "\nedges that cross nodes\n");
	show_edges(plan, out);
	show_ini(plan, out);
	fprintf(out, "\nEAL: --lcores=%s --main-lcore=%u %s%s\n", plan->eal_lcores,
		plan->main_lcore, plan->huge ? "" : "--no-huge ", plan->eal_memory);
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * A lay-out without any [lcore]: lcores on the node of the ports that they poll, each with a queue
 * of its own of every port that belongs together, as many as cores and devices allow.
 */
#include "plan_priv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define UNIT_WORKERS_MAX 8 /* unless [eal] workers asks for more */

/* Ports of one node that hand packets to each other: who polls one polls all of them, so that both
 * directions of a connection meet. */
struct unit {
	uint32_t ports; /* bit n: port n */
	uint32_t label; /* lowest port of all that belong together, on this node or another */
	int node;
	uint32_t most;				    /* lcores that can have a queue of each port */
	uint32_t n;				    /* lcores that have */
	struct plan_lcore *lcores[CONF_QUEUES_MAX]; /* these */
};

/* A node with ports. */
struct site {
	int node;
	uint32_t units, most; /* on it; lcores that they can have work for */
	uint32_t n;	      /* lcores that poll */
};

struct layout {
	uint32_t n_units, n_sites;
	struct unit units[CONF_PORTS_MAX];
	struct site sites[CONF_PORTS_MAX];
};

static bool
is_asked(const struct plan *plan)
{
	return plan->in.conf->eal.workers != CONF_AUTO;
}

/* Queues that lcores may poll of a port: what is known of the device, or what is usual where nobody
 * asked for more. */
static uint32_t
rx_queues_of(const struct plan *plan, const struct plan_port *port)
{
	uint32_t most = is_asked(plan) ? CONF_QUEUES_MAX : port->can.usual;

	return port->can.most_rx > 0 && port->can.most_rx < most ? port->can.most_rx : most;
}

/* Queues that lcores may send by: devices that do not say have enough. */
static uint32_t
tx_queues_of(const struct plan_port *port)
{
	return port->can.most_tx > 0 ? port->can.most_tx : CONF_QUEUES_MAX;
}

/* Ports that belong together bear the lowest of their numbers. */
static void
label_ports(const struct plan *plan, uint32_t *labels)
{
	bool moved = true;

	for (uint32_t i = 0; i < plan->n_ports; i++)
		labels[i] = i;
	while (moved) {
		moved = false;
		for (uint32_t i = 0; i < plan->n_ports; i++) {
			uint32_t *a = &labels[i], *b = &labels[plan->ports[i].peer];

			moved |= *a != *b;
			*a = *b = *a < *b ? *a : *b;
		}
	}
}

static struct unit *
find_unit(struct layout *layout, uint32_t label, int node)
{
	struct unit *unit;

	for (uint32_t i = 0; i < layout->n_units; i++) {
		unit = &layout->units[i];
		if (unit->label == label && unit->node == node)
			return unit;
	}
	unit = &layout->units[layout->n_units++];
	*unit = (struct unit){.label = label, .node = node, .most = CONF_QUEUES_MAX};
	return unit;
}

static int
node_of(const struct plan *plan, uint32_t port, int home)
{
	return plan->ports[port].node == TOPO_NODE_NONE ? home : plan->ports[port].node;
}

/* A worker polls the ports of its unit, and sends by all that belong together. */
static void
bound_unit(const struct plan *plan, const struct layout *layout, struct unit *unit,
	const uint32_t *labels)
{
	uint32_t parts = 0;

	for (uint32_t i = 0; i < layout->n_units; i++)
		parts += layout->units[i].label == unit->label;
	for (uint32_t i = 0; i < plan->n_ports; i++) {
		uint32_t rx = rx_queues_of(plan, &plan->ports[i]);
		uint32_t tx = tx_queues_of(&plan->ports[i]) / parts;

		if ((unit->ports >> i & 1) != 0 && rx < unit->most)
			unit->most = rx;
		if (labels[i] != unit->label || !plan_sends(plan))
			continue;
		/* Lcores of several nodes would send by it, those of one poll it. */
		if (parts > 1 && plan->ports[i].can.even)
			tx = 0;
		if (tx < unit->most)
			unit->most = tx;
	}
}

/* What belongs together and has queues of every port for an lcore of each of its nodes is parted by
 * node; else one lcore polls from afar. */
static void
find_units(const struct plan *plan, int home, bool part, struct layout *layout)
{
	uint32_t labels[CONF_PORTS_MAX];

	layout->n_units = 0;
	label_ports(plan, labels);
	for (uint32_t i = 0; i < plan->n_ports; i++) {
		int node = node_of(plan, part ? i : labels[i], home);

		find_unit(layout, labels[i], node)->ports |= UINT32_C(1) << i;
	}
	for (uint32_t u = 0; u < layout->n_units; u++)
		bound_unit(plan, layout, &layout->units[u], labels);
}

static bool
has_starved(const struct layout *layout)
{
	for (uint32_t i = 0; i < layout->n_units; i++) {
		if (layout->units[i].most == 0)
			return true;
	}
	return false;
}

static void
find_sites(const struct plan *plan, struct layout *layout)
{
	layout->n_sites = 0;
	for (uint32_t u = 0; u < layout->n_units; u++) {
		const struct unit *unit = &layout->units[u];
		uint32_t i = 0;

		while (i < layout->n_sites && layout->sites[i].node != unit->node)
			i++;
		if (i == layout->n_sites)
			layout->sites[layout->n_sites++] = (struct site){.node = unit->node};
		layout->sites[i].units++;
		layout->sites[i].most += is_asked(plan) || unit->most < UNIT_WORKERS_MAX
						 ? unit->most
						 : UNIT_WORKERS_MAX;
	}
}

static void
find_layout(const struct plan *plan, int home, struct layout *layout)
{
	find_units(plan, home, true, layout);
	if (has_starved(layout))
		find_units(plan, home, false, layout);
	find_sites(plan, layout);
}

/* One more lcore for the site that has the fewest; false: none has work for one. */
static bool
grow(struct layout *layout)
{
	struct site *best = NULL;

	for (uint32_t i = 0; i < layout->n_sites; i++) {
		struct site *site = &layout->sites[i];

		if (site->n < site->most && (best == NULL || site->n < best->n))
			best = site;
	}
	if (best != NULL)
		best->n++;
	return best != NULL;
}

/* Lcores beyond the queues of ports that are all on one node can still share the work by rings. */
static bool
is_pipeline(const struct plan *plan, const struct layout *layout, uint32_t lcores)
{
	return is_asked(plan) && lcores >= (plan_sends(plan) ? 3 : 2) && layout->n_sites == 1 &&
	       lcores > layout->sites[0].most;
}

/* The most lcores that a pipeline of one rx lcore takes. */
static uint32_t
asked(const struct plan *plan)
{
	uint32_t n = (uint32_t)plan->in.conf->eal.workers;
	uint32_t most = 1 + CONF_FEEDS_MAX + (plan_sends(plan) ? 1 : 0);

	return n < most ? n : most;
}

int
plan_auto_map(struct plan *plan, struct base_err *err)
{
	struct layout layout;
	uint32_t lcore = 1;
	int home, rc = plan_cpus_choose_main(plan, &home, err);

	if (rc < 0)
		return rc;
	find_layout(plan, home, &layout);
	for (uint32_t i = 0; i < layout.n_sites && !is_asked(plan); i++) {
		struct site *site = &layout.sites[i];
		uint32_t cores = plan_cpus_cores(plan, site->node);

		site->n = cores < site->most ? cores : site->most;
		site->n += site->n == 0;
	}
	if (is_asked(plan) && is_pipeline(plan, &layout, asked(plan))) {
		layout.sites[0].n = asked(plan);
	} else if (is_asked(plan)) {
		for (int32_t n = 0; n < plan->in.conf->eal.workers && grow(&layout); n++)
			;
	}
	for (uint32_t i = 0; i < layout.n_sites; i++) {
		for (uint32_t n = 0; n < layout.sites[i].n; n++)
			plan_cpus_add_worker(plan, lcore++, layout.sites[i].node);
	}
	return 0;
}

/* How good an lcore of an explicit map is for a worker. */
static unsigned int
worth(const struct plan *plan, const struct plan_lcore *lcore)
{
	const struct topo_cpu *cpu = topo_cpu(plan->in.topo, plan_cpu(lcore));
	unsigned int beside = 0;

	for (uint32_t i = 0; i < plan->n_ports; i++)
		beside += plan->ports[i].node == lcore->node;
	return beside << 1 | (unsigned int)(cpu != NULL && cpu->isolated);
}

/* The lcore that a worker needs least; of equals the first. */
static void
choose_main(struct plan *plan)
{
	struct plan_lcore *main = &plan->lcores[0];

	for (uint32_t i = 1; i < plan->n_lcores && plan->in.conf->eal.lcores[0] != '\0'; i++) {
		if (worth(plan, &plan->lcores[i]) < worth(plan, main))
			main = &plan->lcores[i];
	}
	main->role = PLAN_MAIN;
	plan->main_lcore = main->lcore;
}

/* Lcores of a node that have no work, the isolated ones first; TOPO_NODE_NONE: of any node. */
static uint32_t
list_idle(struct plan *plan, int node, struct plan_lcore **out)
{
	uint32_t n = 0;

	for (int isolated = 1; isolated >= 0; isolated--) {
		for (uint32_t i = 0; i < plan->n_lcores; i++) {
			struct plan_lcore *lcore = &plan->lcores[i];
			const struct topo_cpu *cpu = topo_cpu(plan->in.topo, plan_cpu(lcore));

			if (lcore->role == PLAN_IDLE &&
				(node == TOPO_NODE_NONE || lcore->node == node) &&
				(cpu != NULL && cpu->isolated) == (isolated == 1))
				out[n++] = lcore;
		}
	}
	return n;
}

/* Gives an lcore the next queue of every port of a unit. */
static int
serve(struct plan *plan, struct unit *unit, struct plan_lcore *lcore)
{
	if (lcore->role != PLAN_WORKER && plan_lcore_employ(plan, lcore, PLAN_WORKER) < 0)
		return -ENOMEM;
	for (uint32_t i = 0; i < plan->n_ports; i++) {
		if ((unit->ports >> i & 1) == 0)
			continue;
		lcore->queues[lcore->n_queues++] =
			(struct plan_queue){.port = (uint16_t)i, .queue = (uint16_t)unit->n};
		plan->ports[i].rx_queues = (uint16_t)(unit->n + 1);
	}
	unit->lcores[unit->n++] = lcore;
	return 0;
}

/* Queues that a device fills beyond one for each lcore of its unit go to the same lcores, in turn:
 * what hashes to x leads to queue x % queues here and at a peer that has fewer. */
static void
serve_rest(struct plan *plan, uint32_t index, struct plan_lcore **lcores, uint32_t n)
{
	struct plan_port *port = &plan->ports[index];

	while (port->can.fills != NULL && port->rx_queues < port->can.most_rx &&
		port->rx_queues < CONF_QUEUES_MAX) {
		struct plan_lcore *lcore = lcores[port->rx_queues % n];

		lcore->queues[lcore->n_queues++] =
			(struct plan_queue){.port = (uint16_t)index, .queue = port->rx_queues++};
	}
}

static void
serve_rests(struct plan *plan, struct unit *unit)
{
	for (uint32_t i = 0; i < plan->n_ports; i++) {
		if ((unit->ports >> i & 1) != 0)
			serve_rest(plan, i, unit->lcores, unit->n);
	}
}

/* Units of a site over its lcores: each has one; lcores that are left go round. */
static int
fill_site(struct plan *plan, struct layout *layout, const struct site *site,
	struct plan_lcore **lcores, uint32_t n)
{
	struct unit *units[CONF_PORTS_MAX] = {NULL};
	uint32_t n_units = 0;
	int rc = 0;

	for (uint32_t i = 0; i < layout->n_units; i++) {
		if (layout->units[i].node == site->node)
			units[n_units++] = &layout->units[i];
	}
	for (uint32_t i = 0; i < n_units && rc == 0; i++)
		rc = serve(plan, units[i], lcores[i % n]);
	for (uint32_t i = n_units, u = 0; i < n && rc == 0; u++) {
		struct unit *unit = units[u % n_units];

		if (unit->n < unit->most)
			rc = serve(plan, unit, lcores[i++]);
		else if (u > n_units * CONF_QUEUES_MAX)
			break; /* all have as many as they can */
	}
	for (uint32_t i = 0; i < n_units && rc == 0; i++)
		serve_rests(plan, units[i]);
	return rc;
}

static uint32_t
least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

/* Lcores of the node, or where it has none any that is free, or one that works elsewhere. */
static uint32_t
lcores_for(struct plan *plan, const struct site *site, struct plan_lcore **out)
{
	uint32_t n = list_idle(plan, site->node, out);

	if (n > 0)
		return n;
	n = list_idle(plan, TOPO_NODE_NONE, out);
	for (uint32_t i = 0; i < plan->n_lcores && n == 0; i++) {
		if (plan->lcores[i].role == PLAN_WORKER)
			out[n++] = &plan->lcores[i];
	}
	return n > 0;
}

static int
employ_workers(struct plan *plan, struct layout *layout)
{
	uint32_t left = is_asked(plan) ? (uint32_t)plan->in.conf->eal.workers : UINT32_MAX;
	struct plan_lcore *lcores[CONF_LCORES_MAX];
	int rc = 0;

	for (uint32_t i = 0; i < layout->n_sites; i++) {
		struct site *site = &layout->sites[i];

		site->most = least(site->most, lcores_for(plan, site, lcores));
	}
	while (left > 0 && grow(layout))
		left--;
	for (uint32_t i = 0; i < layout->n_sites && rc == 0; i++) {
		const struct site *site = &layout->sites[i];
		uint32_t n = least(lcores_for(plan, site, lcores), site->n + (site->n == 0));

		rc = fill_site(plan, layout, site, lcores, n);
	}
	return rc;
}

static int
feed(struct plan *plan, struct plan_lcore *from, enum plan_role role, struct plan_lcore **to,
	uint32_t n)
{
	if (plan_lcore_employ(plan, from, role) < 0)
		return -ENOMEM;
	for (uint32_t i = 0; i < n; i++)
		from->feeds[from->n_feeds++] = to[i]->lcore;
	return 0;
}

/* One receives, one sends where anything is sent, all others classify. */
static int
employ_pipeline(struct plan *plan, struct plan_lcore **lcores, uint32_t n)
{
	struct plan_lcore *rx = lcores[0], *tx = lcores[n - 1];
	uint32_t n_tx = plan_sends(plan) ? 1 : 0;
	int rc = feed(plan, rx, PLAN_RX, lcores + 1, n - 1 - n_tx);

	for (uint32_t i = 1; i < n - n_tx && rc == 0; i++)
		rc = feed(plan, lcores[i], PLAN_CLASSIFY, &tx, n_tx);
	if (rc == 0 && n_tx > 0)
		rc = plan_lcore_employ(plan, tx, PLAN_TX);
	for (uint32_t i = 0; i < plan->n_ports && rc == 0; i++) {
		rx->queues[rx->n_queues++] = (struct plan_queue){.port = (uint16_t)i};
		serve_rest(plan, i, &rx, 1);
		tx->sends |= n_tx << i;
	}
	return rc;
}

static void
tell_fewer(struct plan *plan)
{
	const struct conf_eal *eal = &plan->in.conf->eal;
	char where[CONF_WHERE_MAX];

	if (is_asked(plan) && plan->n_workers < (uint32_t)eal->workers)
		plan_note(plan, BASE_EXIT_OK,
			"%s: [eal] workers = %d: there is work for %u: as many have a queue of "
			"their own",
			conf_where(&eal->sect, "workers", where), eal->workers, plan->n_workers);
}

static void
check_polls(struct plan *plan)
{
	const struct conf_eal *eal = &plan->in.conf->eal;
	char where[CONF_WHERE_MAX];

	for (uint32_t i = 0; i < plan->n_lcores; i++) {
		const struct plan_lcore *lcore = &plan->lcores[i];

		if (lcore->n_queues > CONF_POLLS_MAX)
			plan_note(plan, BASE_EXIT_CONFIG,
				"%s: lcore %u would poll %u queues, allowed are %d: more lcores "
				"([eal] workers) share them, or devices have fewer",
				conf_where(&eal->sect, "lcores", where), lcore->lcore,
				lcore->n_queues, CONF_POLLS_MAX);
	}
}

int
plan_auto_roles(struct plan *plan, struct base_err *err)
{
	struct plan_lcore *lcores[CONF_LCORES_MAX];
	struct layout layout;
	uint32_t n;
	int rc;

	if (plan->n_lcores < 2)
		return conf_blame(err, &plan->in.conf->eal.sect, "lcores",
			"one lcore is too few: the main loop has one, a worker another");
	choose_main(plan);
	list_idle(plan, TOPO_NODE_NONE, lcores);
	find_layout(plan, lcores[0]->node, &layout);
	n = list_idle(plan, layout.sites[0].node, lcores);
	if (is_asked(plan) && is_pipeline(plan, &layout, least(n, asked(plan))))
		rc = employ_pipeline(plan, lcores, least(n, asked(plan)));
	else
		rc = employ_workers(plan, &layout);
	if (rc == 0) {
		tell_fewer(plan);
		check_polls(plan);
	}
	return rc;
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * Rings between lcores: rx to classify by the flow of a packet, classify to tx by the port that it
 * leaves by, rx to tx past a classify lcore that does not keep up.
 */
#include "plan_priv.h"

#include <stdlib.h>

static void
add_ring(struct plan *plan, const struct plan_ring *found)
{
	struct plan_ring *grown =
		realloc(plan->rings, (plan->n_rings + 1) * sizeof(plan->rings[0]));

	if (grown == NULL) {
		plan->no_memory = true;
		return;
	}
	plan->rings = grown;
	grown[plan->n_rings] = *found;
	grown[plan->n_rings].node = plan_lcore(plan, found->to)->node;
	grown[plan->n_rings++].slots =
		plan->in.kind == PLAN_REPLAY ? 2 * PLAN_REPLAY_WINDOW : plan->in.conf->ring.size;
}

static bool
feeds(const struct plan_lcore *from, uint32_t to)
{
	for (uint32_t i = 0; i < from->n_feeds; i++) {
		if (from->feeds[i] == to)
			return true;
	}
	return false;
}

/* Whether packets of an lcore can come to a tx lcore: a classify lcore feeds it, or, for the
 * by-pass of an rx lcore, one that this feeds. */
static bool
reaches(const struct plan *plan, const struct plan_lcore *from, const struct plan_lcore *tx)
{
	if (from->role == PLAN_CLASSIFY)
		return feeds(from, tx->lcore);
	for (uint32_t i = 0; i < from->n_feeds; i++) {
		if (feeds(plan_lcore(plan, from->feeds[i]), tx->lcore))
			return true;
	}
	return false;
}

/* The tx lcore by which packets of an lcore leave by a port. Of several it is always the same, so
 * that no flow is reordered; which one turns with the lcore's rank and the port, so that all have
 * work. */
static struct plan_lcore *
sender_of(struct plan *plan, const struct plan_lcore *from, uint32_t rank, uint32_t port)
{
	struct plan_lcore *found[CONF_LCORES_MAX];
	uint32_t n = 0;

	for (uint32_t i = 0; i < plan->n_lcores; i++) {
		struct plan_lcore *tx = &plan->lcores[i];

		if (tx->role == PLAN_TX && (tx->sends >> port & 1) != 0 && reaches(plan, from, tx))
			found[n++] = tx;
	}
	return n == 0 ? NULL : found[(rank + port) % n];
}

/* From an lcore to those that send its packets. */
static void
add_rings_to_tx(struct plan *plan, const struct plan_lcore *from, uint32_t rank)
{
	uint32_t ports[CONF_LCORES_MAX] = {0};

	for (uint32_t port = 0; port < plan->n_ports; port++) {
		const struct plan_lcore *tx = sender_of(plan, from, rank, port);

		if (tx != NULL)
			ports[tx - plan->lcores] |= UINT32_C(1) << port;
	}
	for (uint32_t i = 0; i < plan->n_lcores; i++) {
		if (ports[i] != 0)
			add_ring(plan, &(struct plan_ring){.from = from->lcore,
					       .to = plan->lcores[i].lcore,
					       .ports = ports[i],
					       .bypass = from->role == PLAN_RX});
	}
}

void
plan_rings_make(struct plan *plan)
{
	bool bypass = plan->in.kind == PLAN_RUN && plan->in.conf->weir.overload == CONF_FATE_PASS;
	uint32_t n_rx = 0, n_classify = 0;

	for (uint32_t i = 0; i < plan->n_lcores; i++) {
		const struct plan_lcore *lcore = &plan->lcores[i];

		for (uint32_t k = 0; k < lcore->n_feeds && lcore->role == PLAN_RX; k++)
			add_ring(plan,
				&(struct plan_ring){.from = lcore->lcore, .to = lcore->feeds[k]});
		if (lcore->role == PLAN_CLASSIFY)
			add_rings_to_tx(plan, lcore, n_classify++);
		else if (lcore->role == PLAN_RX && bypass)
			add_rings_to_tx(plan, lcore, n_rx++);
	}
}

/* The lcore that polls a queue, or NULL. */
static const struct plan_lcore *
poller(const struct plan *plan, uint32_t port, uint32_t queue)
{
	for (uint32_t i = 0; i < plan->n_lcores; i++) {
		const struct plan_lcore *lcore = &plan->lcores[i];

		for (uint32_t k = 0; k < lcore->n_queues; k++) {
			if (lcore->queues[k].port == port && lcore->queues[k].queue == queue)
				return lcore;
		}
	}
	return NULL;
}

/* Whether packets that two lcores receive are classified alike: by one, or by the same row of
 * classify lcores. */
static bool
classify_alike(const struct plan_lcore *a, const struct plan_lcore *b)
{
	if (a == b)
		return true;
	if (a->role != PLAN_RX || b->role != PLAN_RX || a->n_feeds != b->n_feeds)
		return false;
	for (uint32_t i = 0; i < a->n_feeds; i++) {
		if (a->feeds[i] != b->feeds[i])
			return false;
	}
	return true;
}

/* A port and its peer: what hashes to x leads to queue x % queues of both, when the devices spread
 * by the addresses in either order. */
static void
warn_directions(struct plan *plan, uint32_t port)
{
	const struct plan_port *here = &plan->ports[port];
	const struct plan_port *peer = &plan->ports[here->peer];

	for (uint32_t x = 0; port < here->peer && x < CONF_QUEUES_MAX; x++) {
		uint32_t a = x % here->rx_queues, b = x % peer->rx_queues;
		const struct plan_lcore *there = poller(plan, port, a);
		const struct plan_lcore *back = poller(plan, here->peer, b);

		if (there != NULL && back != NULL && classify_alike(there, back))
			continue;
		plan_note(plan, BASE_EXIT_OK,
			"the two directions of a connection may be classified by different lcores: "
			"%s:%u and %s:%u do not lead to the same",
			here->name, a, peer->name, b);
		return;
	}
}

static bool
is_parted(const struct plan *plan, uint32_t port)
{
	const struct plan_lcore *first = poller(plan, port, 0);

	for (uint32_t queue = 1; queue < plan->ports[port].rx_queues; queue++) {
		const struct plan_lcore *other = poller(plan, port, queue);

		if (first != NULL && other != NULL && !classify_alike(first, other))
			return true;
	}
	return false;
}

/* A port whose queues somebody else fills, each with what he likes. */
static void
warn_spread(struct plan *plan, struct plan_port *port)
{
	char where[CONF_WHERE_MAX];

	port->is_parted = is_parted(plan, (uint32_t)(port - plan->ports));
	if (port->is_parted && port->can.spread != NULL)
		plan_note(plan, BASE_EXIT_OK,
			"%s: [port %s] of its %u queues: %s; what belongs together, fragments and "
			"both directions, may reach different lcores",
			conf_where(&port->ini->sect, "device", where), port->name, port->rx_queues,
			port->can.spread);
}

void
plan_warn_ways(struct plan *plan)
{
	for (uint32_t port = 0; port < plan->n_ports; port++) {
		warn_directions(plan, port);
		warn_spread(plan, &plan->ports[port]);
	}
	for (uint32_t i = 0; i < plan->n_lcores; i++) {
		bool fed = plan->lcores[i].role != PLAN_TX;

		for (uint32_t k = 0; k < plan->n_rings; k++)
			fed |= plan->rings[k].to == plan->lcores[i].lcore;
		if (!fed)
			plan_note(plan, BASE_EXIT_OK,
				"lcore %u sends nothing: other tx lcores have its ports, and there "
				"are too few classify lcores to share",
				plan->lcores[i].lcore);
	}
}

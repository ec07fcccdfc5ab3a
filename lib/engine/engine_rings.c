/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * The rings between lcores: made before the loops start, swept when they have ended.
 */
#include "engine_priv.h"
#include "place.h"

#include <rte_mbuf.h>
#include <rte_ring.h>

#include <errno.h>
#include <stdio.h>

uint64_t
engine_ring_bytes(uint32_t slots)
{
	return place_ring_bytes(slots);
}

static struct engine_worker *
find(const struct engine *engine, unsigned int lcore)
{
	for (uint32_t i = 0; i < engine->n_workers; i++) {
		if (engine->workers[i]->lcore == lcore)
			return engine->workers[i];
	}
	return NULL;
}

/* Whether a ring may lead from one to the other. */
static bool
may_feed(const struct engine_worker *from, const struct engine_worker *to)
{
	if (from == NULL || to == NULL)
		return false;
	if (to->role == ENGINE_CLASSIFY)
		return from->role == ENGINE_RX;
	return to->role == ENGINE_TX && (from->role == ENGINE_RX || from->role == ENGINE_CLASSIFY);
}

static bool
has_room(const struct engine_worker *from, const struct engine_worker *to)
{
	uint16_t n = to->role == ENGINE_CLASSIFY ? from->n_targets : from->n_outs;

	return n < ENGINE_FEEDS_MAX && to->n_ins < ENGINE_INS_MAX;
}

static void
link_rings(
	struct engine_worker *from, struct engine_worker *to, struct rte_ring *ring, uint32_t ports)
{
	static const _Atomic bool never;

	to->feeders[to->n_ins] = &from->has_ended;
	to->ins[to->n_ins++] = ring;
	if (to->role == ENGINE_CLASSIFY) {
		from->targets[from->n_targets++] = (struct engine_out){.ring = ring,
			.to = to->lcore,
			.is_stalled = from->overload == CONF_FATE_PASS ? &to->is_stalled : &never};
		return;
	}
	for (uint16_t port = 0; port < ENGINE_PORTS_MAX; port++) {
		if ((ports >> port & 1) == 0)
			continue;
		from->out_of[port] = (uint8_t)from->n_outs;
		if (to->n_ports <= port)
			to->n_ports = (uint16_t)(port + 1);
	}
	from->outs[from->n_outs++] =
		(struct engine_out){.ring = ring, .to = to->lcore, .is_stalled = &to->is_stalled};
}

int
engine_ring_add(struct engine *engine, const struct engine_ring_conf *conf, struct base_err *err)
{
	struct engine_worker *from = find(engine, conf->from), *to = find(engine, conf->to);
	char name[PLACE_NAME_MAX];
	struct rte_ring *ring;
	int rc;

	if (!may_feed(from, to) || !has_room(from, to))
		return base_fail(err, BASE_EXIT_CONFIG, EINVAL,
			"no ring can lead from lcore %u to lcore %u: their roles, or there are too "
			"many",
			conf->from, conf->to);
	snprintf(name, sizeof(name), "ring lcore %u to %u", conf->from, conf->to);
	rc = place_ring(&(struct place_what){.name = name,
				.node = conf->node,
				.owner = {.kind = PLACE_OWNER_LCORE, .id = (uint16_t)conf->to}},
		conf->slots, RING_F_SP_ENQ | RING_F_SC_DEQ, &ring, err);
	if (rc == 0)
		link_rings(from, to, ring, conf->ports);
	return rc;
}

/* Where what is left in the rings to an lcore is counted. */
static uint64_t *
left_of(struct engine *engine, const struct engine_worker *worker)
{
	return worker->role == ENGINE_CLASSIFY ? &engine->left_in : &engine->left_out;
}

void
engine_count_left(struct engine *engine)
{
	for (uint32_t i = 0; i < engine->n_workers; i++) {
		const struct engine_worker *worker = engine->workers[i];

		for (uint16_t k = 0; k < worker->n_ins; k++)
			*left_of(engine, worker) += rte_ring_count(worker->ins[k]);
	}
}

void
engine_sweep(struct engine *engine)
{
	struct rte_mbuf *pkt;

	for (uint32_t i = 0; i < engine->n_workers; i++) {
		struct engine_worker *worker = engine->workers[i];
		uint64_t *left = left_of(engine, worker);

		for (uint16_t k = 0; k < worker->n_ins; k++) {
			for (; rte_ring_sc_dequeue(worker->ins[k], (void **)&pkt) == 0; ++*left)
				rte_pktmbuf_free(pkt);
		}
	}
}

void
engine_free_rings(struct engine_worker *worker)
{
	while (worker->n_ins > 0)
		place_free(worker->ins[--worker->n_ins]);
}

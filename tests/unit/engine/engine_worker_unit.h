/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef ENGINE_WORKER_UNIT_H
#define ENGINE_WORKER_UNIT_H

/** @file A worker on lcore 1 between two ports made of rings, with a classifier that does what a
 * frame's first octet says. One test includes it. */

#include "engine.h"
#include "engine_rings_unit.h"
#include "unit.h"
#include "unit_eal.h"

#include <rte_dev.h>
#include <rte_eth_ring.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>
#include <rte_mbuf_dyn.h>
#include <rte_ring.h>

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define BURST	 32u
#define SECOND	 UINT64_C(1000000000)
#define POOL	 2047u
#define IN_SLOTS 1024u
#define LOST	 9u /* a first octet: counted under no reason */

/* The view that the loop hands on, and what the classifier saw. */
static const struct policy_view view, next_view;
static struct {
	struct stats_block *stats;
	uint32_t reasons;
	int frame_field;
	atomic_bool hold;
	atomic_uint in_hand;
	uint64_t frames[IN_SLOTS * 4]; /* numbers, in the order of classification */
	uint32_t n_frames;
	bool view_was_wrong;
	_Atomic(const struct policy_view *) last_view;
} classifier;

/* The test's own, instead of the room's. */
void
classify_burst(struct classify *classify, const struct policy_view *seen, struct rte_mbuf **pkts,
	uint16_t n, uint8_t *fates)
{
	(void)classify;
	atomic_store(&classifier.in_hand, n);
	while (atomic_load(&classifier.hold))
		unit_rest();
	atomic_store(&classifier.in_hand, 0);
	classifier.view_was_wrong |= seen != &view && seen != &next_view;
	atomic_store(&classifier.last_view, seen);
	for (uint16_t i = 0; i < n; i++) {
		uint8_t what = *rte_pktmbuf_mtod(pkts[i], uint8_t *);

		if (what != LOST)
			stats_add(classifier.stats, classifier.reasons + what, 1);
		fates[i] = what == LOST ? CLASSIFY_DROP : what;
		if (classifier.frame_field >= 0)
			classifier.frames[classifier.n_frames++] =
				*RTE_MBUF_DYNFIELD(pkts[i], classifier.frame_field, uint64_t *);
	}
}

/* Two ports, each fed by a ring and sending into a ring, and a worker on lcore 1. */
struct fixture {
	struct stats_layout layout;
	struct rte_mempool *pool;
	struct rte_ring *in[2], *out[2];
	uint16_t ports[2];
	struct engine *engine;
	uint32_t sent; /* mbufs made: the second octet numbers them */
	bool watch;
	uint16_t n_queues; /* that the worker serves by turns: the last one is of port 1 */
	uint16_t burst;
	struct engine_sends sends; /* of port 1 */
};

static inline struct rte_ring *
ring_new(const char *name, unsigned int size)
{
	struct rte_ring *ring =
		rte_ring_create(name, size, (int)rte_socket_id(), RING_F_SP_ENQ | RING_F_SC_DEQ);

	assert_non_null(ring);
	return ring;
}

static inline void
engine_with(struct fixture *fix, bool is_own_peer, int frame_field)
{
	struct engine_conf conf = {.idle = CONF_IDLE_ADAPTIVE,
		.node = unit_eal_node(),
		.burst = fix->burst,
		.n_ports = 2,
		.watch = fix->watch,
		.frame_field = frame_field,
		.stats_base = stats_layout_find(&fix->layout, "engine")->first};
	struct engine_worker_conf worker = {.lcore = 1,
		.node = unit_eal_node(),
		.n_queues = fix->n_queues,
		.stats = classifier.stats};

	for (uint16_t i = 0; i < fix->n_queues; i++)
		worker.queues[i] = (struct engine_queue){
			.port = fix->ports[i == fix->n_queues - 1], .descs = IN_SLOTS};
	conf.sends[fix->ports[1]] = fix->sends;
	conf.peers[fix->ports[0]] = fix->ports[is_own_peer ? 0 : 1];
	conf.peers[fix->ports[1]] = fix->ports[is_own_peer ? 1 : 0];
	classifier.frame_field = frame_field;
	assert_int_equal(engine_new(&conf, &fix->engine, NULL), 0);
	assert_int_equal(engine_worker_add(fix->engine, &worker, NULL), 0);
	engine_publish(fix->engine, 1, &view);
}

static inline int
set_up(void **state)
{
	static struct fixture fix;

	fix = (struct fixture){.n_queues = 2, .burst = BURST};
	*state = &fix;
	memset(&classifier, 0, sizeof(classifier));
	stats_layout_add(&fix.layout, "before", NULL, 5);
	classifier.reasons = stats_layout_add(&fix.layout, "reason", NULL, CLASSIFY_DROP + 1);
	engine_stats(&fix.layout);
	assert_int_equal(
		stats_block_new(&fix.layout, 1, unit_eal_node(), &classifier.stats, NULL), 0);
	fix.pool = rte_pktmbuf_pool_create("pool", POOL, 0, 0, 512, unit_eal_node());
	assert_non_null(fix.pool);
	fix.in[0] = ring_new("in0", IN_SLOTS * 2);
	fix.in[1] = ring_new("in1", IN_SLOTS * 2);
	fix.out[0] = ring_new("out0", 64);
	fix.out[1] = ring_new("out1", IN_SLOTS * 4);
	fix.ports[0] = port_of_rings("p0", fix.in[0], fix.out[0], 1, fix.pool);
	fix.ports[1] = port_of_rings("p1", fix.in[1], fix.out[1], 1, fix.pool);
	return 0;
}

/* Every mbuf is back in its pool: nothing was lost, nothing freed twice. */
static inline int
tear_down(void **state)
{
	struct fixture *fix = *state;

	engine_free(fix->engine);
	close_ports(fix->in, fix->out, fix->ports);
	assert_int_equal(rte_mempool_avail_count(fix->pool), POOL);
	rte_mempool_free(fix->pool);
	stats_block_free(classifier.stats);
	return 0;
}

/* Who sends at each port. */
static const uint8_t macs[2][6] = {{2, 0, 0, 0, 0, 7}, {2, 0, 0, 0, 0, 8}};

static inline void
feed(struct fixture *fix, int port, uint8_t what)
{
	struct rte_mbuf *mbuf = rte_pktmbuf_alloc(fix->pool);
	uint8_t *octets;

	assert_non_null(mbuf);
	mbuf->port = RTE_MBUF_PORT_INVALID; /* rings do not say */
	octets = (uint8_t *)rte_pktmbuf_append(mbuf, 60);
	octets[0] = what;
	memcpy(octets + 1, &fix->sent, sizeof(fix->sent));
	memcpy(octets + 6, macs[port], sizeof(macs[port]));
	fix->sent++;
	assert_int_equal(rte_ring_enqueue(fix->in[port], mbuf), 0);
}

static inline void
run_to_the_end(struct fixture *fix)
{
	struct base_err err = {0};

	assert_int_equal(engine_start(fix->engine, &err), 0);
	engine_drain(fix->engine);
	assert_int_equal(engine_wait(fix->engine, 10 * SECOND, &err), 0);
	assert_true(engine_has_ended(fix->engine));
	assert_false(classifier.view_was_wrong);
}

static inline void
wait_for_a_burst_in_hand(void)
{
	UNIT_WAIT(atomic_load(&classifier.in_hand) > 0);
}

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef ENGINE_STAGE_UNIT_H
#define ENGINE_STAGE_UNIT_H

/** @file One rx, three classify and two tx lcores between two ports made of rings, with a
 * classifier that does what a frame's first octet says. One test includes it. */

#include "engine.h"
#include "engine_rings_unit.h"
#include "unit.h"
#include "unit_eal.h"
#include "unit_frames.h"

#include <rte_dev.h>
#include <rte_eth_ring.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>
#include <rte_ring.h>

#include <stdatomic.h>
#include <string.h>

#define SECOND	UINT64_C(1000000000)
#define POOL	8191u
#define SLOTS	8192u /* more than there are mbufs: never full */
#define FLOWS	64u
#define LCORES	6u
#define RX	1u
#define FIRST	2u /* of the classify lcores */
#define LAST	4u
#define SEQ_OFF 42u /* of a frame's number in its flow, behind Ethernet, IPv4 and UDP */

/* What the classifier of an lcore saw. */
struct classify {
	unsigned int lcore;
	struct stats_block *stats;
};

static const struct policy_view view;
static uint32_t reasons;
static atomic_bool hold;	    /* the classifiers wait */
static atomic_uint in_hand;	    /* packets of bursts that were begun */
static atomic_uint lcore_of[FLOWS]; /* that classified the flow; 0: none yet */
static atomic_bool flow_was_split;

static inline uint8_t
flow_of(const struct rte_mbuf *pkt)
{
	const uint8_t *frame = rte_pktmbuf_mtod(pkt, const uint8_t *);

	return frame[26 + 3] < frame[30 + 3] ? frame[26 + 3] : frame[30 + 3];
}

/* The test's own, instead of the room's. */
void
classify_burst(struct classify *c, const struct policy_view *seen, struct rte_mbuf **pkts,
	uint16_t n, uint8_t *fates)
{
	assert(seen == &view && c->lcore == rte_lcore_id());
	atomic_fetch_add(&in_hand, n);
	while (atomic_load(&hold))
		unit_rest();
	for (uint16_t i = 0; i < n; i++) {
		unsigned int none = 0;
		uint8_t flow = flow_of(pkts[i]);

		if (!atomic_compare_exchange_strong(&lcore_of[flow], &none, c->lcore) &&
			none != c->lcore)
			atomic_store(&flow_was_split, true);
		fates[i] = *rte_pktmbuf_mtod(pkts[i], uint8_t *);
		stats_add(c->stats, reasons + fates[i], 1);
	}
}

struct fixture {
	struct stats_layout layout;
	struct stats_block *stats[LCORES + 1];
	struct classify classifiers[LCORES + 1];
	struct rte_mempool *pool;
	struct rte_ring *in[2], *out[2];
	uint16_t ports[2];
	struct engine *engine;
	uint32_t tx_slots; /* of rings to tx lcores */
	bool watch;
	bool no_tx; /* the way ends with those that classify */
	uint32_t sent[2][FLOWS];
};

static inline int
set_up(void **state)
{
	static struct fixture fix;

	fix = (struct fixture){.tx_slots = SLOTS};
	*state = &fix;
	atomic_store(&hold, false);
	atomic_store(&in_hand, 0);
	atomic_store(&flow_was_split, false);
	for (uint32_t i = 0; i < FLOWS; i++)
		atomic_store(&lcore_of[i], 0);
	reasons = stats_layout_add(&fix.layout, "reason", NULL, CLASSIFY_DROP + 1);
	engine_stats(&fix.layout);
	for (unsigned int i = 1; i <= LCORES; i++) {
		assert_int_equal(
			stats_block_new(&fix.layout, i, unit_eal_node(), &fix.stats[i], NULL), 0);
		fix.classifiers[i] = (struct classify){.lcore = i, .stats = fix.stats[i]};
	}
	fix.pool = rte_pktmbuf_pool_create("pool", POOL, 32, 0, 512, unit_eal_node());
	assert_non_null(fix.pool);
	for (int i = 0; i < 2; i++) {
		fix.in[i] = rte_ring_create(i == 0 ? "in0" : "in1", SLOTS, unit_eal_node(), 0);
		fix.out[i] = rte_ring_create(i == 0 ? "out0" : "out1", SLOTS, unit_eal_node(), 0);
		assert_non_null(fix.in[i]);
		assert_non_null(fix.out[i]);
		fix.ports[i] =
			port_of_rings(i == 0 ? "p0" : "p1", fix.in[i], fix.out[i], 2, fix.pool);
	}
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
	for (unsigned int i = 1; i <= LCORES; i++)
		stats_block_free(fix->stats[i]);
	return 0;
}

static inline void
add_lcore(struct fixture *fix, unsigned int lcore, enum engine_role role)
{
	struct engine_worker_conf conf = {.lcore = lcore,
		.node = unit_eal_node(),
		.role = role,
		.n_queues = role == ENGINE_RX ? 2 : 0,
		.queues = {{.port = fix->ports[0], .descs = SLOTS},
			{.port = fix->ports[1], .descs = SLOTS}},
		.classify = &fix->classifiers[lcore],
		.stats = fix->stats[lcore]};

	for (int i = 0; i < 2; i++)
		conf.tx_queues[fix->ports[i]] = lcore == LCORES;
	assert_int_equal(engine_worker_add(fix->engine, &conf, NULL), 0);
}

/* Ports of which both tx lcores have one each. */
static inline void
add_ring(struct fixture *fix, unsigned int from, unsigned int to, uint32_t slots)
{
	struct engine_ring_conf conf = {.from = from,
		.to = to,
		.node = unit_eal_node(),
		.slots = slots,
		.ports = UINT32_C(1) << fix->ports[to == LCORES ? 1 : 0]};

	assert_int_equal(engine_ring_add(fix->engine, &conf, NULL), 0);
}

static inline void
engine_with(struct fixture *fix, enum conf_fate overload, uint32_t slots)
{
	struct engine_conf conf = {.idle = CONF_IDLE_ADAPTIVE,
		.node = unit_eal_node(),
		.burst = 32,
		.n_ports = 2,
		.watch = fix->watch,
		.overload = overload,
		.frame_field = -1,
		.stats_base = stats_layout_find(&fix->layout, "engine")->first};

	conf.peers[fix->ports[0]] = fix->ports[1];
	conf.peers[fix->ports[1]] = fix->ports[0];
	assert_int_equal(engine_new(&conf, &fix->engine, NULL), 0);
	add_lcore(fix, RX, ENGINE_RX);
	for (unsigned int i = FIRST; i <= LAST; i++)
		add_lcore(fix, i, ENGINE_CLASSIFY);
	for (unsigned int i = FIRST; i <= LAST; i++) {
		add_ring(fix, RX, i, slots);
		engine_publish(fix->engine, i, &view);
	}
	for (unsigned int tx = LAST + 1; tx <= LCORES && !fix->no_tx; tx++) {
		add_lcore(fix, tx, ENGINE_TX);
		for (unsigned int i = FIRST; i <= LAST; i++)
			add_ring(fix, i, tx, fix->tx_slots);
		add_ring(fix, RX, tx, fix->tx_slots);
	}
}

/* A datagram of a flow, from its client at port 0 or back to it at port 1. */
static inline void
feed(struct fixture *fix, int port, uint8_t flow, uint8_t fate)
{
	struct rte_mbuf *pkt = rte_pktmbuf_alloc(fix->pool);
	struct frame f;

	assert_non_null(pkt);
	frame_ethernet(&f, 0x0800);
	frame_ip4(&f, 17, 0);
	f.data[0] = fate;
	f.data[port == 0 ? 29 : 33] = flow;
	f.data[port == 0 ? 33 : 29] = 200;
	frame_udp(&f, 18);
	memcpy(f.data + SEQ_OFF, &fix->sent[port][flow], sizeof(uint32_t));
	fix->sent[port][flow]++;
	memcpy(rte_pktmbuf_append(pkt, (uint16_t)f.len), f.data, f.len);
	pkt->port = RTE_MBUF_PORT_INVALID; /* rings do not say */
	assert_int_equal(rte_ring_enqueue(fix->in[port], pkt), 0);
}

static inline void
check_law(struct fixture *fix, struct engine_totals *totals)
{
	struct base_err err = {0};

	if (engine_check(fix->engine, stats_layout_find(&fix->layout, "reason"), &err) < 0)
		fail_msg("%s", err.text);
	engine_read_totals(fix->engine, totals);
}

static inline void
drain(struct fixture *fix)
{
	engine_drain(fix->engine);
	assert_int_equal(engine_wait(fix->engine, 20 * SECOND, NULL), 0);
}

static inline void
wait_received(const struct fixture *fix, uint64_t n)
{
	struct engine_totals totals;

	UNIT_WAIT((engine_read_totals(fix->engine, &totals), totals.received >= n));
	assert_int_equal(totals.received, n);
}

static inline int
start(void **state)
{
	(void)state;
	return unit_eal_up_to(UNIT_EAL_MB, LCORES) < 0 ? -1 : 0;
}

#endif

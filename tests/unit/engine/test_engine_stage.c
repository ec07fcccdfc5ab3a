/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * One rx, three classify and two tx lcores between two ports made of rings, with a classifier that
 * does what a frame's first octet says.
 */
#include "engine.h"
#include "engine_watch.h"
#include "unit.h"
#include "unit_eal.h"
#include "unit_frames.h"

#include <rte_dev.h>
#include <rte_eth_ring.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>
#include <rte_ring.h>

#include <errno.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

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

static uint8_t
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
		usleep(100);
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
	uint32_t sent[2][FLOWS];
};

static uint16_t
port_of_rings(const char *name, struct rte_ring *in, struct rte_ring *out, struct rte_mempool *pool)
{
	int node = unit_eal_node();
	struct rte_ring *outs[2] = {out, out}; /* both tx lcores' queues end in one */
	struct rte_eth_conf conf = {0};
	int port = rte_eth_from_rings(name, &in, 1, outs, 2, (unsigned int)node);

	assert_true(port >= 0);
	assert_int_equal(rte_eth_dev_configure((uint16_t)port, 1, 2, &conf), 0);
	assert_int_equal(
		rte_eth_rx_queue_setup((uint16_t)port, 0, 64, (unsigned int)node, NULL, pool), 0);
	for (uint16_t queue = 0; queue < 2; queue++)
		assert_int_equal(
			rte_eth_tx_queue_setup((uint16_t)port, queue, 64, (unsigned int)node, NULL),
			0);
	assert_int_equal(rte_eth_dev_start((uint16_t)port), 0);
	return (uint16_t)port;
}

static int
set_up(void **state)
{
	static struct fixture fix;

	fix = (struct fixture){0};
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
		fix.ports[i] = port_of_rings(i == 0 ? "p0" : "p1", fix.in[i], fix.out[i], fix.pool);
	}
	return 0;
}

static uint32_t
empty(struct rte_ring *ring)
{
	void *pkt;
	uint32_t n = 0;

	for (; rte_ring_dequeue(ring, &pkt) == 0; n++)
		rte_pktmbuf_free(pkt);
	return n;
}

/* Every mbuf is back in its pool: nothing was lost, nothing freed twice. */
static int
tear_down(void **state)
{
	struct fixture *fix = *state;

	engine_free(fix->engine);
	for (int i = 0; i < 2; i++) {
		empty(fix->in[i]);
		empty(fix->out[i]);
		rte_eth_dev_stop(fix->ports[i]);
		rte_eth_dev_close(fix->ports[i]);
		rte_eal_hotplug_remove("vdev", i == 0 ? "net_ring_p0" : "net_ring_p1");
		rte_ring_free(fix->in[i]);
		rte_ring_free(fix->out[i]);
	}
	assert_int_equal(rte_mempool_avail_count(fix->pool), POOL);
	rte_mempool_free(fix->pool);
	for (unsigned int i = 1; i <= LCORES; i++)
		stats_block_free(fix->stats[i]);
	return 0;
}

static void
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
static void
add_ring(struct fixture *fix, unsigned int from, unsigned int to, uint32_t slots)
{
	struct engine_ring_conf conf = {.from = from,
		.to = to,
		.node = unit_eal_node(),
		.slots = slots,
		.ports = UINT32_C(1) << fix->ports[to == LCORES ? 1 : 0]};

	assert_int_equal(engine_ring_add(fix->engine, &conf, NULL), 0);
}

static void
engine_with(struct fixture *fix, enum conf_fate overload, uint32_t slots)
{
	struct engine_conf conf = {.idle = CONF_IDLE_ADAPTIVE,
		.node = unit_eal_node(),
		.burst = 32,
		.n_ports = 2,
		.overload = overload,
		.frame_field = -1,
		.stats_base = stats_layout_find(&fix->layout, "engine")->first};

	conf.peers[fix->ports[0]] = fix->ports[1];
	conf.peers[fix->ports[1]] = fix->ports[0];
	assert_int_equal(engine_new(&conf, &fix->engine, NULL), 0);
	add_lcore(fix, RX, ENGINE_RX);
	for (unsigned int i = FIRST; i <= LAST; i++)
		add_lcore(fix, i, ENGINE_CLASSIFY);
	add_lcore(fix, LCORES - 1, ENGINE_TX);
	add_lcore(fix, LCORES, ENGINE_TX);
	for (unsigned int i = FIRST; i <= LAST; i++) {
		add_ring(fix, RX, i, slots);
		add_ring(fix, i, LCORES - 1, SLOTS);
		add_ring(fix, i, LCORES, SLOTS);
		engine_publish(fix->engine, i, &view);
	}
	add_ring(fix, RX, LCORES - 1, SLOTS);
	add_ring(fix, RX, LCORES, SLOTS);
}

/* A datagram of a flow, from its client at port 0 or back to it at port 1. */
static void
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
	pkt->port = fix->ports[port];
	assert_int_equal(rte_ring_enqueue(fix->in[port], pkt), 0);
}

static void
check_law(struct fixture *fix, struct engine_totals *totals)
{
	struct base_err err = {0};

	if (engine_check(fix->engine, stats_layout_find(&fix->layout, "reason"), &err) < 0)
		fail_msg("%s", err.text);
	engine_read_totals(fix->engine, totals);
}

static void
drain(struct fixture *fix)
{
	engine_drain(fix->engine);
	assert_int_equal(engine_wait(fix->engine, 20 * SECOND, NULL), 0);
}

/* Frames of each flow and direction in a ring, in the order of their numbers; returns how many. */
static uint32_t
check_order(struct rte_ring *out, uint32_t next[2][FLOWS])
{
	struct rte_mbuf *pkt = NULL;
	uint32_t n = 0, seq;

	for (; rte_ring_dequeue(out, (void **)&pkt) == 0; n++) {
		const uint8_t *frame = rte_pktmbuf_mtod(pkt, const uint8_t *);
		int back = frame[29] == 200;

		memcpy(&seq, frame + SEQ_OFF, sizeof(seq));
		assert_int_equal(seq, next[back][flow_of(pkt)]++);
		rte_pktmbuf_free(pkt);
	}
	return n;
}

/* Every third flow is answered, the others pass; what comes back passes. All directions of a flow
 * meet on one lcore, and each keeps its order. */
static void
flows_keep_their_order(void **state)
{
	struct fixture *fix = *state;
	uint32_t next[2][FLOWS] = {0};
	struct engine_totals totals;
	uint32_t lcores = 0;

	engine_with(fix, CONF_FATE_PASS, SLOTS);
	assert_int_equal(engine_start(fix->engine, NULL), 0);
	for (uint32_t i = 0; i < POOL - 1000; i++) {
		uint8_t flow = (uint8_t)(i * 7 % FLOWS);

		feed(fix, i % 5 == 0, flow,
			flow % 3 == 0 && i % 5 != 0 ? CLASSIFY_REPLY : CLASSIFY_PASS);
	}
	drain(fix);
	check_law(fix, &totals);
	assert_int_equal(totals.received, POOL - 1000);
	assert_int_equal(totals.sent, POOL - 1000);
	assert_int_equal(totals.bypassed + totals.dropped + totals.refused, 0);
	assert_int_equal(
		check_order(fix->out[0], next) + check_order(fix->out[1], next), POOL - 1000);
	assert_false(atomic_load(&flow_was_split));
	for (uint32_t i = 0; i < FLOWS; i++)
		lcores |= 1U << atomic_load(&lcore_of[i]);
	assert_int_equal(lcores, 1U << 2 | 1U << 3 | 1U << 4);
}

static void
fates_leave_by_their_ports(void **state)
{
	struct fixture *fix = *state;
	struct engine_totals totals;

	engine_with(fix, CONF_FATE_PASS, SLOTS);
	for (uint8_t i = 0; i < 60; i++)
		feed(fix, i % 2, i, i % 3);
	assert_int_equal(engine_start(fix->engine, NULL), 0);
	drain(fix);
	check_law(fix, &totals);
	assert_int_equal(totals.passed, 20);
	assert_int_equal(totals.replied, 20);
	assert_int_equal(totals.dropped, 20);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(engine_read_port(fix->engine, fix->ports[i], ENGINE_PORT_RX), 30);
		assert_int_equal(engine_read_port(fix->engine, fix->ports[i], ENGINE_PORT_TX), 20);
		assert_int_equal(empty(fix->out[i]), 20);
	}
}

static void
wait_for(atomic_uint *value, unsigned int least)
{
	for (int i = 0; i < 100000 && atomic_load(value) < least; i++)
		usleep(100);
	assert_true(atomic_load(value) >= least);
}

static void
wait_received(const struct fixture *fix, uint64_t n)
{
	struct engine_totals totals = {0};

	for (int i = 0; i < 100000 && totals.received < n; i++) {
		usleep(100);
		engine_read_totals(fix->engine, &totals);
	}
	assert_int_equal(totals.received, n);
}

/* While the classifiers stand still, their rings of 63 fill up. */
static void
overload(struct fixture *fix, enum conf_fate what, struct engine_totals *totals)
{
	engine_with(fix, what, 64);
	atomic_store(&hold, true);
	assert_int_equal(engine_start(fix->engine, NULL), 0);
	for (uint32_t i = 0; i < 2000; i++)
		feed(fix, 0, (uint8_t)(i % FLOWS), CLASSIFY_DROP);
	wait_received(fix, 2000);
	engine_read_totals(fix->engine, totals);
	assert_int_equal(totals->dropped, 0);
	atomic_store(&hold, false);
	drain(fix);
	check_law(fix, totals);
	assert_int_equal(totals->received, 2000);
	assert_in_range(totals->dropped, 3 * 63, 3 * (63 + 32));
}

/* Sums of all lcores. */
static void
read_lcores(const struct fixture *fix, struct engine_lcore *sum)
{
	*sum = (struct engine_lcore){0};
	for (uint32_t i = 0; i < engine_n_lcores(fix->engine); i++) {
		struct engine_lcore one;

		engine_read_lcore(fix->engine, i, &one);
		sum->packets += one.packets;
		sum->cycles_busy += one.cycles_busy;
		sum->cycles_idle += one.cycles_idle;
	}
}

/* A full burst, then one frame after the other: each is taken in by three lcores. */
static void
bursts_are_counted_by_size(void **state)
{
	struct fixture *fix = *state;
	struct engine_lcore sum, rx;

	engine_with(fix, CONF_FATE_PASS, SLOTS);
	for (uint32_t i = 0; i < 32; i++)
		feed(fix, 0, 1, CLASSIFY_PASS);
	assert_int_equal(engine_start(fix->engine, NULL), 0);
	wait_received(fix, 32);
	for (uint32_t i = 33; i < 36; i++) {
		feed(fix, 0, 1, CLASSIFY_PASS);
		wait_received(fix, i);
	}
	usleep(1000); /* turns without a packet */
	drain(fix);
	read_lcores(fix, &sum);
	engine_read_lcore(fix->engine, 0, &rx);
	assert_int_equal(rx.lcore, RX);
	assert_int_equal(rx.role, ENGINE_RX);
	assert_int_equal(rx.packets, 35);
	assert_int_equal(rx.bursts[0], 3);
	assert_int_equal(rx.bursts[4], 1);
	assert_int_equal(rx.bursts[1] + rx.bursts[2] + rx.bursts[3], 0);
	assert_int_equal(sum.packets, 3 * 35);
	assert_true(rx.cycles_busy > 0 && rx.cycles_idle > 0);
}

struct ring_sums {
	uint32_t rings, bypasses, used, high;
	uint64_t refused, refused_bypass;
};

static void
sum_ring(void *arg, const struct engine_ring *ring)
{
	struct ring_sums *sums = arg;

	sums->rings++;
	sums->bypasses += ring->is_bypass;
	sums->used += ring->used;
	assert_in_range(ring->high, ring->used, ring->size);
	if (ring->from == RX && !ring->is_bypass) {
		assert_in_range(ring->to, FIRST, LAST);
		sums->high = RTE_MAX(sums->high, ring->high);
		sums->refused += ring->refused;
	} else {
		sums->refused_bypass += ring->refused;
	}
}

static void
overload_passes_by(void **state)
{
	struct fixture *fix = *state;
	struct ring_sums sums = {0};
	struct engine_totals totals;

	overload(fix, CONF_FATE_PASS, &totals);
	assert_int_equal(totals.bypassed, 2000 - totals.dropped);
	assert_int_equal(totals.sent, totals.bypassed);
	assert_int_equal(totals.ring_in, 0);
	assert_int_equal(empty(fix->out[1]), totals.bypassed);
	engine_walk_rings(fix->engine, sum_ring, &sums);
	assert_int_equal(sums.rings, 3 + 3 * 2 + 2);
	assert_int_equal(sums.bypasses, 2);
	assert_int_equal(sums.used, 0);
	assert_int_equal(sums.high, 63);
	assert_int_equal(sums.refused, totals.bypassed);
	assert_int_equal(sums.refused_bypass, 0);
}

static void
overload_drops(void **state)
{
	struct fixture *fix = *state;
	struct engine_totals totals;

	overload(fix, CONF_FATE_DROP, &totals);
	assert_int_equal(totals.bypassed, 0);
	assert_int_equal(totals.ring_in, 2000 - totals.dropped);
	assert_int_equal(totals.sent, 0);
}

/* A halt ends behind the burst in hand: what the rings hold then is counted and freed. */
static void
a_halt_counts_what_the_rings_hold(void **state)
{
	struct fixture *fix = *state;
	struct engine_totals totals;

	engine_with(fix, CONF_FATE_PASS, SLOTS);
	atomic_store(&hold, true);
	for (uint32_t i = 0; i < 1000; i++)
		feed(fix, 0, (uint8_t)(i % FLOWS), CLASSIFY_PASS);
	assert_int_equal(engine_start(fix->engine, NULL), 0);
	wait_received(fix, 1000);
	wait_for(&in_hand, 3);
	engine_drain(fix->engine);
	assert_int_equal(engine_wait(fix->engine, SECOND / 50, NULL), -ETIMEDOUT);
	engine_halt(fix->engine);
	atomic_store(&hold, false);
	assert_int_equal(engine_wait(fix->engine, 20 * SECOND, NULL), 0);
	check_law(fix, &totals);
	assert_in_range(totals.left_in, 1000 - 3 * 32, 999);
	assert_int_equal(totals.left_in + totals.left_out + totals.sent, 1000);
}

/* A frame that comes after a long pause is seen by lcores that sleep. */
static void
idle_lcores_wake(void **state)
{
	struct fixture *fix = *state;
	struct engine_totals totals = {0};

	engine_with(fix, CONF_FATE_PASS, SLOTS);
	assert_int_equal(engine_start(fix->engine, NULL), 0);
	usleep(50000);
	feed(fix, 0, 1, CLASSIFY_PASS);
	for (int i = 0; i < 50000 && totals.sent == 0; i++) {
		usleep(100);
		engine_read_totals(fix->engine, &totals);
	}
	assert_int_equal(totals.sent, 1);
	drain(fix);
	check_law(fix, &totals);
}

static void
wrong_rings_are_refused(void **state)
{
	static const unsigned int pairs[][2] = {
		{RX, 9}, {9, RX}, {RX, RX}, {FIRST, RX}, {FIRST, LAST}, {LCORES, FIRST}};
	struct fixture *fix = *state;
	struct base_err err = {0};

	engine_with(fix, CONF_FATE_PASS, 64);
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		struct engine_ring_conf conf = {.from = pairs[i][0],
			.to = pairs[i][1],
			.node = unit_eal_node(),
			.slots = 64};

		assert_int_equal(engine_ring_add(fix->engine, &conf, &err), -EINVAL);
		assert_non_null(strstr(err.text, "no ring can lead"));
	}
}

struct told {
	uint32_t stalls, backs;
	struct engine_stall last;
};

static void
note_stall(void *arg, const struct engine_stall *stall)
{
	struct told *told = arg;

	told->stalls += !stall->is_back;
	told->backs += stall->is_back;
	told->last = *stall;
}

/* Until every lcore that is not in a burst has had a turn. */
static void
wait_turns(const struct fixture *fix)
{
	for (uint32_t i = 0; i < engine_n_lcores(fix->engine); i++) {
		struct engine_lcore before, now;

		engine_read_lcore(fix->engine, i, &before);
		now = before;
		for (int k = 0; k < 100000 && now.at != ENGINE_AT_classify &&
				now.cycles_idle == before.cycles_idle &&
				now.cycles_busy == before.cycles_busy;
			k++) {
			usleep(100);
			engine_read_lcore(fix->engine, i, &now);
		}
	}
}

/* Looks as a clock of its own says, 100 ms apart. */
static void
look(const struct fixture *fix, struct engine_watch *watch, struct told *told, uint64_t *now, int n)
{
	while (n-- > 0) {
		wait_turns(fix);
		engine_watch_look(watch, *now += SECOND / 10, note_stall, told);
	}
}

/* The lcore of one flow stands still within a burst. */
static void
stall_one(struct fixture *fix, enum conf_fate what)
{
	engine_with(fix, what, 64);
	atomic_store(&hold, true);
	assert_int_equal(engine_start(fix->engine, NULL), 0);
	feed(fix, 0, 1, CLASSIFY_DROP);
	wait_for(&in_hand, 1);
}

static void
a_stalled_classify_lcore_is_gone_round(void **state)
{
	struct fixture *fix = *state;
	struct engine_totals totals;
	struct engine_watch *watch;
	struct told told = {0};
	uint64_t now = 0;

	stall_one(fix, CONF_FATE_PASS);
	assert_int_equal(engine_watch_new(fix->engine, SECOND, &watch, NULL), 0);
	assert_int_equal(engine_watch_period_ns(watch), SECOND / 8);
	look(fix, watch, &told, &now, 10);
	assert_int_equal(told.stalls, 0); /* 0.9 s since the first look */
	look(fix, watch, &told, &now, 5);
	assert_int_equal(told.stalls, 1);
	assert_int_equal(told.last.role, ENGINE_CLASSIFY);
	assert_int_equal(told.last.at, ENGINE_AT_classify);
	assert_int_equal(told.last.for_ns, SECOND);
	assert_true(told.last.is_bypassed);
	assert_in_range(told.last.lcore, FIRST, LAST);
	for (uint32_t i = 0; i < 100; i++) /* its ring of 63 takes none of them */
		feed(fix, 0, 1, CLASSIFY_DROP);
	wait_received(fix, 101);
	engine_read_totals(fix->engine, &totals);
	assert_int_equal(totals.bypassed, 100);
	atomic_store(&hold, false);
	for (int i = 0; i < 100000 && told.backs == 0; i++) {
		usleep(100);
		engine_watch_look(watch, now += SECOND / 10000, note_stall, &told);
	}
	assert_int_equal(told.backs, 1);
	assert_true(told.last.for_ns > SECOND);
	feed(fix, 0, 1, CLASSIFY_DROP);
	wait_received(fix, 102);
	engine_watch_free(watch);
	drain(fix);
	check_law(fix, &totals);
	assert_int_equal(totals.bypassed, 100);
	assert_int_equal(totals.dropped, 2);
}

/* Nothing goes round it: its ring fills, and what that does not take is dropped. */
static void
with_overload_drop_a_stall_is_told_alone(void **state)
{
	struct fixture *fix = *state;
	struct engine_totals totals;
	struct engine_watch *watch;
	struct told told = {0};
	uint64_t now = 0;

	stall_one(fix, CONF_FATE_DROP);
	assert_int_equal(engine_watch_new(fix->engine, SECOND, &watch, NULL), 0);
	look(fix, watch, &told, &now, 12);
	assert_int_equal(told.stalls, 1);
	assert_false(told.last.is_bypassed);
	for (uint32_t i = 0; i < 100; i++)
		feed(fix, 0, 1, CLASSIFY_DROP);
	wait_received(fix, 101);
	atomic_store(&hold, false);
	drain(fix);
	engine_watch_free(watch);
	check_law(fix, &totals);
	assert_int_equal(totals.bypassed, 0);
	assert_int_equal(totals.ring_in, 100 - 63);
}

/* A machine that was paused: the lcores have had no turn, and nor had who looks. */
static void
a_late_look_begins_anew(void **state)
{
	struct fixture *fix = *state;
	struct engine_totals totals;
	struct engine_watch *watch;
	struct told told = {0};
	uint64_t now = 0;

	stall_one(fix, CONF_FATE_PASS);
	assert_int_equal(engine_watch_new(fix->engine, SECOND, &watch, NULL), 0);
	look(fix, watch, &told, &now, 5);
	now += 60 * SECOND;
	look(fix, watch, &told, &now, 10);
	assert_int_equal(told.stalls, 0);
	look(fix, watch, &told, &now, 2);
	assert_int_equal(told.stalls, 1);
	now += 60 * SECOND; /* nor is a stall over by it */
	look(fix, watch, &told, &now, 2);
	assert_int_equal(told.backs, 0);
	atomic_store(&hold, false);
	engine_watch_free(watch);
	drain(fix);
	check_law(fix, &totals);
}

static void
idle_lcores_have_not_stalled(void **state)
{
	struct fixture *fix = *state;
	struct engine_watch *watch;
	struct told told = {0};
	uint64_t now = 0;

	engine_with(fix, CONF_FATE_PASS, SLOTS);
	assert_int_equal(engine_start(fix->engine, NULL), 0);
	assert_int_equal(engine_watch_new(fix->engine, SECOND, &watch, NULL), 0);
	look(fix, watch, &told, &now, 20);
	assert_int_equal(told.stalls + told.backs, 0);
	engine_watch_free(watch);
	drain(fix);
}

static int
start(void **state)
{
	(void)state;
	return unit_eal_up_to(UNIT_EAL_MB, LCORES) < 0 ? -1 : 0;
}

/* Those that classify alone hold a view, each until the end of its burst. */
static void
classify_lcores_are_waited_for(void **state)
{
	struct fixture *fix = *state;
	struct base_err err = {0};
	unsigned int lcore = 0;
	uint64_t token;

	engine_with(fix, CONF_FATE_PASS, SLOTS);
	atomic_store(&hold, true);
	for (uint8_t i = 0; i < FLOWS; i++)
		feed(fix, 0, i, CLASSIFY_PASS);
	assert_int_equal(engine_start(fix->engine, NULL), 0);
	for (int i = 0; i < 100000 && atomic_load(&in_hand) == 0; i++)
		usleep(100);
	token = engine_retire(fix->engine);
	assert_true(engine_is_held(fix->engine, token, &lcore));
	assert_in_range(lcore, FIRST, LAST);
	assert_int_equal(engine_await(fix->engine, token, SECOND / 50, &err), -EBUSY);
	atomic_store(&hold, false);
	assert_int_equal(engine_await(fix->engine, token, 60 * SECOND, &err), 0);
	drain(fix);
}

int
main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		CASE(flows_keep_their_order),
		CASE(fates_leave_by_their_ports),
		CASE(bursts_are_counted_by_size),
		CASE(overload_passes_by),
		CASE(overload_drops),
		CASE(a_halt_counts_what_the_rings_hold),
		CASE(idle_lcores_wake),
		CASE(a_stalled_classify_lcore_is_gone_round),
		CASE(with_overload_drop_a_stall_is_told_alone),
		CASE(a_late_look_begins_anew),
		CASE(idle_lcores_have_not_stalled),
		CASE(classify_lcores_are_waited_for),
		CASE(wrong_rings_are_refused),
	};

	return cmocka_run_group_tests(tests, start, unit_eal_stop);
}

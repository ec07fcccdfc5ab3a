/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * The loop between two ports made of rings, with a classifier that does what a frame's first octet
 * says.
 */
#include "engine.h"
#include "unit.h"
#include "unit_eal.h"

#include <rte_dev.h>
#include <rte_eth_ring.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>
#include <rte_mbuf_dyn.h>
#include <rte_ring.h>

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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
		usleep(100);
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
};

static uint16_t
port_of_rings(const char *name, struct rte_ring *in, struct rte_ring *out, struct rte_mempool *pool)
{
	struct rte_eth_conf conf = {0};
	int port = rte_eth_from_rings(name, &in, 1, &out, 1, rte_socket_id());

	assert_true(port >= 0);
	assert_int_equal(rte_eth_dev_configure((uint16_t)port, 1, 1, &conf), 0);
	assert_int_equal(
		rte_eth_rx_queue_setup((uint16_t)port, 0, 64, rte_socket_id(), NULL, pool), 0);
	assert_int_equal(rte_eth_tx_queue_setup((uint16_t)port, 0, 64, rte_socket_id(), NULL), 0);
	assert_int_equal(rte_eth_dev_start((uint16_t)port), 0);
	return (uint16_t)port;
}

static struct rte_ring *
ring_new(const char *name, unsigned int size)
{
	struct rte_ring *ring =
		rte_ring_create(name, size, (int)rte_socket_id(), RING_F_SP_ENQ | RING_F_SC_DEQ);

	assert_non_null(ring);
	return ring;
}

static void
engine_with(struct fixture *fix, bool is_own_peer, int frame_field)
{
	struct engine_conf conf = {.idle = CONF_IDLE_ADAPTIVE,
		.node = unit_eal_node(),
		.burst = BURST,
		.n_ports = 2,
		.watch = fix->watch,
		.frame_field = frame_field,
		.stats_base = stats_layout_find(&fix->layout, "engine")->first};
	struct engine_worker_conf worker = {.lcore = 1,
		.node = unit_eal_node(),
		.n_queues = 2,
		.queues = {{.port = fix->ports[0], .descs = IN_SLOTS},
			{.port = fix->ports[1], .descs = IN_SLOTS}},
		.stats = classifier.stats};

	conf.peers[fix->ports[0]] = fix->ports[is_own_peer ? 0 : 1];
	conf.peers[fix->ports[1]] = fix->ports[is_own_peer ? 1 : 0];
	classifier.frame_field = frame_field;
	assert_int_equal(engine_new(&conf, &fix->engine, NULL), 0);
	assert_int_equal(engine_worker_add(fix->engine, &worker, NULL), 0);
	engine_publish(fix->engine, 1, &view);
}

static int
set_up(void **state)
{
	static struct fixture fix;

	fix = (struct fixture){0};
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
	fix.ports[0] = port_of_rings("p0", fix.in[0], fix.out[0], fix.pool);
	fix.ports[1] = port_of_rings("p1", fix.in[1], fix.out[1], fix.pool);
	return 0;
}

static uint32_t
empty(struct rte_ring *ring)
{
	void *mbuf;
	uint32_t n = 0;

	for (; rte_ring_dequeue(ring, &mbuf) == 0; n++)
		rte_pktmbuf_free(mbuf);
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
	stats_block_free(classifier.stats);
	return 0;
}

/* Who sends at each port. */
static const uint8_t macs[2][6] = {{2, 0, 0, 0, 0, 7}, {2, 0, 0, 0, 0, 8}};

static void
feed(struct fixture *fix, int port, uint8_t what)
{
	struct rte_mbuf *mbuf = rte_pktmbuf_alloc(fix->pool);
	uint8_t *octets;

	assert_non_null(mbuf);
	mbuf->port = fix->ports[port];
	octets = (uint8_t *)rte_pktmbuf_append(mbuf, 60);
	octets[0] = what;
	memcpy(octets + 1, &fix->sent, sizeof(fix->sent));
	memcpy(octets + 6, macs[port], sizeof(macs[port]));
	fix->sent++;
	assert_int_equal(rte_ring_enqueue(fix->in[port], mbuf), 0);
}

static void
run_to_the_end(struct fixture *fix)
{
	struct base_err err = {0};

	assert_int_equal(engine_start(fix->engine, &err), 0);
	engine_drain(fix->engine);
	assert_int_equal(engine_wait(fix->engine, 10 * SECOND, &err), 0);
	assert_true(engine_has_ended(fix->engine));
	assert_false(classifier.view_was_wrong);
}

/* The number that feed() gave to the oldest frame of a ring. */
static uint32_t
next_of(struct rte_ring *ring)
{
	struct rte_mbuf *mbuf = NULL;
	uint32_t number;

	assert_int_equal(rte_ring_dequeue(ring, (void **)&mbuf), 0);
	memcpy(&number, rte_pktmbuf_mtod_offset(mbuf, uint8_t *, 1), sizeof(number));
	rte_pktmbuf_free(mbuf);
	return number;
}

static void
each_fate_leaves_by_its_port(void **state)
{
	struct fixture *fix = *state;
	struct engine_totals totals;

	engine_with(fix, false, -1);
	feed(fix, 0, CLASSIFY_PASS);
	feed(fix, 0, CLASSIFY_REPLY);
	feed(fix, 0, CLASSIFY_DROP);
	feed(fix, 1, CLASSIFY_PASS);
	feed(fix, 1, CLASSIFY_REPLY);
	run_to_the_end(fix);
	engine_read_totals(fix->engine, &totals);
	assert_int_equal(totals.received, 5);
	assert_int_equal(totals.passed, 2);
	assert_int_equal(totals.replied, 2);
	assert_int_equal(totals.dropped, 1);
	assert_int_equal(totals.sent, 4);
	assert_int_equal(totals.refused, 0);
	assert_int_equal(engine_read_port(fix->engine, fix->ports[0], ENGINE_PORT_RX), 3);
	assert_int_equal(engine_read_port(fix->engine, fix->ports[1], ENGINE_PORT_TX), 2);
	assert_int_equal(
		engine_check(fix->engine, stats_layout_find(&fix->layout, "reason"), NULL), 0);
	assert_int_equal(next_of(fix->out[1]), 0);
	assert_int_equal(next_of(fix->out[0]), 1);
	assert_int_equal(next_of(fix->out[0]), 3);
	assert_int_equal(next_of(fix->out[1]), 4);
}

struct sources {
	uint16_t ports[2];
	uint32_t n;
};

static void
see_source(void *arg, uint64_t mac, uint16_t port)
{
	struct sources *sources = arg;

	assert_memory_equal(&mac, macs[port == sources->ports[1]], sizeof(macs[0]));
	assert_true(port == sources->ports[0] || port == sources->ports[1]);
	sources->n++;
}

static void
a_sample_of_senders_is_kept(void **state)
{
	struct fixture *fix = *state;
	struct sources sources = {.ports = {fix->ports[0], fix->ports[1]}};

	engine_with(fix, false, -1);
	engine_read_sources(fix->engine, see_source, &sources);
	assert_int_equal(sources.n, 0);
	for (uint32_t i = 0; i < 20 * BURST; i++)
		feed(fix, i / BURST % 2, CLASSIFY_DROP);
	run_to_the_end(fix);
	engine_read_sources(fix->engine, see_source, &sources);
	assert_int_equal(sources.n, 1);
	engine_read_sources(fix->engine, see_source, &sources);
	assert_int_equal(sources.n, 1); /* each is read once */
}

static void
a_tap_counts_and_sends_nothing(void **state)
{
	struct fixture *fix = *state;
	struct engine_totals totals;

	fix->watch = true;
	engine_with(fix, false, -1);
	feed(fix, 0, CLASSIFY_PASS);
	feed(fix, 0, CLASSIFY_REPLY);
	feed(fix, 1, CLASSIFY_DROP);
	run_to_the_end(fix);
	engine_read_totals(fix->engine, &totals);
	assert_int_equal(totals.received, 3);
	assert_int_equal(totals.passed, 1);
	assert_int_equal(totals.replied, 1);
	assert_int_equal(totals.dropped, 1);
	assert_int_equal(totals.watched, 2);
	assert_int_equal(totals.sent + totals.refused, 0);
	assert_int_equal(
		engine_check(fix->engine, stats_layout_find(&fix->layout, "reason"), NULL), 0);
	assert_int_equal(empty(fix->out[0]) + empty(fix->out[1]), 0);
}

/* As a replay runs: what passes and what is answered leaves in the order of the frames, which are
 * numbered from 1. */
static void
a_port_that_is_its_own_peer_keeps_the_order(void **state)
{
	struct fixture *fix = *state;
	int field;

	assert_int_equal(engine_frame_field(&field, NULL), 0);
	engine_with(fix, true, field);
	for (uint32_t i = 0; i < 1000; i++)
		feed(fix, 1, i % 7 == 3 ? CLASSIFY_REPLY : CLASSIFY_PASS);
	run_to_the_end(fix);
	for (uint32_t i = 0; i < 1000; i++) {
		assert_int_equal(next_of(fix->out[1]), i);
		assert_int_equal(classifier.frames[i], i + 1);
	}
	assert_int_equal(classifier.n_frames, 1000);
}

/* The ring behind port 0 holds 63 frames and nobody empties it. */
static void
what_a_device_refuses_is_counted_and_freed(void **state)
{
	struct fixture *fix = *state;
	struct engine_totals totals;

	engine_with(fix, false, -1);
	for (uint32_t i = 0; i < 200; i++)
		feed(fix, 1, CLASSIFY_PASS);
	run_to_the_end(fix);
	engine_read_totals(fix->engine, &totals);
	assert_int_equal(totals.received, 200);
	assert_int_equal(totals.sent, 63);
	assert_int_equal(totals.refused, 137);
	assert_int_equal(engine_read_port(fix->engine, fix->ports[0], ENGINE_PORT_REFUSED), 137);
	assert_int_equal(
		engine_check(fix->engine, stats_layout_find(&fix->layout, "reason"), NULL), 0);
	assert_int_equal(empty(fix->out[0]), 63);
}

static void
a_packet_without_a_reason_breaks_the_law(void **state)
{
	struct fixture *fix = *state;
	struct base_err err = {0};

	engine_with(fix, false, -1);
	feed(fix, 0, CLASSIFY_PASS);
	feed(fix, 0, LOST);
	run_to_the_end(fix);
	assert_int_equal(engine_check(fix->engine, stats_layout_find(&fix->layout, "reason"), &err),
		-EPROTO);
	assert_non_null(strstr(err.text, "received 2, reasons 1"));
}

static void
wait_for_a_burst_in_hand(void)
{
	for (int i = 0; i < 50000 && atomic_load(&classifier.in_hand) == 0; i++)
		usleep(100);
	assert_true(atomic_load(&classifier.in_hand) > 0);
}

/* A drain takes what lay in the queues when it was ordered; a halt ends behind the burst in hand.
 */
static void
a_drain_empties_the_queues_and_a_halt_does_not(void **state)
{
	struct fixture *fix = *state;
	struct engine_totals totals;
	struct base_err err = {0};

	engine_with(fix, false, -1);
	atomic_store(&classifier.hold, true);
	for (uint32_t i = 0; i < IN_SLOTS; i++)
		feed(fix, 0, CLASSIFY_DROP);
	assert_int_equal(engine_start(fix->engine, NULL), 0);
	wait_for_a_burst_in_hand();
	engine_drain(fix->engine);
	assert_int_equal(engine_wait(fix->engine, SECOND / 50, &err), -ETIMEDOUT);
	assert_non_null(strstr(err.text, "lcore 1 did not end"));
	assert_false(engine_has_ended(fix->engine));
	engine_halt(fix->engine);
	engine_drain(fix->engine);
	atomic_store(&classifier.hold, false);
	assert_int_equal(engine_wait(fix->engine, 10 * SECOND, &err), 0);
	engine_read_totals(fix->engine, &totals);
	assert_int_equal(totals.received, BURST);
	assert_int_equal(totals.dropped, BURST);
	run_to_the_end(fix);
	engine_read_totals(fix->engine, &totals);
	assert_int_equal(totals.received, IN_SLOTS);
	assert_int_equal(
		engine_check(fix->engine, stats_layout_find(&fix->layout, "reason"), NULL), 0);
}

/* An lcore that sleeps because nothing comes still sees the frame that does, and the order. */
static void
an_idle_lcore_wakes(void **state)
{
	struct fixture *fix = *state;
	struct engine_totals totals = {0};

	engine_with(fix, false, -1);
	assert_int_equal(engine_start(fix->engine, NULL), 0);
	usleep(50000);
	feed(fix, 0, CLASSIFY_PASS);
	for (int i = 0; i < 50000 && totals.received == 0; i++) {
		usleep(100);
		engine_read_totals(fix->engine, &totals);
	}
	assert_int_equal(totals.received, 1);
	engine_drain(fix->engine);
	assert_int_equal(engine_wait(fix->engine, 10 * SECOND, NULL), 0);
}

/* A burst that is in hand keeps the view that it began with, and its lcore is named; the next one
 * has the new view, and then the old one is nobody's. */
static void
a_view_in_hand_is_waited_for(void **state)
{
	struct fixture *fix = *state;
	struct base_err err = {0};
	unsigned int lcore = 0;
	uint64_t token;

	engine_with(fix, false, -1);
	atomic_store(&classifier.hold, true);
	feed(fix, 0, CLASSIFY_PASS);
	assert_int_equal(engine_start(fix->engine, NULL), 0);
	wait_for_a_burst_in_hand();
	engine_publish(fix->engine, 1, &next_view);
	token = engine_retire(fix->engine);
	assert_true(engine_is_held(fix->engine, token, &lcore));
	assert_int_equal(lcore, 1);
	assert_int_equal(engine_await(fix->engine, token, SECOND / 50, &err), -EBUSY);
	assert_non_null(strstr(err.text, "lcore 1 has not let go"));
	atomic_store(&classifier.hold, false);
	assert_int_equal(engine_await(fix->engine, token, 60 * SECOND, &err), 0);
	assert_ptr_equal(atomic_load(&classifier.last_view), &view);
	feed(fix, 0, CLASSIFY_PASS);
	engine_drain(fix->engine);
	assert_int_equal(engine_wait(fix->engine, 60 * SECOND, NULL), 0);
	assert_ptr_equal(atomic_load(&classifier.last_view), &next_view);
}

/* Neither before the start nor while it sleeps nor behind its end. */
static void
an_lcore_that_rests_holds_no_view(void **state)
{
	struct fixture *fix = *state;
	unsigned int lcore;

	engine_with(fix, false, -1);
	assert_false(engine_is_held(fix->engine, engine_retire(fix->engine), &lcore));
	assert_int_equal(engine_start(fix->engine, NULL), 0);
	for (int i = 0; i < 100; i++)
		assert_int_equal(
			engine_await(fix->engine, engine_retire(fix->engine), 60 * SECOND, NULL),
			0);
	engine_drain(fix->engine);
	assert_int_equal(engine_wait(fix->engine, 60 * SECOND, NULL), 0);
	assert_false(engine_is_held(fix->engine, engine_retire(fix->engine), &lcore));
}

static void
wrong_workers_are_refused(void **state)
{
	struct fixture *fix = *state;
	struct engine_worker_conf worker = {.node = unit_eal_node(), .stats = classifier.stats};
	struct engine_conf conf = {.node = unit_eal_node(), .burst = CLASSIFY_BURST_MAX + 1};
	struct base_err err = {0};
	struct engine *none;

	assert_int_equal(engine_new(&conf, &none, &err), -EINVAL);
	assert_non_null(strstr(err.text, "burst = 65: allowed 1..64"));
	assert_null(none);
	engine_with(fix, false, -1);
	worker.lcore = 1;
	assert_int_equal(engine_worker_add(fix->engine, &worker, &err), -EINVAL);
	worker.lcore = 0;
	assert_int_equal(engine_worker_add(fix->engine, &worker, &err), -EINVAL);
	worker.lcore = 77;
	assert_int_equal(engine_worker_add(fix->engine, &worker, &err), -EINVAL);
	assert_non_null(strstr(err.text, "lcore 77"));
	engine_publish(fix->engine, 1, NULL);
	assert_int_equal(engine_start(fix->engine, &err), -EINVAL);
	assert_non_null(strstr(err.text, "no view"));
}

/* Asked for where the CPU cannot, it is refused before anything starts. */
static void
monitor_wants_a_cpu_that_can(void **state)
{
	struct fixture *fix = *state;
	struct engine_conf conf = {.idle = CONF_IDLE_MONITOR,
		.node = unit_eal_node(),
		.burst = BURST,
		.n_ports = 2,
		.frame_field = -1};
	struct base_err err = {0};
	int rc;

	assert_int_equal(engine_idle_check(CONF_IDLE_MONITOR, false, &err), -ENOTSUP);
	assert_int_equal(err.exit, BASE_EXIT_UNAVAILABLE);
	assert_non_null(strstr(err.text, "[weir] idle = monitor: this CPU cannot"));
	assert_int_equal(engine_idle_check(CONF_IDLE_MONITOR, true, NULL), 0);
	for (int idle = CONF_IDLE_SPIN; idle < CONF_IDLE_MONITOR; idle++)
		assert_int_equal(engine_idle_check((enum conf_idle)idle, false, NULL), 0);
	rc = engine_new(&conf, &fix->engine, NULL);
	assert_int_equal(rc, engine_cpu_monitors() ? 0 : -ENOTSUP);
	assert_true((fix->engine != NULL) == (rc == 0));
}

int
main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		CASE(each_fate_leaves_by_its_port),
		CASE(a_sample_of_senders_is_kept),
		CASE(a_tap_counts_and_sends_nothing),
		CASE(a_port_that_is_its_own_peer_keeps_the_order),
		CASE(what_a_device_refuses_is_counted_and_freed),
		CASE(a_packet_without_a_reason_breaks_the_law),
		CASE(a_drain_empties_the_queues_and_a_halt_does_not),
		CASE(an_idle_lcore_wakes),
		CASE(a_view_in_hand_is_waited_for),
		CASE(an_lcore_that_rests_holds_no_view),
		CASE(wrong_workers_are_refused),
		CASE(monitor_wants_a_cpu_that_can),
	};

	return cmocka_run_group_tests(tests, unit_eal_start, unit_eal_stop);
}

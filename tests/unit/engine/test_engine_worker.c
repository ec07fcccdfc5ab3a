/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * What becomes of packets, and how the loop ends.
 */
#include "engine_worker_unit.h"

#include <errno.h>

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
	uint32_t n, n_last; /* n_last: of port 1 */
};

static void
see_source(void *arg, uint64_t mac, uint16_t port)
{
	struct sources *sources = arg;

	assert_memory_equal(&mac, macs[port == sources->ports[1]], sizeof(macs[0]));
	assert_true(port == sources->ports[0] || port == sources->ports[1]);
	sources->n++;
	sources->n_last += port == sources->ports[1];
}

static void
a_sample_of_senders_is_kept(void **state)
{
	struct fixture *fix = *state;
	struct sources sources = {.ports = {fix->ports[0], fix->ports[1]}};

	engine_with(fix, false, -1);
	engine_read_sources(fix->engine, see_source, &sources);
	assert_int_equal(sources.n, 0);
	feed(fix, 0, CLASSIFY_DROP);
	run_to_the_end(fix);
	engine_read_sources(fix->engine, see_source, &sources);
	assert_int_equal(sources.n, 1);
	engine_read_sources(fix->engine, see_source, &sources);
	assert_int_equal(sources.n, 1); /* each is read once */
}

#define SAMPLED 960u /* bursts, which so many queues have the same number of each */

/* Of queues that all have packets, and are served by turns, each is looked at as often as another:
 * also the one that is port 1's. */
static void
no_queue_hides_from_the_sample(void **state, uint16_t n_queues)
{
	struct fixture *fix = *state;
	struct sources sources = {.ports = {fix->ports[0], fix->ports[1]}};

	fix->n_queues = n_queues;
	fix->burst = 2;
	engine_with(fix, false, -1);
	for (uint32_t i = 0; i < SAMPLED * 2; i++)
		feed(fix, i % n_queues == n_queues - 1u, CLASSIFY_DROP);
	run_to_the_end(fix);
	engine_read_sources(fix->engine, see_source, &sources);
	assert_in_range(sources.n, SAMPLED / 16 - 12, SAMPLED / 16 + 12);
	assert_in_range(
		sources.n_last * n_queues, sources.n - sources.n / 2, sources.n + sources.n / 2);
}

static void
two_queues_by_turns_are_both_sampled(void **state)
{
	no_queue_hides_from_the_sample(state, 2);
}

static void
four_queues_by_turns_are_all_sampled(void **state)
{
	no_queue_hides_from_the_sample(state, 4);
}

static void
sixteen_queues_by_turns_are_all_sampled(void **state)
{
	no_queue_hides_from_the_sample(state, 16);
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

/* A frame of two mbufs from port 0: so many octets, of which the first has so many. */
static void
feed_two(struct fixture *fix, uint16_t octets, uint16_t first)
{
	struct rte_mbuf *head = rte_pktmbuf_alloc(fix->pool), *tail = rte_pktmbuf_alloc(fix->pool);

	assert_true(head != NULL && tail != NULL);
	rte_pktmbuf_append(head, first);
	rte_pktmbuf_append(tail, (uint16_t)(octets - first));
	for (uint16_t i = 0; i < octets; i++)
		*(i < first ? rte_pktmbuf_mtod_offset(head, uint8_t *, i)
			    : rte_pktmbuf_mtod_offset(tail, uint8_t *, i - first)) = (uint8_t)i;
	*rte_pktmbuf_mtod(head, uint8_t *) = CLASSIFY_PASS;
	assert_int_equal(rte_pktmbuf_chain(head, tail), 0);
	assert_int_equal(rte_ring_enqueue(fix->in[0], head), 0);
}

static void
run_to_totals(struct fixture *fix, struct engine_totals *totals)
{
	run_to_the_end(fix);
	engine_read_totals(fix->engine, totals);
	assert_int_equal(
		engine_check(fix->engine, stats_layout_find(&fix->layout, "reason"), NULL), 0);
}

/* An mbuf has 384 octets of room behind its headroom: 300 go into one, 400 do not. */
static void
a_device_of_one_mbuf_a_frame_gets_one(void **state)
{
	struct fixture *fix = *state;
	struct engine_totals totals;
	struct rte_mbuf *pkt = NULL;

	fix->sends = (struct engine_sends){.segs_max = 1};
	engine_with(fix, false, -1);
	feed_two(fix, 400, 200);
	feed_two(fix, 300, 100);
	feed(fix, 0, CLASSIFY_PASS);
	run_to_totals(fix, &totals);
	assert_int_equal(totals.received, 3);
	assert_int_equal(totals.sent, 2);
	assert_int_equal(totals.refused, 1);
	assert_int_equal(totals.unfit, 1);
	assert_int_equal(engine_read_port(fix->engine, fix->ports[1], ENGINE_PORT_UNFIT), 1);
	assert_int_equal(rte_ring_dequeue(fix->out[1], (void **)&pkt), 0);
	assert_int_equal(pkt->nb_segs, 1);
	assert_int_equal(pkt->data_len, 300);
	for (uint16_t i = 1; i < 300; i++)
		assert_int_equal(*rte_pktmbuf_mtod_offset(pkt, uint8_t *, i), (uint8_t)i);
	rte_pktmbuf_free(pkt);
	assert_int_equal(next_of(fix->out[1]), 0);
}

static void
a_device_gets_no_frame_that_it_would_throw_away(void **state)
{
	struct fixture *fix = *state;
	struct engine_totals totals;

	fix->sends = (struct engine_sends){.frame_max = 300};
	engine_with(fix, false, -1);
	feed_two(fix, 301, 100);
	run_to_totals(fix, &totals); /* a burst of which nothing is left */
	feed_two(fix, 300, 100);
	feed(fix, 0, CLASSIFY_PASS);
	feed_two(fix, 301, 100);
	run_to_totals(fix, &totals);
	assert_int_equal(totals.sent, 2);
	assert_int_equal(totals.refused, 2);
	assert_int_equal(totals.unfit, 2);
	assert_int_equal(empty(fix->out[1]), 2);
}

/* The other port's link is none of it. */
static void
a_port_whose_link_is_down_is_given_nothing(void **state)
{
	struct fixture *fix = *state;
	struct engine_totals totals;

	engine_with(fix, false, -1);
	engine_set_down(fix->engine, fix->ports[1], true);
	feed(fix, 0, CLASSIFY_PASS);
	feed(fix, 0, CLASSIFY_PASS);
	feed(fix, 1, CLASSIFY_PASS);
	run_to_totals(fix, &totals);
	assert_int_equal(totals.sent, 1);
	assert_int_equal(totals.refused, 2);
	assert_int_equal(totals.down, 2);
	assert_int_equal(totals.unfit, 0);
	assert_int_equal(engine_read_port(fix->engine, fix->ports[1], ENGINE_PORT_DOWN), 2);
	assert_int_equal(empty(fix->out[0]), 1);
	assert_int_equal(empty(fix->out[1]), 0);
	engine_set_down(fix->engine, fix->ports[1], false);
	feed(fix, 0, CLASSIFY_PASS);
	run_to_totals(fix, &totals);
	assert_int_equal(totals.sent, 2);
	assert_int_equal(totals.down, 2);
	assert_int_equal(empty(fix->out[1]), 1);
}

/* Mbufs are left as they are where the device takes them. */
static void
a_device_of_many_mbufs_a_frame_gets_them(void **state)
{
	struct fixture *fix = *state;
	struct engine_totals totals;
	struct rte_mbuf *pkt = NULL;

	engine_with(fix, false, -1);
	feed_two(fix, 300, 100);
	run_to_totals(fix, &totals);
	assert_int_equal(totals.sent, 1);
	assert_int_equal(totals.unfit, 0);
	assert_int_equal(rte_ring_dequeue(fix->out[1], (void **)&pkt), 0);
	assert_int_equal(pkt->nb_segs, 2);
	rte_pktmbuf_free(pkt);
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

int
main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		CASE(each_fate_leaves_by_its_port),
		CASE(a_sample_of_senders_is_kept),
		CASE(two_queues_by_turns_are_both_sampled),
		CASE(four_queues_by_turns_are_all_sampled),
		CASE(sixteen_queues_by_turns_are_all_sampled),
		CASE(a_tap_counts_and_sends_nothing),
		CASE(a_port_that_is_its_own_peer_keeps_the_order),
		CASE(what_a_device_refuses_is_counted_and_freed),
		CASE(a_device_of_one_mbuf_a_frame_gets_one),
		CASE(a_device_gets_no_frame_that_it_would_throw_away),
		CASE(a_port_whose_link_is_down_is_given_nothing),
		CASE(a_device_of_many_mbufs_a_frame_gets_them),
		CASE(a_packet_without_a_reason_breaks_the_law),
		CASE(a_drain_empties_the_queues_and_a_halt_does_not),
		CASE(wrong_workers_are_refused),
	};

	return cmocka_run_group_tests(tests, unit_eal_start, unit_eal_stop);
}

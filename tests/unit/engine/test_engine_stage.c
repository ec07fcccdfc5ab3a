/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * Packets on their way through rx, classify and tx lcores.
 */
#include "engine_stage_unit.h"

#include <rte_cycles.h>

#include <errno.h>

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
tap_totals(struct fixture *fix, struct engine_totals *totals)
{
	fix->watch = true;
	engine_with(fix, CONF_FATE_PASS, SLOTS);
	for (uint8_t i = 0; i < 60; i++)
		feed(fix, i % 2, i, i % 3);
	assert_int_equal(engine_start(fix->engine, NULL), 0);
	drain(fix);
	check_law(fix, totals);
	assert_int_equal(totals->watched, 40);
	assert_int_equal(totals->dropped, 20);
	assert_int_equal(totals->sent + totals->refused, 0);
	assert_int_equal(empty(fix->out[0]) + empty(fix->out[1]), 0);
}

static void
a_tap_counts_and_sends_nothing(void **state)
{
	struct engine_totals totals;

	tap_totals(*state, &totals);
}

static void
a_tap_needs_no_lcore_that_sends(void **state)
{
	struct fixture *fix = *state;
	struct engine_totals totals;

	fix->no_tx = true;
	tap_totals(fix, &totals);
}

/* What goes past classify lcores that are full would have been sent, too. */
static void
a_full_tap_goes_by_into_nothing(void **state)
{
	struct fixture *fix = *state;
	struct engine_totals totals;

	fix->no_tx = fix->watch = true;
	engine_with(fix, CONF_FATE_PASS, 64);
	atomic_store(&hold, true);
	for (uint32_t i = 0; i < 1000; i++)
		feed(fix, 0, (uint8_t)(i % FLOWS), CLASSIFY_PASS);
	assert_int_equal(engine_start(fix->engine, NULL), 0);
	wait_received(fix, 1000);
	UNIT_WAIT((engine_read_totals(fix->engine, &totals), totals.bypassed > 0));
	atomic_store(&hold, false);
	drain(fix);
	check_law(fix, &totals);
	assert_int_equal(totals.watched, 1000);
	assert_int_not_equal(totals.passed, 0);
	assert_int_equal(totals.ring_in + totals.ring_out, 0);
}

static void
see_source(void *arg, uint64_t mac, uint16_t port)
{
	uint32_t *sources = arg;
	struct frame f;

	frame_ethernet(&f, 0x0800);
	assert_memory_equal(&mac, f.data + 6, 6);
	sources[port]++;
}

/* Bursts of both ports, by turns. */
static void
rx_lcores_keep_a_sample_of_senders(void **state)
{
	struct fixture *fix = *state;
	uint32_t sources[ENGINE_PORTS_MAX] = {0};

	engine_with(fix, CONF_FATE_PASS, SLOTS);
	for (uint32_t i = 0; i < 100 * 32; i++)
		feed(fix, i % 2, (uint8_t)(i % FLOWS), CLASSIFY_DROP);
	assert_int_equal(engine_start(fix->engine, NULL), 0);
	drain(fix);
	engine_read_sources(fix->engine, see_source, sources);
	assert_int_not_equal(sources[fix->ports[0]], 0);
	assert_int_not_equal(sources[fix->ports[1]], 0);
}

static uint64_t
idle_cycles(const struct fixture *fix, uint32_t i)
{
	struct engine_lcore lcore;

	engine_read_lcore(fix->engine, i, &lcore);
	return lcore.cycles_idle;
}

/* A frame that comes after a long pause is seen by lcores that sleep. */
static void
idle_lcores_wake(void **state)
{
	struct fixture *fix = *state;
	struct engine_totals totals;

	engine_with(fix, CONF_FATE_PASS, SLOTS);
	assert_int_equal(engine_start(fix->engine, NULL), 0);
	for (uint32_t i = 0; i < LCORES; i++)
		UNIT_WAIT(idle_cycles(fix, i) > rte_get_tsc_hz() / 50);
	feed(fix, 0, 1, CLASSIFY_PASS);
	UNIT_WAIT((engine_read_totals(fix->engine, &totals), totals.sent == 1));
	drain(fix);
	check_law(fix, &totals);
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
	UNIT_WAIT(atomic_load(&in_hand) > 0);
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
		CASE(a_tap_counts_and_sends_nothing),
		CASE(a_tap_needs_no_lcore_that_sends),
		CASE(a_full_tap_goes_by_into_nothing),
		CASE(rx_lcores_keep_a_sample_of_senders),
		CASE(idle_lcores_wake),
		CASE(classify_lcores_are_waited_for),
	};

	return cmocka_run_group_tests(tests, start, unit_eal_stop);
}

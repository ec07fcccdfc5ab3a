/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * The watchdog, by a clock of the test's own.
 */
#include "engine_stage_unit.h"
#include "engine_watch.h"

static atomic_bool hold_tx; /* port 0 does not send */
static atomic_uint naps;    /* of lcores that wait for another one */

struct told {
	uint32_t stalls, backs;
	struct engine_stall last;
};

struct engine_worker;
bool __real_engine_nap(const struct engine_worker *worker);
bool __wrap_engine_nap(const struct engine_worker *worker);

bool
__wrap_engine_nap(const struct engine_worker *worker)
{
	atomic_fetch_add(&naps, 1);
	return __real_engine_nap(worker);
}

/* A driver that does not come back. */
static uint16_t
hold_driver(uint16_t port, uint16_t queue, struct rte_mbuf **pkts, uint16_t n, void *arg)
{
	(void)port, (void)queue, (void)pkts, (void)arg;
	while (atomic_load(&hold_tx))
		unit_rest();
	return n;
}

static void
note_stall(void *arg, const struct engine_stall *stall)
{
	struct told *told = arg;

	told->stalls += !stall->is_back;
	told->backs += stall->is_back;
	told->last = *stall;
}

/* Whether an lcore has had a turn since, or is in a burst. */
static bool
has_turned(const struct fixture *fix, uint32_t i, const struct engine_lcore *before)
{
	struct engine_lcore now;

	engine_read_lcore(fix->engine, i, &now);
	return now.at == ENGINE_AT_classify || now.at == ENGINE_AT_send ||
	       now.cycles_idle != before->cycles_idle || now.cycles_busy != before->cycles_busy;
}

/* Until every lcore that is not in a burst has had a turn. */
static void
wait_turns(const struct fixture *fix)
{
	for (uint32_t i = 0; i < engine_n_lcores(fix->engine); i++) {
		struct engine_lcore before;

		engine_read_lcore(fix->engine, i, &before);
		UNIT_WAIT(has_turned(fix, i, &before));
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
	UNIT_WAIT(atomic_load(&in_hand) >= 1);
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
	UNIT_WAIT((engine_read_totals(fix->engine, &totals), totals.bypassed == 100));
	atomic_store(&hold, false);
	UNIT_WAIT((engine_watch_look(watch, now += SECOND / 10000, note_stall, &told),
		told.backs > 0));
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

/* What leaves by other lcores is not held up by waiting for it. */
static void
a_stalled_tx_lcore_is_not_waited_for(void **state)
{
	const struct rte_eth_rxtx_callback *callback;
	struct fixture *fix = *state;
	struct engine_totals totals;
	struct engine_watch *watch;
	struct told told = {0};
	uint64_t now = 0;

	fix->tx_slots = 64;
	engine_with(fix, CONF_FATE_DROP, SLOTS);
	callback = rte_eth_add_tx_callback(fix->ports[0], 0, hold_driver, NULL);
	assert_non_null(callback);
	atomic_store(&hold_tx, true);
	assert_int_equal(engine_start(fix->engine, NULL), 0);
	assert_int_equal(engine_watch_new(fix->engine, SECOND, &watch, NULL), 0);
	feed(fix, 1, 1, CLASSIFY_PASS);
	wait_received(fix, 1);
	look(fix, watch, &told, &now, 15);
	assert_int_equal(told.stalls, 1);
	assert_int_equal(told.last.role, ENGINE_TX);
	assert_int_equal(told.last.at, ENGINE_AT_send);
	atomic_store(&naps, 0);
	for (uint32_t i = 0; i < 1000; i++)
		feed(fix, 1, 1, CLASSIFY_PASS);
	feed(fix, 0, 1, CLASSIFY_PASS); /* of the same classify lcore */
	UNIT_WAIT(rte_ring_count(fix->out[1]) == 1);
	assert_int_equal(atomic_load(&naps), 0);
	atomic_store(&hold_tx, false);
	engine_watch_free(watch);
	drain(fix);
	check_law(fix, &totals);
	assert_int_equal(totals.ring_out, 1000 - 63);
	assert_int_equal(rte_eth_remove_tx_callback(fix->ports[0], 0, callback), 0);
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
	UNIT_WAIT((engine_read_totals(fix->engine, &totals), totals.ring_in == 100 - 63));
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

/* To the nanosecond: the limit is counted from the first look that saw the last turn. */
static void
no_stall_is_told_before_its_limit(void **state)
{
	static const uint64_t limits[] = {SECOND / 100, SECOND, 3600 * SECOND};
	struct fixture *fix = *state;
	struct engine_watch *watch;
	uint64_t begin = 7 * SECOND;

	stall_one(fix, CONF_FATE_PASS);
	for (size_t i = 0; i < UNIT_COUNT(limits); i++) {
		uint64_t limit = limits[i], period;
		struct told told = {0};

		assert_int_equal(engine_watch_new(fix->engine, limit, &watch, NULL), 0);
		period = engine_watch_period_ns(watch);
		assert_in_range(period, 1, limit / 8);
		for (uint64_t at = 0; at < limit; at += period) {
			wait_turns(fix);
			engine_watch_look(watch, begin + at, note_stall, &told);
		}
		wait_turns(fix);
		engine_watch_look(watch, begin + limit - 1, note_stall, &told);
		assert_int_equal(told.stalls, 0);
		engine_watch_look(watch, begin + limit, note_stall, &told);
		assert_int_equal(told.stalls, 1);
		assert_int_equal(told.last.at, ENGINE_AT_classify);
		assert_int_equal(told.last.since_ns, begin);
		assert_int_equal(told.last.for_ns, limit);
		engine_watch_look(watch, begin + limit + 1, note_stall, &told);
		assert_int_equal(told.stalls, 1); /* once */
		engine_watch_free(watch);
	}
	atomic_store(&hold, false);
	drain(fix);
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

int
main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		CASE(a_stalled_classify_lcore_is_gone_round),
		CASE(a_stalled_tx_lcore_is_not_waited_for),
		CASE(with_overload_drop_a_stall_is_told_alone),
		CASE(a_late_look_begins_anew),
		CASE(no_stall_is_told_before_its_limit),
		CASE(idle_lcores_have_not_stalled),
	};

	return cmocka_run_group_tests(tests, start, unit_eal_stop);
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "qlog.h"
#include "unit.h"
#include "unit_eal.h"

#include <rte_launch.h>
#include <rte_ring.h>

#include <errno.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#define ROUNDS 50000u

/* What the sink has seen. */
struct seen {
	uint64_t last;	   /* frame */
	uint64_t n;	   /* records */
	uint64_t unsorted; /* that came before an earlier frame */
	uint64_t broken;   /* that are not as they were written */
	uint64_t fail_at;  /* frame at which the sink fails; 0: never */
	uint32_t slow_us;  /* for every 1000th */
	atomic_bool hold;  /* the sink waits until it is false */
};

struct fixture {
	struct stats_layout layout;
	struct stats_block *stats;
	struct qlog *log;
	struct qlog_ring *ring;
	struct seen seen;
};

static void
fill(struct qlog_record *record, uint64_t frame)
{
	memset(record, 0, sizeof(*record));
	record->frame = frame;
	record->qname_len = (uint8_t)(1 + frame % QLOG_QNAME_MAX);
	memset(record->qname, (int)(frame & 0xff), record->qname_len);
}

static bool
is_whole(const struct qlog_record *record)
{
	if (record->qname_len != 1 + record->frame % QLOG_QNAME_MAX)
		return false;
	for (uint32_t i = 0; i < record->qname_len; i++) {
		if (record->qname[i] != (record->frame & 0xff))
			return false;
	}
	return true;
}

static int
sink(void *ctx, const struct qlog_record *record, struct base_err *err)
{
	struct seen *seen = ctx;

	while (atomic_load(&seen->hold))
		unit_rest();
	if (seen->fail_at != 0 && record->frame >= seen->fail_at)
		return base_fail(err, BASE_EXIT_FAILURE, ENOSPC, "disk full");
	if (seen->slow_us != 0 && record->frame % 1000 == 0)
		usleep(seen->slow_us);
	seen->n++;
	seen->unsorted += record->frame <= seen->last;
	seen->broken += !is_whole(record);
	seen->last = record->frame;
	return 0;
}

static int
ring_new(struct fixture *fix, uint32_t records, enum qlog_mode mode, struct base_err *err)
{
	return qlog_ring_new(fix->log,
		&(struct qlog_ring_conf){.lcore = 1,
			.node = (int)rte_socket_id(),
			.records = records,
			.mode = mode,
			.stats = fix->stats,
			.stats_base = stats_layout_find(&fix->layout, "qlog")->first},
		&fix->ring, err);
}

static int
set_up(void **state)
{
	static struct fixture fix;

	fix = (struct fixture){0};
	*state = &fix;
	stats_layout_add(&fix.layout, "before", NULL, 3);
	qlog_stats(&fix.layout);
	return stats_block_new(&fix.layout, 1, (int)rte_socket_id(), &fix.stats, NULL) |
	       qlog_new(sink, &fix.seen, &fix.log, NULL);
}

static int
tear_down(void **state)
{
	struct fixture *fix = *state;

	qlog_free(fix->log);
	stats_block_free(fix->stats);
	return 0;
}

static uint64_t
counter(const struct fixture *fix, uint32_t at)
{
	return stats_get(fix->stats, stats_layout_find(&fix->layout, "qlog")->first + at);
}

/* An lcore that writes ROUNDS records; the number of those that found room is in the counters. */
static int
write_all(void *arg)
{
	struct fixture *fix = arg;

	for (uint64_t frame = 1; frame <= ROUNDS; frame++) {
		struct qlog_record *record = qlog_reserve(fix->ring);

		if (record == NULL)
			continue;
		fill(record, frame);
		qlog_commit(fix->ring);
	}
	return 0;
}

static void
a_replay_waits_and_loses_nothing(void **state)
{
	struct fixture *fix = *state;

	fix->seen.slow_us = 500;
	assert_int_equal(ring_new(fix, 63, QLOG_WAIT, NULL), 0);
	assert_int_equal(qlog_start(fix->log, NULL), 0);
	assert_int_equal(rte_eal_remote_launch(write_all, fix, 1), 0);
	assert_int_equal(rte_eal_wait_lcore(1), 0);
	assert_int_equal(qlog_stop(fix->log, NULL), 0);
	assert_int_equal(fix->seen.n, ROUNDS);
	assert_int_equal(fix->seen.unsorted, 0);
	assert_int_equal(fix->seen.broken, 0);
	assert_int_equal(counter(fix, 0), ROUNDS);
	assert_true(counter(fix, 1) > 0);
	assert_int_equal(counter(fix, 2), 0);
}

static void
live_traffic_counts_what_is_lost(void **state)
{
	struct fixture *fix = *state;

	atomic_store(&fix->seen.hold, true);
	assert_int_equal(ring_new(fix, 63, QLOG_LOSE, NULL), 0);
	assert_int_equal(qlog_start(fix->log, NULL), 0);
	assert_int_equal(write_all(fix), 0);
	atomic_store(&fix->seen.hold, false);
	assert_int_equal(qlog_stop(fix->log, NULL), 0);
	assert_int_equal(fix->seen.n, 63);
	assert_int_equal(fix->seen.unsorted, 0);
	assert_int_equal(fix->seen.broken, 0);
	assert_int_equal(counter(fix, 0), 63);
	assert_int_equal(counter(fix, 2), ROUNDS - 63);
}

static void
a_stop_writes_what_is_left_in_the_ring(void **state)
{
	struct fixture *fix = *state;

	assert_int_equal(ring_new(fix, 1000, QLOG_LOSE, NULL), 0);
	for (uint64_t frame = 1; frame <= 1000; frame++) {
		fill(qlog_reserve(fix->ring), frame);
		qlog_commit(fix->ring);
	}
	assert_int_equal(qlog_start(fix->log, NULL), 0);
	assert_int_equal(qlog_stop(fix->log, NULL), 0);
	assert_int_equal(fix->seen.n, 1000);
}

/* A disk that is full must not stall an lcore that waits for the writer. */
static void
a_sink_that_fails_is_told_once_and_stalls_nobody(void **state)
{
	struct fixture *fix = *state;
	struct base_err err = {0};

	fix->seen.fail_at = 100;
	assert_int_equal(ring_new(fix, 63, QLOG_WAIT, NULL), 0);
	assert_int_equal(qlog_start(fix->log, NULL), 0);
	assert_int_equal(rte_eal_remote_launch(write_all, fix, 1), 0);
	assert_int_equal(rte_eal_wait_lcore(1), 0);
	assert_int_equal(qlog_stop(fix->log, &err), -ENOSPC);
	assert_string_equal(err.text, "disk full");
	assert_int_equal(fix->seen.n, 99);
}

static void
an_lcore_has_one_ring_and_no_memory_is_told(void **state)
{
	struct fixture *fix = *state;
	struct base_err err = {0};

	assert_int_equal(ring_new(fix, 1u << 22, QLOG_LOSE, &err), -ENOMEM);
	assert_null(fix->ring);
	assert_int_equal(err.exit, BASE_EXIT_UNAVAILABLE);
	assert_int_equal(ring_new(fix, 1, QLOG_LOSE, NULL), 0);
	assert_non_null(rte_ring_lookup("weir_qlog_1"));
	assert_int_equal(ring_new(fix, 1, QLOG_LOSE, &err), -EEXIST);
	assert_null(fix->ring);
	qlog_free(fix->log);
	fix->log = NULL;
	assert_null(rte_ring_lookup("weir_qlog_1"));
	qlog_free(NULL);
}

static void
write_frames(struct qlog_ring *ring, const uint64_t *frames, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		fill(qlog_reserve(ring), frames[i]);
		qlog_commit(ring);
	}
}

static void
wait_written(struct fixture *fix, uint64_t n)
{
	UNIT_WAIT(__atomic_load_n(&fix->seen.n, __ATOMIC_ACQUIRE) >= n);
	assert_int_equal(__atomic_load_n(&fix->seen.n, __ATOMIC_ACQUIRE), n);
}

static atomic_uint naps; /* of other threads: the writer has looked and found nothing */

int __real_nanosleep(const struct timespec *time, struct timespec *rest);
int __wrap_nanosleep(const struct timespec *time, struct timespec *rest);

int
__wrap_nanosleep(const struct timespec *time, struct timespec *rest)
{
	if (rte_gettid() != getpid())
		atomic_fetch_add(&naps, 1);
	return __real_nanosleep(time, rest);
}

/* Until the writer has looked at all that is there now, and found nothing to write any more. */
static void
wait_looked(void)
{
	unsigned int before = atomic_load(&naps);

	UNIT_WAIT(atomic_load(&naps) >= before + 2);
}

/* Two lcores by turns: nothing is written before the frames up to it are through, all of it in
 * their order. */
static void
records_of_several_lcores_are_put_in_order(void **state)
{
	static const uint64_t one[] = {2, 3, 6, 9}, two[] = {1, 4, 5, 8};
	struct qlog_ring_conf conf = {.lcore = 2, .node = (int)rte_socket_id(), .records = 63};
	struct fixture *fix = *state;
	_Atomic uint64_t released = 0;
	struct qlog_ring *other;

	conf.mode = QLOG_WAIT;
	conf.stats = fix->stats;
	conf.stats_base = stats_layout_find(&fix->layout, "qlog")->first;
	assert_int_equal(ring_new(fix, 63, QLOG_WAIT, NULL), 0);
	assert_int_equal(qlog_ring_new(fix->log, &conf, &other, NULL), 0);
	qlog_order(fix->log, &released);
	assert_int_equal(qlog_start(fix->log, NULL), 0);
	write_frames(fix->ring, one, UNIT_COUNT(one));
	wait_looked();
	wait_written(fix, 0);
	write_frames(other, two, UNIT_COUNT(two));
	atomic_store(&released, 4);
	wait_written(fix, 4);
	wait_looked();
	wait_written(fix, 4);
	atomic_store(&released, 7);
	wait_written(fix, 6);
	assert_int_equal(qlog_stop(fix->log, NULL), 0);
	wait_written(fix, 8);
	assert_int_equal(fix->seen.unsorted, 0);
	assert_int_equal(fix->seen.broken, 0);
}

int
main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		CASE(a_replay_waits_and_loses_nothing),
		CASE(live_traffic_counts_what_is_lost),
		CASE(a_stop_writes_what_is_left_in_the_ring),
		CASE(a_sink_that_fails_is_told_once_and_stalls_nobody),
		CASE(records_of_several_lcores_are_put_in_order),
		CASE(an_lcore_has_one_ring_and_no_memory_is_told),
	};

	return cmocka_run_group_tests(tests, unit_eal_start, unit_eal_stop);
}

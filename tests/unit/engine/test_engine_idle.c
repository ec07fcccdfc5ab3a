/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * How an lcore rests, its timers watched: the calls to the C library go through here.
 */
#include "engine_worker_unit.h"

#include <rte_cycles.h>

#include <sys/timerfd.h>
#include <unistd.h>

#define TIMERS	4u /* of an lcore */
#define REST_NS 180000
#define LONG_NS 350000
#define RESTS	5555u /* in a second */
#define SEEN	16u
#define MOST	2048u /* rounds awake */
#define FEWEST	64u

static struct {
	bool none;	  /* there are no timers to be had */
	bool at_once;	  /* they are due when they are read */
	uint32_t late_at; /* the read that finds its timer to have been due twice; 0: none does */
	int fds[TIMERS];  /* in the order of their making */
	int read[SEEN];	  /* the first ones that were read */
	int closed[TIMERS];
	atomic_uint made, settings, reads, closes;
	atomic_uint short_settings; /* for the shorter rests */
	_Atomic long interval_ns;   /* of the last setting */
	atomic_uint reads_at_long;  /* how many reads came before the first long interval */
} timers;

/* Gaps between packets: the lcore feeds itself, so that each is as long as the test says. */
static struct {
	struct fixture *fix;
	const uint8_t *rests;	/* by gap: how many end it; an array that a 0 ends */
	uint32_t rounds;	/* of this gap, awake */
	uint32_t rested;	/* in this gap */
	uint32_t awake[SEEN];	/* rounds, by gap */
	uint32_t settings;	/* of timers, before the last gap ended */
	_Atomic uint32_t ended; /* gaps */
} gaps;

struct engine_worker;

void __real_engine_idle(struct engine_worker *worker);
int __real_timerfd_create(int clock, int flags);
int __real_timerfd_settime(int fd, int flags, const struct itimerspec *new, struct itimerspec *old);
ssize_t __real_read(int fd, void *data, size_t len);
int __real_close(int fd);
void __wrap_engine_idle(struct engine_worker *worker);
int __wrap_timerfd_create(int clock, int flags);
int __wrap_timerfd_settime(int fd, int flags, const struct itimerspec *new, struct itimerspec *old);
ssize_t __wrap_read(int fd, void *data, size_t len);
int __wrap_close(int fd);

int
__wrap_timerfd_create(int clock, int flags)
{
	int fd = timers.none ? -1 : __real_timerfd_create(clock, flags);

	if (fd >= 0 && timers.made < TIMERS)
		timers.fds[timers.made++] = fd;
	return fd;
}

int
__wrap_timerfd_settime(int fd, int flags, const struct itimerspec *new, struct itimerspec *old)
{
	timers.settings++;
	timers.short_settings += new->it_interval.tv_nsec == TIMERS *REST_NS;
	if (new->it_interval.tv_nsec == TIMERS * LONG_NS &&timers.reads_at_long == 0)
		timers.reads_at_long = timers.reads;
	timers.interval_ns = new->it_interval.tv_nsec;
	return __real_timerfd_settime(fd, flags, new, old);
}

static bool
is_timer(int fd)
{
	for (uint32_t i = 0; i < timers.made; i++) {
		if (timers.fds[i] == fd)
			return true;
	}
	return false;
}

static void
end_gap(void)
{
	uint32_t at = gaps.ended;

	if (gaps.fix == NULL || gaps.rests[at] == 0 || gaps.rested < gaps.rests[at])
		return;
	gaps.awake[at] = gaps.rounds - gaps.rested;
	gaps.rounds = gaps.rested = 0;
	gaps.settings = timers.settings;
	feed(gaps.fix, 0, CLASSIFY_PASS);
	gaps.ended = at + 1;
}

/* A round without a packet: awake, or a rest. */
void
__wrap_engine_idle(struct engine_worker *worker)
{
	gaps.rounds++;
	__real_engine_idle(worker);
}

ssize_t
__wrap_read(int fd, void *data, size_t len)
{
	uint64_t times = 1;

	if (!is_timer(fd))
		return __real_read(fd, data, len);
	if (timers.reads < SEEN)
		timers.read[timers.reads] = fd;
	if (!timers.at_once && __real_read(fd, &times, sizeof(times)) < 0)
		return -1;
	times = ++timers.reads == timers.late_at ? 2 : 1;
	gaps.rested++;
	end_gap();
	assert(len == sizeof(times));
	memcpy(data, &times, sizeof(times));
	return (ssize_t)len;
}

int
__wrap_close(int fd)
{
	if (is_timer(fd) && timers.closes < TIMERS)
		timers.closed[timers.closes++] = fd;
	return __real_close(fd);
}

static void
start(struct fixture *fix)
{
	engine_with(fix, false, -1);
	assert_int_equal(engine_start(fix->engine, NULL), 0);
}

static void
stop(struct fixture *fix)
{
	engine_drain(fix->engine);
	assert_int_equal(engine_wait(fix->engine, UNIT_WAIT_LIMIT_S * SECOND, NULL), 0);
}

static void
wait_received(const struct fixture *fix, uint64_t n)
{
	struct engine_totals totals;

	UNIT_WAIT((engine_read_totals(fix->engine, &totals), totals.received == n));
}

/* An lcore that sleeps because nothing comes still sees the frame that does. */
static void
an_idle_lcore_wakes(void **state)
{
	struct fixture *fix = *state;

	start(fix);
	for (uint32_t i = 1; i <= 3; i++) {
		uint32_t slept = timers.reads;

		UNIT_WAIT(timers.reads > slept + TIMERS);
		feed(fix, 0, CLASSIFY_PASS);
		wait_received(fix, i);
	}
	stop(fix);
}

/* One after the other, set once; closed where the loop ends, and made anew for the next one. */
static void
timers_are_read_in_turn_and_closed(void **state)
{
	struct fixture *fix = *state;

	start(fix);
	UNIT_WAIT(timers.reads >= SEEN);
	stop(fix);
	assert_int_equal(timers.made, TIMERS);
	assert_int_equal(timers.settings, TIMERS);
	assert_int_equal(timers.interval_ns, TIMERS * REST_NS);
	for (uint32_t i = 0; i < SEEN; i++)
		assert_int_equal(timers.read[i], timers.fds[i % TIMERS]);
	assert_int_equal(timers.closes, TIMERS);
	for (uint32_t i = 0; i < TIMERS; i++)
		assert_int_equal(timers.closed[i], timers.fds[i]);
	memset(&timers, 0, sizeof(timers));
	assert_int_equal(engine_start(fix->engine, NULL), 0);
	UNIT_WAIT(timers.reads > 0);
	stop(fix);
	assert_int_equal(timers.made, TIMERS);
	assert_int_equal(timers.closes, TIMERS);
}

/* A frame ends that. */
static void
after_a_second_rests_are_longer(void **state)
{
	struct fixture *fix = *state;

	timers.at_once = true;
	start(fix);
	UNIT_WAIT(timers.interval_ns == TIMERS * LONG_NS);
	assert_int_equal(timers.reads_at_long, RESTS);
	UNIT_WAIT(timers.settings == 2 * TIMERS && timers.reads > 2 * RESTS);
	assert_int_equal(timers.settings, 2 * TIMERS); /* set once */
	assert_int_equal(timers.short_settings, TIMERS);
	feed(fix, 0, CLASSIFY_PASS);
	wait_received(fix, 1);
	UNIT_WAIT(timers.short_settings == 2 * TIMERS);
	stop(fix);
}

/* An lcore that was held up for long: the order in which they are due is not that in which they are
 * read any more. */
static void
timers_out_of_turn_are_set_anew(void **state)
{
	struct fixture *fix = *state;

	timers.late_at = 6;
	start(fix);
	UNIT_WAIT(timers.reads >= SEEN);
	stop(fix);
	assert_int_equal(timers.settings, 2 * TIMERS);
	assert_int_equal(timers.interval_ns, TIMERS * REST_NS);
	for (uint32_t i = 0; i < SEEN; i++)
		assert_int_equal(timers.read[i], timers.fds[(i < 6 ? i : i - 6) % TIMERS]);
}

/* Staying awake is for gaps that end meanwhile, or soon after: half as long after each that did
 * not, twice as long after each that did. */
static void
it_stays_awake_where_that_pays(void **state)
{
	static const uint8_t rests[] = {1, 2, 9, 2, 3, 2, 2, 1, 1, 2, 1, 1, 0};
	static const uint32_t awake[] = {MOST, MOST, MOST / 2, MOST / 4, MOST / 8, MOST / 16,
		FEWEST, FEWEST, 2 * FEWEST, 4 * FEWEST, 2 * FEWEST, 4 * FEWEST};
	struct fixture *fix = *state;

	gaps.fix = fix;
	gaps.rests = rests;
	start(fix);
	wait_received(fix, RTE_DIM(awake));
	stop(fix);
	for (uint32_t i = 0; i < RTE_DIM(awake); i++)
		assert_int_equal(gaps.awake[i], awake[i]);
}

/* Those that were due while there was work had been set; nothing is asked of the kernel again. */
static void
a_frame_leaves_timers_in_turn(void **state)
{
	static const uint8_t rests[] = {2, 2, 2, 2, 2, 2, 2, 0};
	struct fixture *fix = *state;

	timers.at_once = true;
	gaps.fix = fix;
	gaps.rests = rests;
	start(fix);
	wait_received(fix, RTE_DIM(rests) - 1);
	stop(fix);
	assert_int_equal(gaps.settings, TIMERS);
}

static void
without_timers_it_sleeps_all_the_same(void **state)
{
	struct fixture *fix = *state;
	struct engine_lcore before, now;

	timers.none = true;
	start(fix);
	engine_read_lcore(fix->engine, 0, &before);
	UNIT_WAIT((engine_read_lcore(fix->engine, 0, &now),
		now.cycles_idle - before.cycles_idle > rte_get_tsc_hz() / 50));
	feed(fix, 0, CLASSIFY_PASS);
	wait_received(fix, 1);
	stop(fix);
	assert_int_equal(timers.reads + timers.closes, 0);
}

static int
set_up_timers(void **state)
{
	memset(&timers, 0, sizeof(timers));
	memset(&gaps, 0, sizeof(gaps));
	return set_up(state);
}

int
main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up_timers, tear_down)
	const struct CMUnitTest tests[] = {
		CASE(an_idle_lcore_wakes),
		CASE(timers_are_read_in_turn_and_closed),
		CASE(after_a_second_rests_are_longer),
		CASE(timers_out_of_turn_are_set_anew),
		CASE(it_stays_awake_where_that_pays),
		CASE(a_frame_leaves_timers_in_turn),
		CASE(without_timers_it_sleeps_all_the_same),
	};

	return cmocka_run_group_tests(tests, unit_eal_start, unit_eal_stop);
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * What an idle worker costs and how late it is: bench_idle MODE [SECONDS [PACKETS [GAP_US]]],
 * and bench_idle nap: what a thread costs that does nothing but sleep as an idle worker does.
 *
 * One worker between two ports made of rings, with a classifier that passes every packet. First no
 * packet comes for so many seconds, and the CPU time of the worker's thread is read; then packets
 * come one by one, and each is timed from the ring that it comes in by to
 * the one that it leaves by.
 */
#include "engine.h"
#include "unit_eal.h"

#include <rte_cycles.h>
#include <rte_eth_ring.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>
#include <rte_random.h>
#include <rte_ring.h>

#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define SLOTS	    1024u
#define GAP_US	    10000 /* between two packets, and up to a quarter more or less: none of them */
#define GAP_MAX_US  500000
#define SPREAD	    4	   /* meets the worker's rhythm */
#define NAP_NS	    180000 /* as an idle worker's */
#define TIMERS	    4
#define NAPS	    10000
#define PACKETS_MAX 100000
#define LATE_S	    10

static const struct policy_view view;
static struct stats_block *stats;
static uint32_t reasons;
static pthread_t thread; /* of the worker: it writes, then sets `knows` */
static atomic_bool knows;

/* The program's own, instead of the room's. */
void
classify_burst(struct classify *classify, const struct policy_view *seen, struct rte_mbuf **pkts,
	uint16_t n, uint8_t *fates)
{
	(void)classify;
	(void)seen;
	(void)pkts;
	if (!atomic_load_explicit(&knows, memory_order_relaxed)) {
		thread = pthread_self();
		atomic_store(&knows, true);
	}
	memset(fates, CLASSIFY_PASS, n);
	stats_add(stats, reasons, n);
}

static void
die(const char *what)
{
	fprintf(stderr, "bench_idle: %s\n", what);
	exit(1);
}

static double
seconds_of(clockid_t clock)
{
	struct timespec t = {0};

	clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* CPU time of a thread over a time. */
struct span {
	double used, passed;
};

static void
begin(struct span *span, clockid_t clock)
{
	span->used = seconds_of(clock);
	span->passed = seconds_of(CLOCK_MONOTONIC);
}

static void
end(struct span *span, clockid_t clock)
{
	span->used = seconds_of(clock) - span->used;
	span->passed = seconds_of(CLOCK_MONOTONIC) - span->passed;
}

/* A port that receives from one ring and sends into another. */
static uint16_t
port_of_rings(const char *name, struct rte_ring *in, struct rte_ring *out, struct rte_mempool *pool)
{
	struct rte_eth_conf conf = {0};
	int port = rte_eth_from_rings(name, &in, 1, &out, 1, rte_socket_id());

	if (port < 0 || rte_eth_dev_configure((uint16_t)port, 1, 1, &conf) < 0 ||
		rte_eth_rx_queue_setup((uint16_t)port, 0, 64, rte_socket_id(), NULL, pool) < 0 ||
		rte_eth_tx_queue_setup((uint16_t)port, 0, 64, rte_socket_id(), NULL) < 0 ||
		rte_eth_dev_start((uint16_t)port) < 0)
		die("no port");
	return (uint16_t)port;
}

static struct rte_ring *
ring_new(const char *name)
{
	struct rte_ring *ring =
		rte_ring_create(name, SLOTS, (int)rte_socket_id(), RING_F_SP_ENQ | RING_F_SC_DEQ);

	if (ring == NULL)
		die("no ring");
	return ring;
}

static struct engine *
start(enum conf_idle idle, const uint16_t ports[2])
{
	struct stats_layout layout = {0};
	struct engine_conf conf = {.idle = idle,
		.node = unit_eal_node(),
		.burst = 32,
		.n_ports = 2,
		.frame_field = -1};
	struct engine_worker_conf worker = {.lcore = 1,
		.node = unit_eal_node(),
		.n_queues = 2,
		.queues = {{.port = ports[0], .descs = SLOTS}, {.port = ports[1], .descs = SLOTS}}};
	struct engine *engine;
	struct base_err err;

	reasons = stats_layout_add(&layout, "reason", NULL, 1);
	conf.stats_base = engine_stats(&layout);
	conf.peers[ports[0]] = ports[1];
	conf.peers[ports[1]] = ports[0];
	if (stats_block_new(&layout, 1, unit_eal_node(), &stats, &err) < 0)
		die(err.text);
	worker.stats = stats;
	if (engine_new(&conf, &engine, &err) < 0 || engine_worker_add(engine, &worker, &err) < 0)
		die(err.text);
	engine_publish(engine, 1, &view);
	if (engine_start(engine, &err) < 0)
		die(err.text);
	return engine;
}

/* Cycles from the ring in to the ring out. */
static uint64_t
send_one(struct rte_ring *in, struct rte_ring *out, struct rte_mbuf *pkt)
{
	uint64_t begin = rte_rdtsc(), limit = LATE_S * rte_get_tsc_hz();
	void *back;

	if (rte_ring_enqueue(in, pkt) < 0)
		die("the ring is full");
	while (rte_ring_dequeue(out, &back) < 0) {
		if (rte_rdtsc() - begin > limit)
			die("a packet did not come back");
	}
	return rte_rdtsc() - begin;
}

static int
compare(const void *a, const void *b)
{
	uint64_t x, y;

	memcpy(&x, a, sizeof(x));
	memcpy(&y, b, sizeof(y));
	return (x > y) - (x < y);
}

static long
gap(long us)
{
	long ns = us * 1000, spread = ns / SPREAD;

	return ns - spread + (long)rte_rand_max((uint64_t)(2 * spread));
}

/* What is measured. */
struct asked {
	const char *mode;
	double seconds; /* without a packet */
	unsigned long packets;
	long gap_us;
};

static void
measure(const struct asked *asked, struct rte_ring *in, struct rte_ring *out, struct rte_mbuf *pkt)
{
	const struct timespec rest = {.tv_sec = (time_t)asked->seconds};
	unsigned long packets = asked->packets;
	uint64_t *delays = calloc(packets, sizeof(*delays));
	double us = 1e6 / (double)rte_get_tsc_hz();
	struct span quiet, spaced;
	clockid_t clock;

	if (delays == NULL)
		die("no memory");
	send_one(in, out, pkt);
	if (!atomic_load(&knows) || pthread_getcpuclockid(thread, &clock) != 0)
		die("the worker's thread is not known");
	begin(&quiet, clock);
	nanosleep(&rest, NULL);
	end(&quiet, clock);
	begin(&spaced, clock);
	for (unsigned long i = 0; i < packets; i++) {
		nanosleep(&(struct timespec){.tv_nsec = gap(asked->gap_us)}, NULL);
		delays[i] = send_one(in, out, pkt);
	}
	end(&spaced, clock);
	qsort(delays, packets, sizeof(*delays), compare);
	printf("%-9s %6.2f %% of a core over %.1f s without a packet, %.2f %% over %.1f s with one "
	       "every %.1f ms; delay of these: median %.1f us, 90 %% %.1f us, 99 %% %.1f us\n",
		asked->mode, 100 * quiet.used / quiet.passed, quiet.passed,
		100 * spaced.used / spaced.passed, spaced.passed, (double)asked->gap_us / 1000,
		(double)delays[packets / 2] * us, (double)delays[packets * 9 / 10] * us,
		(double)delays[packets * 99 / 100] * us);
	free(delays);
}

static int timers[TIMERS];
static uint32_t next_timer;

/* Timers that are due in turn, as those of an idle worker. */
static void
open_timers(void)
{
	struct itimerspec when = {.it_interval.tv_nsec = TIMERS * NAP_NS};

	for (uint32_t i = 0; i < TIMERS; i++) {
		when.it_value.tv_nsec = (i + 1) * NAP_NS;
		timers[i] = timerfd_create(CLOCK_MONOTONIC, 0);
		if (timers[i] < 0 || timerfd_settime(timers[i], 0, &when, NULL) < 0)
			die("no timer");
	}
}

static void
wait_timer(void)
{
	uint64_t times;

	if (read(timers[next_timer], &times, sizeof(times)) < 0)
		die("a timer cannot be read");
	next_timer = (next_timer + 1) % TIMERS;
}

static void
sleep_a_nap(void)
{
	nanosleep(&(struct timespec){.tv_nsec = NAP_NS}, NULL);
}

static void
measure_sleeps(const char *how, void (*sleep_once)(void))
{
	struct span span;

	begin(&span, CLOCK_THREAD_CPUTIME_ID);
	for (int i = 0; i < NAPS; i++)
		sleep_once();
	end(&span, CLOCK_THREAD_CPUTIME_ID);
	printf("a thread that only sleeps, %d us at a time, %s: %.2f %% of a core, %.1f us of CPU "
	       "time each\n",
		NAP_NS / 1000, how, 100 * span.used / span.passed, 1e6 * span.used / NAPS);
}

/* The floor: nothing but the sleeps. */
static int
measure_naps(void)
{
	prctl(PR_SET_TIMERSLACK, 1000, 0, 0, 0);
	measure_sleeps("nanosleep", sleep_a_nap);
	open_timers();
	measure_sleeps("timers in turn", wait_timer);
	return 0;
}

static enum conf_idle
mode_of(const char *word)
{
	if (strcmp(word, "spin") == 0)
		return CONF_IDLE_SPIN;
	if (strcmp(word, "pause") == 0)
		return CONF_IDLE_PAUSE;
	if (strcmp(word, "adaptive") != 0)
		die("MODE is spin, pause, adaptive or nap");
	return CONF_IDLE_ADAPTIVE;
}

int
main(int argc, char **argv)
{
	struct asked asked = {.seconds = argc > 2 ? strtod(argv[2], NULL) : 10,
		.packets = argc > 3 ? strtoul(argv[3], NULL, 10) : 1000,
		.gap_us = argc > 4 ? strtol(argv[4], NULL, 10) : GAP_US};
	struct rte_ring *in[2], *out[2];
	struct rte_mempool *pool;
	struct engine *engine;
	struct rte_mbuf *pkt;
	uint16_t ports[2];
	enum conf_idle idle;

	if (argc < 2 || asked.seconds <= 0 || asked.packets == 0 || asked.packets > PACKETS_MAX ||
		asked.gap_us < SPREAD || asked.gap_us >= GAP_MAX_US)
		die("usage: bench_idle MODE [SECONDS [PACKETS [GAP_US]]]");
	asked.mode = argv[1];
	if (strcmp(argv[1], "nap") == 0)
		return measure_naps();
	idle = mode_of(argv[1]);
	if (unit_eal_up(UNIT_EAL_MB) < 0)
		die("EAL does not start");
	pool = rte_pktmbuf_pool_create("pool", 2047, 32, 0, 512, unit_eal_node());
	if (pool == NULL || (pkt = rte_pktmbuf_alloc(pool)) == NULL)
		die("no mbufs");
	memset(rte_pktmbuf_append(pkt, 64), 0, 64);
	for (int i = 0; i < 2; i++) {
		in[i] = ring_new(i == 0 ? "in0" : "in1");
		out[i] = ring_new(i == 0 ? "out0" : "out1");
		ports[i] = port_of_rings(i == 0 ? "p0" : "p1", in[i], out[i], pool);
	}
	engine = start(idle, ports);
	measure(&asked, in[0], out[1], pkt);
	engine_drain(engine);
	if (engine_wait(engine, UINT64_C(10000000000), NULL) < 0)
		die("the worker does not end");
	engine_free(engine);
	return unit_eal_stop(NULL) < 0;
}

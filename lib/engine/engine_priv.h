/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef ENGINE_PRIV_H
#define ENGINE_PRIV_H

#include "engine.h"

#include <assert.h>
#include <stdatomic.h>
#include <stddef.h>

struct rte_rcu_qsbr;
struct rte_ring;

/* Indices into the set `engine`. */
enum engine_counter {
	ENGINE_PASSED,
	ENGINE_REPLIED,
	ENGINE_DROPPED,
	ENGINE_CYCLES,
	ENGINE_BYPASSED,
	ENGINE_RING_IN,
	ENGINE_RING_OUT,
	ENGINE_WATCHED,
	ENGINE_CYCLES_IDLE,
	ENGINE_PACKETS,
	ENGINE_AT,     /* no sum: enum engine_at */
	ENGINE_BURSTS, /* the first of ENGINE_BURST_SIZES */
	ENGINE_NB_COUNTERS = ENGINE_BURSTS + ENGINE_BURST_SIZES
};

/* What the main lcore wants; it only grows while a loop runs. */
enum engine_command {
	ENGINE_RUN,
	ENGINE_DRAIN,
	ENGINE_HALT
};

#define ENGINE_SOURCES	    64 /* samples that an lcore keeps of who sent what it received */
#define ENGINE_SOURCE_EVERY 16 /* bursts, on average */

#define ENGINE_TIMERS 4 /* that wake an idle lcore, one after the other */

/* Packets that go the same way. */
struct engine_bunch {
	struct rte_mbuf *pkts[CLASSIFY_BURST_MAX];
	uint16_t n;
};

/* A ring that an lcore fills. */
struct engine_out {
	struct rte_ring *ring;
	unsigned int to;		/* the lcore that empties it */
	const _Atomic bool *is_stalled; /* that lcore: control: wo, who fills the ring: ro */
	_Atomic uint32_t high; /* the lcore that fills it: wo, others: ro; packets in it at most */
	_Atomic uint64_t refused; /* likewise; packets that it did not take */
};

/* One lcore's loop. Immutable while it runs, but for what says who writes it. */
struct engine_worker {
	_Atomic(const struct policy_view *) view; /* control: wo, this lcore: ro */
	_Atomic bool is_stalled;		  /* control: wo, lcores that feed this one: ro */
	const _Atomic int *command;		  /* control: wo, lcores: ro; enum engine_command */
	const _Atomic bool *is_down;		  /* control: wo, lcores: ro; by port */
	struct rte_rcu_qsbr *rcu; /* says when this lcore holds no view; NULL: it never has one */
	struct classify *classify;
	struct stats_block *stats; /* this lcore: wo */
	uint32_t stats_base;
	uint32_t port_base; /* of the counters by port, ENGINE_NB_PORT_COUNTERS each */
	unsigned int lcore;
	bool watch; /* nothing is sent */
	int frame_field;
	enum conf_idle idle;
	uint32_t drain_rounds; /* at most so many at the end */
	uint16_t burst;
	uint16_t n_queues;
	struct engine_queue queues[ENGINE_QUEUES_MAX];
	uint16_t peers[ENGINE_PORTS_MAX];
	uint16_t tx_queues[ENGINE_PORTS_MAX];
	struct engine_sends sends[ENGINE_PORTS_MAX]; /* without a 0 */

	/* Not of ENGINE_WORKER. */
	_Alignas(64) _Atomic bool has_ended; /* this lcore: wo, those that it feeds: ro */
	enum engine_role role;
	enum conf_fate overload;
	enum conf_hash hash;
	uint32_t window;	    /* 0: frames go as they come */
	_Atomic uint64_t *released; /* ENGINE_TX: wo, ENGINE_RX: ro */
	struct rte_mbuf **order;    /* ENGINE_TX: of a window, by the number of the frame */
	uint16_t n_targets, n_outs, n_ins;
	uint16_t n_ports;		  /* ENGINE_TX: the highest port that it sends by, and 1 */
	uint8_t out_of[ENGINE_PORTS_MAX]; /* by port that a packet leaves by: which of outs */
	struct rte_ring *ins[ENGINE_INS_MAX];	     /* that this lcore empties */
	const _Atomic bool *feeders[ENGINE_INS_MAX]; /* has_ended of who fills that ring */

	/* this lcore: rw, nobody else */
	_Alignas(64) uint64_t frame; /* number of the last one received */
	uint32_t idle_rounds;	   /* without a packet that it stayed awake for; 0: there was one */
	uint32_t rests;		   /* after these rounds; counted for a second */
	uint32_t patience;	   /* after so many rounds it rests */
	uint32_t timer;		   /* of timers: which is due next */
	long rest_ns;		   /* from one to the next; 0: they are not due in turn */
	int timers[ENGINE_TIMERS]; /* file descriptors, -1: none */
	struct engine_out targets[ENGINE_FEEDS_MAX]; /* rings to classify lcores */
	struct engine_out outs[ENGINE_FEEDS_MAX];    /* rings to tx lcores */
	uint32_t to_sample; /* bursts to let go by before the next sample of who sends */
	uint32_t chance;    /* of a linear congruential generator */

	/* this lcore: wo, control: ro */
	_Alignas(64) _Atomic uint32_t n_sources;
	_Atomic uint64_t sources[ENGINE_SOURCES]; /* in turn: a source MAC, its port and 1 */
};

static_assert(
	offsetof(struct engine_worker, frame) / 64 != offsetof(struct engine_worker, view) / 64 &&
		offsetof(struct engine_worker, has_ended) / 64 !=
			offsetof(struct engine_worker, view) / 64 &&
		offsetof(struct engine_worker, frame) / 64 !=
			offsetof(struct engine_worker, has_ended) / 64,
	"what control, this lcore and others write or read lies on cache lines of their own");

struct engine {
	struct engine_conf conf;
	_Atomic int command;
	_Atomic bool is_down[ENGINE_PORTS_MAX]; /* engine_set_down() */
	struct rte_rcu_qsbr *rcu;		/* a state by lcore */
	uint32_t n_workers;
	struct engine_worker *workers[RTE_MAX_LCORE];
	const struct stats_block *blocks[RTE_MAX_LCORE];
	uint64_t left_in, left_out; /* what engine_sweep() or engine_count_left() found */
	uint32_t sources_read[RTE_MAX_LCORE];
};

/* The loops of the roles, as rte_eal_remote_launch() wants them; they end on a command. */
int engine_worker_run(void *arg);
int engine_rx_run(void *arg);
int engine_classify_run(void *arg);
int engine_tx_run(void *arg);
int engine_order_run(void *arg);

/* The states of all lcores, and one that classifies among them. */
int engine_rcu_new(struct engine *engine, struct base_err *err);
void engine_rcu_add(struct engine *engine, struct engine_worker *worker);

/* Between the two a view that this lcore has loaded stays; none is in hand at either. */
void engine_online(const struct engine_worker *worker);
void engine_offline(const struct engine_worker *worker);

/* Where a loop is; any thread. */
enum engine_at engine_at_of(const struct engine_worker *worker);

/* Sends by a port; what the device does not take is counted and freed. */
void engine_send(struct engine_worker *worker, uint16_t port, struct engine_bunch *out);

/* Empties the rings of lcores that have ended. */
void engine_sweep(struct engine *engine);

/* Frees the rings that lead to an lcore. */
void engine_free_rings(struct engine_worker *worker);

/* A round without a packet: spins, pauses or sleeps a little. No view is in hand. */
void engine_idle(struct engine_worker *worker);

/* There is a packet again: whether the next gap is worth to stay awake for depends on this one. */
void engine_idle_over(struct engine_worker *worker);

/* Sleeps a little where an idle lcore may; false: it may not, and did not. */
bool engine_nap(const struct engine_worker *worker);

/* Waits in the CPU until a packet comes in by the one queue, or a little. */
void engine_monitor(const struct engine_worker *worker);

/* Before the first round, by the lcore itself: what short sleeps need of the kernel; and behind the
 * last one. */
void engine_idle_begin(struct engine_worker *worker);
void engine_idle_end(struct engine_worker *worker);

#endif

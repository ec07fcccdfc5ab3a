/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef ENGINE_H
#define ENGINE_H

/**
 * @file
 * The lcores' loops, start and drain, the views that they decide by: workers that receive, classify
 * and send, or rx, classify and tx lcores with a ring for each pair that hands packets on.
 *
 * Threads: one thread, on the main lcore, makes, starts and stops; worker lcores run the loop; any
 *   thread reads counters.
 * Memory: a loop's state lies on its lcore's node, a ring on that of the lcore which empties it,
 *   both through place; the engine itself is on the heap.
 * Hot path: the loops (engine_worker.c, engine_stage.c, engine_send.c).
 */

#include "base_err.h"
#include "classify.h"
#include "conf.h"
#include "stats.h"

#include <stdbool.h>
#include <stdint.h>

#define ENGINE_PORTS_MAX  CLASSIFY_PORTS_MAX
#define ENGINE_QUEUES_MAX CONF_POLLS_MAX       /**< that one lcore polls */
#define ENGINE_FEEDS_MAX  CONF_FEEDS_MAX       /**< lcores of one role that an lcore feeds */
#define ENGINE_INS_MAX	  (2 * CONF_FEEDS_MAX) /**< rings that one lcore empties */

/** Which frames a port sends. */
struct engine_sends {
	uint32_t frame_max; /**< octets of the longest; 0: any */
	uint16_t segs_max;  /**< mbufs that one may lie in; 0: any */
};

/** What every worker of an engine has in common. */
struct engine_conf {
	enum conf_idle idle;
	int node;	/**< of the main lcore: where the lcores' states lie */
	uint16_t burst; /**< packets, at most CLASSIFY_BURST_MAX */
	uint16_t n_ports;
	uint16_t peers[ENGINE_PORTS_MAX]; /**< by ethdev port id: where passed packets leave */
	struct engine_sends sends[ENGINE_PORTS_MAX]; /**< likewise; others are refused */
	bool watch;		 /**< [weir] mode = tap: what would be sent is counted and freed */
	enum conf_fate overload; /**< what becomes of a packet that a classify lcore's full ring
				    does not take */
	enum conf_hash hash;	 /**< what decides on a packet's classify lcore */
	uint32_t window; /**< frames that may be on their way at once, a power of two: the one tx
			    lcore sends them in the order of their numbers, which are received by
			    one rx lcore, and nothing is lost in rings of more slots; 0: as they
			    come */
	_Atomic uint64_t *released; /**< with a window: all frames up to this one have been sent;
				       0 before the start; the caller's */
	int frame_field;     /**< offset of the mbuf field that takes a frame's number; -1: none */
	uint32_t stats_base; /**< from engine_stats() */
};

/** A receive queue. */
struct engine_queue {
	uint16_t port; /**< ethdev port id */
	uint16_t queue;
	uint16_t descs; /**< how many frames it can hold: a drain takes them all */
	bool sets_port; /**< its device writes into an mbuf which port it came in by; else the loop
			 */
};

/** What an lcore's loop does. */
enum engine_role {
	ENGINE_WORKER,	 /**< all */
	ENGINE_RX,	 /**< receives, hands out to classify lcores by the flow of a packet */
	ENGINE_CLASSIFY, /**< classifies, hands on to tx lcores by the port that a packet leaves by
			  */
	ENGINE_TX,	 /**< sends */
};

/** One lcore. What its role has no use for is not read. */
struct engine_worker_conf {
	unsigned int lcore;
	int node;
	enum engine_role role;
	uint16_t n_queues;
	struct engine_queue queues[ENGINE_QUEUES_MAX];
	uint16_t tx_queues[ENGINE_PORTS_MAX]; /**< by ethdev port id: its own queue to send by */
	struct classify *classify;	      /**< the lcore's; stays the caller's */
	struct stats_block *stats;	      /**< likewise */
};

/** A ring of one producer and one consumer: rx to classify, classify to tx, or rx to tx, which is
 * the by-pass of a classify lcore that does not keep up. */
struct engine_ring_conf {
	unsigned int from, to; /**< lcores */
	int node;	       /**< of the lcore that empties it */
	uint32_t slots;	       /**< a power of two, one more than it holds */
	uint32_t ports; /**< to a tx lcore: bit n, packets that leave by ethdev port n go in here */
};

/** Sums over all workers. */
struct engine_totals {
	uint64_t received;
	uint64_t passed;   /**< fate CLASSIFY_PASS */
	uint64_t replied;  /**< fate CLASSIFY_REPLY */
	uint64_t dropped;  /**< fate CLASSIFY_DROP */
	uint64_t sent;	   /**< that a device took */
	uint64_t refused;  /**< that a device did not take: freed */
	uint64_t unfit;	   /**< of these: longer than it sends, or in more mbufs */
	uint64_t down;	   /**< of these: its link was known to be down */
	uint64_t watched;  /**< that would have been sent, were it no tap: freed */
	uint64_t bypassed; /**< sent on unclassified, a classify lcore's ring being full */
	uint64_t ring_in;  /**< that no ring took before classification: freed */
	uint64_t ring_out; /**< that no ring to a tx lcore took behind it: freed */
	uint64_t left_in;  /**< that lay in the rings to classify lcores at the end */
	uint64_t left_out; /**< likewise, in those to tx lcores */
	uint64_t cycles;   /**< of the TSC, in rounds of the loop that had packets */
};

struct engine;

/**
 * Makes the mbuf field that bears a frame's number in a replay (uint64_t, from 1).
 *
 * @param offset of the field in an mbuf
 * @return 0, -ENOSPC
 */
int engine_frame_field(int *offset, struct base_err *err);

/** Adds what a worker counts to a layout; returns the base. */
uint32_t engine_stats(struct stats_layout *layout);

/** Octets of what a tx lcore needs to put a window of frames in order. */
size_t engine_order_bytes(uint32_t window);

/** Octets of what tells when an lcore holds no view. */
size_t engine_rcu_bytes(void);

/** Octets of one worker. */
size_t engine_worker_bytes(void);

/** Whether this CPU can wait for a write to memory. */
bool engine_cpu_monitors(void);

/**
 * Whether lcores can be idle as asked for.
 *
 * @param cpu_monitors from engine_cpu_monitors()
 * @return 0; -ENOTSUP: CONF_IDLE_MONITOR without such a CPU
 */
int engine_idle_check(enum conf_idle idle, bool cpu_monitors, struct base_err *err);

/**
 * Makes an engine without workers.
 *
 * @param out the engine, NULL on failure
 * @return 0; -EINVAL: the burst is 0 or too long; -ENOTSUP: engine_idle_check(); -ENOMEM; -ENODEV:
 * no such node
 */
int engine_new(const struct engine_conf *conf, struct engine **out, struct base_err *err);

/**
 * Adds a worker; its lcore stays parked until engine_start(), its view is none.
 *
 * @param conf copied
 * @return 0; -EINVAL: no worker lcore of EAL, or one that has a worker; -ENOMEM
 */
int engine_worker_add(
	struct engine *engine, const struct engine_worker_conf *conf, struct base_err *err);

/** Octets of a ring. */
uint64_t engine_ring_bytes(uint32_t slots);

/**
 * Makes a ring between two lcores that have been added.
 *
 * @return 0; -EINVAL: roles between which no ring leads, too many rings of one lcore; -ENOMEM
 */
int engine_ring_add(
	struct engine *engine, const struct engine_ring_conf *conf, struct base_err *err);

/**
 * Gives an lcore the view that its next burst is decided by. The view stays the caller's. The one
 * before must live until engine_await() has returned 0 for a token taken after this call.
 *
 * Threads: one at a time, whichever, also while lcores run.
 */
void engine_publish(struct engine *engine, unsigned int lcore, const struct policy_view *view);

/**
 * Begins to wait for every burst that is in hand: what was published before the last
 * engine_publish() may be in use by them, and by none that begins later.
 *
 * @return a token for engine_is_held() and engine_await()
 */
uint64_t engine_retire(struct engine *engine);

/**
 * Whether a burst that began before the token was taken is still in hand. An lcore that sleeps,
 * has not been started or has ended holds nothing.
 *
 * @param lcore the first that has one; set with true only
 */
bool engine_is_held(const struct engine *engine, uint64_t token, unsigned int *lcore);

/**
 * Waits until no such burst is in hand.
 *
 * @param limit_ns at most so long
 * @return 0; -EBUSY with the lcore in err: nothing of the old views may be freed; call again
 */
int engine_await(
	const struct engine *engine, uint64_t token, uint64_t limit_ns, struct base_err *err);

/**
 * Starts the loops: tx first, then classify, then those that receive. Every lcore that classifies
 * has a view.
 *
 * @return 0; -EINVAL: a worker without a view; -EBUSY: an lcore runs something else
 */
int engine_start(struct engine *engine, struct base_err *err);

/** Tells the lcores to take what their queues hold now, to send what is due, and to end. */
void engine_drain(struct engine *engine);

/** Tells the lcores to end after the burst in hand. */
void engine_halt(struct engine *engine);

/** Whether no worker runs its loop any more. */
bool engine_has_ended(const struct engine *engine);

/**
 * Waits until no worker runs its loop; frees and counts what rings still hold, which is nothing
 * unless a drain was cut short.
 *
 * @param limit_ns at most so long
 * @return 0; -ETIMEDOUT, with the lcore that does not end in err
 */
int engine_wait(struct engine *engine, uint64_t limit_ns, struct base_err *err);

/** Of an engine whose lcores do not end, which is given up: counts what the rings hold as left in
 * them, once. What an lcore has in hand, a burst at most, remains without an account. */
void engine_count_left(struct engine *engine);

/**
 * Says whether a port's link is down: what would leave by it is then freed, and counted as refused,
 * where its device would keep it for when the link is back. Any time; from each lcore's next burst.
 *
 * @param port ethdev port id
 */
void engine_set_down(struct engine *engine, uint16_t port, bool down);

/** Sums of what the workers counted; exact once they have ended. */
void engine_read_totals(const struct engine *engine, struct engine_totals *out);

/** One of the numbers of a worker's port: frames received, sent, refused. */
enum engine_port_counter {
	ENGINE_PORT_RX,
	ENGINE_PORT_TX,
	ENGINE_PORT_REFUSED,
	ENGINE_PORT_UNFIT, /* of those refused */
	ENGINE_PORT_DOWN,  /* likewise */
	ENGINE_NB_PORT_COUNTERS
};

/** The sum over all workers of one number of a port. */
uint64_t engine_read_port(
	const struct engine *engine, uint16_t port, enum engine_port_counter counter);

/**
 * Holds the counters against the law: received = classified + bypassed + ring_in + left_in;
 * classified = sum of the terminal reasons = passed + replied + dropped; passed + replied +
 * bypassed = sent + refused + watched + ring_out + left_out. After the workers have ended.
 *
 * @param reasons the set that the classifiers count every packet in once
 * @return 0; -EPROTO with the numbers in err
 */
int engine_check(
	const struct engine *engine, const struct stats_set *reasons, struct base_err *err);

/** Sizes by which bursts are counted: 1, 2 to 8, 9 to 16, 17 to 31, 32 to 64 packets. */
#define ENGINE_BURST_SIZES 5

/** Where a loop is in its turn. */
#define ENGINE_PLACES(X)                              \
	X(start, "before its first turn")             \
	X(receive, "receiving from a port")           \
	X(hand_out, "handing out to classify lcores") \
	X(take, "taking from a ring")                 \
	X(classify, "classifying")                    \
	X(hand_on, "handing on to tx lcores")         \
	X(send, "sending by a port")                  \
	X(idle, "idle")

enum engine_at {
#define X(name, help) ENGINE_AT_##name,
	ENGINE_PLACES(X)
#undef X
	ENGINE_AT_COUNT
};

/** A place in words. */
const char *engine_at_words(enum engine_at at);

/** What one lcore did since it was started. */
struct engine_lcore {
	unsigned int lcore;
	enum engine_role role;
	enum engine_at at;    /**< where its loop is, or was last */
	bool is_stalled;      /**< a watchdog says so (engine_watch.h) */
	uint64_t cycles_busy; /**< of the TSC, in turns of its loop that had packets */
	uint64_t cycles_idle; /**< in the others, sleep included */
	uint64_t packets;     /**< that its loop took in */
	uint64_t bursts[ENGINE_BURST_SIZES];
};

/** How many lcores an engine has. */
uint32_t engine_n_lcores(const struct engine *engine);

/** Reads what lcore number i, in the order of engine_worker_add(), did; any thread. */
void engine_read_lcore(const struct engine *engine, uint32_t i, struct engine_lcore *out);

/** One ring between two lcores. */
struct engine_ring {
	unsigned int from, to; /**< lcores */
	bool is_bypass;	       /**< from an rx to a tx lcore */
	uint32_t size;	       /**< packets it holds */
	uint32_t used;	       /**< in it now */
	uint32_t high;	       /**< in it at most, as its producer saw it */
	uint64_t refused;      /**< packets it did not take; these go by, or are freed */
};

/** Calls visit for each ring, by the lcore that fills it; any thread. */
void engine_walk_rings(const struct engine *engine,
	void (*visit)(void *arg, const struct engine_ring *ring), void *arg);

/** The counter blocks of the workers, for stats_sum(); n is set. Borrowed. */
const struct stats_block *const *engine_blocks(const struct engine *engine, uint32_t *n);

/**
 * Hands on whom frames came from since the last call: of each lcore that receives a sample, the
 * first frame of one burst in sixteen, at distances that chance decides, the last 64 of them. It
 * costs an lcore a subtraction a burst, and of one in sixteen a load, a store and a division.
 *
 * @param visit a source MAC, its six octets in the low bits of a uint64_t in memory order, and the
 *   port (ethdev's id)
 */
void engine_read_sources(
	struct engine *engine, void (*visit)(void *arg, uint64_t mac, uint16_t port), void *arg);

/** Frees an engine whose workers have ended; NULL is fine. */
void engine_free(struct engine *engine);

#endif

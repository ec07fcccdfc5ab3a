/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef QLOG_H
#define QLOG_H

/**
 * @file
 * One record a DNS message, from an lcore's ring to a writer thread.
 *
 * Threads: each ring has one writing lcore (qlog_reserve, qlog_commit) and is read by the writer
 *   thread alone; the other functions belong to the thread that made the log.
 * Memory: a ring is one rte_ring `weir_qlog_LCORE` of whole records on the writing lcore's node,
 *   through place; the log itself is on the heap.
 * Hot path: qlog_reserve() and qlog_commit().
 */

#include "base_addr.h"
#include "base_err.h"
#include "stats.h"

#include <stdbool.h>
#include <stdint.h>

#define QLOG_QNAME_MAX 255 /**< octets of a name on the wire (RFC 1035 section 3.1) */

/** One DNS message and what was decided of it, in plain numbers: this room knows no policy. */
struct qlog_record {
	uint64_t frame;		   /**< of a replay: the number of the frame, from 1; live: 0 */
	uint64_t time_ns;	   /**< when the frame came in */
	struct base_addr src, dst; /**< of the packet */
	uint16_t sport, dport;	   /**< host order */
	uint16_t id, qtype;	   /**< of the message, host order */
	uint16_t reason;	   /**< the packet's terminal reason */
	uint16_t cond;		   /**< of the verdict, as are all that follow */
	int16_t list;		   /**< -1: no list decided */
	uint8_t action;
	uint8_t kind;
	uint8_t class;
	uint8_t labels;
	uint32_t name_id;
	uint32_t generation;
	uint8_t transport;	       /**< 17 or 6 */
	uint8_t qr;		       /**< 0: query, 1: response */
	uint8_t qname_len;	       /**< octets with the root's; 0: no name could be read */
	uint8_t qname[QLOG_QNAME_MAX]; /**< as on the wire, case kept */
};

/** What happens to a record that finds its ring full. */
enum qlog_mode {
	QLOG_LOSE, /**< it is lost, and counted: live traffic does not wait */
	QLOG_WAIT, /**< the lcore waits for the writer: a replay loses nothing */
};

/**
 * Where records go; called by the writer thread, and by it alone.
 *
 * @param ctx as given to qlog_new()
 * @return 0; a negative errno value, its sentence in err: this and all later records are thrown
 * away, qlog_stop() tells
 */
typedef int (*qlog_sink)(void *ctx, const struct qlog_record *record, struct base_err *err);

struct qlog;
struct qlog_ring;

/** What qlog_ring_new() needs to know. */
struct qlog_ring_conf {
	unsigned int lcore; /**< the one that writes */
	int node;	    /**< its NUMA node */
	uint32_t records;   /**< room in the ring, at least; a power of two is used */
	enum qlog_mode mode;
	struct stats_block *stats; /**< of the lcore */
	uint32_t stats_base;	   /**< from qlog_stats() */
};

/** Adds the set `qlog` { written, waited, lost } to a layout; returns the index of its first. */
uint32_t qlog_stats(struct stats_layout *layout);

/** Octets that the ring of so many records takes. */
size_t qlog_ring_bytes(uint32_t records);

/**
 * Makes a log without rings.
 *
 * @param sink gets every record, in the writer thread
 * @param ctx handed to the sink
 * @param out the log, NULL on failure
 * @return 0, -ENOMEM
 */
int qlog_new(qlog_sink sink, void *ctx, struct qlog **out, struct base_err *err);

/**
 * Makes the ring of one lcore. Before qlog_start().
 *
 * @param out the ring, NULL on failure; it belongs to the log
 * @return 0; -ENOMEM; -EEXIST: the lcore has one; -ENOSPC: too many rings
 */
int qlog_ring_new(struct qlog *log, const struct qlog_ring_conf *conf, struct qlog_ring **out,
	struct base_err *err);

/**
 * Has records of several lcores written in the order of their frames. Each ring holds more than a
 * burst of records, and each lcore classifies its frames in their order. Before qlog_start().
 *
 * @param released every record of a frame up to this one has been committed before the number was
 *   stored (release); the log reads it as long as its writer runs
 */
void qlog_order(struct qlog *log, const _Atomic uint64_t *released);

/**
 * Starts the writer thread, on the CPUs that EAL leaves to its control threads.
 *
 * @return 0 or a negative errno value
 */
int qlog_start(struct qlog *log, struct base_err *err);

/**
 * Writes what is in the rings and ends the writer thread. The lcores have stopped writing.
 *
 * @return 0; what the sink failed with, its sentence in err
 */
int qlog_stop(struct qlog *log, struct base_err *err);

/** Frees a log and its rings, stopping it first if need be; NULL is fine. */
void qlog_free(struct qlog *log);

/**
 * Room for the lcore's next record, in the ring itself: fill it, then qlog_commit().
 *
 * @return NULL when the ring is full in mode QLOG_LOSE; counted. Never in mode QLOG_WAIT.
 */
struct qlog_record *qlog_reserve(struct qlog_ring *ring);

/** Hands the record of the last qlog_reserve() to the writer. */
void qlog_commit(struct qlog_ring *ring);

#endif

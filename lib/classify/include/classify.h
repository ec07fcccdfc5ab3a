/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef CLASSIFY_H
#define CLASSIFY_H

/**
 * @file
 * A burst of packets in, a burst of fates out: decode, observe, group, match, scan, decide,
 * sample, act, each stage over the whole burst before the next begins.
 *
 * Threads: a classifier belongs to one lcore.
 * Memory: on that lcore's node, through place; classify_burst() takes mbufs from a packet's own
 *   pool and nothing else.
 * Hot path: classify_burst().
 */

#include "base_err.h"
#include "classify_reason.h"
#include "classify_sample.h"
#include "conf.h"
#include "policy_view.h"
#include "qlog.h"
#include "stats.h"

#include <rte_mbuf.h>

#include <stdbool.h>
#include <stdint.h>

#define CLASSIFY_BURST_MAX 64
#define CLASSIFY_PORTS_MAX 32 /* RTE_MAX_ETHPORTS of Debian's DPDK */

/** What is to be done with a packet. */
enum classify_fate {
	CLASSIFY_PASS,	/**< leaves by the peer of the port it came in on, as it came; with the
			   reason  passed_capped its TTLs are lower */
	CLASSIFY_REPLY, /**< is an answer now: leaves by the port it came in on */
	CLASSIFY_DROP,	/**< to be freed */
};

/** What an answer needs to know of the port that a query came in on. */
struct classify_port {
	enum conf_side side;
	uint16_t mtu;	   /**< octets of an IP packet that leaves by it */
	uint16_t index;	   /**< in conf.ports; POLICY_PORT_NONE: the INI does not name it */
	uint16_t peer;	   /**< likewise, of the port by which what passes leaves */
	bool csum_offload; /**< it makes IPv4 and UDP checksums (RTE_ETH_TX_OFFLOAD_*_CKSUM) */
};

/** What a classifier is made from. */
struct classify_conf {
	struct classify_port ports[CLASSIFY_PORTS_MAX]; /**< by ethdev port id */
	struct stats_block *stats;			/**< the lcore's */
	uint32_t stats_base;				/**< from classify_stats() */
	struct qlog_ring *log;		/**< the lcore's; NULL: no records are made */
	struct classify_sample *sample; /**< the lcore's; NULL: none is kept */
	int frame_field; /**< offset of the mbuf dynamic field (uint64_t) that bears the
			    frame's number; -1: none */
	int time_field;	 /**< likewise of the time it was captured at, us since 1970 (uint64_t);
			    -1: none. Asked by views of POLICY_AT_FRAMES */
	unsigned int lcore;
	int node;
};

struct classify;

/** Adds what a classifier counts to a layout: `reason`, `list`, `log` and `stage`
 * (classify_stage.h); returns the base. */
uint32_t classify_stats(struct stats_layout *layout);

/** Octets of a classifier. */
size_t classify_bytes(void);

/**
 * Makes an lcore's classifier.
 *
 * @param out NULL on failure
 * @return 0, -ENOMEM
 */
int classify_new(const struct classify_conf *conf, struct classify **out, struct base_err *err);

/**
 * Tells what time it is. Any thread, one at a time, while the lcore classifies: as often as TTLs
 * are to be exact.
 *
 * @param now_us us since 1970; the latest time that it can be before the next call
 */
void classify_set_time(struct classify *classify, int64_t now_us);

/** Frees a classifier; NULL is fine. */
void classify_free(struct classify *classify);

/**
 * Classifies a burst. Each packet is counted under its reason; a query that a list blocks becomes
 * its answer, in place where the mbuf allows it (one segment, one reference, room), else in a new
 * mbuf that takes its place in pkts.
 *
 * @param view of this lcore's policy, for this burst
 * @param pkts mbufs whose `port` tells where they came in
 * @param n at most CLASSIFY_BURST_MAX
 * @param fates takes an enum classify_fate for each
 */
void classify_burst(struct classify *classify, const struct policy_view *view,
	struct rte_mbuf **pkts, uint16_t n, uint8_t *fates);

#endif

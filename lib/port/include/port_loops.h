/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef PORT_LOOPS_H
#define PORT_LOOPS_H

/**
 * @file
 * A loop around a bridge, found by a MAC that sends on both of its sides in turn.
 *
 * Threads: the main lcore alone.
 * Memory: the caller's.
 * Hot path: no: it is fed with a sample.
 */

#include <stdbool.h>
#include <stdint.h>

#define PORT_LOOPS_BITS	     10
#define PORT_LOOPS_MACS	     (1 << PORT_LOOPS_BITS) /**< remembered */
#define PORT_LOOPS_SPAN_NS   UINT64_C(10000000000) /**< turns further apart are a host that moves */
#define PORT_LOOPS_TURNS     2			   /**< there and back: a host moves once */
#define PORT_LOOPS_SILENT_NS UINT64_C(60000000000) /**< between two that are told */

struct port_loops_mac {
	uint64_t mac, seen_ns;
	uint16_t port;
	uint16_t turns;
};

/** Zero to begin with. */
struct port_loops {
	struct port_loops_mac macs[PORT_LOOPS_MACS];
	uint64_t told_ns;
	uint64_t suppressed; /**< findings since the last one that was told */
};

/**
 * A frame came from a MAC in at a port.
 *
 * @param mac its octets in the low bits, in memory order
 * @param port any number of a port that has a peer
 * @param now_ns of a clock that does not go back, not 0
 * @return whether to tell: it was seen at another port before, and back, within the span; not told
 *   more often than once in PORT_LOOPS_SILENT_NS
 */
bool port_loops_see(struct port_loops *loops, uint64_t mac, uint16_t port, uint64_t now_ns);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef ENGINE_RINGS_UNIT_H
#define ENGINE_RINGS_UNIT_H

/** @file Two ports made of rings, p0 and p1, for a test that is the far side of both. */

#include "unit.h"
#include "unit_eal.h"

#include <rte_dev.h>
#include <rte_eth_ring.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>
#include <rte_ring.h>

#define QUEUES_MAX 2

/* A started port that receives from `in`; all its transmit queues end in `out`. */
static inline uint16_t
port_of_rings(const char *name, struct rte_ring *in, struct rte_ring *out, uint16_t tx_queues,
	struct rte_mempool *pool)
{
	unsigned int node = (unsigned int)unit_eal_node();
	struct rte_ring *outs[QUEUES_MAX] = {out, out};
	struct rte_eth_conf conf = {0};
	int port = rte_eth_from_rings(name, &in, 1, outs, tx_queues, node);

	assert_true(port >= 0);
	assert_int_equal(rte_eth_dev_configure((uint16_t)port, 1, tx_queues, &conf), 0);
	assert_int_equal(rte_eth_rx_queue_setup((uint16_t)port, 0, 64, node, NULL, pool), 0);
	for (uint16_t queue = 0; queue < tx_queues; queue++)
		assert_int_equal(rte_eth_tx_queue_setup((uint16_t)port, queue, 64, node, NULL), 0);
	assert_int_equal(rte_eth_dev_start((uint16_t)port), 0);
	return (uint16_t)port;
}

static inline uint32_t
empty(struct rte_ring *ring)
{
	void *pkt;
	uint32_t n = 0;

	for (; rte_ring_dequeue(ring, &pkt) == 0; n++)
		rte_pktmbuf_free(pkt);
	return n;
}

static inline void
close_ports(struct rte_ring *const in[2], struct rte_ring *const out[2], const uint16_t ports[2])
{
	for (int i = 0; i < 2; i++) {
		empty(in[i]);
		empty(out[i]);
		rte_eth_dev_stop(ports[i]);
		rte_eth_dev_close(ports[i]);
		rte_eal_hotplug_remove("vdev", i == 0 ? "net_ring_p0" : "net_ring_p1");
		rte_ring_free(in[i]);
		rte_ring_free(out[i]);
	}
}

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef PORT_CONF_UNIT_H
#define PORT_CONF_UNIT_H

/** @file A port as the tests of this room ask for it: one queue each way, a small pool. */

#include "port.h"
#include "unit_eal.h"

#include <rte_mbuf.h>

static inline struct port_conf
port_conf_of(const char *devargs)
{
	return (struct port_conf){.name = "lan",
		.devargs = devargs,
		.node = -1,
		.poll_node = unit_eal_node(),
		.rx_queues = 1,
		.tx_queues = 1,
		.rx_desc = 64,
		.tx_desc = 64,
		.mtu = 1500,
		.pool = {.mbufs = 511, .cache = 32, .data_room = 2048 + RTE_PKTMBUF_HEADROOM}};
}

#endif

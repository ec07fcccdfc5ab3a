/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * What devices hold when nobody hands them frames any more. Their own count tells: descriptors do
 * not, as several drivers of DPDK 22.11 ask one that the device never reports (em, ixgbe, i40e,
 * ice: rounded up to a multiple of tx_rs_thresh), and others have none to ask.
 */
#include "base_clock.h"
#include "port_priv.h"

#include <rte_ethdev.h>

#include <string.h>
#include <time.h>

#define LOOK_NS 1000000 /* between looks at the counters */

bool
port_counted(const struct port *port, uint64_t *frames)
{
	struct rte_eth_stats stats;

	if (rte_eth_stats_get(port->id, &stats) < 0)
		return false;
	*frames = stats.opackets + stats.oerrors;
	return true;
}

/* Frames that a device has not counted. It cannot hold more than it has descriptors: a count that
 * is further away, or ahead, is not of our frames alone, or has wrapped. */
static uint64_t
lag_of(const struct port *port, uint64_t handed)
{
	uint64_t now, lag;

	if (!port->counts_sent || !port_counted(port, &now))
		return 0;
	lag = handed - (now - port->counted);
	return lag > (uint64_t)port->tx_queues * port->tx_desc ? 0 : lag;
}

/* Returns whether one of them lags. */
static bool
look(const struct port *ports, uint32_t n, const uint64_t *handed, uint64_t *left)
{
	bool lags = false;

	for (uint32_t i = 0; i < n; i++) {
		left[i] = handed[i] == 0 ? 0 : lag_of(&ports[i], handed[i]);
		lags |= left[i] > 0;
	}
	return lags;
}

static bool
is_any(const uint64_t *handed, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		if (handed[i] > 0)
			return true;
	}
	return false;
}

void
port_await_sent(const struct port *ports, uint32_t n, const uint64_t *handed, uint64_t *left)
{
	const struct timespec pause = {.tv_nsec = LOOK_NS};
	uint64_t begin = base_clock_ns(), waited = 0;

	memset(left, 0, n * sizeof(*left));
	if (!is_any(handed, n))
		return;
	while (waited < PORT_SENT_LEAST_NS ||
		(look(ports, n, handed, left) && waited < PORT_SENT_LIMIT_NS)) {
		nanosleep(&pause, NULL);
		waited = base_clock_ns() - begin;
	}
}

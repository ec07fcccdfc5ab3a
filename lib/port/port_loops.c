/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "port_loops.h"

#include <rte_byteorder.h>

/* The first octet's lowest bit: a group, which sends nothing; a frame that says so is broken. */
static bool
is_host(uint64_t mac)
{
	const uint8_t first = (uint8_t)(rte_cpu_to_le_64(mac) & 0xff);

	return mac != 0 && (first & 1) == 0;
}

/* A MAC's place; of two that meet there the later one stays. */
static struct port_loops_mac *
place_of(struct port_loops *loops, uint64_t mac)
{
	uint64_t hash = mac * UINT64_C(0x9e3779b97f4a7c15);

	return &loops->macs[hash >> (64 - PORT_LOOPS_BITS)];
}

/* Findings are told once, then counted for a while. */
static bool
may_tell(struct port_loops *loops, uint64_t now_ns)
{
	if (loops->told_ns != 0 && now_ns - loops->told_ns < PORT_LOOPS_SILENT_NS) {
		loops->suppressed++;
		return false;
	}
	loops->told_ns = now_ns;
	return true;
}

bool
port_loops_see(struct port_loops *loops, uint64_t mac, uint16_t port, uint64_t now_ns)
{
	struct port_loops_mac *found = place_of(loops, mac);
	bool is_old = found->mac != mac || now_ns - found->seen_ns > PORT_LOOPS_SPAN_NS;
	uint16_t turns;

	if (!is_host(mac))
		return false;
	turns = is_old ? 0 : (uint16_t)(found->turns + (found->port != port));
	*found = (struct port_loops_mac){
		.mac = mac, .seen_ns = now_ns, .port = port, .turns = turns};
	if (turns < PORT_LOOPS_TURNS)
		return false;
	found->turns = 0;
	return may_tell(loops, now_ns);
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef PKT_FLOW_H
#define PKT_FLOW_H

/**
 * @file
 * A number for the flow of a frame, the same in both directions: what brings all of a flow to one
 * lcore.
 *
 * Threads: any; nothing is kept between calls.
 * Memory: the octets are the caller's; nothing is allocated.
 * Hot path: yes.
 */

#include <stdbool.h>
#include <stdint.h>

/**
 * Hashes the unordered pair of a frame's IP addresses, so that both directions of a client-server
 * pair, all its connections and all its fragments get the same number. A frame without IP (ARP,
 * LLDP, more than two VLAN tags, ...) gets 0: all of them keep their order, too. VLAN tags do not
 * count.
 *
 * With ports the unordered pair of UDP or TCP ports counts, too, where they stand behind an IPv4
 * header or right behind that of IPv6: a fragment of any kind, and a packet with extension
 * headers, gets the number of its addresses alone, so that the pieces of a datagram stay together.
 *
 * @param frame from the destination MAC address on; never read at or behind frame + len
 * @param len octets that lie there in one piece; those of the IP addresses suffice
 * @param ports whether the ports count
 */
uint32_t pkt_flow_hash(const uint8_t *frame, uint32_t len, bool ports);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef PKT_TURN_H
#define PKT_TURN_H

/**
 * @file
 * A UDP request frame turned round, in place, into the frame of its reply.
 *
 * Threads: any. Memory: the frame is the caller's and contiguous; nothing is allocated.
 * Hot path: yes.
 *
 * In this order: pkt_turn_prepare() moves the request's payload to where the reply's will stand,
 * the caller makes the reply's payload of it there, pkt_turn_round() writes the headers in front.
 * From pkt_turn_prepare() on the frame is no request any more: it is answered or dropped.
 */

#include "pkt_decode.h"

#include <stdint.h>

/** Who makes the checksums of a reply; what leaves on the wire is the same. */
enum pkt_csum {
	PKT_CSUM_SOFT,	  /**< pkt_turn_round(), complete */
	PKT_CSUM_OFFLOAD, /**< the device: the IPv4 header checksum is left 0, the UDP checksum
			     holds the sum of the pseudo-header, as DPDK's IPv4 and UDP checksum
			     offloads want it; for the mbuf l2_len = l3_off, l3_len = l4_off -
			     l3_off */
};

/** Octets of the request as an IP packet; to be asked before pkt_turn_prepare(). */
static inline uint32_t
pkt_ip_len(const struct pkt_layers *layers)
{
	return (uint32_t)layers->end - layers->l3_off;
}

/** Octets of IP and UDP header in front of a reply's payload: 28 or 48. */
static inline uint32_t
pkt_reply_header_len(const struct pkt_layers *layers)
{
	return layers->ip_version == 4 ? 20 + 8 : 40 + 8;
}

/**
 * Moves UDP header and payload up to right behind a bare IP header: IPv4 options, IPv6 extension
 * headers and UDP surplus are gone, `layers` says where things now are. Addresses and ports stay
 * readable; lengths, protocol and checksums in the frame are stale until pkt_turn_round().
 *
 * @param layers of a UDP frame for which pkt_decode() said ok
 */
void pkt_turn_prepare(uint8_t *frame, struct pkt_layers *layers);

/**
 * Writes the headers of the reply: MAC addresses, IP addresses and ports swapped, VLAN tags kept
 * with their priority. The IP header is a fresh one. TTL or hop limit 64. DSCP 0 and Not-ECT: a
 * class is for the operator to give, and the reply takes no part in congestion control (RFC 3168
 * 5). IPv4: no options, DF set, so that an identification of 0 is allowed (RFC 6864 4.1). IPv6: no
 * extension headers, flow label 0 (RFC 6437 3: not labelled). A UDP checksum always, also where the
 * request had none; a sum of 0 is sent as 0xffff (RFC 768). A frame shorter than Ethernet's
 * minimum is not padded: the device does that.
 *
 * @param cap octets that the buffer holds from `frame` on
 * @param layers as pkt_turn_prepare() left them
 * @param payload_len octets of the reply, standing at frame + layers->payload_off
 * @return octets of the reply frame; 0 and nothing written when it does not fit into the buffer or
 *         into the 16-bit length fields, or when the layers are not prepared UDP
 */
uint32_t pkt_turn_round(uint8_t *frame, uint32_t cap, const struct pkt_layers *layers,
	uint16_t payload_len, enum pkt_csum csum);

#endif

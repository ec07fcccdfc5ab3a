/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef PKT_ADDR_H
#define PKT_ADDR_H

/**
 * @file
 * The addresses of a decoded frame, and whether an answer may go back to them.
 *
 * Threads: any. Memory: none is allocated. Hot path: yes.
 *
 * All take a frame and its layers with ip_version 4 or 6, as pkt_decode() left them.
 */

#include "base_addr.h"
#include "pkt_decode.h"

#include <stdbool.h>
#include <stdint.h>

#define PKT_MAC_LEN 6

static inline const uint8_t *
pkt_dst_mac(const uint8_t *frame)
{
	return frame;
}

static inline const uint8_t *
pkt_src_mac(const uint8_t *frame)
{
	return frame + PKT_MAC_LEN;
}

/** Octets of an IP address of the frame: 4 or 16. */
static inline uint32_t
pkt_ip_addr_len(const struct pkt_layers *layers)
{
	return layers->ip_version == 4 ? 4 : 16;
}

/** The source address, network order, in the frame. */
static inline const uint8_t *
pkt_src_ip(const uint8_t *frame, const struct pkt_layers *layers)
{
	return frame + layers->l3_off + (layers->ip_version == 4 ? 12 : 8);
}

/** The destination address, network order, in the frame. */
static inline const uint8_t *
pkt_dst_ip(const uint8_t *frame, const struct pkt_layers *layers)
{
	return frame + layers->l3_off + (layers->ip_version == 4 ? 16 : 24);
}

/** Copies the source address. */
void pkt_src_addr(const uint8_t *frame, const struct pkt_layers *layers, struct base_addr *out);

/** Copies the destination address. */
void pkt_dst_addr(const uint8_t *frame, const struct pkt_layers *layers, struct base_addr *out);

/**
 * Whether a reply turned round from this frame would be a packet that a host may send and another
 * expects (RFC 1122 3.2.1.3, RFC 4291 2.5 to 2.7): UDP; both MAC addresses and both IP addresses
 * unicast, neither unspecified nor loopback; source and destination address differ; the source
 * port is not 0 (RFC 768: no reply wanted); the destination is no waypoint of a routing header. A
 * directed broadcast cannot be told from its address; its MAC address gives it away.
 *
 * @param layers of a frame for which pkt_decode() said ok
 */
bool pkt_is_answerable(const uint8_t *frame, const struct pkt_layers *layers);

#endif

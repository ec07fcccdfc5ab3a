/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef PKT_CHECKSUM_H
#define PKT_CHECKSUM_H

/**
 * @file
 * The Internet checksum (RFC 1071) in software.
 *
 * Threads: any. Memory: none is allocated. Hot path: yes.
 *
 * A sum is kept folded to 16 bits, in host order, and is not complemented: what a header carries is
 * its complement.
 */

#include <stdint.h>

/**
 * One's complement sum of octets taken as 16-bit numbers in network order; an odd last octet counts
 * as if a 0 followed it.
 *
 * @param data any alignment
 * @param len octets
 * @param start sum of an even number of octets before these, 0 for none
 */
uint16_t pkt_sum(const uint8_t *data, uint32_t len, uint16_t start);

/**
 * The sum of the pseudo-header of UDP or TCP (RFC 768, RFC 9293 3.1, RFC 8200 8.1). It is never 0.
 *
 * @param ip the IPv4 or IPv6 header; only its version and addresses are read
 * @param proto IANA protocol number
 * @param l4_len octets of the UDP or TCP header and what it carries
 */
uint16_t pkt_sum_pseudo(const uint8_t *ip, uint8_t proto, uint16_t l4_len);

#endif

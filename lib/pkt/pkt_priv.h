/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef PKT_PRIV_H
#define PKT_PRIV_H

/** @file Numbers of the wire that more than one file of this room needs. */

#include <arpa/inet.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum {
	ETH_LEN = 14,
	TAG_LEN = 4,
};

enum {
	TYPE_LLC_MAX = 1500, /* up to here the field is a length */
	TYPE_IP4 = 0x0800,
	TYPE_ARP = 0x0806,
	TYPE_VLAN = 0x8100,
	TYPE_IP6 = 0x86dd,
	TYPE_QINQ = 0x88a8,
	TYPE_QINQ_OLD = 0x9100,
};

/* Fragment fields: offset in units of 8 octets, "more fragments" beside it. */
enum {
	IP4_MORE = 0x2000,
	IP4_OFFSET = 0x1fff,
	IP6_MORE = 0x0001,
	IP6_OFFSET = 0xfff8,
};

enum {
	IP4_LEN = 20, /* without options */
	IP4_LEN_AT = 2,
	IP4_SUM_AT = 10,
	IP4_SRC_AT = 12,
	IP4_DST_AT = 16,
	IP6_LEN = 40,
	IP6_LEN_AT = 4,
	IP6_SRC_AT = 8,
	IP6_DST_AT = 24,
	UDP_LEN = 8,
	UDP_SUM_AT = 6,
};

enum {
	PROTO_HOP_BY_HOP = 0,
	PROTO_TCP = 6,
	PROTO_UDP = 17,
	PROTO_ROUTING = 43,
	PROTO_FRAGMENT = 44,
	PROTO_ESP = 50,
	PROTO_AH = 51,
	PROTO_NO_NEXT = 59,
	PROTO_DEST_OPTIONS = 60,
};

static inline uint16_t
be16_at(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

static inline bool
is_tag(uint16_t type)
{
	return type == TYPE_VLAN || type == TYPE_QINQ || type == TYPE_QINQ_OLD;
}

static inline void
put_be16(uint8_t *at, uint16_t v)
{
	at[0] = (uint8_t)(v >> 8);
	at[1] = (uint8_t)v;
}

static inline void
put_be32(uint8_t *at, uint32_t v)
{
	v = htonl(v);
	memcpy(at, &v, sizeof(v));
}

#endif

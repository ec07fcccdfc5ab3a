/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * It reads less than pkt_decode(): what a frame's addresses need, so that the lcore which hands
 * frames out touches one cache line of each.
 */
#include "pkt_flow.h"

#include "base_cur.h"
#include "pkt_priv.h"

#include <string.h>

#define ODD_A UINT64_C(0x9e3779b97f4a7c15) /* 2^64 over the golden ratio */
#define ODD_B UINT64_C(0xd6e8feb86659fd93)

static inline uint64_t
mix(uint64_t v)
{
	v = (v ^ v >> 32) * ODD_B;
	return v ^ v >> 29;
}

/* The same for (a, b) and (b, a). */
static inline uint64_t
pair(uint64_t a, uint64_t b)
{
	return mix(a < b ? a * ODD_A + b : b * ODD_A + a);
}

static inline uint64_t
word(const uint8_t *at)
{
	uint64_t v;

	memcpy(&v, at, sizeof(v));
	return v;
}

static inline uint32_t
half_word(const uint8_t *at)
{
	uint32_t v;

	memcpy(&v, at, sizeof(v));
	return v;
}

/* Source and destination port in either order; 0: there are none to be read. */
static inline uint64_t
ports_of(struct base_cur *cur, uint8_t proto)
{
	const uint8_t *at;

	if (proto != PROTO_UDP && proto != PROTO_TCP)
		return 0;
	at = base_cur_take(cur, 4);
	return at == NULL ? 0 : pair(be16_at(at), be16_at(at + 2));
}

static inline uint64_t
hash_ip4(struct base_cur *cur, bool ports)
{
	const uint8_t *ip = base_cur_take(cur, IP4_LEN);
	uint64_t hash;

	if (ip == NULL || ip[0] >> 4 != 4)
		return 0;
	hash = pair(half_word(ip + IP4_SRC_AT), half_word(ip + IP4_DST_AT));
	if (!ports || (be16_at(ip + 6) & (IP4_MORE | IP4_OFFSET)) != 0 || (ip[0] & 0x0f) < 5)
		return hash;
	base_cur_skip(cur, ((ip[0] & 0x0f) - 5) * 4U);
	return hash + ports_of(cur, ip[9]);
}

static inline uint64_t
hash_ip6(struct base_cur *cur, bool ports)
{
	const uint8_t *ip = base_cur_take(cur, IP6_LEN), *src, *dst;
	uint64_t hash;

	if (ip == NULL || ip[0] >> 4 != 6)
		return 0;
	src = ip + IP6_SRC_AT;
	dst = ip + IP6_DST_AT;
	hash = pair(mix(word(src)) + word(src + 8), mix(word(dst)) + word(dst + 8));
	return ports ? hash + ports_of(cur, ip[6]) : hash;
}

uint32_t
pkt_flow_hash(const uint8_t *frame, uint32_t len, bool ports)
{
	struct base_cur cur = base_cur_init(frame, len);
	const uint8_t *at = base_cur_take(&cur, ETH_LEN);
	uint16_t type = at == NULL ? 0 : be16_at(at + 12);
	uint64_t hash = 0;

	for (int tags = 0; tags < 2 && is_tag(type); tags++) {
		at = base_cur_take(&cur, TAG_LEN);
		type = at == NULL ? 0 : be16_at(at + 2);
	}
	if (type == TYPE_IP4)
		hash = hash_ip4(&cur, ports);
	else if (type == TYPE_IP6)
		hash = hash_ip6(&cur, ports);
	return (uint32_t)(mix(hash) >> 32);
}

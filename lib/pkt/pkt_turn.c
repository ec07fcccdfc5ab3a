/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "pkt_turn.h"

#include "pkt_addr.h"
#include "pkt_checksum.h"
#include "pkt_priv.h"

#include <string.h>

enum {
	REPLY_TTL = 64,
	IP4_DONT_FRAGMENT = 0x4000
};

void
pkt_turn_prepare(uint8_t *frame, struct pkt_layers *layers)
{
	uint32_t payload_off = layers->l3_off + pkt_reply_header_len(layers);
	uint32_t l4_off = payload_off - UDP_LEN;

	if (l4_off != layers->l4_off)
		memmove(frame + l4_off, frame + layers->l4_off, UDP_LEN + layers->payload_len);
	layers->l4_off = (uint16_t)l4_off;
	layers->payload_off = (uint16_t)payload_off;
	layers->end = (uint16_t)(payload_off + layers->payload_len);
	layers->flags &= PKT_NO_UDP_SUM;
}

static inline void
swap(uint8_t *a, uint8_t *b, uint32_t n)
{
	uint8_t kept[16];

	memcpy(kept, a, n);
	memcpy(a, b, n);
	memcpy(b, kept, n);
}

/* The headers are written in the 32-bit words that pkt_sum() reads: a read of octets that were just
 * written in smaller pieces waits for the stores. */
static inline void
write_ip4(uint8_t *ip, uint32_t ip_len, enum pkt_csum csum)
{
	swap(ip + IP4_SRC_AT, ip + IP4_DST_AT, 4);
	put_be32(ip, UINT32_C(0x45) << 24 | ip_len);
	put_be32(ip + 4, IP4_DONT_FRAGMENT);
	put_be32(ip + 8, (uint32_t)REPLY_TTL << 24 | (uint32_t)PROTO_UDP << 16);
	if (csum == PKT_CSUM_SOFT)
		put_be16(ip + IP4_SUM_AT, (uint16_t)~pkt_sum(ip, IP4_LEN, 0));
}

static inline void
write_ip6(uint8_t *ip, uint32_t udp_len)
{
	swap(ip + IP6_SRC_AT, ip + IP6_DST_AT, 16);
	put_be32(ip, UINT32_C(6) << 28);
	put_be32(ip + 4, udp_len << 16 | (uint32_t)PROTO_UDP << 8 | REPLY_TTL);
}

static inline void
write_udp(uint8_t *udp, const uint8_t *ip, uint16_t udp_len, enum pkt_csum csum)
{
	uint16_t sum = pkt_sum_pseudo(ip, PROTO_UDP, udp_len);

	put_be32(udp, (uint32_t)be16_at(udp + 2) << 16 | be16_at(udp));
	put_be32(udp + 4, (uint32_t)udp_len << 16);
	if (csum == PKT_CSUM_SOFT) {
		sum = (uint16_t)~pkt_sum(udp, udp_len, sum);
		if (sum == 0)
			sum = 0xffff;
	}
	put_be16(udp + UDP_SUM_AT, sum);
}

uint32_t
pkt_turn_round(uint8_t *frame, uint32_t cap, const struct pkt_layers *layers, uint16_t payload_len,
	enum pkt_csum csum)
{
	uint8_t *ip = frame + layers->l3_off;
	uint32_t ip_len = pkt_reply_header_len(layers) + payload_len;
	uint32_t ip_header_len = pkt_reply_header_len(layers) - UDP_LEN;
	uint32_t frame_len = layers->l3_off + ip_len;

	if (layers->l4_proto != PROTO_UDP || layers->l4_off != layers->l3_off + ip_header_len ||
		frame_len > cap || ip_len > UINT16_MAX)
		return 0;
	swap(frame, frame + PKT_MAC_LEN, PKT_MAC_LEN);
	if (layers->ip_version == 4)
		write_ip4(ip, ip_len, csum);
	else
		write_ip6(ip, UDP_LEN + (uint32_t)payload_len);
	write_udp(frame + layers->l4_off, ip, (uint16_t)(UDP_LEN + payload_len), csum);
	return frame_len;
}

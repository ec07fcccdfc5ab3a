/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "pkt_decode.h"

#include "base_cur.h"
#include "pkt_priv.h"

#include <stdbool.h>

enum {
	TCP_LEN = 20, /* without options */
	EXT_LEN = 8,  /* the least any extension header has */
};

/* Hop-by-hop options (RFC 8200 4.2, RFC 2675 2). */
enum {
	OPTION_PAD1 = 0,
	OPTION_JUMBO = 0xc2,
};

static inline enum pkt_reason
decode_ethernet(struct base_cur *cur, struct pkt_layers *out, uint16_t *type)
{
	const uint8_t *at = base_cur_take(cur, ETH_LEN);

	if (at == NULL)
		return PKT_short_l2;
	*type = be16_at(at + 12);
	/* Hosts take off tags of VLAN 0 however many there are: a limit would be a way past us.
	 * Every tag has cost the sender its octets on the wire. */
	while (is_tag(*type)) {
		at = base_cur_take(cur, TAG_LEN);
		if (at == NULL)
			return PKT_short_l2;
		if (out->tags < PKT_TAGS_MAX)
			out->tci[out->tags++] = be16_at(at);
		*type = be16_at(at + 2);
	}
	return PKT_ok;
}

static enum pkt_reason
refuse_type(uint16_t type)
{
	if (type <= TYPE_LLC_MAX)
		return PKT_llc;
	return type == TYPE_ARP ? PKT_arp : PKT_other_ethertype;
}

/* What is behind the IP datagram is padding: the cursor shall not see it. */
static inline bool
cut_to(struct base_cur *cur, struct pkt_layers *out, uint32_t ip_len)
{
	if (ip_len > cur->len - out->l3_off)
		return false;
	cur->len = out->l3_off + ip_len;
	out->end = (uint16_t)cur->len;
	return true;
}

static inline enum pkt_reason
decode_ip4(struct base_cur *cur, struct pkt_layers *out)
{
	const uint8_t *ip = base_cur_take(cur, IP4_LEN);
	uint32_t header_len, ip_len;
	uint16_t fragment;

	if (ip == NULL)
		return PKT_short_ip;
	header_len = (ip[0] & 0x0f) * 4U;
	ip_len = be16_at(ip + IP4_LEN_AT);
	if (ip[0] >> 4 != 4)
		return PKT_bad_ip_version;
	if (header_len < IP4_LEN)
		return PKT_bad_ihl;
	out->ip_version = 4;
	if (ip_len < header_len)
		return ip_len < IP4_LEN ? PKT_bad_ip_len : PKT_bad_ihl;
	if (!cut_to(cur, out, ip_len))
		return PKT_cut;
	if (header_len > IP4_LEN) {
		out->flags |= PKT_HAS_OPTIONS;
		base_cur_skip(cur, header_len - IP4_LEN);
	}
	out->l4_proto = ip[9];
	out->l4_off = (uint16_t)cur->off;
	fragment = be16_at(ip + 6);
	if ((fragment & (IP4_MORE | IP4_OFFSET)) != 0)
		return (fragment & IP4_OFFSET) == 0 ? PKT_first_fragment : PKT_later_fragment;
	return PKT_ok;
}

/* Steps over one extension header (RFC 8200 section 4) whose first 8 octets are `at`. */
static enum pkt_reason
step_ext(struct base_cur *cur, struct pkt_layers *out, const uint8_t *at)
{
	uint16_t fragment;

	switch (out->l4_proto) {
	case PROTO_FRAGMENT:
		fragment = be16_at(at + 2);
		if ((fragment & IP6_OFFSET) != 0)
			return PKT_later_fragment;
		if ((fragment & IP6_MORE) != 0)
			return PKT_first_fragment;
		out->flags |= PKT_IS_ATOMIC;
		return PKT_ok;
	case PROTO_AH: /* RFC 4302 2.2: in units of 4 octets, less 2 */
		base_cur_skip(cur, (at[1] + 2) * 4U - EXT_LEN);
		break;
	case PROTO_ROUTING:
		if (at[3] != 0)
			out->flags |= PKT_IS_ROUTED;
		/* fallthrough */
	default: /* in units of 8 octets, the first not counted */
		base_cur_skip(cur, at[1] * 8U);
	}
	return cur->bad ? PKT_short_ext : PKT_ok;
}

static bool
is_ext(uint8_t proto)
{
	return proto == PROTO_HOP_BY_HOP || proto == PROTO_ROUTING || proto == PROTO_FRAGMENT ||
	       proto == PROTO_AH || proto == PROTO_DEST_OPTIONS;
}

/* Walks the chain from out->l4_proto on; in any order and to any length, as hosts do: the frame's
 * end is the limit. */
static __attribute__((noinline)) enum pkt_reason
walk_ext(struct base_cur *cur, struct pkt_layers *out)
{
	enum pkt_reason reason = PKT_ok;
	const uint8_t *at;

	while (is_ext(out->l4_proto) && reason == PKT_ok) {
		at = base_cur_take(cur, EXT_LEN);
		if (at == NULL)
			return PKT_short_ext;
		out->flags |= PKT_HAS_EXT;
		reason = step_ext(cur, out, at);
		out->l4_proto = at[0];
		out->l4_off = (uint16_t)cur->off;
	}
	return reason;
}

/* Whether the hop-by-hop header at the cursor has the option that makes a jumbogram (RFC 2675 2).
 */
static __attribute__((noinline)) bool
has_jumbo_option(const struct base_cur *cur)
{
	struct base_cur options = *cur;
	const uint8_t *at = base_cur_take(&options, 2);

	if (at == NULL || base_cur_left(&options) < at[1] * 8U + 6)
		return false;
	options.len = options.off + at[1] * 8U + 6;
	while (base_cur_left(&options) > 0) {
		uint8_t option = base_cur_u8(&options);

		if (option == OPTION_JUMBO)
			return true;
		if (option != OPTION_PAD1)
			base_cur_skip(&options, base_cur_u8(&options));
		if (options.bad)
			return false;
	}
	return false;
}

static inline enum pkt_reason
decode_ip6(struct base_cur *cur, struct pkt_layers *out)
{
	const uint8_t *ip = base_cur_take(cur, IP6_LEN);
	uint32_t ip_len;

	if (ip == NULL)
		return PKT_short_ip;
	if (ip[0] >> 4 != 6)
		return PKT_bad_ip_version;
	out->ip_version = 6;
	ip_len = IP6_LEN + be16_at(ip + IP6_LEN_AT);
	out->l4_proto = ip[6];
	out->l4_off = (uint16_t)cur->off;
	if (out->l4_proto == PROTO_HOP_BY_HOP && ip_len == IP6_LEN) {
		if (has_jumbo_option(cur))
			return PKT_jumbogram;
		ip_len = cur->len - out->l3_off; /* Linux reads on to the frame's end */
	}
	if (!cut_to(cur, out, ip_len))
		return PKT_cut;
	if (out->l4_proto == PROTO_UDP || out->l4_proto == PROTO_TCP)
		return PKT_ok;
	return walk_ext(cur, out);
}

static inline enum pkt_reason
decode_udp(struct base_cur *cur, struct pkt_layers *out)
{
	uint32_t left = base_cur_left(cur);
	const uint8_t *udp = base_cur_take(cur, UDP_LEN);
	uint16_t udp_len;

	if (udp == NULL)
		return PKT_short_udp;
	udp_len = be16_at(udp + 4);
	if (udp_len == 0 && out->ip_version == 6)
		udp_len = (uint16_t)left; /* RFC 2675 4; Linux takes it in any datagram */
	if (udp_len < UDP_LEN || udp_len > left)
		return PKT_bad_udp_len;
	if (udp_len < left)
		out->flags |= PKT_HAS_SURPLUS;
	if (be16_at(udp + UDP_SUM_AT) == 0)
		out->flags |= PKT_NO_UDP_SUM;
	out->sport = be16_at(udp);
	out->dport = be16_at(udp + 2);
	out->payload_off = (uint16_t)cur->off;
	out->payload_len = (uint16_t)(udp_len - UDP_LEN);
	return PKT_ok;
}

static enum pkt_reason
decode_tcp(struct base_cur *cur, struct pkt_layers *out)
{
	const uint8_t *tcp = base_cur_take(cur, TCP_LEN);
	uint32_t header_len;

	if (tcp == NULL)
		return PKT_short_tcp;
	header_len = (tcp[12] >> 4) * 4U;
	if (header_len < TCP_LEN || base_cur_left(cur) < header_len - TCP_LEN)
		return PKT_bad_tcp_off;
	base_cur_skip(cur, header_len - TCP_LEN);
	out->sport = be16_at(tcp);
	out->dport = be16_at(tcp + 2);
	out->payload_off = (uint16_t)cur->off;
	out->payload_len = (uint16_t)base_cur_left(cur);
	return PKT_ok;
}

static enum pkt_reason
refuse_proto(uint8_t proto)
{
	if (proto == PROTO_ESP)
		return PKT_esp;
	return proto == PROTO_NO_NEXT ? PKT_no_next : PKT_not_udp_tcp;
}

enum pkt_reason
pkt_decode(const uint8_t *frame, uint32_t len, struct pkt_layers *out)
{
	struct base_cur cur = base_cur_init(frame, len);
	enum pkt_reason reason;
	uint16_t type;

	*out = (struct pkt_layers){0};
	if (len > UINT16_MAX)
		return PKT_too_long;
	reason = decode_ethernet(&cur, out, &type);
	if (reason != PKT_ok)
		return reason;
	out->l3_off = (uint16_t)cur.off;
	if (type != TYPE_IP4 && type != TYPE_IP6)
		return refuse_type(type);
	reason = type == TYPE_IP4 ? decode_ip4(&cur, out) : decode_ip6(&cur, out);
	if (reason != PKT_ok)
		return reason;
	if (out->l4_proto == PROTO_UDP)
		return decode_udp(&cur, out);
	if (out->l4_proto == PROTO_TCP)
		return decode_tcp(&cur, out);
	return refuse_proto(out->l4_proto);
}

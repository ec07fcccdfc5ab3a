/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef PKT_UNIT_H
#define PKT_UNIT_H

/** @file Frames that decode, and how a test decodes them. */

#include "pkt_decode.h"
#include "unit.h"
#include "unit_frames.h"

#include <stdbool.h>

enum {
	HBH = 0,
	ROUTING = 43,
	FRAGMENT = 44,
	ESP = 50,
	AH = 51,
	NO_NEXT = 59,
	DEST = 60
};

/* Decodes the first n octets in a block of exactly that size. */
static inline enum pkt_reason
decode_cut(const struct frame *f, uint32_t n, struct pkt_layers *out)
{
	uint8_t *copy = frame_copy(f, n);
	enum pkt_reason reason = pkt_decode(copy, n, out);

	free(copy);
	return reason;
}

static inline enum pkt_reason
decode(const struct frame *f, struct pkt_layers *out)
{
	return decode_cut(f, f->len, out);
}

/* One frame of every kind that decodes. */

static inline void
make_udp4(struct frame *f)
{
	frame_ethernet(f, 0x0800);
	frame_ip4(f, 17, 0);
	frame_udp(f, 30);
}

static inline void
make_udp4_options(struct frame *f)
{
	frame_ethernet(f, 0x0800);
	frame_ip4(f, 17, 10);
	frame_udp(f, 30);
}

static inline void
make_udp6_qinq(struct frame *f)
{
	frame_ethernet(f, 0);
	frame_tag(f, 0x88a8, 0x6064, 0);
	frame_tag(f, 0x8100, 0x000c, 0x86dd);
	frame_ip6(f, 17);
	frame_udp(f, 30);
}

static inline void
make_udp6_ext(struct frame *f)
{
	frame_ethernet(f, 0x86dd);
	frame_ip6(f, 17);
	frame_ext(f, HBH, 0, 0);
	frame_ext(f, ROUTING, 16, 2);
	frame_ext(f, DEST, 8, 1);
	frame_ext(f, FRAGMENT, 0, 0);
	frame_ext(f, AH, 16, 4);
	frame_udp(f, 30);
}

static inline void
make_tcp4(struct frame *f)
{
	frame_ethernet(f, 0);
	frame_tag(f, 0x8100, 0xffff, 0x0800);
	frame_ip4(f, 6, 1);
	frame_tcp(f, 3, 30);
}

static inline void
make_tcp6(struct frame *f)
{
	frame_ethernet(f, 0x86dd);
	frame_ip6(f, 6);
	frame_tcp(f, 10, 30);
}

#endif

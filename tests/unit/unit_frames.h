/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef UNIT_FRAMES_H
#define UNIT_FRAMES_H

/** @file Frames for the tests, put together header by header; lengths are filled at the end.
 */

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct frame {
	uint8_t data[8192];
	uint32_t len;
	uint32_t l3_off, ext_off, l4_off;
	uint8_t *next; /**< where the type or protocol of the next header is written */
};

static inline uint8_t *
frame_add(struct frame *f, const void *bytes, uint32_t n)
{
	uint8_t *at = f->data + f->len;

	assert(f->len + n <= sizeof(f->data));
	if (bytes != NULL)
		memcpy(at, bytes, n);
	else
		memset(at, 0, n);
	f->len += n;
	return at;
}

static inline void
frame_put16(uint8_t *at, uint32_t v)
{
	at[0] = (uint8_t)(v >> 8);
	at[1] = (uint8_t)v;
}

/** 02:00:00:00:00:02 asks 02:00:00:00:00:01. */
static inline void
frame_ethernet(struct frame *f, uint16_t type)
{
	static const uint8_t macs[12] = {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2};

	memset(f, 0, sizeof(*f));
	frame_add(f, macs, sizeof(macs));
	frame_put16(frame_add(f, NULL, 2), type);
	f->l3_off = f->len;
}

/** Puts a tag in front of the type that was last written. */
static inline void
frame_tag(struct frame *f, uint16_t tpid, uint16_t tci, uint16_t type)
{
	frame_put16(f->data + f->len - 2, tpid);
	frame_put16(frame_add(f, NULL, 2), tci);
	frame_put16(frame_add(f, NULL, 2), type);
	f->l3_off = f->len;
}

/** 192.0.2.9 asks 192.0.2.53. */
static inline void
frame_ip4(struct frame *f, uint8_t proto, uint32_t option_words)
{
	static const uint8_t addrs[8] = {192, 0, 2, 9, 192, 0, 2, 53};
	uint8_t *ip = frame_add(f, NULL, 20 + option_words * 4);

	ip[0] = (uint8_t)(0x45 + option_words);
	ip[1] = 0xb9; /* expedited, ECT(1): no part of the reply */
	frame_put16(ip + 4, 0x1234);
	ip[8] = 3;
	ip[9] = proto;
	memcpy(ip + 12, addrs, sizeof(addrs));
	memset(ip + 20, 1, option_words * 4);
	f->l4_off = f->len;
}

/** 2001:db8::9 asks 2001:db8::53. */
static inline void
frame_ip6(struct frame *f, uint8_t next)
{
	uint8_t *ip = frame_add(f, NULL, 40);

	ip[0] = 0x6b;
	ip[1] = 0x9a;
	ip[2] = 0xbc;
	ip[3] = 0xde;
	ip[6] = next;
	ip[7] = 3;
	memcpy(ip + 8, "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x09", 16);
	memcpy(ip + 24, "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x53", 16);
	f->ext_off = f->l4_off = f->len;
	f->next = ip + 6;
}

/** An extension header of 8 + more octets: type, and its length field as given. */
static inline uint8_t *
frame_ext(struct frame *f, uint8_t type, uint32_t more, uint8_t length)
{
	uint8_t behind = *f->next;
	uint8_t *at = frame_add(f, NULL, 8 + more);

	*f->next = type;
	at[0] = behind;
	at[1] = length;
	f->next = at;
	f->l4_off = f->len;
	return at;
}

/** Fills the IP length; what is added behind is padding. */
static inline void
frame_close_ip(struct frame *f)
{
	uint8_t *ip = f->data + f->l3_off;

	if (ip[0] >> 4 == 4)
		frame_put16(ip + 2, f->len - f->l3_off);
	else
		frame_put16(ip + 4, f->len - f->l3_off - 40);
}

/** Port 4242 to 53, `n` octets of payload 0, 1, 2 ...; the checksum is 0xbeef. */
static inline void
frame_udp(struct frame *f, uint32_t n)
{
	uint8_t *udp = frame_add(f, NULL, 8);

	f->l4_off = (uint32_t)(udp - f->data);
	frame_put16(udp, 4242);
	frame_put16(udp + 2, 53);
	frame_put16(udp + 4, 8 + n);
	frame_put16(udp + 6, 0xbeef);
	for (uint32_t i = 0; i < n; i++)
		*frame_add(f, NULL, 1) = (uint8_t)i;
	frame_close_ip(f);
}

static inline void
frame_tcp(struct frame *f, uint32_t option_words, uint32_t n)
{
	uint8_t *tcp = frame_add(f, NULL, 20 + option_words * 4);

	f->l4_off = (uint32_t)(tcp - f->data);
	frame_put16(tcp, 4242);
	frame_put16(tcp + 2, 53);
	tcp[12] = (uint8_t)((5 + option_words) << 4);
	frame_add(f, NULL, n);
	frame_close_ip(f);
}

/** The first n octets in a block of their own, so that a sanitizer sees a read behind them. */
static inline uint8_t *
frame_copy(const struct frame *f, uint32_t n)
{
	uint8_t *copy = malloc(n == 0 ? 1 : n);

	assert(copy != NULL);
	if (n == 0) {
		free(copy);
		return NULL;
	}
	memcpy(copy, f->data, n);
	return copy;
}

#endif

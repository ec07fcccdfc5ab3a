/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef BASE_CUR_H
#define BASE_CUR_H

/**
 * @file
 * Byte cursors that latch failure: read (or write) the fields in their order, test `bad` once.
 *
 * Threads: any; a cursor belongs to its caller.
 * Memory: the octets are the caller's; nothing is allocated.
 * Hot path: yes, all of it inline.
 *
 * After a failure every read gives 0, every write is dropped and the offset stands still.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/** Reads octets from `data`, never at or behind `len`. */
struct base_cur {
	const uint8_t *data;
	uint32_t len; /**< octets */
	uint32_t off; /**< octets read so far, at most len */
	bool bad;
};

static inline struct base_cur
base_cur_init(const uint8_t *data, uint32_t len)
{
	return (struct base_cur){.data = data, .len = len};
}

/** Octets not read yet. */
static inline uint32_t
base_cur_left(const struct base_cur *cur)
{
	return cur->len - cur->off;
}

/** The next n octets, or NULL and `bad` when fewer are left. */
static inline const uint8_t *
base_cur_take(struct base_cur *cur, uint32_t n)
{
	const uint8_t *at;

	if (cur->bad || base_cur_left(cur) < n) {
		cur->bad = true;
		return NULL;
	}
	at = cur->data + cur->off;
	cur->off += n;
	return at;
}

static inline void
base_cur_skip(struct base_cur *cur, uint32_t n)
{
	base_cur_take(cur, n);
}

static inline uint8_t
base_cur_u8(struct base_cur *cur)
{
	const uint8_t *at = base_cur_take(cur, 1);

	return at == NULL ? 0 : at[0];
}

/** A 16-bit number in network order, in host order. */
static inline uint16_t
base_cur_u16(struct base_cur *cur)
{
	const uint8_t *at = base_cur_take(cur, 2);

	if (at == NULL)
		return 0;
	return (uint16_t)(at[0] << 8 | at[1]);
}

/** A 32-bit number in network order, in host order. */
static inline uint32_t
base_cur_u32(struct base_cur *cur)
{
	const uint8_t *at = base_cur_take(cur, 4);

	return at == NULL ? 0
			  : (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 |
				    at[3];
}

/** Writes octets to `data`, never at or behind `cap`. */
struct base_out {
	uint8_t *data;
	uint32_t cap; /**< octets */
	uint32_t len; /**< octets written so far */
	bool bad;
};

static inline struct base_out
base_out_init(uint8_t *data, uint32_t cap)
{
	return (struct base_out){.data = data, .cap = cap};
}

/** Room for the next n octets, or NULL and `bad`. */
static inline uint8_t *
base_out_room(struct base_out *out, uint32_t n)
{
	uint8_t *at;

	if (out->bad || out->cap - out->len < n) {
		out->bad = true;
		return NULL;
	}
	at = out->data + out->len;
	out->len += n;
	return at;
}

static inline void
base_out_u8(struct base_out *out, uint8_t v)
{
	uint8_t *at = base_out_room(out, 1);

	if (at != NULL)
		at[0] = v;
}

/** Host order in, network order out. */
static inline void
base_out_u16(struct base_out *out, uint16_t v)
{
	uint8_t *at = base_out_room(out, 2);

	if (at == NULL)
		return;
	at[0] = (uint8_t)(v >> 8);
	at[1] = (uint8_t)v;
}

/** Host order in, network order out. */
static inline void
base_out_u32(struct base_out *out, uint32_t v)
{
	base_out_u16(out, (uint16_t)(v >> 16));
	base_out_u16(out, (uint16_t)v);
}

static inline void
base_out_bytes(struct base_out *out, const void *bytes, uint32_t n)
{
	uint8_t *at = base_out_room(out, n);

	if (at != NULL && n > 0)
		memcpy(at, bytes, n);
}

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "dns_fp.h"

#include <stddef.h>
#include <string.h>

#define BLOCK 15 /* octets: a block is below 2^120, which leaves room to add before reducing */

__extension__ typedef unsigned __int128 u128;

static const u128 prime = ((u128)1 << 127) - 1;
static const uint64_t low63 = UINT64_MAX >> 1;

/*
 * A load of one block takes 16 octets, so the last one of a name may reach up to 16 octets behind
 * the name's end; they are masked out. The array behind `wire` keeps that inside the struct.
 */
_Static_assert(offsetof(struct dns_name, wire) + DNS_NAME_MAX + 16 <= sizeof(struct dns_name),
	"the last block of a name is loaded inside struct dns_name");

/*
 * a * x mod p, not fully reduced: at most 2^127.
 *
 * In words of 64 bits the product is low + mid 2^64 + high 2^128. 2^127 = 1 (mod p) folds what is
 * above bit 126: twice high, and mid from its bit 63 on, come back in at bit 0.
 * With a < 2^127 + 2^121 and both words of x below 2^62: mid < 2^126 + 2^125 + 2^119 + 2^64, so
 * `back` fits its word; 2 high < 2^126 + 2^120, so the top word of the sum does. In words, because
 * compilers put 128-bit temporaries on the stack: a quarter of the time.
 */
static inline u128
multiply(u128 a, const struct dns_fp_key *x)
{
	uint64_t a_lo = (uint64_t)a, a_hi = (uint64_t)(a >> 64);
	u128 low = (u128)a_lo * x->lo;
	u128 one = (u128)a_lo * x->hi, other = (u128)a_hi * x->lo;
	u128 high = (u128)a_hi * (2 * x->hi);
	uint64_t mid_lo, mid_hi, back, sum_lo, sum_hi;

	mid_hi = (uint64_t)(one >> 64) + (uint64_t)(other >> 64);
	mid_hi += __builtin_add_overflow((uint64_t)one, (uint64_t)other, &mid_lo);
	mid_hi += __builtin_add_overflow(mid_lo, (uint64_t)(low >> 64), &mid_lo);
	back = mid_hi << 1 | mid_lo >> 63;
	sum_hi = (uint64_t)(high >> 64) + (mid_lo & low63);
	sum_hi += __builtin_add_overflow((uint64_t)high, (uint64_t)low, &sum_lo);
	sum_hi += __builtin_add_overflow(sum_lo, back, &sum_lo);
	back = sum_hi >> 63;
	sum_hi &= low63;
	sum_hi += __builtin_add_overflow(sum_lo, back, &sum_lo);
	return (u128)sum_hi << 64 | sum_lo;
}

/* The one representative below p of a number of at most 2^127. */
static inline struct dns_fp
reduce(u128 a)
{
	if (a >= prime)
		a -= prime;
	return (struct dns_fp){.lo = (uint64_t)a, .hi = (uint64_t)(a >> 64)};
}

/* From index 15 - n on: a mask for n octets. A branch on n would be guessed wrongly too often. */
static const uint8_t masks[BLOCK + 16] = {
	0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

/* 16 octets as a number, the first the lowest on every machine. */
static inline u128
load(const uint8_t *at)
{
	uint64_t lo, hi;

	memcpy(&lo, at, sizeof(lo));
	memcpy(&hi, at + sizeof(lo), sizeof(hi));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	lo = __builtin_bswap64(lo);
	hi = __builtin_bswap64(hi);
#endif
	return (u128)hi << 64 | lo;
}

/* n octets, 1 to 15, as a number; 16 are readable. */
static inline u128
load_block(const uint8_t *at, uint32_t n)
{
	return load(at) & load(masks + BLOCK - n);
}

/* f(label.parent) from f(parent); `off` is where the label's length octet stands. */
static inline u128
add_label(const struct dns_fp_key *key, u128 parent, const struct dns_name *name, uint32_t off)
{
	const uint8_t *at = (const uint8_t *)name + offsetof(struct dns_name, wire) + off;
	uint32_t left = 1U + at[0];
	u128 f = parent;

	for (; left > BLOCK; left -= BLOCK, at += BLOCK)
		f = multiply(f + load_block(at, BLOCK), key);
	return multiply(f + load_block(at, left), key);
}

void
dns_fp_key_init(struct dns_fp_key *key, const uint8_t seed[DNS_FP_SEED_LEN])
{
	/* The digits of pi: a bijection, which keeps seeds of a few set bits off the few bad
	 * points. */
	key->lo = UINT64_C(0x243f6a8885a308d3);
	key->hi = UINT64_C(0x13198a2e03707344);
	for (int i = 0; i < 8; i++) {
		key->lo ^= (uint64_t)seed[i] << 8 * i;
		key->hi ^= (uint64_t)seed[8 + i] << 8 * i;
	}
	key->lo &= UINT64_MAX >> 2;
	key->hi &= UINT64_MAX >> 2;
	if (key->hi == 0 && key->lo == 0)
		key->hi = 1;
}

void
dns_fp_suffixes(const struct dns_fp_key *key, const struct dns_name *name,
	struct dns_fp fps[DNS_LABELS_MAX + 1])
{
	u128 f = (u128)key->hi << 64 | key->lo;

	fps[0] = reduce(f);
	for (uint32_t k = 1; k <= name->labels; k++) {
		f = add_label(key, f, name, name->start[name->labels - k]);
		fps[k] = reduce(f);
	}
}

struct dns_fp
dns_fp_wire(const struct dns_fp_key *key, const uint8_t *wire, uint32_t len)
{
	u128 f = (u128)key->hi << 64 | key->lo;
	struct dns_name name;

	if (dns_name_from_wire(wire, len, &name) != DNS_ok)
		return (struct dns_fp){0};
	for (uint32_t i = name.labels; i-- > 0;)
		f = add_label(key, f, &name, name.start[i]);
	return reduce(f);
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef DNS_FP_H
#define DNS_FP_H

/**
 * @file
 * Keyed 128-bit fingerprints of names, for a name and all its suffixes in one pass.
 *
 * A table stores the fingerprint in place of the name, so two names must never share one, and
 * nobody may be able to find two that do. The fingerprint is a polynomial over the field of
 * p = 2^127 - 1 taken at a secret point x:
 *
 *     f(root) = x,   f(label.parent) = (... ((f(parent) + b1) x + b2) x ... + bn) x
 *
 * where b1 … bn are the label's octets, its length octet first, cut into blocks of 15 and read as
 * numbers below 2^120. Labels are taken from the root to the front, so each step of the pass leaves
 * the fingerprint of one more suffix behind.
 *
 * Why it is safe: the length octet tells how many blocks its label fills, so a sequence of blocks
 * can be read back into labels in one way only, and different canonical names give different
 * sequences. A name of n blocks (at most 127) is thus a polynomial of its own in x: its leading
 * coefficient is 1, its degree n + 1, its coefficients below p, its constant term 0. The difference
 * of two is not zero and has at most 128 roots, one of which is 0: for two names chosen without
 * knowledge of x, drawn from 2^124 points, the chance of a shared fingerprint is at most
 * 127 / 2^124 < 2^-117. Over all pairs of 10 million names that is below 2^-71.
 *
 * The same argument holds for parts: the difference of two fingerprints is a multiple of x, so it
 * takes each value for at most 128 of the 2^124 points, and any fixed 32 (or 64) of the bits agree
 * with a chance near 2^-32 (2^-64), at most 2^11 times that. dns_fp_hash32() and dns_fp_bits64()
 * take disjoint bits: one serves the table's buckets, the other a filter in front of it.
 *
 * The key is drawn anew at each start and must not be shown: fingerprints do not outlive a process.
 *
 * Threads: any; a key is read-only once made. Memory: nothing is allocated.
 * Hot path: yes; one 127-bit multiplication a label (more for labels above 14 octets).
 */

#include "dns_name.h"

#include <stdint.h>

#define DNS_FP_SEED_LEN 16 /* octets */

/** A fingerprint: a number below 2^127 - 1, so the top bit of `hi` is 0. Compare both words. */
struct dns_fp {
	uint64_t lo;
	uint64_t hi;
};

/** The secret point. */
struct dns_fp_key {
	uint64_t lo; /**< below 2^62, so that multiplying by it leaves room for carries */
	uint64_t hi; /**< the same */
};

/**
 * Makes a key.
 *
 * @param seed octets from getrandom(2); from elsewhere only where fingerprints need not resist
 *        anybody (a test, a benchmark). Every seed gives a usable key.
 */
void dns_fp_key_init(struct dns_fp_key *key, const uint8_t seed[DNS_FP_SEED_LEN]);

/**
 * The fingerprints of a name and of all its suffixes.
 *
 * @param name canonical
 * @param fps takes at k the fingerprint of the suffix of the last k labels: the root's at 0, the
 *        whole name's at name->labels; what is behind that is left alone
 */
void dns_fp_suffixes(const struct dns_fp_key *key, const struct dns_name *name,
	struct dns_fp fps[DNS_LABELS_MAX + 1]);

/**
 * The fingerprint of one name, the same as dns_fp_suffixes() gives for it.
 *
 * @param wire a whole uncompressed name in any case
 * @param len octets that may be read
 * @return both words 0 when wire is no name
 */
struct dns_fp dns_fp_wire(const struct dns_fp_key *key, const uint8_t *wire, uint32_t len);

/** Bits 0 to 31: for a hash table's buckets and signatures. */
static inline uint32_t
dns_fp_hash32(const struct dns_fp *fp)
{
	return (uint32_t)fp->lo;
}

/** Bits 63 to 126, none of which is in dns_fp_hash32(): for a filter. */
static inline uint64_t
dns_fp_bits64(const struct dns_fp *fp)
{
	return fp->hi << 1 | fp->lo >> 63;
}

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef BASE_SET_H
#define BASE_SET_H

/**
 * @file
 * A set of up to 256 small numbers: the lists that name something, the lists a group has on.
 *
 * Threads: any; a set belongs to its caller. Memory: none. Hot path: yes, all of it inline.
 */

#include <stdbool.h>
#include <stdint.h>

#define BASE_SET_MAX 256

/** Bit i of word i / 64 stands for number i. */
struct base_set {
	uint64_t word[BASE_SET_MAX / 64];
};

static inline void
base_set_add(struct base_set *set, uint8_t n)
{
	set->word[n / 64] |= UINT64_C(1) << (n % 64);
}

static inline void
base_set_remove(struct base_set *set, uint8_t n)
{
	set->word[n / 64] &= ~(UINT64_C(1) << (n % 64));
}

static inline bool
base_set_has(const struct base_set *set, uint8_t n)
{
	return set->word[n / 64] >> (n % 64) & 1;
}

/** set |= other */
static inline void
base_set_join(struct base_set *set, const struct base_set *other)
{
	for (int i = 0; i < BASE_SET_MAX / 64; i++)
		set->word[i] |= other->word[i];
}

/** set &= other */
static inline void
base_set_keep(struct base_set *set, const struct base_set *other)
{
	for (int i = 0; i < BASE_SET_MAX / 64; i++)
		set->word[i] &= other->word[i];
}

/** set &= ~other */
static inline void
base_set_drop(struct base_set *set, const struct base_set *other)
{
	for (int i = 0; i < BASE_SET_MAX / 64; i++)
		set->word[i] &= ~other->word[i];
}

/** The smallest number of the set, or -1 when it is empty. */
static inline int
base_set_first(const struct base_set *set)
{
	for (int i = 0; i < BASE_SET_MAX / 64; i++) {
		if (set->word[i] != 0)
			return i * 64 + __builtin_ctzll(set->word[i]);
	}
	return -1;
}

static inline bool
base_set_equal(const struct base_set *a, const struct base_set *b)
{
	uint64_t differ = 0;

	for (int i = 0; i < BASE_SET_MAX / 64; i++)
		differ |= a->word[i] ^ b->word[i];
	return differ == 0;
}

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef NETS_PRIV_H
#define NETS_PRIV_H

/** @file What the files of this room share. */

#include "nets.h"

#include <assert.h>

#define NETS_FAMILIES 2	  /* index 0: IPv4, 1: IPv6 */
#define NETS_BITS_MAX 128 /* of a prefix */
#define NETS_LENGTHS  (NETS_BITS_MAX + 1)

struct rte_fib;
struct rte_fib6;
struct rte_hash;

/* A prefix in order: family, VLAN, address, length; what covers a prefix stands in front of it. */
struct nets_entry {
	uint64_t high, low; /* of the address as a number; IPv4: its 32 bits are the highest */
	uint32_t rule;	    /* the first that has it */
	uint16_t value;
	uint16_t vlan;
	uint8_t bits;
	uint8_t family; /* index */
};

/* What the hash is asked for: prefixes of one length, bound to a VLAN or not. */
struct nets_probe {
	uint8_t bits;
	bool is_bound;
};

/* A next hop of a fib: value and length of the prefix. Hop 0: none. */
struct nets_hop {
	uint16_t value;
	int16_t bits;
};

/* One family of a source. */
struct nets_family {
	uint32_t counts[2][NETS_LENGTHS]; /* prefixes of each length: [0] everywhere, [1] bound */
	bool hashed[NETS_LENGTHS];	  /* of those everywhere: in the hash */
	uint32_t nb_hash, nb_fib;	  /* prefixes */
	uint32_t groups;		  /* of the fib */
	uint32_t nb_probes;
	struct nets_probe probes[2 * NETS_LENGTHS]; /* longest first; bound ones go first */
};

struct nets_source {
	enum nets_kind kind;
	struct nets_entry *entries;
	uint32_t nb;
	struct base_set *sets; /* NETS_SETS */
	uint32_t nb_sets;
	struct nets_hop *hops; /* those of both fibs: [0] is none */
	uint32_t nb_hops;
	uint32_t *hop_of; /* of each entry; 0: it stands in the hash */
	struct nets_family family[NETS_FAMILIES];
};

struct nets {
	const struct nets_hop *hops;
	const struct base_set *sets;
	struct rte_hash *hash[NETS_FAMILIES];
	struct rte_fib *fib4;
	struct rte_fib6 *fib6;
	uint32_t nb_probes[NETS_FAMILIES];
	const struct nets_probe *probes[NETS_FAMILIES];
};

/* The hash's keys: all octets count. */
struct nets_key4 {
	uint32_t addr; /* as a number */
	uint16_t vlan;
	uint8_t bits;
	uint8_t zero;
};

struct nets_key6 {
	uint64_t high, low;
	uint16_t vlan;
	uint8_t bits;
	uint8_t zero[5];
};

static_assert(sizeof(struct nets_key4) == 8 && sizeof(struct nets_key6) == 24, "no padding");

/* The first `bits` of a number's 64. */
static inline uint64_t
nets_mask(unsigned bits)
{
	return bits == 0 ? 0 : bits >= 64 ? UINT64_MAX : ~(UINT64_MAX >> bits);
}

static inline uint64_t
nets_mix(uint64_t a)
{
	a ^= a >> 32;
	a *= UINT64_C(0xd6e8feb86659fd93);
	a ^= a >> 32;
	a *= UINT64_C(0xd6e8feb86659fd93);
	return a ^ a >> 32;
}

static inline struct nets_key4
nets_key4(uint64_t high, uint16_t vlan, uint8_t bits)
{
	return (struct nets_key4){
		.addr = (uint32_t)((high & nets_mask(bits)) >> 32), .vlan = vlan, .bits = bits};
}

static inline struct nets_key6
nets_key6(uint64_t high, uint64_t low, uint16_t vlan, uint8_t bits)
{
	return (struct nets_key6){.high = high & nets_mask(bits),
		.low = low & nets_mask(bits < 64 ? 0 : bits - 64u),
		.vlan = vlan,
		.bits = bits};
}

static inline uint32_t
nets_hash4(const struct nets_key4 *key)
{
	return (uint32_t)nets_mix(
		(uint64_t)key->addr << 32 | (uint64_t)key->vlan << 8 | (uint64_t)key->bits);
}

static inline uint32_t
nets_hash6(const struct nets_key6 *key)
{
	uint64_t rest = (uint64_t)key->vlan << 8 | key->bits;

	return (uint32_t)nets_mix(key->high ^ nets_mix(key->low ^ nets_mix(rest)));
}

/* Decides which lengths stand in the hash, and counts what the fibs need. */
void nets_layout(struct nets_source *source);

/* Numbers the next hops of what stands in the fibs. 0, -ENOMEM. */
int nets_hops(struct nets_source *source);

/* Makes the sets of the entries (NETS_SETS): of equal prefixes, and of all that cover one. 0,
 * -ENOMEM, -E2BIG. */
int nets_unite(struct nets_source *source);

#endif

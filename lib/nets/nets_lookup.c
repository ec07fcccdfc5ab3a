/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "nets_priv.h"

#include <rte_byteorder.h>
#include <rte_fib.h>
#include <rte_fib6.h>
#include <rte_hash.h>

#include <string.h>

static_assert(NETS_BURST_MAX <= RTE_HASH_LOOKUP_BULK_MAX, "a burst is one bulk lookup");

/* The queries of one family: their places in the burst, and their addresses as numbers. */
struct part {
	uint16_t nb;
	uint16_t at[NETS_BURST_MAX];
	uint64_t high[NETS_BURST_MAX], low[NETS_BURST_MAX];
};

/* Keys of one length, of those queries that it could serve better than what they have. */
struct asked {
	union {
		struct nets_key4 key4[NETS_BURST_MAX];
		struct nets_key6 key6[NETS_BURST_MAX];
	};
	const void *keys[NETS_BURST_MAX];
	hash_sig_t hashes[NETS_BURST_MAX];
	uint16_t at[NETS_BURST_MAX];
	uint32_t nb;
};

static uint64_t
read_be64(const uint8_t *at)
{
	uint64_t n;

	memcpy(&n, at, sizeof(n));
	return rte_be_to_cpu_64(n);
}

static void
collect(const struct nets_query queries[], uint16_t n, int family, struct part *part)
{
	part->nb = 0;
	for (uint16_t i = 0; i < n; i++) {
		uint32_t high;

		if (queries[i].family != (family == 0 ? 4 : 6))
			continue;
		part->at[part->nb] = i;
		part->low[part->nb] = 0;
		if (family == 0) {
			memcpy(&high, queries[i].addr, sizeof(high));
			part->high[part->nb++] = (uint64_t)rte_be_to_cpu_32(high) << 32;
		} else {
			part->low[part->nb] = read_be64(queries[i].addr + 8);
			part->high[part->nb++] = read_be64(queries[i].addr);
		}
	}
}

static void
take_hops(const struct nets *nets, const struct part *part, const uint64_t hops[],
	struct nets_hit hits[])
{
	for (uint16_t i = 0; i < part->nb; i++) {
		const struct nets_hop *hop = &nets->hops[hops[i]];

		hits[part->at[i]] = (struct nets_hit){.value = hop->value, .bits = hop->bits};
	}
}

static void
ask_fib4(const struct nets *nets, const struct part *part, struct nets_hit hits[])
{
	uint32_t addrs[NETS_BURST_MAX];
	uint64_t hops[NETS_BURST_MAX];

	for (uint16_t i = 0; i < part->nb; i++)
		addrs[i] = (uint32_t)(part->high[i] >> 32);
	rte_fib_lookup_bulk(nets->fib4, addrs, hops, part->nb);
	take_hops(nets, part, hops, hits);
}

static void
ask_fib6(const struct nets *nets, const struct nets_query queries[], const struct part *part,
	struct nets_hit hits[])
{
	uint8_t addrs[NETS_BURST_MAX][16];
	uint64_t hops[NETS_BURST_MAX];

	for (uint16_t i = 0; i < part->nb; i++)
		memcpy(addrs[i], queries[part->at[i]].addr, 16);
	rte_fib6_lookup_bulk(nets->fib6, addrs, hops, part->nb);
	take_hops(nets, part, hops, hits);
}

/* Whether a prefix of the probe's length would stand before what was found: it is longer, or as
 * long and bound where that is not. Longer lengths are asked first. */
static bool
is_better(const struct nets_probe *probe, uint16_t vlan, const struct nets_hit *hit)
{
	if (probe->is_bound && vlan == 0)
		return false;
	return probe->bits > hit->bits ||
	       (probe->is_bound && probe->bits == hit->bits && !hit->is_bound);
}

static void
make_keys(const struct nets_probe *probe, int family, const struct nets_query queries[],
	const struct part *part, struct asked *asked, const struct nets_hit hits[])
{
	asked->nb = 0;
	for (uint16_t i = 0; i < part->nb; i++) {
		uint16_t at = part->at[i], vlan = probe->is_bound ? queries[at].vlan : 0;
		uint32_t k = asked->nb;

		if (!is_better(probe, queries[at].vlan, &hits[at]))
			continue;
		if (family == 0) {
			asked->key4[k] = nets_key4(part->high[i], vlan, probe->bits);
			asked->hashes[k] = nets_hash4(&asked->key4[k]);
			asked->keys[k] = &asked->key4[k];
		} else {
			asked->key6[k] = nets_key6(part->high[i], part->low[i], vlan, probe->bits);
			asked->hashes[k] = nets_hash6(&asked->key6[k]);
			asked->keys[k] = &asked->key6[k];
		}
		asked->at[asked->nb++] = at;
	}
}

static void
ask_hash(const struct rte_hash *hash, const struct nets_probe *probe, struct asked *asked,
	struct nets_hit hits[])
{
	void *data[NETS_BURST_MAX];
	uint64_t found = 0;

	if (asked->nb == 0)
		return;
	rte_hash_lookup_with_hash_bulk_data(
		hash, asked->keys, asked->hashes, asked->nb, &found, data);
	for (; found != 0; found &= found - 1) {
		int k = __builtin_ctzll(found);

		hits[asked->at[k]] = (struct nets_hit){.value = (uint16_t)(uintptr_t)data[k],
			.bits = probe->bits,
			.is_bound = probe->is_bound};
	}
}

static void
lookup_family(const struct nets *nets, int family, const struct nets_query queries[], uint16_t n,
	struct nets_hit hits[])
{
	struct asked asked;
	struct part part;

	if (nets->nb_probes[family] == 0 && (family == 0 ? nets->fib4 == NULL : nets->fib6 == NULL))
		return;
	collect(queries, n, family, &part);
	if (part.nb == 0)
		return;
	if (family == 0 && nets->fib4 != NULL)
		ask_fib4(nets, &part, hits);
	if (family == 1 && nets->fib6 != NULL)
		ask_fib6(nets, queries, &part, hits);
	for (uint32_t p = 0; p < nets->nb_probes[family]; p++) {
		const struct nets_probe *probe = &nets->probes[family][p];

		make_keys(probe, family, queries, &part, &asked, hits);
		ask_hash(nets->hash[family], probe, &asked, hits);
	}
}

void
nets_lookup_burst(const struct nets *nets, const struct nets_query queries[], uint16_t n,
	struct nets_hit hits[])
{
	for (uint16_t i = 0; i < n; i++)
		hits[i] = (struct nets_hit){.value = NETS_NONE, .bits = -1};
	for (int family = 0; family < NETS_FAMILIES; family++)
		lookup_family(nets, family, queries, n, hits);
}

const struct base_set *
nets_set(const struct nets *nets, uint16_t value)
{
	return &nets->sets[value];
}

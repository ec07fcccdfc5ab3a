/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * What stands where. A fib answers for all lengths at once and takes 256 next hops for each /24 (in
 * IPv6 for each octet behind it) that has something longer inside, and 256 octets of a tree for
 * each prefix: right for the prefixes of a network's plan, and wrong for a million of subscribers'.
 * The hash takes some 40 octets a prefix and is asked once for each length.
 */
#include "nets_priv.h"

#include <errno.h>
#include <stdlib.h>

#define FIB_PREFIXES_MAX 65536 /* of one family; above, its commonest length goes to the hash … */
#define FIB_GROUPS_MAX	 16384 /* … and again while the fib needs more groups than so many */
#define TBL24_BITS	 24

static uint8_t
host_bits(uint8_t family)
{
	return family == 0 ? 32 : 128;
}

/* Groups that a prefix of so many bits can take, at most: one in IPv4, one an octet in IPv6. */
static uint32_t
groups_of(uint8_t family, unsigned bits)
{
	if (bits <= TBL24_BITS)
		return 0;
	return family == 0 ? 1 : (bits - TBL24_BITS + 7) / 8;
}

static void
count_fib(struct nets_family *family, uint8_t index)
{
	uint64_t groups = 0;

	family->nb_fib = 0;
	for (unsigned bits = 0; bits < host_bits(index); bits++) {
		if (family->hashed[bits])
			continue;
		family->nb_fib += family->counts[0][bits];
		groups += (uint64_t)family->counts[0][bits] * groups_of(index, bits);
	}
	family->groups = groups > UINT32_MAX ? UINT32_MAX : (uint32_t)groups;
}

/* The length that the fib is relieved of best. */
static unsigned
commonest(const struct nets_family *family, uint8_t index)
{
	unsigned best = 0;
	uint64_t most = 0;

	for (unsigned bits = 0; bits < host_bits(index); bits++) {
		uint64_t cost = (uint64_t)family->counts[0][bits] * (1 + groups_of(index, bits));

		if (!family->hashed[bits] && cost > most) {
			most = cost;
			best = bits;
		}
	}
	return best;
}

static void
add_probe(struct nets_family *family, unsigned bits, bool is_bound)
{
	uint32_t prefixes = family->counts[is_bound][bits];

	if (prefixes == 0 || (!is_bound && !family->hashed[bits]))
		return;
	family->nb_hash += prefixes;
	family->probes[family->nb_probes++] =
		(struct nets_probe){.bits = (uint8_t)bits, .is_bound = is_bound};
}

static void
lay_out(struct nets_family *family, uint8_t index)
{
	family->hashed[host_bits(index)] = true;
	for (count_fib(family, index);
		family->nb_fib > FIB_PREFIXES_MAX || family->groups > FIB_GROUPS_MAX;
		count_fib(family, index))
		family->hashed[commonest(family, index)] = true;
	for (int bits = host_bits(index); bits >= 0; bits--) {
		add_probe(family, (unsigned)bits, true);
		add_probe(family, (unsigned)bits, false);
	}
}

void
nets_layout(struct nets_source *source)
{
	for (uint32_t i = 0; i < source->nb; i++) {
		const struct nets_entry *entry = &source->entries[i];

		source->family[entry->family].counts[entry->vlan != 0][entry->bits]++;
	}
	for (uint8_t i = 0; i < NETS_FAMILIES; i++)
		lay_out(&source->family[i], i);
}

/* Hops by what they say: open addressing, at most half full. */
struct hop_table {
	uint32_t *slots; /* 0: empty */
	uint32_t mask;
};

static uint32_t
hop_number(struct nets_source *source, struct hop_table *table, const struct nets_entry *entry)
{
	uint32_t at = (uint32_t)nets_mix((uint64_t)entry->value << 8 | entry->bits);

	for (;; at++) {
		uint32_t *slot = &table->slots[at & table->mask];

		if (*slot == 0) {
			*slot = source->nb_hops++;
			source->hops[*slot] = (struct nets_hop){
				.value = entry->value, .bits = (int16_t)entry->bits};
		}
		if (source->hops[*slot].value == entry->value &&
			source->hops[*slot].bits == (int16_t)entry->bits)
			return *slot;
	}
}

int
nets_hops(struct nets_source *source)
{
	uint32_t most = source->family[0].nb_fib + source->family[1].nb_fib, slots = 2;
	struct hop_table table;

	while (slots < 2 * most)
		slots *= 2;
	table = (struct hop_table){.slots = calloc(slots, sizeof(uint32_t)), .mask = slots - 1};
	source->hops = malloc((most + 1) * sizeof(source->hops[0]));
	source->hop_of = calloc(source->nb + 1, sizeof(source->hop_of[0]));
	if (table.slots == NULL || source->hops == NULL || source->hop_of == NULL) {
		free(table.slots);
		return -ENOMEM;
	}
	source->hops[0] = (struct nets_hop){.value = NETS_NONE, .bits = -1};
	source->nb_hops = 1;
	for (uint32_t i = 0; i < source->nb; i++) {
		const struct nets_entry *entry = &source->entries[i];

		if (entry->vlan == 0 && !source->family[entry->family].hashed[entry->bits])
			source->hop_of[i] = hop_number(source, &table, entry);
	}
	free(table.slots);
	return 0;
}

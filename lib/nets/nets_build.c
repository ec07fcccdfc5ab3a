/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "nets_priv.h"

#include <rte_errno.h>
#include <rte_fib.h>
#include <rte_fib6.h>
#include <rte_hash.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define HASH_ENTRIES_MIN 8  /* rte_hash makes none smaller */
#define WARM		 32 /* keys whose buckets are fetched together, ahead of their turn */

/* Octets of the head's parts: each begins on a cache line. */
static size_t
rounded(size_t bytes)
{
	return (bytes + 63) & ~(size_t)63;
}

static size_t
head_bytes(const struct nets_source *source)
{
	return rounded(sizeof(struct nets)) + rounded(source->nb_hops * sizeof(struct nets_hop)) +
	       rounded(source->nb_sets * sizeof(struct base_set)) +
	       rounded(source->family[0].nb_probes * sizeof(struct nets_probe)) +
	       rounded(source->family[1].nb_probes * sizeof(struct nets_probe));
}

static uint32_t
hash_entries(const struct nets_family *family)
{
	return family->nb_hash < HASH_ENTRIES_MIN ? HASH_ENTRIES_MIN : family->nb_hash;
}

static uint32_t
key_bytes(int family)
{
	return family == 0 ? sizeof(struct nets_key4) : sizeof(struct nets_key6);
}

/* The highest bit of a next hop is the library's own; IPv6 has none of one octet. */
static struct place_fib
fib_of(const struct nets_source *source, int index)
{
	const struct nets_family *family = &source->family[index];
	uint32_t hops = source->nb_hops;
	uint8_t bytes = 4;

	if (hops <= 128 && index == 0)
		bytes = 1;
	else if (hops <= 32768)
		bytes = 2;
	/* As many groups as a next hop of one octet can number: 127. */
	if (bytes == 1 && family->groups > 126)
		bytes = 2;
	return (struct place_fib){
		.routes = family->nb_fib + 1, .groups = family->groups + 1, .hop_bytes = bytes};
}

void
nets_parts(const struct nets_source *source, struct nets_parts *out)
{
	uint64_t hash[NETS_FAMILIES] = {0}, fib[NETS_FAMILIES] = {0};

	for (int i = 0; i < NETS_FAMILIES; i++) {
		struct place_fib one = fib_of(source, i);

		if (source->family[i].nb_hash > 0)
			hash[i] = place_hash_bytes(hash_entries(&source->family[i]), key_bytes(i));
		if (source->family[i].nb_fib > 0)
			fib[i] = place_fib_bytes(&one);
	}
	*out = (struct nets_parts){.head = place_zalloc_bytes(head_bytes(source)),
		.hash4 = hash[0],
		.hash6 = hash[1],
		.fib4 = fib[0],
		.fib6 = fib[1]};
}

/* The part's name in the ledger: "clients node 0 hash of IPv4". */
static struct place_what
what_for(const struct nets_spec *spec, const char *part, char name[PLACE_NAME_MAX])
{
	char owner[24];

	snprintf(name, PLACE_NAME_MAX, "%s %s %s", spec->name,
		place_owner_format(&spec->owner, owner), part);
	return (struct place_what){.name = name, .node = spec->node, .owner = spec->owner};
}

/* The next part of the head, filled with a copy. */
static const void *
put(uint8_t **at, const void *from, size_t bytes)
{
	void *to = *at;

	if (bytes > 0)
		memcpy(to, from, bytes);
	*at += rounded(bytes);
	return to;
}

static int
head_build(const struct nets_source *source, const struct nets_spec *spec, struct nets **out,
	struct base_err *err)
{
	char name[PLACE_NAME_MAX];
	struct place_what what = what_for(spec, "head", name);
	struct nets *nets;
	void *memory;
	uint8_t *at;
	int ret = place_zalloc(&what, head_bytes(source), 0, &memory, err);

	if (ret < 0)
		return ret;
	*out = nets = memory;
	at = (uint8_t *)memory + rounded(sizeof(*nets));
	nets->hops = put(&at, source->hops, source->nb_hops * sizeof(struct nets_hop));
	nets->sets = put(&at, source->sets, source->nb_sets * sizeof(struct base_set));
	for (int i = 0; i < NETS_FAMILIES; i++) {
		nets->nb_probes[i] = source->family[i].nb_probes;
		nets->probes[i] = put(&at, source->family[i].probes,
			nets->nb_probes[i] * sizeof(struct nets_probe));
	}
	return 0;
}

/* Keys on their way into the hash. */
struct batch {
	union {
		struct nets_key4 key4;
		struct nets_key6 key6;
	} key[WARM];
	const void *keys[WARM];
	hash_sig_t hashes[WARM];
	uint16_t values[WARM];
	uint32_t nb;
};

/* A bulk lookup fetches the buckets of many keys at once, which adding one by one does not. */
static int
flush(struct rte_hash *hash, struct batch *batch, struct base_err *err)
{
	void *data[WARM];
	uint64_t mask;

	if (batch->nb > 0)
		rte_hash_lookup_with_hash_bulk_data(
			hash, batch->keys, batch->hashes, batch->nb, &mask, data);
	for (uint32_t i = 0; i < batch->nb; i++) {
		if (rte_hash_add_key_with_hash_data(hash, batch->keys[i], batch->hashes[i],
			    (void *)(uintptr_t)batch->values[i]) != 0)
			return base_fail(
				err, BASE_EXIT_FAILURE, ENOSPC, "the hash of prefixes refused one");
	}
	batch->nb = 0;
	return 0;
}

static void
add_key(struct batch *batch, const struct nets_entry *entry)
{
	uint32_t i = batch->nb++;

	if (entry->family == 0) {
		batch->key[i].key4 = nets_key4(entry->high, entry->vlan, entry->bits);
		batch->hashes[i] = nets_hash4(&batch->key[i].key4);
	} else {
		batch->key[i].key6 = nets_key6(entry->high, entry->low, entry->vlan, entry->bits);
		batch->hashes[i] = nets_hash6(&batch->key[i].key6);
	}
	batch->keys[i] = &batch->key[i];
	batch->values[i] = entry->value;
}

static int
hash_fill(struct rte_hash *hash, const struct nets_source *source, int family, struct base_err *err)
{
	struct batch batch = {.nb = 0};
	int ret = 0;

	for (uint32_t i = 0; i < source->nb && ret == 0; i++) {
		if (source->entries[i].family != family || source->hop_of[i] != 0)
			continue;
		add_key(&batch, &source->entries[i]);
		if (batch.nb == WARM)
			ret = flush(hash, &batch, err);
	}
	return ret < 0 ? ret : flush(hash, &batch, err);
}

static int
hash_build(struct nets *nets, const struct nets_source *source, const struct nets_spec *spec,
	int family, struct base_err *err)
{
	struct rte_hash_parameters params = {.entries = hash_entries(&source->family[family]),
		.key_len = key_bytes(family),
		.extra_flag = RTE_HASH_EXTRA_FLAGS_EXT_TABLE};
	char name[PLACE_NAME_MAX];
	struct place_what what =
		what_for(spec, family == 0 ? "hash of IPv4" : "hash of IPv6", name);
	int ret;

	if (source->family[family].nb_hash == 0)
		return 0;
	ret = place_hash(&what, &params, &nets->hash[family], err);
	return ret < 0 ? ret : hash_fill(nets->hash[family], source, family, err);
}

static int
fib_add(struct nets *nets, const struct nets_entry *entry, uint32_t hop)
{
	uint8_t addr[16];

	if (entry->family == 0)
		return rte_fib_add(nets->fib4, (uint32_t)(entry->high >> 32), entry->bits, hop);
	for (int i = 0; i < 8; i++) {
		addr[i] = (uint8_t)(entry->high >> (56 - 8 * i));
		addr[8 + i] = (uint8_t)(entry->low >> (56 - 8 * i));
	}
	return rte_fib6_add(nets->fib6, addr, entry->bits, hop);
}

static int
fib_fill(struct nets *nets, const struct nets_source *source, int family, struct base_err *err)
{
	for (uint32_t i = 0; i < source->nb; i++) {
		const struct nets_entry *entry = &source->entries[i];
		int ret;

		if (entry->family != family || source->hop_of[i] == 0)
			continue;
		ret = fib_add(nets, entry, source->hop_of[i]);
		if (ret < 0)
			return base_fail(err, BASE_EXIT_FAILURE, -ret,
				"the table of %u IPv%d prefixes refused one of %u bits: %s",
				source->family[family].nb_fib, family == 0 ? 4 : 6, entry->bits,
				rte_strerror(-ret));
	}
	return 0;
}

static int
fib_build(struct nets *nets, const struct nets_source *source, const struct nets_spec *spec,
	int family, struct base_err *err)
{
	struct place_fib fib = fib_of(source, family);
	char name[PLACE_NAME_MAX];
	struct place_what what = what_for(spec, family == 0 ? "IPv4" : "IPv6", name);
	int ret;

	if (source->family[family].nb_fib == 0)
		return 0;
	if (family == 0)
		ret = place_fib(&what, &fib, &nets->fib4, err);
	else
		ret = place_fib6(&what, &fib, &nets->fib6, err);
	return ret < 0 ? ret : fib_fill(nets, source, family, err);
}

int
nets_build(const struct nets_source *source, const struct nets_spec *spec, struct nets **out,
	struct base_err *err)
{
	struct nets *nets = NULL;
	int ret = head_build(source, spec, &nets, err);

	*out = NULL;
	for (int family = 0; family < NETS_FAMILIES && ret == 0; family++) {
		ret = hash_build(nets, source, spec, family, err);
		if (ret == 0)
			ret = fib_build(nets, source, spec, family, err);
	}
	if (ret < 0) {
		nets_free(nets);
		return ret;
	}
	*out = nets;
	return 0;
}

void
nets_free(struct nets *nets)
{
	if (nets == NULL)
		return;
	place_free(nets->fib6);
	place_free(nets->fib4);
	place_free(nets->hash[1]);
	place_free(nets->hash[0]);
	place_free(nets);
}

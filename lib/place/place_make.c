/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "place_priv.h"

#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_hash.h>
#include <rte_malloc.h>
#include <rte_mbuf.h>
#include <rte_mbuf_pool_ops.h>
#include <rte_memzone.h>
#include <rte_ring.h>

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#define EAL_NAME_MAX 24 /* with the prefixes of rte_hash and rte_ring within 32 */

/* DPDK wants names that nobody else has; a new table stands beside the old one while it is made. */
static const char *
eal_name(const char *kind, char name[EAL_NAME_MAX])
{
	static _Atomic uint32_t serial;

	snprintf(name, EAL_NAME_MAX, "weir_%s_%u", kind, (unsigned)atomic_fetch_add(&serial, 1));
	return name;
}

struct zalloc_arg {
	size_t bytes;
	unsigned align;
	int node;
};

static void *
zalloc_make(void *arg)
{
	const struct zalloc_arg *zalloc = arg;

	return rte_zmalloc_socket(NULL, zalloc->bytes, zalloc->align, zalloc->node);
}

int
place_zalloc(const struct place_what *what, size_t bytes, unsigned align, void **out,
	struct base_err *err)
{
	struct zalloc_arg arg = {.bytes = bytes, .align = align, .node = what->node};
	struct place_maker maker = {.call = "rte_zmalloc_socket",
		.make = zalloc_make,
		.unmake = rte_free,
		.arg = &arg,
		.bytes = bytes};

	return place_make(what, &maker, out, err);
}

struct zone_arg {
	const struct place_zone *zone;
	int node;
};

static void *
zone_make(void *arg)
{
	const struct zone_arg *call = arg;
	const struct place_zone *zone = call->zone;
	const struct rte_memzone *made = rte_memzone_reserve_aligned(zone->name, zone->bytes,
		call->node, 0, zone->align == 0 ? RTE_CACHE_LINE_SIZE : zone->align);

	if (made != NULL)
		memset(made->addr, 0, made->len);
	return (void *)(uintptr_t)made;
}

static void
zone_unmake(void *object)
{
	rte_memzone_free(object);
}

int
place_memzone(const struct place_what *what, const struct place_zone *zone,
	const struct rte_memzone **out, struct base_err *err)
{
	struct zone_arg arg = {.zone = zone, .node = what->node};
	struct place_maker maker = {.call = "rte_memzone_reserve",
		.make = zone_make,
		.unmake = zone_unmake,
		.arg = &arg,
		.bytes = zone->bytes};
	void *object;
	int ret = place_make(what, &maker, &object, err);

	*out = object;
	return ret;
}

struct pool_arg {
	const struct place_pool *pool;
	int node;
};

/* What rte_pktmbuf_pool_create() does, but for the size of an element and the flags. */
static struct rte_mempool *
even_pool_make(const struct place_pool *pool, const char *name, int node)
{
	struct rte_pktmbuf_pool_private priv = {
		.mbuf_data_room_size = pool->data_room, .mbuf_priv_size = pool->priv};
	unsigned flags;
	uint32_t element = place_pool_element(pool, &flags);
	struct rte_mempool *made = rte_mempool_create_empty(
		name, pool->mbufs, element, pool->cache, sizeof(priv), node, flags);
	int ret;

	if (made == NULL)
		return NULL;
	ret = rte_mempool_set_ops_byname(made, rte_mbuf_best_mempool_ops(), NULL);
	rte_pktmbuf_pool_init(made, &priv);
	if (ret == 0)
		ret = rte_mempool_populate_default(made);
	if (ret < 0) {
		rte_mempool_free(made);
		rte_errno = -ret;
		return NULL;
	}
	rte_mempool_obj_iter(made, rte_pktmbuf_init, NULL);
	return made;
}

static void *
pool_make(void *arg)
{
	const struct pool_arg *call = arg;
	const struct place_pool *pool = call->pool;
	char name[EAL_NAME_MAX];

	eal_name("pool", name);
	if (pool->is_even)
		return even_pool_make(pool, name, call->node);
	return rte_pktmbuf_pool_create(
		name, pool->mbufs, pool->cache, pool->priv, pool->data_room, call->node);
}

static void
pool_unmake(void *object)
{
	rte_mempool_free(object);
}

int
place_pool(const struct place_what *what, const struct place_pool *pool, struct rte_mempool **out,
	struct base_err *err)
{
	struct pool_arg arg = {.pool = pool, .node = what->node};
	struct place_maker maker = {.call = "rte_pktmbuf_pool_create",
		.make = pool_make,
		.unmake = pool_unmake,
		.arg = &arg,
		.bytes = place_pool_bytes(
			pool, rte_eal_has_hugepages() ? RTE_PGSIZE_2M : RTE_PGSIZE_4K),
		.is_listed = true};
	void *object;
	int ret = place_make(what, &maker, &object, err);

	*out = object;
	return ret;
}

struct ring_arg {
	uint32_t size;
	unsigned flags;
	int node;
};

static void *
ring_make(void *arg)
{
	const struct ring_arg *ring = arg;
	char name[EAL_NAME_MAX];

	return rte_ring_create(eal_name("ring", name), ring->size, ring->node, ring->flags);
}

static void
ring_unmake(void *object)
{
	rte_ring_free(object);
}

int
place_ring(const struct place_what *what, uint32_t size, unsigned flags, struct rte_ring **out,
	struct base_err *err)
{
	struct ring_arg arg = {.size = size, .flags = flags, .node = what->node};
	struct place_maker maker = {.call = "rte_ring_create",
		.make = ring_make,
		.unmake = ring_unmake,
		.arg = &arg,
		.bytes = place_ring_bytes(size),
		.is_listed = true};
	void *object;
	int ret = place_make(what, &maker, &object, err);

	*out = object;
	return ret;
}

static void *
hash_make(void *arg)
{
	char name[EAL_NAME_MAX];
	struct rte_hash_parameters *params = arg;

	params->name = eal_name("hash", name);
	return rte_hash_create(params);
}

static void
hash_unmake(void *object)
{
	rte_hash_free(object);
}

int
place_hash(const struct place_what *what, const struct rte_hash_parameters *params,
	struct rte_hash **out, struct base_err *err)
{
	struct rte_hash_parameters own = *params;
	struct place_maker maker = {.call = "rte_hash_create",
		.make = hash_make,
		.unmake = hash_unmake,
		.arg = &own,
		.bytes = place_hash_bytes(params->entries, params->key_len),
		.is_listed = true};
	void *object;
	int ret;

	own.socket_id = what->node;
	ret = place_make(what, &maker, &object, err);
	*out = object;
	return ret;
}

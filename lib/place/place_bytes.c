/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * What objects will take, told before any of them (or EAL) exists, so that memory can be planned.
 */
#include "place_priv.h"

#include <rte_common.h>
#include <rte_hash.h>
#include <rte_mbuf.h>
#include <rte_mempool.h>
#include <rte_ring_elem.h>

#define HEAP_ELEMENT_BYTES 128 /* header and trailer of an element of EAL's heap */
#define HASH_BUCKET_SLOTS  8   /* rte_hash: entries of a bucket, each bucket one cache line */
#define HASH_HEAD_BYTES	   512 /* struct rte_hash and small parts */
#define HASH_KEY_ALIGN	   16

uint64_t
place_zalloc_bytes(uint64_t bytes)
{
	return RTE_ALIGN_CEIL(bytes, (uint64_t)RTE_CACHE_LINE_SIZE) + HEAP_ELEMENT_BYTES;
}

/* A ring is a memzone and an entry in DPDK's list of rings. */
static uint64_t
ring_bytes(unsigned slot_bytes, uint32_t size)
{
	ssize_t bytes = rte_ring_get_memsize_elem(slot_bytes, rte_align32pow2(size));

	return bytes < 0 ? 0 : place_zalloc_bytes((uint64_t)bytes) + place_zalloc_bytes(1);
}

uint64_t
place_ring_bytes(uint32_t size)
{
	return ring_bytes(sizeof(void *), size);
}

/* As rte_mempool_op_calc_mem_size_helper() counts: a buffer larger than a page has pages of its
 * own, a smaller one crosses none; the last page is taken as far as it is used. */
static uint64_t
pool_objects_bytes(uint32_t mbufs, uint64_t object, uint64_t page)
{
	uint64_t in_page = page / object, in_last;

	if (in_page == 0)
		return RTE_ALIGN_CEIL(object, page) * mbufs;
	in_last = mbufs == 0 ? 0 : (mbufs - 1) % in_page + 1;
	return (mbufs - in_last) / in_page * page + in_last * object;
}

/* Without F_NO_SPREAD the pool pads objects to an odd number of lines: no power of two then. */
uint32_t
place_pool_element(const struct place_pool *pool, unsigned *flags)
{
	uint32_t element = (uint32_t)sizeof(struct rte_mbuf) + pool->priv + pool->data_room;
	uint32_t object;

	*flags = pool->is_even ? RTE_MEMPOOL_F_NO_SPREAD : 0;
	object = rte_mempool_calc_obj_size(element, *flags, NULL);
	return pool->is_even ? element + rte_align32pow2(object) - object : element;
}

uint64_t
place_pool_bytes(const struct place_pool *pool, uint64_t page_bytes)
{
	unsigned flags;
	uint32_t element = place_pool_element(pool, &flags);
	uint64_t head = sizeof(struct rte_mempool) + sizeof(struct rte_pktmbuf_pool_private) +
			(pool->cache == 0 ? 0 : sizeof(struct rte_mempool_cache) * RTE_MAX_LCORE);
	uint32_t object = rte_mempool_calc_obj_size(element, flags, NULL);

	return place_zalloc_bytes(head) + place_ring_bytes(pool->mbufs + 1) +
	       place_zalloc_bytes(1) * 2 +
	       place_zalloc_bytes(pool_objects_bytes(pool->mbufs, object, page_bytes) + object);
}

uint64_t
place_hash_bytes(uint32_t entries, uint32_t key_bytes)
{
	uint64_t buckets = rte_align32pow2(entries) / HASH_BUCKET_SLOTS;
	uint64_t key =
		RTE_ALIGN_CEIL((uint64_t)key_bytes + sizeof(void *), (uint64_t)HASH_KEY_ALIGN);

	return place_zalloc_bytes(HASH_HEAD_BYTES) + ring_bytes(sizeof(uint32_t), entries + 1) +
	       ring_bytes(sizeof(uint32_t), (uint32_t)buckets + 1) +
	       place_zalloc_bytes(buckets * RTE_CACHE_LINE_SIZE) * 2 +
	       place_zalloc_bytes(key * (entries + 1));
}

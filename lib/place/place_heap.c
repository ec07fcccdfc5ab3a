/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * What an object consists of. rte_hash, rte_mempool and rte_fib hide their parts, and none tells
 * where they lie. All of them come from EAL's heap, though, and rte_malloc_dump_heaps() lists every
 * element of it: what is busy after a call and was not before belongs to the object. That the text
 * is understood is checked against the heap's own count of elements.
 */
#include "place_priv.h"

#include <rte_lcore.h>
#include <rte_malloc.h>
#include <rte_memory.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* An entry of 24 to 64 octets, its element's header and trailer, and what was too little to be
 * split off behind it. */
#define ENTRY_BYTES_MAX 384
/* How often a heap that others use meanwhile is listed, and the rest between, in us. */
#define HEAP_TRIES    50
#define HEAP_PAUSE_US 1000

static int
heap_add(struct place_heap *heap, const struct place_extent *extent)
{
	if (heap->nb == heap->cap) {
		uint32_t cap = heap->cap == 0 ? 64 : heap->cap * 2;
		struct place_extent *grown = realloc(heap->extents, cap * sizeof(*grown));

		if (grown == NULL)
			return -ENOMEM;
		heap->extents = grown;
		heap->cap = cap;
	}
	heap->extents[heap->nb++] = *extent;
	return 0;
}

/* An element takes three lines: address and state, length, neighbours. */
static int
heap_parse(struct place_heap *heap, char *text)
{
	struct place_extent extent = {0};
	bool busy = false;
	char state[8], *save = NULL;
	void *addr;

	for (char *line = strtok_r(text, "\n", &save); line != NULL;
		line = strtok_r(NULL, "\n", &save)) {
		if (sscanf(line, "Malloc element at %p (%7[A-Z])", &addr, state) == 2) {
			busy = strcmp(state, "BUSY") == 0;
			extent.addr = addr;
		} else if (busy && sscanf(line, " len: %zx", &extent.bytes) == 1) {
			busy = false;
			if (heap_add(heap, &extent) != 0)
				return -ENOMEM;
		}
	}
	return 0;
}

static int
extent_order(const void *a, const void *b)
{
	const struct place_extent *left = a, *right = b;

	return left->addr < right->addr ? -1 : left->addr > right->addr;
}

static uint32_t
heap_count(void)
{
	struct rte_malloc_socket_stats stats;
	uint32_t count = 0;

	for (unsigned i = 0; i < rte_socket_count(); i++) {
		if (rte_malloc_get_socket_stats(rte_socket_id_by_idx(i), &stats) == 0)
			count += stats.alloc_count;
	}
	return count;
}

/* Lists the heap once; true in `agrees` when it is what the statistics counted before and after. */
static int
heap_list(struct place_heap *heap, bool *agrees)
{
	uint32_t before = heap_count();
	char *text = NULL;
	size_t len = 0;
	FILE *stream = open_memstream(&text, &len);
	int ret = -ENOMEM;

	memset(heap, 0, sizeof(*heap));
	if (stream != NULL) {
		rte_malloc_dump_heaps(stream);
		if (fclose(stream) == 0)
			ret = heap_parse(heap, text);
		free(text);
	}
	*agrees = heap->nb == before && heap_count() == before;
	return ret;
}

int
place_heap_read(struct place_heap *heap, struct base_err *err)
{
	bool agrees = false;
	int ret = heap_list(heap, &agrees);

	/* A driver's thread may allocate at any time (net_memif's does for each message to its
	 * peer): what then does not agree is read again. */
	for (int tries = 1; ret == 0 && !agrees && tries < HEAP_TRIES; tries++) {
		place_heap_clear(heap);
		usleep(HEAP_PAUSE_US);
		ret = heap_list(heap, &agrees);
	}
	if (ret != 0)
		base_fail(err, BASE_EXIT_FAILURE, ENOMEM, "no memory to read EAL's heaps");
	else if (!agrees)
		ret = base_fail(err, BASE_EXIT_FAILURE, EPROTO,
			"EAL's heap dump shows %u elements where its statistics count %u, %d "
			"times: "
			"this DPDK writes it in a form that is not known",
			heap->nb, heap_count(), HEAP_TRIES);
	if (ret != 0)
		place_heap_clear(heap);
	else if (heap->nb > 1)
		qsort(heap->extents, heap->nb, sizeof(*heap->extents), extent_order);
	return ret;
}

void
place_heap_clear(struct place_heap *heap)
{
	free(heap->extents);
	memset(heap, 0, sizeof(*heap));
}

int
place_heap_diff(
	const struct place_heap *before, const struct place_heap *after, struct place_heap *fresh)
{
	uint32_t b = 0;

	memset(fresh, 0, sizeof(*fresh));
	for (uint32_t a = 0; a < after->nb; a++) {
		while (b < before->nb && before->extents[b].addr < after->extents[a].addr)
			b++;
		if (b < before->nb && before->extents[b].addr == after->extents[a].addr)
			continue;
		if (heap_add(fresh, &after->extents[a]) != 0) {
			place_heap_clear(fresh);
			return -ENOMEM;
		}
	}
	return 0;
}

void
place_heap_strike_entries(struct place_heap *heap, int node)
{
	int ours = (int)rte_socket_id();
	uint32_t kept = 0;

	for (uint32_t i = 0; i < heap->nb && ours != node; i++) {
		const struct place_extent *extent = &heap->extents[i];
		const struct rte_memseg_list *list = rte_mem_virt2memseg_list(extent->addr);

		if (extent->bytes > ENTRY_BYTES_MAX || list == NULL || list->socket_id != ours)
			heap->extents[kept++] = *extent;
	}
	if (ours != node)
		heap->nb = kept;
}

void
place_charge_read(struct place_charge *charge)
{
	struct rte_malloc_socket_stats stats;

	memset(charge, 0, sizeof(*charge));
	for (unsigned i = 0; i < rte_socket_count() && i < PLACE_NODES_MAX; i++) {
		if (rte_malloc_get_socket_stats(rte_socket_id_by_idx(i), &stats) == 0)
			charge->bytes[i] = stats.heap_allocsz_bytes;
	}
}

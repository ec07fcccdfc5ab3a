/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "place_priv.h"

#include <rte_memory.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Pages of EAL's memory can have several sizes, each range but one. */
static uintptr_t
extent_page_bytes(const struct place_extent *extent)
{
	const struct rte_memseg_list *list = rte_mem_virt2memseg_list(extent->addr);

	return list != NULL ? (uintptr_t)list->page_sz : (uintptr_t)sysconf(_SC_PAGESIZE);
}

static uint64_t
extent_pages(const struct place_extent *extent)
{
	uintptr_t page = extent_page_bytes(extent);
	uintptr_t first = (uintptr_t)extent->addr / page;
	uintptr_t last = ((uintptr_t)extent->addr + extent->bytes - 1) / page;

	return extent->bytes == 0 ? 0 : last - first + 1;
}

/* Addresses of all pages, or of PLACE_PAGES_MAX of them: the first, the last, evenly between. */
static uint32_t
line_sample(const struct place_line *line, void *pages[PLACE_PAGES_MAX])
{
	uint64_t total = 0, before = 0;
	uint32_t nb, i = 0;

	for (uint32_t e = 0; e < line->heap.nb; e++)
		total += extent_pages(&line->heap.extents[e]);
	nb = total < PLACE_PAGES_MAX ? (uint32_t)total : PLACE_PAGES_MAX;
	for (uint32_t e = 0; e < line->heap.nb; e++) {
		const struct place_extent *extent = &line->heap.extents[e];
		uintptr_t page = extent_page_bytes(extent);
		uint64_t end = before + extent_pages(extent);

		for (; i < nb; i++) {
			uint64_t index = nb == 1 ? 0 : i * (total - 1) / (nb - 1);

			if (index >= end)
				break;
			pages[i] =
				(void *)(((uintptr_t)extent->addr / page + index - before) * page);
		}
		before = end;
	}
	return nb;
}

static void
entry_count(struct place_entry *entry, const int status[], uint32_t nb)
{
	uint32_t per_node[64] = {0};
	int most = -1;

	entry->pages = nb;
	for (uint32_t i = 0; i < nb; i++) {
		/* A page that was never written is absent or the kernel's shared page of zeros. */
		if (status[i] < 0 || status[i] > 63) {
			entry->untouched++;
			continue;
		}
		entry->nodes |= UINT64_C(1) << status[i];
		entry->misplaced += status[i] != entry->wanted;
		per_node[status[i]]++;
		if (most < 0 || per_node[status[i]] > per_node[most])
			most = status[i];
	}
	entry->actual = most;
}

int
place_line_verify(struct place_line *line, struct base_err *err)
{
	struct place_entry *entry = &line->entry;
	void *pages[PLACE_PAGES_MAX];
	int status[PLACE_PAGES_MAX];
	uint32_t nb = line_sample(line, pages);

	entry->actual = -1;
	entry->nodes = 0;
	entry->pages = entry->misplaced = entry->untouched = 0;
	/* Without a list of target nodes the call moves nothing and only tells. */
	if (nb > 0 && syscall(SYS_move_pages, 0, (unsigned long)nb, pages, NULL, status, 0) != 0)
		return base_fail(err, BASE_EXIT_UNAVAILABLE, errno,
			"%s: the kernel does not tell where its pages are: move_pages: %s",
			entry->name, strerror(errno));
	entry_count(entry, status, nb);
	return 0;
}

const char *
place_nodes_format(uint64_t nodes, char text[PLACE_WORDS_MAX])
{
	size_t at = 0;

	snprintf(text, PLACE_WORDS_MAX, "-");
	for (unsigned int node = 0; node < 64; node++) {
		if ((nodes >> node & 1) != 0)
			at += (size_t)snprintf(
				text + at, PLACE_WORDS_MAX - at, "%s%u", at == 0 ? "" : ",", node);
	}
	return text;
}

const char *
place_misplaced_format(const struct place_entry *entry, char text[PLACE_WORDS_MAX])
{
	uint64_t wrong = entry->nodes;
	char nodes[PLACE_WORDS_MAX];

	if (entry->wanted >= 0 && entry->wanted < 64)
		wrong &= ~(UINT64_C(1) << entry->wanted);
	snprintf(text, PLACE_WORDS_MAX, "%u of %u pages on node %.*s", entry->misplaced,
		entry->pages - entry->untouched, PLACE_WORDS_MAX - 64,
		place_nodes_format(wrong, nodes));
	return text;
}

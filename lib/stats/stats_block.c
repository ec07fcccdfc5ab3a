/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "place.h"
#include "stats.h"

#include <rte_memzone.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

uint32_t
stats_layout_add(
	struct stats_layout *layout, const char *name, const char *const *names, uint32_t n)
{
	struct stats_set *set;

	if (layout->n_sets == STATS_SETS_MAX ||
		n > UINT32_MAX / sizeof(uint64_t) - layout->n_counters) {
		layout->full = true;
		return 0;
	}
	set = &layout->sets[layout->n_sets++];
	*set = (struct stats_set){
		.name = name, .names = names, .first = layout->n_counters, .n = n};
	layout->n_counters += n;
	return set->first;
}

const struct stats_set *
stats_layout_find(const struct stats_layout *layout, const char *name)
{
	for (uint32_t i = 0; i < layout->n_sets; i++) {
		if (strcmp(layout->sets[i].name, name) == 0)
			return &layout->sets[i];
	}
	return NULL;
}

size_t
stats_bytes(const struct stats_layout *layout)
{
	return sizeof(struct stats_block) + layout->n_counters * sizeof(uint64_t);
}

int
stats_block_new(const struct stats_layout *layout, unsigned int lcore, int node,
	struct stats_block **out, struct base_err *err)
{
	char name[RTE_MEMZONE_NAMESIZE];
	const struct rte_memzone *zone;
	struct stats_block *block;
	int rc;

	*out = NULL;
	if (layout->full)
		return base_fail(err, BASE_EXIT_FAILURE, ENOSPC,
			"there are more than %d sets of counters", STATS_SETS_MAX);
	snprintf(name, sizeof(name), "weir_stats_%u", lcore);
	rc = place_memzone(&(struct place_what){.name = name,
				   .node = node,
				   .owner = {.kind = PLACE_OWNER_LCORE, .id = (uint16_t)lcore}},
		&(struct place_zone){.name = name, .bytes = stats_bytes(layout)}, &zone, err);
	if (rc < 0)
		return rc;
	block = zone->addr;
	block->n = layout->n_counters;
	block->lcore = lcore;
	*out = block;
	return 0;
}

void
stats_block_free(struct stats_block *block)
{
	char name[RTE_MEMZONE_NAMESIZE];

	if (block == NULL)
		return;
	snprintf(name, sizeof(name), "weir_stats_%u", block->lcore);
	place_free(rte_memzone_lookup(name));
}

uint64_t
stats_sum(const struct stats_block *const *blocks, uint32_t n, uint32_t index)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < n; i++)
		sum += stats_get(blocks[i], index);
	return sum;
}

uint64_t
stats_sum_set(const struct stats_block *const *blocks, uint32_t n, const struct stats_set *set)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < set->n; i++)
		sum += stats_sum(blocks, n, set->first + i);
	return sum;
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "classify_stage.h"

#include "classify_stage_priv.h"

static const char *const names[CLASSIFY_STAGE_COUNTERS] = {
#define X(name) #name,
	CLASSIFY_STAGES(X)
#undef X
		"packets",
	"at"};

const char *
classify_stage_name(enum classify_stage stage)
{
	return names[stage];
}

uint32_t
classify_stage_stats(struct stats_layout *layout)
{
	return stats_layout_add(layout, "stage", names, CLASSIFY_STAGE_COUNTERS);
}

void
classify_stage_times(const struct stats_block *stats, uint32_t base, struct classify_times *out)
{
	out->packets = stats_get(stats, base + CLASSIFY_STAGE_PACKETS);
	for (uint32_t stage = 0; stage < CLASSIFY_STAGE_COUNT; stage++)
		out->cycles[stage] = stats_get(stats, base + stage);
}

enum classify_stage
classify_stage_at(const struct stats_block *stats, uint32_t base)
{
	return (enum classify_stage)stats_get(stats, base + CLASSIFY_STAGE_AT);
}

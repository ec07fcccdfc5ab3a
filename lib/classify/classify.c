/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "classify_priv.h"
#include "place.h"

#include <errno.h>
#include <stdio.h>

uint32_t
classify_stats(struct stats_layout *layout)
{
	uint32_t base =
		stats_layout_add(layout, "reason", classify_reason_names, CLASSIFY_REASON_COUNT);

	stats_layout_add(layout, "list", NULL, CONF_LISTS_MAX);
	stats_layout_add(layout, "log", NULL, CONF_LISTS_MAX);
	classify_stage_stats(layout);
	return base;
}

size_t
classify_bytes(void)
{
	return sizeof(struct classify);
}

static void
configure(struct classify *c, const struct classify_conf *conf)
{
	c->stats = conf->stats;
	c->reason_base = conf->stats_base;
	c->list_base = c->reason_base + CLASSIFY_REASON_COUNT;
	c->log_base = c->list_base + CONF_LISTS_MAX;
	c->watch.stats = conf->stats;
	c->watch.base = c->log_base + CONF_LISTS_MAX;
	c->log = conf->log;
	c->sample = conf->sample;
	c->frame_field = conf->frame_field;
	c->time_field = conf->time_field;
	memcpy(c->ports, conf->ports, sizeof(c->ports));
}

int
classify_new(const struct classify_conf *conf, struct classify **out, struct base_err *err)
{
	char name[PLACE_NAME_MAX];
	struct place_what what = {
		.name = name,
		.node = conf->node,
		.owner = {.kind = PLACE_OWNER_LCORE, .id = (uint16_t)conf->lcore},
	};
	void *memory;
	int rc;

	*out = NULL;
	snprintf(name, sizeof(name), "classifier lcore %u", conf->lcore);
	rc = place_zalloc(&what, sizeof(struct classify), 0, &memory, err);
	if (rc < 0)
		return rc;
	*out = memory;
	configure(*out, conf);
	return 0;
}

void
classify_set_time(struct classify *classify, int64_t now_us)
{
	atomic_store_explicit(&classify->now_us, now_us, memory_order_relaxed);
}

void
classify_free(struct classify *classify)
{
	place_free(classify);
}

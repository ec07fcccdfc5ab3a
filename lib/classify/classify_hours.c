/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * What the hours of a schedule do to a query: the lists of its group, and how long an answer holds.
 */
#include "classify_priv.h"

#include <rte_mbuf_dyn.h>

#define US_PER_S 1000000

/* The whole seconds until a change, at least 1: a client may keep an answer no longer. */
static uint32_t
seconds_until(int64_t change_s, int64_t now_us)
{
	int64_t left;

	if (change_s == BASE_ZONE_NEVER)
		return UINT32_MAX;
	left = change_s - now_us / US_PER_S - (now_us % US_PER_S > 0);
	return left < 1 ? 1 : left > UINT32_MAX ? UINT32_MAX : (uint32_t)left;
}

/* A replay's frame: its own time chooses the group's state. */
static void
take_frame_time(const struct classify *c, const struct policy_view *view, struct classify_job *job)
{
	int64_t now_us = 0;
	struct policy_moment moment;

	if (c->time_field >= 0)
		now_us = (int64_t)*RTE_MBUF_DYNFIELD(job->mbuf, c->time_field, const uint64_t *);
	policy_hours_at(view->hours, job->group, now_us / US_PER_S, &moment);
	if (moment.state == POLICY_NO_STATE)
		return;
	job->group = (uint16_t)(view->nb_groups + moment.state);
	job->ttl_max = seconds_until(moment.change_s, now_us);
}

void
classify_hours_of(const struct classify *c, const struct policy_view *view,
	struct classify_job *job, int64_t now_us)
{
	if (view->hours != NULL)
		take_frame_time(c, view, job);
	else
		job->ttl_max = seconds_until(view->groups[job->group].change_s, now_us);
}

void
classify_hours(struct classify *c, const struct policy_view *view)
{
	int64_t now_us = atomic_load_explicit(&c->now_us, memory_order_relaxed);

	for (uint16_t i = 0; i < c->nb_open; i++)
		classify_hours_of(c, view, &c->jobs[c->open[i]], now_us);
}

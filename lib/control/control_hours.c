/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * Schedules: lcores are told the time, and when hours change the lists of a group, a generation
 * that shares all tables with the one in force takes its place.
 */
#include "control_reload_priv.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define TICK_NS	   UINT64_C(200000000)
#define NS_PER_US  1000
#define US_PER_S   1000000
#define GROUPS_MAX 64 /* that are told of one change */

static int64_t
now_us(const struct control_reload *reload)
{
	struct timespec now;

	if (reload->conf.now_us != NULL)
		return reload->conf.now_us(reload->conf.arg);
	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * US_PER_S + now.tv_nsec / NS_PER_US;
}

int64_t
control_now_s(const struct control_reload *reload)
{
	return now_us(reload) / US_PER_S;
}

/* Lcores read it until the next tick: they are told what it may be by then. */
void
control_tell_time(const struct control_reload *reload)
{
	int64_t latest = now_us(reload) + (int64_t)(TICK_NS / NS_PER_US);

	for (uint32_t i = 0; i < reload->conf.n_lcores; i++) {
		if (reload->conf.lcores[i].classify != NULL)
			classify_set_time(reload->conf.lcores[i].classify, latest);
	}
}

/* Words about a group: "group kids by its schedule: games on; social off". */
static void
describe(const struct policy *policy, const struct policy_hours_change *change,
	struct control_hours *out)
{
	char on[CONTROL_HOURS_TEXT / 2 - 64], off[CONTROL_HOURS_TEXT / 2 - 64];
	bool has_on = base_set_first(&change->on) >= 0, has_off = base_set_first(&change->off) >= 0;

	snprintf(out->text, sizeof(out->text), "group %s by its schedule: %s%s%s%s%s",
		policy_group_name(policy, change->group),
		has_on ? policy_lists_text(policy, &change->on, on, sizeof(on)) : "",
		has_on ? " on" : "", has_on && has_off ? "; " : "",
		has_off ? policy_lists_text(policy, &change->off, off, sizeof(off)) : "",
		has_off ? " off" : "");
}

/* What has changed is told group by group. */
static int
tell_changes(struct control_reload *reload, struct base_err *err)
{
	struct control_result *result = &reload->result;
	struct policy_hours_change changes[GROUPS_MAX];
	uint32_t n = policy_compare_hours(
		reload->live->policy, reload->next->policy, changes, GROUPS_MAX);

	result->hours = calloc(n + 1u, sizeof(result->hours[0]));
	if (result->hours == NULL)
		return base_fail(err, BASE_EXIT_UNAVAILABLE, ENOMEM, "no memory for a schedule");
	for (uint32_t i = 0; i < n; i++)
		describe(reload->next->policy, &changes[i], &result->hours[i]);
	result->nb_hours = n;
	return 0;
}

int
control_change_hours(struct control_reload *reload, struct base_err *err)
{
	struct generation *next = reload->next;
	int rc;

	next->ini = ini_use(reload->live->ini);
	rc = policy_renew_hours(reload->live->policy, control_now_s(reload), &next->policy, err);
	return rc < 0 ? rc : tell_changes(reload, err);
}

/* A change that cannot be made now, beside a reload or without memory, is made later. */
static void
tick(void *arg)
{
	struct control_reload *reload = arg;

	control_tell_time(reload);
	if (reload->state == CONTROL_IDLE && base_clock_ns() >= reload->hours_after_ns &&
		policy_is_due(reload->live->policy, control_now_s(reload)))
		control_reload_hours(reload);
}

void
control_hours_update(struct control_reload *reload)
{
	bool is_timed = reload->live->policy != NULL && policy_is_timed(reload->live->policy);

	if (is_timed && reload->tick == NULL)
		reload->tick = control_every(reload->conf.control, TICK_NS, tick, reload);
	if (!is_timed) {
		control_forget(reload->conf.control, reload->tick);
		reload->tick = NULL;
	}
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * [group] schedule: windows to spans of a week, and the generation that a change of them makes.
 */
#include "policy_priv.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAY_MIN	  1440
#define WEEK_MIN  (7 * DAY_MIN)
#define EDGES_MAX (2 * 7 * CONF_WINDOWS_MAX + 1) /* of a group's windows, and Monday 00:00 */

static int
no_memory(struct base_err *err)
{
	return base_fail(err, BASE_EXIT_UNAVAILABLE, ENOMEM, "no memory for schedules");
}

/* Whether a window is open at a minute of the week. */
static bool
is_open(const struct conf_window *window, uint32_t minute)
{
	uint32_t day = minute / DAY_MIN, of_day = minute % DAY_MIN;
	uint32_t before = (day + 6) % 7;

	if ((window->days >> day & 1) != 0 && of_day >= window->from && of_day < window->to)
		return true;
	return (window->days >> before & 1) != 0 && of_day + DAY_MIN < window->to;
}

/* The lists of a group that are off at a minute of the week: in a window, but in none that is open.
 */
static struct base_set
off_at(const struct conf_schedule *schedule, uint32_t minute)
{
	struct base_set off = {{0}};

	for (uint32_t i = 0; i < schedule->n; i++)
		base_set_join(&off, &schedule->window[i].lists);
	for (uint32_t i = 0; i < schedule->n; i++) {
		if (is_open(&schedule->window[i], minute))
			base_set_drop(&off, &schedule->window[i].lists);
	}
	return off;
}

static int
by_minute(const void *a, const void *b)
{
	return (int)*(const uint32_t *)a - (int)*(const uint32_t *)b;
}

/* Every minute of the week at which a window may open or close, ascending; how many. */
static uint32_t
edges_of(const struct conf_schedule *schedule, uint32_t edges[EDGES_MAX])
{
	uint32_t n = 0;

	edges[n++] = 0;
	for (uint32_t i = 0; i < schedule->n; i++) {
		for (uint32_t day = 0; day < 7; day++) {
			if ((schedule->window[i].days >> day & 1) == 0)
				continue;
			edges[n++] = (day * DAY_MIN + schedule->window[i].from) % WEEK_MIN;
			edges[n++] = (day * DAY_MIN + schedule->window[i].to) % WEEK_MIN;
		}
	}
	qsort(edges, n, sizeof(edges[0]), by_minute);
	return n;
}

/* The group's state with these lists off: one that it has, or a new one. */
static uint32_t
state_of(struct policy_schedule *out, uint32_t first, const struct base_set *off)
{
	for (uint32_t i = first; i < out->hours.nb_states; i++) {
		if (base_set_equal(&out->off[i], off))
			return i;
	}
	out->off[out->hours.nb_states] = *off;
	return out->hours.nb_states++;
}

static void
compile_group(struct policy_schedule *out, const struct conf_group *group, struct policy_week *week)
{
	uint32_t edges[EDGES_MAX], n = edges_of(&group->schedule, edges);
	uint32_t first = out->hours.nb_states, last = POLICY_NO_STATE;

	week->first = out->hours.nb_spans;
	for (uint32_t i = 0; i < n && group->schedule.n > 0; i++) {
		struct base_set off = off_at(&group->schedule, edges[i]);
		uint32_t state = state_of(out, first, &off);

		if (state == last)
			continue;
		out->spans[out->hours.nb_spans++] =
			(struct policy_span){.from_s = edges[i] * 60, .state = state};
		last = state;
	}
	week->nb = out->hours.nb_spans - week->first;
}

/* Room for whatever the windows may come to. */
static int
allocate(struct policy_schedule *out, const struct conf *conf)
{
	size_t most = 0;

	for (uint32_t i = 0; i < conf->n_groups; i++)
		most += 2 * 7 * conf->groups[i].schedule.n + 1;
	out->users = 1;
	out->weeks = calloc(conf->n_groups, sizeof(out->weeks[0]));
	out->spans = calloc(most, sizeof(out->spans[0]));
	out->off = calloc(most, sizeof(out->off[0]));
	return out->weeks == NULL || out->spans == NULL || out->off == NULL ? -ENOMEM : 0;
}

static bool
has_schedule(const struct conf *conf)
{
	for (uint32_t i = 0; i < conf->n_groups; i++) {
		if (conf->groups[i].schedule.n > 0)
			return true;
	}
	return false;
}

/* Replays make a group of each state, and a packet bears its group's number in 16 bits. */
static int
check_states(const struct policy_schedule *schedule, const struct conf *conf, struct base_err *err)
{
	if (schedule->hours.nb_states + conf->n_groups <= POLICY_GROUP_NONE)
		return 0;
	return conf_blame(err, &conf->groups[0].sect, NULL,
		"the schedules of all groups come to %u different sets of lists: allowed are %u",
		schedule->hours.nb_states, POLICY_GROUP_NONE - conf->n_groups);
}

int
policy_compile_schedules(
	const struct conf *conf, struct policy_schedule **out, struct base_err *err)
{
	char where[CONF_WHERE_MAX];
	struct policy_schedule *schedule;
	int rc;

	*out = NULL;
	if (!has_schedule(conf))
		return 0;
	schedule = calloc(1, sizeof(*schedule));
	if (schedule == NULL)
		return no_memory(err);
	rc = allocate(schedule, conf) < 0
		     ? no_memory(err)
		     : base_zone_load(conf->weir.timezone, &schedule->zone, err);
	if (rc == -EINVAL)
		base_prefix(err,
			"%s: [weir] timezone: ", conf_where(&conf->weir.sect, "timezone", where));
	if (rc == 0) {
		for (uint32_t i = 0; i < conf->n_groups; i++)
			compile_group(schedule, &conf->groups[i], &schedule->weeks[i]);
		rc = check_states(schedule, conf, err);
	}
	if (rc < 0) {
		policy_schedule_put(schedule);
		return rc;
	}
	schedule->hours.zone = schedule->zone;
	schedule->hours.weeks = schedule->weeks;
	schedule->hours.spans = schedule->spans;
	*out = schedule;
	return 0;
}

void
policy_schedule_put(struct policy_schedule *schedule)
{
	if (schedule == NULL || --schedule->users > 0)
		return;
	base_zone_free(schedule->zone);
	free(schedule->weeks);
	free(schedule->spans);
	free(schedule->off);
	free(schedule);
}

void
policy_group_rest(struct policy_group *group, const struct base_set *off)
{
	base_set_drop(&group->deciding, off);
	base_set_drop(&group->logging, off);
}

/* The lists of every group as they are at the policy's time. */
void
policy_schedule_apply(struct policy *policy)
{
	policy->change_s = BASE_ZONE_NEVER;
	for (uint16_t i = 0; policy->schedule != NULL && i < policy->nb_groups; i++) {
		struct policy_group *group = &policy->groups[i];
		struct policy_moment moment;

		policy_compile_group(policy->conf, &policy->conf->groups[i], group);
		if (policy->at_s == POLICY_AT_FRAMES)
			continue;
		policy_hours_at(&policy->schedule->hours, i, policy->at_s, &moment);
		if (moment.state == POLICY_NO_STATE)
			continue;
		policy_group_rest(group, &policy->schedule->off[moment.state]);
		group->change_s = moment.change_s;
		if (moment.change_s < policy->change_s)
			policy->change_s = moment.change_s;
	}
}

/* The lists of a group that hours turn off at a time, and until when. */
static void
off_in(const struct policy *policy, uint16_t group, int64_t at_s, struct base_set *off,
	int64_t *change_s)
{
	struct policy_moment moment = {.state = POLICY_NO_STATE, .change_s = BASE_ZONE_NEVER};

	*off = (struct base_set){{0}};
	if (policy->schedule != NULL && at_s != POLICY_AT_FRAMES)
		policy_hours_at(&policy->schedule->hours, group, at_s, &moment);
	if (moment.state != POLICY_NO_STATE)
		*off = policy->schedule->off[moment.state];
	*change_s = moment.change_s;
}

bool
policy_group_hours(const struct policy *policy, uint16_t group, struct policy_group_hours *out)
{
	if (policy->schedule == NULL || policy->schedule->weeks[group].nb == 0)
		return false;
	out->timezone = policy->conf->weir.timezone;
	out->zone = policy->schedule->zone;
	out->at_s = policy->at_s;
	off_in(policy, group, policy->at_s, &out->off, &out->change_s);
	return true;
}

bool
policy_is_due(const struct policy *policy, int64_t at_s)
{
	if (policy->schedule == NULL || (at_s >= policy->at_s && at_s < policy->change_s))
		return false;
	for (uint16_t i = 0; i < policy->nb_groups; i++) {
		struct base_set was, is;
		int64_t was_until, is_until;

		off_in(policy, i, policy->at_s, &was, &was_until);
		off_in(policy, i, at_s, &is, &is_until);
		if (was_until != is_until || !base_set_equal(&was, &is))
			return true;
	}
	return false;
}

bool
policy_is_timed(const struct policy *policy)
{
	return policy->schedule != NULL;
}

/* Lists that were stale still are. */
static int
copy_stale(struct policy *policy, const struct policy *before)
{
	int rc = 0;

	policy->stale = calloc(policy->nb_lists + 1u, sizeof(policy->stale[0]));
	if (policy->stale == NULL)
		return -ENOMEM;
	for (uint16_t i = 0; i < policy->nb_lists && rc == 0; i++)
		rc = policy_stale_copy(policy, i, before->stale[i]);
	return rc;
}

int
policy_renew_hours(struct policy *before, int64_t at_s, struct policy **out, struct base_err *err)
{
	struct policy *policy = calloc(1, sizeof(*policy));

	*out = NULL;
	if (policy == NULL)
		return no_memory(err);
	policy->conf = before->conf;
	policy->generation = before->generation + 1;
	policy->at_s = at_s;
	policy->cancel = before->cancel;
	policy->nb_lists = before->nb_lists;
	policy->nb_groups = before->nb_groups;
	memcpy(policy->digest, before->digest, sizeof(policy->digest));
	policy_share_content(policy, before);
	policy->nets = policy_nets_use(before->nets);
	policy->schedule = before->schedule;
	if (policy->schedule != NULL)
		policy->schedule->users++;
	policy->lists = calloc(policy->nb_lists + 1u, sizeof(policy->lists[0]));
	policy->groups = calloc(policy->nb_groups, sizeof(policy->groups[0]));
	if (policy->lists == NULL || policy->groups == NULL || copy_stale(policy, before) < 0) {
		policy_free(policy);
		return no_memory(err);
	}
	memcpy(policy->lists, before->lists, policy->nb_lists * sizeof(policy->lists[0]));
	memcpy(policy->groups, before->groups, policy->nb_groups * sizeof(policy->groups[0]));
	policy_schedule_apply(policy);
	*out = policy;
	return 0;
}

uint32_t
policy_compare_hours(const struct policy *before, const struct policy *after,
	struct policy_hours_change *out, uint32_t max)
{
	uint32_t n = 0;

	for (uint16_t i = 0; i < after->nb_groups && n < max; i++) {
		struct base_set was, is;
		int64_t until;

		off_in(before, i, before->at_s, &was, &until);
		off_in(after, i, after->at_s, &is, &until);
		if (base_set_equal(&was, &is))
			continue;
		out[n] = (struct policy_hours_change){.group = i, .on = was, .off = is};
		base_set_drop(&out[n].on, &is);
		base_set_drop(&out[n].off, &was);
		n++;
	}
	return n;
}

const char *
policy_lists_text(
	const struct policy *policy, const struct base_set *lists, char *text, size_t size)
{
	struct base_set left = *lists;
	size_t n = 0;
	int list;

	snprintf(text, size, "-");
	while ((list = base_set_first(&left)) >= 0) {
		const char *name = policy_list_name(policy, (uint16_t)list);

		base_set_remove(&left, (uint8_t)list);
		if (size - n < CONF_NAME_MAX + 8) {
			snprintf(text + n, size - n, ", ...");
			break;
		}
		n += (size_t)snprintf(text + n, size - n, "%s%s", n == 0 ? "" : ", ", name);
	}
	return text;
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "policy_hours.h"

#define WEEK_S	   604800
#define THURSDAY_S 259200 /* of the week: 1970 began on one */

/* No schedule goes on for longer without a change: a span that clocks skip comes a week later. */
#define AHEAD_S (3 * (int64_t)WEEK_S)

/* The second of the week that the clocks show. */
static uint32_t
second_of_week(const struct base_zone *zone, int64_t at_s)
{
	int64_t second = (at_s + base_zone_offset(zone, at_s) + THURSDAY_S) % WEEK_S;

	return (uint32_t)(second < 0 ? second + WEEK_S : second);
}

/* The last span that begins at or before a second of the week. */
static uint32_t
find_span(const struct policy_span *spans, uint32_t nb, uint32_t second)
{
	uint32_t low = 0, high = nb;

	while (high - low > 1) {
		uint32_t mid = low + (high - low) / 2;

		if (spans[mid].from_s <= second)
			low = mid;
		else
			high = mid;
	}
	return low;
}

/* When the span is over by the clocks as they go now, or the clocks are put. */
static int64_t
end_of_span(const struct policy_hours *hours, const struct policy_span *spans, uint32_t nb,
	uint32_t span, int64_t at_s)
{
	uint32_t second = second_of_week(hours->zone, at_s);
	uint32_t end = span + 1 < nb ? spans[span + 1].from_s : WEEK_S;
	int64_t ends = at_s + (end - second), next = base_zone_next(hours->zone, at_s);

	return ends < next ? ends : next;
}

void
policy_hours_at(
	const struct policy_hours *hours, uint16_t group, int64_t at_s, struct policy_moment *out)
{
	const struct policy_week *week = &hours->weeks[group];
	const struct policy_span *spans = hours->spans + week->first;
	uint32_t span;

	*out = (struct policy_moment){.state = POLICY_NO_STATE, .change_s = BASE_ZONE_NEVER};
	if (week->nb == 0)
		return;
	span = find_span(spans, week->nb, second_of_week(hours->zone, at_s));
	out->state = spans[span].state;
	for (int64_t at = at_s; week->nb > 1 && at - at_s < AHEAD_S;) {
		at = end_of_span(hours, spans, week->nb, span, at);
		span = find_span(spans, week->nb, second_of_week(hours->zone, at));
		if (spans[span].state != out->state) {
			out->change_s = at;
			return;
		}
	}
}

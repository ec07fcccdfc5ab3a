/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef POLICY_HOURS_H
#define POLICY_HOURS_H

/**
 * @file
 * What hours do to the lists of a group: a week as spans in each of which other lists are off, and
 * the time zone whose clocks tell where in the week it is. What the clocks show decides: hours that
 * daylight-saving time skips are not there, hours that come twice count twice.
 *
 * Threads: any; hours are immutable.
 * Memory: a policy's, or a view's.
 * Hot path: policy_hours_at(), for a replay, where each frame has a time of its own. An lcore of a
 *   run reads only what the group of its view says.
 */

#include "base_zone.h"

#include <stdint.h>

#define POLICY_NO_STATE UINT32_MAX

/** From a second of the week on, that of Monday 00:00 being 0, a state holds. */
struct policy_span {
	uint32_t from_s;
	uint32_t state; /**< among those of all groups */
};

/** The week of a group. Its first span begins at 0, neighbours have different states. */
struct policy_week {
	uint32_t first; /**< index of its first span */
	uint32_t nb;	/**< spans; 0: the group has no schedule */
};

/** All groups' weeks. */
struct policy_hours {
	const struct base_zone *zone;
	const struct policy_week *weeks; /**< by group */
	const struct policy_span *spans;
	uint32_t nb_spans, nb_states;
};

/** What holds for a group at a time, and how long. */
struct policy_moment {
	uint32_t state;	  /**< POLICY_NO_STATE: the group has no schedule */
	int64_t change_s; /**< when its state will be another; BASE_ZONE_NEVER */
};

/**
 * Looks up what holds for a group.
 *
 * @param at_s s since 1970
 */
void policy_hours_at(
	const struct policy_hours *hours, uint16_t group, int64_t at_s, struct policy_moment *out);

#endif

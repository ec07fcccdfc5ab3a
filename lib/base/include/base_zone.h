/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef BASE_ZONE_H
#define BASE_ZONE_H

/**
 * @file
 * A time zone: what a clock on the wall shows at any time. Read from the C library's own zone
 * database (TZif files, RFC 9636) into a table of changes; neither the environment's TZ nor the
 * C library's idea of local time is looked at or touched, so that no other thread notices.
 *
 * Threads: any; a zone is immutable once read.
 * Memory: one piece of malloc(3)'s that holds no pointers: base_zone_bytes() of it may be copied.
 * Hot path: base_zone_find(), base_zone_offset(), base_zone_next().
 */

#include "base_err.h"

#include <stddef.h>
#include <stdint.h>

#define BASE_ZONE_NAME_MAX 64	     /**< octets of a zone's name */
#define BASE_ZONE_TEXT_MAX 32	     /**< octets of a time in words, the NUL counted */
#define BASE_ZONE_NEVER	   INT64_MAX /**< later than any time */

/** From a time on, a difference to UTC holds. */
struct base_zone_change {
	int64_t at_s;	  /**< s since 1970; of the first INT64_MIN */
	int64_t offset_s; /**< what the clocks are ahead of UTC */
};

/** Changes up to the year 2200, by the rule in force today; none of them changes nothing. */
struct base_zone {
	uint32_t nb; /**< at least 1 */
	struct base_zone_change changes[];
};

/**
 * Reads a zone of the database: the folder /usr/share/zoneinfo, or $TZDIR. UTC is known without.
 *
 * @param name IANA's: Europe/Berlin, UTC
 * @param out for base_zone_free(); NULL on failure
 * @return 0; -EINVAL: no zone, and why, in err (BASE_EXIT_CONFIG); -ENOMEM
 */
int base_zone_load(const char *name, struct base_zone **out, struct base_err *err);

/**
 * Reads the octets of a TZif file of version 2 or later, without leap seconds.
 *
 * @return as base_zone_load()
 */
int base_zone_read(
	const uint8_t *octets, uint32_t len, struct base_zone **out, struct base_err *err);

/** Frees a zone; NULL is fine. */
void base_zone_free(struct base_zone *zone);

/** Octets of a zone. */
static inline size_t
base_zone_bytes(const struct base_zone *zone)
{
	return sizeof(*zone) + zone->nb * sizeof(zone->changes[0]);
}

/** The change that holds at a time: its index. */
static inline uint32_t
base_zone_find(const struct base_zone *zone, int64_t at_s)
{
	uint32_t low = 0, high = zone->nb;

	while (high - low > 1) {
		uint32_t mid = low + (high - low) / 2;

		if (zone->changes[mid].at_s <= at_s)
			low = mid;
		else
			high = mid;
	}
	return low;
}

/** What the clocks are ahead of UTC at a time, in s. */
static inline int64_t
base_zone_offset(const struct base_zone *zone, int64_t at_s)
{
	return zone->changes[base_zone_find(zone, at_s)].offset_s;
}

/** The first change after a time; BASE_ZONE_NEVER: there is none. */
static inline int64_t
base_zone_next(const struct base_zone *zone, int64_t at_s)
{
	uint32_t next = base_zone_find(zone, at_s) + 1;

	return next < zone->nb ? zone->changes[next].at_s : BASE_ZONE_NEVER;
}

/** Days from 1970-01-01 to a day of the Gregorian calendar; month and day from 1. */
int64_t base_zone_days(int64_t year, unsigned month, unsigned day);

/**
 * Writes what the clocks show: "2026-03-29T03:00:00+02:00" (RFC 3339).
 *
 * @param at_s s since 1970, years 0..9999; BASE_ZONE_NEVER: "never"
 */
const char *base_zone_text(
	const struct base_zone *zone, int64_t at_s, char text[BASE_ZONE_TEXT_MAX]);

/** How a time that somebody wrote is meant. */
enum base_zone_meant {
	BASE_ZONE_ONCE,	   /**< the clocks show it once, or its offset was written */
	BASE_ZONE_TWICE,   /**< clocks are put back over it: the first time is taken */
	BASE_ZONE_SKIPPED, /**< clocks are put forward over it: that moment is taken */
};

/**
 * Reads 2026-03-29T02:30 or 2026-03-29T02:30:00 by the clocks of the zone, or with Z or an offset
 * (+01:00) behind it.
 *
 * @param out s since 1970
 * @return enum base_zone_meant; -EINVAL: no such time, in err (BASE_EXIT_USAGE)
 */
int base_zone_parse(
	const struct base_zone *zone, const char *text, int64_t *out, struct base_err *err);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef ZONE_UNIT_H
#define ZONE_UNIT_H

/** @file Time zones held against the C library's own idea of them, and TZif files made by hand. */

#include "base_zone.h"
#include "unit.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

static inline struct base_zone *
zone_load(const char *name)
{
	struct base_zone *zone;
	struct base_err err = {0};

	if (base_zone_load(name, &zone, &err) < 0)
		fail_msg("%s: %s", name, err.text);
	return zone;
}

/* Makes the C library's local time that of a zone, or of a rule. */
static inline void
zone_of_libc(const char *tz)
{
	assert_int_equal(setenv("TZ", tz, 1), 0);
	tzset();
}

static inline void
zone_expect_libc(const struct base_zone *zone, time_t at)
{
	struct tm tm;

	assert_non_null(localtime_r(&at, &tm));
	if (base_zone_offset(zone, at) != tm.tm_gmtoff)
		fail_msg("%s at %lld: %lld, and not %ld", getenv("TZ"), (long long)at,
			(long long)base_zone_offset(zone, at), tm.tm_gmtoff);
}

/* Every 11 hours of 230 years but for some seconds, and both sides of every change. */
static inline void
zone_expect_all(const struct base_zone *zone, time_t first, time_t last)
{
	for (time_t at = first; at < last; at += 39607)
		zone_expect_libc(zone, at);
	for (uint32_t i = 1; i < zone->nb; i++) {
		time_t at = zone->changes[i].at_s;

		assert_true(at > zone->changes[i - 1].at_s);
		assert_int_equal(base_zone_next(zone, at - 1), at);
		if (at < first || at >= last)
			continue;
		zone_expect_libc(zone, at - 1);
		zone_expect_libc(zone, at);
	}
	assert_int_equal(base_zone_next(zone, zone->changes[zone->nb - 1].at_s), BASE_ZONE_NEVER);
}

/* A file without a change but what its rule says, n octets. */
static inline uint32_t
zone_file(uint8_t *out, const char *rule, int32_t offset_s)
{
	uint8_t *at = out;

	for (int block = 0; block < 2; block++) {
		memset(at, 0, 44);
		memcpy(at, "TZif2", 5);
		at[39] = 1; /* one type … */
		at[43] = 4; /* … and its name */
		at += 44;
		for (int i = 0; i < 4; i++)
			*at++ = (uint8_t)((uint32_t)offset_s >> (24 - 8 * i));
		memcpy(at, "\0\0XYZ\0", 6);
		at += 6;
	}
	*at++ = '\n';
	memcpy(at, rule, strlen(rule));
	at += strlen(rule);
	*at++ = '\n';
	return (uint32_t)(at - out);
}

#endif

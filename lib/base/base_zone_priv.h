/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef BASE_ZONE_PRIV_H
#define BASE_ZONE_PRIV_H

/** @file What the files that read time zones share. */

#include "base_cur.h"
#include "base_zone.h"

#define BASE_ZONE_YEAR_LAST 2200				   /* that a rule is followed to */
#define BASE_ZONE_RULE_MAX  (2 * (BASE_ZONE_YEAR_LAST - 1900 + 2)) /* changes that come of it */

#define BASE_ZONE_DAY_S 86400

/* Adds a change, unless the clocks go on as before; `zone` has one already, and room. */
void base_zone_add(struct base_zone *zone, int64_t at_s, int64_t offset_s);

/* Adds what a POSIX rule (CET-1CEST,M3.5.0,M10.5.0/3) says of the time behind `last_s`, from a year
 * on at the earliest; false: it is none. */
bool base_zone_follow(struct base_zone *zone, const char *rule, int64_t last_s, int64_t year);

/* The year of the Gregorian calendar in which a day from 1970-01-01 lies, its month and day. */
int64_t base_zone_date(int64_t days, unsigned *month, unsigned *day);

/* As the C operators, rounded down. */
static inline int64_t
base_zone_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

#endif

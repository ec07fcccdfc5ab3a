/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * Times in words, and the calendar that takes.
 */
#include "base_zone_priv.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define ERA_YEARS 400
#define ERA_DAYS  146097 /* of 400 years of the Gregorian calendar */
#define ERA_BEGIN 719468 /* days from 0000-03-01 to 1970-01-01 */

/* Years are counted from March, so that the day that leap years have more is their last one. */
int64_t
base_zone_days(int64_t year, unsigned month, unsigned day)
{
	int64_t y = year - (month <= 2), era = base_zone_div(y, ERA_YEARS);
	int64_t of_era = y - era * ERA_YEARS;
	int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * ERA_DAYS + of_era * 365 + of_era / 4 - of_era / 100 + of_year - ERA_BEGIN;
}

int64_t
base_zone_date(int64_t days, unsigned *month, unsigned *day)
{
	int64_t era = base_zone_div(days + ERA_BEGIN, ERA_DAYS);
	int64_t of_era = days + ERA_BEGIN - era * ERA_DAYS;
	int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
	int64_t shifted = (5 * of_year + 2) / 153;

	*day = (unsigned)(of_year - (153 * shifted + 2) / 5 + 1);
	*month = (unsigned)(shifted < 10 ? shifted + 3 : shifted - 9);
	return year + era * ERA_YEARS + (*month <= 2);
}

const char *
base_zone_text(const struct base_zone *zone, int64_t at_s, char text[BASE_ZONE_TEXT_MAX])
{
	int64_t offset, local, days, year;
	unsigned month, day, second, ahead;

	snprintf(text, BASE_ZONE_TEXT_MAX, "never");
	if (at_s == BASE_ZONE_NEVER)
		return text;
	offset = base_zone_offset(zone, at_s);
	local = at_s + offset;
	days = base_zone_div(local, BASE_ZONE_DAY_S);
	second = (unsigned)(local - days * BASE_ZONE_DAY_S);
	ahead = (unsigned)(offset < 0 ? -offset : offset);
	year = base_zone_date(days, &month, &day);
	snprintf(text, BASE_ZONE_TEXT_MAX, "%04u-%02u-%02uT%02u:%02u:%02u%c%02u:%02u",
		(unsigned)year % 10000, month % 100, day % 100, second / 3600, second / 60 % 60,
		second % 60, offset < 0 ? '-' : '+', ahead / 3600 % 100, ahead / 60 % 60);
	return text;
}

static int
refuse(const char *text, struct base_err *err)
{
	return base_fail(err, BASE_EXIT_USAGE, EINVAL,
		"`%.64s' is no time: allowed are 2026-03-29T02:30 and 2026-03-29T02:30:00, with Z "
		"or an offset as +01:00 behind it or without",
		text);
}

/* So many digits, and what stands behind them; -1: something else does. */
static int64_t
take_digits(const char **at, int digits, char behind)
{
	int64_t n = 0;

	for (int i = 0; i < digits; i++, (*at)++) {
		if (**at < '0' || **at > '9')
			return -1;
		n = 10 * n + (**at - '0');
	}
	if (behind == '\0')
		return n;
	if (**at != behind)
		return -1;
	(*at)++;
	return n;
}

/* The date and the time that were written, as if of UTC; false: there are none. */
static bool
take_local(const char **at, int64_t *out)
{
	int64_t year = take_digits(at, 4, '-'), month = year < 0 ? -1 : take_digits(at, 2, '-');
	int64_t day = month < 0 ? -1 : take_digits(at, 2, 'T');
	int64_t hour = day < 0 ? -1 : take_digits(at, 2, ':');
	int64_t minute = hour < 0 ? -1 : take_digits(at, 2, '\0'), second = 0, days;
	unsigned m, d;

	if (minute >= 0 && **at == ':') {
		(*at)++;
		second = take_digits(at, 2, '\0');
	}
	if (minute < 0 || second < 0 || month < 1 || month > 12 || day < 1 || day > 31 ||
		hour > 23 || minute > 59 || second > 59)
		return false;
	days = base_zone_days(year, (unsigned)month, (unsigned)day);
	if (base_zone_date(days, &m, &d) != year || d != day)
		return false; /* as 30 February */
	*out = days * BASE_ZONE_DAY_S + hour * 3600 + minute * 60 + second;
	return true;
}

/* Z or an offset, and nothing behind it. */
static bool
take_offset(const char *at, int64_t *out)
{
	int64_t hours, minutes;
	char sign = *at;

	*out = 0;
	if (strcmp(at, "Z") == 0)
		return true;
	if (sign != '+' && sign != '-')
		return false;
	at++;
	hours = take_digits(&at, 2, ':');
	minutes = hours < 0 ? -1 : take_digits(&at, 2, '\0');
	if (minutes < 0 || hours > 23 || minutes > 59 || *at != '\0')
		return false;
	*out = (sign == '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
	return true;
}

/* Each span between two changes in which the clocks show a time; the first one is taken. */
static int
find(const struct base_zone *zone, int64_t local, int64_t *out)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < zone->nb; i++) {
		int64_t at = local - zone->changes[i].offset_s;
		int64_t end = i + 1 < zone->nb ? zone->changes[i + 1].at_s : BASE_ZONE_NEVER;

		if (at < zone->changes[i].at_s || at >= end)
			continue;
		if (n++ == 0)
			*out = at;
	}
	if (n > 0)
		return n == 1 ? BASE_ZONE_ONCE : BASE_ZONE_TWICE;
	/* Behind the change it would be past, before it it is yet to come. */
	for (uint32_t i = 1; i < zone->nb; i++) {
		if (local - zone->changes[i].offset_s < zone->changes[i].at_s &&
			local - zone->changes[i - 1].offset_s >= zone->changes[i].at_s)
			*out = zone->changes[i].at_s;
	}
	return BASE_ZONE_SKIPPED;
}

int
base_zone_parse(const struct base_zone *zone, const char *text, int64_t *out, struct base_err *err)
{
	int64_t local = 0, offset;
	const char *at = text;

	if (!take_local(&at, &local))
		return refuse(text, err);
	if (*at == '\0')
		return find(zone, local, out);
	if (!take_offset(at, &offset))
		return refuse(text, err);
	*out = local - offset;
	return BASE_ZONE_ONCE;
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * POSIX rules (IEEE 1003.1 8.3, TZ; RFC 9636 3.3.1): `CET-1CEST,M3.5.0,M10.5.0/3'. A rule is
 * followed year by year into a table, so that nobody computes with it later.
 */
#include "base_zone_priv.h"

#include <string.h>

#define HOUR_S 3600

/* A day of a year, and a time of it. */
struct moment {
	char kind; /* 'M': month, week, weekday; 'J': day 1..365, never 29 February; 'n': 0..365 */
	unsigned month, week, day;
	int64_t time_s;
};

struct rule {
	int64_t standard_s, summer_s; /* ahead of UTC */
	struct moment begin, end;     /* of summer time */
};

/* A whole number up to max; false: there is none. */
static bool
take_number(const char **at, unsigned max, unsigned *out)
{
	unsigned n = 0, digits = 0;

	for (; **at >= '0' && **at <= '9' && digits < 4; digits++, (*at)++)
		n = 10 * n + (unsigned)(**at - '0');
	*out = n;
	return digits > 0 && n <= max;
}

static bool
take(const char **at, char c)
{
	if (**at != c)
		return false;
	(*at)++;
	return true;
}

/* Three letters at least, or anything between < and >. */
static bool
take_name(const char **at)
{
	const char *start = *at;

	if (take(at, '<')) {
		*at += strcspn(*at, ">");
		return take(at, '>');
	}
	while ((**at >= 'a' && **at <= 'z') || (**at >= 'A' && **at <= 'Z'))
		(*at)++;
	return *at - start >= 3;
}

/* [+-]hh[:mm[:ss]] */
static bool
take_time(const char **at, unsigned hours_max, int64_t *out)
{
	unsigned part[3] = {0};
	bool minus = take(at, '-');

	if (!minus)
		take(at, '+');
	if (!take_number(at, hours_max, &part[0]))
		return false;
	for (int i = 1; i < 3 && take(at, ':'); i++) {
		if (!take_number(at, 59, &part[i]))
			return false;
	}
	*out = (int64_t)part[0] * HOUR_S + part[1] * 60 + part[2];
	*out = minus ? -*out : *out;
	return true;
}

static bool
take_day(const char **at, struct moment *out)
{
	out->kind = 'n';
	if (take(at, 'M')) {
		out->kind = 'M';
		return take_number(at, 12, &out->month) && out->month > 0 && take(at, '.') &&
		       take_number(at, 5, &out->week) && out->week > 0 && take(at, '.') &&
		       take_number(at, 6, &out->day);
	}
	if (take(at, 'J'))
		out->kind = 'J';
	return take_number(at, 365, &out->day) && (out->kind == 'n' || out->day > 0);
}

static bool
take_moment(const char **at, struct moment *out)
{
	out->time_s = 2 * HOUR_S;
	return take(at, ',') && take_day(at, out) &&
	       (!take(at, '/') || take_time(at, 167, &out->time_s));
}

/* *summer: whether the rule has any; without, nothing changes. */
static bool
parse(const char *at, struct rule *out, bool *summer)
{
	int64_t west;

	*summer = false;
	if (!take_name(&at) || !take_time(&at, 24, &west))
		return false;
	out->standard_s = -west;
	if (*at == '\0')
		return true;
	*summer = true;
	if (!take_name(&at))
		return false;
	out->summer_s = out->standard_s + HOUR_S;
	if (*at != ',' && *at != '\0') {
		if (!take_time(&at, 24, &west))
			return false;
		out->summer_s = -west;
	}
	return take_moment(&at, &out->begin) && take_moment(&at, &out->end) && *at == '\0';
}

static bool
is_leap(int64_t year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int64_t
days_of(const struct moment *m, int64_t year)
{
	static const unsigned char lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int64_t first = base_zone_days(year, 1, 1);
	unsigned weekday, day, length;

	if (m->kind == 'n')
		return first + m->day;
	if (m->kind == 'J')
		return first + m->day - 1 + (is_leap(year) && m->day >= 60);
	first = base_zone_days(year, m->month, 1);
	/* 1970-01-01 was a Thursday; Sunday is 0. */
	weekday = (unsigned)(((first + 4) % 7 + 7) % 7);
	length = lengths[m->month - 1] + (unsigned)(m->month == 2 && is_leap(year));
	day = (m->day + 7 - weekday) % 7 + 7 * (m->week - 1);
	return first + (day < length ? day : day - 7);
}

/* The table ascends, whatever a rule says. */
static void
add_behind(struct base_zone *zone, int64_t last_s, int64_t at_s, int64_t offset_s)
{
	if (at_s > last_s && at_s >= zone->changes[zone->nb - 1].at_s)
		base_zone_add(zone, at_s, offset_s);
}

bool
base_zone_follow(struct base_zone *zone, const char *text, int64_t last_s, int64_t year)
{
	struct rule rule;
	unsigned month, day;
	int64_t last_year;
	bool summer;

	if (!parse(text, &rule, &summer))
		return false;
	if (!summer)
		return true;
	last_year = base_zone_date(base_zone_div(last_s, BASE_ZONE_DAY_S), &month, &day);
	for (year = last_year > year ? last_year : year; year <= BASE_ZONE_YEAR_LAST; year++) {
		int64_t begin = days_of(&rule.begin, year) * BASE_ZONE_DAY_S + rule.begin.time_s -
				rule.standard_s;
		int64_t end = days_of(&rule.end, year) * BASE_ZONE_DAY_S + rule.end.time_s -
			      rule.summer_s;

		/* In the south summer ends before it begins. */
		if (end <= begin)
			add_behind(zone, last_s, end, rule.standard_s);
		add_behind(zone, last_s, begin, rule.summer_s);
		if (end > begin)
			add_behind(zone, last_s, end, rule.standard_s);
	}
	return true;
}

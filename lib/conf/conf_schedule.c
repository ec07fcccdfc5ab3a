/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * [group] schedule: Mon-Fri 08:00-18:00 [games,social] | Sat,Sun 22:00-06:00 [games]
 */
#include "conf_priv.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define BLANKS	 " \t"
#define DAY_MIN	 1440
#define WEEK_MIN (7 * DAY_MIN)

static const char *const day_words[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun", NULL};

#define refuse(err, ...) base_fail((err), BASE_EXIT_CONFIG, EINVAL, __VA_ARGS__)

static const char *
skip_blanks(const char *at)
{
	return at + strspn(at, BLANKS);
}

/* The day that *at begins with; -EINVAL, and why: it begins with none. */
static int
take_day(const char **at, struct base_err *err)
{
	size_t n = strcspn(*at, BLANKS ",-|[");

	for (int day = 0; day_words[day] != NULL; day++) {
		if (n == 3 && strncmp(*at, day_words[day], 3) == 0) {
			*at += n;
			return day;
		}
	}
	return refuse(err,
		"`%.*s' is no day: allowed are Mon, Tue, Wed, Thu, Fri, Sat, Sun, ranges as "
		"Mon-Fri, and several with commas between them",
		(int)(n < 32 ? n : 32), *at);
}

/* Mon-Wed,Fri: one bit a day. */
static int
take_days(const char **at, struct conf_window *out, struct base_err *err)
{
	do {
		int first = take_day(at, err), last;

		if (first < 0)
			return -EINVAL;
		last = first;
		if (**at == '-') {
			(*at)++;
			last = take_day(at, err);
		}
		if (last < 0)
			return -EINVAL;
		for (int day = first;; day = (day + 1) % 7) {
			if ((out->days >> day & 1) != 0)
				return refuse(err, "%s stands twice among the days of a window",
					day_words[day]);
			out->days |= (uint8_t)(1 << day);
			if (day == last)
				break;
		}
	} while (*(*at)++ == ',');
	(*at)--;
	return 0;
}

/* HH:MM, as minutes. */
static int
take_time(const char **at, uint16_t *out, struct base_err *err)
{
	const char *t = *at;
	size_t n = strcspn(t, BLANKS "-|[");
	bool digits = n == 5 && t[2] == ':' && strspn(t, "0123456789") == 2 &&
		      strspn(t + 3, "0123456789") == 2;
	int hour = digits ? 10 * (t[0] - '0') + t[1] - '0' : 99;
	int minute = digits ? 10 * (t[3] - '0') + t[4] - '0' : 99;

	if (minute > 59 || hour > 24 || (hour == 24 && minute > 0))
		return refuse(err,
			"`%.*s' is no time of a day: allowed are 00:00..24:00, with "
			"two digits for the hour and two for the minute",
			(int)(n < 32 ? n : 32), t);
	*out = (uint16_t)(hour * 60 + minute);
	*at += n;
	return 0;
}

/* 08:00-18:00; what ends before it begins ends on the next day. */
static int
take_hours(const char **at, struct conf_window *out, struct base_err *err)
{
	const char *start = *at;

	if (take_time(at, &out->from, err) < 0)
		return -EINVAL;
	if (**at != '-')
		return refuse(err, "hours are two times with a - between them: 08:00-18:00");
	(*at)++;
	if (take_time(at, &out->to, err) < 0)
		return -EINVAL;
	if (out->from == DAY_MIN || out->from == out->to)
		return refuse(err,
			"the window `%.11s' is empty: it ends where it begins; a whole day is "
			"00:00-24:00",
			start);
	if (out->to < out->from)
		out->to = (uint16_t)(out->to + DAY_MIN);
	return 0;
}

/* The names between brackets, for conf_schedule_resolve(). */
static int
take_names(struct conf_build *build, const char **at, struct conf_window *out, struct base_err *err)
{
	size_t n = strcspn(*at, "]|");

	if (**at != '[' || (*at)[n] != ']')
		return refuse(err, "behind the hours of a window stand its lists in brackets: "
				   "Mon-Fri 08:00-18:00 [ads,games]");
	out->names = conf_dup(build, *at + 1, n - 1);
	if (out->names[strspn(out->names, BLANKS)] == '\0')
		return refuse(err, "a window names no list: [] is empty");
	*at += n + 1;
	return 0;
}

static int
take_window(
	struct conf_build *build, const char **at, struct conf_window *out, struct base_err *err)
{
	const char *start = *at = skip_blanks(*at);
	int rc;

	*out = (struct conf_window){.names = ""};
	if (**at == '\0' || **at == '|')
		return refuse(err, "a window is missing: beside a | stand two");
	rc = take_days(at, out, err);
	if (rc < 0)
		return rc;
	*at = skip_blanks(*at);
	rc = take_hours(at, out, err);
	if (rc < 0)
		return rc;
	out->text = conf_dup(build, start, (size_t)(*at - start));
	*at = skip_blanks(*at);
	rc = take_names(build, at, out, err);
	*at = skip_blanks(*at);
	if (rc == 0 && **at != '\0' && **at != '|')
		return refuse(err,
			"`%.32s' follows the lists of a window: between windows stands "
			"a |",
			*at);
	return rc;
}

int
conf_schedule_parse(struct conf_build *build, const struct conf_row *row, const char *text,
	void *member, struct base_err *err)
{
	struct conf_window windows[CONF_WINDOWS_MAX];
	struct conf_schedule *schedule = member;
	const char *at = skip_blanks(text);
	uint32_t n = 0;

	(void)row;
	*schedule = (struct conf_schedule){.n = 0};
	while (*at != '\0') {
		if (n == CONF_WINDOWS_MAX)
			return refuse(err, "too many windows: allowed are %d", CONF_WINDOWS_MAX);
		if (take_window(build, &at, &windows[n++], err) < 0)
			return -EINVAL;
		if (*at == '|' && *skip_blanks(++at) == '\0')
			return refuse(err, "a window is missing: beside a | stand two");
	}
	schedule->window = conf_alloc(build, n + 1, sizeof(windows[0]));
	if (schedule->window == NULL)
		return 0; /* build->no_memory tells */
	memcpy(schedule->window, windows, n * sizeof(windows[0]));
	schedule->n = n;
	return 0;
}

/* One name of a window into its set; false when it is wrong, which is reported. */
static bool
add_list(struct conf_build *build, struct conf_group *group, struct conf_window *window,
	const char *name)
{
	int list = conf_find_named(build->conf, CONF_KIND_LIST, name);
	char names[512];

	if (list < 0)
		conf_error(build->report, &group->sect, "schedule",
			"`%s' is no list: allowed are %s", name,
			conf_names(build->conf, CONF_KIND_LIST, names, sizeof(names)));
	else if (!base_set_has(&group->lists, (uint8_t)list))
		conf_error(build->report, &group->sect, "schedule",
			"`%s' is none of the group's lists: what `lists' takes out no hour turns "
			"on",
			name);
	else if (base_set_has(&window->lists, (uint8_t)list))
		conf_error(build->report, &group->sect, "schedule",
			"`%s' stands twice in the window `%s'", name, window->text);
	else
		base_set_add(&window->lists, (uint8_t)list);
	return list >= 0 && base_set_has(&window->lists, (uint8_t)list);
}

static bool
resolve_window(struct conf_build *build, struct conf_group *group, struct conf_window *window)
{
	struct conf_items items = conf_items_init(window->names);

	while (conf_items_next(&items)) {
		if (!add_list(build, group, window, items.item))
			return false;
	}
	if (!items.bad)
		return true;
	conf_error(build->report, &group->sect, "schedule",
		"an empty name between the commas of the window `%s', or one that is too long",
		window->text);
	return false;
}

/* The first minute of a week that two windows have in common; -1: none. */
static int
common_minute(const struct conf_window *a, const struct conf_window *b)
{
	for (int day = 0; day < 7; day++) {
		/* The other one may have begun the day before, or do so on the next. */
		for (int off = -1; off <= 1; off++) {
			int from = off * DAY_MIN + b->from, to = off * DAY_MIN + b->to;
			int other = (day + off + 7) % 7;

			if ((a->days >> day & 1) == 0 || (b->days >> other & 1) == 0)
				continue;
			from = from > a->from ? from : a->from;
			to = to < a->to ? to : a->to;
			if (from < to)
				return (day * DAY_MIN + from) % WEEK_MIN;
		}
	}
	return -1;
}

/* A list that stands in both; -1: none does. */
static int
common_list(const struct conf_window *a, const struct conf_window *b)
{
	struct base_set lists = a->lists;

	base_set_keep(&lists, &b->lists);
	return base_set_first(&lists);
}

static void
check_overlap(struct conf_build *build, const struct conf_group *group, const struct conf_window *a,
	const struct conf_window *b)
{
	int list = common_list(a, b), minute = list < 0 ? -1 : common_minute(a, b);

	if (minute < 0)
		return;
	conf_error(build->report, &group->sect, "schedule",
		"overlaps itself: list %s is turned on by `%s' and by `%s', both on %s at "
		"%02d:%02d: let one end where the other begins",
		build->conf->lists[list].sect.name, a->text, b->text, day_words[minute / DAY_MIN],
		minute / 60 % 24, minute % 60);
}

void
conf_schedule_resolve(struct conf_build *build, struct conf_group *group)
{
	struct conf_schedule *schedule = &group->schedule;

	for (uint32_t i = 0; i < schedule->n; i++) {
		if (!resolve_window(build, group, &schedule->window[i]))
			return;
	}
	for (uint32_t i = 0; i < schedule->n; i++) {
		for (uint32_t k = 0; k < i; k++)
			check_overlap(build, group, &schedule->window[k], &schedule->window[i]);
	}
}

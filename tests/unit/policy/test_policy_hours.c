/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * Spans of a week against a reading of the windows minute by minute, by the C library's clocks.
 */
#include "unit_policy.h"

#include <time.h>

#define LISTS "[list a]\npath = a.txt\n[list b]\npath = b.txt\n[list c]\npath = c.txt\n"

static void
open_policy(struct fixture *f, const char *zone, const char *schedule)
{
	char ini[1024];

	assert_int_equal(setenv("TZ", zone, 1), 0);
	tzset();
	fixture_init(f);
	fixture_file(f, "a.txt", "a.com\n");
	fixture_file(f, "b.txt", "b.com\n");
	fixture_file(f, "c.txt", "c.com\n");
	snprintf(ini, sizeof(ini), LISTS "[weir]\ntimezone = %s\n[group default]\nschedule = %s\n",
		zone, schedule);
	if (fixture_load(f, ini) < 0)
		fail_msg("%s", f->err.text);
}

/* The policy as it is at another time. */
static void
move(struct fixture *f, int64_t at_s)
{
	struct policy *next;

	assert_int_equal(policy_renew_hours(f->policy, at_s, &next, &f->err), 0);
	policy_free(f->policy);
	f->policy = next;
}

static struct policy_group_hours
hours_at(struct fixture *f, int64_t at_s)
{
	struct policy_group_hours hours;

	move(f, at_s);
	assert_true(policy_group_hours(f->policy, 0, &hours));
	return hours;
}

/* Whether the windows of the INI have a list on, by what the C library's clock shows. */
static bool
is_on(const struct conf_schedule *schedule, uint8_t list, time_t at)
{
	bool named = false;
	struct tm tm;

	localtime_r(&at, &tm);
	for (uint32_t i = 0; i < schedule->n; i++) {
		const struct conf_window *w = &schedule->window[i];
		int today = (tm.tm_wday + 6) % 7, before = (today + 6) % 7;
		int minute = tm.tm_hour * 60 + tm.tm_min;

		if (!base_set_has(&w->lists, list))
			continue;
		named = true;
		if ((w->days >> today & 1) != 0 && minute >= w->from && minute < w->to)
			return true;
		if ((w->days >> before & 1) != 0 && minute + 1440 < w->to)
			return true;
	}
	return !named;
}

/* Minute by minute, states are what the windows say, and each lasts until the time that was told.
 */
static void
follow(struct fixture *f, int64_t from_s, int64_t to_s)
{
	const struct conf_schedule *schedule = &f->conf->groups[0].schedule;
	int64_t change_s = INT64_MIN;
	struct base_set off = {{0}};

	for (int64_t at = from_s; at < to_s; at += 60) {
		struct policy_group_hours hours = hours_at(f, at);
		struct tm tm;
		time_t when = at;

		localtime_r(&when, &tm);
		for (uint8_t list = 0; list < 3; list++) {
			if (is_on(schedule, list, at) == base_set_has(&hours.off, list))
				fail_msg("list %u at %s", list, asctime(&tm));
		}
		if (at == from_s || at == change_s)
			assert_true(at == from_s || !base_set_equal(&off, &hours.off));
		else
			assert_true(base_set_equal(&off, &hours.off));
		assert_true(at < hours.change_s && (at <= change_s || change_s == INT64_MIN));
		off = hours.off;
		change_s = hours.change_s;
	}
}

static const char *const schedules[] = {
	"Mon-Fri 08:00-18:00 [a,b] | Sat 10:00-12:00 [b]",
	"Mon-Sun 22:00-06:00 [a] | Sun 00:00-24:00 [c]",
	"Sat 23:00-02:30 [a] | Sun 02:30-03:30 [a,b]", /* into the hour that is skipped, or twice */
	"Sun 02:00-03:00 [a]",			       /* that hour alone */
	"Sun 12:00-11:59 [a] | Fri 20:00-20:01 [b] | Thu,Mon 00:00-00:01 [c]",
};

static void
follow_all(const char *zone, int64_t from_s)
{
	for (size_t i = 0; i < UNIT_COUNT(schedules); i++) {
		struct fixture f;

		open_policy(&f, zone, schedules[i]);
		follow(&f, from_s, from_s + 9 * 86400);
		fixture_free(&f);
	}
}

static void
the_week_in_which_an_hour_is_skipped(void **state)
{
	(void)state;
	follow_all("Europe/Berlin", 1774396800); /* 2026-03-25, a Wednesday; the 29th is a Sunday */
}

static void
the_week_in_which_an_hour_comes_twice(void **state)
{
	(void)state;
	follow_all("Europe/Berlin", 1792540800); /* 2026-10-21; the 25th is a Sunday */
}

static void
half_hours_and_the_other_side_of_the_world(void **state)
{
	(void)state;
	follow_all("Australia/Lord_Howe", 1775088000); /* half an hour back on 2026-04-05 */
	follow_all("America/St_Johns", 1772841600);    /* forward on 2026-03-08 */
	follow_all("UTC", 1767225600);
}

struct moment {
	const char *at, *off, *until;
};

static void
expect(const char *schedule, const struct moment *moments, size_t n)
{
	struct fixture f;

	open_policy(&f, "Europe/Berlin", schedule);
	for (size_t i = 0; i < n; i++) {
		char text[BASE_ZONE_TEXT_MAX], lists[64];
		struct policy_group_hours hours = hours_at(&f, 0);
		int64_t at;

		assert_true(base_zone_parse(hours.zone, moments[i].at, &at, NULL) >= 0);
		hours = hours_at(&f, at);
		assert_string_equal(policy_lists_text(f.policy, &hours.off, lists, sizeof(lists)),
			moments[i].off);
		assert_string_equal(
			base_zone_text(hours.zone, hours.change_s, text), moments[i].until);
	}
	fixture_free(&f);
}

/* The nights of Europe/Berlin, hour by hour. */
static void
nights_of_berlin(void **state)
{
	static const struct moment night[] = {
		{"2026-03-28T22:59", "a", "2026-03-28T23:00:00+01:00"},
		{"2026-03-28T23:00", "-", "2026-03-29T03:00:00+02:00"}, /* there is no 02:30 */
		{"2026-03-29T01:59", "-", "2026-03-29T03:00:00+02:00"},
		{"2026-03-29T03:00", "a", "2026-04-04T23:00:00+02:00"},
		{"2026-10-24T23:00", "-", "2026-10-25T02:30:00+02:00"},
		/* 02:30 is over, and comes again: 02:00 to 02:30 count twice */
		{"2026-10-25T02:30+02:00", "a", "2026-10-25T02:00:00+01:00"},
		{"2026-10-25T02:00+01:00", "-", "2026-10-25T02:30:00+01:00"},
		{"2026-10-25T02:30+01:00", "a", "2026-10-31T23:00:00+01:00"},
	};
	static const struct moment skipped[] = {
		/* its only hour is not there on the 29th: it comes a week later */
		{"2026-03-22T02:00", "-", "2026-03-22T03:00:00+01:00"},
		{"2026-03-22T03:00", "a", "2026-04-05T02:00:00+02:00"},
		{"2026-03-29T03:00", "a", "2026-04-05T02:00:00+02:00"},
		{"2026-10-25T02:00+02:00", "-", "2026-10-25T03:00:00+01:00"}, /* two hours long */
	};

	(void)state;
	expect("Sat 23:00-02:30 [a]", night, UNIT_COUNT(night));
	expect("Sun 02:00-03:00 [a]", skipped, UNIT_COUNT(skipped));
}

static void
windows_that_fill_the_week_never_change(void **state)
{
	static const struct moment always[] = {{"2026-03-29T01:00", "-", "never"}};

	(void)state;
	expect("Mon-Sun 00:00-24:00 [a]", always, 1);
	expect("Mon-Sat 00:00-24:00 [a] | Sun 00:00-12:00 [a] | Sun 12:00-24:00 [a]", always, 1);
}

static void
a_group_without_a_schedule_has_no_hours(void **state)
{
	struct policy_group_hours hours;
	struct fixture f;

	(void)state;
	open_policy(&f, "UTC", "");
	assert_false(policy_is_timed(f.policy));
	assert_false(policy_is_due(f.policy, 1774396800));
	assert_false(policy_group_hours(f.policy, 0, &hours));
	fixture_free(&f);
}

/* The clock may be put back, too. */
static void
a_change_is_due_on_either_side(void **state)
{
	struct fixture f;

	(void)state;
	open_policy(&f, "UTC", "Mon-Fri 08:00-18:00 [a]");
	move(&f, 1767600000);				   /* Monday 2026-01-05 08:00 */
	assert_false(policy_is_due(f.policy, 1767600000)); /* in the window */
	assert_false(policy_is_due(f.policy, 1767635999));
	assert_true(policy_is_due(f.policy, 1767636000));
	assert_true(policy_is_due(f.policy, 1767599999));
	move(&f, 1767610000);
	assert_false(policy_is_due(f.policy, 1767600000)); /* the same window */
	assert_true(policy_is_due(f.policy, 1767600000 - 86400));
	fixture_free(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_week_in_which_an_hour_is_skipped),
		cmocka_unit_test(the_week_in_which_an_hour_comes_twice),
		cmocka_unit_test(half_hours_and_the_other_side_of_the_world),
		cmocka_unit_test(nights_of_berlin),
		cmocka_unit_test(windows_that_fill_the_week_never_change),
		cmocka_unit_test(a_group_without_a_schedule_has_no_hours),
		cmocka_unit_test(a_change_is_due_on_either_side),
	};

	return cmocka_run_group_tests(tests, unit_eal_start, unit_eal_stop);
}

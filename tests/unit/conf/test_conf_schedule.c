/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "conf_unit.h"

#define LISTS "[list a]\npath = a\n[list b]\npath = b\n[group default]\n"

/* The schedule of [group default], and what is said of it. */
static void
schedule_says(const char *value, const char *wrong)
{
	char text[2048], said[2048];

	snprintf(text, sizeof(text), LISTS "schedule = %s\n", value);
	snprintf(said, sizeof(said), "a.ini:6: [group default] schedule = %.120s: %s\n", value,
		wrong);
	says(text, said);
}

static void
what_is_no_day_is_refused(void **state)
{
	static const char *const allowed = "is no day: allowed are Mon, Tue, Wed, Thu, Fri, Sat, "
					   "Sun, ranges as Mon-Fri, and several with commas "
					   "between them";
	static const char *const bad[][2] = {{"Mox 08:00-18:00 [a]", "Mox"},
		{"mon 08:00-18:00 [a]", "mon"}, {"Mon- 08:00-18:00 [a]", ""},
		{"Monday 08:00-18:00 [a]", "Monday"}, {"08:00-18:00 [a]", "08:00"},
		{"Mon,,Tue 08:00-18:00 [a]", ""}, {"Mon,Tu 08:00-18:00 [a]", "Tu"}};
	char wrong[256];

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(bad); i++) {
		snprintf(wrong, sizeof(wrong), "`%s' %s", bad[i][1], allowed);
		schedule_says(bad[i][0], wrong);
	}
	schedule_says("Mon,Mon 08:00-18:00 [a]", "Mon stands twice among the days of a window");
	schedule_says("Sat-Tue,Mon 08:00-18:00 [a]", "Mon stands twice among the days of a window");
}

static void
what_is_no_time_is_refused(void **state)
{
	static const char *const allowed = "is no time of a day: allowed are 00:00..24:00, with "
					   "two digits for the hour and two for the minute";
	static const char *const bad[][2] = {{"Mon 25:00-26:00 [a]", "25:00"},
		{"Mon 08:00-25:00 [a]", "25:00"}, {"Mon 8:00-18:00 [a]", "8:00"},
		{"Mon 08:60-18:00 [a]", "08:60"}, {"Mon 08:00-24:01 [a]", "24:01"},
		{"Mon 0800-1800 [a]", "0800"}, {"Mon [a]", ""}, {"Mon 08:00- [a]", ""},
		{"Mon -8:00-18:00 [a]", ""}};
	char wrong[256];

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(bad); i++) {
		snprintf(wrong, sizeof(wrong), "`%s' %s", bad[i][1], allowed);
		schedule_says(bad[i][0], wrong);
	}
	schedule_says("Mon 08:00 [a]", "hours are two times with a - between them: 08:00-18:00");
}

static void
an_empty_window_is_refused(void **state)
{
	(void)state;
	schedule_says("Mon 08:00-08:00 [a]", "the window `08:00-08:00' is empty: it ends where it "
					     "begins; a whole day is 00:00-24:00");
	schedule_says("Mon 24:00-06:00 [a]", "the window `24:00-06:00' is empty: it ends where it "
					     "begins; a whole day is 00:00-24:00");
	schedule_says("Mon 08:00-18:00 []", "a window names no list: [] is empty");
	schedule_says("Mon 08:00-18:00 [ ]", "a window names no list: [] is empty");
	schedule_says("|", "a window is missing: beside a | stand two");
	schedule_says("Mon 08:00-18:00 [a] |", "a window is missing: beside a | stand two");
	schedule_says("Mon 08:00-18:00 [a] | | Tue 08:00-18:00 [a]",
		"a window is missing: beside a | stand two");
}

static void
lists_stand_in_brackets(void **state)
{
	static const char *const wanted = "behind the hours of a window stand its lists in "
					  "brackets: Mon-Fri 08:00-18:00 [ads,games]";

	(void)state;
	schedule_says("Mon 08:00-18:00", wanted);
	schedule_says("Mon 08:00-18:00 a", wanted);
	schedule_says("Mon 08:00-18:00 [a", wanted);
	schedule_says("Mon 08:00-18:00 [a | Tue 08:00-18:00 [a]", wanted);
	schedule_says("Mon 08:00-18:00 [a] Tue 08:00-18:00 [a]",
		"`Tue 08:00-18:00 [a]' follows the lists of a window: between windows stands a |");
}

static void
an_unknown_list_is_refused(void **state)
{
	(void)state;
	schedule_says("Mon 08:00-18:00 [a,c]", "`c' is no list: allowed are a, b, builtin-ddr");
	schedule_says("Mon 08:00-18:00 [a,a]", "`a' stands twice in the window `Mon 08:00-18:00'");
	schedule_says("Mon 08:00-18:00 [a,,b]",
		"an empty name between the commas of the window `Mon 08:00-18:00', or one that is "
		"too long");
	says(LISTS "lists = *, -b\nschedule = Mon 08:00-18:00 [b]\n",
		"a.ini:7: [group default] schedule = Mon 08:00-18:00 [b]: `b' is none of the "
		"group's lists: what `lists' takes out no hour turns on\n");
}

static void
a_schedule_that_overlaps_itself_is_refused(void **state)
{
	(void)state;
	schedule_says("Mon-Fri 08:00-18:00 [a] | Wed 12:00-20:00 [b,a]",
		"overlaps itself: list a is turned on by `Mon-Fri 08:00-18:00' and by `Wed "
		"12:00-20:00', both on Wed at 12:00: let one end where the other begins");
	/* over midnight, and over the end of the week */
	schedule_says("Mon 22:00-06:00 [a] | Tue 05:59-07:00 [a]",
		"overlaps itself: list a is turned on by `Mon 22:00-06:00' and by `Tue "
		"05:59-07:00', both on Tue at 05:59: let one end where the other begins");
	schedule_says("Mon 00:00-01:00 [b] | Sun 23:00-00:30 [b]",
		"overlaps itself: list b is turned on by `Mon 00:00-01:00' and by `Sun "
		"23:00-00:30', both on Mon at 00:00: let one end where the other begins");
	schedule_says("Sun 23:00-00:30 [b] | Mon 00:00-01:00 [b]",
		"overlaps itself: list b is turned on by `Sun 23:00-00:30' and by `Mon "
		"00:00-01:00', both on Mon at 00:00: let one end where the other begins");
}

static void
windows_that_touch_or_turn_on_others_do_not(void **state)
{
	struct reading reading;

	(void)state;
	good(&reading, LISTS "schedule = Mon-Fri 08:00-12:00 [a] | Mon-Fri 12:00-18:00 [a,b] | "
			     "Sun 22:00-08:00 [a] | Mon-Fri 07:00-12:00 [b]\n");
	done(&reading);
}

static void
too_many_windows_are_refused(void **state)
{
	char text[4096] = LISTS "schedule = Mon 00:00-00:01 [a]";
	struct reading reading;

	(void)state;
	for (int i = 1; i < CONF_WINDOWS_MAX; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text),
			"|Mon %02d:%02d-%02d:%02d [a]", i / 60, i % 60, (i + 1) / 60, (i + 1) % 60);
	good(&reading, text);
	done(&reading);
	snprintf(text + strlen(text), sizeof(text) - strlen(text), "|Tue 00:00-00:01 [a]");
	read_octets(&reading, text, strlen(text), NULL);
	assert_non_null(strstr(reading.said, "too many windows: allowed are 64"));
	done(&reading);
}

static void
values_arrive(void **state)
{
	struct reading reading;
	const struct conf *conf = good(&reading,
		LISTS "schedule = Sat-Mon,Wed 22:30-06:00[ a , b ]|Fri  00:00-24:00  [b]\n"
		      "[weir]\ntimezone = Europe/Berlin\n");
	const struct conf_schedule *s = &conf->groups[0].schedule;

	(void)state;
	assert_string_equal(conf->weir.timezone, "Europe/Berlin");
	assert_int_equal(s->n, 2);
	assert_int_equal(s->window[0].days, 0x65);
	assert_int_equal(s->window[0].from, 22 * 60 + 30);
	assert_int_equal(s->window[0].to, 30 * 60);
	assert_string_equal(s->window[0].text, "Sat-Mon,Wed 22:30-06:00");
	assert_true(base_set_has(&s->window[0].lists, 0));
	assert_true(base_set_has(&s->window[0].lists, 1));
	assert_int_equal(s->window[1].days, 0x10);
	assert_int_equal(s->window[1].from, 0);
	assert_int_equal(s->window[1].to, 1440);
	assert_int_equal(base_set_first(&s->window[1].lists), 1);
	done(&reading);
}

static void
cap_ttl_wants_a_schedule(void **state)
{
	struct reading reading;

	(void)state;
	says(LISTS "cap_ttl = yes\n", "warning: a.ini:6: [group default] cap_ttl = yes: has no "
				      "effect: the group has no schedule\n");
	assert_true(good(&reading, LISTS "cap_ttl = yes\nschedule = Mon 08:00-09:00 [a]\n")
			    ->groups[0]
			    .cap_ttl);
	done(&reading);
}

static void
a_bad_zone_is_refused(void **state)
{
	struct reading reading;

	(void)state;
	says("[weir]\ntimezone = Europe/Atlantis\n",
		"a.ini:2: [weir] timezone = Europe/Atlantis: no time zone of that name in "
		"/usr/share/zoneinfo: allowed are IANA's, as Europe/Berlin, and UTC\n");
	says("[weir]\ntimezone = ../etc/passwd\n",
		"a.ini:2: [weir] timezone = ../etc/passwd: no time zone's name: allowed are "
		"IANA's, as Europe/Berlin, and UTC\n");
	assert_string_equal(good(&reading, "")->weir.timezone, "UTC");
	done(&reading);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_no_day_is_refused),
		cmocka_unit_test(what_is_no_time_is_refused),
		cmocka_unit_test(an_empty_window_is_refused),
		cmocka_unit_test(lists_stand_in_brackets),
		cmocka_unit_test(an_unknown_list_is_refused),
		cmocka_unit_test(a_schedule_that_overlaps_itself_is_refused),
		cmocka_unit_test(windows_that_touch_or_turn_on_others_do_not),
		cmocka_unit_test(too_many_windows_are_refused),
		cmocka_unit_test(values_arrive),
		cmocka_unit_test(cap_ttl_wants_a_schedule),
		cmocka_unit_test(a_bad_zone_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

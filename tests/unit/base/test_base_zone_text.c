/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "zone_unit.h"

#include <errno.h>

static void
days_are_those_of_the_calendar(void **state)
{
	(void)state;
	zone_of_libc("UTC");
	assert_int_equal(base_zone_days(1970, 1, 1), 0);
	assert_int_equal(base_zone_days(2000, 2, 29), 11016);
	assert_int_equal(base_zone_days(1969, 12, 31), -1);
	for (time_t day = -50000; day < 90000; day += 13) {
		time_t at = day * 86400;
		struct tm tm;

		gmtime_r(&at, &tm);
		assert_int_equal(base_zone_days(1900 + tm.tm_year, (unsigned)tm.tm_mon + 1,
					 (unsigned)tm.tm_mday),
			day);
	}
}

static void
text_is_as_read(void **state)
{
	static const struct {
		const char *zone, *read, *text;
		int meant;
	} times[] = {
		{"UTC", "1970-01-01T00:00", "1970-01-01T00:00:00+00:00", BASE_ZONE_ONCE},
		{"UTC", "2024-02-29T23:59:59", "2024-02-29T23:59:59+00:00", BASE_ZONE_ONCE},
		{"Europe/Berlin", "2026-07-01T12:00", "2026-07-01T12:00:00+02:00", BASE_ZONE_ONCE},
		/* the night that has no 02:30, and the one that has two */
		{"Europe/Berlin", "2026-03-29T01:59:59", "2026-03-29T01:59:59+01:00",
			BASE_ZONE_ONCE},
		{"Europe/Berlin", "2026-03-29T02:00", "2026-03-29T03:00:00+02:00",
			BASE_ZONE_SKIPPED},
		{"Europe/Berlin", "2026-03-29T02:30", "2026-03-29T03:00:00+02:00",
			BASE_ZONE_SKIPPED},
		{"Europe/Berlin", "2026-03-29T03:00", "2026-03-29T03:00:00+02:00", BASE_ZONE_ONCE},
		{"Europe/Berlin", "2026-10-25T02:30", "2026-10-25T02:30:00+02:00", BASE_ZONE_TWICE},
		{"Europe/Berlin", "2026-10-25T02:30+01:00", "2026-10-25T02:30:00+01:00",
			BASE_ZONE_ONCE},
		{"Europe/Berlin", "2026-10-25T00:30Z", "2026-10-25T02:30:00+02:00", BASE_ZONE_ONCE},
		{"America/St_Johns", "2026-01-01T00:00", "2026-01-01T00:00:00-03:30",
			BASE_ZONE_ONCE},
	};
	char text[BASE_ZONE_TEXT_MAX];
	int64_t at;

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(times); i++) {
		struct base_zone *zone = zone_load(times[i].zone);

		assert_int_equal(base_zone_parse(zone, times[i].read, &at, NULL), times[i].meant);
		assert_string_equal(base_zone_text(zone, at, text), times[i].text);
		base_zone_free(zone);
	}
}

static void
what_is_no_time_is_refused(void **state)
{
	static const char *const texts[] = {"", "now", "2026-03-29", "2026-03-29 02:30",
		"2026-3-29T02:30", "2026-02-29T00:00", "2026-04-31T00:00", "2026-13-01T00:00",
		"2026-00-01T00:00", "2026-01-00T00:00", "2026-01-01T24:00", "2026-01-01T00:60",
		"2026-01-01T00:00:60", "2026-01-01T00:00+1:00", "2026-01-01T00:00+24:00",
		"2026-01-01T00:00z", "2026-01-01T00:00:00.5", "2026-01-01T00:00+01:00x"};
	struct base_zone *zone = zone_load("UTC");
	struct base_err err;
	int64_t at;

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(texts); i++) {
		if (base_zone_parse(zone, texts[i], &at, &err) != -EINVAL)
			fail_msg("%s", texts[i]);
		assert_int_equal(err.exit, BASE_EXIT_USAGE);
	}
	base_zone_free(zone);
}

static void
never_is_a_word(void **state)
{
	struct base_zone *zone = zone_load("UTC");
	char text[BASE_ZONE_TEXT_MAX];

	(void)state;
	assert_string_equal(base_zone_text(zone, BASE_ZONE_NEVER, text), "never");
	base_zone_free(zone);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(days_are_those_of_the_calendar),
		cmocka_unit_test(text_is_as_read),
		cmocka_unit_test(what_is_no_time_is_refused),
		cmocka_unit_test(never_is_a_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "zone_unit.h"

#include <errno.h>
#include <stdio.h>

#define Y2190 INT64_C(6942700800) /* s since 1970 */

/* Summer time in the north and the south, none, one below zero in winter, a day left out, half
 * hours, changes by the moon. */
static const char *const names[] = {"Europe/Berlin", "America/New_York", "Australia/Lord_Howe",
	"America/Santiago", "Europe/Dublin", "Asia/Kolkata", "Pacific/Apia", "Africa/Casablanca",
	"Asia/Gaza", "America/Nuuk", "Antarctica/Troll", "Etc/GMT+5", "UTC", "EST5EDT"};

static void
a_clock_shows_what_the_c_library_says(void **state)
{
	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(names); i++) {
		struct base_zone *zone = zone_load(names[i]);

		zone_of_libc(names[i]);
		zone_expect_all(zone, 0, Y2190);
		base_zone_free(zone);
	}
}

static void
utc_needs_no_database(void **state)
{
	struct base_zone *zone;

	(void)state;
	assert_int_equal(setenv("TZDIR", "/nowhere", 1), 0);
	zone = zone_load("UTC");
	assert_int_equal(base_zone_offset(zone, 1774747800), 0);
	assert_int_equal(base_zone_next(zone, INT64_MIN), BASE_ZONE_NEVER);
	base_zone_free(zone);
	assert_int_equal(unsetenv("TZDIR"), 0);
}

static void
refused(const char *name, const char *words)
{
	struct base_err err = {0};
	struct base_zone *zone;

	assert_int_equal(base_zone_load(name, &zone, &err), -EINVAL);
	assert_null(zone);
	assert_int_equal(err.exit, BASE_EXIT_CONFIG);
	if (strstr(err.text, words) == NULL)
		fail_msg("%s: %s", name, err.text);
}

static void
what_is_no_zone_is_refused(void **state)
{
	char long_name[80] = "";

	(void)state;
	memset(long_name, 'a', sizeof(long_name) - 1);
	refused("Europe/Atlantis", "no time zone of that name in /usr/share/zoneinfo: allowed are");
	refused("Europe", "no time zone of that name"); /* a folder */
	refused("zone1970", "no time zone of that name");
	refused("", "no time zone's name");
	refused("../../../etc/passwd", "no time zone's name");
	refused("/etc/passwd", "no time zone's name");
	refused("Europe/", "no time zone's name");
	refused("CET-1CEST,M3.5.0", "no time zone's name");
	refused(long_name, "no time zone's name");
	assert_int_equal(setenv("TZDIR", "/nowhere", 1), 0);
	refused("Europe/Berlin", "there are no time zones in /nowhere: Debian's package tzdata");
	assert_int_equal(setenv("TZDIR", "/etc", 1), 0);
	refused("passwd", "no TZif file of version 2");
	assert_int_equal(unsetenv("TZDIR"), 0);
}

static uint32_t
berlin(uint8_t octets[8192])
{
	FILE *file = fopen("/usr/share/zoneinfo/Europe/Berlin", "r");
	size_t len;

	assert_non_null(file);
	len = fread(octets, 1, 8192, file);
	assert_int_equal(fclose(file), 0);
	assert_in_range(len, 100, 8191);
	return (uint32_t)len;
}

/* Copied to their own length, so that a read behind them is seen. */
static int
read_copy(const uint8_t *octets, uint32_t len)
{
	uint8_t *copy = malloc(len + 1u);
	struct base_zone *zone;
	int rc;

	assert_non_null(copy);
	memmove(copy + 1, octets, len);
	rc = base_zone_read(copy + 1, len, &zone, NULL);
	assert_true((rc == 0) == (zone != NULL));
	for (uint32_t i = 1; rc == 0 && i < zone->nb; i++)
		assert_true(zone->changes[i].at_s > zone->changes[i - 1].at_s);
	base_zone_free(zone);
	free(copy);
	return rc;
}

static void
a_file_that_is_cut_is_refused(void **state)
{
	uint8_t octets[8192];
	uint32_t len = berlin(octets);

	(void)state;
	assert_int_equal(read_copy(octets, len), 0);
	for (uint32_t n = 0; n < len; n++)
		assert_int_equal(read_copy(octets, n), -EINVAL);
	octets[len++] = '\n';
	assert_int_equal(read_copy(octets, len), -EINVAL);
}

static void
whatever_a_file_says_times_ascend(void **state)
{
	uint8_t octets[8192];
	uint32_t len = berlin(octets), refusals = 0;

	(void)state;
	for (uint32_t i = 0; i < len; i++) {
		uint8_t was = octets[i];

		octets[i] = (uint8_t)~was;
		refusals += read_copy(octets, len) != 0;
		octets[i] = was;
	}
	assert_true(refusals > 0);
}

static void
leap_seconds_are_refused(void **state)
{
	uint8_t octets[8192];
	struct base_zone *zone;
	struct base_err err = {0};
	uint32_t len = zone_file(octets, "XYZ0", 0);

	(void)state;
	octets[54 + 31] = 1; /* the second header's count */
	assert_int_equal(base_zone_read(octets, len, &zone, &err), -EINVAL);
	assert_non_null(strstr(err.text, "leap seconds"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_clock_shows_what_the_c_library_says),
		cmocka_unit_test(utc_needs_no_database),
		cmocka_unit_test(what_is_no_zone_is_refused),
		cmocka_unit_test(a_file_that_is_cut_is_refused),
		cmocka_unit_test(whatever_a_file_says_times_ascend),
		cmocka_unit_test(leap_seconds_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

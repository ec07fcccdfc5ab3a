/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "zone_unit.h"

#include <errno.h>

#define Y2100 INT64_C(4102444800) /* s since 1970 */

static struct base_zone *
zone_of_rule(const char *rule, int32_t offset_s, int expected)
{
	uint8_t octets[512];
	struct base_zone *zone;
	uint32_t len = zone_file(octets, rule, offset_s);

	if (base_zone_read(octets, len, &zone, NULL) != expected)
		fail_msg("%s", rule);
	return zone;
}

static void
rules_are_followed_as_the_c_library_does(void **state)
{
	static const struct {
		const char *rule;
		int32_t offset_s;
	} rules[] = {
		{"CET-1CEST,M3.5.0,M10.5.0/3", 3600},
		{"NZST-12NZDT,M9.5.0,M4.1.0/3", 12 * 3600},
		{"EST5EDT,M3.2.0,M11.1.0", -5 * 3600},
		{"IST-1GMT0,M10.5.0,M3.5.0/1", 3600}, /* an hour back in winter */
		{"<-02>2<-01>,M3.5.0/-1,M10.5.0/0", -2 * 3600},
		{"EET-2EEST,M3.4.4/50,M10.4.4/50", 2 * 3600}, /* a time beyond its day */
		{"AAA1BBB0:30,J60/2,J300/2:15:30", -3600},    /* J60 is 1 March, leap year or not */
		{"AAA1BBB,59/2,299/2", -3600},
		{"<+0330>-3:30:10", 12610},
	};

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(rules); i++) {
		struct base_zone *zone = zone_of_rule(rules[i].rule, rules[i].offset_s, 0);

		zone_of_libc(rules[i].rule);
		zone_expect_all(zone, 0, Y2100);
		base_zone_free(zone);
	}
}

static void
summer_all_year_changes_nothing_after_the_first(void **state)
{
	struct base_zone *zone = zone_of_rule("XXX3EDT4,0/0,J365/23", -3 * 3600, 0);

	(void)state;
	assert_int_equal(base_zone_offset(zone, 0), -4 * 3600);
	assert_int_equal(base_zone_offset(zone, Y2100), -4 * 3600);
	assert_int_equal(zone->nb, 3); /* before the years that are followed, in them, behind */
	base_zone_free(zone);
}

static void
what_is_no_rule_is_refused(void **state)
{
	static const char *const rules[] = {"X", "CET", "C1", "CET-1CEST", "CET-1CEST,M3.5.0",
		"CET-1CEST,M3.5.0,M10.5.0/3,", "CET-1CEST,M13.5.0,M10.5.0",
		"CET-1CEST,M3.6.0,M9.5.0", "CET-1CEST,M3.0.0,M10.5.0", "CET-1CEST,M3.5.7,M10.5.0",
		"CET-1CEST,J0,J5", "CET-1CEST,366,5", "CET-1CEST,M3.5.0/168,M10.5.0", "CET-25",
		"CET-1:60", "<CET-1", "CET-1CEST,M3.5.0/,M10.5.0", "CET-1 "};

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(rules); i++)
		assert_null(zone_of_rule(rules[i], 3600, -EINVAL));
}

/* Dates that run past the next year's: garbage in, a table in order out. */
static void
a_rule_out_of_order_keeps_the_table_in_order(void **state)
{
	struct base_zone *zone = zone_of_rule("AAA24BBB-24,J365/167,J1/-167", -24 * 3600, 0);

	(void)state;
	for (uint32_t i = 1; i < zone->nb; i++)
		assert_true(zone->changes[i].at_s > zone->changes[i - 1].at_s);
	base_zone_free(zone);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rules_are_followed_as_the_c_library_does),
		cmocka_unit_test(summer_all_year_changes_nothing_after_the_first),
		cmocka_unit_test(what_is_no_rule_is_refused),
		cmocka_unit_test(a_rule_out_of_order_keeps_the_table_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "plan.h"
#include "unit.h"

#include <stdlib.h>
#include <string.h>

static void
nonsense_is_refused_with_its_place(void **state)
{
	static const struct {
		const char *text, *words;
	} cases[] = {
		{"", "a number is missing"},
		{" ", "a number is missing"},
		{"0@0,", "at `': a number is missing"},
		{",0@0", "a number is missing"},
		{"0@0,,1@1", "at `,1@1': a number is missing"},
		{"0@", "a number is missing"},
		{"@1", "a number is missing"},
		{"0@x", "a number is missing"},
		{"-1", "a number is missing"},
		{"+1", "a number is missing"},
		{"1-", "a number is missing"},
		{"1@-2", "a number is missing"},
		{"()@1", "a number is missing"},
		{"(1,)@1", "a number is missing"},
		{"((1))", "a number is missing"},
		{"(0@0", "a `)' is missing"},
		{"(0,1@0", "a `)' is missing"},
		{"0@(1", "a `)' is missing"},
		{"(0-1)x@0", "comes `@', a comma or the end"},
		{"0@0 1@1", "comes `@', a comma or the end"},
		{"0@0@1", "comes `@', a comma or the end"},
		{"0x1", "comes `@', a comma or the end"},
		{"1)", "comes `@', a comma or the end"},
		{"128", "lcores are numbered 0..127"},
		{"99999999999999999999", "lcores are numbered 0..127"},
		{"0@1024", "CPUs are numbered 0..1023"},
		{"0-128@0", "lcores are numbered 0..127"},
		{"0@0,0@1", "at `0@1': lcore 0 is there twice"},
		{"(1-3)@0,2@4", "at `2@4': lcore 2 is there twice"},
		{"1,0-3", "lcore 1 is there twice"},
	};
	struct plan_map map;

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(cases); i++) {
		struct base_err err = {0};

		assert_true(plan_map_parse(cases[i].text, &map, &err) < 0);
		assert_int_equal(err.exit, BASE_EXIT_CONFIG);
		if (strstr(err.text, cases[i].words) == NULL)
			fail_msg("%s: %s", cases[i].text, err.text);
	}
}

static void
a_long_map_is_quoted_in_part(void **state)
{
	char text[2048] = "0@";
	struct base_err err = {0};
	struct plan_map map;

	(void)state;
	memset(text + 2, 'x', sizeof(text) - 3);
	assert_true(plan_map_parse(text, &map, &err) < 0);
	assert_non_null(strstr(err.text, "xxx...': a number is missing"));
}

/* Left as EAL's own documentation writes it, right what it says that this means. */
static void
maps_mean_what_eal_takes_them_for(void **state)
{
	static const struct {
		const char *text, *means;
	} cases[] = {
		{"0", "0@0"},
		{"0@0,1@1", "0@0,1@1"},
		{" 1 @ 3 , 0 ", "0@0,1@3"},
		{"0-2", "0@0,1@1,2@2"},
		{"0-1@5", "0@5,1@5"},
		{"3-1@0", "1@0,2@0,3@0"},
		{"0@0,1@1,(2-3)@2", "0@0,1@1,2@2,3@2"},
		{"(0,6)", "0@(0,6),6@(0,6)"},
		{"1@5-7", "1@(5-7)"},
		{"1@(5)", "1@5"},
		{"1@(2,4-5,1023)", "1@(2,4-5,1023)"},
		{"1,2@(5-7),(3-5)@(0,2),(0,6),7-8",
			"0@(0,6),1@1,2@(5-7),3@(0,2),4@(0,2),5@(0,2),6@(0,6),7@7,8@8"},
		{"127@1023", "127@1023"},
	};
	struct plan_map map;

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(cases); i++) {
		struct base_err err = {0};
		char *text;

		if (plan_map_parse(cases[i].text, &map, &err) < 0)
			fail_msg("%s: %s", cases[i].text, err.text);
		text = plan_map_text(&map);
		assert_string_equal(text, cases[i].means);
		free(text);
	}
}

static void
all_lcores_fit(void **state)
{
	struct plan_map map;

	(void)state;
	assert_int_equal(plan_map_parse("127,0-126", &map, NULL), 0);
	assert_int_equal(map.n, 128);
	assert_int_equal(map.rows[127].lcore, 127);
	assert_true(plan_map_parse("0-127,5", &map, NULL) < 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nonsense_is_refused_with_its_place),
		cmocka_unit_test(a_long_map_is_quoted_in_part),
		cmocka_unit_test(maps_mean_what_eal_takes_them_for),
		cmocka_unit_test(all_lcores_fit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

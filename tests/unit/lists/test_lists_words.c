/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "lists.h"
#include "unit.h"

#include <string.h>

/** Reports print "id: count: help": every id needs its words, and no two the same ones. */
static void
every_id_has_words_of_its_own(void **state)
{
	(void)state;
	for (int i = 0; i < LISTS_NB_SKIPS; i++) {
		assert_true(strlen(lists_skip_help((enum lists_skip)i)) > 0);
		for (int k = 0; k < i; k++)
			assert_string_not_equal(lists_skip_name((enum lists_skip)i),
				lists_skip_name((enum lists_skip)k));
	}
	for (int i = 0; i < LISTS_NB_WARNINGS; i++) {
		assert_true(strlen(lists_warning_help((enum lists_warning)i)) > 0);
		for (int k = 0; k < i; k++)
			assert_string_not_equal(lists_warning_name((enum lists_warning)i),
				lists_warning_name((enum lists_warning)k));
	}
}

static void
the_formats_have_the_words_of_the_configuration(void **state)
{
	(void)state;
	assert_string_equal(lists_format_name(LISTS_FORMAT_AUTO), "auto");
	assert_string_equal(lists_format_name(LISTS_FORMAT_HOSTS), "hosts");
	assert_string_equal(lists_format_name(LISTS_FORMAT_DOMAINS), "domains");
	assert_string_equal(lists_format_name(LISTS_FORMAT_WILDCARD), "wildcard");
	assert_string_equal(lists_format_name(LISTS_FORMAT_ADBLOCK), "adblock");
}

static void
misspelled_is_bad_and_out_of_reach_is_not(void **state)
{
	(void)state;
	assert_true(lists_skip_is_bad(LISTS_SKIP_octet));
	assert_true(lists_skip_is_bad(LISTS_SKIP_url));
	assert_false(lists_skip_is_bad(LISTS_SKIP_tld));
	assert_false(lists_skip_is_bad(LISTS_SKIP_modifier));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_id_has_words_of_its_own),
		cmocka_unit_test(the_formats_have_the_words_of_the_configuration),
		cmocka_unit_test(misspelled_is_bad_and_out_of_reach_is_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

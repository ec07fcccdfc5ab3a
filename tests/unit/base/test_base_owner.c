/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "base_owner.h"
#include "unit.h"

#include <unistd.h>

static const char *
distrust(uid_t owner, mode_t mode)
{
	const struct stat st = {.st_uid = owner, .st_mode = mode};

	return base_distrust(&st);
}

static void
what_others_can_write_is_not_trusted(void **state)
{
	(void)state;
	assert_string_equal(distrust(0, S_IFREG | 0620), "others may write it");
	assert_string_equal(distrust(0, S_IFREG | 0602), "others may write it");
	assert_string_equal(distrust(0, S_IFREG | S_ISVTX | 0602), "others may write it");
	assert_string_equal(distrust(0, S_IFDIR | 0770), "others may write in this folder");
	assert_string_equal(distrust(0, S_IFDIR | 0707), "others may write in this folder");
}

static void
what_is_of_another_is_not_trusted(void **state)
{
	uid_t other = geteuid() + 1;

	(void)state;
	assert_string_equal(distrust(other, S_IFREG | 0600), "belongs to another user");
	assert_string_equal(distrust(other, S_IFDIR | 0700), "belongs to another user");
	assert_string_equal(distrust(other, S_IFDIR | S_ISVTX | 0777), "belongs to another user");
}

static void
what_is_of_root_or_of_us_is(void **state)
{
	(void)state;
	assert_null(distrust(0, S_IFREG | 0644));
	assert_null(distrust(geteuid(), S_IFREG | 0600));
	assert_null(distrust(geteuid(), S_IFDIR | 0755));
	assert_null(distrust(0, S_IFDIR | S_ISVTX | 0777));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_others_can_write_is_not_trusted),
		cmocka_unit_test(what_is_of_another_is_not_trusted),
		cmocka_unit_test(what_is_of_root_or_of_us_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

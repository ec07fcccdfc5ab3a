/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "base_err.h"
#include "unit.h"

#include <errno.h>
#include <string.h>

static void
a_failure_has_class_code_and_sentence(void **state)
{
	struct base_err err = {0};

	(void)state;
	assert_int_equal(base_fail(&err, BASE_EXIT_CONFIG, EINVAL, "a.ini:%d: wrong", 7), -EINVAL);
	assert_int_equal(err.exit, 78);
	assert_string_equal(err.text, "a.ini:7: wrong");
	base_prefix(&err, "list %s: ", "ads");
	assert_string_equal(err.text, "list ads: a.ini:7: wrong");
	assert_int_equal(base_fail(NULL, BASE_EXIT_FAILURE, ENOMEM, "nobody listens"), -ENOMEM);
	base_prefix(NULL, "nobody");
}

static void
long_sentences_are_cut(void **state)
{
	char text[2 * BASE_ERR_TEXT_MAX];
	struct base_err err;

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	base_fail(&err, BASE_EXIT_FAILURE, EIO, "%s", text);
	assert_int_equal(strlen(err.text), BASE_ERR_TEXT_MAX - 1);
	base_prefix(&err, "front: ");
	assert_int_equal(strlen(err.text), BASE_ERR_TEXT_MAX - 1);
	assert_memory_equal(err.text, "front: x", 8);
	base_prefix(&err, "%s", text);
	assert_int_equal(strlen(err.text), BASE_ERR_TEXT_MAX - 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_failure_has_class_code_and_sentence),
		cmocka_unit_test(long_sentences_are_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

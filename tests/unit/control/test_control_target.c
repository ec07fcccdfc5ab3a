/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "control_target.h"
#include "unit.h"

#include <errno.h>
#include <string.h>

static struct control_target target;
static struct base_err err;

static void
what_is_wrong_is_refused_with_a_sentence(void **state)
{
	static const struct {
		const char *text, *said;
	} wrong[] = {
		{"", "a path and parameters"},
		{"v1", "a path and parameters"},
		{"http://weir/v1", "a path and parameters"},
		{"/V1", "a path and parameters"},
		{"/v1#x", "a path and parameters"},
		{"/v1%2f", "a path and parameters"},
		{"/v1?", "NAME=VALUE"},
		{"/v1?a", "NAME=VALUE"},
		{"/v1?=b", "NAME=VALUE"},
		{"/v1?a=b&", "NAME=VALUE"},
		{"/v1?&a=b", "NAME=VALUE"},
		{"/v1?a=b=c", "%3D"},
		{"/v1?a=b&a=c", "`a' is there twice"},
		{"/v1?a=b&%61=c", "`a' is there twice"},
		{"/v1?a=%", "hexadecimal"},
		{"/v1?a=%4", "hexadecimal"},
		{"/v1?a=%4g", "hexadecimal"},
		{"/v1?a=%00", "value 0"},
		{"/v1?%00=a", "value 0"},
		{"/v1?a=\xff", "value 255 has no place in a target: write %FF"},
		{"/v1?a= ", "write %20"},
		{"/v1?a=#", "write %23"},
		{"/v1?a=1&b=&c=&d=&e=&f=&g=&h=&i=", "at most 8"},
	};

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(wrong); i++) {
		err.text[0] = '\0';
		assert_int_equal(control_target_parse(wrong[i].text, &target, &err), -EINVAL);
		if (strstr(err.text, wrong[i].said) == NULL)
			fail_msg("%s: %s", wrong[i].text, err.text);
	}
}

static void
bounds_are_held_to_the_octet(void **state)
{
	char text[CONTROL_TARGET_MAX + 2];

	(void)state;
	memset(text, 'a', sizeof(text));
	memcpy(text, "/a?b=", 5);
	text[CONTROL_TARGET_MAX] = '\0';
	assert_int_equal(control_target_parse(text, &target, NULL), 0);
	assert_int_equal(strlen(target.params[0].value), CONTROL_TARGET_MAX - 5);
	text[CONTROL_TARGET_MAX] = 'a';
	text[CONTROL_TARGET_MAX + 1] = '\0';
	assert_int_equal(control_target_parse(text, &target, NULL), -EINVAL);
	memset(text, '/', sizeof(text));
	text[CONTROL_PATH_MAX] = '\0';
	assert_int_equal(control_target_parse(text, &target, NULL), 0);
	text[CONTROL_PATH_MAX] = '/';
	text[CONTROL_PATH_MAX + 1] = '\0';
	assert_int_equal(control_target_parse(text, &target, NULL), -EINVAL);
}

static void
a_target_is_a_path_and_parameters(void **state)
{
	static const char *const allowed[] = {"name", "qtype", NULL};
	static const char *const less[] = {"name", NULL};

	(void)state;
	assert_int_equal(control_target_parse("/v1/status", &target, NULL), 0);
	assert_string_equal(target.path, "/v1/status");
	assert_int_equal(target.n_params, 0);
	assert_int_equal(control_target_check(&target, NULL, NULL), 0);
	assert_int_equal(
		control_target_parse("/v1/lookup?name=a%5C.b%3d+%C3%BC&qtype=", &target, NULL), 0);
	assert_string_equal(control_target_value(&target, "name"), "a\\.b=+\xc3\xbc");
	assert_string_equal(control_target_value(&target, "qtype"), "");
	assert_null(control_target_value(&target, "client"));
	assert_int_equal(control_target_check(&target, allowed, NULL), 0);
	assert_int_equal(control_target_check(&target, less, &err), -EINVAL);
	assert_string_equal(err.text, "/v1/lookup has no parameter `qtype'; allowed: name");
	assert_int_equal(control_target_check(&target, NULL, &err), -EINVAL);
	assert_string_equal(err.text, "/v1/lookup has no parameter `name'; allowed: none");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_wrong_is_refused_with_a_sentence),
		cmocka_unit_test(bounds_are_held_to_the_octet),
		cmocka_unit_test(a_target_is_a_path_and_parameters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

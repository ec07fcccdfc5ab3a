// covers: control_target_parse control_target_value control_target_check
/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "control_target.h"
#include "fuzz.h"

#include <string.h>

/* Whether a text lies in what the target owns, its NUL included. */
static int
is_inside(const struct control_target *target, const char *text)
{
	const char *end = target->text + sizeof(target->text);

	return text >= target->text && text < end &&
	       memchr(text, '\0', (size_t)(end - text)) != NULL;
}

/* Laws of every target that was taken. */
static void
check_target(const struct control_target *target)
{
	FUZZ_CHECK(target->path[0] == '/' && strlen(target->path) <= CONTROL_PATH_MAX);
	FUZZ_CHECK(target->n_params <= CONTROL_PARAMS_MAX);
	for (uint32_t i = 0; i < target->n_params; i++) {
		const struct control_param *param = &target->params[i];

		FUZZ_CHECK(is_inside(target, param->name) && is_inside(target, param->value));
		FUZZ_CHECK(param->name[0] != '\0');
		FUZZ_CHECK(control_target_value(target, param->name) == param->value);
	}
	FUZZ_CHECK(control_target_check(target, NULL, NULL) == (target->n_params == 0 ? 0 : -22));
}

/* Every octet of a text as an escape. */
static char *
put_escaped(char *at, const char *text)
{
	for (; *text != '\0'; text++)
		at += snprintf(at, 4, "%%%02x", (unsigned char)*text);
	return at;
}

/* Written with every octet escaped it reads back as the same, where it is short enough. */
static void
check_escaped(const struct control_target *target)
{
	static char text[4 * CONTROL_TARGET_MAX + CONTROL_PATH_MAX];
	static struct control_target again;
	char *at = text + snprintf(text, sizeof(text), "%s", target->path);

	for (uint32_t i = 0; i < target->n_params; i++) {
		*at++ = i == 0 ? '?' : '&';
		at = put_escaped(at, target->params[i].name);
		*at++ = '=';
		at = put_escaped(at, target->params[i].value);
	}
	*at = '\0';
	if (at - text > CONTROL_TARGET_MAX)
		return;
	FUZZ_CHECK(control_target_parse(text, &again, NULL) == 0);
	FUZZ_CHECK(again.n_params == target->n_params && strcmp(again.path, target->path) == 0);
	for (uint32_t i = 0; i < target->n_params; i++) {
		FUZZ_CHECK(strcmp(again.params[i].name, target->params[i].name) == 0);
		FUZZ_CHECK(strcmp(again.params[i].value, target->params[i].value) == 0);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);
	struct control_target target;
	struct base_err err = {0};

	if (text == NULL)
		return 0;
	if (size > 0)
		memcpy(text, data, size);
	text[size] = '\0';
	if (control_target_parse(text, &target, &err) == 0) {
		check_target(&target);
		check_escaped(&target);
	} else {
		FUZZ_CHECK(err.text[0] != '\0' && strchr(err.text, '\n') == NULL);
	}
	free(text);
	return 0;
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "control_target.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define refuse(err, ...) base_fail((err), BASE_EXIT_USAGE, EINVAL, __VA_ARGS__)

static bool
is_path_octet(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '/' || c == '_' ||
	       c == '-' || c == '.';
}

/* What may stand in a query (RFC 3986 3.4), `&`, `=` and `%` apart. */
static bool
is_query_octet(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c != '\0' && strchr("-._~!$'()*+,;:@/?", c) != NULL);
}

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Takes the path; *at stands behind it. */
static int
parse_path(const char **at, struct control_target *out, struct base_err *err)
{
	size_t len = 0;

	while (is_path_octet((*at)[len]))
		len++;
	if ((*at)[0] != '/' || ((*at)[len] != '\0' && (*at)[len] != '?'))
		return refuse(err, "the target of a request is a path and parameters: "
				   "/v1/lookup?name=www.example");
	if (len > CONTROL_PATH_MAX)
		return refuse(err, "a path has at most %d octets", CONTROL_PATH_MAX);
	memcpy(out->path, *at, len);
	out->path[len] = '\0';
	*at += len;
	return 0;
}

/* One octet of a query, an escape resolved; *at stands behind it. */
static int
parse_octet(const char **at, char *out, struct base_err *err)
{
	const char *text = *at;
	int high, low;

	if (text[0] != '%') {
		if (!is_query_octet(text[0]))
			return refuse(err,
				"an octet of value %u has no place in a target: write %%%02X",
				(unsigned char)text[0], (unsigned char)text[0]);
		*out = text[0];
		*at = text + 1;
		return 0;
	}
	high = hex(text[1]);
	low = high < 0 ? -1 : hex(text[2]);
	if (low < 0)
		return refuse(err, "a `%%' begins two hexadecimal digits");
	if (high + low == 0)
		return refuse(err, "an octet of value 0 has no place in a parameter");
	*out = (char)(high << 4 | low);
	*at = text + 3;
	return 0;
}

/* One side of a `=`, up to `=`, `&` or the end, with a NUL behind it. */
static int
parse_side(const char **at, char **into, const char **out, struct base_err *err)
{
	int rc;

	*out = *into;
	while (**at != '\0' && **at != '=' && **at != '&') {
		rc = parse_octet(at, *into, err);
		if (rc < 0)
			return rc;
		++*into;
	}
	*(*into)++ = '\0';
	return 0;
}

static int
parse_param(const char **at, char **into, struct control_target *out, struct base_err *err)
{
	struct control_param param;
	int rc = parse_side(at, into, &param.name, err);

	if (rc < 0)
		return rc;
	if (param.name[0] == '\0' || **at != '=')
		return refuse(err, "a parameter is written NAME=VALUE");
	++*at;
	rc = parse_side(at, into, &param.value, err);
	if (rc < 0)
		return rc;
	if (**at == '=')
		return refuse(err, "a `=' in a value is written %%3D");
	if (control_target_value(out, param.name) != NULL)
		return refuse(err, "the parameter `%.64s' is there twice", param.name);
	if (out->n_params == CONTROL_PARAMS_MAX)
		return refuse(err, "a request has at most %d parameters", CONTROL_PARAMS_MAX);
	out->params[out->n_params++] = param;
	return 0;
}

int
control_target_parse(const char *text, struct control_target *out, struct base_err *err)
{
	char *into = out->text;
	int rc;

	out->n_params = 0;
	/* Names and values are no longer than what they are parsed from, each `=` and `&` makes
	 * room for the NUL behind them, and `?` for the last one. */
	if (strlen(text) > CONTROL_TARGET_MAX)
		return refuse(err, "a target has at most %d octets", CONTROL_TARGET_MAX);
	rc = parse_path(&text, out, err);
	if (rc < 0 || *text == '\0')
		return rc;
	do {
		text++;
		rc = parse_param(&text, &into, out, err);
		if (rc < 0)
			return rc;
	} while (*text == '&');
	return 0;
}

const char *
control_target_value(const struct control_target *target, const char *name)
{
	for (uint32_t i = 0; i < target->n_params; i++) {
		if (strcmp(target->params[i].name, name) == 0)
			return target->params[i].value;
	}
	return NULL;
}

static bool
is_allowed(const char *name, const char *const *allowed)
{
	for (; allowed != NULL && *allowed != NULL; allowed++) {
		if (strcmp(name, *allowed) == 0)
			return true;
	}
	return false;
}

int
control_target_check(
	const struct control_target *target, const char *const *allowed, struct base_err *err)
{
	char words[128] = "none";
	size_t len = 0;

	for (uint32_t i = 0; i < target->n_params; i++) {
		if (is_allowed(target->params[i].name, allowed))
			continue;
		for (; allowed != NULL && *allowed != NULL && len < sizeof(words); allowed++)
			len += (size_t)snprintf(words + len, sizeof(words) - len, "%s%s",
				len == 0 ? "" : ", ", *allowed);
		return refuse(err, "%s has no parameter `%.64s'; allowed: %s", target->path,
			target->params[i].name, words);
	}
	return 0;
}

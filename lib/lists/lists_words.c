/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "lists.h"

static const char *const formats[LISTS_NB_FORMATS] = {
	[LISTS_FORMAT_AUTO] = "auto",
	[LISTS_FORMAT_HOSTS] = "hosts",
	[LISTS_FORMAT_DOMAINS] = "domains",
	[LISTS_FORMAT_WILDCARD] = "wildcard",
	[LISTS_FORMAT_ADBLOCK] = "adblock",
	[LISTS_FORMAT_REGEX] = "regex",
};

static const struct {
	const char *name;
	const char *help;
	bool bad;
} skips[LISTS_NB_SKIPS] = {
#define LISTS_SKIP_WORDS(id, bad, help) [LISTS_SKIP_##id] = {#id, help, bad},
	LISTS_SKIPS(LISTS_SKIP_WORDS)};

static const struct {
	const char *name;
	const char *help;
} warnings[LISTS_NB_WARNINGS] = {
#define LISTS_WARNING_WORDS(id, help) [LISTS_WARNING_##id] = {#id, help},
	LISTS_WARNINGS(LISTS_WARNING_WORDS)};

const char *
lists_format_name(enum lists_format format)
{
	return formats[format];
}

const char *
lists_skip_name(enum lists_skip skip)
{
	return skips[skip].name;
}

const char *
lists_skip_help(enum lists_skip skip)
{
	return skips[skip].help;
}

bool
lists_skip_is_bad(enum lists_skip skip)
{
	return skips[skip].bad;
}

const char *
lists_warning_name(enum lists_warning warning)
{
	return warnings[warning].name;
}

const char *
lists_warning_help(enum lists_warning warning)
{
	return warnings[warning].help;
}

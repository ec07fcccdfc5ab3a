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
	[LISTS_FORMAT_RPZ] = "rpz",
	[LISTS_FORMAT_PREFIXES] = "prefixes",
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

static const char *const acts[LISTS_NB_ACTS] = {
	[LISTS_ACT_LIST] = "list",
	[LISTS_ACT_NXDOMAIN] = "nxdomain",
	[LISTS_ACT_NODATA] = "nodata",
	[LISTS_ACT_PASS] = "pass",
	[LISTS_ACT_DROP] = "drop",
	[LISTS_ACT_TRUNCATE] = "truncate",
	[LISTS_ACT_DATA] = "data",
};

static const struct {
	const char *name;
	const char *help;
} triggers[LISTS_NB_TRIGGERS] = {
#define LISTS_TRIGGER_WORDS(id, word, help) [LISTS_TRIGGER_##id] = {word, help},
	LISTS_TRIGGERS(LISTS_TRIGGER_WORDS)};

const char *
lists_act_name(enum lists_act act)
{
	return acts[act];
}

const char *
lists_trigger_name(enum lists_trigger trigger)
{
	return triggers[trigger].name;
}

const char *
lists_trigger_help(enum lists_trigger trigger)
{
	return triggers[trigger].help;
}

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

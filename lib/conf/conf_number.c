/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "conf_priv.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* A unit behind a number, and how much of the smallest one it is. */
struct unit {
	const char *word;
	int64_t factor;
};

/* Digits and one of the units. 0, -EINVAL, -ERANGE. */
static int
parse_with_unit(const char *text, const struct unit *units, int64_t *out)
{
	int64_t n = 0;

	if (*text < '0' || *text > '9')
		return -EINVAL;
	for (; *text >= '0' && *text <= '9'; text++) {
		if (__builtin_mul_overflow(n, 10, &n) || __builtin_add_overflow(n, *text - '0', &n))
			return -ERANGE;
	}
	for (; units->word != NULL; units++) {
		if (strcmp(text, units->word) != 0)
			continue;
		return __builtin_mul_overflow(n, units->factor, out) ? -ERANGE : 0;
	}
	return -EINVAL;
}

int
conf_number(const char *text, int64_t *out)
{
	static const struct unit units[] = {
		{"", 1}, {"k", 1 << 10}, {"M", 1 << 20}, {"G", 1 << 30}, {NULL, 0}};

	return parse_with_unit(text, units, out);
}

/* In the order in which conf_duration_text() tries them, the largest first. */
static const struct unit duration_units[] = {
	{"d", 86400000}, {"h", 3600000}, {"m", 60000}, {"s", 1000}, {"ms", 1}, {NULL, 0}};

int
conf_duration(const char *text, int64_t *out_ms)
{
	if (strcmp(text, "0") == 0) {
		*out_ms = 0;
		return 0;
	}
	return parse_with_unit(text, duration_units, out_ms);
}

const char *
conf_duration_text(int64_t ms, char *text, size_t size)
{
	const struct unit *unit = duration_units;

	while (unit->factor > 1 && (ms == 0 || ms % unit->factor != 0))
		unit++;
	if (ms == 0)
		snprintf(text, size, "0");
	else
		snprintf(text, size, "%lld%s", (long long)(ms / unit->factor), unit->word);
	return text;
}

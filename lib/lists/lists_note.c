/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "lists_priv.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static char
printable(uint8_t octet)
{
	if (lists_is_blank(octet))
		return ' ';
	return octet > ' ' && octet <= '~' ? (char)octet : '?';
}

/** Printable ASCII, what is not as `?`, what is too long with `...` at its end. */
static void
excerpt(char *to, struct lists_span text)
{
	size_t len, n;

	while (text.at < text.end && lists_is_blank(text.end[-1]))
		text.end--;
	len = lists_span_len(text);
	n = len < LISTS_EXCERPT_MAX ? len : LISTS_EXCERPT_MAX - 1;

	for (size_t i = 0; i < n; i++)
		to[i] = printable(text.at[i]);
	if (n < len)
		memcpy(to + n - 3, "...", 3);
	to[n] = '\0';
}

static void
note(struct lists_note *to, uint32_t line, struct lists_span text)
{
	if (to->count < LISTS_FIRST) {
		to->lines[to->count] = line;
		excerpt(to->excerpts[to->count], text);
	}
	to->count++;
}

void
lists_note_skip(struct lists_build *build, enum lists_skip skip, struct lists_span text)
{
	struct lists_report *report = &build->rules->report;

	note(&report->skips[skip], report->lines, text);
	build->bad |= lists_skip_is_bad(skip);
}

void
lists_note_warning(struct lists_build *build, enum lists_warning warning, struct lists_span text)
{
	struct lists_report *report = &build->rules->report;

	note(&report->warnings[warning], report->lines, text);
}

/** The bad line with the smallest number above `after` that the report kept; its reason or none. */
static enum lists_skip
next_bad(const struct lists_report *report, uint32_t after, unsigned *which)
{
	enum lists_skip found = LISTS_NB_SKIPS;
	uint32_t line, least = UINT32_MAX;

	for (int skip = 0; skip < LISTS_NB_SKIPS; skip++) {
		for (unsigned i = 0; i < LISTS_FIRST && lists_skip_is_bad(skip); i++) {
			line = report->skips[skip].lines[i];
			if (line <= after || line >= least)
				continue;
			found = (enum lists_skip)skip;
			least = line;
			*which = i;
		}
	}
	return found;
}

int
lists_note_verdict(
	const struct lists_report *report, const struct lists_spec *spec, struct base_err *err)
{
	char lines[512] = "";
	uint32_t line = 0, first = 0;
	enum lists_skip skip;
	unsigned which = 0;
	size_t len = 0;

	if ((uint64_t)report->bad_lines * 100 <= (uint64_t)report->rule_lines * spec->max_bad)
		return 0;
	for (int i = 0; i < LISTS_FIRST; i++) {
		skip = next_bad(report, line, &which);
		if (skip == LISTS_NB_SKIPS)
			break;
		line = report->skips[skip].lines[which];
		first = first == 0 ? line : first;
		len += (size_t)snprintf(lines + len, sizeof(lines) - len, "; line %u, `%s`: %s",
			line, report->skips[skip].excerpts[which], lists_skip_help(skip));
	}
	return base_fail(err, BASE_EXIT_CONFIG, EINVAL,
		"%s:%u: read as %s%s%s, %u of %u rule lines are bad, more than max_bad = %u %%%s",
		spec->path, first, lists_format_name(report->format),
		report->how[0] == '\0' ? "" : ": ", report->how, report->bad_lines,
		report->rule_lines, spec->max_bad, lines);
}

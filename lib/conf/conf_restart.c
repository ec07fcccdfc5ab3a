/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * What of an INI that was read again does not come in force.
 */
#include "conf_priv.h"

#include <string.h>

static const void *
member_of(const struct conf_sect *sect, const struct conf_row *row)
{
	return (const char *)sect + row->off;
}

/* The same in other words, as 1k and 1024, is no change. */
static bool
is_same(const struct conf_sect *a, const struct conf_sect *b, uint32_t key,
	const struct conf_row *row)
{
	if (strcmp(a->keys[key].text, b->keys[key].text) == 0)
		return true;
	return row->type <= CONF_ENUM &&
	       memcmp(member_of(a, row), member_of(b, row), row->size) == 0;
}

static uint32_t
compare_keys(
	const struct conf_sect *running, const struct conf_sect *next, struct conf_report *report)
{
	const struct conf_row *row;
	uint32_t n = 0;

	for (uint32_t i = 0; (row = conf_row_at(running->kind, i)) != NULL; i++) {
		if (row->effect != CONF_RESTART || is_same(running, next, i, row))
			continue;
		conf_warn(report, next, row->key,
			"only a restart brings it in force; until then it is `%s'",
			running->keys[i].text);
		n++;
	}
	return n;
}

/* Whether a kind of section has a key that only a restart brings in force. */
static bool
wants_restart(uint32_t kind)
{
	const struct conf_row *row;

	for (uint32_t i = 0; (row = conf_row_at(kind, i)) != NULL; i++) {
		if (row->effect == CONF_RESTART)
			return true;
	}
	return false;
}

/* The i-th section of a kind of one INI and of the other; NULL: there is none. */
static uint32_t
compare_sects(
	const struct conf_sect *running, const struct conf_sect *next, struct conf_report *report)
{
	if (running != NULL && next != NULL && strcmp(running->title, next->title) == 0)
		return compare_keys(running, next, report);
	if (next != NULL)
		conf_warn(report, next, NULL, "only a restart brings it in force");
	else
		conf_warn(report, running, NULL, "is gone, which only a restart brings in force");
	return 1;
}

uint32_t
conf_compare(const struct conf *running, const struct conf *next, struct conf_report *report)
{
	const struct conf_sect *a, *b;
	uint32_t n = 0;

	for (uint32_t kind = 0; kind < CONF_KINDS; kind++) {
		if (!wants_restart(kind))
			continue;
		for (uint32_t i = 0;; i++) {
			a = conf_sect_at(running, kind, i);
			b = conf_sect_at(next, kind, i);
			if (a == NULL && b == NULL)
				break;
			n += compare_sects(a, b, report);
		}
	}
	return n;
}

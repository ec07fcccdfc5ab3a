/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * What of an INI that was read again is other than before: what comes in force, and what does not.
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
compare_keys(const struct conf_sect *before, const struct conf_sect *next, enum conf_effect effect,
	struct conf_report *report)
{
	const char *words = effect == CONF_RESTART
				    ? "only a restart brings it in force; until then it is"
				    : "it was";
	const struct conf_row *row;
	uint32_t n = 0;

	for (uint32_t i = 0; (row = conf_row_at(before->kind, i)) != NULL; i++) {
		if (row->effect != effect || is_same(before, next, i, row))
			continue;
		conf_warn(report, next, row->key, "%s `%s'", words, before->keys[i].text);
		n++;
	}
	return n;
}

/* Whether a kind of section has a key of that effect. */
static bool
has_effect(uint32_t kind, enum conf_effect effect)
{
	const struct conf_row *row;

	for (uint32_t i = 0; (row = conf_row_at(kind, i)) != NULL; i++) {
		if (row->effect == effect)
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
		return compare_keys(running, next, CONF_RESTART, report);
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
		if (!has_effect(kind, CONF_RESTART))
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

/* What is built in is in no file: the key that asks for it is told. */
static bool
is_builtin(const struct conf_sect *sect)
{
	return sect->kind == CONF_KIND_LIST &&
	       ((const struct conf_list *)(const void *)sect)->builtin != NULL;
}

/* Sections of a kind by their names: where they stand is nothing to most. */
static void
tell_sects(const struct conf *before, const struct conf *next, uint32_t kind,
	struct conf_report *report)
{
	const struct conf_sect *was, *is;

	for (uint32_t i = 0; (is = conf_sect_at(next, kind, i)) != NULL; i++) {
		was = conf_sect_find(before, is->title);
		if (was != NULL)
			compare_keys(was, is, CONF_RELOAD, report);
		else if (!is_builtin(is))
			conf_warn(report, is, NULL, "is new");
	}
	for (uint32_t i = 0; (was = conf_sect_at(before, kind, i)) != NULL; i++) {
		if (conf_sect_find(next, was->title) == NULL && !is_builtin(was))
			conf_note_at(report, BASE_EXIT_OK, 0, "%s: [%s]: is gone", was->file,
				was->title);
	}
}

/* Of lists that were there before, the first that stands in another order than then. */
static void
tell_order(const struct conf *before, const struct conf *next, struct conf_report *report)
{
	int last = -1, at;

	for (uint32_t i = 0; i < next->n_lists; i++) {
		at = conf_find_named(before, CONF_KIND_LIST, next->lists[i].sect.name);
		if (at >= 0 && at < last) {
			conf_warn(report, &next->lists[i].sect, NULL,
				"stands behind a list now that it stood before: the first is the "
				"strongest");
			return;
		}
		last = at < 0 ? last : at;
	}
}

uint32_t
conf_changes(const struct conf *before, const struct conf *next, struct conf_report *report)
{
	uint32_t n = report->n_notes;

	for (uint32_t kind = 0; kind < CONF_KINDS; kind++) {
		if (has_effect(kind, CONF_RELOAD))
			tell_sects(before, next, kind, report);
	}
	tell_order(before, next, report);
	conf_report_sort(report);
	return report->n_notes - n;
}

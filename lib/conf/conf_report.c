/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "conf_priv.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Octets of a value that a sentence quotes: the place tells the rest. */
#define QUOTED_MAX 120

int
conf_key_index(const struct conf_sect *sect, const char *key)
{
	const struct conf_row *row;

	for (uint32_t i = 0; key != NULL && (row = conf_row_at(sect->kind, i)) != NULL; i++) {
		if (strcmp(row->key, key) == 0)
			return (int)i;
	}
	return -1;
}

/* The line or --set that a key's value stands in: a default's is that of its section. */
static int32_t
key_at(const struct conf_sect *sect, int index)
{
	if (index >= 0 && sect->keys[index].at != 0)
		return sect->keys[index].at;
	return sect->line;
}

const char *
conf_where(const struct conf_sect *sect, const char *key, char where[CONF_WHERE_MAX])
{
	int index = conf_key_index(sect, key);
	int32_t at = key_at(sect, index);

	if (at < 0)
		snprintf(where, CONF_WHERE_MAX, "--set '%s.%s=%.*s'", sect->title, key, QUOTED_MAX,
			sect->keys[index].text);
	else if (at == 0)
		snprintf(where, CONF_WHERE_MAX, "%s", sect->file);
	else
		snprintf(where, CONF_WHERE_MAX, "%s:%d", sect->file, (int)at);
	return where;
}

/* What stands before a sentence: the place, and what it says there. A --set says it itself. */
static void
format_prefix(const struct conf_sect *sect, const char *key, char text[CONF_WHERE_MAX])
{
	size_t n = strlen(conf_where(sect, key, text));
	int index = conf_key_index(sect, key);
	const char *value = index < 0 ? "" : sect->keys[index].text;

	if (key_at(sect, index) < 0)
		snprintf(text + n, CONF_WHERE_MAX - n, ": ");
	else if (index < 0)
		snprintf(text + n, CONF_WHERE_MAX - n, ": [%s]: ", sect->title);
	else
		snprintf(text + n, CONF_WHERE_MAX - n, ": [%s] %s = %.*s%s: ", sect->title, key,
			QUOTED_MAX, value, strlen(value) > QUOTED_MAX ? "..." : "");
}

static enum base_exit
blame_exit(const struct conf_sect *sect, const char *key)
{
	return key_at(sect, conf_key_index(sect, key)) < 0 ? BASE_EXIT_USAGE : BASE_EXIT_CONFIG;
}

int
conf_blame(
	struct base_err *err, const struct conf_sect *sect, const char *key, const char *fmt, ...)
{
	char prefix[CONF_WHERE_MAX];
	va_list args;
	int rc;

	va_start(args, fmt);
	rc = base_vfail(err, blame_exit(sect, key), EINVAL, fmt, args);
	va_end(args);
	format_prefix(sect, key, prefix);
	base_prefix(err, "%s", prefix);
	return rc;
}

static bool
grow(struct conf_report *report)
{
	uint32_t cap = report->cap == 0 ? 16 : 2 * report->cap;
	struct conf_note *notes;

	if (report->n_notes < report->cap)
		return true;
	notes = reallocarray(report->notes, cap, sizeof(notes[0]));
	if (notes == NULL)
		return false;
	report->notes = notes;
	report->cap = cap;
	return true;
}

void
conf_note_at(struct conf_report *report, enum base_exit exit, int32_t at, const char *fmt, ...)
{
	va_list args;
	char *text;
	int n;

	if (exit != BASE_EXIT_OK)
		report->n_errors++;
	va_start(args, fmt);
	n = vasprintf(&text, fmt, args);
	va_end(args);
	if (n < 0 || !grow(report)) {
		if (n >= 0)
			free(text);
		report->no_memory = true;
		return;
	}
	report->notes[report->n_notes] =
		(struct conf_note){.exit = exit, .at = at, .text = text, .order = report->n_notes};
	report->n_notes++;
}

static void
note_key(struct conf_report *report, enum base_exit exit, const struct conf_sect *sect,
	const char *key, const char *sentence)
{
	char prefix[CONF_WHERE_MAX];

	format_prefix(sect, key, prefix);
	conf_note_at(
		report, exit, key_at(sect, conf_key_index(sect, key)), "%s%s", prefix, sentence);
}

void
conf_error(struct conf_report *report, const struct conf_sect *sect, const char *key,
	const char *fmt, ...)
{
	char sentence[BASE_ERR_TEXT_MAX];
	va_list args;

	va_start(args, fmt);
	vsnprintf(sentence, sizeof(sentence), fmt, args);
	va_end(args);
	note_key(report, blame_exit(sect, key), sect, key, sentence);
}

void
conf_warn(struct conf_report *report, const struct conf_sect *sect, const char *key,
	const char *fmt, ...)
{
	char sentence[BASE_ERR_TEXT_MAX];
	va_list args;

	va_start(args, fmt);
	vsnprintf(sentence, sizeof(sentence), fmt, args);
	va_end(args);
	note_key(report, BASE_EXIT_OK, sect, key, sentence);
}

/* --set in the order of the command line, then the file from top to bottom; notes of one place in
 * the order in which they were made (qsort(3) alone need not keep it). */
static int
compare_notes(const void *left, const void *right)
{
	const struct conf_note *a = left, *b = right;

	if ((a->at < 0) != (b->at < 0))
		return a->at < 0 ? -1 : 1;
	if (a->at != b->at)
		return (a->at < b->at) == (a->at >= 0) ? -1 : 1;
	return a->order < b->order ? -1 : a->order > b->order;
}

void
conf_report_sort(struct conf_report *report)
{
	if (report->n_notes > 0)
		qsort(report->notes, report->n_notes, sizeof(report->notes[0]), compare_notes);
}

enum base_exit
conf_report_exit(const struct conf_report *report)
{
	enum base_exit exit = BASE_EXIT_OK;

	for (uint32_t i = 0; i < report->n_notes; i++) {
		if (report->notes[i].exit == BASE_EXIT_USAGE)
			return BASE_EXIT_USAGE;
		if (exit == BASE_EXIT_OK)
			exit = report->notes[i].exit;
	}
	return exit;
}

void
conf_report_free(struct conf_report *report)
{
	for (uint32_t i = 0; i < report->n_notes; i++)
		free(report->notes[i].text);
	free(report->notes);
	memset(report, 0, sizeof(*report));
}

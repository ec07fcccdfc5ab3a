/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "conf_priv.h"

#include <stdio.h>
#include <string.h>

const struct conf_origin *
conf_key_origin(const struct conf_sect *sect, const char *key)
{
	return &sect->keys[conf_key_index(sect, key)];
}

const char *
conf_key_text(const struct conf_sect *sect, const char *key)
{
	return conf_key_origin(sect, key)->text;
}

/* The keys of a section, as an error names them. */
static const char *
list_keys(const struct conf_sect *sect, char *text, size_t size)
{
	const struct conf_row *row;
	size_t n = 0;

	for (uint32_t i = 0; (row = conf_row_at(sect->kind, i)) != NULL && n < size; i++)
		n += (size_t)snprintf(text + n, size - n, "%s%s", i == 0 ? "" : ", ", row->key);
	return text;
}

/* Stores a value that came from `at`; the default stays where it is wrong, which is reported. */
static void
store(struct conf_build *build, struct conf_sect *sect, int index, int32_t at, const char *value)
{
	const struct conf_row *row = conf_row_at(sect->kind, (uint32_t)index);
	struct base_err err;

	sect->keys[index].at = at;
	sect->keys[index].text = conf_dup(build, value, strlen(value));
	if (row->type == CONF_LATER)
		return;
	if (conf_value_parse(build, row, value, (char *)sect + row->off, &err) < 0) {
		conf_error(build->report, sect, row->key, "%s", err.text);
		sect->is_bad = true;
	}
}

void
conf_key_read(struct conf_build *build, const char *key, const char *value)
{
	struct conf_sect *sect = build->sect;
	int index = conf_key_index(sect, key);
	char keys[512];

	sect->is_bad |= index < 0;
	if (index < 0)
		conf_note_at(build->report, BASE_EXIT_CONFIG, build->line,
			"%s:%d: [%s] %s = %.120s: unknown key: allowed are %s", sect->file,
			(int)build->line, sect->title, key, value,
			list_keys(sect, keys, sizeof(keys)));
	else if (sect->keys[index].at != 0)
		conf_note_at(build->report, BASE_EXIT_CONFIG, build->line,
			"%s:%d: [%s] %s = %.120s: a second time: it stands in line %d already",
			sect->file, (int)build->line, sect->title, key, value,
			(int)sect->keys[index].at);
	else
		store(build, sect, index, build->line, value);
}

static void refuse_set(struct conf_build *build, uint32_t set, const char *text, const char *fmt,
	...) __attribute__((format(printf, 4, 5)));

static void
refuse_set(struct conf_build *build, uint32_t set, const char *text, const char *fmt, ...)
{
	char sentence[BASE_ERR_TEXT_MAX];
	va_list args;

	va_start(args, fmt);
	vsnprintf(sentence, sizeof(sentence), fmt, args);
	va_end(args);
	conf_note_at(build->report, BASE_EXIT_USAGE, CONF_SET_AT(set), "--set '%.120s': %s", text,
		sentence);
}

static bool
has_control(const char *text)
{
	for (; *text != '\0'; text++) {
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			return true;
	}
	return false;
}

/* The value of a --set as it is, without blanks around it: comments and quotes are the file's. */
static const char *
trim(struct conf_build *build, const char *value)
{
	size_t n;

	value += strspn(value, " ");
	n = strlen(value);
	while (n > 0 && value[n - 1] == ' ')
		n--;
	return conf_dup(build, value, n);
}

void
conf_set_read(struct conf_build *build, uint32_t set, const char *text)
{
	const char *equals = strchr(text, '='), *dot;
	const char *title, *key;
	struct conf_sect *sect;
	char keys[512];
	int index;

	dot = equals == NULL ? NULL : memrchr(text, '.', (size_t)(equals - text));
	if (dot == NULL || strlen(text) > CONF_LINE_MAX || has_control(text)) {
		refuse_set(build, set, text,
			"write SECTION.KEY=VALUE, at most %d octets of text: "
			"'list threats.action=drop'",
			CONF_LINE_MAX);
		return;
	}
	title = conf_dup(build, text, (size_t)(dot - text));
	key = conf_dup(build, dot + 1, (size_t)(equals - dot) - 1);
	sect = conf_sect_find(build->conf, title);
	if (sect == NULL) {
		refuse_set(build, set, text, "%s has no [%.60s]", build->conf->file, title);
		return;
	}
	if (build->has_policy && conf_is_policy(sect->kind)) {
		refuse_set(build, set, text, "[%s] comes from %s, which is as it is", title,
			build->file);
		return;
	}
	index = conf_key_index(sect, key);
	if (index < 0) {
		sect->is_bad = true;
		refuse_set(build, set, text, "unknown key: [%s] has %s", title,
			list_keys(sect, keys, sizeof(keys)));
		return;
	}
	store(build, sect, index, CONF_SET_AT(set), trim(build, equals + 1));
}

void
conf_check_required(struct conf_build *build)
{
	const struct conf_row *row;
	struct conf_sect *sect;

	for (uint32_t kind = 0; kind < CONF_KINDS; kind++) {
		for (uint32_t i = 0; (sect = conf_sect_at(build->conf, kind, i)) != NULL; i++) {
			if (sect->is_bad)
				continue;
			for (uint32_t k = 0; (row = conf_row_at(kind, k)) != NULL; k++) {
				if (row->value == NULL && sect->keys[k].at == 0)
					conf_error(build->report, sect, NULL, "`%s' is missing: %s",
						row->key, row->help);
			}
		}
	}
}

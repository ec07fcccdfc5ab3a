/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "conf_priv.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static char *
conf_bytes(const struct conf *conf)
{
	return (char *)(uintptr_t)conf;
}

static uint32_t *
count_of(const struct conf *conf, uint32_t kind)
{
	return (uint32_t *)(void *)(conf_bytes(conf) + conf_kinds[kind].count_off);
}

struct conf_sect *
conf_sect_at(const struct conf *conf, uint32_t kind, uint32_t i)
{
	const struct conf_kind_row *row = &conf_kinds[kind];
	char *first = conf_bytes(conf) + row->off;

	if (row->max > 0)
		first = *(char **)(void *)first;
	if (i >= (row->max > 0 ? *count_of(conf, kind) : 1))
		return NULL;
	return (struct conf_sect *)(void *)(first + i * row->size);
}

struct conf_sect *
conf_sect_find(const struct conf *conf, const char *title)
{
	struct conf_sect *sect;

	for (uint32_t kind = 0; kind < CONF_KINDS; kind++) {
		for (uint32_t i = 0; (sect = conf_sect_at(conf, kind, i)) != NULL; i++) {
			if (strcmp(sect->title, title) == 0)
				return sect;
		}
	}
	return NULL;
}

int
conf_find_named(const struct conf *conf, uint32_t kind, const char *name)
{
	const struct conf_sect *sect;

	for (uint32_t i = 0; (sect = conf_sect_at(conf, kind, i)) != NULL; i++) {
		if (strcmp(sect->name, name) == 0)
			return (int)i;
	}
	return -1;
}

bool
conf_is_name(const char *text)
{
	size_t n = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_-");

	return n > 0 && n <= CONF_NAME_MAX && text[n] == '\0' && text[0] != '-';
}

static void
set_defaults(struct conf_build *build, struct conf_sect *sect)
{
	const struct conf_row *row;
	struct base_err err;

	for (uint32_t i = 0; (row = conf_row_at(sect->kind, i)) != NULL; i++) {
		sect->keys[i].text = row->value == NULL ? "" : row->value;
		if (row->value != NULL && row->type != CONF_LATER)
			conf_value_parse(build, row, row->value, (char *)sect + row->off, &err);
	}
}

static void
init_sect(struct conf_build *build, struct conf_sect *sect, uint32_t kind, const char *name)
{
	sect->file = build->file;
	sect->kind = kind;
	sect->name = conf_dup(build, name, strlen(name));
	sect->title = name[0] == '\0' ? conf_kinds[kind].word
				      : conf_print(build, "%s %s", conf_kinds[kind].word, name);
	set_defaults(build, sect);
}

struct conf_sect *
conf_sect_add(struct conf_build *build, uint32_t kind, const char *name)
{
	uint32_t i = (*count_of(build->conf, kind))++;
	struct conf_sect *sect = conf_sect_at(build->conf, kind, i);

	init_sect(build, sect, kind, name);
	return sect;
}

void
conf_sect_init(struct conf_build *build)
{
	for (uint32_t kind = 0; kind < CONF_KINDS; kind++) {
		const struct conf_kind_row *row = &conf_kinds[kind];
		void *array;

		if (row->max == 0) {
			init_sect(build, conf_sect_at(build->conf, kind, 0), kind, "");
			continue;
		}
		array = conf_alloc(build, row->max, row->size);
		memcpy(conf_bytes(build->conf) + row->off, &array, sizeof(array));
	}
	if (!build->no_memory)
		conf_sect_add(build, CONF_KIND_GROUP, "default");
}

static void refuse_sect(struct conf_build *build, const char *title, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static void
refuse_sect(struct conf_build *build, const char *title, const char *fmt, ...)
{
	char sentence[BASE_ERR_TEXT_MAX];
	va_list args;

	va_start(args, fmt);
	vsnprintf(sentence, sizeof(sentence), fmt, args);
	va_end(args);
	build->has_bad_sect = true;
	conf_note_at(build->report, BASE_EXIT_CONFIG, build->line, "%s:%d: [%.60s]: %s",
		build->file, (int)build->line, title, sentence);
}

/* Every kind of section, as an error names them. */
static const char *
list_kinds(char *text, size_t size)
{
	size_t n = 0;

	for (uint32_t kind = 0; kind < CONF_KINDS && n < size; kind++) {
		const struct conf_kind_row *row = &conf_kinds[kind];
		const char *name = kind == CONF_KIND_LCORE ? " N"
				   : row->name != NULL	   ? " NAME"
							   : "";

		n += (size_t)snprintf(
			text + n, size - n, "%s[%s%s]", kind == 0 ? "" : ", ", row->word, name);
	}
	return text;
}

/* The kind of a title; CONF_KINDS: there is none such, and that is reported. */
static uint32_t
find_kind(struct conf_build *build, const char *title)
{
	size_t n = strcspn(title, " ");
	char kinds[256];

	for (uint32_t kind = 0; kind < CONF_KINDS; kind++) {
		if (strncmp(conf_kinds[kind].word, title, n) == 0 &&
			conf_kinds[kind].word[n] == '\0')
			return kind;
	}
	refuse_sect(
		build, title, "unknown section: allowed are %s", list_kinds(kinds, sizeof(kinds)));
	return CONF_KINDS;
}

/* An lcore's number: "0", or digits that do not start with one. */
static bool
parse_lcore(const char *name, uint32_t *lcore)
{
	int64_t n;

	if (strspn(name, "0123456789") != strlen(name) || (name[0] == '0' && name[1] != '\0'))
		return false;
	if (conf_number(name, &n) < 0 || n >= CONF_LCORES_MAX)
		return false;
	*lcore = (uint32_t)n;
	return true;
}

/* Whether a name fits its kind; reports what does not. */
static bool
check_name(struct conf_build *build, uint32_t kind, const char *title, const char *name)
{
	uint32_t lcore;

	if (conf_kinds[kind].name == NULL) {
		if (title[strlen(conf_kinds[kind].word)] == '\0')
			return true;
		refuse_sect(build, title, "bears no name: write [%s]", conf_kinds[kind].word);
	} else if (kind == CONF_KIND_LCORE) {
		if (parse_lcore(name, &lcore))
			return true;
		refuse_sect(build, title, "allowed are [lcore 0]..[lcore %d]", CONF_LCORES_MAX - 1);
	} else if (kind == CONF_KIND_LIST && conf_builtin_is_name(name)) {
		refuse_sect(build, title,
			"names that begin with builtin- are those of lists that Weir brings "
			"itself");
	} else {
		if (conf_is_name(name))
			return true;
		refuse_sect(build, title,
			"write [%s NAME], NAME being 1..%d of a-z, 0-9, _ and -, not first a -",
			conf_kinds[kind].word, CONF_NAME_MAX);
	}
	return false;
}

/* Of the INI beside a policy of its own, and of that policy, each gives its kinds alone. */
static bool
is_passed_over(struct conf_build *build, uint32_t kind, const char *title)
{
	if (!build->has_policy || conf_is_policy(kind) == build->in_policy)
		return false;
	if (build->in_policy)
		refuse_sect(build, title, "no section of a policy");
	return true;
}

void
conf_sect_open(struct conf_build *build, const char *title)
{
	uint32_t kind = find_kind(build, title);
	uint32_t builtin = kind == CONF_KIND_LIST ? CONF_BUILTINS : 0;
	struct conf_sect *sect;
	const char *name;

	if (kind == CONF_KINDS || is_passed_over(build, kind, title))
		return;
	name = title + strlen(conf_kinds[kind].word);
	name += *name == ' ';
	if (!check_name(build, kind, title, name))
		return;
	sect = conf_sect_find(build->conf, title);
	if (sect != NULL && sect->line != 0) {
		refuse_sect(build, title, "a second time: it stands in line %d already",
			(int)sect->line);
		return;
	}
	if (sect == NULL && *count_of(build->conf, kind) == conf_kinds[kind].max - builtin) {
		refuse_sect(build, title, "one too many: allowed are %u%s",
			conf_kinds[kind].max - builtin,
			builtin > 0 ? ", besides those that are built in" : "");
		return;
	}
	if (sect == NULL)
		sect = conf_sect_add(build, kind, name);
	if (kind == CONF_KIND_LCORE)
		parse_lcore(name, &((struct conf_lcore *)(void *)sect)->lcore);
	sect->file = build->file;
	sect->line = build->line;
	build->sect = sect;
	build->skip = false;
}

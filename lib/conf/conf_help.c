/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "conf_priv.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_WIDTH 96

/* A comment of as many lines as it needs. */
static void
print_comment(FILE *file, const char *text)
{
	while (*text != '\0') {
		size_t n = strlen(text);

		if (n > TEXT_WIDTH) {
			n = TEXT_WIDTH;
			while (n > 0 && text[n] != ' ')
				n--;
			if (n == 0)
				n = strcspn(text, " ");
		}
		fprintf(file, "; %.*s\n", (int)n, text);
		text += n + strspn(text + n, " ");
	}
}

static void
print_key(FILE *file, const struct conf_row *row)
{
	const char *value = row->example != NULL ? row->example : row->value;
	char allowed[512], text[1024];

	print_comment(file, row->help);
	snprintf(text, sizeof(text), "allowed: %s (%s%s)",
		conf_allowed(row, allowed, sizeof(allowed)), row->value == NULL ? "required, " : "",
		row->effect == CONF_RELOAD ? "reload" : "restart");
	print_comment(file, text);
	fprintf(file, "%-14s =%s%s\n", row->key, value[0] == '\0' ? "" : " ", value);
}

static void
print_file(FILE *file)
{
	const struct conf_row *row;

	print_comment(file,
		"Every key with its default, or an example where it is required. `restart': only a "
		"restart brings a change in force; `reload': a reload does, too (SIGHUP). "
		"Numbers take k, M and G "
		"(powers of 1024). A line that starts with ; or # is a comment; ` ;' begins one "
		"behind a value; double quotes around a value keep both.");
	for (uint32_t kind = 0; kind < CONF_KINDS; kind++) {
		const struct conf_kind_row *sect = &conf_kinds[kind];

		fputc('\n', file);
		print_comment(file, sect->help);
		fprintf(file, "[%s%s%s]\n", sect->word, sect->name == NULL ? "" : " ",
			sect->name == NULL ? "" : sect->name);
		for (uint32_t i = 0; (row = conf_row_at(kind, i)) != NULL; i++)
			print_key(file, row);
	}
}

int
conf_help(char **out)
{
	FILE *file;
	size_t len;
	bool bad;

	*out = NULL;
	file = open_memstream(out, &len);
	if (file == NULL)
		return -ENOMEM;
	print_file(file);
	bad = ferror(file) != 0;
	if (fclose(file) != 0 || bad) {
		free(*out);
		*out = NULL;
		return -ENOMEM;
	}
	return 0;
}

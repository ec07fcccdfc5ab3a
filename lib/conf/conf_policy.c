/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * The sections that make a policy, written so that another machine reads the same.
 */
#include "conf_priv.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME "the policy"

bool
conf_is_policy(uint32_t kind)
{
	return kind == CONF_KIND_LIST || kind == CONF_KIND_GROUP || kind == CONF_KIND_CLIENTS;
}

/* Quotes keep what would begin a comment. A value that has quotes of its own cannot have that too,
 * unless it came from a --set: read_back() finds it. */
static void
write_key(FILE *to, const char *key, const char *value)
{
	const char *quote = strchr(value, '"') == NULL ? "\"" : "";

	fprintf(to, "%s = %s%s%s\n", key, quote, value, quote);
}

static void
write_sect(FILE *to, const struct conf_sect *sect)
{
	const struct conf_row *row;

	fprintf(to, "[%s]\n", sect->title);
	for (uint32_t k = 0; (row = conf_row_at(sect->kind, k)) != NULL; k++)
		write_key(to, row->key, sect->keys[k].text);
}

/* What is built in is there without being written. */
static bool
is_written(const struct conf_sect *sect)
{
	return sect->kind != CONF_KIND_LIST ||
	       ((const struct conf_list *)(const void *)sect)->builtin == NULL;
}

static int
write_policy(const struct conf *conf, char **out, size_t *len)
{
	const struct conf_sect *sect;
	FILE *to = open_memstream(out, len);
	int bad;

	if (to == NULL) {
		*out = NULL;
		return -ENOMEM;
	}
	for (uint32_t kind = 0; kind < CONF_KINDS; kind++) {
		for (uint32_t i = 0;
			conf_is_policy(kind) && (sect = conf_sect_at(conf, kind, i)) != NULL; i++) {
			if (is_written(sect))
				write_sect(to, sect);
		}
	}
	bad = ferror(to);
	if (fclose(to) == 0 && bad == 0)
		return 0;
	free(*out);
	*out = NULL;
	return -ENOMEM;
}

/* Reads what was written and writes it again. 0; -EINVAL: that is something else. */
static int
read_back(const char *text, size_t len)
{
	const struct conf_policy policy = {.file = NAME, .text = text, .len = len};
	const struct conf_input in = {.file = NAME, .policy = &policy, .policy_alone = true};
	struct conf_report report = {0};
	char *again = NULL;
	struct conf *conf;
	size_t n;
	int rc = conf_parse(&in, "", 0, &conf, &report);

	if (rc == 0)
		rc = write_policy(conf, &again, &n);
	if (rc == 0 && (n != len || memcmp(again, text, len) != 0))
		rc = -EINVAL;
	free(again);
	conf_free(conf);
	conf_report_free(&report);
	return rc;
}

int
conf_policy_text(const struct conf *conf, char **out, size_t *len, struct base_err *err)
{
	int rc = write_policy(conf, out, len);

	if (rc == 0)
		rc = read_back(*out, *len);
	if (rc == 0)
		return 0;
	free(*out);
	*out = NULL;
	if (rc == -ENOMEM)
		return base_fail(err, BASE_EXIT_UNAVAILABLE, ENOMEM, "no memory for the policy");
	return base_fail(err, BASE_EXIT_USAGE, EINVAL,
		"a --set gives a [list], [group] or [clients] what no line of a file can say: "
		"double quotes "
		"and ` ;' in one value, or more than %d octets",
		CONF_LINE_MAX - CONF_NAME_MAX);
}

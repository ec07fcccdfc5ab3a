/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "conf_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The memory of a configuration: a chain of blocks that are freed at once. */
struct block {
	struct block *next;
	max_align_t bytes[];
};

void *
conf_alloc(struct conf_build *build, size_t n, size_t size)
{
	struct block *block = calloc(1, sizeof(*block) + n * size);

	if (block == NULL) {
		build->no_memory = true;
		return NULL;
	}
	block->next = build->conf->owned;
	build->conf->owned = block;
	return block->bytes;
}

const char *
conf_dup(struct conf_build *build, const char *text, size_t len)
{
	char *copy = len == 0 ? NULL : conf_alloc(build, len + 1, 1);

	return copy == NULL ? "" : memcpy(copy, text, len);
}

const char *
conf_print(struct conf_build *build, const char *fmt, ...)
{
	const char *copy;
	va_list args;
	char *text;
	int n;

	va_start(args, fmt);
	n = vasprintf(&text, fmt, args);
	va_end(args);
	if (n < 0) {
		build->no_memory = true;
		return "";
	}
	copy = conf_dup(build, text, (size_t)n);
	free(text);
	return copy;
}

void
conf_free(struct conf *conf)
{
	struct block *block, *next;

	if (conf == NULL)
		return;
	for (block = conf->owned; block != NULL; block = next) {
		next = block->next;
		free(block);
	}
	free(conf);
}

/* The folder of a file, absolute; of the file as it is named, even where that is a link. */
static const char *
folder_of(struct conf_build *build, const char *file)
{
	const char *slash = strrchr(file, '/');
	const char *dir;
	char *cwd;

	if (file[0] == '/')
		return slash == file ? "/" : conf_dup(build, file, (size_t)(slash - file));
	cwd = getcwd(NULL, 0);
	if (cwd == NULL) {
		/* Unreachable or unlinked: relative paths are then tried as they are. */
		if (errno == ENOMEM)
			build->no_memory = true;
		return ".";
	}
	if (slash == NULL)
		dir = conf_dup(build, cwd, strlen(cwd));
	else
		dir = conf_print(build, "%s/%.*s", cwd, (int)(slash - file), file);
	free(cwd);
	return dir;
}

/* The sections that the INI gave way to. */
static void
read_policy(struct conf_build *build, const struct conf_policy *policy)
{
	build->file = conf_dup(build, policy->file, strlen(policy->file));
	build->in_policy = true;
	build->sect = NULL;
	build->skip = false;
	build->rest = policy->text;
	build->left = policy->len;
	build->line = 0;
	if (!build->no_memory)
		conf_lines_parse(build);
}

/* Everything between an empty struct conf and a good one; what is wrong is in the report. */
static void
read_all(struct conf_build *build, const struct conf_input *in)
{
	build->conf->file = conf_dup(build, in->file, strlen(in->file));
	build->file = build->conf->file;
	build->has_policy = in->policy != NULL;
	build->has_no_ini = in->policy_alone;
	build->conf->dir = folder_of(build, in->file);
	conf_sect_init(build);
	if (build->no_memory)
		return;
	conf_lines_parse(build);
	if (in->policy != NULL)
		read_policy(build, in->policy);
	for (uint32_t i = 0; i < in->n_sets && !build->no_memory; i++)
		conf_set_read(build, i, in->sets[i]);
	if (build->no_memory)
		return;
	conf_check_required(build);
	if (!build->no_memory)
		conf_builtin_add(build);
	conf_cross_check(build);
}

int
conf_parse(const struct conf_input *in, const char *text, size_t len, struct conf **out,
	struct conf_report *report)
{
	struct conf_build build = {.report = report, .rest = text, .left = len};
	uint32_t errors = report->n_errors;

	*out = NULL;
	if (len > CONF_FILE_MAX) {
		conf_note_at(report, BASE_EXIT_CONFIG, 0, "%s: more than %u MB", in->file,
			CONF_FILE_MAX >> 20);
		return report->no_memory ? -ENOMEM : -EINVAL;
	}
	build.conf = calloc(1, sizeof(*build.conf));
	if (build.conf == NULL)
		return -ENOMEM;
	read_all(&build, in);
	conf_report_sort(report);
	if (!build.no_memory && !report->no_memory && report->n_errors == errors) {
		*out = build.conf;
		return 0;
	}
	conf_free(build.conf);
	return build.no_memory || report->no_memory ? -ENOMEM : -EINVAL;
}

/* Reads at most CONF_FILE_MAX + 1 octets. 0; a negative errno. */
static int
read_octets(int fd, char **text, size_t *len)
{
	size_t cap = 64 << 10;
	ssize_t n = 1;
	char *bigger;
	int rc;

	*len = 0;
	*text = malloc(cap);
	while (*text != NULL && n > 0 && *len <= CONF_FILE_MAX) {
		if (*len == cap) {
			bigger = realloc(*text, cap *= 2);
			if (bigger == NULL)
				break;
			*text = bigger;
		}
		n = read(fd, *text + *len, cap - *len);
		if (n < 0)
			break;
		*len += (size_t)n;
	}
	if (*text != NULL && (n == 0 || *len > CONF_FILE_MAX))
		return 0;
	rc = n < 0 ? -errno : -ENOMEM;
	free(*text);
	*text = NULL;
	return rc;
}

int
conf_read(const struct conf_input *in, struct conf **out, struct conf_report *report)
{
	char *text = NULL;
	size_t len = 0;
	int fd, rc;

	*out = NULL;
	fd = open(in->file, O_RDONLY | O_CLOEXEC);
	rc = fd < 0 ? -errno : read_octets(fd, &text, &len);
	if (fd >= 0)
		close(fd);
	if (rc == -ENOMEM)
		return rc;
	if (rc < 0) {
		conf_note_at(report, rc == -EACCES ? BASE_EXIT_PERMISSION : BASE_EXIT_CONFIG, 0,
			"%s: %s", in->file, strerrordesc_np(-rc));
		return report->no_memory ? -ENOMEM : -EINVAL;
	}
	rc = conf_parse(in, text, len, out, report);
	free(text);
	return rc;
}

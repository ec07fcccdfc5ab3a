/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "topo_priv.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void
topo_warn(struct topo_src *src, const char *fmt, ...)
{
	struct topo *topo = src->topo;
	char **grown;
	va_list args;

	grown = realloc(topo->warnings, (topo->n_warnings + 1) * sizeof(*grown));
	if (grown == NULL) {
		src->no_memory = true;
		return;
	}
	topo->warnings = grown;
	va_start(args, fmt);
	if (vasprintf(&grown[topo->n_warnings], fmt, args) < 0)
		src->no_memory = true;
	else
		topo->n_warnings++;
	va_end(args);
}

void *
topo_array(struct topo_src *src, size_t n, size_t bytes)
{
	void *array = calloc(n == 0 ? 1 : n, bytes);

	if (array == NULL)
		src->no_memory = true;
	return array;
}

__attribute__((format(printf, 2, 0))) static bool
make_path(struct topo_src *src, const char *fmt, va_list args)
{
	int at = snprintf(src->path, sizeof(src->path), "%s", src->root);
	int n;

	if (at < 0 || (size_t)at >= sizeof(src->path))
		return false;
	n = vsnprintf(src->path + at, sizeof(src->path) - (size_t)at, fmt, args);
	return n >= 0 && (size_t)(at + n) < sizeof(src->path);
}

bool
topo_path(struct topo_src *src, const char *fmt, ...)
{
	va_list args;
	bool fits;

	va_start(args, fmt);
	fits = make_path(src, fmt, args);
	va_end(args);
	return fits;
}

/* Reads src->path into src->text: 0 or -errno. Files of /sys and /proc tell no size. */
static int
read_text(struct topo_src *src)
{
	int fd = open(src->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	size_t len = 0;
	ssize_t n = -1;

	src->text[0] = '\0';
	if (fd < 0)
		return -errno;
	while (len < sizeof(src->text) - 1) {
		n = read(fd, src->text + len, sizeof(src->text) - 1 - len);
		if (n <= 0)
			break;
		len += (size_t)n;
	}
	n = n < 0 ? -errno : n > 0 ? -EFBIG : 0;
	close(fd);
	while (len > 0 && isspace((unsigned char)src->text[len - 1]))
		len--;
	src->text[len] = '\0';
	return (int)n;
}

bool
topo_text(struct topo_src *src, const char *fmt, ...)
{
	va_list args;
	bool fits;
	int rc;

	va_start(args, fmt);
	fits = make_path(src, fmt, args);
	va_end(args);
	rc = fits ? read_text(src) : -ENAMETOOLONG;
	if (rc < 0)
		topo_warn(src, "%s: %s", src->path, strerror(-rc));
	return rc == 0;
}

bool
topo_text_if(struct topo_src *src, const char *fmt, ...)
{
	va_list args;
	bool fits;

	va_start(args, fmt);
	fits = make_path(src, fmt, args);
	va_end(args);
	return fits && read_text(src) == 0;
}

bool
topo_number(struct topo_src *src, uint64_t max, uint64_t *out)
{
	unsigned long long n;
	char *end;

	errno = 0;
	n = strtoull(src->text, &end, 0);
	if (!isdigit((unsigned char)src->text[0]) || *end != '\0' || errno != 0 || n > max) {
		topo_warn(src, "%s: `%.40s' is no number from 0 to %llu", src->path, src->text,
			(unsigned long long)max);
		return false;
	}
	*out = n;
	return true;
}

bool
topo_list(struct topo_src *src, unsigned int max, struct topo_set *out)
{
	if (topo_set_parse(src->text, max, out) == 0)
		return true;
	topo_warn(src, "%s: `%.40s' is no list of numbers below %u", src->path, src->text, max);
	memset(out, 0, sizeof(*out));
	return false;
}

const char *
topo_field(const struct topo_src *src, const char *key)
{
	size_t len = strlen(key);
	const char *at = src->text;

	while (at != NULL) {
		if (strncmp(at, key, len) == 0 && at[len] == ':')
			return at + len + 1 + strspn(at + len + 1, " \t");
		at = strchr(at, '\n');
		at = at == NULL ? NULL : at + 1;
	}
	return NULL;
}

static int
not_hidden(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

void
topo_names_free(char **names, size_t n)
{
	if (names == NULL)
		return;
	for (size_t i = 0; i < n; i++)
		free(names[i]);
	free(names);
}

/* Copies of the names alone; frees the entries. */
static char **
entries_to_names(struct topo_src *src, struct dirent **entries, size_t n)
{
	char **names = topo_array(src, n, sizeof(*names));

	for (size_t i = 0; i < n; i++) {
		if (names != NULL) {
			names[i] = strdup(entries[i]->d_name);
			src->no_memory |= names[i] == NULL;
		}
		free(entries[i]);
	}
	free(entries);
	if (src->no_memory) {
		topo_names_free(names, n);
		return NULL;
	}
	return names;
}

char **
topo_names(struct topo_src *src, size_t *n, const char *fmt, ...)
{
	struct dirent **entries;
	va_list args;
	bool fits;
	int found;

	*n = 0;
	va_start(args, fmt);
	fits = make_path(src, fmt, args);
	va_end(args);
	if (!fits)
		return NULL;
	found = scandir(src->path, &entries, not_hidden, alphasort);
	if (found < 0) {
		src->no_memory |= errno == ENOMEM;
		return NULL;
	}
	*n = (size_t)found;
	return entries_to_names(src, entries, *n);
}

bool
topo_ids(struct topo_src *src, const char *prefix, unsigned int max, struct topo_set *out,
	const char *folder)
{
	size_t n, len = strlen(prefix);
	char **names = topo_names(src, &n, "%s", folder);
	struct topo_set one;

	memset(out, 0, sizeof(*out));
	if (names == NULL)
		return false;
	for (size_t i = 0; i < n; i++) {
		/* "cpu12" and no list: "cpu1-3" is no name the kernel gives. */
		if (strncmp(names[i], prefix, len) != 0 || strpbrk(names[i] + len, ",-") != NULL ||
			names[i][len] == '\0' || topo_set_parse(names[i] + len, max, &one) < 0)
			continue;
		for (size_t w = 0; w < sizeof(one.words) / sizeof(one.words[0]); w++)
			out->words[w] |= one.words[w];
	}
	topo_names_free(names, n);
	return true;
}

bool
topo_link_name(struct topo_src *src, char *out, size_t cap, const char *fmt, ...)
{
	char target[PATH_MAX];
	const char *name;
	va_list args;
	ssize_t n;
	bool fits;

	out[0] = '\0';
	va_start(args, fmt);
	fits = make_path(src, fmt, args);
	va_end(args);
	n = fits ? readlink(src->path, target, sizeof(target) - 1) : -1;
	if (n < 0)
		return false;
	target[n] = '\0';
	name = strrchr(target, '/');
	snprintf(out, cap, "%s", name == NULL ? target : name + 1);
	return true;
}

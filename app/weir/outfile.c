/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int
failed(const char *name, struct base_err *err)
{
	int error = errno;

	return base_fail(err,
		error == EACCES || error == EPERM ? BASE_EXIT_PERMISSION : BASE_EXIT_FAILURE, error,
		"%s: cannot be written: %s", name, strerror(error));
}

static int
open_temp(struct outfile *file)
{
	mode_t mask = umask(0);
	int n;

	umask(mask);
	n = snprintf(file->temp, sizeof(file->temp), "%s.XXXXXX", file->name);
	if (n < 0 || (size_t)n >= sizeof(file->temp)) {
		file->temp[0] = '\0';
		errno = ENAMETOOLONG;
		return -1;
	}
	file->fd = mkostemp(file->temp, O_CLOEXEC);
	if (file->fd < 0) {
		file->temp[0] = '\0';
		return -1;
	}
	return fchmod(file->fd, 0666 & ~mask);
}

/* A file without a name, for what goes elsewhere at the end. */
static int
open_nameless(struct outfile *file)
{
	char temp[] = P_tmpdir "/weir.XXXXXX";

	file->to = file->fd;
	file->fd = mkostemp(temp, O_CLOEXEC);
	return file->fd < 0 ? -1 : unlink(temp);
}

int
outfile_open(const char *name, bool checks, struct outfile *file, struct base_err *err)
{
	struct stat st;
	int rc;

	*file = (struct outfile){.name = name, .fd = -1, .to = -1};
	if (stat(name, &st) == 0 && !S_ISREG(st.st_mode)) {
		file->fd = open(name, O_WRONLY | O_CLOEXEC);
		rc = file->fd < 0 ? -1 : 0;
		if (rc == 0 && !checks)
			rc = open_nameless(file);
	} else {
		rc = open_temp(file);
	}
	if (rc < 0) {
		rc = failed(name, err);
		outfile_drop(file);
		return rc;
	}
	snprintf(file->path, sizeof(file->path), "/proc/self/fd/%d", file->fd);
	return 0;
}

/* The folder that a name is in; false: there is none. */
static bool
stat_folder(const char *name, struct stat *st)
{
	const char *slash = strrchr(name, '/');
	char folder[PATH_MAX];

	if (slash == NULL)
		return stat(".", st) == 0;
	snprintf(folder, sizeof(folder), "%.*s", (int)(slash - name) + 1, name);
	return stat(folder, st) == 0;
}

/* Two names of one inode are two files: each name is given to a new one. */
bool
outfile_is_same(const char *a, const char *b)
{
	const char *last_a = strrchr(a, '/'), *last_b = strrchr(b, '/');
	struct stat st, st_a, st_b;

	if (stat(a, &st) == 0 && S_ISCHR(st.st_mode))
		return false; /* /dev/null takes both */
	last_a = last_a == NULL ? a : last_a + 1;
	last_b = last_b == NULL ? b : last_b + 1;
	return strcmp(last_a, last_b) == 0 && stat_folder(a, &st_a) && stat_folder(b, &st_b) &&
	       st_a.st_dev == st_b.st_dev && st_a.st_ino == st_b.st_ino;
}

/* Writes all of one file into another. */
static int
copy(int from, int to)
{
	char octets[1 << 16];
	ssize_t n, written;
	off_t at = 0;

	while ((n = pread(from, octets, sizeof(octets), at)) > 0) {
		written = write(to, octets, (size_t)n);
		if (written < 0)
			return -1;
		at += written;
	}
	return n < 0 ? -1 : 0;
}

int
outfile_keep(struct outfile *file, struct base_err *err)
{
	int rc = 0;

	if (file->name == NULL)
		return 0;
	if (file->to >= 0 && copy(file->fd, file->to) < 0)
		rc = failed(file->name, err);
	if (file->temp[0] != '\0' && rename(file->temp, file->name) < 0)
		rc = failed(file->name, err);
	else
		file->temp[0] = '\0';
	outfile_drop(file);
	return rc;
}

void
outfile_drop(struct outfile *file)
{
	if (file->name == NULL)
		return;
	if (file->temp[0] != '\0')
		unlink(file->temp);
	if (file->fd >= 0)
		close(file->fd);
	if (file->to >= 0)
		close(file->to);
	*file = (struct outfile){0};
}

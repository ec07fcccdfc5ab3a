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

int
outfile_open(const char *name, struct outfile *file, struct base_err *err)
{
	struct stat st;
	int rc;

	*file = (struct outfile){.name = name, .fd = -1};
	if (stat(name, &st) == 0 && !S_ISREG(st.st_mode)) {
		file->fd = open(name, O_WRONLY | O_CLOEXEC);
		rc = file->fd < 0 ? -1 : 0;
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

int
outfile_keep(struct outfile *file, struct base_err *err)
{
	int rc = 0;

	if (file->name == NULL)
		return 0;
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
	*file = (struct outfile){0};
}

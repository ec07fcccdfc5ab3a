/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef OUTFILE_H
#define OUTFILE_H

/**
 * @file
 * A file that is there whole or not at all: written under another name beside its own, which it
 * gets when all went well. What is no regular file (/dev/null, a pipe) is written directly.
 */

#include "base_err.h"

#include <limits.h>

struct outfile {
	const char *name;    /**< as the user wrote it */
	char temp[PATH_MAX]; /**< "": written directly */
	char path[32];	     /**< the open file, for whoever opens it again by a name */
	int fd;
};

/** Opens. @return 0, -errno (BASE_EXIT_FAILURE, BASE_EXIT_PERMISSION) */
int outfile_open(const char *name, struct outfile *file, struct base_err *err);

/** Gives the file its name and closes it. @return 0, -errno, all of it as with outfile_drop() */
int outfile_keep(struct outfile *file, struct base_err *err);

/** Takes the file away; fine on one that is all zero, or was kept. */
void outfile_drop(struct outfile *file);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef OUTFILE_H
#define OUTFILE_H

/**
 * @file
 * A file that is there whole or not at all: written under another name beside its own, which it
 * gets when all went well. What is no regular file
 * (/dev/null, a pipe) is written directly, or, for a writer that drops errors, at the end out of a
 * file without a name.
 */

#include "base_err.h"

#include <limits.h>
#include <stdbool.h>

struct outfile {
	const char *name;    /**< as the user wrote it */
	char temp[PATH_MAX]; /**< "": the file has no name of its own */
	char path[32];	     /**< the open file, for whoever opens it again by a name */
	int fd;
	int to; /**< what is no regular file; -1: none */
};

/** Opens. @param checks whether who writes checks for errors. @return 0, -errno (BASE_EXIT_FAILURE,
 * BASE_EXIT_PERMISSION) */
int outfile_open(const char *name, bool checks, struct outfile *file, struct base_err *err);

/** Whether both names would be given to one file. */
bool outfile_is_same(const char *a, const char *b);

/** Gives the file its name, or its content to what has that name, and closes it. @return 0, -errno,
 * all of it as with outfile_drop() */
int outfile_keep(struct outfile *file, struct base_err *err);

/** Takes the file away; fine on one that is all zero, or was kept. */
void outfile_drop(struct outfile *file);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef BASE_OWNER_H
#define BASE_OWNER_H

/**
 * @file
 * Whose a file or a folder is.
 *
 * Threads: any. Memory: none. Hot path: no.
 */

#include <sys/stat.h>

/**
 * Whether someone else than root and the user of this process could have written a file, or can
 * take away and replace what lies in a folder. In one with the sticky bit nobody can.
 *
 * @param st of the file or folder, as fstat(2) tells of what is open
 * @return why it is not to be trusted, as words behind its path; NULL: it is
 */
const char *base_distrust(const struct stat *st);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "base_owner.h"

#include <stdbool.h>
#include <stddef.h>
#include <unistd.h>

const char *
base_distrust(const struct stat *st)
{
	bool is_folder = S_ISDIR(st->st_mode);

	if (st->st_uid != geteuid() && st->st_uid != 0)
		return "belongs to another user";
	if ((st->st_mode & (S_IWGRP | S_IWOTH)) == 0 || (is_folder && (st->st_mode & S_ISVTX) != 0))
		return NULL;
	return is_folder ? "others may write in this folder" : "others may write it";
}

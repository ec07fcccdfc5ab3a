/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "base_err.h"

#include <stdio.h>
#include <string.h>

int
base_vfail(struct base_err *err, enum base_exit exit, int error, const char *fmt, va_list args)
{
	if (err != NULL) {
		err->exit = exit;
		vsnprintf(err->text, sizeof(err->text), fmt, args);
	}
	return -error;
}

int
base_fail(struct base_err *err, enum base_exit exit, int error, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	base_vfail(err, exit, error, fmt, args);
	va_end(args);
	return -error;
}

void
base_prefix(struct base_err *err, const char *fmt, ...)
{
	char tail[BASE_ERR_TEXT_MAX];
	va_list args;
	int n;

	if (err == NULL)
		return;
	memcpy(tail, err->text, sizeof(tail));
	va_start(args, fmt);
	n = vsnprintf(err->text, sizeof(err->text), fmt, args);
	va_end(args);
	if (n >= 0 && n < BASE_ERR_TEXT_MAX)
		snprintf(err->text + n, sizeof(err->text) - (size_t)n, "%s", tail);
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef CONTROL_TARGET_H
#define CONTROL_TARGET_H

/**
 * @file
 * The target of a request, `/v1/lookup?name=a.example&qtype=AAAA`, to a path and parameters
 * (RFC 3986 3.3, 3.4, 2.1).
 *
 * Threads: any. Memory: the caller's. Hot path: no.
 */

#include "base_err.h"

#include <stdint.h>

#define CONTROL_TARGET_MAX 2048 /**< octets of a target */
#define CONTROL_PATH_MAX   64	/**< octets of a path */
#define CONTROL_PARAMS_MAX 8

/** A parameter: its name, and its value with escapes resolved. */
struct control_param {
	const char *name, *value;
};

struct control_target {
	char path[CONTROL_PATH_MAX + 1];
	uint32_t n_params;
	struct control_param params[CONTROL_PARAMS_MAX];
	char text[CONTROL_TARGET_MAX + 1]; /**< what the parameters point into */
};

/**
 * Parses a target. Nothing is guessed: an octet that has no place in a target, a bad escape, an
 * escaped NUL, a parameter without name or `=`, one that is there twice or one too many refuse it.
 *
 * @param text with a NUL behind it; any octets
 * @return 0; -EINVAL: what is wrong, in err
 */
int control_target_parse(const char *text, struct control_target *out, struct base_err *err);

/** The value of a parameter; NULL: it is not there. */
const char *control_target_value(const struct control_target *target, const char *name);

/**
 * Whether a target has no parameter but those named.
 *
 * @param allowed names, NULL behind the last; NULL: none
 * @return 0; -EINVAL: which one, and which are allowed, in err
 */
int control_target_check(
	const struct control_target *target, const char *const *allowed, struct base_err *err);

#endif

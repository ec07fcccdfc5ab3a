/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef CTL_HTTP_H
#define CTL_HTTP_H

/** @file One request over a UNIX socket, and its reply (HTTP/1.1, RFC 9112). */

#include "base_err.h"

#include <stddef.h>

/** A target under construction: `/v1/lookup?name=a.example`. */
struct ctl_target {
	char *text; /**< for free(3); NULL: no memory */
	char next;  /**< what stands before the next parameter */
};

/** Begins with a path. */
void ctl_target_begin(struct ctl_target *target, const char *path);

/** Adds a parameter, every octet that is not unreserved (RFC 3986 2.3) escaped. */
void ctl_target_add(struct ctl_target *target, const char *name, const char *value);

/** A reply. */
struct ctl_reply {
	int status; /**< 200 … */
	char *body; /**< with a NUL behind it; for free(3) */
	size_t len;
};

/**
 * Sends a request and waits for all of the reply.
 *
 * @param socket path of the socket
 * @param method "GET", "POST"
 * @param wait_s seconds of silence after which it gives up
 * @return 0; -ENOENT, -ECONNREFUSED: nobody serves the socket; -EPROTO: no reply that makes sense;
 *         or what the kernel says; a sentence in err
 */
int ctl_request(const char *socket, const char *method, const struct ctl_target *target,
	unsigned int wait_s, struct ctl_reply *out, struct base_err *err);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef POLICY_KEPT_H
#define POLICY_KEPT_H

/**
 * @file
 * The last good policy of a run on disk: a compiled policy (policy_db.h) with the age of each list.
 * The next start takes out of it what it cannot read, or will not (max_bad, max_shrink), of its
 * lists; groups, clients and all else are those of the INI.
 *
 * A file that is damaged, of another version, or that another user could have written, is not used.
 *
 * Threads: policy_kept_write() any thread while nobody frees the policy; the others one.
 * Memory: malloc(3)'s: as much as the file while it is open, and while it is written.
 * Hot path: no.
 */

#include "base_err.h"
#include "policy.h"
#include "policy_db.h"

#include <stdint.h>

struct policy_kept;

/**
 * Writes a policy to a file that is there whole or not at all, and on the disk, when this returns.
 * Its folder is made where it is missing, for this user alone, as is the file.
 *
 * @param path with a folder in front
 * @param digest takes the digest in hexadecimal
 * @return 0; what policy_db_write() returns; what the kernel says of the file
 */
int policy_kept_write(const struct policy *policy, const char *path,
	char digest[POLICY_DIGEST_TEXT], struct base_err *err);

/**
 * Opens what was kept.
 *
 * @param path stays the caller's and must outlive what is opened
 * @param conf the INI of now: its folder is where relative paths of lists start
 * @param out NULL on failure
 * @return 0; -ENOENT: there is none; -EPERM: others may have written it; -EBADMSG: it is damaged or
 *         of another version; -ENOMEM; or what the kernel says
 */
int policy_kept_open(
	const char *path, const struct conf *conf, struct policy_kept **out, struct base_err *err);

/** When it was written. Borrowed. */
const struct policy_stamp *policy_kept_stamp(const struct policy_kept *kept);

/** Its digest in hexadecimal. Borrowed. */
const char *policy_kept_digest(const struct policy_kept *kept);

/** Closes it; NULL is fine. Policies that were made with its help do not need it any more. */
void policy_kept_close(struct policy_kept *kept);

#endif

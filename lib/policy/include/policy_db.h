/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef POLICY_DB_H
#define POLICY_DB_H

/**
 * @file
 * A compiled policy: the sections that make it and the rules of all its lists in one file, which
 * another machine takes in place of the lists (`weir compile`, `--policy`).
 *
 * The same lists and sections give the same octets on every machine; the digest over them tells two
 * policies apart. Nothing in it hangs on a key, a CPU or a version of a library: fingerprints,
 * tables and pattern databases are made by whoever loads it.
 *
 * Threads: one thread opens and closes; any thread reads.
 * Memory: malloc(3)'s, as much as the file while it is open.
 * Hot path: no.
 */

#include "base_err.h"
#include "clients.h"
#include "conf.h"
#include "lists.h"
#include "policy.h"

#include <stdint.h>
#include <stdio.h>

#define POLICY_DIGEST_LEN  32			       /**< octets: SHA-256 */
#define POLICY_DIGEST_TEXT (2 * POLICY_DIGEST_LEN + 1) /**< in hexadecimal, with the NUL */

/**
 * Writes a policy that was loaded, placed or not; the prefixes of its clients are read again.
 *
 * @param to where to; what cannot be written is seen by fflush(3) or fclose(3) of the caller
 * @param digest takes the digest in hexadecimal
 * @return 0; -EINVAL: what conf_policy_text() says; -ESTALE: the prefixes are not
 *         those that were read; -ENOMEM
 */
int policy_db_write(const struct policy *policy, FILE *to, char digest[POLICY_DIGEST_TEXT],
	struct base_err *err);

/**
 * Opens a compiled policy: its digest is checked, and that its parts lie inside it.
 *
 * @param path stays the caller's and must outlive the file; stands in every message
 * @param out NULL on failure
 * @return 0; -EBADMSG: no compiled policy, one of another version, or changed since it was written
 *         (BASE_EXIT_FAILURE); -ENOMEM; or what open(2) and read(2) say
 */
int policy_db_open(const char *path, struct policy_db **out, struct base_err *err);

/** The sections, for conf_input.policy. Borrowed. */
const struct conf_policy *policy_db_conf(const struct policy_db *file);

/** When it was written, as the kernel told when it was opened. Borrowed. */
const struct policy_stamp *policy_db_stamp(const struct policy_db *file);

/** The digest in hexadecimal. Borrowed. */
const char *policy_db_digest(const struct policy_db *file);

/**
 * The rules of a list.
 *
 * @param index in the order of the sections
 * @param out for lists_free(); NULL on failure
 * @return 0; -EBADMSG: there is no such list, or it is broken (BASE_EXIT_FAILURE); -ENOMEM
 */
int policy_db_list(const struct policy_db *file, uint32_t index, struct lists_rules **out,
	struct base_err *err);

/**
 * The prefixes of all [clients] sections.
 *
 * @param conf read from this file
 * @param out for clients_free(); NULL on failure
 * @return 0; -EBADMSG (BASE_EXIT_FAILURE): broken; -ENOMEM
 */
int policy_db_clients(const struct policy_db *file, const struct conf *conf, struct clients **out,
	struct base_err *err);

/** Closes a file; NULL is fine. What it lent is gone. */
void policy_db_close(struct policy_db *file);

#endif

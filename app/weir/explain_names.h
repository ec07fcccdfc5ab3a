/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef EXPLAIN_NAMES_H
#define EXPLAIN_NAMES_H

/** @file What `weir explain --names FILE` prints: a verdict a line, for many names. */

#include "policy_ask.h"

/** What stands over the columns. `rule` is file:line, `named_by` every list that names the name. */
#define EXPLAIN_NAMES_HEADER "qname\tqtype\tgroup\taction\tlist\trule\tnamed_by"

/**
 * Asks for each name of a file and prints a line for it on stdout. A blank line, and one that
 * begins with `#`, is none; one that is no name is told on stderr by file:line, and the rest is
 * asked.
 *
 * @param path "-" is standard input
 * @param asked qtype and client are set; the name is each one of the file
 * @return 0; -EINVAL: lines that are no names; -EIO: the file or standard output; -ENOMEM: in err
 */
int explain_names(const char *command, const char *path, const struct policy *policy,
	const struct policy_view *view, struct policy_asked *asked, struct base_err *err);

#endif

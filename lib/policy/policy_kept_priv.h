/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef POLICY_KEPT_PRIV_H
#define POLICY_KEPT_PRIV_H

/** @file What stands in for a list at the start. */

#include "policy_kept.h"
#include "policy_priv.h"

/* How much was last read of a list; 0: nothing is known, or there is nothing kept (NULL). */
uint64_t policy_kept_rules(const struct policy_kept *kept, const struct conf_list *list);

/*
 * What was last read of a list.
 *
 * @param since_s since when it has been stale, 0: it was not
 * @return 0; -ENOENT: nothing, or by other keys; what policy_db_list() returns
 */
int policy_kept_list(const struct policy_kept *kept, const struct conf_list *list,
	struct policy_file *out, int64_t *since_s);

#endif

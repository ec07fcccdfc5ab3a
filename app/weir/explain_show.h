/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef EXPLAIN_SHOW_H
#define EXPLAIN_SHOW_H

/** @file What `weir explain` prints of a client's group, and of an address in a response. */

#include "policy_ask.h"

#define EXPLAIN_MATCHES_MAX 1024 /**< rules that are told of one name or address */

/** Prints the group of who asks, why it is that, and what its schedule has turned off. `q` was
 * asked under the view. */
void explain_show_group(
	const struct policy *policy, const struct policy_view *view, const struct policy_asked *q);

/**
 * Prints which lists name an address, and which of them decides.
 *
 * @param q its client is set
 * @return 0, -ENOMEM
 */
int explain_show_address(const struct policy *policy, const struct policy_view *view,
	struct policy_asked *q, const struct base_addr *addr);

#endif

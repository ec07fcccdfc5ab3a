/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef CHECK_CNAME_H
#define CHECK_CNAME_H

/** @file Warns of targets of `action = cname NAME` that the policy blocks itself. */

#include "conf.h"
#include "dns_name.h"
#include "lists.h"

/** A target whose fate is not known before a list names it. */
struct check_target {
	const struct conf_list *list;
	struct dns_name name;
	bool is_decided;
};

struct check_cname {
	const struct conf *conf;
	uint32_t n;
	struct check_target targets[CONF_LISTS_MAX];
};

/** Collects the targets; conf must outlive check. */
void check_cname_init(const struct conf *conf, struct check_cname *check);

/** Holds the rules of the next list against them, the strongest list first; warns on stderr. */
void check_cname_list(
	struct check_cname *check, const struct conf_list *list, const struct lists_rules *rules);

#endif

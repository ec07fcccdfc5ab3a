/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef CONTROL_TRIAL_H
#define CONTROL_TRIAL_H

/**
 * @file
 * What a policy that is not in force would do to the queries of late: the samples that the
 * classifying lcores keep, decided under both policies.
 *
 * Threads: one at a time; the lcores go on.
 * Memory: malloc(3)'s.
 * Hot path: no.
 */

#include "classify_sample.h"
#include "policy.h"

#include <stdint.h>

#define CONTROL_TRIAL_TOP 10

/** A name that would be decided otherwise. */
struct control_trial_name {
	char name[DNS_NAME_TEXT_MAX];
	uint64_t queries; /**< that it stands for */
	uint16_t qtype;
	uint8_t before, after; /**< enum policy_action */
};

/** What came of it. */
struct control_trial {
	uint32_t tried;		 /**< sampled queries */
	uint32_t differ;	 /**< of those, whose action would be another */
	uint64_t queries;	 /**< that the tried ones stand for */
	uint64_t queries_differ; /**< that those which differ stand for */
	uint32_t nb_top;
	struct control_trial_name top[CONTROL_TRIAL_TOP]; /**< the most queries first */
};

/**
 * Decides every sampled query under both policies, each of which finds the client's group by its
 * own [clients].
 *
 * @param before in force
 * @param after loaded; it need not be placed
 * @param samples of n lcores
 * @return 0; -ENOMEM; -EIO: expressions could not be matched
 */
int control_trial_run(const struct policy *before, const struct policy *after,
	const struct classify_sample *const *samples, uint32_t n, struct control_trial *out,
	struct base_err *err);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef SAY_H
#define SAY_H

/** @file What a policy has to say while it is loaded, on standard error. */

#include "policy.h"

extern const struct policy_say weir_policy_say;

#endif

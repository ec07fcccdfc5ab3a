/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "plan.h"

const char *
plan_role_word(enum plan_role role)
{
	static const char *const words[] = {[PLAN_MAIN] = "main",
		[PLAN_WORKER] = "worker",
		[PLAN_RX] = "rx",
		[PLAN_CLASSIFY] = "classify",
		[PLAN_TX] = "tx",
		[PLAN_IDLE] = "idle"};

	return words[role];
}

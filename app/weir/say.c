/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "say.h"

#include <stdio.h>

static void
say(void *arg, const char *sentence)
{
	(void)arg;
	fprintf(stderr, "weir: %s\n", sentence);
}

const struct policy_say weir_policy_say = {.say = say};

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "lists.h"

bool
lists_cond_holds(const struct lists_cond *cond, uint16_t qtype)
{
	for (uint8_t i = 0; i < cond->nb_types; i++) {
		if (cond->types[i] == qtype)
			return !cond->negated;
	}
	return cond->negated;
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef PAT_UNIT_H
#define PAT_UNIT_H

/** @file Expressions in, a source out; a test of this room is its own compiler. */

#include "pat.h"
#include "pat_scan.h"
#include "unit.h"

#include <stdlib.h>
#include <string.h>

/** An expression as a test writes it. */
struct pat_unit {
	const char *text;
	uint8_t flags;
	uint8_t list;
};

static inline void
pat_unit_get(const void *arg, uint32_t index, struct pat_rule *rule)
{
	const struct pat_unit *units = arg;

	*rule = (struct pat_rule){
		.text = units[index].text, .flags = units[index].flags, .list = units[index].list};
}

#define PAT_UNIT_RULES(units)                                              \
	(struct pat_rules)                                                 \
	{                                                                  \
		.nb = UNIT_COUNT(units), .get = pat_unit_get, .arg = units \
	}

#define PAT_UNIT_LIMITS .limit_ns = UINT64_C(60000000000), .limit_bytes = UINT64_C(4) << 30

static inline struct pat_source *
pat_unit_build(struct pat_rules rules, uint16_t join_from)
{
	struct pat_spec spec = {PAT_UNIT_LIMITS, .join_from = join_from};
	struct base_err err = {0};
	struct pat_source *source;

	if (pat_source_build(&rules, &spec, &source, &err) != 0)
		fail_msg("%s", err.text);
	return source;
}

/** To be called first: what the room starts as its compiler is this program. */
#define PAT_UNIT_COMPILER(argc, argv)                                   \
	do {                                                            \
		if ((argc) > 1 && strcmp((argv)[1], PAT_COMPILER) == 0) \
			return pat_compiler_main(argc, argv);           \
	} while (0)

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * The room without Hyperscan: no expressions are fine, any are refused.
 */
#include "pat.h"
#include "pat_scan.h"

#include <errno.h>
#include <stdlib.h>

int
pat_source_build(const struct pat_rules *rules, const struct pat_spec *spec,
	struct pat_source **out, struct base_err *err)
{
	(void)rules;
	(void)spec;
	*out = NULL;
	return base_fail(err, BASE_EXIT_UNAVAILABLE, ENOTSUP,
		"built without Hyperscan (-Dpatterns): no list of format regex can be used");
}

/* Nobody has a source, a database or scratch: what takes one is never called. */

void
pat_source_free(struct pat_source *source)
{
	(void)source;
}

const struct pat_report *
pat_source_report(const struct pat_source *source)
{
	static const struct pat_report none;

	(void)source;
	return &none;
}

int64_t
pat_source_match(const struct pat_source *source, const char *text, uint32_t len, uint32_t *rules,
	uint32_t max)
{
	(void)source;
	(void)text;
	(void)len;
	(void)rules;
	(void)max;
	return -EIO;
}

void
pat_source_measure(const struct pat_source *source, const char *const *texts, uint32_t n,
	struct pat_costs *out)
{
	(void)source;
	(void)texts;
	(void)n;
	*out = (struct pat_costs){0};
}

int
pat_db_build(const struct pat_source *source, int node, struct pat_db **out, struct base_err *err)
{
	(void)source;
	(void)node;
	*out = NULL;
	return base_fail(err, BASE_EXIT_UNAVAILABLE, ENOTSUP, "built without Hyperscan");
}

void
pat_db_free(struct pat_db *db)
{
	(void)db;
}

int
pat_scratch_build(const struct pat_source *source, unsigned int lcore, int node,
	struct pat_scratch **out, struct base_err *err)
{
	(void)source;
	(void)lcore;
	(void)node;
	*out = NULL;
	return base_fail(err, BASE_EXIT_UNAVAILABLE, ENOTSUP, "built without Hyperscan");
}

void
pat_scratch_free(struct pat_scratch *scratch)
{
	(void)scratch;
}

void
pat_parts(const struct pat_source *source, struct pat_parts *out)
{
	(void)source;
	*out = (struct pat_parts){0};
}

void
pat_scan_burst(const struct pat_db *db, struct pat_scratch *scratch, const struct pat_name names[],
	uint16_t n, struct pat_hit hits[])
{
	(void)db;
	(void)scratch;
	(void)names;
	for (uint16_t i = 0; i < n; i++)
		hits[i] = (struct pat_hit){.rule = PAT_NONE, .failed = true};
}

const char *
pat_library(void)
{
	return "none";
}

const char *
pat_library_fault(void)
{
	return NULL;
}

int
pat_compiler_main(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	return EXIT_FAILURE;
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "base_clock.h"
#include "patterns.h"

#include <stdio.h>
#include <string.h>

static const uint32_t counts[] = {10, 100, 1000, 10000, 100000};

#define N_COUNTS (sizeof(counts) / sizeof(counts[0]))

/* How long it takes with the databases in the cache; < 0: there is none. */
static double
time_cached(const struct patterns *p, uint32_t nb)
{
	struct pat_source *source;
	struct base_err err;
	double ms = -1;

	if (p->cache_dir == NULL || patterns_compile(p, nb, p->cache_dir, &source, &err) < 0)
		return ms;
	if (pat_source_report(source)->cached)
		ms = (double)pat_source_report(source)->compile_ns / 1e6;
	pat_source_free(source);
	return ms;
}

static void
print_cell(const char *fmt, double value)
{
	char text[32] = "-";

	if (value >= 0)
		snprintf(text, sizeof(text), "%.*f", fmt[0] - '0', value);
	printf("%14s", text);
}

static int
bench_count(const struct patterns *p, uint32_t nb, struct base_err *err)
{
	const struct pat_report *report;
	struct pat_source *source;
	struct pat_costs costs;
	int rc = patterns_compile(p, nb, p->cache_dir, &source, err);

	if (rc < 0)
		return rc;
	report = pat_source_report(source);
	pat_source_measure(source, (const char *const *)p->texts, p->nb_names, &costs);
	printf("%12u", nb);
	print_cell("2", report->cached ? -1.0 : (double)report->compile_ns / 1e9);
	print_cell("1", time_cached(p, nb));
	print_cell("1", (double)report->db_bytes / 1024);
	print_cell("1", (double)report->scratch_bytes / 1024);
	print_cell("0", costs.single);
	print_cell("0", costs.joined);
	print_cell("0", patterns_pcre2(p, nb));
	printf("\n");
	pat_source_free(source);
	return 0;
}

int
patterns_bench(const struct patterns *p, struct base_err *err)
{
	uint32_t all = p->list->nb_exprs;
	int rc = 0;

	printf("%s, %u names; ns a name\n", pat_library(), p->nb_names);
	printf("%12s%14s%14s%14s%14s%14s%14s%14s\n", "expressions", "compile s", "cached ms",
		"database KB", "scratch KB", "one by one", "32 joined", "PCRE2");
	for (size_t i = 0; i < N_COUNTS && counts[i] < all && rc == 0; i++)
		rc = bench_count(p, counts[i], err);
	if (rc == 0 && all > 0)
		rc = bench_count(p, all, err);
	return rc;
}

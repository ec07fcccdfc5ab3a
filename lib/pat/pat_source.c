/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "base_clock.h"
#include "pat_priv.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define VECTORSCAN_MENDED 13 /* of 5.4: the first that says so */

const char *
pat_error(hs_error_t error)
{
	switch (error) {
	case HS_NOMEM:
		return "no memory";
	case HS_DB_VERSION_ERROR:
		return "made by another version of Hyperscan";
	case HS_DB_PLATFORM_ERROR:
		return "made for another CPU";
	case HS_ARCH_ERROR:
		return "this CPU lacks SSSE3, which Hyperscan needs";
	default:
		return "refused";
	}
}

static int
no_memory(struct base_err *err)
{
	return base_fail(err, BASE_EXIT_UNAVAILABLE, ENOMEM, "no memory for the expressions");
}

/* Room for the database's head and scratch, both without Hyperscan's parts. */
static int
allocate(struct pat_source *source, const struct pat_rules *rules)
{
	static _Atomic uint32_t serial;
	struct pat_rule rule;

	source->nb_rules = rules->nb;
	source->db = calloc(1, sizeof(*source->db) + rules->nb);
	source->scratch = calloc(1, sizeof(*source->scratch));
	if (source->db == NULL || source->scratch == NULL)
		return -ENOMEM;
	source->db->serial = source->scratch->serial = atomic_fetch_add(&serial, 1) + 1;
	source->db->join_from = PAT_BURST_MAX + 1;
	for (uint32_t i = 0; i < rules->nb; i++) {
		rules->get(rules->arg, i, &rule);
		source->db->lists[i] = rule.list;
	}
	return 0;
}

/* Makes databases of what was compiled, and scratch that serves both. */
static hs_error_t
open_parts(struct pat_source *source, const struct pat_made *made)
{
	struct pat_db *db = source->db;
	hs_error_t error = HS_SUCCESS;

	pat_alloc_from(PAT_HEAP);
	for (int part = 0; part < PAT_PARTS && error == HS_SUCCESS; part++) {
		if (made->part[part].len == 0)
			continue;
		error = hs_deserialize_database((const char *)made->part[part].bytes,
			made->part[part].len, &db->part[part]);
		if (error == HS_SUCCESS)
			error = hs_alloc_scratch(db->part[part], &source->scratch->hs);
	}
	return error;
}

static void
close_parts(struct pat_source *source)
{
	pat_alloc_from(PAT_HEAP);
	for (int part = 0; part < PAT_PARTS && source->db != NULL; part++) {
		hs_free_database(source->db->part[part]);
		source->db->part[part] = NULL;
	}
	if (source->scratch != NULL) {
		hs_free_scratch(source->scratch->hs);
		source->scratch->hs = NULL;
	}
}

/* Takes the databases from the cache; false: they are to be compiled. */
static bool
open_cached(struct pat_source *source, const char *dir, const struct pat_request *request)
{
	struct pat_report *report = &source->report;

	if (pat_cache_read(dir, request, &source->made, report->cache_note) != 0)
		return false;
	if (open_parts(source, &source->made) == HS_SUCCESS)
		return true;
	snprintf(report->cache_note, sizeof(report->cache_note),
		"%s: Hyperscan does not take what it wrote: compiled anew", dir);
	close_parts(source);
	pat_made_free(&source->made);
	return false;
}

static int
compile(struct pat_source *source, const struct pat_spec *spec, struct pat_request *request,
	struct base_err *err)
{
	hs_error_t error;
	int ret = pat_compile(request, spec, &source->made, err);

	if (ret != 0)
		return ret;
	error = open_parts(source, &source->made);
	if (error != HS_SUCCESS)
		return base_fail(err, BASE_EXIT_UNAVAILABLE, error == HS_NOMEM ? ENOMEM : ENOEXEC,
			"the pattern database cannot be used: %s", pat_error(error));
	if (spec->cache_dir != NULL && spec->cache_dir[0] != '\0')
		pat_cache_write(spec->cache_dir, request, &source->made, source->report.cache_note);
	return 0;
}

static void
fill_report(struct pat_source *source, const struct pat_request *request, uint16_t join_from)
{
	struct pat_report *report = &source->report;
	size_t bytes;

	report->nb_bad = source->made.nb_bad;
	report->bad = source->made.bad;
	report->nb = source->nb_rules - report->nb_bad;
	for (uint32_t i = 0; i < request->nb; i++)
		report->nb_alone += pat_request_part(request, i) == PAT_ALONE;
	for (uint32_t i = 0; i < report->nb_bad; i++)
		report->nb_alone -= pat_request_part(request, report->bad[i].rule) == PAT_ALONE;
	for (int part = 0; part < PAT_PARTS; part++) {
		if (source->db->part[part] == NULL)
			continue;
		hs_database_size(source->db->part[part], &bytes);
		report->db_bytes += bytes;
		/* Kept as the databases alone: they can be written again for each node. */
		free(source->made.part[part].bytes);
		source->made.part[part].bytes = NULL;
		source->made.part[part].len = 0;
	}
	if (source->scratch->hs != NULL && hs_scratch_size(source->scratch->hs, &bytes) == 0)
		report->scratch_bytes = bytes;
	report->join_from = source->db->join_from =
		join_from > 0 ? join_from : pat_measure_join(source);
}

static int
build(struct pat_source *source, const struct pat_rules *rules, const struct pat_spec *spec,
	struct base_err *err)
{
	uint64_t begin = base_clock_ns();
	struct pat_request request;
	int ret = 0;

	if (allocate(source, rules) < 0 || pat_request_make(rules, &request) < 0)
		return no_memory(err);
	if (rules->nb > 0) {
		if (spec->cache_dir != NULL && spec->cache_dir[0] != '\0')
			source->report.cached = open_cached(source, spec->cache_dir, &request);
		if (!source->report.cached)
			ret = compile(source, spec, &request, err);
	}
	source->report.compile_ns = base_clock_ns() - begin;
	if (ret == 0)
		fill_report(source, &request, spec->join_from);
	pat_request_free(&request);
	return ret;
}

int
pat_source_build(const struct pat_rules *rules, const struct pat_spec *spec,
	struct pat_source **out, struct base_err *err)
{
	struct pat_source *source = calloc(1, sizeof(*source));
	int ret;

	*out = NULL;
	if (source == NULL)
		return no_memory(err);
	ret = build(source, rules, spec, err);
	if (ret != 0) {
		pat_source_free(source);
		return ret;
	}
	*out = source;
	return 0;
}

void
pat_source_free(struct pat_source *source)
{
	if (source == NULL)
		return;
	close_parts(source);
	pat_made_free(&source->made);
	free(source->db);
	free(source->scratch);
	free(source);
}

const struct pat_report *
pat_source_report(const struct pat_source *source)
{
	return &source->report;
}

/* All rules that match: a bit each, so that each is told once. */
struct matches {
	uint8_t *bits;
};

static int
on_match(unsigned int id, unsigned long long from, unsigned long long to, unsigned int flags,
	void *arg)
{
	struct matches *matches = arg;

	(void)from;
	(void)to;
	(void)flags;
	matches->bits[id / 8] |= (uint8_t)(1u << id % 8);
	return 0;
}

/* There is one scratch; who asks for people can wait. */
static pthread_mutex_t matching = PTHREAD_MUTEX_INITIALIZER;

int64_t
pat_source_match(const struct pat_source *source, const char *text, uint32_t len, uint32_t *rules,
	uint32_t max)
{
	struct matches matches = {.bits = calloc(source->nb_rules / 8 + 1, 1)};
	int64_t n = matches.bits == NULL ? -EIO : 0;

	pthread_mutex_lock(&matching);
	for (int part = 0; part < PAT_PARTS && n == 0 && len > 0; part++) {
		if (source->db->part[part] != NULL &&
			hs_scan(source->db->part[part], text, len, 0, source->scratch->hs, on_match,
				&matches) != HS_SUCCESS)
			n = -EIO;
	}
	pthread_mutex_unlock(&matching);
	for (uint32_t i = 0; i < source->nb_rules && n >= 0; i++) {
		if (!(matches.bits[i / 8] >> i % 8 & 1))
			continue;
		if (n < max)
			rules[n] = i;
		n++;
	}
	free(matches.bits);
	return n;
}

/* The library does not say its name, and either can stand behind a program that was built with the
 * other. Hyperscan's last open release is 5.4.2; what counts on from there is Vectorscan. Returns
 * the last part of Vectorscan's version, 0: this is Hyperscan. */
static unsigned int
vectorscan_patch(void)
{
	unsigned int major = 0, minor = 0, patch = 0;

	if (sscanf(hs_version(), "%u.%u.%u", &major, &minor, &patch) != 3)
		return 0;
	return major == 5 && minor == 4 && patch > 2 ? patch : 0;
}

const char *
pat_library(void)
{
	static char text[80];
	const char *version = hs_version();

	snprintf(text, sizeof(text), "%s %.*s", vectorscan_patch() > 0 ? "Vectorscan" : "Hyperscan",
		(int)strcspn(version, " "), version);
	return text;
}

const char *
pat_library_fault(void)
{
	unsigned int patch = vectorscan_patch();

	/* docs/decisions/0008-vectorscan.md */
	return patch > 0 && patch < VECTORSCAN_MENDED
		       ? "this version of Vectorscan misses one match in some ten thousand; "
			 "Hyperscan does not"
		       : NULL;
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "lists_priv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_EXPRS 64
#define FIRST_TEXTS 4096

void
lists_expr_add(struct lists_build *build, struct lists_span text, uint8_t flags, bool moved)
{
	struct lists_rules *rules = build->rules;
	size_t len = lists_span_len(text);

	if (rules->texts_bytes + len + 1 > UINT32_MAX) {
		build->error = -EFBIG;
		return;
	}
	while (build->cap_texts < rules->texts_bytes + len + 1) {
		if (!lists_build_grow(
			    build, (void **)&rules->texts, &build->cap_texts, FIRST_TEXTS, 1))
			return;
	}
	if (rules->nb_exprs == build->cap_exprs &&
		!lists_build_grow32(build, (void **)&rules->exprs, &build->cap_exprs, FIRST_EXPRS,
			sizeof(*rules->exprs)))
		return;
	rules->exprs[rules->nb_exprs++] = (struct lists_expr){
		.text = (uint32_t)rules->texts_bytes,
		.len = (uint32_t)len,
		.line = rules->report.lines,
		.flags = flags,
		.moved = moved,
	};
	memcpy(rules->texts + rules->texts_bytes, text.at, len);
	rules->texts[rules->texts_bytes + len] = '\0';
	rules->texts_bytes += len + 1;
}

/** By flags, length and text; equal ones in the order of their lines. */
static int
compare(const void *a, const void *b, void *arg)
{
	const struct lists_expr *one = a, *other = b;
	const char *texts = arg;
	int diff;

	if (one->flags != other->flags)
		return one->flags < other->flags ? -1 : 1;
	if (one->len != other->len)
		return one->len < other->len ? -1 : 1;
	diff = memcmp(texts + one->text, texts + other->text, one->len);
	if (diff != 0)
		return diff;
	return one->line < other->line ? -1 : 1;
}

static int
by_line(const void *a, const void *b)
{
	const struct lists_expr *one = a, *other = b;

	return one->line < other->line ? -1 : one->line > other->line;
}

/** A line of an expression that stood there before; of one that was moved its names told it. */
static void
note_double(struct lists_build *build, const struct lists_expr *expr)
{
	const uint8_t *text = (const uint8_t *)build->rules->texts + expr->text;
	uint32_t lines = build->rules->report.lines;

	if (expr->moved)
		return;
	build->rules->report.lines = expr->line;
	lists_note_warning(build, LISTS_WARNING_duplicate,
		(struct lists_span){.at = text, .end = text + expr->len});
	build->rules->report.lines = lines;
}

/** The first of each stands. Their texts stay where they are: doubles are few. */
static void
drop_doubles(struct lists_build *build)
{
	struct lists_rules *rules = build->rules;
	struct lists_expr *exprs = rules->exprs;
	uint32_t kept = 0;

	qsort_r(exprs, rules->nb_exprs, sizeof(*exprs), compare, rules->texts);
	for (uint32_t i = 0; i < rules->nb_exprs; i++) {
		const struct lists_expr *last = kept > 0 ? &exprs[kept - 1] : NULL;

		if (last != NULL && last->flags == exprs[i].flags && last->len == exprs[i].len &&
			memcmp(rules->texts + last->text, rules->texts + exprs[i].text,
				last->len) == 0) {
			exprs[i].moved |= last->moved;
			note_double(build, &exprs[i]);
			continue;
		}
		exprs[kept++] = exprs[i];
	}
	rules->nb_exprs = kept;
	qsort(exprs, kept, sizeof(*exprs), by_line);
}

uint64_t
lists_expr_finish(struct lists_build *build)
{
	struct lists_rules *rules = build->rules;
	uint64_t bytes;

	if (rules->nb_exprs == 0)
		return 0;
	drop_doubles(build);
	for (uint32_t i = 0; i < rules->nb_exprs; i++)
		rules->report.exprs += !rules->exprs[i].moved;
	bytes = rules->nb_exprs * sizeof(*rules->exprs);
	lists_build_shrink((void **)&rules->exprs, bytes);
	lists_build_shrink((void **)&rules->texts, rules->texts_bytes);
	return bytes + rules->texts_bytes;
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "base_clock.h"
#include "patterns.h"

#include <stdlib.h>
#include <string.h>

#ifdef WEIR_PCRE2

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#define TRIES_MAX 2000000 /* expression times name: PCRE2 takes the one after the other */
#define ROUNDS	  3	  /* of which the fastest counts: the others were interrupted */

static uint32_t
options_of(uint8_t flags)
{
	return (flags & LISTS_EXPR_CASELESS ? PCRE2_CASELESS : 0) |
	       (flags & LISTS_EXPR_DOTALL ? PCRE2_DOTALL : 0) |
	       (flags & LISTS_EXPR_MULTILINE ? PCRE2_MULTILINE : 0) |
	       (flags & LISTS_EXPR_UTF8 ? PCRE2_UTF : 0) |
	       (flags & LISTS_EXPR_PROPERTIES ? PCRE2_UCP : 0);
}

static pcre2_code *
compile(const struct patterns *p, uint32_t i)
{
	const struct lists_expr *expr = &p->list->exprs[i];
	const char *text = lists_expr_text(p->list, expr);
	PCRE2_SIZE offset;
	int error;
	pcre2_code *code = pcre2_compile(
		(PCRE2_SPTR)text, expr->len, options_of(expr->flags), &error, &offset, NULL);

	if (code != NULL)
		pcre2_jit_compile(code, PCRE2_JIT_COMPLETE); /* where it cannot, it interprets */
	return code;
}

static uint64_t
match_all(const struct patterns *p, pcre2_code *const codes[], uint32_t nb, uint32_t names)
{
	pcre2_match_data *data = pcre2_match_data_create(1, NULL);
	uint64_t begin = base_clock_ns();

	for (uint32_t n = 0; n < names && data != NULL; n++) {
		PCRE2_SPTR text = (PCRE2_SPTR)p->texts[n];
		size_t len = strlen(p->texts[n]);

		for (uint32_t i = 0; i < nb; i++) {
			if (codes[i] != NULL)
				pcre2_match(codes[i], text, len, 0, 0, data, NULL);
		}
	}
	pcre2_match_data_free(data);
	return base_clock_ns() - begin;
}

double
patterns_pcre2(const struct patterns *p, uint32_t nb)
{
	pcre2_code **codes = calloc(nb, sizeof(codes[0]));
	uint32_t names = TRIES_MAX / nb > 1 ? TRIES_MAX / nb : 1;
	uint64_t best = UINT64_MAX;

	if (codes == NULL)
		return -1;
	names = names < p->nb_names ? names : p->nb_names;
	for (uint32_t i = 0; i < nb; i++)
		codes[i] = compile(p, i);
	for (int round = 0; round < ROUNDS; round++) {
		uint64_t spent = match_all(p, codes, nb, names);

		best = spent < best ? spent : best;
	}
	for (uint32_t i = 0; i < nb; i++)
		pcre2_code_free(codes[i]);
	free(codes);
	return (double)best / names;
}

#else

double
patterns_pcre2(const struct patterns *p, uint32_t nb)
{
	(void)p;
	(void)nb;
	return -1;
}

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "lists_priv.h"

struct lists_span
lists_span_word(struct lists_span *span)
{
	struct lists_span word = *span;

	while (span->at < span->end && !lists_is_blank(*span->at) && *span->at != '#')
		span->at++;
	word.end = span->at;
	return word;
}

enum lists_kind
lists_span_all(struct lists_span *word)
{
	static const uint8_t root[] = {'.'};

	*word = (struct lists_span){.at = root, .end = root + sizeof(root)};
	return LISTS_SUBTREE;
}

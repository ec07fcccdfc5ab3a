/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "lists_priv.h"

/** domains and wildcard differ in what a bare name means, and in nothing else. */
void
lists_plain_line(struct lists_build *build, struct lists_span line)
{
	struct lists_what what = {.kind = build->bare, .class = LISTS_BLOCK};
	struct lists_span rest = line, word;

	lists_skip_blanks(&rest);
	if (rest.at == rest.end || lists_is_comment(*rest.at))
		return;
	build->rules->report.rule_lines++;
	word = lists_span_word(&rest);
	lists_skip_blanks(&rest);
	if (rest.at < rest.end && !lists_is_comment(*rest.at)) {
		lists_note_skip(build, LISTS_SKIP_words, line);
		return;
	}
	if (lists_span_take(&word, "*."))
		what.kind = LISTS_BELOW;
	else if (lists_span_equal(word, "*"))
		what.kind = lists_span_all(&word);
	if (lists_name_read(build, word))
		lists_build_add(build, &what, line);
}

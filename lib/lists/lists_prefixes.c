/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "lists_priv.h"

#define TEXT_MAX 64 /* of a prefix, the NUL counted */

bool
lists_prefix_parse(struct lists_span word, struct base_prefix *out)
{
	size_t len = lists_span_len(word);
	char text[TEXT_MAX];

	if (len == 0 || len >= TEXT_MAX || memchr(word.at, '\0', len) != NULL)
		return false;
	memcpy(text, word.at, len);
	text[len] = '\0';
	return base_prefix_parse(text, out, NULL) == 0;
}

void
lists_prefixes_line(struct lists_build *build, struct lists_span line)
{
	const struct lists_what what = {.kind = LISTS_ADDRESS, .class = LISTS_BLOCK};
	struct lists_span rest = line, word;
	struct base_prefix prefix;
	uint8_t *room;

	lists_skip_blanks(&rest);
	if (rest.at == rest.end || lists_is_comment(*rest.at))
		return;
	build->rules->report.rule_lines++;
	word = lists_span_word(&rest);
	lists_skip_blanks(&rest);
	if (rest.at < rest.end && !lists_is_comment(*rest.at)) {
		lists_note_skip(build, LISTS_SKIP_words, line);
	} else if (!lists_prefix_parse(word, &prefix)) {
		lists_note_skip(build, LISTS_SKIP_prefix, line);
	} else if (prefix.bits == 0 && !build->spec->allow_tld) {
		lists_note_skip(build, LISTS_SKIP_tld, line);
	} else if ((room = lists_build_room(build)) != NULL) {
		lists_prefix_write(&prefix, room);
		lists_build_add(build, &what, line);
	}
}

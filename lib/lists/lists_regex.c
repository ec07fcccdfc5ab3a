/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "lists_priv.h"

/** Cuts off a `#` behind a blank with all that follows it, then the blanks at the end. */
static struct lists_span
without_comment(struct lists_span line)
{
	for (const uint8_t *at = line.at; at + 1 < line.end; at++) {
		if (lists_is_blank(at[0]) && at[1] == '#') {
			line.end = at;
			break;
		}
	}
	while (line.end > line.at && lists_is_blank(line.end[-1]))
		line.end--;
	return line;
}

static bool
read_flag(uint8_t letter, uint8_t *flags)
{
	static const char letters[] = "ismHV8W";
	const char *at = letter == 0 ? NULL : strchr(letters, letter);

	if (at == NULL)
		return false;
	*flags |= (uint8_t)(1u << (at - letters));
	return true;
}

/** Whether the line begins with `ID:/`; takes that off if it does. */
static bool
take_id(struct lists_span *line)
{
	struct lists_span rest = *line;

	while (rest.at < rest.end && *rest.at >= '0' && *rest.at <= '9')
		rest.at++;
	if (rest.at == line->at || !lists_span_take(&rest, ":/"))
		return false;
	*line = rest;
	return true;
}

/** Parts `expression/flags`. */
static enum lists_skip
part(struct lists_span *text, uint8_t *flags)
{
	const uint8_t *slash = memrchr(text->at, '/', lists_span_len(*text));

	if (slash == NULL)
		return LISTS_SKIP_expression;
	for (const uint8_t *at = slash + 1; at < text->end; at++) {
		if (!read_flag(*at, flags))
			return LISTS_SKIP_flag;
	}
	text->end = slash;
	return LISTS_NB_SKIPS;
}

/** Names into the table. */
static void
add_names(struct lists_build *build, enum lists_kind kind, const struct lists_words *words,
	struct lists_span line)
{
	const struct lists_what what = {.kind = kind, .class = LISTS_BLOCK};

	for (unsigned i = 0; i < words->n; i++) {
		const uint8_t *at = (const uint8_t *)words->word[i].text;

		if (lists_name_read(build, (struct lists_span){at, at + words->word[i].len}))
			lists_build_add(build, &what, line);
	}
	lists_note_warning(build, LISTS_WARNING_only_names, line);
}

/** Whether the table takes them all: a public suffix needs allow_tld there, as an expression it
 * does not, for nobody writes one by oversight. */
static bool
is_for_table(const struct lists_build *build, const struct lists_words *words)
{
	uint8_t room[LISTS_ROOM];
	unsigned labels;

	for (unsigned i = 0; i < words->n && !build->spec->allow_tld; i++) {
		const uint8_t *at = (const uint8_t *)words->word[i].text;
		struct lists_span word = {at, at + words->word[i].len};

		lists_name_plain(word, room, &labels);
		if (lists_is_suffix(room, labels))
			return false;
	}
	return true;
}

void
lists_regex_line(struct lists_build *build, struct lists_span line)
{
	enum lists_skip skip = LISTS_NB_SKIPS;
	struct lists_span text = line;
	struct lists_words words;
	enum lists_kind kind;
	uint8_t flags = 0;
	bool moved;

	lists_skip_blanks(&text);
	if (text.at == text.end || lists_is_comment(*text.at))
		return;
	build->rules->report.rule_lines++;
	text = without_comment(text);
	if (take_id(&text))
		skip = part(&text, &flags);
	if (skip == LISTS_NB_SKIPS && text.at == text.end)
		skip = LISTS_SKIP_expression;
	if (skip == LISTS_NB_SKIPS && memchr(text.at, 0, lists_span_len(text)) != NULL)
		skip = LISTS_SKIP_octet;
	if (skip != LISTS_NB_SKIPS) {
		lists_note_skip(build, skip, line);
		return;
	}
	moved = lists_regex_names(text, (flags & LISTS_EXPR_CASELESS) != 0, &kind, &words) &&
		is_for_table(build, &words);
	if (moved)
		add_names(build, kind, &words, line);
	lists_expr_add(build, text, flags, moved);
}

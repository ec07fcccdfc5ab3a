/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * Adblock syntax as AdGuard's DNS filters read it
 * (https://adguard-dns.io/kb/general/dns-filtering-syntax/):
 * `||x^` x and all below, `|x^` x alone, `*.x^` all below; a bare name and the names of a hosts
 * line are exact. `||x` with its end left open is taken as `||x^`. What could match inside a label
 * or in the middle of a name is a pattern and gives no rule.
 */
#include "lists_priv.h"

#include <string.h>

/** Takes blanks off both ends. */
static struct lists_span
trim(struct lists_span line)
{
	lists_skip_blanks(&line);
	while (line.at < line.end && lists_is_blank(line.end[-1]))
		line.end--;
	return line;
}

/** Behind a `#`: `#`, `@#`, `?#`, `$#`, `%#`, `@$?#` …, and something it hides. */
static bool
is_marker(struct lists_span rest)
{
	while (rest.at < rest.end && memchr("@?$%", *rest.at, 4) != NULL)
		rest.at++;
	if (!lists_span_take(&rest, "#"))
		return false;
	return rest.at < rest.end && *rest.at != '#' && !lists_is_blank(*rest.at);
}

/** `$$` or `$@$` somewhere. */
static bool
has_html_marker(struct lists_span line)
{
	while ((line.at = memchr(line.at, '$', lists_span_len(line))) != NULL) {
		line.at++;
		if (lists_span_take(&line, "$") || lists_span_take(&line, "@$"))
			return true;
	}
	return false;
}

bool
lists_is_cosmetic(struct lists_span line)
{
	struct lists_span rest = line;

	while ((rest.at = memchr(rest.at, '#', lists_span_len(rest))) != NULL) {
		if (rest.at > line.at && lists_is_blank(rest.at[-1])) {
			line.end = rest.at; /* a comment; what is in it does not matter */
			break;
		}
		rest.at++;
		if (is_marker(rest))
			return true;
	}
	return has_html_marker(line);
}

/** Cuts a comment that stands behind a blank. */
static struct lists_span
cut_comment(struct lists_span line)
{
	for (const uint8_t *at = line.at; at + 1 < line.end; at++) {
		if (lists_is_blank(at[0]) && lists_is_comment(at[1])) {
			line.end = at;
			break;
		}
	}
	return trim(line);
}

/** `0.0.0.0 name…` */
static bool
read_hosts(struct lists_build *build, struct lists_span line)
{
	struct lists_span word = lists_span_word(&line);
	struct base_addr addr;

	if (line.at == line.end || !lists_name_address(word, &addr))
		return false;
	lists_hosts_names(build, &addr, line);
	return true;
}

/** Takes `^`, `|` or `^|` off the end. */
static bool
take_end(struct lists_span *text)
{
	const uint8_t *end = text->end;

	if (text->at < text->end && text->end[-1] == '|')
		text->end--;
	if (text->at < text->end && text->end[-1] == '^')
		text->end--;
	return text->end < end;
}

/**
 * Takes the anchors off a pattern.
 *
 * @return LISTS_NB_SKIPS when a name (or `*`) is left, and its kind
 */
static enum lists_skip
take_anchors(struct lists_build *build, struct lists_span *text, enum lists_kind *kind)
{
	bool domain = lists_span_take(text, "||");
	bool start = !domain && lists_span_take(text, "|");
	bool closed = take_end(text);

	*kind = domain ? LISTS_SUBTREE : start ? LISTS_EXACT : build->bare;
	if (lists_span_equal(*text, "*") || (text->at == text->end && !start)) {
		*kind = lists_span_all(text);
		return LISTS_NB_SKIPS;
	}
	if (start && !closed)
		return LISTS_SKIP_pattern;
	if (lists_span_take(text, "*.") || (!domain && !start && lists_span_take(text, "."))) {
		*kind = LISTS_BELOW;
		return LISTS_NB_SKIPS;
	}
	return closed && !domain && !start ? LISTS_SKIP_pattern : LISTS_NB_SKIPS;
}

/* Octets that make something else of a pattern than a name; what the reason is, less 1. */
static const uint8_t foreign_octets[256] = {
	['/'] = 1 + LISTS_SKIP_path,
	['?'] = 1 + LISTS_SKIP_path,
	['='] = 1 + LISTS_SKIP_path,
	['&'] = 1 + LISTS_SKIP_path,
	['%'] = 1 + LISTS_SKIP_path,
	[':'] = 1 + LISTS_SKIP_path,
	['@'] = 1 + LISTS_SKIP_syntax,
	['*'] = 1 + LISTS_SKIP_pattern,
	['^'] = 1 + LISTS_SKIP_pattern,
	['|'] = 1 + LISTS_SKIP_pattern,
};

/** What a pattern is about that is no name: part of a URL, or of a name. */
static enum lists_skip
foreign(struct lists_span text)
{
	enum lists_skip skip = LISTS_NB_SKIPS;
	uint8_t found;

	for (; text.at < text.end; text.at++) {
		found = foreign_octets[*text.at];
		if (found == 0)
			continue;
		skip = (enum lists_skip)(found - 1);
		if (skip != LISTS_SKIP_pattern)
			break; /* a pattern may yet turn out to be about a path */
	}
	return skip;
}

/** Reads the pattern to the room and `what`; else the reason why not was noted. */
static bool
read_pattern(struct lists_build *build, struct lists_span text, struct lists_what *what)
{
	const struct lists_span whole = text;
	struct base_addr addr;
	enum lists_skip skip;

	skip = take_anchors(build, &text, &what->kind);
	if (skip == LISTS_NB_SKIPS)
		skip = foreign(text);
	if (skip == LISTS_SKIP_path && lists_name_address(text, &addr))
		skip = LISTS_NB_SKIPS; /* colons of IPv6: lists_name_read() says what it is */
	if (skip == LISTS_NB_SKIPS)
		return lists_name_read(build, text);
	lists_note_skip(build, skip, whole);
	return false;
}

/** `/…/`, with or without modifiers; and what only starts like that. */
static enum lists_skip
slashed(struct lists_span text)
{
	text.at++;
	return memchr(text.at, '/', lists_span_len(text)) != NULL ? LISTS_SKIP_regex
								  : LISTS_SKIP_path;
}

/** No pattern at all, unless modifiers make a rule of it; or an exception by halves. */
static bool
is_broken(struct lists_span text, bool modified)
{
	if (lists_span_equal(text, "||^") || lists_span_equal(text, "||"))
		return true;
	return text.at == text.end ? !modified : *text.at == '@';
}

/** A rule without comment, blanks around it, or anything of a page in it. */
static void
read_rule(struct lists_build *build, struct lists_span text)
{
	const struct lists_span whole = text;
	bool exception = lists_span_take(&text, "@@");
	struct lists_what what = {.class = exception ? LISTS_EXCEPTION : LISTS_BLOCK};
	const uint8_t *dollar = memchr(text.at, '$', lists_span_len(text));
	enum lists_skip skip = LISTS_NB_SKIPS;

	if (text.at < text.end && *text.at == '/') {
		skip = slashed(text);
	} else if (dollar != NULL) {
		skip = lists_modifiers(
			build, (struct lists_span){.at = dollar + 1, .end = text.end}, &what);
		text.end = dollar;
	}
	if (skip == LISTS_NB_SKIPS && is_broken(text, dollar != NULL))
		skip = LISTS_SKIP_syntax;
	if (skip != LISTS_NB_SKIPS)
		lists_note_skip(build, skip, whole);
	else if (read_pattern(build, text, &what))
		lists_build_add(build, &what, whole);
}

void
lists_adblock_line(struct lists_build *build, struct lists_span line)
{
	line = trim(line);
	if (line.at == line.end)
		return;
	if (*line.at == '!' || *line.at == ';' || *line.at == '[')
		return; /* `[Adblock Plus 2.0]` is a title */
	if (lists_is_cosmetic(line)) {
		build->rules->report.rule_lines++;
		lists_note_skip(build, LISTS_SKIP_cosmetic, line);
		return;
	}
	if (*line.at == '#')
		return;
	build->rules->report.rule_lines++;
	line = cut_comment(line);
	if (!read_hosts(build, line))
		read_rule(build, line);
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "dns_type.h"
#include "lists_priv.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define LINES 200 /* with a rule on them */

enum shape {
	BLANK, /* or a comment */
	NAME,
	ADDRESS,
	STAR,
	HOSTS,
	ADBLOCK,
	REGEX,
	ZONE,
	OTHER, /* none of these */
	NB_SHAPES,
};

static bool
is_hosts(struct lists_span line)
{
	struct lists_span word = lists_span_word(&line);
	struct base_addr addr;

	lists_skip_blanks(&line);
	return line.at < line.end && !lists_is_comment(*line.at) && lists_name_address(word, &addr);
}

/** An address or a prefix alone. */
static bool
is_address(struct lists_span line)
{
	struct lists_span word = lists_span_word(&line);
	struct base_prefix prefix;

	lists_skip_blanks(&line);
	return (line.at == line.end || lists_is_comment(*line.at)) &&
	       lists_prefix_parse(word, &prefix);
}

/** `x^`, `*$modifier`: what no name has in it. A regular expression has `(` or `\` before, or `^`
 * first. */
static bool
is_rule(struct lists_span line)
{
	struct lists_span word = lists_span_word(&line);

	if (word.at < word.end && *word.at == '^')
		return false;
	for (; word.at < word.end && *word.at != '(' && *word.at != '\\'; word.at++) {
		if (*word.at == '^' || *word.at == '$')
			return true;
	}
	return false;
}

static bool
is_adblock(struct lists_span line)
{
	if (*line.at == '[')
		return lists_span_take(&line, "[Adblock") || lists_span_take(&line, "[AdGuard");
	if (*line.at == '|' || *line.at == '@')
		return true;
	return lists_is_cosmetic(line) || is_rule(line);
}

/** No name and no adblock rule begins with `^` or has these in it. */
static bool
is_regex(struct lists_span line)
{
	if (*line.at == '^' || memchr(line.at, '\\', lists_span_len(line)) != NULL)
		return true;
	return memchr(line.at, '(', lists_span_len(line)) != NULL;
}

/** Of a zone: `$ORIGIN …`, or an owner (unless the line begins with a blank), a TTL and `IN` if
 * any, a type, and something behind it. */
static bool
is_record(struct lists_span line)
{
	bool owner = !lists_is_blank(*line.at);
	struct lists_span word;

	if (owner && (lists_span_take(&line, "$ORIGIN ") || lists_span_take(&line, "$TTL ")))
		return true;
	for (unsigned i = 0; i < 4; i++) {
		lists_skip_blanks(&line);
		word = lists_span_word(&line);
		if (i == 0 && owner)
			continue;
		if (word.at == word.end)
			return false;
		if (dns_type_from_text((const char *)word.at, lists_span_len(word)) > 0)
			break;
		if (!lists_span_equal(word, "IN") && (*word.at < '0' || *word.at > '9'))
			return false;
	}
	lists_skip_blanks(&line);
	return line.at < line.end &&
	       dns_type_from_text((const char *)word.at, lists_span_len(word)) > 0;
}

/** What could be a name, alone: also one that is none by its length or its labels. */
static bool
is_name(struct lists_span line)
{
	struct lists_span word = lists_span_word(&line);

	lists_skip_blanks(&line);
	if (line.at < line.end && !lists_is_comment(*line.at))
		return false;
	for (; word.at < word.end; word.at++) {
		if (*word.at < 0x80 && !isalnum(*word.at) && strchr("-._", *word.at) == NULL)
			return false;
	}
	return true;
}

static enum shape
shape_of(struct lists_span line)
{
	const struct lists_span whole = line;

	lists_skip_blanks(&line);
	if (line.at == line.end || lists_is_comment(*line.at))
		return BLANK;
	if (is_hosts(line))
		return HOSTS;
	if (is_record(whole))
		return ZONE;
	if (is_address(line))
		return ADDRESS;
	if (is_adblock(line))
		return ADBLOCK;
	if (is_regex(line))
		return REGEX;
	if (lists_span_take(&line, "*."))
		return STAR;
	return is_name(line) ? NAME : OTHER;
}

/** Half of the lines decide, of addresses nine of ten: lists of names have some. One `*.x` tells
 * that its author tells `x` from `*.x`. */
static enum lists_format
decide(const unsigned n[NB_SHAPES], unsigned total, char how[128])
{
	enum lists_format format = LISTS_FORMAT_DOMAINS;
	const char *what = "a name alone";
	enum shape shape = NAME;

	if (total == 0) {
		snprintf(how, 128, "no line of it has a rule");
		return format;
	}
	if (n[ADBLOCK] * 2 >= total) {
		format = LISTS_FORMAT_ADBLOCK;
		shape = ADBLOCK;
		what = "adblock syntax";
	} else if (n[HOSTS] * 2 >= total) {
		format = LISTS_FORMAT_HOSTS;
		shape = HOSTS;
		what = "an address and names";
	} else if (n[REGEX] * 2 >= total) {
		format = LISTS_FORMAT_REGEX;
		shape = REGEX;
		what = "a regular expression";
	} else if (n[ZONE] * 2 >= total) {
		format = LISTS_FORMAT_RPZ;
		shape = ZONE;
		what = "records of a zone";
	} else if (n[ADDRESS] * 10 >= total * 9) {
		format = LISTS_FORMAT_PREFIXES;
		shape = ADDRESS;
		what = "an address or a prefix";
	} else if (n[STAR] > 0) {
		format = LISTS_FORMAT_WILDCARD;
		shape = STAR;
		what = "`*.` and a name";
	}
	snprintf(how, 128, "%s%u of the first %u rule lines are %s",
		shape == NAME && n[NAME] * 2 < total ? "no other format fits: " : "", n[shape],
		total, what);
	return format;
}

enum lists_format
lists_auto(struct lists_span window, bool whole, char how[128])
{
	unsigned n[NB_SHAPES] = {0}, total = 0;
	struct lists_span line;
	enum shape shape;

	while (window.at < window.end && total < LINES) {
		line = window;
		window.at = memchr(line.at, '\n', lists_span_len(line));
		if (window.at == NULL && !whole)
			break;
		line.end = window.at == NULL ? window.end : window.at;
		window.at = window.at == NULL ? window.end : window.at + 1;
		shape = shape_of(line);
		n[shape]++;
		total += shape != BLANK;
	}
	return decide(n, total, how);
}

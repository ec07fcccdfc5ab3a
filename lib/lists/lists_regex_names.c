/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * Expressions that are nothing but names belong in the domain table, which finds a name among
 * millions at a price that does not grow with them. They are read here and nowhere guessed at:
 * whatever is not understood to the last character stays an expression.
 */
#include "lists_priv.h"

#define DEPTH_MAX 3 /* of parentheses */

/** An expression on its way. */
struct reader {
	struct lists_span text;
	bool caseless;
	unsigned depth;
};

/** What stands in front of a name, and which names it then means. */
static const struct {
	const char *text;
	enum lists_kind kind;
} fronts[] = {
	{"(^|\\.)", LISTS_SUBTREE},
	{"(?:^|\\.)", LISTS_SUBTREE},
	{"(\\.|^)", LISTS_SUBTREE},
	{"(?:\\.|^)", LISTS_SUBTREE},
	{"^(.+\\.)?", LISTS_SUBTREE},
	{"^(?:.+\\.)?", LISTS_SUBTREE},
	{"^(.*\\.)?", LISTS_SUBTREE},
	{"^(?:.*\\.)?", LISTS_SUBTREE},
	{"^.+\\.", LISTS_BELOW},
	{"^.*\\.", LISTS_BELOW},
	{"\\.", LISTS_BELOW},
	{"^", LISTS_EXACT},
};

static bool read_choice(struct reader *reader, struct lists_words *words);

static bool
append(struct lists_words *words, char octet)
{
	for (unsigned i = 0; i < words->n; i++) {
		if (words->word[i].len == LISTS_WORD_MAX)
			return false;
		words->word[i].text[words->word[i].len++] = octet;
	}
	return true;
}

/** Every word of `words` with every word of `tails` behind it. */
static bool
multiply(struct lists_words *words, const struct lists_words *tails)
{
	struct lists_words product = {.n = 0};

	if (words->n * tails->n > LISTS_WORDS)
		return false;
	for (unsigned i = 0; i < words->n; i++) {
		for (unsigned k = 0; k < tails->n; k++) {
			size_t len = words->word[i].len, more = tails->word[k].len;

			if (len + more > LISTS_WORD_MAX)
				return false;
			memcpy(product.word[product.n].text, words->word[i].text, len);
			memcpy(product.word[product.n].text + len, tails->word[k].text, more);
			product.word[product.n++].len = (uint8_t)(len + more);
		}
	}
	memcpy(words, &product, sizeof(product));
	return true;
}

/** An octet that stands for itself; 0: it does not. */
static char
literal(struct reader *reader)
{
	char octet = (char)*reader->text.at;

	if (octet == '\\' && lists_span_len(reader->text) > 1 &&
		(reader->text.at[1] == '.' || reader->text.at[1] == '-')) {
		octet = (char)reader->text.at[1];
		reader->text.at += 2;
		return octet;
	}
	if (octet >= 'A' && octet <= 'Z' && reader->caseless)
		octet = (char)(octet - 'A' + 'a');
	if (!(octet >= 'a' && octet <= 'z') && !(octet >= '0' && octet <= '9') && octet != '-' &&
		octet != '_')
		return 0;
	reader->text.at++;
	return octet;
}

/** `(a|b)`, its first parenthesis read already. */
static bool
read_group(struct reader *reader, struct lists_words *words)
{
	struct lists_words group;
	bool good;

	if (++reader->depth > DEPTH_MAX)
		return false;
	lists_span_take(&reader->text, "?:");
	good = read_choice(reader, &group) && lists_span_take(&reader->text, ")");
	reader->depth--;
	if (good && lists_span_take(&reader->text, "?")) {
		good = group.n < LISTS_WORDS;
		if (good)
			group.word[group.n++].len = 0;
	}
	return good && multiply(words, &group);
}

/** What may be followed by a sign that says how often: no word then ends before it. */
static bool
is_repeated(struct lists_span text)
{
	return text.at < text.end && strchr("?*+{", *text.at) != NULL && *text.at != 0;
}

/** Literals and groups in a row, up to `|`, `)`, `$` or the end. */
static bool
read_row(struct reader *reader, struct lists_words *words)
{
	char octet;

	words->n = 1;
	words->word[0].len = 0;
	while (reader->text.at < reader->text.end && strchr("|)$", *reader->text.at) == NULL) {
		if (lists_span_take(&reader->text, "(")) {
			if (!read_group(reader, words))
				return false;
		} else {
			octet = literal(reader);
			if (octet == 0 || !append(words, octet))
				return false;
		}
		if (is_repeated(reader->text))
			return false;
	}
	return true;
}

/** Rows with `|` between them. */
static bool
read_choice(struct reader *reader, struct lists_words *words)
{
	struct lists_words row;

	words->n = 0;
	do {
		if (!read_row(reader, &row) || words->n + row.n > LISTS_WORDS)
			return false;
		memcpy(&words->word[words->n], row.word, row.n * sizeof(row.word[0]));
		words->n += row.n;
	} while (lists_span_take(&reader->text, "|"));
	return true;
}

/** Whether a word is a name as a list spells it, and cannot be taken for an address. */
static bool
is_name(const char *text, uint8_t len)
{
	struct lists_span word = {.at = (const uint8_t *)text};
	uint8_t room[LISTS_ROOM];
	unsigned labels;

	word.end = word.at + len;
	if (len == 0 || text[len - 1] == '.' || (text[len - 1] >= '0' && text[len - 1] <= '9'))
		return false;
	return lists_name_plain(word, room, &labels) == word.end && room[0] != 0;
}

bool
lists_regex_names(
	struct lists_span text, bool caseless, enum lists_kind *kind, struct lists_words *words)
{
	struct reader reader = {.text = text, .caseless = caseless};
	size_t i = 0;

	while (i < sizeof(fronts) / sizeof(fronts[0]) &&
		!lists_span_take(&reader.text, fronts[i].text))
		i++;
	if (i == sizeof(fronts) / sizeof(fronts[0]) || !read_row(&reader, words) ||
		!lists_span_equal(reader.text, "$"))
		return false;
	for (unsigned k = 0; k < words->n; k++) {
		if (!is_name(words->word[k].text, words->word[k].len))
			return false;
	}
	*kind = fronts[i].kind;
	return true;
}

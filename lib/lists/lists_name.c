/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "lists_priv.h"

#include <string.h>

#define NAME_MAX_WIRE 255
#define LABEL_MAX     63

/* clang-format off */
/* Octets that a name may have in a list, in lower case; 0 for all others, the dot among them. */
static const uint8_t fold[256] = {
	['-'] = '-', ['_'] = '_',
	['0'] = '0', ['1'] = '1', ['2'] = '2', ['3'] = '3', ['4'] = '4',
	['5'] = '5', ['6'] = '6', ['7'] = '7', ['8'] = '8', ['9'] = '9',
	['a'] = 'a', ['b'] = 'b', ['c'] = 'c', ['d'] = 'd', ['e'] = 'e', ['f'] = 'f', ['g'] = 'g',
	['h'] = 'h', ['i'] = 'i', ['j'] = 'j', ['k'] = 'k', ['l'] = 'l', ['m'] = 'm', ['n'] = 'n',
	['o'] = 'o', ['p'] = 'p', ['q'] = 'q', ['r'] = 'r', ['s'] = 's', ['t'] = 't', ['u'] = 'u',
	['v'] = 'v', ['w'] = 'w', ['x'] = 'x', ['y'] = 'y', ['z'] = 'z',
	['A'] = 'a', ['B'] = 'b', ['C'] = 'c', ['D'] = 'd', ['E'] = 'e', ['F'] = 'f', ['G'] = 'g',
	['H'] = 'h', ['I'] = 'i', ['J'] = 'j', ['K'] = 'k', ['L'] = 'l', ['M'] = 'm', ['N'] = 'n',
	['O'] = 'o', ['P'] = 'p', ['Q'] = 'q', ['R'] = 'r', ['S'] = 's', ['T'] = 't', ['U'] = 'u',
	['V'] = 'v', ['W'] = 'w', ['X'] = 'x', ['Y'] = 'y', ['Z'] = 'z',
};
/* clang-format on */

const uint8_t *
lists_name_plain(struct lists_span span, uint8_t *room, unsigned *labels)
{
	const uint8_t *at = span.at, *end = span.end;
	uint8_t *label = room + 1; /* the length octet of the label that is being read */
	uint8_t *to = room + 2;
	unsigned n = 0;
	uint8_t c;

	room[0] = 0;
	*labels = 0;
	if (end - at > NAME_MAX_WIRE)
		end = at + NAME_MAX_WIRE; /* one more than a name with its dot can have */
	for (; at < end; at++) {
		c = fold[*at];
		if (c != 0) {
			*to++ = c;
			continue;
		}
		if (*at != '.')
			break;
		if (to - label - 1 == 0 || to - label - 1 > LABEL_MAX)
			return at;
		*label = (uint8_t)(to - label - 1);
		label = to++;
		n++;
	}
	if (to - label - 1 > 0) {
		if (to - label - 1 > LABEL_MAX)
			return at;
		*label = (uint8_t)(to - label - 1);
		label = to;
		n++;
	}
	*label = 0;
	if (n == 0 || label - room > NAME_MAX_WIRE)
		return at;
	room[0] = (uint8_t)(label - room);
	*labels = n;
	return at;
}

bool
lists_name_address(struct lists_span word, struct base_addr *addr)
{
	char text[BASE_ADDR_TEXT_MAX];
	const uint8_t *zone = memchr(word.at, '%', lists_span_len(word));

	if (zone != NULL)
		word.end = zone;
	if (lists_span_len(word) >= sizeof(text))
		return false;
	memcpy(text, word.at, lists_span_len(word));
	text[lists_span_len(word)] = '\0';
	if (strlen(text) != lists_span_len(word)) /* a NUL inside */
		return false;
	/* `0` is inet_aton(3)'s 0.0.0.0, of lists that save octets */
	return base_addr_parse(strcmp(text, "0") == 0 ? "0.0.0.0" : text, addr, NULL) == 0;
}

/** `1.2.3.4`, `::1`, `10.0.0.0/8`, `[::1]`. */
static bool
is_address(struct lists_span word)
{
	const uint8_t *slash = memchr(word.at, '/', lists_span_len(word));
	struct base_addr addr;

	if (slash != NULL) {
		if (word.end - slash < 2 || word.end - slash > 4)
			return false;
		for (const uint8_t *at = slash + 1; at < word.end; at++) {
			if (*at < '0' || *at > '9')
				return false;
		}
		word.end = slash;
	}
	if (lists_span_len(word) > 2 && word.at[0] == '[' && word.end[-1] == ']') {
		word.at++;
		word.end--;
	}
	return lists_span_len(word) > 1 && lists_name_address(word, &addr);
}

/** Which rule of spelling a word breaks that lists_name_plain() did not take. */
static enum lists_skip
fault_of(struct lists_span word)
{
	size_t label = 0;

	for (const uint8_t *at = word.at; at < word.end; at++) {
		if (*at == '*')
			return LISTS_SKIP_pattern;
		if (*at == '/' || *at == ':' || *at == '?')
			return LISTS_SKIP_url;
		if (*at != 0 && strchr("|^$@,=\\[](){}", *at) != NULL)
			return LISTS_SKIP_syntax;
	}
	for (const uint8_t *at = word.at; at < word.end; at++) {
		if (*at == '.') {
			if (label == 0)
				return LISTS_SKIP_empty_label;
			label = 0;
			continue;
		}
		if (lists_is_blank(*at))
			return LISTS_SKIP_words;
		if (fold[*at] == 0)
			return LISTS_SKIP_octet;
		if (++label > LABEL_MAX)
			return LISTS_SKIP_long_label;
	}
	return lists_span_len(word) == 0 ? LISTS_SKIP_empty_label : LISTS_SKIP_long_name;
}

static bool
beyond_ascii(struct lists_span word)
{
	for (const uint8_t *at = word.at; at < word.end; at++) {
		if (*at >= 0x80)
			return true;
	}
	return false;
}

/** The slow path: anything but a plain name. Reads names beyond ASCII; or says what the word is. */
static enum lists_skip
read_odd(struct lists_build *build, struct lists_span word, uint8_t *room, unsigned *labels)
{
	struct lists_span mapped;
	enum lists_skip skip;
	char ascii[256];

	if (lists_span_len(word) == 1 && word.at[0] == '.') {
		room[0] = 1;
		room[1] = 0;
		*labels = 0;
		return LISTS_NB_SKIPS;
	}
	if (is_address(word))
		return LISTS_SKIP_address;
	if (!beyond_ascii(word))
		return fault_of(word);
	skip = lists_idn_map(build, word, ascii);
	if (skip != LISTS_NB_SKIPS)
		return skip;
	mapped.at = (const uint8_t *)ascii;
	mapped.end = mapped.at + strlen(ascii);
	if (lists_name_plain(mapped, room, labels) != mapped.end || room[0] == 0)
		return LISTS_SKIP_idn;
	return LISTS_NB_SKIPS;
}

/** Whether the last label ends in a digit: the name may be an IPv4 address. */
static bool
ends_in_digit(const uint8_t *room)
{
	uint8_t last = room[room[0] - 1];

	return last >= '0' && last <= '9';
}

bool
lists_name_read(struct lists_build *build, struct lists_span word)
{
	uint8_t *room = lists_build_room(build);
	enum lists_skip skip = LISTS_NB_SKIPS;
	unsigned labels;

	if (room == NULL)
		return false;
	if (lists_name_plain(word, room, &labels) != word.end || room[0] == 0)
		skip = read_odd(build, word, room, &labels);
	if (skip == LISTS_NB_SKIPS && ends_in_digit(room) && is_address(word))
		skip = LISTS_SKIP_address;
	if (skip == LISTS_NB_SKIPS && !build->spec->allow_tld && lists_is_suffix(room, labels))
		skip = LISTS_SKIP_tld;
	if (skip == LISTS_NB_SKIPS)
		return true;
	lists_note_skip(build, skip, word);
	return false;
}

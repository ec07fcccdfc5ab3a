/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef LISTS_PRIV_H
#define LISTS_PRIV_H

/** @file What the sources of this room share. A build belongs to the call that reads a file. */

#include "base_addr.h"
#include "lists.h"

#include <string.h>

#define LISTS_LINE_MAX (256 * 1024)  /* octets; longer lines are dropped whole */
#define LISTS_WINDOW   (1024 * 1024) /* octets read at once, and what `auto` looks at */
#define LISTS_ROOM     272	     /* octets that lists_name_plain() may write */
#define LISTS_CONDS    255 /* different type conditions a list: they are sought one by one */

/** Octets of a line, or a part of them. */
struct lists_span {
	const uint8_t *at;
	const uint8_t *end; /**< behind the last */
};

/** A place of the set that finds duplicates. */
struct lists_slot {
	uint32_t hash;
	uint32_t rule; /**< 1 + index; 0: empty */
};

/** Rules on their way. */
struct lists_build {
	const struct lists_spec *spec;
	struct lists_rules *rules;
	struct lists_slot *slots;
	struct lists_rule *off; /**< what `$badfilter` names; names in rules->names */
	uint64_t seed;		/**< of the set: nobody can make names collide */
	uint64_t cap_names, nb_slots, cap_texts;
	uint32_t cap_rules, cap_conds, nb_off, cap_off, cap_exprs;
	void (*line)(struct lists_build *build, struct lists_span line); /**< NULL until decided */
	enum lists_kind bare; /**< what a bare name means */
	bool bad;	      /**< something on this line is */
	bool inside;	      /**< a line that is too long: wait for its end */
	int error;	      /**< -ENOMEM or -EFBIG: nothing more is read */
};

/** A rule without its name, which stands in the room at the end of `names`. */
struct lists_what {
	enum lists_kind kind;
	enum lists_class class;
	uint16_t cond;
	bool badfilter;
};

static inline bool
lists_is_blank(uint8_t c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static inline bool
lists_is_comment(uint8_t c)
{
	return c == '#' || c == '!' || c == ';';
}

static inline size_t
lists_span_len(struct lists_span span)
{
	return (size_t)(span.end - span.at);
}

static inline void
lists_skip_blanks(struct lists_span *span)
{
	while (span->at < span->end && lists_is_blank(*span->at))
		span->at++;
}

/** Whether the span begins so; takes it off if it does. */
static inline bool
lists_span_take(struct lists_span *span, const char *prefix)
{
	size_t len = strlen(prefix);

	if (lists_span_len(*span) < len || memcmp(span->at, prefix, len) != 0)
		return false;
	span->at += len;
	return true;
}

static inline bool
lists_span_equal(struct lists_span span, const char *text)
{
	return lists_span_take(&span, text) && span.at == span.end;
}

/* lists_span.c */

/** The octets up to the next blank or `#`, taken off the span. */
struct lists_span lists_span_word(struct lists_span *span);

/** Makes the root of a word that means all names; returns their kind. */
enum lists_kind lists_span_all(struct lists_span *word);

/* lists_build.c */
int lists_build_open(struct lists_build *build, const struct lists_spec *spec);
void lists_build_close(struct lists_build *build);

/** Doubles an array of *cap elements; false with build->error when there is no memory. */
bool lists_build_grow(
	struct lists_build *build, void **array, uint64_t *cap, uint64_t first, size_t size);

/** As lists_build_grow(), for arrays that are counted in 32 bits. */
bool lists_build_grow32(
	struct lists_build *build, void **array, uint32_t *cap, uint32_t first, size_t size);

/** Gives back what is behind the last element; where that fails the array stays as it was. */
void lists_build_shrink(void **array, uint64_t bytes);

/** Where the next name is written: LISTS_ROOM octets, or NULL with build->error. */
uint8_t *lists_build_room(struct lists_build *build);

/** Adds a rule with the name in the room, or counts a duplicate. `text` is the excerpt. */
void lists_build_add(
	struct lists_build *build, const struct lists_what *what, struct lists_span text);

/** 1 + index of the condition among the list's; 0 when there are too many. */
uint16_t lists_build_cond(struct lists_build *build, const struct lists_cond *cond);

/** Takes out what `$badfilter` names, gives back what memory is too much, counts. */
void lists_build_finish(struct lists_build *build);

/* lists_expr.c */

/** Adds an expression with the text of a span. */
void lists_expr_add(struct lists_build *build, struct lists_span text, uint8_t flags, bool moved);

/** Takes doubles out, gives back what memory is too much; returns the octets that are kept. */
uint64_t lists_expr_finish(struct lists_build *build);

/* lists_regex_names.c */

#define LISTS_WORDS    64  /* names that one expression may stand for */
#define LISTS_WORD_MAX 254 /* octets of their text */

/** Texts that an expression, or a part of it, stands for: all there are. */
struct lists_words {
	unsigned n;
	struct {
		uint8_t len;
		char text[LISTS_WORD_MAX];
	} word[LISTS_WORDS];
};

/**
 * Whether an expression is nothing but names.
 *
 * @param caseless its flag i
 * @param kind which names: they, those under them, or both
 * @param words gets the names in lower case, each a good name of a list
 */
bool lists_regex_names(
	struct lists_span text, bool caseless, enum lists_kind *kind, struct lists_words *words);

/* lists_note.c */
void lists_note_skip(struct lists_build *build, enum lists_skip skip, struct lists_span text);
void lists_note_warning(
	struct lists_build *build, enum lists_warning warning, struct lists_span text);

/** -EINVAL with the first bad lines in err when too many of them are; else 0. */
int lists_note_verdict(
	const struct lists_report *report, const struct lists_spec *spec, struct base_err *err);

/* lists_name.c */

/**
 * Reads ASCII letters, digits, `-`, `_` and dots from the start of a span: the fast path.
 *
 * @param room LISTS_ROOM octets: takes the length and the canonical wire name
 * @param labels takes their number, without the root
 * @return behind what was read; room[0] is 0 when that is no name
 */
const uint8_t *lists_name_plain(struct lists_span span, uint8_t *room, unsigned *labels);

/**
 * Reads the word that is all of a span to the room, whatever is in it.
 *
 * @return whether the room now holds a name that may have a rule; else the reason was noted
 */
bool lists_name_read(struct lists_build *build, struct lists_span word);

/** Reads an address, with a zone (`%lo0`) or without; `0` is 0.0.0.0. */
bool lists_name_address(struct lists_span word, struct base_addr *addr);

/* lists_idn.c */

/**
 * Maps a name beyond ASCII to A-labels.
 *
 * @param ascii takes up to 255 characters and a NUL
 * @return LISTS_NB_SKIPS when ascii holds a name, else the reason why not
 */
enum lists_skip lists_idn_map(struct lists_build *build, struct lists_span word, char ascii[256]);

/* One line of a format, without its LF. */
void lists_hosts_line(struct lists_build *build, struct lists_span line);
void lists_plain_line(struct lists_build *build, struct lists_span line);
void lists_adblock_line(struct lists_build *build, struct lists_span line);
void lists_regex_line(struct lists_build *build, struct lists_span line);

/** The names behind an address in front of them. */
void lists_hosts_names(
	struct lists_build *build, const struct base_addr *addr, struct lists_span names);

/* lists_modifier.c */

/**
 * Reads `$` modifiers.
 *
 * @param what takes class, cond and badfilter; its class is that of the rule without modifiers
 * @return LISTS_NB_SKIPS, or why the rule is to be skipped
 */
enum lists_skip lists_modifiers(
	struct lists_build *build, struct lists_span text, struct lists_what *what);

/** Whether adblock hides parts of a page with this line. */
bool lists_is_cosmetic(struct lists_span line);

/* lists_auto.c */

/** What the first lines look like. `whole`: the last line needs no LF to count. */
enum lists_format lists_auto(struct lists_span window, bool whole, char how[128]);

#endif

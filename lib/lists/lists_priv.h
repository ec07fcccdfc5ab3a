/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef LISTS_PRIV_H
#define LISTS_PRIV_H

/** @file What the sources of this room share. A build belongs to the call that reads a file. */

#include "base_addr.h"
#include "dns_name.h"
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

/** A record of a zone on its way, or two: records of a rule are chained by ascending type. */
struct lists_item {
	uint32_t next; /**< 1 + index; 0: the last */
	uint32_t at;   /**< of its RDATA in the build's octets */
	uint32_t ttl;
	uint16_t type;
	uint16_t len;
};

/** The records of a rule. */
struct lists_chain {
	uint32_t rule;	/**< index */
	uint32_t first; /**< 1 + index of an item */
	uint32_t bytes; /**< of the set, as it will stand in `records` */
};

/** The state of a zone between its lines. */
struct lists_zone {
	uint8_t *raw;  /**< the lines of the record that is being read, each with its LF */
	uint8_t *text; /**< the same without comments and parentheses */
	uint64_t cap_raw, cap_text;
	uint32_t raw_len, text_len;
	uint32_t first, nb_lines; /**< of that record; 0: none is open */
	uint32_t depth;		  /**< parentheses open */
	uint32_t ttl;		  /**< of a record that tells none */
	bool has_soa, has_records, has_owner;
	bool has_default; /**< $TTL was given: a record's own TTL is not the next one's */
	struct dns_name apex, origin, owner;
	char *line; /**< what libldns reads */
	uint64_t cap_line;
	uint8_t rdata[65536];
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
	struct lists_zone *zone; /**< format rpz */
	struct lists_item *items;
	struct lists_chain *chains;
	uint8_t *octets; /**< RDATA of the items */
	uint64_t octets_bytes, cap_octets;
	uint32_t nb_items, cap_items, nb_chains, cap_chains;
	void (*end)(struct lists_build *build); /**< behind the last line; NULL: nothing */
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
	enum lists_act action;
	uint8_t cond;
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

/**
 * Adds a rule with the name in the room unless it is there.
 *
 * @param is_new takes whether it was not
 * @return 1 + its index; 0 with build->error
 */
uint32_t lists_build_put(struct lists_build *build, const struct lists_what *what, bool *is_new);

/** 1 + index of the condition among the list's; 0 when there are too many. */
uint8_t lists_build_cond(struct lists_build *build, const struct lists_cond *cond);

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

/* lists_suffix.c */

/** Whether a name in the room is the root, a single label, or a public suffix. */
bool lists_is_suffix(const uint8_t *room, unsigned labels);

/* lists_idn.c */

/**
 * Maps a name beyond ASCII to A-labels.
 *
 * @param ascii takes up to 255 characters and a NUL
 * @return LISTS_NB_SKIPS when ascii holds a name, else the reason why not
 */
enum lists_skip lists_idn_map(struct lists_build *build, struct lists_span word, char ascii[256]);

/* lists_zone.c */

/** A line of a zone: records may go over several. */
void lists_zone_line(struct lists_build *build, struct lists_span line);
void lists_zone_end(struct lists_build *build);
int lists_zone_open(struct lists_build *build);
void lists_zone_close(struct lists_zone *zone);

/** The octets up to the next blank that is not escaped, taken off the span with blanks before. */
struct lists_span lists_zone_word(struct lists_span *text);

/** Reads a name as a zone spells it; false: it is none. */
bool lists_zone_name(const struct lists_zone *zone, struct lists_span word, struct dns_name *out);

/* lists_rpz.c */

/** One record of a zone, without comments and parentheses. */
void lists_rpz_record(struct lists_build *build, struct lists_span text);

/* lists_trigger.c */

/** The trigger that the last label of a name makes it; LISTS_NB_TRIGGERS: it is a name asked. */
enum lists_trigger lists_trigger_of(const struct dns_name *name);

/** Writes a prefix as `names` hold it: one octet length, the bits, the address. */
void lists_prefix_write(const struct base_prefix *prefix, uint8_t *room);

/** Reads the labels in front of the last one, `24.0.2.0.192` or `48.zz.1.db8.2001`. */
bool lists_trigger_prefix(const struct dns_name *name, struct base_prefix *out);

/* lists_rdata.c */

/** Whether libldns is there. */
bool lists_rdata_is_built(void);

/**
 * Reads RDATA in presentation form.
 *
 * @return octets in zone->rdata, names uncompressed; -EINVAL: it cannot be that type's; -ENOMEM
 */
int lists_rdata_read(struct lists_zone *zone, uint16_t type, struct lists_span text);

/* lists_data.c */

/** What became of a record. */
enum lists_added {
	LISTS_ADDED,
	LISTS_ADDED_TWICE,  /**< it is there already */
	LISTS_ADDED_BESIDE, /**< no CNAME stands beside others */
	LISTS_ADDED_TOO_MUCH,
};

/** Adds a record to a rule with LISTS_ACT_DATA; errors in build->error. */
enum lists_added lists_data_add(struct lists_build *build, uint32_t rule,
	const struct lists_item *item, const uint8_t *rdata);

/** Writes the sets, each once; returns the octets that are kept. */
uint64_t lists_data_finish(struct lists_build *build);

/* One line of a format, without its LF. */
void lists_hosts_line(struct lists_build *build, struct lists_span line);
void lists_plain_line(struct lists_build *build, struct lists_span line);
void lists_adblock_line(struct lists_build *build, struct lists_span line);
void lists_regex_line(struct lists_build *build, struct lists_span line);
void lists_prefixes_line(struct lists_build *build, struct lists_span line);

/* lists_prefixes.c */

/** Reads a word that is an address or a prefix; false: it is neither. */
bool lists_prefix_parse(struct lists_span word, struct base_prefix *out);

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

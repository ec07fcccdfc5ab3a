/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef LISTS_H
#define LISTS_H

/**
 * @file
 * List files (hosts, domains, wildcard, adblock, regex, rpz, prefixes) read to rules and
 * expressions, and a report of what was not.
 *
 * Threads: any; an object is read-only once it is returned.
 * Memory: from malloc(3), a constant amount beside the rules: a file is never held whole.
 * Hot path: no.
 *
 * What all formats have in common: UTF-8 with or without a byte order mark, CRLF or LF; comments
 * from `#`, `!` or `;` at the start of a line or behind a blank (in hosts, domains and wildcard
 * from any `#`); names without case, with or without one trailing dot, of letters, digits, `-`, `_`
 * and what UTS 46 (non-transitional) maps to A-labels; `*.x` is everything below x. gzip is
 * recognised by its first octets.
 *
 * A line of format regex is an expression, or `ID:/expression/flags` with flags of `ismHV8W`; a
 * comment starts the line, or is a `#` behind a blank. It is matched against names in lower case as
 * pat_text() writes them. What it means is not read here, with one exception: an expression that
 * is nothing but names (`^x\.y$`, `(^|\.)x\.(y|z)$`, `\.x\.y$`, `^(.+\.)?x\.y$`) becomes rules.
 *
 * A file of format rpz is a response policy zone in master file form (RFC 1035 5,
 * draft-vixie-dnsop-dns-rpz): $ORIGIN, $TTL, `@`, escapes, parentheses; comments from `;`. With a
 * SOA in front its owner is the zone's apex; without one the file is a fragment whose apex and
 * first origin are the root. Its rules bear actions of their own, and some bear records. Any octet
 * may stand in its names.
 *
 * A line of format prefixes is an address, or a prefix behind whose bits none is set.
 */

#include "base_addr.h"
#include "base_cancel.h"
#include "base_err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** How a file is spelled. */
enum lists_format {
	LISTS_FORMAT_AUTO,     /**< decided on the first 200 lines */
	LISTS_FORMAT_HOSTS,    /**< `address name…`; a bare name is exact */
	LISTS_FORMAT_DOMAINS,  /**< a name a line; a bare name is a subtree */
	LISTS_FORMAT_WILDCARD, /**< `*.x` or x a line; a bare name is exact */
	LISTS_FORMAT_ADBLOCK,  /**< `||x^` and its kin; a bare name and a hosts line are exact */
	LISTS_FORMAT_REGEX,    /**< a regular expression a line */
	LISTS_FORMAT_RPZ,      /**< a response policy zone, or a fragment of one */
	LISTS_FORMAT_PREFIXES, /**< an address or a prefix a line */
	LISTS_NB_FORMATS,
};

/** What a bare name means. */
enum lists_match {
	LISTS_MATCH_AUTO, /**< what the format says */
	LISTS_MATCH_EXACT,
	LISTS_MATCH_SUBTREE,
};

/** What a rule is about: names, or addresses. */
enum lists_kind {
	LISTS_EXACT,   /**< the name */
	LISTS_SUBTREE, /**< the name and everything below it */
	LISTS_BELOW,   /**< everything below the name, not itself */
	LISTS_CLIENT,  /**< whatever a client of the prefix asks (`rpz-client-ip`) */
	LISTS_ADDRESS, /**< an address of the prefix in a response (`rpz-ip`, format prefixes) */
	LISTS_NB_KINDS,
};

/** Adblock's inner order, the strongest first; rules of the other formats are all blocks. */
enum lists_class {
	LISTS_IMPORTANT_EXCEPTION, /**< `@@…$important` */
	LISTS_IMPORTANT_BLOCK,	   /**< `…$important` */
	LISTS_EXCEPTION,	   /**< `@@…` */
	LISTS_BLOCK,
	LISTS_NB_CLASSES,
};

/** What a rule itself says is to be done: rules of an RPZ zone do. */
enum lists_act {
	LISTS_ACT_LIST,	    /**< nothing: what its list does */
	LISTS_ACT_NXDOMAIN, /**< `CNAME .` */
	LISTS_ACT_NODATA,   /**< `CNAME *.` */
	LISTS_ACT_PASS,	    /**< `CNAME rpz-passthru.`, or a CNAME to the trigger's own name */
	LISTS_ACT_DROP,	    /**< `CNAME rpz-drop.` */
	LISTS_ACT_TRUNCATE, /**< `CNAME rpz-tcp-only.` */
	LISTS_ACT_DATA,	    /**< any other records: they are the answer */
	LISTS_NB_ACTS,
};

/** One rule. Rules stand in the order of their lines. */
struct lists_rule {
	uint32_t name;	/**< offset in `names`: one octet length, then the canonical wire name, or
			     what lists_prefix_read() reads */
	uint32_t line;	/**< from 1 */
	uint8_t cond;	/**< 0: none; else 1 + index in `conds` */
	uint8_t action; /**< enum lists_act */
	uint8_t kind;	/**< enum lists_kind */
	uint8_t class;	/**< enum lists_class */
};

/**
 * The records of a rule with LISTS_ACT_DATA. At `at` stand two octets that tell how many follow,
 * and records without their owner: type, class IN, TTL, length, RDATA with uncompressed names, all
 * in network order, by ascending type; a CNAME is alone. Of a CNAME whose first label is `*` the
 * name asked takes that label's place. Equal sets are stored once.
 */
struct lists_data {
	uint32_t rule; /**< index in `rules`, ascending */
	uint32_t at;   /**< offset in `records` */
};

/** What a rule of an RPZ zone looks at, besides the name asked. X(id, word, help) */
#define LISTS_TRIGGERS(X)                                      \
	X(CLIENT_IP, "rpz-client-ip", "the address that asks") \
	X(IP, "rpz-ip", "an address in the response")          \
	X(NSDNAME, "rpz-nsdname", "the name of a name server") \
	X(NSIP, "rpz-nsip", "the address of a name server")

enum lists_trigger {
#define LISTS_TRIGGER_ID(id, word, help) LISTS_TRIGGER_##id,
	LISTS_TRIGGERS(LISTS_TRIGGER_ID)
#undef LISTS_TRIGGER_ID
	LISTS_NB_TRIGGERS,
};

/** What the letters of `ID:/expression/flags` say. */
enum lists_expr_flag {
	LISTS_EXPR_CASELESS = 1,   /**< i */
	LISTS_EXPR_DOTALL = 2,	   /**< s */
	LISTS_EXPR_MULTILINE = 4,  /**< m */
	LISTS_EXPR_SINGLE = 8,	   /**< H: a name is told once, which here every expression does */
	LISTS_EXPR_EMPTY = 16,	   /**< V: may match nothing at all */
	LISTS_EXPR_UTF8 = 32,	   /**< 8 */
	LISTS_EXPR_PROPERTIES = 64 /**< W: Unicode's classes */
};

/** A regular expression. They stand in the order of their lines. */
struct lists_expr {
	uint32_t text; /**< offset in `texts`; a NUL stands behind its last octet and none inside */
	uint32_t len;  /**< octets */
	uint32_t line; /**< from 1 */
	uint8_t flags; /**< enum lists_expr_flag */
	bool moved;    /**< nothing but names: they stand among the rules, with its line */
};

#define LISTS_COND_TYPES 16

/** A type condition (`$dnstype=`), types in host order, ascending, without doubles. */
struct lists_cond {
	bool negated; /**< the rule holds for all types but these */
	uint8_t nb_types;
	uint16_t types[LISTS_COND_TYPES];
};

/**
 * Why a line, or a name on it, gave no rule: X(id, bad, help). `bad` ones are spelled wrongly and
 * count towards `max_bad`; the others are good in their format but no rule about a name.
 */
#define LISTS_SKIPS(X)                                                                     \
	X(octet, true, "an octet that no name has")                                        \
	X(empty_label, true, "an empty label: a leading dot or two in a row")              \
	X(long_label, true, "a label of more than 63 octets")                              \
	X(long_line, true, "a line of more than 256 KiB")                                  \
	X(long_name, true, "a name of more than 255 octets")                               \
	X(words, true, "more than one word")                                               \
	X(no_address, true, "no address in front of the names")                            \
	X(no_name, true, "an address without a name")                                      \
	X(url, true, "a URL, a path or a port, which say less than a whole name")          \
	X(syntax, true, "syntax of another format, or broken")                             \
	X(idn, true, "a name that UTS 46 has no A-label for")                              \
	X(dnstype, true, "$dnstype= with an unknown type, without any, or too many")       \
	X(idn_off, false, "a name beyond ASCII: built without libidn2")                    \
	X(tld, false, "the root, a public suffix or all addresses: needs allow_tld = yes") \
	X(address, false, "an address or a prefix in place of a name")                     \
	X(local, false, "localhost and its friends, multicast and broadcast")              \
	X(cosmetic, false, "hides parts of a page")                                        \
	X(path, false, "about a path or a scheme, not a whole name")                       \
	X(pattern, false, "a wildcard inside a name, or an end left open")                 \
	X(regex, false, "a regular expression")                                            \
	X(client, false, "$client=: which clients a list is for is said by [group]")       \
	X(expression, true, "no expression: empty, or broken as ID:/expression/flags")     \
	X(flag, true, "a flag other than i s m H V 8 W")                                   \
	X(directive, true, "a directive other than $ORIGIN and $TTL, or a broken one")     \
	X(owner, true, "a record without an owner, or with one that is no name")           \
	X(outside, true, "a record of another zone than the SOA's")                        \
	X(parenthesis, true, "a parenthesis that is not closed, or not opened")            \
	X(quote, true, "a quoted string that its line does not close")                     \
	X(type, true, "no record: no type that is known, or a class other than IN")        \
	X(rdata, true, "data that the record's type cannot have")                          \
	X(rpz_action, true, "a CNAME to an rpz- action that there is none of")             \
	X(rpz_trigger, true, "an rpz- trigger that is no prefix and no name")              \
	X(rpz_set, true, "more than 64 KiB of records under one name")                     \
	X(prefix, true, "no address and no prefix, or bits set behind it")                 \
	X(rpz_response, false, "a trigger that looks at responses: not in force yet")      \
	X(rpz_type, false, "a type that is no policy: NS, SOA, DNAME, or DNSSEC's")        \
	X(apex, false, "a record of the zone itself: its SOA, its NS")                     \
	X(modifier, false, "a modifier that narrows the rule in a way no DNS filter can see")

enum lists_skip {
#define LISTS_SKIP_ID(id, bad, help) LISTS_SKIP_##id,
	LISTS_SKIPS(LISTS_SKIP_ID)
#undef LISTS_SKIP_ID
	LISTS_NB_SKIPS,
};

/** What was read, and yet is worth a word: X(id, help). */
#define LISTS_WARNINGS(X)                                                                    \
	X(duplicate, "the same rule again: the first stands")                                \
	X(badfilter_idle, "$badfilter that names no rule of this list")                      \
	X(cname_beside, "a CNAME beside other records: the first stands")                    \
	X(rpz_relative, "a CNAME to an rpz- name inside the zone: the last dot is missing?") \
	X(only_names, "an expression that is nothing but names: moved to the domain table")

enum lists_warning {
#define LISTS_WARNING_ID(id, help) LISTS_WARNING_##id,
	LISTS_WARNINGS(LISTS_WARNING_ID)
#undef LISTS_WARNING_ID
	LISTS_NB_WARNINGS,
};

#define LISTS_FIRST	  3
#define LISTS_EXCERPT_MAX 64

/** How often something was met, and where first. */
struct lists_note {
	uint32_t count;
	uint32_t lines[LISTS_FIRST];		       /**< from 1; 0: none */
	char excerpts[LISTS_FIRST][LISTS_EXCERPT_MAX]; /**< printable ASCII, cut */
};

/** What was found in a file. */
struct lists_report {
	enum lists_format format; /**< the format it was read in, never LISTS_FORMAT_AUTO */
	char how[128];		  /**< how `auto` came to it; "" where the format was given */
	uint64_t text_bytes;	  /**< octets of text, after gunzip */
	uint32_t lines;
	uint32_t rule_lines; /**< those that are neither blank nor a comment */
	uint32_t bad_lines;  /**< rule lines with something bad on them */
	uint32_t kinds[LISTS_NB_KINDS];
	uint32_t classes[LISTS_NB_CLASSES];
	uint32_t removed;		      /**< rules taken out by `$badfilter` */
	uint32_t exprs;			      /**< expressions, those that were moved not counted */
	uint32_t acts[LISTS_NB_ACTS];	      /**< rules by what they themselves say */
	uint32_t triggers[LISTS_NB_TRIGGERS]; /**< good ones: no rule about a name */
	uint32_t records;		      /**< of rules with data */
	uint32_t sets;			      /**< different ones */
	struct lists_note skips[LISTS_NB_SKIPS];
	struct lists_note warnings[LISTS_NB_WARNINGS];
	uint64_t bytes; /**< of memory that the rules, names and conditions take */
};

/** The rules of one file. */
struct lists_rules {
	struct lists_rule *rules;
	uint8_t *names;
	struct lists_cond *conds;
	struct lists_expr *exprs; /**< format regex alone has any */
	char *texts;
	struct lists_data *data; /**< format rpz alone has any */
	uint8_t *records;
	uint64_t names_bytes, texts_bytes, records_bytes;
	uint32_t nb_rules;
	uint32_t nb_data;
	uint32_t nb_conds;
	uint32_t nb_exprs;
	struct lists_report report;
};

/** What to read and how. */
struct lists_spec {
	const char *path; /**< relative to the working directory; stands in every message */
	enum lists_format format;
	enum lists_match match;
	bool allow_tld;	  /**< take rules for the root, single labels and public suffixes (`co.uk`;
			       those of registries, not of companies), and the prefix of length 0 */
	unsigned max_bad; /**< percent of rule lines that may be bad */
	uint32_t ttl;	  /**< seconds, of records of a zone that tells none */
	const char *text; /**< what lists_read() reads in place of a file; NULL: the file */
	const struct base_cancel *cancel; /**< looked at once a MiB; NULL: it is read to its end */
};

/**
 * Reads a file.
 *
 * @param out the rules, for lists_free(); NULL on failure
 * @param err BASE_EXIT_CONFIG with path (and line) for what the file or its path is to blame for,
 *            BASE_EXIT_UNAVAILABLE for memory
 * @return 0; -EINVAL: more than max_bad percent of the rule lines are bad, gzip data broken or cut
 *         off, or not a regular file; -EFBIG: more than 4 GiB of names or lines; -ENOTSUP: format
 *         rpz in a build without libldns; -ENOMEM; or what open(2) and read(2) say (-ENOENT,
 *         -EACCES, -EISDIR, …); -ECANCELED (BASE_EXIT_FAILURE)
 */
int lists_read(const struct lists_spec *spec, struct lists_rules **out, struct base_err *err);

/**
 * As lists_read() from octets in memory, which are taken as they are (no gzip). The path of the
 * spec is only named in messages.
 */
int lists_read_bytes(const struct lists_spec *spec, const uint8_t *data, size_t len,
	struct lists_rules **out, struct base_err *err);

/** Frees what lists_read() gave; NULL is fine. */
void lists_free(struct lists_rules *rules);

/** The canonical wire name of a rule and its length in octets, the root's last octet included. */
static inline const uint8_t *
lists_rule_name(const struct lists_rules *rules, const struct lists_rule *rule, uint8_t *len)
{
	*len = rules->names[rule->name];
	return rules->names + rule->name + 1;
}

/** An expression: len octets and a NUL. */
static inline const char *
lists_expr_text(const struct lists_rules *rules, const struct lists_expr *expr)
{
	return rules->texts + expr->text;
}

/** Whether a rule is about addresses, not names. */
static inline bool
lists_rule_is_address(const struct lists_rule *rule)
{
	return rule->kind >= LISTS_CLIENT;
}

/**
 * Reads the prefix of a rule about addresses.
 *
 * @param octets in `names`, at the rule's offset
 * @return false: it is none
 */
bool lists_prefix_read(const uint8_t *octets, struct base_prefix *out);

/** Offset in `records` of what rule number `rule` answers, which has LISTS_ACT_DATA. */
uint32_t lists_rule_data(const struct lists_rules *rules, uint32_t rule);

/** The library that reads records: "ldns 1.8.3"; "none": built without. */
const char *lists_rpz_version(void);

/** The library that knows public suffixes: "libpsl 0.21.2 of 2023-02-09", its list's day; "none":
 * built without, and no suffix of more than one label is known. Not for several threads. */
const char *lists_suffix_version(void);

/** "nxdomain", "data" …: as the actions of the INI, "list" for LISTS_ACT_LIST. */
const char *lists_act_name(enum lists_act act);

/** "rpz-client-ip" …: the label behind the trigger. */
const char *lists_trigger_name(enum lists_trigger trigger);
const char *lists_trigger_help(enum lists_trigger trigger);

/** Whether a condition holds for a query type (host order). */
bool lists_cond_holds(const struct lists_cond *cond, uint16_t qtype);

/** "hosts", "domains" …: the words of the INI's key `format`. */
const char *lists_format_name(enum lists_format format);

/** The id of LISTS_SKIPS. */
const char *lists_skip_name(enum lists_skip skip);
const char *lists_skip_help(enum lists_skip skip);
bool lists_skip_is_bad(enum lists_skip skip);

/** The id of LISTS_WARNINGS. */
const char *lists_warning_name(enum lists_warning warning);
const char *lists_warning_help(enum lists_warning warning);

#endif

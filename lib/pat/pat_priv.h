/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef PAT_PRIV_H
#define PAT_PRIV_H

/** @file What the sources of this room share. */

#include "pat.h"
#include "pat_scan.h"

#include <hs.h>
#include <stdio.h>

/** The two databases of a source. */
enum pat_part {
	PAT_JOINED, /**< serves joined scans too */
	PAT_ALONE,  /**< what only a scan of one name gets right */
	PAT_PARTS,
	PAT_LEFT_OUT = PAT_PARTS, /**< of an expression: not to be compiled */
};

/* pat_rewrite.c */

/**
 * Writes an expression so that it means for a name between newlines what it means for a name alone.
 *
 * @param text ends in a NUL
 * @param out room for as many octets and a NUL
 * @return PAT_ALONE: it cannot be, out holds it unchanged
 */
enum pat_part pat_rewrite(const char *text, char *out);

/* pat_job.c */

/** All expressions as they go to the compiler: also the key of the cache. */
struct pat_request {
	uint8_t *bytes;
	size_t len, cap;
	size_t *at; /**< of each expression: where it stands in bytes */
	uint32_t nb;
};

/** An expression of a request. */
struct pat_item {
	uint32_t flags; /**< Hyperscan's */
	uint32_t part;	/**< enum pat_part, PAT_LEFT_OUT */
	uint32_t len;	/**< of the text behind it, without its NUL */
};

/** What the compiler makes of it. */
struct pat_made {
	struct pat_bad *bad; /**< words from malloc(3) */
	uint32_t nb_bad;
	struct {
		uint8_t *bytes; /**< serialised; NULL: no expression of that part */
		size_t len;
	} part[PAT_PARTS];
};

int pat_request_make(const struct pat_rules *rules, struct pat_request *out);
void pat_request_free(struct pat_request *request);

/** Reads expression i; the text ends in a NUL. False: out of bounds. */
bool pat_request_item(
	const uint8_t *bytes, size_t len, size_t *at, struct pat_item *item, const char **text);

/** The number of expressions and where the first stands; 0 for what is no request. */
uint32_t pat_request_open(const uint8_t *bytes, size_t len, size_t *at);

void pat_request_set_part(struct pat_request *request, uint32_t i, enum pat_part part);
enum pat_part pat_request_part(const struct pat_request *request, uint32_t i);

/** Adds a bad expression; 0 or -ENOMEM. Keeps them in order. */
int pat_made_bad(struct pat_made *made, uint32_t rule, const char *words);
int pat_made_write(const struct pat_made *made, FILE *to);

/** 0; -EBADMSG: that is not what pat_made_write() wrote; -ENOMEM. */
int pat_made_read(struct pat_made *made, const uint8_t *bytes, size_t len, uint32_t nb);
void pat_made_free(struct pat_made *made);

/* pat_child.c */

/** Runs the compiler on a request: 0; -ETIMEDOUT, -ENOMEM, -EIO with words why it did not work. */
int pat_child_run(const struct pat_request *request, const struct pat_spec *spec, uint64_t limit_ns,
	struct pat_made *made, char words[256]);

/* pat_compile.c */
int pat_compile(struct pat_request *request, const struct pat_spec *spec, struct pat_made *made,
	struct base_err *err);

/* pat_cache.c */

/** 0 and the answer, or -ENOENT: not there, or not to be trusted, with a note why. */
int pat_cache_read(
	const char *dir, const struct pat_request *request, struct pat_made *made, char note[512]);

/** Keeps an answer; a note tells why it was not. */
void pat_cache_write(const char *dir, const struct pat_request *request,
	const struct pat_made *made, char note[512]);

/* pat_alloc.c */

/** Makes Hyperscan take memory of a node on this thread, or malloc(3)'s with PAT_HEAP. */
void pat_alloc_from(int node);

#define PAT_HEAP (-1)

/* What a scan reads: on the node of its lcores. */
struct pat_db {
	hs_database_t *part[PAT_PARTS]; /* NULL: no expression */
	uint32_t serial;
	uint16_t join_from;
	uint8_t lists[]; /* of each expression */
};

#define PAT_JOIN_BYTES (PAT_BURST_MAX * (PAT_TEXT_MAX + 1))

/* What one lcore writes while it scans. */
struct pat_scratch {
	hs_scratch_t *hs;
	uint32_t serial;
	uint32_t start[PAT_BURST_MAX + 1]; /* of each name's text; behind the last: the end + 1 */
	char text[PAT_JOIN_BYTES];	   /* texts, a newline behind each */
};

/* pat_source.c */
struct pat_source {
	struct pat_db *db; /* in ordinary memory, as the scratch, which lcores' are clones of */
	struct pat_scratch *scratch;
	uint32_t nb_rules;
	struct pat_made made; /* its bad expressions alone */
	struct pat_report report;
};

/** What hs_* return, in words. */
const char *pat_error(hs_error_t error);

/* pat_measure.c */

/** Open names from which the joined scan is the cheaper one. */
uint16_t pat_measure_join(const struct pat_source *source);

/* pat_scan.c */

/** Scans texts that already stand in the scratch. */
void pat_scan_texts(const struct pat_db *db, struct pat_scratch *scratch,
	const struct pat_name names[], uint16_t n, struct pat_hit hits[]);

#endif

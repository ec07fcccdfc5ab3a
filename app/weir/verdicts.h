/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef VERDICTS_H
#define VERDICTS_H

/**
 * @file
 * What a replay tells of its DNS messages: a line each, held against a file of such lines, and
 * sums.
 *
 * Threads: verdicts_sink() is called by the writer thread of the query log, all else by the main
 * one before it starts and after it has ended.
 */

#include "base_err.h"
#include "conf.h"
#include "policy.h"
#include "qlog.h"

#include <stdint.h>
#include <stdio.h>

#define VERDICTS_HEADER                                                                            \
	"frame\tsrc\tsport\tdst\tdport\ttransport\tid\tqr\tqname\tqtype\taction\tlist\trule\treas" \
	"on"

/** A name and how often it was blocked. */
struct verdicts_name {
	uint64_t count;
	uint8_t len;		      /**< octets of wire */
	uint8_t wire[QLOG_QNAME_MAX]; /**< in lower case */
};

struct verdicts;

/** Where verdicts come from and go to; all of it borrowed. */
struct verdicts_conf {
	const struct policy *policy; /**< that made the verdicts */
	FILE *lines;		     /**< takes a line each; NULL: none */
	const char *lines_name;	     /**< for messages */
	FILE *expect;		     /**< such lines, that ours are held against; NULL: none */
	const char *expect_name;     /**< for messages */
	FILE *differ;		     /**< takes those that differ */
};

/** Begins; writes the header of the lines. @return 0, -ENOMEM, -EIO; -EINVAL: expect has no such
 * header */
int verdicts_new(const struct verdicts_conf *conf, struct verdicts **out, struct base_err *err);

/** A record more; a qlog_sink, ctx is the struct verdicts. */
int verdicts_sink(void *ctx, const struct qlog_record *record, struct base_err *err);

/** No record comes any more: what the expected file still has, differs. @return 0, -EIO */
int verdicts_end(struct verdicts *verdicts, struct base_err *err);

/** Lines that differ from the expected ones in more than the number of the rule's line; those that
 * are missing counted too. */
uint64_t verdicts_nb_differing(const struct verdicts *verdicts);

/** How many messages were decided by a list, or by none (-1), with an action. */
uint64_t verdicts_count(const struct verdicts *verdicts, int list, enum policy_action action);

/** The names blocked most often, most first; returns how many were written. */
uint32_t verdicts_top(const struct verdicts *verdicts, struct verdicts_name *top, uint32_t max);

void verdicts_free(struct verdicts *verdicts);

#endif

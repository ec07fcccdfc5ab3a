/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef DNS_NAME_H
#define DNS_NAME_H

/**
 * @file
 * Domain names: from the wire and from text to one canonical form, and back to text.
 *
 * A name is octets, never a C string: a NUL or a dot inside a label is an octet like any other.
 * Canonical: uncompressed, ASCII letters in lower case, all other octets as they are (RFC 4343).
 *
 * Threads: any; a name belongs to its caller.
 * Memory: fixed size, nothing is allocated.
 * Hot path: dns_name_from_wire() and dns_name_suffix(); the text functions are not.
 */

#include "dns_reason.h"

#include <stddef.h>
#include <stdint.h>

#define DNS_NAME_MAX	  255  /* octets on the wire, the root's included (RFC 1035 3.1) */
#define DNS_LABEL_MAX	  63   /* octets */
#define DNS_LABELS_MAX	  127  /* without the root */
#define DNS_NAME_TEXT_MAX 1024 /* characters of any name in text form, with the final NUL */

/** A canonical name. Behind `len` and `labels` the arrays are not initialised. */
struct dns_name {
	uint8_t len;		       /**< octets on the wire, with the root's: 1 to 255 */
	uint8_t labels;		       /**< without the root: 0 to 127 */
	uint8_t wire[DNS_NAME_MAX];    /**< canonical */
	uint8_t start[DNS_LABELS_MAX]; /**< offset in wire of the length octet of label i, counted
					  from the left */
};

/**
 * Reads an uncompressed name.
 *
 * @param wire where its first length octet stands
 * @param len octets that may be read
 * @param out the name in canonical form; out->len octets were read. Undefined on failure.
 * @return DNS_ok, or DNS_name_short, _compressed, _label, _long (RFC 1035 3.1, 4.1.4)
 */
enum dns_reason dns_name_from_wire(const uint8_t *wire, uint32_t len, struct dns_name *out);

/**
 * Reads a name in presentation form (RFC 1035 5.1): labels with dots between them, the last dot
 * optional, `\.` or `\X` for an octet that is taken literally, `\DDD` for an octet in decimal;
 * "." is the root. All other octets stand for themselves: what a list allows is its reader's rule.
 *
 * @param text need not end with a NUL
 * @param len octets of text
 * @param out the name in canonical form; undefined on failure
 * @param why NULL, or takes on failure what is wrong, a constant without a full stop
 * @return 0, or -EINVAL
 */
int dns_name_from_text(const char *text, size_t len, struct dns_name *out, const char **why);

/**
 * Writes a name in presentation form: labels with dots between them and none at the end, "." for
 * the root; a backslash before `. " \ ; ( ) @ $`, `\DDD` for octets outside 33 to 126; letters in
 * the case in which they stand.
 *
 * @param wire a whole uncompressed name, canonical or as it came
 * @param len octets that may be read
 * @param text takes the characters and a NUL; "" on failure
 * @param size octets of text, 1 at least; DNS_NAME_TEXT_MAX suffices for every name
 * @return characters without the NUL; -EINVAL: not a name, -ENOSPC: size is too small
 */
int dns_name_format(const uint8_t *wire, uint32_t len, char *text, size_t size);

/**
 * The suffix that consists of the last labels of a name.
 *
 * @param labels 0 (the root) to name->labels
 * @param len takes its octets on the wire, with the root's
 * @return its first length octet, inside name->wire
 */
static inline const uint8_t *
dns_name_suffix(const struct dns_name *name, uint8_t labels, uint8_t *len)
{
	uint8_t off = (uint8_t)(name->len - 1);

	if (labels > 0)
		off = name->start[name->labels - labels];
	*len = (uint8_t)(name->len - off);
	return name->wire + off;
}

#endif

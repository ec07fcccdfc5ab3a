/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef LISTS_PACK_H
#define LISTS_PACK_H

/**
 * @file
 * The rules of one list as octets of a file, and back: what a compiled policy holds of a list.
 *
 * The same rules give the same octets on every machine: all numbers are little-endian, all that is
 * not used is zero. What comes back is held against every law of struct lists_rules, as if a
 * stranger had written it.
 *
 * Threads: any.
 * Memory: lists_unpack() copies into malloc(3)'s.
 * Hot path: no.
 */

#include "lists.h"

/** Octets that lists_pack() writes, a multiple of 8. */
uint64_t lists_pack_bytes(const struct lists_rules *rules);

/**
 * Writes rules, names, conditions, expressions, records, and of the report the format and the
 * counts of rule lines and bad lines.
 *
 * @param out takes lists_pack_bytes() octets
 */
void lists_pack(const struct lists_rules *rules, uint8_t *out);

/**
 * Reads what lists_pack() wrote.
 *
 * @param bytes aligned to 8
 * @param len octets, all of which belong to the list
 * @param out for lists_free(); NULL on failure
 * @return 0; -EBADMSG: broken, err says what (BASE_EXIT_CONFIG); -ENOMEM (BASE_EXIT_UNAVAILABLE)
 */
int lists_unpack(
	const uint8_t *bytes, uint64_t len, struct lists_rules **out, struct base_err *err);

#endif

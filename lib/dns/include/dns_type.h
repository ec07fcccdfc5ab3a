/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef DNS_TYPE_H
#define DNS_TYPE_H

/**
 * @file
 * Record types as people write them.
 *
 * Threads: any. Memory: constant tables. Hot path: no.
 */

#include <stddef.h>
#include <stdint.h>

#define DNS_TYPE_TEXT_MAX 16 /* characters of any type in text form, with the final NUL */

/**
 * Reads a type: a mnemonic of IANA's registry in any case, or TYPE65 (RFC 3597 5).
 *
 * @param text need not end with a NUL
 * @param len octets of text
 * @return 0 to 65535; -EINVAL: no such type
 */
int dns_type_from_text(const char *text, size_t len);

/** Writes a type: its mnemonic, or TYPE65280 where it has none; returns text. */
const char *dns_type_format(uint16_t type, char text[DNS_TYPE_TEXT_MAX]);

#endif

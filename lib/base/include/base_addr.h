/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef BASE_ADDR_H
#define BASE_ADDR_H

/**
 * @file
 * IP addresses and prefixes.
 *
 * Threads: any. Memory: none is allocated. Hot path: struct base_addr only.
 */

#include "base_err.h"

#include <stdbool.h>
#include <stdint.h>

#define BASE_ADDR_TEXT_MAX   46 /* INET6_ADDRSTRLEN */
#define BASE_PREFIX_TEXT_MAX (BASE_ADDR_TEXT_MAX + 4)

/** An IPv4 or IPv6 address in network order. */
struct base_addr {
	uint8_t family;	   /**< 4 or 6; 0: none */
	uint8_t bytes[16]; /**< network order; the first 4 for IPv4, the others 0 */
};

/** An address and the number of its leading bits that count. Bits behind them are 0. */
struct base_prefix {
	struct base_addr addr;
	uint8_t bits; /**< 0 to 32 or 128 */
};

/**
 * Reads an address in the form of inet_pton(3).
 *
 * @return 0, or -EINVAL with the text quoted in err
 */
int base_addr_parse(const char *text, struct base_addr *out, struct base_err *err);

/**
 * Reads `address` or `address/bits`.
 *
 * @return 0, or -EINVAL: no address, too many bits, or bits set behind the prefix (named in err)
 */
int base_prefix_parse(const char *text, struct base_prefix *out, struct base_err *err);

/** Writes an address as inet_ntop(3) does, "-" for family 0; returns text. */
const char *base_addr_format(const struct base_addr *addr, char text[BASE_ADDR_TEXT_MAX]);

/** Writes `address/bits`; returns text. */
const char *base_prefix_format(const struct base_prefix *prefix, char text[BASE_PREFIX_TEXT_MAX]);

/** Whether both are the same address of the same family. */
bool base_addr_equal(const struct base_addr *a, const struct base_addr *b);

#endif

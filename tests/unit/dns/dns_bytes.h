/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef DNS_BYTES_H
#define DNS_BYTES_H

/** @file Octets for the tests of room dns: string literals as wire, copies of their exact size. */

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/** Octets of a string literal without its final NUL: pointer and length, two arguments. */
#define WIRE(literal) (const uint8_t *)(literal), (uint32_t)(sizeof(literal) - 1)

/** A heap copy that ends where the octets end, so that a sanitizer sees a read behind them. */
static inline uint8_t *
exact_copy(const uint8_t *octets, uint32_t len)
{
	uint8_t *copy = (uint8_t *)malloc(len > 0 ? len : 1);

	assert(copy != NULL);
	if (len > 0)
		memcpy(copy, octets, len);
	return copy;
}

#endif

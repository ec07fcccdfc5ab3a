/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "dns_name.h"

#include <string.h>

/* 0x80 in each octet of an eight-octet word that is an ASCII capital, 0 in the others. */
static inline uint64_t
capitals(uint64_t word)
{
	const uint64_t each = UINT64_C(0x0101010101010101);
	uint64_t low = word & 0x7f * each;
	uint64_t from_a = low + (0x80 - 'A') * each;
	uint64_t behind_z = low + (0x80 - 'Z' - 1) * each;

	return from_a & ~behind_z & ~word & 0x80 * each;
}

static inline void
lower_eight(uint8_t *to, const uint8_t *from)
{
	uint64_t word;

	memcpy(&word, from, sizeof(word));
	word |= capitals(word) >> 2;
	memcpy(to, &word, sizeof(word));
}

/*
 * Copies a whole name in lower case. Length octets are at most 63, below 'A', and stay as they are.
 * The last eight octets are copied by one word that overlaps the one before: no octet behind
 * `from + len` is read.
 */
static inline void
lower(uint8_t *to, const uint8_t *from, uint32_t len)
{
	if (len < 8) {
		for (uint32_t i = 0; i < len; i++)
			to[i] = from[i] | (uint8_t)((uint8_t)(from[i] - 'A') < 26 ? 0x20 : 0);
		return;
	}
	for (uint32_t i = 0; i < len - 8; i += 8)
		lower_eight(to + i, from + i);
	lower_eight(to + len - 8, from + len - 8);
}

enum dns_reason
dns_name_from_wire(const uint8_t *wire, uint32_t len, struct dns_name *out)
{
	uint32_t labels = 0;
	uint32_t off = 0;

	for (;;) {
		uint32_t n;

		if (off >= len)
			return DNS_name_short;
		n = wire[off];
		if (n == 0)
			break;
		if (n > DNS_LABEL_MAX)
			return n >= 0xc0 ? DNS_name_compressed : DNS_name_label;
		if (off + 1 + n + 1 > DNS_NAME_MAX) /* the root's octet must still fit */
			return DNS_name_long;
		out->start[labels++] = (uint8_t)off;
		off += 1 + n;
	}
	out->len = (uint8_t)(off + 1);
	out->labels = (uint8_t)labels;
	lower(out->wire, wire, off + 1);
	return DNS_ok;
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * Prefixes as labels of an RPZ zone (draft-vixie-dnsop-dns-rpz 4.2): their length, then the parts
 * of the address, the last one first; `zz` for the longest run of zeros in IPv6.
 */
#include "lists_priv.h"

#include <stdlib.h>

#define LABELS_MAX 10 /* length, eight words, and the trigger's own */

enum lists_trigger
lists_trigger_of(const struct dns_name *name)
{
	const uint8_t *label = name->wire + name->start[name->labels - 1];

	for (int i = 0; i < LISTS_NB_TRIGGERS; i++) {
		const char *word = lists_trigger_name((enum lists_trigger)i);

		if (label[0] == strlen(word) && memcmp(label + 1, word, label[0]) == 0)
			return (enum lists_trigger)i;
	}
	return LISTS_NB_TRIGGERS;
}

/** A number of a label in a base without leading zeros; -1: it is none, or above most. */
static int
number_of(const uint8_t *label, unsigned base, int most)
{
	int value = 0;

	if (label[0] == 0 || label[0] > 4 || (label[0] > 1 && label[1] == '0'))
		return -1;
	for (uint8_t i = 1; i <= label[0]; i++) {
		unsigned digit = label[i] - (unsigned)'0';

		if (base == 16 && label[i] >= 'a' && label[i] <= 'f')
			digit = label[i] - 'a' + 10u;
		if (digit >= base)
			return -1;
		value = value * (int)base + (int)digit;
	}
	return value > most ? -1 : value;
}

static bool
read_four(const uint8_t *const labels[], struct base_prefix *out)
{
	out->addr.family = 4;
	for (unsigned i = 0; i < 4; i++) {
		int octet = number_of(labels[4 - i], 10, 255);

		if (octet < 0)
			return false;
		out->addr.bytes[i] = (uint8_t)octet;
	}
	return true;
}

/** `nb` labels of words behind the length, the last of them the address's first. */
static bool
read_six(const uint8_t *const labels[], unsigned nb, struct base_prefix *out)
{
	unsigned at = 0;
	bool run = false;

	out->addr.family = 6;
	for (unsigned i = nb; i > 0; i--) {
		int word;

		if (labels[i][0] == 2 && memcmp(labels[i] + 1, "zz", 2) == 0) {
			if (run || nb > 8)
				return false;
			run = true;
			at += 8 - (nb - 1);
			continue;
		}
		word = number_of(labels[i], 16, UINT16_MAX);
		if (word < 0 || at == 8)
			return false;
		out->addr.bytes[2 * at] = (uint8_t)(word >> 8);
		out->addr.bytes[2 * at + 1] = (uint8_t)word;
		at++;
	}
	return at == 8;
}

/** Bits behind the prefix are 0. */
static bool
is_clean(const struct base_prefix *prefix)
{
	for (unsigned bit = prefix->bits; bit < 128; bit++) {
		if (prefix->addr.bytes[bit / 8] & (0x80 >> (bit % 8)))
			return false;
	}
	return true;
}

void
lists_prefix_write(const struct base_prefix *prefix, uint8_t *room)
{
	uint8_t len = prefix->addr.family == 4 ? 4 : 16;

	room[0] = (uint8_t)(1 + len);
	room[1] = prefix->bits;
	memcpy(room + 2, prefix->addr.bytes, len);
}

bool
lists_prefix_read(const uint8_t *octets, struct base_prefix *out)
{
	memset(out, 0, sizeof(*out));
	if (octets[0] != 5 && octets[0] != 17)
		return false;
	out->addr.family = octets[0] == 5 ? 4 : 6;
	out->bits = octets[1];
	memcpy(out->addr.bytes, octets + 2, octets[0] - 1u);
	return out->bits <= 8 * (octets[0] - 1) && is_clean(out);
}

bool
lists_trigger_prefix(const struct dns_name *name, struct base_prefix *out)
{
	const uint8_t *labels[LABELS_MAX];
	unsigned nb = name->labels - 2u; /* of the address */
	int bits;

	memset(out, 0, sizeof(*out));
	if (name->labels < 4 || name->labels > LABELS_MAX)
		return false;
	for (unsigned i = 0; i < name->labels; i++)
		labels[i] = name->wire + name->start[i];
	bits = number_of(labels[0], 10, 128);
	if (bits < 1)
		return false;
	out->bits = (uint8_t)bits;
	if (nb == 4 && bits <= 32 && read_four(labels, out))
		return is_clean(out);
	memset(&out->addr, 0, sizeof(out->addr));
	return read_six(labels, nb, out) && is_clean(out);
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "dns_name.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/*
 * One octet of a label: as it stands, or escaped.
 *
 * @return characters read, 0 when the escape is none
 */
static size_t
read_octet(const char *text, size_t len, uint8_t *octet)
{
	int value;

	*octet = (uint8_t)text[0];
	if (text[0] != '\\')
		return 1;
	if (len < 2)
		return 0;
	*octet = (uint8_t)text[1];
	if (!is_digit(text[1]))
		return 2;
	if (len < 4 || !is_digit(text[2]) || !is_digit(text[3]))
		return 0;
	value = (text[1] - '0') * 100 + (text[2] - '0') * 10 + (text[3] - '0');
	*octet = (uint8_t)value;
	return value <= 255 ? 4 : 0;
}

/* Text to labels on the wire as they stand, without the root. NULL, or what is wrong. */
static const char *
read_labels(const char *text, size_t len, uint8_t wire[DNS_NAME_MAX], uint32_t *wire_len)
{
	uint32_t label = 0; /* where the length octet of the label in work stands */
	uint32_t off = 1;

	for (size_t i = 0; i < len;) {
		uint8_t octet;
		size_t n;

		if (text[i] == '.') {
			if (off == label + 1)
				return "an empty label";
			wire[label] = (uint8_t)(off - label - 1);
			label = off++;
			i++;
			continue;
		}
		n = read_octet(text + i, len - i, &octet);
		if (n == 0)
			return "a backslash that begins no escape";
		if (off - label > DNS_LABEL_MAX)
			return "a label of more than 63 octets";
		if (off >= DNS_NAME_MAX - 1)
			return "more than 255 octets";
		wire[off++] = octet;
		i += n;
	}
	wire[label] = (uint8_t)(off - label - 1);
	*wire_len = off == label + 1 ? label : off; /* a final dot has begun no label */
	return NULL;
}

int
dns_name_from_text(const char *text, size_t len, struct dns_name *out, const char **why)
{
	uint8_t wire[DNS_NAME_MAX + 1];
	uint32_t wire_len = 0;
	const char *wrong = NULL;

	if (len == 0)
		wrong = "an empty name";
	else if (len != 1 || text[0] != '.')
		wrong = read_labels(text, len, wire, &wire_len);
	if (wrong == NULL) {
		wire[wire_len] = 0;
		dns_name_from_wire(wire, wire_len + 1, out); /* read_labels() has checked it */
		return 0;
	}
	if (why != NULL)
		*why = wrong;
	return -EINVAL;
}

/* The characters of one octet in `out` (4 at most); returns how many. */
static size_t
write_octet(uint8_t octet, char out[4])
{
	out[0] = '\\';
	if (octet < 33 || octet > 126) {
		out[1] = (char)('0' + octet / 100);
		out[2] = (char)('0' + octet / 10 % 10);
		out[3] = (char)('0' + octet % 10);
		return 4;
	}
	if (memchr(".\"\\;()@$", octet, 8) != NULL) {
		out[1] = (char)octet;
		return 2;
	}
	out[0] = (char)octet;
	return 1;
}

/* Appends characters and keeps one octet for the NUL. */
static bool
append(char *text, size_t size, size_t *at, const char *chars, size_t n)
{
	if (size - *at <= n)
		return false;
	memcpy(text + *at, chars, n);
	*at += n;
	return true;
}

static int
format(const uint8_t *wire, uint32_t len, char *text, size_t size)
{
	uint32_t off = 0;
	size_t at = 0;

	while (off < len && wire[off] != 0) {
		uint32_t end = off + 1 + wire[off];

		if (wire[off] > DNS_LABEL_MAX || end >= len || end >= DNS_NAME_MAX)
			return -EINVAL;
		if (off > 0 && !append(text, size, &at, ".", 1))
			return -ENOSPC;
		for (off++; off < end; off++) {
			char chars[4];
			size_t n = write_octet(wire[off], chars);

			if (!append(text, size, &at, chars, n))
				return -ENOSPC;
		}
	}
	if (off >= len)
		return -EINVAL;
	if (off == 0 && !append(text, size, &at, ".", 1))
		return -ENOSPC;
	text[at] = '\0';
	return (int)at;
}

int
dns_name_format(const uint8_t *wire, uint32_t len, char *text, size_t size)
{
	int n = format(wire, len, text, size);

	if (n < 0)
		text[0] = '\0';
	return n;
}

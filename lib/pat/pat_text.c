/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "pat_scan.h"

static uint32_t
write_escaped(uint8_t octet, char *text)
{
	text[0] = '\\';
	text[1] = (char)('0' + octet / 100);
	text[2] = (char)('0' + octet / 10 % 10);
	text[3] = (char)('0' + octet % 10);
	return 4;
}

uint32_t
pat_text(const uint8_t *wire, char *text)
{
	uint32_t len = 0;

	for (const uint8_t *label = wire; *label != 0; label += *label + 1) {
		if (len > 0)
			text[len++] = '.';
		for (uint8_t i = 1; i <= *label; i++) {
			uint8_t octet = label[i];

			if (octet > ' ' && octet <= '~' && octet != '.' && octet != '\\')
				text[len++] = (char)octet;
			else
				len += write_escaped(octet, text + len);
		}
	}
	return len;
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "lists_priv.h"

#ifdef WEIR_IDN

#include <idn2.h>

#include <errno.h>
#include <string.h>

#define TEXT_MAX 1024 /* octets of UTF-8: 253 characters of four */

enum lists_skip
lists_idn_map(struct lists_build *build, struct lists_span word, char ascii[256])
{
	size_t len = lists_span_len(word);
	enum lists_skip skip = LISTS_SKIP_idn;
	char text[TEXT_MAX + 1];
	uint8_t *mapped = NULL;
	int code;

	if (len > TEXT_MAX)
		return LISTS_SKIP_long_name;
	if (memchr(word.at, '\0', len) != NULL)
		return LISTS_SKIP_octet;
	memcpy(text, word.at, len);
	text[len] = '\0';
	code = idn2_lookup_u8(
		(const uint8_t *)text, &mapped, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
	if (code == IDN2_MALLOC)
		build->error = -ENOMEM;
	if (code != IDN2_OK)
		return LISTS_SKIP_idn;
	if (strlen((const char *)mapped) < 256) {
		memcpy(ascii, mapped, strlen((const char *)mapped) + 1);
		skip = LISTS_NB_SKIPS;
	}
	idn2_free(mapped);
	return skip;
}

#else

enum lists_skip
lists_idn_map(struct lists_build *build, struct lists_span word, char ascii[256])
{
	(void)build;
	(void)word;
	ascii[0] = '\0';
	return LISTS_SKIP_idn_off;
}

#endif

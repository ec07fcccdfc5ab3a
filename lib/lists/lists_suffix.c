/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * Names under which everybody registers: one line for such a name takes all of theirs. Of the
 * Public Suffix List the part of registries counts (ICANN), not the one of companies (github.io):
 * who blocks a hoster means it.
 *
 * The list is the one inside the library, not a file of the machine, so that a policy reads the
 * same wherever the same packages are.
 */
#include "lists_priv.h"

#define LABELS_MAX 5 /* four is the longest that there is; what is longer costs no lookup */

#ifdef WEIR_SUFFIXES

#include <libpsl.h>
#include <stdio.h>
#include <time.h>

/** A canonical name without its last dot; false: no suffix has such octets. */
static bool
write_text(const uint8_t *wire, char text[DNS_NAME_MAX])
{
	char *to = text;

	for (; *wire != 0; wire += *wire + 1) {
		if (to > text)
			*to++ = '.';
		for (uint8_t i = 1; i <= *wire; i++, to++) {
			*to = (char)wire[i];
			if (wire[i] == '\0' || wire[i] == '.')
				return false;
		}
	}
	*to = '\0';
	return true;
}

static bool
is_listed(const uint8_t *wire)
{
	char text[DNS_NAME_MAX];

	return write_text(wire, text) && psl_is_public_suffix2(psl_builtin(), text,
						 PSL_TYPE_ICANN | PSL_TYPE_NO_STAR_RULE) != 0;
}

const char *
lists_suffix_version(void)
{
	static char version[64];
	time_t made = psl_builtin_file_time();
	const char *library = psl_get_version(); /* and what it is made with */
	struct tm day;

	if (psl_builtin() == NULL || gmtime_r(&made, &day) == NULL)
		return "none";
	snprintf(version, sizeof(version), "libpsl %.*s of %04d-%02d-%02d",
		(int)strcspn(library, " "), library, day.tm_year + 1900, day.tm_mon + 1,
		day.tm_mday);
	return version;
}

#else

static bool
is_listed(const uint8_t *wire)
{
	(void)wire;
	return false;
}

const char *
lists_suffix_version(void)
{
	return "none";
}

#endif

bool
lists_is_suffix(const uint8_t *room, unsigned labels)
{
	return labels < 2 || (labels <= LABELS_MAX && is_listed(room + 1));
}

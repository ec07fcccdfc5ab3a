// covers: base_zone_read base_zone_parse base_zone_text
/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "base_zone.h"
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

/* Times ascend, and what the clocks show is read as the time that they show it at. */
static void
check_zone(const struct base_zone *zone)
{
	FUZZ_CHECK(zone->nb >= 1 && zone->changes[0].at_s == INT64_MIN);
	for (uint32_t i = 1; i < zone->nb; i++) {
		char text[BASE_ZONE_TEXT_MAX];
		int64_t at = zone->changes[i].at_s, read;

		FUZZ_CHECK(at > zone->changes[i - 1].at_s);
		FUZZ_CHECK(base_zone_next(zone, at - 1) == at);
		FUZZ_CHECK(base_zone_offset(zone, at) == zone->changes[i].offset_s);
		if (at < 0 || at > INT64_C(4102444800) || zone->changes[i].offset_s % 60 != 0 ||
			zone->changes[i].offset_s >= 86400 || zone->changes[i].offset_s <= -86400)
			continue;
		FUZZ_CHECK(base_zone_parse(zone, base_zone_text(zone, at, text), &read, NULL) >= 0);
		FUZZ_CHECK(read == at);
	}
}

/* A file; the first line, where it begins with `@', is a time to read. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *end = size > 0 && data[0] == '@' ? memchr(data, '\n', size) : NULL;
	struct base_zone *zone;
	struct base_err err = {0};
	char *text = NULL;
	int64_t at;
	int rc;

	if (end != NULL) {
		text = strndup((const char *)data + 1, (size_t)(end - data) - 1);
		FUZZ_CHECK(text != NULL);
		size -= (size_t)(end - data) + 1;
		data = end + 1;
	}
	rc = base_zone_read(data, (uint32_t)size, &zone, &err);
	FUZZ_CHECK((rc == 0) == (zone != NULL) && (rc == 0) == (err.text[0] == '\0'));
	if (zone != NULL) {
		check_zone(zone);
		if (text != NULL)
			base_zone_parse(zone, text, &at, NULL);
	}
	base_zone_free(zone);
	free(text);
	return 0;
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * Lines of a zone to records: comments cut off, parentheses closed (RFC 1035 5.1).
 */
#include "lists_priv.h"

#include <errno.h>
#include <stdlib.h>

/* Of one record: an open parenthesis must not swallow the rest of a file. */
#define RECORD_LINES 64

int
lists_zone_open(struct lists_build *build)
{
	struct lists_zone *zone;

	if (!lists_rdata_is_built())
		return -ENOTSUP;
	zone = calloc(1, sizeof(*zone));
	if (zone == NULL)
		return -ENOMEM;
	dns_name_from_text(".", 1, &zone->apex, NULL);
	zone->origin = zone->apex;
	zone->ttl = build->spec->ttl;
	build->zone = zone;
	build->end = lists_zone_end;
	return 0;
}

void
lists_zone_close(struct lists_zone *zone)
{
	if (zone == NULL)
		return;
	free(zone->raw);
	free(zone->text);
	free(zone->line);
	free(zone);
}

/** Room for so many more octets behind the first `used`. */
static bool
reserve(struct lists_build *build, uint8_t **octets, uint64_t *cap, uint64_t used, uint64_t more)
{
	while (used + more > *cap) {
		if (!lists_build_grow(build, (void **)octets, cap, 1024, 1))
			return false;
	}
	return true;
}

/** Appends what a line says to the text of the record; LISTS_NB_SKIPS, or what is wrong with it. */
static enum lists_skip
clean(struct lists_zone *zone, struct lists_span line)
{
	uint8_t *to = zone->text + zone->text_len;
	enum lists_skip skip = LISTS_NB_SKIPS;
	bool quoted = false;

	for (; line.at < line.end && (quoted || *line.at != ';'); line.at++) {
		uint8_t c = *line.at;

		if (c == 0)
			skip = LISTS_SKIP_octet;
		if (c == '\\' && line.at + 1 < line.end) {
			*to++ = c;
			c = *++line.at;
		} else if (c == '"') {
			quoted = !quoted;
		} else if (c == '(' && !quoted) {
			zone->depth++;
			c = ' ';
		} else if (c == ')' && !quoted) {
			if (zone->depth == 0)
				skip = LISTS_SKIP_parenthesis;
			zone->depth -= zone->depth > 0;
			c = ' ';
		}
		*to++ = c;
	}
	*to++ = ' '; /* where lines of a record meet */
	zone->text_len = (uint32_t)(to - zone->text);
	return quoted ? LISTS_SKIP_quote : skip;
}

/** Keeps the line as it came, and what it says. */
static enum lists_skip
append(struct lists_build *build, struct lists_span line)
{
	struct lists_zone *zone = build->zone;
	size_t len = lists_span_len(line);

	if (!reserve(build, &zone->raw, &zone->cap_raw, zone->raw_len, len + 1) ||
		!reserve(build, &zone->text, &zone->cap_text, zone->text_len, len + 1))
		return LISTS_NB_SKIPS;
	memcpy(zone->raw + zone->raw_len, line.at, len);
	zone->raw_len += (uint32_t)len;
	zone->raw[zone->raw_len++] = '\n';
	zone->nb_lines++;
	return clean(zone, line);
}

static void
forget(struct lists_zone *zone)
{
	zone->raw_len = 0;
	zone->text_len = 0;
	zone->nb_lines = 0;
	zone->depth = 0;
}

/** The record is whole, or past mending: it stands in the report under its first line. */
static void
end_record(struct lists_build *build, enum lists_skip skip)
{
	struct lists_zone *zone = build->zone;
	struct lists_report *report = &build->rules->report;
	struct lists_span raw = {.at = zone->raw, .end = zone->raw + zone->raw_len};
	struct lists_span text = {.at = zone->text, .end = zone->text + zone->text_len};
	uint32_t line = report->lines;

	report->lines = zone->first;
	while (text.end > text.at && lists_is_blank(text.end[-1]))
		text.end--;
	if (skip != LISTS_NB_SKIPS) {
		report->rule_lines++;
		zone->has_owner = false;
		lists_note_skip(build, skip, raw);
	} else if (text.at < text.end) {
		report->rule_lines++;
		lists_rpz_record(build, text);
	}
	report->lines = line;
	forget(zone);
}

/** A parenthesis stays open: its line is bad, and those behind it are read again, each for itself.
 */
static void
recover(struct lists_build *build)
{
	struct lists_zone *zone = build->zone;
	struct lists_report *report = &build->rules->report;
	uint8_t *raw = zone->raw;
	struct lists_span left = {.at = raw, .end = raw + zone->raw_len}, line = left;
	uint32_t number = zone->first, last = report->lines;

	zone->raw = NULL;
	zone->cap_raw = 0;
	zone->has_owner = false;
	forget(zone);
	for (; left.at < left.end && build->error == 0; number++) {
		line.at = left.at;
		line.end = memchr(line.at, '\n', lists_span_len(left));
		left.at = line.end + 1;
		report->lines = number;
		build->bad = false;
		if (line.at == raw) {
			report->rule_lines++;
			lists_note_skip(build, LISTS_SKIP_parenthesis, line);
		} else {
			lists_zone_line(build, line);
		}
		report->bad_lines += build->bad;
	}
	free(raw);
	build->bad = false;
	report->lines = last;
}

void
lists_zone_line(struct lists_build *build, struct lists_span line)
{
	struct lists_zone *zone = build->zone;
	struct lists_span text = line;
	enum lists_skip skip;

	if (zone->nb_lines == 0) {
		lists_skip_blanks(&text);
		if (text.at == text.end || lists_is_comment(*text.at))
			return;
		zone->first = build->rules->report.lines;
	}
	skip = append(build, line);
	if (build->error != 0)
		return;
	if (skip != LISTS_NB_SKIPS || zone->depth == 0)
		end_record(build, skip);
	else if (zone->nb_lines == RECORD_LINES || zone->raw_len > LISTS_LINE_MAX)
		recover(build);
}

void
lists_zone_end(struct lists_build *build)
{
	while (build->zone->nb_lines > 0 && build->error == 0)
		recover(build);
}

struct lists_span
lists_zone_word(struct lists_span *text)
{
	struct lists_span word;

	lists_skip_blanks(text);
	word = *text;
	while (text->at < text->end && !lists_is_blank(*text->at)) {
		text->at += *text->at == '\\' && text->at + 1 < text->end;
		text->at++;
	}
	word.end = text->at;
	return word;
}

/** Whether a name ends in a dot that is not escaped. */
static bool
is_absolute(struct lists_span word)
{
	const uint8_t *at = word.end - 1;

	if (*at != '.')
		return false;
	while (at > word.at && at[-1] == '\\')
		at--;
	return (word.end - 1 - at) % 2 == 0;
}

bool
lists_zone_name(const struct lists_zone *zone, struct lists_span word, struct dns_name *out)
{
	const struct dns_name *origin = &zone->origin;
	uint8_t wire[2 * DNS_NAME_MAX];
	struct dns_name name;

	if (lists_span_equal(word, "@")) {
		*out = *origin;
		return true;
	}
	if (dns_name_from_text((const char *)word.at, lists_span_len(word), &name, NULL) < 0)
		return false;
	if (is_absolute(word)) {
		*out = name;
		return true;
	}
	memcpy(wire, name.wire, name.len - 1u);
	memcpy(wire + name.len - 1, origin->wire, origin->len);
	return dns_name_from_wire(wire, name.len - 1u + origin->len, out) == DNS_ok;
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "dns_type.h"
#include "lists_priv.h"

#include <string.h>

/** Takes the part up to a separator, and the separator; `\` takes the sense from one. */
static struct lists_span
take_part(struct lists_span *text, uint8_t separator)
{
	struct lists_span part = *text;

	while (text->at < text->end && *text->at != separator) {
		if (*text->at == '\\' && text->at + 1 < text->end)
			text->at++;
		text->at++;
	}
	part.end = text->at;
	if (text->at < text->end)
		text->at++;
	return part;
}

/** Adds a type in ascending order, once; false when there are too many. */
static bool
add_type(struct lists_cond *cond, uint16_t type)
{
	uint8_t at = 0;

	while (at < cond->nb_types && cond->types[at] < type)
		at++;
	if (at < cond->nb_types && cond->types[at] == type)
		return true;
	if (cond->nb_types == LISTS_COND_TYPES)
		return false;
	memmove(&cond->types[at + 1], &cond->types[at],
		(cond->nb_types - at) * sizeof(cond->types[0]));
	cond->types[at] = type;
	cond->nb_types++;
	return true;
}

/** What is in `take` and not in `leave`; with nothing in `take`, all but what is in `leave`. */
static void
join(const struct lists_cond *take, const struct lists_cond *leave, struct lists_cond *cond)
{
	memset(cond, 0, sizeof(*cond)); /* conditions are compared whole */
	if (take->nb_types == 0) {
		*cond = *leave;
		cond->negated = true;
		return;
	}
	for (uint8_t i = 0; i < take->nb_types; i++) {
		if (!lists_cond_holds(leave, take->types[i]))
			add_type(cond, take->types[i]);
	}
}

/** `A|AAAA`, `~A|~CNAME`; mixed as AdGuard reads it: what is excluded is taken from the others. */
static enum lists_skip
read_dnstype(struct lists_build *build, struct lists_span text, uint8_t *index)
{
	struct lists_cond take = {0}, leave = {0}, cond;
	struct lists_span part;
	bool without;
	int type;

	do {
		part = take_part(&text, '|');
		without = lists_span_take(&part, "~");
		type = dns_type_from_text((const char *)part.at, lists_span_len(part));
		if (type < 0 || !add_type(without ? &leave : &take, (uint16_t)type))
			return LISTS_SKIP_dnstype;
	} while (text.at < text.end);
	join(&take, &leave, &cond);
	if (cond.nb_types == 0)
		return LISTS_SKIP_dnstype;
	*index = lists_build_cond(build, &cond);
	return *index == 0 ? LISTS_SKIP_dnstype : LISTS_NB_SKIPS;
}

static enum lists_class important(enum lists_class class)
{
	if (class == LISTS_EXCEPTION || class == LISTS_IMPORTANT_EXCEPTION)
		return LISTS_IMPORTANT_EXCEPTION;
	return LISTS_IMPORTANT_BLOCK;
}

enum lists_skip
lists_modifiers(struct lists_build *build, struct lists_span text, struct lists_what *what)
{
	enum lists_skip skip = LISTS_NB_SKIPS;
	struct lists_span part;
	bool client = false;

	while (text.at < text.end) {
		part = take_part(&text, ',');
		if (lists_span_equal(part, "important"))
			what->class = important(what->class);
		else if (lists_span_equal(part, "badfilter"))
			what->badfilter = true;
		else if (lists_span_take(&part, "dnstype="))
			skip = read_dnstype(build, part, &what->cond);
		else if (lists_span_take(&part, "client="))
			client = true;
		else
			return LISTS_SKIP_modifier;
		if (skip != LISTS_NB_SKIPS)
			return skip;
	}
	return client ? LISTS_SKIP_client : LISTS_NB_SKIPS;
}

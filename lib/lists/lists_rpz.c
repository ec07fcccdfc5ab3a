/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * Records of a response policy zone to rules (draft-vixie-dnsop-dns-rpz; BIND's manual, "Response
 * Policy Zone (RPZ) Rewriting").
 */
#include "dns_question.h"
#include "dns_type.h"
#include "lists_priv.h"

#include <errno.h>
#include <strings.h>

#define TTL_MAX 0x7fffffff /* RFC 2181 8 */

/** A record, its owner in zone->owner. */
struct record {
	struct lists_span whole; /**< its text, for the report */
	struct lists_span rdata;
	struct dns_name trigger; /**< the owner without the apex */
	uint32_t ttl;
	uint16_t type;
};

/** What `CNAME` to these names means: `.`, `*.`, `rpz-passthru.` … */
static const struct {
	enum lists_act act;
	uint8_t len; /**< octets */
	const char *wire;
} specials[] = {
	{LISTS_ACT_NXDOMAIN, 1, ""},
	{LISTS_ACT_NODATA, 3, "\1*"},
	{LISTS_ACT_PASS, 14, "\14rpz-passthru"},
	{LISTS_ACT_DROP, 10, "\10rpz-drop"},
	{LISTS_ACT_TRUNCATE, 14, "\14rpz-tcp-only"},
};

/** Seconds, or `1h30m` as BIND spells it; false: no TTL. */
static bool
read_ttl(struct lists_span word, uint32_t *ttl)
{
	uint64_t sum = 0, part = 0;
	bool digits = false;

	if (word.at == word.end || *word.at < '0' || *word.at > '9')
		return false;
	for (; word.at < word.end && sum + part <= TTL_MAX; word.at++) {
		static const struct {
			char unit[3];
			uint32_t seconds;
		} units[] = {{"sS", 1}, {"mM", 60}, {"hH", 3600}, {"dD", 86400}, {"wW", 604800}};
		size_t i = 0;

		if (*word.at >= '0' && *word.at <= '9') {
			part = part * 10 + (*word.at - (unsigned)'0');
			digits = true;
			continue;
		}
		while (i < 5 && *word.at != units[i].unit[0] && *word.at != units[i].unit[1])
			i++;
		if (i == 5 || !digits)
			return false;
		sum += part * units[i].seconds;
		part = 0;
		digits = false;
	}
	if (sum + part > TTL_MAX)
		return false;
	*ttl = (uint32_t)(sum + part);
	return true;
}

static bool
is_word(struct lists_span word, const char *text)
{
	return lists_span_len(word) == strlen(text) &&
	       strncasecmp((const char *)word.at, text, strlen(text)) == 0;
}

/** Whether nothing but blanks is left. */
static bool
is_over(struct lists_span text)
{
	lists_skip_blanks(&text);
	return text.at == text.end;
}

/** `$ORIGIN name`, `$TTL seconds` */
static enum lists_skip
read_directive(struct lists_zone *zone, struct lists_span text)
{
	struct lists_span what = lists_zone_word(&text), value = lists_zone_word(&text);
	bool good = false;

	if (value.at == value.end || !is_over(text))
		return LISTS_SKIP_directive;
	if (is_word(what, "$ORIGIN")) {
		good = lists_zone_name(zone, value, &zone->origin);
	} else if (is_word(what, "$TTL")) {
		good = read_ttl(value, &zone->ttl);
		zone->has_default |= good;
	}
	return good ? LISTS_NB_SKIPS : LISTS_SKIP_directive;
}

/** TTL and class in either order, type; what is left is RDATA. */
static enum lists_skip
read_type(struct lists_zone *zone, struct lists_span text, struct record *record)
{
	bool has_ttl = false, has_class = false;
	struct lists_span word;
	int type;

	record->ttl = zone->ttl;
	for (;;) {
		word = lists_zone_word(&text);
		if (!has_ttl && read_ttl(word, &record->ttl))
			has_ttl = true;
		else if (!has_class && (is_word(word, "IN") || is_word(word, "CLASS1")))
			has_class = true;
		else
			break;
	}
	if (has_ttl && !zone->has_default)
		zone->ttl = record->ttl; /* RFC 1035 5.1: the last stated value */
	type = dns_type_from_text((const char *)word.at, lists_span_len(word));
	if (type <= 0 || type == DNS_TYPE_OPT || (type >= DNS_TYPE_TKEY && type <= DNS_TYPE_ANY))
		return LISTS_SKIP_type;
	record->type = (uint16_t)type;
	lists_skip_blanks(&text);
	record->rdata = text;
	return LISTS_NB_SKIPS;
}

/** The owner; a record that begins with a blank has the one before it. */
static enum lists_skip
read_owner(struct lists_zone *zone, struct lists_span *text)
{
	struct lists_span word;

	if (lists_is_blank(*text->at))
		return zone->has_owner ? LISTS_NB_SKIPS : LISTS_SKIP_owner;
	word = lists_zone_word(text);
	zone->has_owner = lists_zone_name(zone, word, &zone->owner);
	return zone->has_owner ? LISTS_NB_SKIPS : LISTS_SKIP_owner;
}

/** The owner without the zone's name behind it; false: it is of another zone. */
static bool
take_apex(const struct lists_zone *zone, struct dns_name *trigger)
{
	const struct dns_name *apex = &zone->apex;
	uint8_t wire[DNS_NAME_MAX], len;
	const uint8_t *tail;

	if (zone->owner.labels < apex->labels)
		return false;
	tail = dns_name_suffix(&zone->owner, apex->labels, &len);
	if (len != apex->len || memcmp(tail, apex->wire, len) != 0)
		return false;
	len = (uint8_t)(zone->owner.len - apex->len);
	memcpy(wire, zone->owner.wire, len);
	wire[len] = 0;
	return dns_name_from_wire(wire, len + 1u, trigger) == DNS_ok;
}

/** Types that mean nothing in a policy: those of a zone's own making. */
static bool
is_no_policy(uint16_t type)
{
	static const uint8_t types[] = {2 /* NS */, 6 /* SOA */, 24 /* SIG */, 25 /* KEY */,
		30 /* NXT */, 39 /* DNAME */, 43 /* DS */, 46 /* RRSIG */, 47 /* NSEC */,
		48 /* DNSKEY */, 50 /* NSEC3 */, 51 /* NSEC3PARAM */, 59 /* CDS */,
		60 /* CDNSKEY */, 62 /* CSYNC */, 63 /* ZONEMD */};

	return type <= UINT8_MAX && memchr(types, type, sizeof(types)) != NULL;
}

/** A label `*`, at `off` or behind it. */
static bool
has_star(const struct dns_name *name, uint8_t from)
{
	for (uint8_t i = from; i < name->labels; i++) {
		if (memcmp(name->wire + name->start[i], "\1*", 2) == 0)
			return true;
	}
	return false;
}

/** What a CNAME says; its target goes to zone->rdata where it is data. */
static enum lists_skip
read_cname(struct lists_build *build, struct record *record, struct lists_what *what, int *len)
{
	struct lists_zone *zone = build->zone;
	struct lists_span rdata = record->rdata, word = lists_zone_word(&rdata);
	struct dns_name target;

	if (word.at == word.end || !is_over(rdata) || !lists_zone_name(zone, word, &target))
		return LISTS_SKIP_rdata;
	for (size_t i = 0; i < sizeof(specials) / sizeof(specials[0]); i++) {
		what->action = specials[i].act;
		if (target.len == specials[i].len &&
			memcmp(target.wire, specials[i].wire, target.len) == 0)
			return LISTS_NB_SKIPS;
	}
	what->action = LISTS_ACT_PASS; /* the oldest spelling: to the trigger itself */
	if (target.len == record->trigger.len &&
		memcmp(target.wire, record->trigger.wire, target.len) == 0)
		return LISTS_NB_SKIPS;
	if (target.wire[0] > 4 && memcmp(target.wire + 1, "rpz-", 4) == 0) {
		if (target.labels == 1)
			return LISTS_SKIP_rpz_action;
		lists_note_warning(build, LISTS_WARNING_rpz_relative, record->whole);
	}
	what->action = LISTS_ACT_DATA;
	memcpy(zone->rdata, target.wire, target.len);
	*len = target.len;
	return LISTS_NB_SKIPS;
}

/** Action and data of a record. */
static enum lists_skip
read_action(struct lists_build *build, struct record *record, struct lists_what *what, int *len)
{
	*len = 0;
	if (record->type == DNS_TYPE_CNAME)
		return read_cname(build, record, what, len);
	what->action = LISTS_ACT_DATA;
	*len = lists_rdata_read(build->zone, record->type, record->rdata);
	if (*len == -ENOMEM)
		build->error = -ENOMEM;
	return *len < 0 ? LISTS_SKIP_rdata : LISTS_NB_SKIPS;
}

/** Checks and counts a trigger that is none of the name asked; the prefix of one that gives a rule
 * goes to the room. */
static enum lists_skip
read_trigger(struct lists_build *build, const struct dns_name *name, enum lists_trigger trigger,
	struct lists_what *what)
{
	struct base_prefix prefix;
	uint8_t *room;

	if (trigger == LISTS_TRIGGER_NSDNAME ? name->labels < 2 || has_star(name, 1)
					     : !lists_trigger_prefix(name, &prefix))
		return LISTS_SKIP_rpz_trigger;
	build->rules->report.triggers[trigger]++;
	if (trigger != LISTS_TRIGGER_CLIENT_IP && trigger != LISTS_TRIGGER_IP)
		return LISTS_SKIP_rpz_response;
	room = lists_build_room(build);
	if (room != NULL)
		lists_prefix_write(&prefix, room);
	what->kind = trigger == LISTS_TRIGGER_IP ? LISTS_ADDRESS : LISTS_CLIENT;
	return LISTS_NB_SKIPS;
}

/** Puts the name of a QNAME trigger into the room and tells its kind. */
static enum lists_skip
read_name(struct lists_build *build, const struct dns_name *name, struct lists_what *what)
{
	uint8_t *room = lists_build_room(build);
	uint8_t labels = name->labels, len = name->len;
	const uint8_t *wire = name->wire;

	if (room == NULL)
		return LISTS_NB_SKIPS;
	what->kind = LISTS_EXACT;
	if (labels > 0 && memcmp(wire, "\1*", 2) == 0) {
		what->kind = LISTS_BELOW;
		wire = dns_name_suffix(name, --labels, &len);
	}
	if (has_star(name, what->kind == LISTS_BELOW))
		return LISTS_SKIP_pattern;
	room[0] = len;
	memcpy(room + 1, wire, len);
	if (!build->spec->allow_tld && lists_is_suffix(room, labels))
		return LISTS_SKIP_tld;
	return LISTS_NB_SKIPS;
}

/** Adds the rule in the room, or a record to a rule that is there. */
static enum lists_skip
add(struct lists_build *build, const struct record *record, const struct lists_what *what, int len)
{
	struct lists_item item = {.ttl = record->ttl, .type = record->type, .len = (uint16_t)len};
	bool is_data = what->action == LISTS_ACT_DATA, is_new;
	uint32_t rule;

	if (len > UINT16_MAX - 10)
		return LISTS_SKIP_rpz_set;
	rule = lists_build_put(build, what, &is_new);
	if (rule == 0)
		return LISTS_NB_SKIPS;
	if (!is_new && build->rules->rules[rule - 1].action != LISTS_ACT_DATA && is_data) {
		lists_note_warning(build, LISTS_WARNING_cname_beside, record->whole);
		return LISTS_NB_SKIPS;
	}
	if (!is_new && !is_data) {
		lists_note_warning(build,
			build->rules->rules[rule - 1].action == LISTS_ACT_DATA
				? LISTS_WARNING_cname_beside
				: LISTS_WARNING_duplicate,
			record->whole);
		return LISTS_NB_SKIPS;
	}
	if (!is_data)
		return LISTS_NB_SKIPS;
	switch (lists_data_add(build, rule - 1, &item, build->zone->rdata)) {
	case LISTS_ADDED_TWICE:
		lists_note_warning(build, LISTS_WARNING_duplicate, record->whole);
		break;
	case LISTS_ADDED_BESIDE:
		lists_note_warning(build, LISTS_WARNING_cname_beside, record->whole);
		break;
	case LISTS_ADDED_TOO_MUCH:
		return LISTS_SKIP_rpz_set;
	case LISTS_ADDED:
		break;
	}
	return LISTS_NB_SKIPS;
}

/** A record that is not the zone's own. */
static enum lists_skip
read_rule(struct lists_build *build, struct record *record)
{
	struct lists_what what = {.class = LISTS_BLOCK};
	enum lists_trigger trigger = lists_trigger_of(&record->trigger);
	enum lists_skip skip;
	int len;

	if (is_no_policy(record->type))
		return LISTS_SKIP_rpz_type;
	skip = read_action(build, record, &what, &len);
	if (skip != LISTS_NB_SKIPS)
		return skip;
	if (trigger != LISTS_NB_TRIGGERS)
		skip = read_trigger(build, &record->trigger, trigger, &what);
	else
		skip = read_name(build, &record->trigger, &what);
	if (skip != LISTS_NB_SKIPS || build->error != 0)
		return skip;
	return add(build, record, &what, len);
}

/** The first SOA names the zone, if no other record stands before it. */
static enum lists_skip
read_record(struct lists_build *build, struct lists_span text)
{
	struct lists_zone *zone = build->zone;
	struct record record = {.whole = text};
	enum lists_skip skip;

	if (*text.at == '$')
		return read_directive(zone, text);
	skip = read_owner(zone, &text);
	if (skip == LISTS_NB_SKIPS)
		skip = read_type(zone, text, &record);
	if (skip != LISTS_NB_SKIPS)
		return skip;
	if (record.type == DNS_TYPE_SOA && !zone->has_soa && !zone->has_records) {
		zone->apex = zone->owner;
		zone->has_soa = true;
		return LISTS_SKIP_apex;
	}
	zone->has_records = true;
	if (!take_apex(zone, &record.trigger))
		return LISTS_SKIP_outside;
	if (record.trigger.labels == 0)
		return LISTS_SKIP_apex;
	return read_rule(build, &record);
}

void
lists_rpz_record(struct lists_build *build, struct lists_span text)
{
	enum lists_skip skip = read_record(build, text);

	if (skip != LISTS_NB_SKIPS && build->error == 0)
		lists_note_skip(build, skip, text);
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "lists_pack.h"

#include "base_cur.h"
#include "dns_name.h"
#include "dns_question.h"
#include "lists_priv.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

static_assert(
	__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "arrays are written as they lie in memory");
static_assert(sizeof(struct lists_rule) == 12 && sizeof(struct lists_cond) == 34 &&
		      offsetof(struct lists_cond, types) == 2,
	"without padding, so that equal rules are equal octets");
static_assert(offsetof(struct lists_expr, moved) == 13 && sizeof(struct lists_expr) == 16,
	"two octets of padding at its end, written as zeros");

/* In front of the arrays, which follow in the order of enum part, each at a multiple of 8. */
struct head {
	uint32_t format, lines, rule_lines, bad_lines;
	uint32_t nb_rules, nb_conds, nb_exprs, nb_data;
	uint64_t names_bytes, texts_bytes, records_bytes;
};

static_assert(sizeof(struct lists_data) == 8 && sizeof(struct head) == 56, "no padding");

enum part {
	PART_RULES,
	PART_CONDS,
	PART_EXPRS,
	PART_DATA,
	PART_NAMES,
	PART_TEXTS,
	PART_RECORDS,
	NB_PARTS
};

static uint64_t
rounded(uint64_t bytes)
{
	return (bytes + 7) & ~UINT64_C(7);
}

static void
make_head(const struct lists_rules *rules, struct head *out)
{
	*out = (struct head){
		.format = rules->report.format,
		.lines = rules->report.lines,
		.rule_lines = rules->report.rule_lines,
		.bad_lines = rules->report.bad_lines,
		.nb_rules = rules->nb_rules,
		.nb_conds = rules->nb_conds,
		.nb_exprs = rules->nb_exprs,
		.nb_data = rules->nb_data,
		.names_bytes = rules->names_bytes,
		.texts_bytes = rules->texts_bytes,
		.records_bytes = rules->records_bytes,
	};
}

/* Octets of each array. */
static void
part_bytes(const struct head *head, uint64_t out[NB_PARTS])
{
	out[PART_RULES] = head->nb_rules * (uint64_t)sizeof(struct lists_rule);
	out[PART_CONDS] = head->nb_conds * (uint64_t)sizeof(struct lists_cond);
	out[PART_EXPRS] = head->nb_exprs * (uint64_t)sizeof(struct lists_expr);
	out[PART_DATA] = head->nb_data * (uint64_t)sizeof(struct lists_data);
	out[PART_NAMES] = head->names_bytes;
	out[PART_TEXTS] = head->texts_bytes;
	out[PART_RECORDS] = head->records_bytes;
}

uint64_t
lists_pack_bytes(const struct lists_rules *rules)
{
	uint64_t parts[NB_PARTS], sum = sizeof(struct head);
	struct head head;

	make_head(rules, &head);
	part_bytes(&head, parts);
	for (int i = 0; i < NB_PARTS; i++)
		sum += rounded(parts[i]);
	return sum;
}

static uint8_t *
put(uint8_t *at, const void *from, uint64_t bytes)
{
	if (bytes > 0)
		memcpy(at, from, bytes);
	memset(at + bytes, 0, rounded(bytes) - bytes);
	return at + rounded(bytes);
}

static uint8_t *
put_exprs(uint8_t *at, const struct lists_expr *exprs, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++, at += sizeof(*exprs)) {
		memset(at, 0, sizeof(*exprs));
		memcpy(at, &exprs[i], offsetof(struct lists_expr, moved));
		at[offsetof(struct lists_expr, moved)] = exprs[i].moved;
	}
	return at;
}

void
lists_pack(const struct lists_rules *rules, uint8_t *out)
{
	struct head head;

	make_head(rules, &head);
	out = put(out, &head, sizeof(head));
	out = put(out, rules->rules, head.nb_rules * sizeof(*rules->rules));
	out = put(out, rules->conds, head.nb_conds * sizeof(*rules->conds));
	out = put_exprs(out, rules->exprs, head.nb_exprs);
	out = put(out, rules->data, head.nb_data * sizeof(*rules->data));
	out = put(out, rules->names, head.names_bytes);
	out = put(out, rules->texts, head.texts_bytes);
	put(out, rules->records, head.records_bytes);
}

static int
broken(struct base_err *err, const char *what, uint32_t index)
{
	return base_fail(err, BASE_EXIT_CONFIG, EBADMSG, "%s %u is none", what, index);
}

/* A canonical name with its length in front lies at an offset, whole: its octets, 0: none does. */
static uint32_t
name_octets(const struct lists_rules *rules, uint64_t at)
{
	struct dns_name name;
	const uint8_t *wire;
	uint8_t len;

	if (at >= rules->names_bytes)
		return 0;
	len = rules->names[at];
	wire = rules->names + at + 1;
	if (rules->names_bytes - at - 1 < len || dns_name_from_wire(wire, len, &name) != DNS_ok ||
		name.len != len || memcmp(name.wire, wire, len) != 0)
		return 0;
	return 1u + len;
}

/* So does a prefix. */
static uint32_t
prefix_octets(const struct lists_rules *rules, uint64_t at)
{
	struct base_prefix prefix;

	if (at >= rules->names_bytes || rules->names_bytes - at - 1 < rules->names[at] ||
		!lists_prefix_read(rules->names + at, &prefix))
		return 0;
	return 1u + rules->names[at];
}

/* Each rule's name or prefix follows the one of the rule before it. */
static int
check_rules(const struct lists_rules *rules, struct base_err *err)
{
	uint32_t line = 1, octets;
	uint64_t names = 0;

	for (uint32_t i = 0; i < rules->nb_rules; i++) {
		const struct lists_rule *rule = &rules->rules[i];

		octets = lists_rule_is_address(rule) ? prefix_octets(rules, names)
						     : name_octets(rules, names);
		if (octets == 0 || rule->name != names || rule->line < line ||
			rule->line > rules->report.lines || rule->cond > rules->nb_conds ||
			rule->kind >= LISTS_NB_KINDS || rule->class >= LISTS_NB_CLASSES ||
			rule->action >= LISTS_NB_ACTS)
			return broken(err, "rule", i);
		line = rule->line;
		names += octets;
	}
	return names == rules->names_bytes ? 0 : broken(err, "rule", rules->nb_rules);
}

static bool
is_cond(const struct lists_cond *cond)
{
	uint8_t negated;

	memcpy(&negated, cond, 1); /* not every octet is a bool */
	if (negated > 1 || cond->nb_types == 0 || cond->nb_types > LISTS_COND_TYPES)
		return false;
	for (uint8_t i = 1; i < cond->nb_types; i++) {
		if (cond->types[i - 1] >= cond->types[i])
			return false;
	}
	return true;
}

static int
check_conds(const struct lists_rules *rules, struct base_err *err)
{
	if (rules->nb_conds > LISTS_CONDS)
		return broken(err, "condition", LISTS_CONDS);
	for (uint32_t i = 0; i < rules->nb_conds; i++) {
		if (!is_cond(&rules->conds[i]))
			return broken(err, "condition", i);
	}
	return 0;
}

/* The text of an expression lies where it says, a NUL behind it and none inside. */
static bool
is_expr(const struct lists_rules *rules, const struct lists_expr *expr)
{
	const char *text = rules->texts + expr->text;
	uint8_t tail[3]; /* not every octet is a bool; then the padding */

	memcpy(tail, (const uint8_t *)expr + offsetof(struct lists_expr, moved), sizeof(tail));
	return tail[0] <= 1 && tail[1] == 0 && tail[2] == 0 && expr->flags < 128 &&
	       expr->line <= rules->report.lines && expr->text < rules->texts_bytes &&
	       expr->len > 0 && expr->len < rules->texts_bytes - expr->text &&
	       memchr(text, 0, expr->len + UINT64_C(1)) == text + expr->len;
}

static int
check_exprs(const struct lists_rules *rules, struct base_err *err)
{
	uint32_t line = 0;

	for (uint32_t i = 0; i < rules->nb_exprs; i++) {
		if (!is_expr(rules, &rules->exprs[i]) || rules->exprs[i].line <= line)
			return broken(err, "expression", i);
		line = rules->exprs[i].line;
	}
	return 0;
}

/* A record of a set: its octets, 0: it does not lie inside, or is none. A CNAME's target is a name.
 */
static uint32_t
record_octets(const uint8_t *at, uint32_t left, uint16_t *type)
{
	struct base_cur cur = base_cur_init(at, left);
	uint16_t class, len;
	const uint8_t *data;
	struct dns_name name;

	*type = base_cur_u16(&cur);
	class = base_cur_u16(&cur);
	base_cur_skip(&cur, 4); /* TTL */
	len = base_cur_u16(&cur);
	data = base_cur_take(&cur, len);
	if (cur.bad || class != DNS_QCLASS_IN)
		return 0;
	if (*type == DNS_TYPE_CNAME &&
		(dns_name_from_wire(data, len, &name) != DNS_ok || name.len != len))
		return 0;
	return cur.off;
}

/* A set lies where it says: records by ascending type, a CNAME alone. */
static bool
is_set(const struct lists_rules *rules, uint32_t at)
{
	const uint8_t *set = rules->records + at;
	uint16_t type = 0, before = 0;
	uint32_t len, octets;

	if (rules->records_bytes < 2 || at > rules->records_bytes - 2)
		return false;
	len = (uint32_t)(set[0] << 8 | set[1]);
	if (len == 0 || len > rules->records_bytes - 2 - at)
		return false;
	for (uint32_t off = 0; off < len; off += octets) {
		octets = record_octets(set + 2 + off, len - off, &type);
		if (octets == 0 || type < before || (type == DNS_TYPE_CNAME && octets != len))
			return false;
		before = type;
	}
	return true;
}

/* Every rule that answers with records has a set, and no other. */
static int
check_data(const struct lists_rules *rules, struct base_err *err)
{
	uint32_t next = 0;

	for (uint32_t i = 0; i < rules->nb_rules; i++) {
		if (rules->rules[i].action != LISTS_ACT_DATA)
			continue;
		if (next == rules->nb_data || rules->data[next].rule != i ||
			!is_set(rules, rules->data[next].at))
			return broken(err, "set of records", next);
		next++;
	}
	return next == rules->nb_data ? 0 : broken(err, "set of records", next);
}

/* Copies the arrays behind the head, whose lengths fit. */
static int
take_parts(struct lists_rules *rules, const uint8_t *at, const uint64_t bytes[NB_PARTS],
	struct base_err *err)
{
	static const uint8_t zeros[8];
	void **const to[NB_PARTS] = {
		[PART_RULES] = (void **)&rules->rules,
		[PART_CONDS] = (void **)&rules->conds,
		[PART_EXPRS] = (void **)&rules->exprs,
		[PART_DATA] = (void **)&rules->data,
		[PART_NAMES] = (void **)&rules->names,
		[PART_TEXTS] = (void **)&rules->texts,
		[PART_RECORDS] = (void **)&rules->records,
	};

	for (int i = 0; i < NB_PARTS; i++) {
		if (bytes[i] == 0)
			continue;
		*to[i] = malloc(bytes[i]);
		if (*to[i] == NULL)
			return base_fail(
				err, BASE_EXIT_UNAVAILABLE, ENOMEM, "no memory for the rules");
		memcpy(*to[i], at, bytes[i]);
		if (memcmp(at + bytes[i], zeros, rounded(bytes[i]) - bytes[i]) != 0)
			return broken(err, "padding", (uint32_t)i);
		at += rounded(bytes[i]);
		rules->report.bytes += bytes[i];
	}
	return 0;
}

/* Lengths of all arrays, or false: they do not add up. */
static bool
read_head(const uint8_t *bytes, uint64_t len, struct head *head, uint64_t parts[NB_PARTS])
{
	uint64_t sum = sizeof(*head);

	if (len < sizeof(*head))
		return false;
	memcpy(head, bytes, sizeof(*head));
	if (head->format == LISTS_FORMAT_AUTO || head->format >= LISTS_NB_FORMATS ||
		head->bad_lines > head->rule_lines || head->rule_lines > head->lines ||
		head->records_bytes > UINT32_MAX || head->names_bytes > UINT32_MAX ||
		head->texts_bytes > UINT32_MAX)
		return false;
	part_bytes(head, parts);
	for (int i = 0; i < NB_PARTS; i++)
		sum += rounded(parts[i]);
	return sum == len;
}

static void
fill_report(const struct head *head, struct lists_rules *rules)
{
	struct lists_report *report = &rules->report;

	rules->nb_rules = head->nb_rules;
	rules->nb_conds = head->nb_conds;
	rules->nb_exprs = head->nb_exprs;
	rules->nb_data = head->nb_data;
	rules->names_bytes = head->names_bytes;
	rules->texts_bytes = head->texts_bytes;
	rules->records_bytes = head->records_bytes;
	report->format = (enum lists_format)head->format;
	report->lines = head->lines;
	report->rule_lines = head->rule_lines;
	report->bad_lines = head->bad_lines;
}

static void
count(struct lists_rules *rules)
{
	for (uint32_t i = 0; i < rules->nb_rules; i++) {
		rules->report.kinds[rules->rules[i].kind]++;
		rules->report.classes[rules->rules[i].class]++;
		rules->report.acts[rules->rules[i].action]++;
	}
	for (uint32_t i = 0; i < rules->nb_exprs; i++)
		rules->report.exprs += !rules->exprs[i].moved;
}

int
lists_unpack(const uint8_t *bytes, uint64_t len, struct lists_rules **out, struct base_err *err)
{
	struct lists_rules *rules;
	uint64_t parts[NB_PARTS];
	struct head head;
	int rc;

	*out = NULL;
	if (!read_head(bytes, len, &head, parts))
		return base_fail(err, BASE_EXIT_CONFIG, EBADMSG, "its lengths do not add up");
	rules = calloc(1, sizeof(*rules));
	if (rules == NULL)
		return base_fail(err, BASE_EXIT_UNAVAILABLE, ENOMEM, "no memory for the rules");
	fill_report(&head, rules);
	rc = take_parts(rules, bytes + sizeof(head), parts, err);
	if (rc == 0)
		rc = check_conds(rules, err);
	if (rc == 0)
		rc = check_rules(rules, err);
	if (rc == 0)
		rc = check_exprs(rules, err);
	if (rc == 0)
		rc = check_data(rules, err);
	if (rc < 0) {
		lists_free(rules);
		return rc;
	}
	count(rules);
	*out = rules;
	return 0;
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "verdicts.h"

#include "classify_reason.h"
#include "dns_name.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <search.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define LINE_MAX_OCTETS (DNS_NAME_TEXT_MAX + CONF_LINE_MAX + 512)

struct verdicts {
	struct verdicts_conf conf;
	uint64_t counts[CONF_LISTS_MAX + 1][POLICY_NB_ACTIONS]; /* [0]: no list decided */
	void *names;	   /* tsearch(3): struct verdicts_name, by wire */
	uint64_t n_differ; /* lines */
	char *expected;	   /* next line of conf.expect without its newline; NULL: none */
	size_t expected_cap;
	uint64_t expected_frame;
	char line[LINE_MAX_OCTETS];
};

/* Reads the next expected line. A line without a frame number counts as one of frame 0. */
static void
next_expected(struct verdicts *v)
{
	ssize_t n = getline(&v->expected, &v->expected_cap, v->conf.expect);

	if (n < 0) {
		free(v->expected);
		v->expected = NULL;
		v->expected_cap = 0;
		return;
	}
	if (n > 0 && v->expected[n - 1] == '\n')
		v->expected[n - 1] = '\0';
	v->expected_frame = strtoull(v->expected, NULL, 10);
}

/* Ours has no octets that a terminal obeys; what was expected may have any. */
static void
print_differing(struct verdicts *v, char sign, const char *line)
{
	fputc(sign, v->conf.differ);
	for (; *line != '\0'; line++)
		fputc(iscntrl((unsigned char)*line) && *line != '\t' ? '?' : *line, v->conf.differ);
	fputc('\n', v->conf.differ);
}

/* Where a line's rule, "threats.txt:17", ends before the number: that of a rule in its list moves
 * with each line added above it. The end of the rule where it has no number, NULL where no rule
 * stands. */
static const char *
rule_end(const char *line, const char *tab)
{
	const char *end = tab;

	if (tab == NULL)
		return NULL;
	while (end > line && isdigit((unsigned char)end[-1]))
		end--;
	return end > line && end < tab && end[-1] == ':' ? end : tab;
}

/* Whether two lines tell the same: all fields but the number of the rule's line are equal. */
static bool
is_same(const char *expected, const char *ours)
{
	const char *expected_tab = strrchr(expected, '\t'), *ours_tab = strrchr(ours, '\t');
	const char *expected_end = rule_end(expected, expected_tab);
	const char *ours_end = rule_end(ours, ours_tab);

	if (expected_end == NULL || ours_end == NULL)
		return strcmp(expected, ours) == 0;
	return expected_end - expected == ours_end - ours &&
	       memcmp(expected, ours, (size_t)(ours_end - ours)) == 0 &&
	       strcmp(expected_tab, ours_tab) == 0;
}

/* What --verdicts wrote begins with the header. */
static int
check_expected(struct verdicts *v, struct base_err *err)
{
	if (fgets(v->line, sizeof(v->line), v->conf.expect) == NULL ||
		strcmp(v->line, VERDICTS_HEADER "\n") != 0)
		return base_fail(err, BASE_EXIT_FAILURE, EINVAL,
			"--expect %s: is no file that --verdicts wrote: its first line is not the "
			"header",
			v->conf.expect_name);
	next_expected(v);
	return 0;
}

/* A line is done: to the file. */
static int
write_line(struct verdicts *v, struct base_err *err)
{
	if (v->conf.lines != NULL && fprintf(v->conf.lines, "%s\n", v->line) < 0)
		return base_fail(err, BASE_EXIT_FAILURE, EIO, "%s: cannot be written: %s",
			v->conf.lines_name, strerror(errno));
	return 0;
}

/* Holds our line against the expected ones, both in the order of their frames. */
static void
compare(struct verdicts *v, uint64_t frame)
{
	while (v->expected != NULL && v->expected_frame < frame) {
		print_differing(v, '-', v->expected);
		v->n_differ++;
		next_expected(v);
	}
	if (v->expected != NULL && v->expected_frame == frame) {
		if (is_same(v->expected, v->line)) {
			next_expected(v);
			return;
		}
		print_differing(v, '-', v->expected);
		next_expected(v);
	}
	print_differing(v, '+', v->line);
	v->n_differ++;
}

/* A line is done: to the file, and against the expected one. */
static int
emit(struct verdicts *v, uint64_t frame, struct base_err *err)
{
	if (v->conf.expect != NULL)
		compare(v, frame);
	return write_line(v, err);
}

int
verdicts_new(const struct verdicts_conf *conf, struct verdicts **out, struct base_err *err)
{
	struct verdicts *v = calloc(1, sizeof(*v));
	int rc = 0;

	*out = NULL;
	if (v == NULL)
		return base_fail(err, BASE_EXIT_UNAVAILABLE, ENOMEM, "no memory to count verdicts");
	v->conf = *conf;
	if (conf->expect != NULL)
		rc = check_expected(v, err);
	snprintf(v->line, sizeof(v->line), "%s", VERDICTS_HEADER);
	if (rc == 0)
		rc = write_line(v, err);
	if (rc < 0) {
		verdicts_free(v);
		return rc;
	}
	*out = v;
	return 0;
}

/* The list and the rule that decided: "threats\tlists/threats.txt:17", or "-\t-". */
static void
format_rule(const struct verdicts *v, const struct qlog_record *r, char *text, size_t size)
{
	struct policy_verdict verdict = {.list = r->list,
		.action = r->action,
		.kind = r->kind,
		.class = r->class,
		.labels = r->labels,
		.cond = r->cond,
		.name_id = r->name_id,
		.generation = r->generation};
	struct policy_where where;

	if (policy_where(v->conf.policy, &verdict, &where))
		snprintf(text, size, "%s\t%s:%u", where.list, where.path, where.line);
	else
		snprintf(text, size, "-\t-");
}

static void
format_line(struct verdicts *v, const struct qlog_record *r)
{
	char src[BASE_ADDR_TEXT_MAX], dst[BASE_ADDR_TEXT_MAX], name[DNS_NAME_TEXT_MAX];
	char rule[CONF_LINE_MAX + 64];

	if (r->qname_len == 0 || dns_name_format(r->qname, r->qname_len, name, sizeof(name)) < 0)
		snprintf(name, sizeof(name), "-");
	format_rule(v, r, rule, sizeof(rule));
	snprintf(v->line, sizeof(v->line),
		"%" PRIu64 "\t%s\t%u\t%s\t%u\t%s\t0x%04x\t%u\t%s\t%u\t%s\t%s\t%s", r->frame,
		base_addr_format(&r->src, src), r->sport, base_addr_format(&r->dst, dst), r->dport,
		r->transport == 6 ? "tcp" : "udp", r->id, r->qr, name, r->qtype,
		policy_action_word(r->action), rule, classify_reason_names[r->reason]);
}

static int
order_of_names(const void *a, const void *b)
{
	const struct verdicts_name *x = a, *y = b;

	return x->len != y->len ? x->len - y->len : memcmp(x->wire, y->wire, x->len);
}

static int
count_name(struct verdicts *v, const struct qlog_record *r)
{
	struct verdicts_name key = {.len = r->qname_len}, *entry;
	struct verdicts_name **found;

	for (uint32_t i = 0; i < r->qname_len; i++)
		key.wire[i] = (uint8_t)(r->qname[i] >= 'A' && r->qname[i] <= 'Z' ? r->qname[i] + 32
										 : r->qname[i]);
	found = tfind(&key, &v->names, order_of_names);
	if (found == NULL) {
		entry = malloc(sizeof(*entry));
		if (entry == NULL)
			return -ENOMEM;
		*entry = key;
		found = tsearch(entry, &v->names, order_of_names);
		if (found == NULL) {
			free(entry);
			return -ENOMEM;
		}
	}
	(*found)->count++;
	return 0;
}

/* Whether the packet was answered or dropped because a list names it. */
static bool
is_blocked(const struct qlog_record *r)
{
	return r->list >= 0 && r->qname_len > 0 && r->reason >= CLASSIFY_answered_nxdomain;
}

int
verdicts_sink(void *ctx, const struct qlog_record *record, struct base_err *err)
{
	struct verdicts *v = ctx;

	v->counts[record->list + 1][record->action]++;
	if (is_blocked(record) && count_name(v, record) < 0)
		return base_fail(
			err, BASE_EXIT_UNAVAILABLE, ENOMEM, "no memory to count blocked names");
	if (v->conf.lines == NULL && v->conf.expect == NULL)
		return 0;
	format_line(v, record);
	return emit(v, record->frame, err);
}

int
verdicts_end(struct verdicts *v, struct base_err *err)
{
	while (v->expected != NULL) {
		print_differing(v, '-', v->expected);
		v->n_differ++;
		next_expected(v);
	}
	if (v->conf.lines != NULL && fflush(v->conf.lines) != 0)
		return base_fail(err, BASE_EXIT_FAILURE, EIO, "%s: cannot be written: %s",
			v->conf.lines_name, strerror(errno));
	return 0;
}

uint64_t
verdicts_nb_differing(const struct verdicts *v)
{
	return v->n_differ;
}

uint64_t
verdicts_count(const struct verdicts *v, int list, enum policy_action action)
{
	return v->counts[list + 1][action];
}

/* The names met on a walk that are blocked most often so far. */
struct top {
	struct verdicts_name *names;
	uint32_t n, max;
};

static void
visit_name(const void *node, VISIT visit, void *arg)
{
	const struct verdicts_name *name = *(const struct verdicts_name *const *)node;
	struct top *top = arg;
	uint32_t at;

	if (visit != postorder && visit != leaf)
		return;
	for (at = top->n; at > 0 && top->names[at - 1].count < name->count; at--)
		;
	if (at == top->max)
		return;
	if (top->n < top->max)
		top->n++;
	memmove(&top->names[at + 1], &top->names[at], (top->n - at - 1) * sizeof(top->names[0]));
	top->names[at] = *name;
}

uint32_t
verdicts_top(const struct verdicts *v, struct verdicts_name *names, uint32_t max)
{
	struct top top = {.names = names, .max = max};

	twalk_r(v->names, visit_name, &top);
	return top.n;
}

void
verdicts_free(struct verdicts *v)
{
	if (v == NULL)
		return;
	tdestroy(v->names, free);
	free(v->expected);
	free(v);
}

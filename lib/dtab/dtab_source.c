/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "dtab_priv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define BATCH	64	   /* rules whose cache misses overlap */
#define LOOK	65536	   /* rules or names until it is looked whether to go on */
#define NO_NAME UINT32_MAX /* the number of a rule that is about none */

/* What the grouping needs of a rule's name. */
struct rule_name {
	struct dns_fp whole, two;
	uint8_t labels;
	bool is_there;
};

static int
rule_check(
	const struct dtab_rule *rule, uint32_t index, struct dns_name *name, struct base_err *err)
{
	if (dns_name_from_wire(rule->name, rule->name_len, name) == DNS_ok &&
		name->len == rule->name_len && rule->kind < DTAB_NB_KINDS &&
		rule->class < DTAB_NB_CLASSES)
		return 0;
	return base_fail(err, BASE_EXIT_FAILURE, EINVAL,
		"rule %u of list %u has no valid name, kind or class", index, rule->list);
}

static int
name_read(const struct dtab_source *source, const struct dns_fp_key *key, uint32_t index,
	struct rule_name *out, struct base_err *err)
{
	struct dns_fp fps[DNS_LABELS_MAX + 1];
	struct dtab_rule rule;
	struct dns_name name;
	int ret;

	source->rules.get(source->rules.arg, index, &rule);
	out->is_there = rule.name != NULL;
	if (!out->is_there)
		return 0;
	ret = rule_check(&rule, index, &name, err);
	if (ret != 0)
		return ret;
	dns_fp_suffixes(key, &name, fps);
	out->labels = name.labels;
	out->whole = fps[name.labels];
	if (name.labels > 2)
		out->two = fps[2];
	return 0;
}

static int
name_add(struct dtab_source *source, const struct rule_name *name, uint32_t *number)
{
	uint32_t ignored;
	int ret;

	*number = NO_NAME;
	if (!name->is_there)
		return 0;
	ret = dtab_fps_add(&source->names, &name->whole, number);

	if (ret == 0 && name->labels > 2)
		ret = dtab_fps_add(&source->twos, &name->two, &ignored);
	source->has_root |= name->labels == 0;
	source->has_single |= name->labels == 1;
	return ret;
}

/* Numbers the names: by_rule[] gets the number of each rule's. */
static int
source_number(struct dtab_source *source, const struct dns_fp_key *key, uint32_t *by_rule,
	struct base_err *err)
{
	struct rule_name batch[BATCH];
	uint32_t nb;
	int ret;

	for (uint32_t start = 0; start < source->rules.nb; start += nb) {
		if (start % LOOK == 0 && base_cancel_check(source->rules.cancel, err) < 0)
			return -ECANCELED;
		nb = source->rules.nb - start < BATCH ? source->rules.nb - start : BATCH;
		for (uint32_t i = 0; i < nb; i++) {
			ret = name_read(source, key, start + i, &batch[i], err);
			if (ret != 0)
				return ret;
			if (!batch[i].is_there)
				continue;
			dtab_fps_prefetch(&source->names, &batch[i].whole);
			if (batch[i].labels > 2)
				dtab_fps_prefetch(&source->twos, &batch[i].two);
		}
		for (uint32_t i = 0; i < nb; i++) {
			if (name_add(source, &batch[i], &by_rule[start + i]) != 0)
				return -ENOMEM;
		}
	}
	return 0;
}

/* Counting sort of the rules by name; stable, so that a name's rules stay in their order. */
static int
source_order(struct dtab_source *source, const uint32_t *by_rule)
{
	uint32_t nb_names = source->names.nb, sum = 0;
	uint32_t *first = calloc((size_t)nb_names + 1, sizeof(*first));
	uint32_t *order = malloc(((size_t)source->rules.nb + 1) * sizeof(*order));

	source->first = first;
	source->order = order;
	if (first == NULL || order == NULL)
		return -ENOMEM;
	for (uint32_t i = 0; i < source->rules.nb; i++) {
		if (by_rule[i] != NO_NAME)
			first[by_rule[i]]++;
	}
	for (uint32_t i = 0; i <= nb_names; i++) {
		uint32_t nb = first[i];

		first[i] = sum;
		sum += nb;
	}
	for (uint32_t i = 0; i < source->rules.nb; i++) {
		if (by_rule[i] != NO_NAME)
			order[first[by_rule[i]]++] = i;
	}
	/* Each name's start has moved to the next one's. */
	memmove(first + 1, first, (size_t)nb_names * sizeof(*first));
	first[0] = 0;
	return 0;
}

static int
name_details(struct dtab_source *source, uint32_t name_id)
{
	const uint32_t *rules;
	uint32_t nb = dtab_source_rules(source, name_id, &rules);
	struct dtab_rule rule;
	int ret;

	if (nb == 1) {
		source->rules.get(source->rules.arg, rules[0], &rule);
		return dtab_intern_single(&source->intern, &rule, &source->details[name_id]);
	}
	ret = dtab_intern_begin(&source->intern);
	for (uint32_t i = 0; i < nb && ret == 0; i++) {
		source->rules.get(source->rules.arg, rules[i], &rule);
		ret = dtab_intern_rule(&source->intern, &rule);
	}
	return ret != 0 ? ret : dtab_intern_end(&source->intern, &source->details[name_id]);
}

static int
source_details(struct dtab_source *source, struct base_err *err)
{
	int ret = 0;

	source->details = malloc(((size_t)source->names.nb + 1) * sizeof(*source->details));
	if (source->details == NULL)
		return -ENOMEM;
	for (uint32_t i = 0; i < source->names.nb && ret == 0; i++) {
		if (i % LOOK == 0)
			ret = base_cancel_check(source->rules.cancel, err);
		if (ret == 0)
			ret = name_details(source, i);
	}
	free(source->intern.slots);
	source->intern.slots = NULL;
	source->intern.nb_slots = 0;
	return ret;
}

/* Names of two labels are in the filter as names; a second time would cost bits. */
static int
source_group(struct dtab_source *source, const struct dns_fp_key *key, struct base_err *err)
{
	uint32_t *by_rule = malloc(((size_t)source->rules.nb + 1) * sizeof(*by_rule));
	int ret = by_rule == NULL ? -ENOMEM : 0;

	if (ret == 0)
		ret = dtab_fps_init(&source->names, source->rules.nb);
	if (ret == 0)
		ret = dtab_fps_init(&source->twos, source->rules.nb / 4);
	if (ret == 0)
		ret = source_number(source, key, by_rule, err);
	if (ret == 0) {
		dtab_fps_seal(&source->names);
		dtab_fps_seal(&source->twos);
		ret = source_order(source, by_rule);
	}
	free(by_rule);
	return ret;
}

int
dtab_source_build(const struct dtab_rules *rules, const struct dns_fp_key *key,
	struct dtab_source **out, struct base_err *err)
{
	struct dtab_source *source = calloc(1, sizeof(*source));
	int ret = -ENOMEM;

	*out = NULL;
	if (source != NULL) {
		source->rules = *rules;
		source->intern.seed = key->lo;
		ret = source_group(source, key, err);
	}
	if (ret == 0)
		ret = source_details(source, err);
	if (ret != 0) {
		dtab_source_free(source);
		return ret != -ENOMEM ? ret
				      : base_fail(err, BASE_EXIT_UNAVAILABLE, ENOMEM,
						"no memory to group %u rules by name: fewer or "
						"shorter lists, or more memory",
						rules->nb);
	}
	*out = source;
	return 0;
}

void
dtab_source_free(struct dtab_source *source)
{
	if (source == NULL)
		return;
	dtab_fps_clear(&source->names);
	dtab_fps_clear(&source->twos);
	dtab_intern_clear(&source->intern);
	free(source->first);
	free(source->order);
	free(source->details);
	free(source);
}

void
dtab_source_counts(const struct dtab_source *source, struct dtab_counts *counts)
{
	*counts = (struct dtab_counts){.names = source->names.nb,
		.filter_keys = source->names.nb + source->twos.nb,
		.details = source->intern.nb_drafts,
		.extras = source->intern.nb_extras,
		.data_bytes = source->rules.data_bytes};
}

uint64_t
dtab_source_bytes(const struct dtab_source *source)
{
	return sizeof(*source) +
	       ((uint64_t)source->names.cap + source->twos.cap) * sizeof(struct dns_fp) +
	       ((uint64_t)source->names.nb * 2 + source->rules.nb) * sizeof(uint32_t) +
	       (uint64_t)source->intern.cap_drafts * sizeof(struct dtab_draft) +
	       (uint64_t)source->intern.cap_extras * sizeof(struct dtab_extra);
}

uint32_t
dtab_source_rules(const struct dtab_source *source, uint32_t name_id, const uint32_t **rules)
{
	*rules = source->order + source->first[name_id];
	return source->first[name_id + 1] - source->first[name_id];
}

uint32_t
dtab_source_find(const struct dtab_source *source, uint32_t name_id, const struct dtab_extra *like)
{
	const uint32_t *rules;
	uint32_t nb = dtab_source_rules(source, name_id, &rules);
	struct dtab_rule rule;

	for (uint32_t i = 0; i < nb; i++) {
		source->rules.get(source->rules.arg, rules[i], &rule);
		if (rule.list == like->list && rule.kind == like->kind &&
			rule.class == like->class && rule.cond == like->cond)
			return rules[i];
	}
	return DTAB_NONE;
}

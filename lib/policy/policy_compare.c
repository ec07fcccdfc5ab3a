/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * What a generation changes: rules that are new in a list, and rules that are gone.
 */
#include "policy_priv.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A rule as 64 bits of its content, and its place in the list: rules about names, then
 * expressions. */
struct sum {
	uint64_t sum;
	uint32_t rule;
};

/* Rules of a list, ascending by content: equal ones are taken for the same. */
struct sums {
	struct sum *sum;
	uint32_t nb;
};

/* The first rules of some, ascending. */
struct first {
	uint32_t nb;
	uint32_t rule[POLICY_FIRST];
};

/* FNV-1a: nothing depends on it but a count that people read. */
static uint64_t
mix(uint64_t sum, const void *octets, size_t len)
{
	const uint8_t *at = octets;

	for (size_t i = 0; i < len; i++)
		sum = (sum ^ at[i]) * UINT64_C(0x100000001b3);
	return sum;
}

static uint64_t
sum_rule(const struct policy *policy, uint16_t list, uint32_t index)
{
	const struct lists_rules *read = policy->read[list];
	const struct lists_rule *rule = &policy->cold[list].rules[index];
	const uint8_t *name = policy->cold[list].names + rule->name;
	uint8_t what[3] = {rule->kind, rule->class, rule->action};
	const uint8_t *records;
	uint64_t sum = mix(UINT64_C(0xcbf29ce484222325), what, sizeof(what));

	if (rule->cond > 0)
		sum = mix(sum, &read->conds[rule->cond - 1], sizeof(struct lists_cond));
	if (rule->action == LISTS_ACT_DATA) {
		records = read->records + lists_rule_data(read, index);
		sum = mix(sum, records, 2u + (uint32_t)(records[0] << 8 | records[1]));
	}
	return mix(sum, name, 1u + name[0]);
}

static int
by_value(const void *a, const void *b)
{
	uint64_t x = ((const struct sum *)a)->sum, y = ((const struct sum *)b)->sum;

	return (x > y) - (x < y);
}

/* The sums of a list, NULL: there is none; 0, -ENOMEM. */
static int
sums_make(const struct policy *policy, int list, struct sums *out)
{
	const struct lists_rules *read = list < 0 ? NULL : policy->read[list];
	uint32_t nb = read == NULL ? 0 : read->nb_rules + read->nb_exprs;

	*out = (struct sums){.sum = malloc((nb + 1u) * sizeof(out->sum[0]))};
	if (out->sum == NULL)
		return -ENOMEM;
	for (uint32_t i = 0; read != NULL && i < read->nb_rules; i++)
		out->sum[out->nb++] =
			(struct sum){.rule = i, .sum = sum_rule(policy, (uint16_t)list, i)};
	for (uint32_t i = 0; read != NULL && i < read->nb_exprs; i++) {
		const struct lists_expr *expr = &read->exprs[i];

		if (!expr->moved)
			out->sum[out->nb++] = (struct sum){.rule = read->nb_rules + i,
				.sum = mix(expr->flags, lists_expr_text(read, expr), expr->len)};
	}
	qsort(out->sum, out->nb, sizeof(out->sum[0]), by_value);
	return 0;
}

static void
note(struct first *first, uint32_t rule)
{
	uint32_t at = first->nb;

	while (at > 0 && first->rule[at - 1] > rule)
		at--;
	if (at == POLICY_FIRST)
		return;
	if (first->nb < POLICY_FIRST)
		first->nb++;
	memmove(&first->rule[at + 1], &first->rule[at],
		(first->nb - 1 - at) * sizeof(first->rule[0]));
	first->rule[at] = rule;
}

/* Both ascending: what stands on one side alone. */
static void
count(const struct sums *before, const struct sums *after, struct policy_change *out,
	struct first *removed, struct first *added)
{
	uint32_t b = 0, a = 0;

	while (b < before->nb || a < after->nb) {
		if (a == after->nb || (b < before->nb && before->sum[b].sum < after->sum[a].sum)) {
			out->removed++;
			note(removed, before->sum[b++].rule);
		} else if (b == before->nb || after->sum[a].sum < before->sum[b].sum) {
			out->added++;
			note(added, after->sum[a++].rule);
		} else {
			a++;
			b++;
		}
	}
	out->rules = after->nb;
}

static void
name_first(const struct policy *policy, int list, const struct first *first,
	char out[POLICY_FIRST][DNS_NAME_TEXT_MAX])
{
	const struct lists_rules *read = list < 0 ? NULL : policy->read[list];

	for (uint32_t i = 0; i < first->nb; i++) {
		uint32_t rule = first->rule[i];
		struct base_prefix prefix;
		const uint8_t *name;

		if (rule >= read->nb_rules) {
			const struct lists_expr *expr = &read->exprs[rule - read->nb_rules];

			snprintf(out[i], DNS_NAME_TEXT_MAX, "%s", lists_expr_text(read, expr));
			continue;
		}
		name = policy->cold[list].names + policy->cold[list].rules[rule].name;
		if (lists_rule_is_address(&policy->cold[list].rules[rule]) &&
			lists_prefix_read(name, &prefix))
			base_prefix_format(&prefix, out[i]);
		else
			dns_name_format(name + 1, name[0], out[i], DNS_NAME_TEXT_MAX);
	}
}

static int
find(const struct policy *policy, const char *name)
{
	for (uint16_t i = 0; policy != NULL && i < policy->nb_lists; i++) {
		if (strcmp(policy_list_name(policy, i), name) == 0)
			return i;
	}
	return -1;
}

/* Adds a list to the changes unless it is what it was. */
static int
compare(const struct policy *before, const struct policy *after, const char *name,
	struct policy_change *out, uint32_t *nb)
{
	int b = find(before, name), a = find(after, name), rc;
	struct policy_change change = {0};
	struct sums was = {0}, is = {0};
	struct first removed = {0}, added = {0};

	if (a >= 0 && b >= 0 && before->files[b] == after->files[a])
		return 0;
	rc = sums_make(before, b, &was);
	if (rc == 0)
		rc = sums_make(after, a, &is);
	if (rc == 0) {
		snprintf(change.list, sizeof(change.list), "%s", name);
		count(&was, &is, &change, &removed, &added);
		name_first(before, b, &removed, change.first_removed);
		name_first(after, a, &added, change.first_added);
		if (change.added + change.removed > 0)
			out[(*nb)++] = change;
	}
	free(was.sum);
	free(is.sum);
	return rc;
}

int
policy_compare(const struct policy *before, const struct policy *after, struct policy_change **out,
	uint32_t *nb, struct base_err *err)
{
	uint32_t most = (before == NULL ? 0u : before->nb_lists) + after->nb_lists;
	int rc = 0;

	*nb = 0;
	*out = calloc(most + 1u, sizeof(**out));
	if (*out == NULL)
		rc = -ENOMEM;
	for (uint16_t i = 0; i < after->nb_lists && rc == 0; i++)
		rc = compare(before, after, policy_list_name(after, i), *out, nb);
	for (uint16_t i = 0; before != NULL && i < before->nb_lists && rc == 0; i++) {
		const char *name = policy_list_name(before, i);

		if (find(after, name) < 0)
			rc = compare(before, after, name, *out, nb);
	}
	if (rc == 0)
		return 0;
	free(*out);
	*out = NULL;
	*nb = 0;
	return base_fail(err, BASE_EXIT_UNAVAILABLE, ENOMEM, "no memory to compare lists");
}

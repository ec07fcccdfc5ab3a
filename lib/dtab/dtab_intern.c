/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "dtab_priv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(sizeof(struct dtab_extra) == 12, "compared as octets: no padding");

/* Makes room for one more element of an array; NULL when there is none. */
static void *
array_room(void *array, uint32_t nb, uint32_t *cap, size_t bytes)
{
	uint32_t wanted = *cap == 0 ? 16 : *cap * 2;
	void *grown;

	if (nb < *cap)
		return array;
	if (wanted < *cap)
		return NULL;
	grown = realloc(array, wanted * bytes);
	if (grown != NULL)
		*cap = wanted;
	return grown;
}

int
dtab_intern_begin(struct dtab_intern *intern)
{
	struct dtab_draft *grown =
		array_room(intern->drafts, intern->nb_drafts, &intern->cap_drafts, sizeof(*grown));

	if (grown == NULL)
		return -ENOMEM;
	intern->drafts = grown;
	grown[intern->nb_drafts] = (struct dtab_draft){.extra = intern->nb_extras};
	return 0;
}

static bool
rule_is_plain(const struct dtab_rule *rule)
{
	return rule->cond == 0 && rule->action == DTAB_ACTION_LIST && rule->class == DTAB_BLOCK;
}

static struct base_set *
draft_set(struct dtab_draft *draft, uint8_t kind)
{
	if (kind == DTAB_EXACT)
		return &draft->exact;
	return kind == DTAB_SUBTREE ? &draft->subtree : &draft->below;
}

/* Whether an earlier rule of the draft differs from this one in its action at most. */
static bool
draft_has(const struct dtab_intern *intern, struct dtab_draft *draft, const struct dtab_rule *rule)
{
	if (rule->cond == 0 && rule->class == DTAB_BLOCK &&
		base_set_has(draft_set(draft, rule->kind), rule->list))
		return true;
	/* Lists come in their order, so those of the same list stand at the end. */
	for (uint32_t i = draft->extra + draft->nb_extras; i > draft->extra; i--) {
		const struct dtab_extra *extra = &intern->extras[i - 1];

		if (extra->list != rule->list)
			break;
		if (extra->kind == rule->kind && extra->class == rule->class &&
			extra->cond == rule->cond)
			return true;
	}
	return false;
}

int
dtab_intern_rule(struct dtab_intern *intern, const struct dtab_rule *rule)
{
	struct dtab_draft *draft = &intern->drafts[intern->nb_drafts];
	struct dtab_extra *grown;
	uint32_t end = draft->extra + draft->nb_extras;

	if (draft_has(intern, draft, rule))
		return 0;
	if (rule_is_plain(rule)) {
		base_set_add(draft_set(draft, rule->kind), rule->list);
		return 0;
	}
	grown = array_room(intern->extras, end, &intern->cap_extras, sizeof(*grown));
	if (grown == NULL)
		return -ENOMEM;
	intern->extras = grown;
	grown[end] = (struct dtab_extra){.list = rule->list,
		.kind = rule->kind,
		.class = rule->class,
		.action = rule->action,
		.cond = rule->cond,
		.data = rule->data};
	draft->nb_extras++;
	return 0;
}

static uint64_t
mix(uint64_t hash, uint64_t word)
{
	hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
	return hash ^ hash >> 29;
}

static uint32_t
draft_hash(const struct dtab_intern *intern, const struct dtab_draft *draft)
{
	uint64_t hash = intern->seed;

	for (int i = 0; i < BASE_SET_MAX / 64; i++) {
		hash = mix(hash, draft->exact.word[i]);
		hash = mix(hash, draft->subtree.word[i]);
		hash = mix(hash, draft->below.word[i]);
	}
	for (uint32_t i = 0; i < draft->nb_extras; i++) {
		const struct dtab_extra *extra = &intern->extras[draft->extra + i];
		uint64_t word;

		memcpy(&word, extra, sizeof(word));
		hash = mix(mix(hash, word), extra->data);
	}
	return (uint32_t)(hash >> 32);
}

static bool
draft_equal(
	const struct dtab_intern *intern, const struct dtab_draft *a, const struct dtab_draft *b)
{
	return base_set_equal(&a->exact, &b->exact) && base_set_equal(&a->subtree, &b->subtree) &&
	       base_set_equal(&a->below, &b->below) && a->nb_extras == b->nb_extras &&
	       (a->nb_extras == 0 || memcmp(&intern->extras[a->extra], &intern->extras[b->extra],
					     a->nb_extras * sizeof(struct dtab_extra)) == 0);
}

static uint32_t
intern_slot(const struct dtab_intern *intern, const struct dtab_draft *draft)
{
	uint32_t mask = intern->nb_slots - 1, at = draft_hash(intern, draft) & mask;

	while (intern->slots[at] != 0 &&
		!draft_equal(intern, &intern->drafts[intern->slots[at] - 1], draft))
		at = (at + 1) & mask;
	return at;
}

static int
intern_slots_grow(struct dtab_intern *intern)
{
	uint32_t nb_slots = intern->nb_slots == 0 ? 64 : intern->nb_slots * 2;
	uint32_t *slots = nb_slots == 0 ? NULL : calloc(nb_slots, sizeof(*slots));

	if (slots == NULL)
		return -ENOMEM;
	free(intern->slots);
	intern->slots = slots;
	intern->nb_slots = nb_slots;
	for (uint32_t i = 0; i < intern->nb_drafts; i++)
		slots[intern_slot(intern, &intern->drafts[i])] = i + 1;
	return 0;
}

int
dtab_intern_end(struct dtab_intern *intern, uint32_t *number)
{
	const struct dtab_draft *draft = &intern->drafts[intern->nb_drafts];
	uint32_t at;

	if (intern->nb_drafts >= intern->nb_slots / 2 && intern_slots_grow(intern) != 0)
		return -ENOMEM;
	at = intern_slot(intern, draft);
	if (intern->slots[at] == 0) {
		intern->nb_extras += draft->nb_extras;
		intern->slots[at] = ++intern->nb_drafts;
	}
	*number = intern->slots[at] - 1;
	return 0;
}

int
dtab_intern_single(struct dtab_intern *intern, const struct dtab_rule *rule, uint32_t *number)
{
	uint32_t *plain = rule_is_plain(rule) ? &intern->plain[rule->kind][rule->list] : NULL;
	int ret;

	if (plain != NULL && *plain != 0) {
		*number = *plain - 1;
		return 0;
	}
	ret = dtab_intern_begin(intern);
	if (ret == 0)
		ret = dtab_intern_rule(intern, rule);
	if (ret == 0)
		ret = dtab_intern_end(intern, number);
	if (ret == 0 && plain != NULL)
		*plain = *number + 1;
	return ret;
}

void
dtab_intern_clear(struct dtab_intern *intern)
{
	free(intern->drafts);
	free(intern->extras);
	free(intern->slots);
	memset(intern, 0, sizeof(*intern));
}

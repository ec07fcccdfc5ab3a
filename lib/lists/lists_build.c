/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "lists_priv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define FIRST_RULES 1024
#define FIRST_NAMES (32 * 1024)
#define FIRST_SLOTS 2048

int
lists_build_open(struct lists_build *build, const struct lists_spec *spec)
{
	memset(build, 0, sizeof(*build));
	build->spec = spec;
	if (getrandom(&build->seed, sizeof(build->seed), GRND_NONBLOCK) < 0)
		build->seed = (uintptr_t)build; /* early at boot: the address is a secret too */
	build->rules = calloc(1, sizeof(*build->rules));
	build->slots = calloc(FIRST_SLOTS, sizeof(*build->slots));
	if (build->rules == NULL || build->slots == NULL) {
		lists_build_close(build);
		return -ENOMEM;
	}
	build->nb_slots = FIRST_SLOTS;
	return 0;
}

void
lists_build_close(struct lists_build *build)
{
	free(build->off);
	free(build->slots);
	free(build->items);
	free(build->chains);
	free(build->octets);
	lists_zone_close(build->zone);
	lists_free(build->rules);
	memset(build, 0, sizeof(*build));
}

void
lists_free(struct lists_rules *rules)
{
	if (rules == NULL)
		return;
	free(rules->exprs);
	free(rules->texts);
	free(rules->records);
	free(rules->data);
	free(rules->conds);
	free(rules->names);
	free(rules->rules);
	free(rules);
}

bool
lists_build_grow(
	struct lists_build *build, void **array, uint64_t *cap, uint64_t first, size_t size)
{
	uint64_t more = *cap == 0 ? first : *cap * 2;
	void *moved = realloc(*array, more * size);

	if (moved == NULL) {
		build->error = -ENOMEM;
		return false;
	}
	*array = moved;
	*cap = more;
	return true;
}

bool
lists_build_grow32(
	struct lists_build *build, void **array, uint32_t *cap, uint32_t first, size_t size)
{
	uint64_t wide = *cap;

	if (wide > UINT32_MAX / 2) {
		build->error = -EFBIG;
		return false;
	}
	if (!lists_build_grow(build, array, &wide, first, size))
		return false;
	*cap = (uint32_t)wide;
	return true;
}

uint8_t *
lists_build_room(struct lists_build *build)
{
	struct lists_rules *rules = build->rules;

	if (build->error != 0)
		return NULL;
	if (rules->names_bytes + LISTS_ROOM <= build->cap_names)
		return rules->names + rules->names_bytes;
	if (rules->names_bytes + LISTS_ROOM > UINT32_MAX) {
		build->error = -EFBIG;
		return NULL;
	}
	if (!lists_build_grow(build, (void **)&rules->names, &build->cap_names, FIRST_NAMES, 1))
		return NULL;
	return rules->names + rules->names_bytes;
}

static uint64_t
mix(uint64_t a, uint64_t b)
{
	unsigned __int128 wide = (unsigned __int128)a * b;

	return (uint64_t)wide ^ (uint64_t)(wide >> 64);
}

static uint64_t
load64(const uint8_t *at)
{
	uint64_t word;

	memcpy(&word, at, sizeof(word));
	return word;
}

/** Of all that makes a rule: multiply and fold 8 octets at a time, the last ones overlapping. */
static uint32_t
hash_rule(const struct lists_build *build, const struct lists_rule *rule)
{
	const uint8_t *name = build->rules->names + rule->name; /* its length octet is part of it */
	uint32_t len = name[0] + 1u, at = 0;
	uint64_t hash = build->seed, last = 0;

	hash = mix(hash ^ 0x9e3779b97f4a7c15u,
		((uint64_t)rule->cond << 16 | rule->class << 8 | rule->kind) ^ 0xd6e8feb86659fd93u);
	for (; at + 8 <= len; at += 8)
		hash = mix(hash ^ load64(name + at), build->seed | 1);
	if (len >= 8)
		last = load64(name + len - 8);
	else
		memcpy(&last, name, len);
	hash = mix(hash ^ last, 0xa0761d6478bd642fu);
	return (uint32_t)(hash ^ hash >> 32);
}

static bool
same_rule(const struct lists_build *build, const struct lists_rule *a, const struct lists_rule *b)
{
	const uint8_t *names = build->rules->names;

	return a->kind == b->kind && a->class == b->class && a->cond == b->cond &&
	       memcmp(names + a->name, names + b->name, names[a->name] + 1u) == 0;
}

/** The place of this rule, or the empty one where it belongs. */
static struct lists_slot *
slot_of(struct lists_build *build, const struct lists_rule *rule, uint32_t hash)
{
	const struct lists_rule *rules = build->rules->rules;
	struct lists_slot *slot;

	for (uint64_t i = hash;; i++) {
		slot = &build->slots[i & (build->nb_slots - 1)];
		if (slot->rule == 0)
			return slot;
		if (slot->hash == hash && same_rule(build, &rules[slot->rule - 1], rule))
			return slot;
	}
}

/** Doubles the set when it is three quarters full. */
static bool
grow_slots(struct lists_build *build)
{
	uint64_t nb = build->nb_slots * 2, to;
	struct lists_slot *slots;

	if ((build->rules->nb_rules + UINT64_C(1)) * 4 <= build->nb_slots * 3)
		return true;
	slots = calloc(nb, sizeof(*slots));
	if (slots == NULL) {
		build->error = -ENOMEM;
		return false;
	}
	for (uint64_t i = 0; i < build->nb_slots; i++) {
		if (build->slots[i].rule == 0)
			continue;
		for (to = build->slots[i].hash & (nb - 1); slots[to].rule != 0;)
			to = (to + 1) & (nb - 1);
		slots[to] = build->slots[i];
	}
	free(build->slots);
	build->slots = slots;
	build->nb_slots = nb;
	return true;
}

/** Keeps a rule that takes others out; they may come before or behind it. */
static void
add_off(struct lists_build *build, const struct lists_rule *rule)
{
	if (build->nb_off == build->cap_off && !lists_build_grow32(build, (void **)&build->off,
						       &build->cap_off, 64, sizeof(*build->off)))
		return;
	build->off[build->nb_off++] = *rule;
	build->rules->names_bytes += build->rules->names[rule->name] + UINT64_C(1);
}

/** A rule whose name stands in the room. */
static struct lists_rule
rule_in_room(const struct lists_build *build, const struct lists_what *what)
{
	return (struct lists_rule){
		.name = (uint32_t)build->rules->names_bytes,
		.line = build->rules->report.lines,
		.cond = what->cond,
		.action = (uint8_t)what->action,
		.kind = (uint8_t)what->kind,
		.class = (uint8_t)what->class,
	};
}

uint32_t
lists_build_put(struct lists_build *build, const struct lists_what *what, bool *is_new)
{
	struct lists_rules *rules = build->rules;
	const struct lists_rule rule = rule_in_room(build, what);
	struct lists_slot *slot;
	uint32_t hash;

	*is_new = false;
	if (!grow_slots(build))
		return 0;
	hash = hash_rule(build, &rule);
	slot = slot_of(build, &rule, hash);
	if (slot->rule != 0)
		return slot->rule;
	if (rules->nb_rules == build->cap_rules &&
		!lists_build_grow32(build, (void **)&rules->rules, &build->cap_rules, FIRST_RULES,
			sizeof(*rules->rules)))
		return 0;
	rules->rules[rules->nb_rules++] = rule;
	rules->names_bytes += rules->names[rule.name] + UINT64_C(1);
	*slot = (struct lists_slot){.hash = hash, .rule = rules->nb_rules};
	*is_new = true;
	return rules->nb_rules;
}

void
lists_build_add(struct lists_build *build, const struct lists_what *what, struct lists_span text)
{
	struct lists_rule off;
	bool is_new;

	if (what->badfilter) {
		off = rule_in_room(build, what);
		add_off(build, &off);
		return;
	}
	if (lists_build_put(build, what, &is_new) != 0 && !is_new)
		lists_note_warning(build, LISTS_WARNING_duplicate, text);
}

uint8_t
lists_build_cond(struct lists_build *build, const struct lists_cond *cond)
{
	struct lists_rules *rules = build->rules;

	for (uint32_t i = 0; i < rules->nb_conds; i++) {
		if (memcmp(&rules->conds[i], cond, sizeof(*cond)) == 0)
			return (uint8_t)(i + 1);
	}
	if (rules->nb_conds == LISTS_CONDS)
		return 0;
	if (rules->nb_conds == build->cap_conds &&
		!lists_build_grow32(
			build, (void **)&rules->conds, &build->cap_conds, 8, sizeof(*cond)))
		return 0;
	rules->conds[rules->nb_conds++] = *cond;
	return (uint8_t)rules->nb_conds;
}

/** Notes a `$badfilter` that names no rule, by its name: the line itself is gone. */
static void
note_idle(struct lists_build *build, const struct lists_rule *off)
{
	const uint8_t *name = build->rules->names + off->name;
	uint8_t text[LISTS_ROOM];
	uint32_t len = 0;

	for (uint32_t at = 1; at + 1 < 1u + name[0]; at += name[at] + 1u) {
		memcpy(text + len, name + at + 1, name[at]);
		len += name[at];
		text[len++] = '.';
	}
	build->rules->report.lines = off->line;
	len -= len > 0; /* the last dot */
	lists_note_warning(build, LISTS_WARNING_badfilter_idle,
		(struct lists_span){.at = text, .end = text + len});
}

/** Marks the rules that `$badfilter` names: their line becomes 0. */
static void
mark_removed(struct lists_build *build)
{
	struct lists_rules *rules = build->rules;
	uint32_t lines = rules->report.lines;
	struct lists_slot *slot;

	for (uint32_t i = 0; i < build->nb_off; i++) {
		slot = slot_of(build, &build->off[i], hash_rule(build, &build->off[i]));
		if (slot->rule == 0)
			note_idle(build, &build->off[i]);
		else
			rules->rules[slot->rule - 1].line = 0;
	}
	rules->report.lines = lines;
}

/** Closes the gaps that removed rules and the names of `$badfilter` leave. */
static void
compact(struct lists_rules *rules)
{
	uint32_t kept = 0, len;
	uint64_t names = 0;
	struct lists_rule *rule;

	for (uint32_t i = 0; i < rules->nb_rules; i++) {
		rule = &rules->rules[i];
		if (rule->line == 0)
			continue;
		len = rules->names[rule->name] + 1u;
		memmove(rules->names + names, rules->names + rule->name, len);
		rule->name = (uint32_t)names;
		names += len;
		rules->rules[kept++] = *rule;
	}
	rules->report.removed = rules->nb_rules - kept;
	rules->nb_rules = kept;
	rules->names_bytes = names;
}

void
lists_build_shrink(void **array, uint64_t bytes)
{
	void *moved;

	if (bytes == 0) {
		free(*array);
		*array = NULL;
		return;
	}
	moved = realloc(*array, bytes);
	if (moved != NULL)
		*array = moved;
}

void
lists_build_finish(struct lists_build *build)
{
	struct lists_rules *rules = build->rules;
	uint64_t rule_bytes, cond_bytes;

	if (build->nb_off > 0) {
		mark_removed(build);
		compact(rules);
	}
	for (uint32_t i = 0; i < rules->nb_rules; i++) {
		rules->report.kinds[rules->rules[i].kind]++;
		rules->report.classes[rules->rules[i].class]++;
		rules->report.acts[rules->rules[i].action]++;
	}
	rule_bytes = rules->nb_rules * sizeof(*rules->rules);
	cond_bytes = rules->nb_conds * sizeof(*rules->conds);
	lists_build_shrink((void **)&rules->rules, rule_bytes);
	lists_build_shrink((void **)&rules->names, rules->names_bytes);
	lists_build_shrink((void **)&rules->conds, cond_bytes);
	rules->report.bytes = rule_bytes + rules->names_bytes + cond_bytes;
	rules->report.bytes += lists_expr_finish(build);
	rules->report.bytes += lists_data_finish(build);
}

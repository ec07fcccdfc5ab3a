/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef DTAB_RULES_H
#define DTAB_RULES_H

/** @file Made-up lists for the tests of the domain table: names that share suffixes, hostile ones.
 */

#include "dtab.h"

#include <stdlib.h>
#include <string.h>

#define MADE_MAX 6000

struct made_rules {
	struct dtab_rule rules[MADE_MAX];
	uint8_t names[MADE_MAX][DNS_NAME_MAX];
	uint32_t nb;
	uint64_t random;
};

/** What rules point into. */
static const uint8_t made_data[16] = "sixteen octets..";

static inline uint32_t
made_random(struct made_rules *made, uint32_t below)
{
	made->random = made->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)((made->random >> 33) % below);
}

/** Puts a label in front of a canonical name; false when it does not fit. */
static inline bool
made_child(uint8_t name[DNS_NAME_MAX], uint8_t *len, const uint8_t *label, uint8_t label_len)
{
	if (*len + 1 + label_len > DNS_NAME_MAX)
		return false;
	memmove(name + 1 + label_len, name, *len);
	name[0] = label_len;
	memcpy(name + 1, label, label_len);
	*len = (uint8_t)(*len + 1 + label_len);
	return true;
}

/** A name of up to `depth` labels out of few, so that many names meet. */
static inline uint8_t
made_name(struct made_rules *made, uint32_t depth, uint8_t name[DNS_NAME_MAX])
{
	static const char *const labels[] = {"a", "b", "c", "ads", "example", "x-1",
		"a label with blanks and a length of sixty three octets, 63 even"};
	static const uint8_t odd[][3] = {
		{'a', 0, 'b'}, {'a', '.', 'b'}, {0, 0, 0}, {0xff, '*', '_'}};
	uint32_t nb = made_random(made, depth + 1);
	uint8_t len = 1;

	name[0] = 0;
	for (uint32_t i = 0; i < nb; i++) {
		uint32_t which = made_random(made, 11);
		const void *label = which < 7 ? (const void *)labels[which] : odd[which - 7];
		uint8_t label_len = which < 7 ? (uint8_t)strlen(labels[which]) : 3;

		if (!made_child(name, &len, label, label_len))
			break;
	}
	return len;
}

static inline struct dtab_rule *
made_add(struct made_rules *made, const uint8_t *name, uint8_t len)
{
	struct dtab_rule *rule = &made->rules[made->nb];

	memcpy(made->names[made->nb], name, len);
	*rule = (struct dtab_rule){.name = made->names[made->nb],
		.name_len = len,
		.class = DTAB_BLOCK,
		.action = DTAB_ACTION_LIST};
	made->nb++;
	return rule;
}

/**
 * Fills `nb` rules: lists 0 to 255 in their order, all kinds, one in eight with something extra.
 * `shortest`: 0 with rules for the root, 1 with single labels, 2 with neither.
 */
static inline void
made_fill(struct made_rules *made, uint32_t nb, uint32_t shortest, uint64_t seed)
{
	uint8_t name[DNS_NAME_MAX];

	made->nb = 0;
	made->random = seed;
	while (made->nb < nb) {
		uint8_t len = made_name(made, made_random(made, 16) == 0 ? 127 : 5, name);
		struct dtab_rule *rule;

		/* One in thirty-two is as deep as a name can be. */
		if (made_random(made, 32) == 0) {
			uint8_t label = (uint8_t)('a' + made_random(made, 3));

			while (made_child(name, &len, &label, 1))
				;
		}
		if ((shortest > 0 && len == 1) || (shortest > 1 && name[name[0] + 1] == 0))
			continue;
		rule = made_add(made, name, len);
		rule->list = (uint8_t)((uint64_t)(made->nb - 1) * 256 / nb);
		rule->kind = (uint8_t)made_random(made, DTAB_NB_KINDS);
		if (made_random(made, 8) > 0)
			continue;
		rule->class = (uint8_t)made_random(made, DTAB_NB_CLASSES);
		rule->action = made_random(made, 2) == 0 ? DTAB_ACTION_LIST
							 : (uint8_t)made_random(made, 5);
		rule->cond = (uint16_t)made_random(made, 3);
		if (rule->action != DTAB_ACTION_LIST)
			rule->data = made_random(made, sizeof(made_data));
	}
}

static inline void
made_get(const void *arg, uint32_t index, struct dtab_rule *rule)
{
	*rule = ((const struct made_rules *)arg)->rules[index];
}

static inline struct dtab_rules
made_rules(const struct made_rules *made)
{
	return (struct dtab_rules){.nb = made->nb,
		.get = made_get,
		.arg = made,
		.data = made_data,
		.data_bytes = sizeof(made_data)};
}

static inline struct dns_fp_key
made_key(void)
{
	static const uint8_t seed[DNS_FP_SEED_LEN] = "a key for tests";
	struct dns_fp_key key;

	dns_fp_key_init(&key, seed);
	return key;
}

/** The reference: what is known of one name, read off the rules one by one. */
struct made_details {
	struct base_set exact, subtree, below;
	struct dtab_extra extras[MADE_MAX];
	uint32_t nb_extras;
	uint32_t nb_rules;
};

static inline bool
made_stands(const struct made_rules *made, uint32_t index)
{
	const struct dtab_rule *rule = &made->rules[index];

	for (uint32_t i = 0; i < index; i++) {
		const struct dtab_rule *other = &made->rules[i];

		if (other->list == rule->list && other->kind == rule->kind &&
			other->class == rule->class && other->cond == rule->cond &&
			other->name_len == rule->name_len &&
			memcmp(other->name, rule->name, rule->name_len) == 0)
			return false;
	}
	return true;
}

static inline void
made_lookup(const struct made_rules *made, const uint8_t *name, uint8_t len,
	struct made_details *details)
{
	memset(details, 0, offsetof(struct made_details, extras));
	details->nb_extras = details->nb_rules = 0;
	for (uint32_t i = 0; i < made->nb; i++) {
		const struct dtab_rule *rule = &made->rules[i];

		if (rule->name_len != len || memcmp(rule->name, name, len) != 0)
			continue;
		details->nb_rules++;
		if (!made_stands(made, i))
			continue;
		if (rule->class != DTAB_BLOCK || rule->cond != 0 ||
			rule->action != DTAB_ACTION_LIST)
			details->extras[details->nb_extras++] =
				(struct dtab_extra){.list = rule->list,
					.kind = rule->kind,
					.class = rule->class,
					.action = rule->action,
					.cond = rule->cond,
					.data = rule->data};
		else
			base_set_add(rule->kind == DTAB_EXACT	  ? &details->exact
				     : rule->kind == DTAB_SUBTREE ? &details->subtree
								  : &details->below,
				rule->list);
	}
}

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * A longest-prefix match gives one answer, and the lists of all prefixes that cover an address are
 * wanted: each prefix is given the union of those that cover it, and equal unions one number.
 */
#include "nets_priv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Sets made so far. */
struct sets {
	struct base_set *set;
	uint32_t nb, cap;
	uint32_t *slots; /* number + 1; 0: empty */
	uint32_t mask;
};

/* Prefixes that cover the one in hand, the widest first. */
struct covers {
	const struct nets_entry *entry[NETS_LENGTHS];
	struct base_set set[NETS_LENGTHS];
	uint32_t nb;
};

static uint32_t
hash_of(const struct base_set *set)
{
	uint64_t hash = 0;

	for (int i = 0; i < BASE_SET_MAX / 64; i++)
		hash = nets_mix(hash ^ set->word[i]) + 1;
	return (uint32_t)hash;
}

static void
put_slot(struct sets *sets, uint32_t number)
{
	uint32_t at = hash_of(&sets->set[number]);

	while (sets->slots[at & sets->mask] != 0)
		at++;
	sets->slots[at & sets->mask] = number + 1;
}

static int
grow(struct sets *sets)
{
	uint32_t cap = sets->cap == 0 ? 64 : 2 * sets->cap;
	struct base_set *set = realloc(sets->set, cap * sizeof(*set));

	if (set == NULL)
		return -ENOMEM;
	sets->set = set;
	free(sets->slots);
	sets->slots = calloc(2 * (size_t)cap, sizeof(sets->slots[0]));
	if (sets->slots == NULL)
		return -ENOMEM;
	sets->cap = cap;
	sets->mask = 2 * cap - 1;
	for (uint32_t i = 0; i < sets->nb; i++)
		put_slot(sets, i);
	return 0;
}

/* The number of a set, made where there is none. 0, -ENOMEM, -E2BIG. */
static int
intern(struct sets *sets, const struct base_set *set, uint16_t *out)
{
	uint32_t at = hash_of(set);

	for (; sets->cap > 0 && sets->slots[at & sets->mask] != 0; at++) {
		uint32_t number = sets->slots[at & sets->mask] - 1;

		if (base_set_equal(&sets->set[number], set)) {
			*out = (uint16_t)number;
			return 0;
		}
	}
	if (sets->nb == NETS_NONE)
		return -E2BIG;
	if (sets->nb == sets->cap && grow(sets) < 0)
		return -ENOMEM;
	*out = (uint16_t)sets->nb;
	sets->set[sets->nb++] = *set;
	put_slot(sets, *out);
	return 0;
}

static bool
is_covered(const struct nets_entry *wide, const struct nets_entry *entry)
{
	return wide->family == entry->family && wide->bits <= entry->bits &&
	       ((wide->high ^ entry->high) & nets_mask(wide->bits)) == 0 &&
	       ((wide->low ^ entry->low) & nets_mask(wide->bits < 64 ? 0 : wide->bits - 64u)) == 0;
}

/* Entries i .. end - 1 are one prefix: their values, and those of what covers it. */
static void
unite(const struct nets_source *source, uint32_t i, uint32_t end, struct covers *covers)
{
	const struct nets_entry *entry = &source->entries[i];
	struct base_set set = {{0}};

	while (covers->nb > 0 && !is_covered(covers->entry[covers->nb - 1], entry))
		covers->nb--;
	if (covers->nb > 0)
		set = covers->set[covers->nb - 1];
	for (uint32_t k = i; k < end; k++)
		base_set_add(&set, (uint8_t)source->entries[k].value);
	covers->entry[covers->nb] = entry;
	covers->set[covers->nb++] = set;
}

static uint32_t
end_of_equal(const struct nets_source *source, uint32_t i)
{
	const struct nets_entry *entry = &source->entries[i];
	uint32_t end = i + 1;

	while (end < source->nb && source->entries[end].bits == entry->bits &&
		is_covered(entry, &source->entries[end]))
		end++;
	return end;
}

int
nets_unite(struct nets_source *source)
{
	struct nets_entry *united = malloc((source->nb + 1) * sizeof(*united));
	struct covers *covers = calloc(1, sizeof(*covers));
	struct sets sets = {.set = NULL};
	uint32_t nb = 0;
	int ret = united == NULL || covers == NULL ? -ENOMEM : 0;

	for (uint32_t i = 0, end; i < source->nb && ret == 0; i = end) {
		end = end_of_equal(source, i);
		unite(source, i, end, covers);
		united[nb] = source->entries[i];
		ret = intern(&sets, &covers->set[covers->nb - 1], &united[nb++].value);
	}
	free(sets.slots);
	free(covers);
	if (ret < 0) {
		free(sets.set);
		free(united);
		return ret;
	}
	free(source->entries);
	source->entries = united;
	source->nb = nb;
	source->sets = sets.set;
	source->nb_sets = sets.nb;
	return 0;
}

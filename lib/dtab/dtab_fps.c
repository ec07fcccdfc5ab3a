/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "dtab_priv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Nobody who does not know the key can choose fingerprints that collide, so linear is enough. */
static uint32_t
fps_slot(const struct dtab_fps *set, const struct dns_fp *fp)
{
	uint32_t mask = set->nb_slots - 1, at = dns_fp_hash32(fp) & mask;

	while (set->slots[at] != 0) {
		const struct dns_fp *there = &set->fps[set->slots[at] - 1];

		if (there->lo == fp->lo && there->hi == fp->hi)
			break;
		at = (at + 1) & mask;
	}
	return at;
}

static int
fps_slots_resize(struct dtab_fps *set, uint32_t nb_slots)
{
	uint32_t *slots = calloc(nb_slots, sizeof(*slots));

	if (slots == NULL)
		return -ENOMEM;
	free(set->slots);
	set->slots = slots;
	set->nb_slots = nb_slots;
	for (uint32_t i = 0; i < set->nb; i++)
		slots[fps_slot(set, &set->fps[i])] = i + 1;
	return 0;
}

static int
fps_grow(struct dtab_fps *set)
{
	uint32_t cap = set->cap < 64 ? 64 : set->cap + set->cap / 2;
	struct dns_fp *grown;

	if (cap < set->cap)
		return -ENOMEM;
	grown = realloc(set->fps, cap * sizeof(*grown));
	if (grown == NULL)
		return -ENOMEM;
	set->fps = grown;
	set->cap = cap;
	return 0;
}

int
dtab_fps_init(struct dtab_fps *set, uint32_t hint)
{
	uint32_t nb_slots = 64;

	memset(set, 0, sizeof(*set));
	while (nb_slots / 4 * 3 < hint && nb_slots < UINT32_C(1) << 31)
		nb_slots *= 2;
	return fps_slots_resize(set, nb_slots);
}

void
dtab_fps_clear(struct dtab_fps *set)
{
	free(set->fps);
	free(set->slots);
	memset(set, 0, sizeof(*set));
}

int
dtab_fps_add(struct dtab_fps *set, const struct dns_fp *fp, uint32_t *number)
{
	uint32_t at = fps_slot(set, fp);

	if (set->slots[at] != 0) {
		*number = set->slots[at] - 1;
		return 0;
	}
	if (set->nb >= set->nb_slots / 4 * 3) {
		if (set->nb_slots > UINT32_MAX / 2 || fps_slots_resize(set, set->nb_slots * 2) != 0)
			return -ENOMEM;
		at = fps_slot(set, fp);
	}
	if (set->nb == set->cap && fps_grow(set) != 0)
		return -ENOMEM;
	set->fps[set->nb] = *fp;
	set->slots[at] = set->nb + 1;
	*number = set->nb++;
	return 0;
}

void
dtab_fps_seal(struct dtab_fps *set)
{
	struct dns_fp *shrunk;

	free(set->slots);
	set->slots = NULL;
	set->nb_slots = 0;
	shrunk = realloc(set->fps, (set->nb == 0 ? 1 : set->nb) * sizeof(*shrunk));
	if (shrunk != NULL) {
		set->fps = shrunk;
		set->cap = set->nb == 0 ? 1 : set->nb;
	}
}

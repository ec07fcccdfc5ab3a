/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "dtab_priv.h"

#include <errno.h>
#include <stdlib.h>

/* The numbers of the names of a source, by fingerprint. */
struct dtab_index {
	const struct dtab_source *source;
	uint32_t *slots; /* number + 1, 0: free; by dns_fp_hash32(), linear */
	uint32_t mask;
	struct dtab_details details[DNS_LABELS_MAX + 1]; /* of the hits of the last lookup */
};

int
dtab_index_new(const struct dtab_source *source, struct dtab_index **out, struct base_err *err)
{
	const struct dtab_fps *names = &source->names;
	struct dtab_index *index = aligned_alloc(64, sizeof(*index));
	uint64_t nb_slots = 64;

	*out = NULL;
	while (nb_slots / 4 * 3 < names->nb)
		nb_slots *= 2;
	if (index != NULL)
		*index = (struct dtab_index){.source = source, .mask = (uint32_t)(nb_slots - 1)};
	if (index == NULL || (index->slots = calloc(nb_slots, sizeof(*index->slots))) == NULL) {
		free(index);
		return base_fail(err, BASE_EXIT_UNAVAILABLE, ENOMEM,
			"no memory to look %u names up", names->nb);
	}
	for (uint32_t i = 0; i < names->nb; i++) {
		uint32_t at = dns_fp_hash32(&names->fps[i]) & index->mask;

		while (index->slots[at] != 0)
			at = (at + 1) & index->mask;
		index->slots[at] = i + 1;
	}
	*out = index;
	return 0;
}

void
dtab_index_free(struct dtab_index *index)
{
	if (index == NULL)
		return;
	free(index->slots);
	free(index);
}

/* The number of a name, or DTAB_NONE. */
static uint32_t
find(const struct dtab_index *index, const struct dns_fp *fp)
{
	uint32_t at = dns_fp_hash32(fp) & index->mask;

	for (; index->slots[at] != 0; at = (at + 1) & index->mask) {
		uint32_t number = index->slots[at] - 1;
		const struct dns_fp *there = &index->source->names.fps[number];

		if (there->lo == fp->lo && there->hi == fp->hi)
			return number;
	}
	return DTAB_NONE;
}

uint8_t
dtab_index_lookup(struct dtab_index *index, const struct dtab_query *query,
	struct dtab_hit hits[DNS_LABELS_MAX + 1])
{
	const struct dtab_source *source = index->source;
	uint8_t nb = 0;

	for (int labels = query->labels; labels >= 0; labels--) {
		uint32_t number = find(index, &query->fps[labels]);
		const struct dtab_draft *draft;

		if (number == DTAB_NONE)
			continue;
		draft = &source->intern.drafts[source->details[number]];
		index->details[nb] = (struct dtab_details){.exact = draft->exact,
			.subtree = draft->subtree,
			.below = draft->below,
			.extras = source->intern.extras + draft->extra,
			.nb_extras = draft->nb_extras};
		hits[nb] = (struct dtab_hit){.details = &index->details[nb],
			.name_id = number,
			.labels = (uint8_t)labels};
		nb++;
	}
	return nb;
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "classify_sample_priv.h"
#include "place.h"

#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#define TRIES 3 /* to read an entry that is being written */

size_t
classify_sample_bytes(void)
{
	return sizeof(struct classify_sample);
}

int
classify_sample_new(
	unsigned int lcore, int node, struct classify_sample **out, struct base_err *err)
{
	char name[PLACE_NAME_MAX];
	struct place_what what = {
		.name = name,
		.node = node,
		.owner = {.kind = PLACE_OWNER_LCORE, .id = (uint16_t)lcore},
	};
	struct classify_sample *sample;
	void *memory;
	int rc;

	*out = NULL;
	snprintf(name, sizeof(name), "recent queries lcore %u", lcore);
	rc = place_zalloc(&what, sizeof(*sample), 0, &memory, err);
	if (rc < 0)
		return rc;
	sample = memory;
	sample->stride = 1;
	if (getrandom(&sample->random, sizeof(sample->random), GRND_NONBLOCK) < 0 ||
		sample->random == 0)
		sample->random = 1;
	*out = sample;
	return 0;
}

void
classify_sample_free(struct classify_sample *sample)
{
	place_free(sample);
}

/* False: never written, or being written. */
static bool
read_entry(const struct sample_entry *entry, struct classify_seen *out)
{
	uint32_t turn = atomic_load_explicit(&entry->turn, memory_order_acquire);
	uint64_t words[SAMPLE_NAME_WORDS], src[2], what, mac;
	uint32_t tags;

	if (turn == 0 || turn % 2 != 0)
		return false;
	tags = atomic_load_explicit(&entry->tags, memory_order_relaxed);
	mac = atomic_load_explicit(&entry->mac, memory_order_relaxed);
	what = atomic_load_explicit(&entry->what, memory_order_relaxed);
	for (uint32_t i = 0; i < 2; i++)
		src[i] = atomic_load_explicit(&entry->src[i], memory_order_relaxed);
	for (uint32_t i = 0; i < SAMPLE_NAME_WORDS; i++)
		words[i] = atomic_load_explicit(&entry->name[i], memory_order_relaxed);
	atomic_thread_fence(memory_order_acquire);
	if (atomic_load_explicit(&entry->turn, memory_order_relaxed) != turn)
		return false;
	out->qtype = (uint16_t)what;
	out->port = (uint16_t)(what >> 16);
	out->vlan = (uint16_t)tags;
	out->inner = (uint16_t)(tags >> 16);
	memcpy(out->mac, &mac, sizeof(out->mac));
	out->len = (uint8_t)(what >> 32);
	out->weight = (uint32_t)(what >> 40) & 0xfffff;
	out->src.family = (uint8_t)(what >> 60);
	memcpy(out->src.bytes, src, sizeof(out->src.bytes));
	memcpy(out->name, words, sizeof(out->name));
	return true;
}

void
classify_sample_walk(const struct classify_sample *sample,
	void (*visit)(void *arg, const struct classify_seen *seen), void *arg)
{
	struct classify_seen seen;

	for (uint32_t i = 0; i < CLASSIFY_SEEN_MAX; i++) {
		bool is_read = false;

		for (int try = 0; try < TRIES && !is_read; try++)
			is_read = read_entry(&sample->entries[i], &seen);
		if (is_read)
			visit(arg, &seen);
	}
}

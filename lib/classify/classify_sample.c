/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "classify_priv.h"
#include "classify_sample_priv.h"

#include <rte_branch_prediction.h>

#include <string.h>

/* xorshift64*: which query of a stride is kept needs to be even, not secret. */
static inline uint32_t
draw(struct classify_sample *sample)
{
	uint64_t x = sample->random;

	x ^= x >> 12;
	x ^= x << 25;
	x ^= x >> 27;
	sample->random = x;
	return (uint32_t)((x * UINT64_C(0x2545f4914f6cdd1d)) >> 32);
}

static void
write_entry(struct sample_entry *entry, const struct classify *c, const struct classify_job *job,
	uint32_t stride)
{
	uint32_t turn = atomic_load_explicit(&entry->turn, memory_order_relaxed);
	uint64_t words[SAMPLE_NAME_WORDS], src[2] = {0}, mac = 0, what;
	uint8_t len = job->question.name.len;
	struct policy_client client;

	classify_client(c, job, false, &client);
	words[len / 8] = 0; /* what is copied ends inside this word, or before it */
	memcpy(words, job->question.name.wire, len);
	memcpy(src, client.addr, pkt_ip_addr_len(&job->layers));
	memcpy(&mac, client.mac, 6);
	what = job->question.qtype | (uint64_t)client.port << 16 | (uint64_t)len << 32 |
	       (uint64_t)stride << 40 | (uint64_t)client.family << 60;
	atomic_store_explicit(&entry->turn, turn + 1, memory_order_relaxed);
	atomic_thread_fence(memory_order_release);
	atomic_store_explicit(
		&entry->tags, client.vlan | (uint32_t)client.inner << 16, memory_order_relaxed);
	atomic_store_explicit(&entry->what, what, memory_order_relaxed);
	atomic_store_explicit(&entry->mac, mac, memory_order_relaxed);
	for (uint32_t i = 0; i < 2; i++)
		atomic_store_explicit(&entry->src[i], src[i], memory_order_relaxed);
	for (uint32_t i = 0; i <= len / 8u; i++)
		atomic_store_explicit(&entry->name[i], words[i], memory_order_relaxed);
	atomic_store_explicit(&entry->turn, turn + 2, memory_order_release);
}

/* Begins the next stride: how many queries lie between the one just kept and the next. */
static void
begin_stride(struct classify_sample *sample)
{
	uint32_t skip;

	if (++sample->at == CLASSIFY_SEEN_MAX) {
		sample->at = 0;
		if (sample->stride < CLASSIFY_STRIDE_MAX)
			sample->stride *= 2;
	}
	skip = draw(sample) & (sample->stride - 1);
	sample->next = sample->rest + skip;
	sample->rest = sample->stride - 1 - skip;
}

/* Keeps those of the burst whose turn it is. */
static void
keep(struct classify *c, struct classify_sample *sample)
{
	uint32_t i = 0;

	while (c->nb_open - i > sample->next) {
		i += sample->next;
		write_entry(&sample->entries[sample->at], c, &c->jobs[c->open[i]], sample->stride);
		begin_stride(sample);
		i++;
	}
	sample->next -= c->nb_open - i;
}

void
classify_sample(struct classify *c)
{
	struct classify_sample *sample = c->sample;

	if (sample == NULL)
		return;
	if (likely(sample->next >= c->nb_open))
		sample->next -= c->nb_open;
	else
		keep(c, sample);
}

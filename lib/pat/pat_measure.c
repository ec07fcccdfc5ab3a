/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "base_clock.h"
#include "pat_priv.h"

#include <string.h>

#define ROUNDS 5 /* of which the fastest counts: the others were interrupted */

/* Names as they are asked for: long and short, of many labels and of few. */
static const char *const usual[] = {
	"www.example.com",
	"api.example.net",
	"cdn-17.static.example.org",
	"e1234.dscb.edge.example.net",
	"outlook.office.example.com",
	"time.example.org",
	"_ldap._tcp.dc._msdcs.corp.example",
	"1.0.168.192.in-addr.arpa",
	"a.very.deep.name.with.many.labels.below.example.co.uk",
	"mail.example.de",
	"s3-eu-west-1.storage.example.com",
	"telemetry.vendor.example",
	"x.example",
	"photos-ugc.l.example.com",
	"update.software.example.org",
	"b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6e7.cloud.example.net",
};

#define NB_USUAL (sizeof(usual) / sizeof(usual[0]))

/* Texts into the scratch, a newline behind each. */
static void
put_texts(struct pat_scratch *scratch, const char *const *texts, uint32_t n)
{
	uint32_t at = 0;

	for (uint32_t i = 0; i < n; i++) {
		size_t len = strnlen(texts[i], PAT_TEXT_MAX);

		scratch->start[i] = at;
		memcpy(scratch->text + at, texts[i], len);
		at += (uint32_t)len;
		scratch->text[at++] = '\n';
	}
	scratch->start[n] = at;
}

/* ns that one scan of the texts in the scratch takes. */
static uint64_t
time_scan(const struct pat_source *source, uint16_t join_from, uint16_t n, unsigned rounds)
{
	static const struct base_set none;
	struct pat_name names[PAT_BURST_MAX];
	struct pat_hit hits[PAT_BURST_MAX];
	uint16_t kept = source->db->join_from;
	uint64_t best = UINT64_MAX;

	for (uint16_t i = 0; i < n; i++)
		names[i] = (struct pat_name){.deciding = &none};
	source->db->join_from = join_from;
	for (unsigned round = 0; round < rounds; round++) {
		uint64_t begin = base_clock_ns(), spent;

		pat_scan_texts(source->db, source->scratch, names, n, hits);
		spent = base_clock_ns() - begin;
		best = spent < best ? spent : best;
	}
	source->db->join_from = kept;
	return best;
}

uint16_t
pat_measure_join(const struct pat_source *source)
{
	const char *texts[PAT_BURST_MAX];

	if (source->db->part[PAT_JOINED] == NULL)
		return PAT_BURST_MAX + 1;
	for (uint16_t i = 0; i < PAT_BURST_MAX; i++)
		texts[i] = usual[i % NB_USUAL];
	for (uint16_t n = 2; n <= PAT_BURST_MAX; n = (uint16_t)(n * 2)) {
		put_texts(source->scratch, texts, n);
		if (time_scan(source, 0, n, ROUNDS) <
			time_scan(source, PAT_BURST_MAX + 1, n, ROUNDS))
			return n;
	}
	return PAT_BURST_MAX + 1;
}

void
pat_source_measure(const struct pat_source *source, const char *const *texts, uint32_t n,
	struct pat_costs *out)
{
	uint64_t single = 0, joined = 0;

	for (uint32_t first = 0; first < n; first += 32) {
		uint16_t part = (uint16_t)(n - first < 32 ? n - first : 32);

		put_texts(source->scratch, texts + first, part);
		single += time_scan(source, PAT_BURST_MAX + 1, part, ROUNDS);
		joined += time_scan(source, 0, part, ROUNDS);
	}
	*out = (struct pat_costs){
		.single = (double)single / n,
		.joined = (double)joined / n,
	};
}

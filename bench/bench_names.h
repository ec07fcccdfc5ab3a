/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef BENCH_NAMES_H
#define BENCH_NAMES_H

/** @file Made-up names of the length that query logs show, and queries for a list. */

#include "dns_name.h"
#include "lists.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BENCH_NAME_MAX 48 /* octets of a made-up name, text or wire */

static inline uint64_t
bench_random(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

/** A name in text: domains of 6 to 13 letters, half of them with a host in front. */
static inline size_t
bench_name(uint64_t *state, char text[BENCH_NAME_MAX])
{
	static const char *const tlds[] = {"com", "com", "com", "net", "org", "de", "info", "ru",
		"co.uk", "xyz", "top", "com.br", "io", "cn", "site", "online"};
	static const char *const hosts[] = {"www.", "ads.", "track.", "cdn.static.", "s1.", "m."};
	uint64_t random = bench_random(state), letters = bench_random(state);
	const char *host = random & 16 ? hosts[(random >> 8) % 6] : "";
	char domain[16];
	unsigned len = 6 + (unsigned)(random >> 16 & 7);

	for (unsigned i = 0; i < len; i++, letters /= 24)
		domain[i] = (char)('a' + letters % 24);
	domain[len] = 0;
	return (size_t)snprintf(text, BENCH_NAME_MAX, "%s%s.%s", host, domain, tlds[random & 15]);
}

/** A list of nb names, one a line; free it. */
static inline char *
bench_names_text(uint32_t nb, size_t *len)
{
	char *text = malloc((size_t)nb * BENCH_NAME_MAX + 1);
	uint64_t state = 1;
	size_t at = 0;

	if (text == NULL)
		abort();
	for (uint32_t i = 0; i < nb; i++) {
		at += bench_name(&state, text + at);
		text[at++] = '\n';
	}
	*len = at;
	return text;
}

/**
 * Queries one behind the other on the wire: hits_in_20 of 20 are a name of the list, every other
 * time with a label in front; the rest are strangers. Free it.
 */
static inline uint8_t *
bench_queries(const struct lists_rules *lists, uint32_t nb, unsigned hits_in_20)
{
	uint8_t *packed = malloc(((size_t)nb + 1) * DNS_NAME_MAX), *at = packed;
	uint64_t state = 2;

	if (packed == NULL)
		abort();
	for (uint32_t i = 0; i < nb; i++) {
		uint64_t random = bench_random(&state);
		char text[BENCH_NAME_MAX];
		struct dns_name name;
		const uint8_t *wire;
		const char *why;
		uint8_t len;

		if (random % 20 < hits_in_20) {
			wire = lists_rule_name(
				lists, &lists->rules[(random >> 32) % lists->nb_rules], &len);
			if (random >> 16 & 1 && len < 200) {
				*at++ = 3;
				memcpy(at, "sub", 3);
				at += 3;
			}
		} else {
			dns_name_from_text(text, bench_name(&state, text), &name, &why);
			wire = name.wire;
			len = name.len;
		}
		memcpy(at, wire, len);
		at += len;
	}
	return packed;
}

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef CLASSIFY_SAMPLE_PRIV_H
#define CLASSIFY_SAMPLE_PRIV_H

/** @file How a sample lies in memory. */

#include "classify_sample.h"

#include <stdatomic.h>

#define SAMPLE_NAME_WORDS ((DNS_NAME_MAX + 1) / 8)

/* A query. Written by the lcore, read by anybody: what was read counts when `turn` was even before
 * and has not changed behind it. */
struct sample_entry {
	_Atomic uint32_t turn; /* 0: never written; odd: it is being written */
	_Atomic uint32_t tags; /* ID of the outer VLAN | of the inner one << 16 */
	/* qtype | port << 16 | octets of the name << 32 | weight << 40 | version of IP << 60 */
	_Atomic uint64_t what;
	_Atomic uint64_t mac;	 /* of the client: its octets, then two of 0 */
	_Atomic uint64_t src[2]; /* address of the client, as it stands in the packet */
	_Atomic uint64_t name[SAMPLE_NAME_WORDS];
};

struct classify_sample {
	/* The lcore's alone. */
	uint32_t next;	 /* queries to be passed over before the next one that is kept */
	uint32_t rest;	 /* queries behind that one in its stride */
	uint32_t stride; /* a power of two */
	uint32_t at;	 /* the entry that is written next */
	uint64_t random; /* never 0 */

	_Alignas(64) struct sample_entry entries[CLASSIFY_SEEN_MAX];
};

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef CLASSIFY_SAMPLE_H
#define CLASSIFY_SAMPLE_H

/**
 * @file
 * A uniform sample of the queries that an lcore has decided lately: what a policy that is not yet
 * in force would do to them can be tried.
 *
 * Queries are counted in strides, and of each stride one is kept, at a place drawn at random. A
 * stride is 1 until the sample is full, and doubles each time it has been renewed, up to
 * CLASSIFY_STRIDE_MAX: then it stands for the last CLASSIFY_SEEN_MAX * CLASSIFY_STRIDE_MAX queries.
 * What is kept bears the length of its stride as its weight, and who asked: all that a policy can
 * know clients by. It stays in this memory.
 *
 * Threads: the classifier's lcore writes, any thread reads meanwhile: one that is being written is
 *   left out.
 * Memory: on the lcore's node, through place.
 * Hot path: a comparison a burst; what is kept is copied.
 */

#include "base_addr.h"
#include "base_err.h"
#include "dns_name.h"

#include <stddef.h>
#include <stdint.h>

#define CLASSIFY_SEEN_MAX   16384 /**< queries */
#define CLASSIFY_STRIDE_MAX 64	  /**< queries of which one is kept */

struct classify_sample;

/** A query that was kept. */
struct classify_seen {
	uint32_t weight; /**< queries that it stands for */
	uint16_t qtype;
	uint16_t port;			/**< it came in by: as struct policy_client has it */
	uint16_t vlan, inner;		/**< IDs of its tags; 0: there is none */
	uint8_t mac[6];			/**< the client's */
	struct base_addr src;		/**< the client's */
	uint8_t len;			/**< octets of name */
	uint8_t name[DNS_NAME_MAX + 1]; /**< canonical wire form */
};

/** Octets of a sample. */
size_t classify_sample_bytes(void);

/**
 * Makes an empty sample; it stands in the ledger as "recent queries lcore N".
 *
 * @param out NULL on failure
 * @return 0; -ENOMEM
 */
int classify_sample_new(
	unsigned int lcore, int node, struct classify_sample **out, struct base_err *err);

/** Frees a sample that no classifier writes any more; NULL is fine. */
void classify_sample_free(struct classify_sample *sample);

/**
 * Calls visit for each query that is kept, in no order.
 *
 * @param arg handed to visit
 */
void classify_sample_walk(const struct classify_sample *sample,
	void (*visit)(void *arg, const struct classify_seen *seen), void *arg);

#endif

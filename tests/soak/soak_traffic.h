/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef SOAK_TRAFFIC_H
#define SOAK_TRAFFIC_H

/**
 * @file
 * A constant load of queries through rings into the engine, every one of which is looked at when it
 * comes back: under which policy was it decided?
 *
 * Policy A answers NXDOMAIN with the text gen-a, policy B REFUSED with gen-b. The first letter of a
 * name says who blocks it: a and e (by an expression) A alone, b and f (by an expression) B alone,
 * c both, d none.
 */

#include <rte_mempool.h>
#include <rte_ring.h>

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#define SOAK_LETTERS "abcdef"

/** Two ports made of rings, and what goes through them. */
struct soak_traffic {
	struct rte_mempool *pool;
	struct rte_ring *in, *out[2]; /**< into port 0; out of ports 0 (answers) and 1 (passed) */
	uint16_t port;
	uint32_t names;	     /**< of each letter; expressions know no number */
	uint32_t rate;	     /**< queries a second */
	bool patterns;	     /**< e and f are asked, too */
	atomic_bool is_over; /**< control: wo, traffic: ro */
	atomic_uint epoch;   /**< even: policy A (0, 4 …) or B (2, 6 …) is in force; odd: one is
				being changed. control: wo, traffic: ro */

	/* traffic: wo; read when it has ended. */
	uint64_t sent, answered, passed;
	uint64_t by_a, by_b; /**< answers */
	uint64_t settled;    /**< that were asked and came back within one even epoch */
	uint64_t wrong;	     /**< verdicts that are of neither policy, or of the one not in force */
	uint64_t late;	     /**< bursts that found no room or mbuf, and came later */
	char first_wrong[128];
	uint32_t epoch_of[65536]; /**< by DNS id */
};

/** The lcore's loop, for rte_eal_remote_launch(). */
int soak_traffic_run(void *traffic);

#endif

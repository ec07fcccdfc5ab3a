/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * rte_fib and rte_fib6: each consists of a table of 2^24 next hops, groups of 256 for what is
 * longer than 24 bits, and a tree of the routes that only changes read, whose nodes are a pool.
 */
#include "place_priv.h"

#include <rte_common.h>
#include <rte_fib.h>
#include <rte_fib6.h>
#include <rte_mempool.h>

#include <stdatomic.h>
#include <stdio.h>

#define FIB_NAME_MAX  20 /* rte_rib makes a pool of that name: RTE_MEMPOOL_NAMESIZE is 26 */
#define TBL24_ENTRIES (UINT64_C(1) << 24)
#define TBL8_ENTRIES  UINT64_C(256)
#define ROUTE_NODES   2	  /* of the tree: one a route, one where two part */
#define NODE_BYTES    64  /* of a node, at most */
#define HEAD_BYTES    128 /* of the fib and its dataplane without its tables */

static const char *
fib_name(char name[FIB_NAME_MAX])
{
	static _Atomic uint32_t serial;

	snprintf(name, FIB_NAME_MAX, "weir_fib_%u", (unsigned)atomic_fetch_add(&serial, 1));
	return name;
}

struct fib_arg {
	const struct place_fib *fib;
	int node;
};

static void *
fib4_make(void *arg)
{
	static const enum rte_fib_dir24_8_nh_sz sizes[] = {
		[1] = RTE_FIB_DIR24_8_1B, [2] = RTE_FIB_DIR24_8_2B, [4] = RTE_FIB_DIR24_8_4B};
	const struct fib_arg *call = arg;
	struct rte_fib_conf conf = {.type = RTE_FIB_DIR24_8,
		.max_routes = (int)call->fib->routes,
		.dir24_8 = {.nh_sz = sizes[call->fib->hop_bytes], .num_tbl8 = call->fib->groups}};
	char name[FIB_NAME_MAX];

	return rte_fib_create(fib_name(name), call->node, &conf);
}

static void
fib4_unmake(void *object)
{
	rte_fib_free(object);
}

static void *
fib6_make(void *arg)
{
	static const enum rte_fib_trie_nh_sz sizes[] = {
		[2] = RTE_FIB6_TRIE_2B, [4] = RTE_FIB6_TRIE_4B};
	const struct fib_arg *call = arg;
	struct rte_fib6_conf conf = {.type = RTE_FIB6_TRIE,
		.max_routes = (int)call->fib->routes,
		.trie = {.nh_sz = sizes[call->fib->hop_bytes], .num_tbl8 = call->fib->groups}};
	char name[FIB_NAME_MAX];

	return rte_fib6_create(fib_name(name), call->node, &conf);
}

static void
fib6_unmake(void *object)
{
	rte_fib6_free(object);
}

/* What both have in common: a maker of theirs with its call, make and unmake. */
static int
make_fib(const struct place_what *what, const struct place_fib *fib, struct place_maker maker,
	void **out, struct base_err *err)
{
	struct fib_arg arg = {.fib = fib, .node = what->node};

	maker.arg = &arg;
	maker.bytes = place_fib_bytes(fib);
	maker.is_listed = true;
	return place_make(what, &maker, out, err);
}

int
place_fib(const struct place_what *what, const struct place_fib *fib, struct rte_fib **out,
	struct base_err *err)
{
	struct place_maker maker = {
		.call = "rte_fib_create", .make = fib4_make, .unmake = fib4_unmake};
	void *object;
	int ret = make_fib(what, fib, maker, &object, err);

	*out = object;
	return ret;
}

int
place_fib6(const struct place_what *what, const struct place_fib *fib, struct rte_fib6 **out,
	struct base_err *err)
{
	struct place_maker maker = {
		.call = "rte_fib6_create", .make = fib6_make, .unmake = fib6_unmake};
	void *object;
	int ret = make_fib(what, fib, maker, &object, err);

	*out = object;
	return ret;
}

uint64_t
place_fib_bytes(const struct place_fib *fib)
{
	uint64_t nodes = (uint64_t)fib->routes * ROUTE_NODES;
	uint64_t object = rte_mempool_calc_obj_size(NODE_BYTES, 0, NULL);
	uint64_t tbl24 = TBL24_ENTRIES * fib->hop_bytes;
	uint64_t tbl8 = TBL8_ENTRIES * fib->hop_bytes * (fib->groups + 1);

	return place_zalloc_bytes(HEAD_BYTES) + place_zalloc_bytes(HEAD_BYTES + tbl24) +
	       place_zalloc_bytes(tbl8) + place_zalloc_bytes((uint64_t)fib->groups * 4) +
	       place_zalloc_bytes(sizeof(struct rte_mempool)) +
	       place_ring_bytes((uint32_t)nodes + 1) + place_zalloc_bytes(nodes * object) +
	       place_zalloc_bytes(1) * 4;
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef PLACE_H
#define PLACE_H

/**
 * @file
 * Every allocation on a chosen node, and the ledger that proves it.
 *
 * Threads: the slow ones (main lcore, builder); one lock is held inside. Objects are told apart by
 * what EAL's heap holds before and after a call, so no other thread may allocate from that heap
 * outside this room while a call runs: the data plane allocates nothing.
 * Memory: the objects come from EAL on the node asked for; the ledger itself is ordinary memory.
 * Hot path: no.
 *
 * EAL must be up. A node is the number that the kernel and EAL give it; "any" does not exist here.
 */

#include "base_err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PLACE_NAME_MAX	64
#define PLACE_NODES_MAX 32 /* RTE_MAX_NUMA_NODES */

struct rte_fib;
struct rte_fib6;
struct rte_hash;
struct rte_hash_parameters;
struct rte_mempool;
struct rte_memzone;
struct rte_ring;

enum place_owner_kind {
	PLACE_OWNER_PROCESS, /**< one for the process; id does not count */
	PLACE_OWNER_NODE,    /**< shared by the lcores of a node; id: the node */
	PLACE_OWNER_LCORE,   /**< id: the lcore */
	PLACE_OWNER_PORT,    /**< id: the port */
};

/** For whom an object is there. */
struct place_owner {
	enum place_owner_kind kind;
	uint16_t id;
};

/** What is asked for, whatever the call. */
struct place_what {
	const char *name; /**< for people: "dtab lcore 1"; copied, cut at PLACE_NAME_MAX - 1 */
	int node;
	struct place_owner owner;
};

/** A range of addresses of this process. */
struct place_extent {
	const void *addr;
	size_t bytes;
};

/** A line of the ledger. */
struct place_entry {
	char name[PLACE_NAME_MAX];
	const char *call; /**< the function that allocated it */
	struct place_owner owner;
	int wanted;	/**< node */
	uint64_t bytes; /**< what EAL's heaps gave away for it, headers and padding included */
	/** All of it, opaque inner parts included, but for the entries that DPDK made in lists of
	 * its own on the calling thread's node: whoever uses the object does not read them. */
	const struct place_extent *extents;
	uint32_t nb_extents;

	/* What place_verify() found; 0 and -1 before it. */
	int actual;	    /**< node of most of its pages; -1: no page was ever touched */
	uint64_t nodes;	    /**< bit n: a page of it lies on node n */
	uint32_t pages;	    /**< asked about: all up to PLACE_PAGES_MAX, else evenly spaced */
	uint32_t misplaced; /**< of those, on another node than wanted */
	uint32_t untouched; /**< of those, not in memory: never written */
};

#define PLACE_PAGES_MAX 512 /* of one object that place_verify() asks the kernel about */
#define PLACE_WORDS_MAX 256 /* octets of nodes in words, of all 64 of them too */

/** What a node's heap holds; ledger + dpdk = eal. */
struct place_total {
	int node;
	uint64_t ledger_bytes; /**< objects of the ledger */
	uint64_t dpdk_bytes;   /**< DPDK itself: what drivers, devices and EAL took by themselves */
	uint64_t eal_bytes;    /**< given away by EAL's heap, memzones included */
	uint64_t heap_bytes;   /**< size of that heap, free parts included */
};

/** Sums of place_verify(). */
struct place_verdict {
	uint32_t objects;
	uint32_t misplaced_objects;
	uint64_t misplaced_pages;
	uint64_t pages;
};

/**
 * Allocates zeroed memory (rte_zmalloc_socket).
 *
 * @param align power of two, 0: a cache line
 * @param out the memory, NULL on failure
 * @return 0, -ENODEV (EAL has no such node) or -ENOMEM, both told in err (BASE_EXIT_UNAVAILABLE)
 */
int place_zalloc(const struct place_what *what, size_t bytes, unsigned align, void **out,
	struct base_err *err);

/** What a memzone is asked for. */
struct place_zone {
	const char *name; /**< as DPDK knows it, unique, at most 31 octets */
	size_t bytes;
	unsigned align; /**< power of two, 0: a cache line */
};

/**
 * Reserves a named, zeroed memzone (rte_memzone_reserve_aligned).
 *
 * @return as place_zalloc(); -EEXIST: the name is taken
 */
int place_memzone(const struct place_what *what, const struct place_zone *zone,
	const struct rte_memzone **out, struct base_err *err);

/** What a packet pool is asked for. */
struct place_pool {
	uint32_t mbufs;
	uint16_t cache;	    /**< mbufs kept by each lcore, at most mbufs / 1.5 and 512 */
	uint16_t priv;	    /**< octets of private area, a multiple of 8 */
	uint16_t data_room; /**< octets, headroom included */
	bool is_even;	    /**< objects of a power of two octets: one follows the other without a
			       gap, also at the end of a page */
};

/** Makes a pool of packet buffers (as rte_pktmbuf_pool_create); returns as place_zalloc(). */
int place_pool(const struct place_what *what, const struct place_pool *pool,
	struct rte_mempool **out, struct base_err *err);

/**
 * Makes a ring (rte_ring_create).
 *
 * @param size a power of two, one more than it can hold (any number with RING_F_EXACT_SZ)
 * @param flags RING_F_SP_ENQ, RING_F_SC_DEQ …
 * @return as place_zalloc(); -EINVAL: size
 */
int place_ring(const struct place_what *what, uint32_t size, unsigned flags, struct rte_ring **out,
	struct base_err *err);

/**
 * Makes a hash table (rte_hash_create).
 *
 * @param params its name and socket_id are ours to set
 * @return as place_zalloc(); -EINVAL: parameters that rte_hash refuses
 */
int place_hash(const struct place_what *what, const struct rte_hash_parameters *params,
	struct rte_hash **out, struct base_err *err);

/** What a table of prefixes is asked for. */
struct place_fib {
	uint32_t routes; /**< prefixes */
	uint32_t groups; /**< of 256 next hops (tbl8) for what is longer than 24 bits; at least 1 */
	uint8_t hop_bytes; /**< of a next hop, whose highest bit is DPDK's: 2 or 4; 1 in IPv4 too */
};

/**
 * Makes a table of IPv4 prefixes (rte_fib_create, DIR24_8); no prefix found: next hop 0.
 *
 * @return as place_zalloc(); -EINVAL: what rte_fib refuses
 */
int place_fib(const struct place_what *what, const struct place_fib *fib, struct rte_fib **out,
	struct base_err *err);

/** The same of IPv6 prefixes (rte_fib6_create, trie). */
int place_fib6(const struct place_what *what, const struct place_fib *fib, struct rte_fib6 **out,
	struct base_err *err);

/** A library's own way to make and free an object out of EAL's heap. */
struct place_maker {
	const char *call;	  /**< name of its function, for the ledger; a literal */
	void *(*make)(void *arg); /**< NULL and rte_errno on failure */
	void (*unmake)(void *object);
	void *arg;
	uint64_t bytes; /**< about what it takes, for the error */
	bool is_listed; /**< the library keeps lists of such objects, or of their parts, with
			   entries that it allocates without a node */
};

/**
 * Has a library make an object and enters all that EAL's heap gave away for it into the ledger.
 * The calls above are made of this; it serves libraries that have none (rte_fib, a pattern
 * database). The maker must pass what->node on.
 *
 * @return as place_zalloc(), else -rte_errno
 */
int place_make(const struct place_what *what, const struct place_maker *maker, void **out,
	struct base_err *err);

/** Frees an object that came from one of the calls above and strikes its line; NULL is allowed. */
void place_free(const void *object);

/**
 * Holds the ledger against the kernel (move_pages(2) as a question): fills `actual` and what
 * follows it in every line.
 *
 * @param verdict sums, may be NULL
 * @return number of objects of which a page lies on another node than wanted, or -errno with err
 *         when the kernel does not answer
 */
int place_verify(struct place_verdict *verdict, struct base_err *err);

/** Calls visit for every line, in order of allocation; a line is gone once visit has returned. */
void place_walk(void (*visit)(const struct place_entry *entry, void *arg), void *arg);

/** Nodes of place_entry in words: "0,1", "-" for none; returns text. */
const char *place_nodes_format(uint64_t nodes, char text[PLACE_WORDS_MAX]);

/** What place_verify() found elsewhere than wanted, "1 of 5 pages on node 1"; returns text. */
const char *place_misplaced_format(const struct place_entry *entry, char text[PLACE_WORDS_MAX]);

/** Sums of each node that EAL has, ascending; returns how many were written. */
unsigned place_totals(struct place_total totals[PLACE_NODES_MAX]);

/** Octets that place_zalloc() takes from a heap for `bytes`. */
uint64_t place_zalloc_bytes(uint64_t bytes);

/** Octets of a ring; may be asked before EAL is up, as all that follow. */
uint64_t place_ring_bytes(uint32_t size);

/**
 * Octets of a packet pool.
 *
 * @param page_bytes page size of EAL's memory: 4096 with --no-huge; a buffer crosses no page
 */
uint64_t place_pool_bytes(const struct place_pool *pool, uint64_t page_bytes);

/** Octets of a hash table with RTE_HASH_EXTRA_FLAGS_EXT_TABLE and keys of key_bytes. */
uint64_t place_hash_bytes(uint32_t entries, uint32_t key_bytes);

/** Octets of a table of prefixes of either family. */
uint64_t place_fib_bytes(const struct place_fib *fib);

/** Writes "lcore 3", "port 0", "node 1" or "process"; returns text. */
const char *place_owner_format(const struct place_owner *owner, char text[24]);

#endif

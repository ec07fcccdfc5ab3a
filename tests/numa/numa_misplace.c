/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * Preloaded into weir: the memzones and hash tables whose name begins as WEIR_TEST_MISPLACE says
 * come from the other of two nodes; with `expressions` the pattern databases come from node 0, as
 * with an allocator that follows the thread that compiles; with `no node` what weir itself
 * allocates is asked for without one, and comes from that of the thread that asks. They are
 * mistakes that the ledger must find; the product has no switch for them.
 */
#include <rte_hash.h>
#include <rte_malloc.h>
#include <rte_memzone.h>

#include <dlfcn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static _Thread_local bool in_database;

static bool
is_wanted(const char *name)
{
	const char *wanted = getenv("WEIR_TEST_MISPLACE");

	return wanted != NULL && strncmp(name, wanted, strlen(wanted)) == 0;
}

int hs_deserialize_database(const char *bytes, size_t length, void **db);

int
hs_deserialize_database(const char *bytes, size_t length, void **db)
{
	int (*deserialize)(const char *, size_t, void **);
	int ret;

	*(void **)&deserialize = dlsym(RTLD_NEXT, "hs_deserialize_database");
	in_database = is_wanted("expressions");
	ret = deserialize(bytes, length, db);
	in_database = false;
	return ret;
}

void *
rte_malloc_socket(const char *type, size_t size, unsigned int align, int socket)
{
	void *(*allocate)(const char *, size_t, unsigned int, int);

	*(void **)&allocate = dlsym(RTLD_NEXT, "rte_malloc_socket");
	return allocate(type, size, align, in_database ? 0 : socket);
}

/* The libraries name what they allocate, weir does not. */
void *
rte_zmalloc_socket(const char *type, size_t size, unsigned int align, int socket)
{
	void *(*allocate)(const char *, size_t, unsigned int, int);

	*(void **)&allocate = dlsym(RTLD_NEXT, "rte_zmalloc_socket");
	return allocate(
		type, size, align, type == NULL && is_wanted("no node") ? SOCKET_ID_ANY : socket);
}

struct rte_hash *
rte_hash_create(const struct rte_hash_parameters *params)
{
	struct rte_hash *(*create)(const struct rte_hash_parameters *);
	struct rte_hash_parameters other = *params;

	*(void **)&create = dlsym(RTLD_NEXT, "rte_hash_create");
	if (is_wanted(params->name))
		other.socket_id = 1 - params->socket_id;
	return create(&other);
}

const struct rte_memzone *
rte_memzone_reserve_aligned(
	const char *name, size_t len, int socket_id, unsigned int flags, unsigned int align)
{
	const struct rte_memzone *(*reserve)(const char *, size_t, int, unsigned int, unsigned int);

	*(void **)&reserve = dlsym(RTLD_NEXT, "rte_memzone_reserve_aligned");
	if (is_wanted(name))
		socket_id = 1 - socket_id;
	return reserve(name, len, socket_id, flags, align);
}

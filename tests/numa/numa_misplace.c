/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * Preloaded into weir: the memzone that WEIR_TEST_MISPLACE names comes from the other of two nodes;
 * with `expressions` the pattern databases come from node 0, as with an allocator that follows the
 * thread that compiles. They are mistakes that the ledger must find; the product has no switch for
 * them.
 */
#include <rte_malloc.h>
#include <rte_memzone.h>

#include <dlfcn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static _Thread_local bool in_database;

int hs_deserialize_database(const char *bytes, size_t length, void **db);

int
hs_deserialize_database(const char *bytes, size_t length, void **db)
{
	int (*deserialize)(const char *, size_t, void **);
	const char *wanted = getenv("WEIR_TEST_MISPLACE");
	int ret;

	*(void **)&deserialize = dlsym(RTLD_NEXT, "hs_deserialize_database");
	in_database = wanted != NULL && strcmp(wanted, "expressions") == 0;
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

const struct rte_memzone *
rte_memzone_reserve_aligned(
	const char *name, size_t len, int socket_id, unsigned int flags, unsigned int align)
{
	const struct rte_memzone *(*reserve)(const char *, size_t, int, unsigned int, unsigned int);
	const char *wanted = getenv("WEIR_TEST_MISPLACE");

	*(void **)&reserve = dlsym(RTLD_NEXT, "rte_memzone_reserve_aligned");
	if (wanted != NULL && strcmp(name, wanted) == 0)
		socket_id = 1 - socket_id;
	return reserve(name, len, socket_id, flags, align);
}

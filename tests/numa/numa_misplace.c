/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * Preloaded into weir: the memzone that WEIR_TEST_MISPLACE names comes from the other of two nodes.
 * It is the mistake that the ledger must find; the product has no switch for it.
 */
#include <rte_memzone.h>

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

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

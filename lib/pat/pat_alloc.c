/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "pat_priv.h"

#include <rte_malloc.h>

#include <pthread.h>
#include <stdlib.h>

/* Hyperscan's hooks are the process's; what they do is each thread's own. Whoever frees an object
 * names the memory that it came from, as whoever made it did. */
static _Thread_local int source = PAT_HEAP;

static void *
take(size_t bytes)
{
	return source == PAT_HEAP ? malloc(bytes) : rte_malloc_socket(NULL, bytes, 0, source);
}

static void
give(void *memory)
{
	if (source == PAT_HEAP)
		free(memory);
	else
		rte_free(memory);
}

static void
hook(void)
{
	hs_set_database_allocator(take, give);
	hs_set_scratch_allocator(take, give);
}

void
pat_alloc_from(int node)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, hook);
	source = node;
}

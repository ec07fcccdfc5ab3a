/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "topo_priv.h"

#include <numaif.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23 /* Linux 5.14, glibc 2.35 */
#endif

#define CHECKED_MAX 512 /* pages asked for, evenly spread */

static int
bind_memory(const struct topo_memory *memory)
{
	unsigned long mask[TOPO_NODE_MAX / (8 * sizeof(unsigned long)) + 1] = {0};
	size_t bits = 8 * sizeof(mask[0]);

	mask[(size_t)memory->node / bits] |= 1UL << ((size_t)memory->node % bits);
	/* The kernel takes one bit less than it is told. */
	if (mbind(memory->base, memory->bytes, MPOL_BIND, mask, TOPO_NODE_MAX + 1, 0) < 0)
		return -errno;
	return 0;
}

/* Touches every page; a kernel error instead of the SIGBUS of a touch when hugepages ran out. */
static int
populate(const struct topo_memory *memory, size_t huge_bytes)
{
	if (madvise(memory->base, memory->bytes, MADV_POPULATE_WRITE) == 0)
		return 0;
	if (errno != EINVAL || huge_bytes != 0)
		return -errno;
	memset(memory->base, 1, memory->bytes); /* before Linux 5.14 */
	return 0;
}

/* How much of the mapping transparent hugepages hold: its line AnonHugePages in smaps. */
static size_t
transparent_bytes(const struct topo_memory *memory)
{
	FILE *file = fopen("/proc/self/smaps", "re");
	unsigned long from, to, kb, sum = 0;
	bool inside = false;
	char line[512];

	if (file == NULL)
		return 0;
	while (fgets(line, sizeof(line), file) != NULL) {
		if (sscanf(line, "%lx-%lx ", &from, &to) == 2)
			inside = from < (unsigned long)memory->base + memory->bytes &&
				 to > (unsigned long)memory->base;
		else if (inside && sscanf(line, "AnonHugePages: %15lu kB", &kb) == 1)
			sum += kb << 10;
	}
	fclose(file);
	return sum;
}

/* The size of a transparent hugepage, 0: the kernel has none. */
static size_t
transparent_page(void)
{
	FILE *file = fopen("/sys/kernel/mm/transparent_hugepage/hpage_pmd_size", "re");
	unsigned long bytes = 0;

	if (file == NULL)
		return 0;
	if (fscanf(file, "%15lu", &bytes) != 1)
		bytes = 0;
	fclose(file);
	return bytes;
}

static void *
map(size_t bytes, size_t huge_bytes)
{
	int flags = MAP_PRIVATE | MAP_ANONYMOUS;

	if (huge_bytes != 0)
		flags |= MAP_HUGETLB | (__builtin_ctzll(huge_bytes) << MAP_HUGE_SHIFT);
	return mmap(NULL, bytes, PROT_READ | PROT_WRITE, flags, -1, 0);
}

/* Binds and fills what is mapped. */
static int
place_memory(struct topo_memory *memory, size_t huge_bytes, struct base_err *err)
{
	int rc = bind_memory(memory);

	/* A kernel without NUMA has no such call; a container may forbid it. */
	if (rc < 0 && !(memory->is_only_node && (rc == -ENOSYS || rc == -EPERM)))
		return base_fail(err, rc == -EPERM ? BASE_EXIT_PERMISSION : BASE_EXIT_UNAVAILABLE,
			EIO, "node %d: the kernel refuses to bind memory: %s", memory->node,
			strerror(-rc));
	if (huge_bytes == 0)
		madvise(memory->base, memory->bytes, MADV_HUGEPAGE);
	rc = populate(memory, huge_bytes);
	if (rc < 0)
		return base_fail(err, BASE_EXIT_UNAVAILABLE, ENOMEM,
			"node %d: %zu MiB cannot be had: %s", memory->node, memory->bytes >> 20,
			strerror(-rc));
	return 0;
}

int
topo_memory_map(struct topo_memory *memory, size_t bytes, size_t huge_bytes, struct base_err *err)
{
	size_t page = huge_bytes != 0 ? huge_bytes : (size_t)sysconf(_SC_PAGESIZE);
	int rc;

	memory->page_bytes = page;
	memory->checked = 0;
	memory->bytes = (bytes + page - 1) / page * page;
	memory->base = map(memory->bytes, huge_bytes);
	if (memory->base == MAP_FAILED) {
		memory->base = NULL;
		return base_fail(err, BASE_EXIT_UNAVAILABLE, ENOMEM,
			"node %d: cannot map %zu MiB: %s", memory->node, memory->bytes >> 20,
			strerror(errno));
	}
	rc = place_memory(memory, huge_bytes, err);
	if (rc < 0) {
		topo_memory_unmap(memory);
		return rc;
	}
	if (huge_bytes == 0 && transparent_page() != 0 &&
		transparent_bytes(memory) > memory->bytes / 2)
		memory->page_bytes = transparent_page();
	return 0;
}

int
topo_memory_verify(struct topo_memory *memory, struct base_err *err)
{
	size_t pages = memory->bytes / memory->page_bytes, elsewhere = 0;
	size_t n = pages < CHECKED_MAX ? pages : CHECKED_MAX;
	void *at[CHECKED_MAX];
	int where[CHECKED_MAX];

	memory->checked = 0;
	for (size_t i = 0; i < n; i++)
		at[i] = memory->base + i * (pages / n) * memory->page_bytes;
	if (n == 0 || move_pages(0, n, at, NULL, where, 0) != 0) {
		if (memory->is_only_node)
			return 0;
		return base_fail(err, BASE_EXIT_PERMISSION, EIO,
			"node %d: the kernel does not tell where its memory is: %s", memory->node,
			strerror(errno));
	}
	for (size_t i = 0; i < n; i++)
		elsewhere += where[i] != memory->node;
	if (elsewhere > 0)
		return base_fail(err, BASE_EXIT_UNAVAILABLE, EIO,
			"node %d: the kernel put %zu of %zu pages elsewhere", memory->node,
			elsewhere, n);
	memory->checked = n;
	return 0;
}

void
topo_memory_unmap(struct topo_memory *memory)
{
	if (memory->base != NULL)
		munmap(memory->base, memory->bytes);
	memory->base = NULL;
}

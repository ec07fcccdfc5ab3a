/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "topo_priv.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#define CACHE_FACTOR  4			    /* memory chased, as a multiple of the caches */
#define BYTES_DEFAULT (UINT64_C(256) << 20) /* where the caches are smaller or not told */
#define BYTES_MIN     (UINT64_C(64) << 10)

/* What one measurement shares among its parts. */
struct measure {
	const struct topo *topo;
	struct topo_latency *latency;
	double seconds;
	size_t huge_bytes; /* hugepages that each node has enough of; 0: none */
	struct base_err *err;
};

/* A thread that reads its slice of the memory from its CPU. */
struct reader {
	pthread_t thread;
	const struct topo_memory *memory;
	unsigned int cpu;
	size_t first, n; /* lines */
	double seconds;
	double bytes_per_s;
	bool pinned;
};

static bool
is_measurable(const struct topo_cpu *cpu)
{
	return cpu->online && cpu->in_cgroup;
}

static bool
has_memory(const struct topo_node *node)
{
	return node->mem_total_bytes > 0 && node->mem_allowed;
}

static bool
has_cpu(const struct topo *topo, int node)
{
	for (size_t i = 0; i < topo->n_cpus; i++) {
		if (topo->cpus[i].node == node && is_measurable(&topo->cpus[i]))
			return true;
	}
	return false;
}

/* The quietest CPU of a node: isolated, else the last, since the first does the kernel's work. */
static unsigned int
choose_cpu(const struct topo *topo, int node)
{
	const struct topo_cpu *best = NULL, *cpu;

	for (size_t i = 0; i < topo->n_cpus; i++) {
		cpu = &topo->cpus[i];
		if (cpu->node == node && is_measurable(cpu) &&
			(best == NULL || cpu->isolated || !best->isolated))
			best = cpu;
	}
	return best == NULL ? 0 : best->id;
}

/* All last-level caches that the CPUs of a node reach. */
static uint64_t
caches_of(const struct topo *topo, int node)
{
	uint64_t bytes = 0;

	for (size_t i = 0; i < topo->n_cpus; i++) {
		if (topo->cpus[i].node == node && topo->cpus[i].llc_lead == topo->cpus[i].id)
			bytes += topo->cpus[i].llc_bytes;
	}
	return bytes;
}

static int
pin(unsigned int cpu)
{
	cpu_set_t *set = CPU_ALLOC(TOPO_CPU_MAX);
	size_t bytes = CPU_ALLOC_SIZE(TOPO_CPU_MAX);
	int rc;

	if (set == NULL)
		return -ENOMEM;
	CPU_ZERO_S(bytes, set);
	CPU_SET_S(cpu, bytes, set);
	rc = sched_setaffinity(0, bytes, set) < 0 ? -errno : 0;
	CPU_FREE(set);
	return rc;
}

static void *
read_slice(void *arg)
{
	struct reader *reader = arg;

	reader->pinned = pin(reader->cpu) == 0;
	reader->bytes_per_s =
		topo_stream(reader->memory, reader->first, reader->n, reader->seconds);
	return NULL;
}

/* One reader for each core of the node; NULL: no memory. */
static struct reader *
new_readers(const struct measure *m, int node, const struct topo_memory *memory, size_t *n)
{
	const struct topo *topo = m->topo;
	struct reader *readers = calloc(topo->n_cpus + 1, sizeof(*readers));
	size_t lines = memory->bytes / TOPO_LINE_BYTES;

	*n = 0;
	for (size_t i = 0; readers != NULL && i < topo->n_cpus; i++) {
		if (topo->cpus[i].node == node && is_measurable(&topo->cpus[i]) &&
			(topo->cpus[i].lead == topo->cpus[i].id ||
				!is_measurable(topo_cpu(topo, topo->cpus[i].lead))))
			readers[(*n)++].cpu = topo->cpus[i].id;
	}
	for (size_t i = 0; i < *n; i++) {
		readers[i].memory = memory;
		readers[i].first = lines / *n * i;
		readers[i].n = lines / *n;
		readers[i].seconds = m->seconds;
	}
	return readers;
}

/* Runs the readers side by side and adds up what they got. */
static int
run_readers(struct reader *readers, size_t n, double *bytes_per_s)
{
	size_t started;
	int rc = 0;

	for (started = 0; started < n; started++) {
		rc = -pthread_create(&readers[started].thread, NULL, read_slice, &readers[started]);
		if (rc < 0)
			break;
	}
	*bytes_per_s = 0;
	for (size_t i = 0; i < started; i++) {
		pthread_join(readers[i].thread, NULL);
		*bytes_per_s += readers[i].bytes_per_s;
		if (!readers[i].pinned && rc == 0)
			rc = -EPERM;
	}
	return rc;
}

static int
measure_bandwidth(
	const struct measure *m, int node, const struct topo_memory *memory, double *bytes_per_s)
{
	struct reader *readers;
	size_t n;
	int rc;

	readers = new_readers(m, node, memory, &n);
	if (readers == NULL)
		return base_fail(m->err, BASE_EXIT_UNAVAILABLE, ENOMEM, "no memory for threads");
	rc = run_readers(readers, n, bytes_per_s);
	free(readers);
	if (rc < 0)
		return base_fail(m->err, BASE_EXIT_UNAVAILABLE, EIO,
			"node %d: its CPUs cannot be used for threads: %s", node, strerror(-rc));
	return 0;
}

static int
pin_to_node(const struct measure *m, int node)
{
	unsigned int cpu = choose_cpu(m->topo, node);
	int rc = pin(cpu);

	if (rc < 0)
		return base_fail(m->err, BASE_EXIT_PERMISSION, EIO, "cannot run on CPU %u: %s", cpu,
			strerror(-rc));
	return 0;
}

/* One column: all CPU nodes against one node's memory, which is laid out already. */
static int
measure_cells(const struct measure *m, size_t column, const struct topo_memory *memory)
{
	struct topo_latency *latency = m->latency;
	struct topo_cell *cell;
	int rc = 0;

	for (size_t row = 0; row < latency->n_cpu_nodes && rc == 0; row++) {
		cell = &latency->cells[row * latency->n_memory_nodes + column];
		rc = pin_to_node(m, latency->cpu_nodes[row]);
		if (rc < 0)
			break;
		cell->latency_ns = topo_chase(memory, m->seconds);
		rc = measure_bandwidth(m, latency->cpu_nodes[row], memory, &cell->bytes_per_s);
	}
	return rc;
}

static int
measure_column(const struct measure *m, size_t column)
{
	struct topo_latency *latency = m->latency;
	int node = latency->memory_nodes[column], rc;
	struct topo_memory memory = {.node = node, .is_only_node = m->topo->n_nodes == 1};

	rc = topo_memory_map(&memory, latency->bytes, m->huge_bytes, m->err);
	if (rc < 0)
		return rc;
	rc = topo_memory_verify(&memory, m->err);
	if (rc == 0 && has_cpu(m->topo, node))
		rc = pin_to_node(m, node);
	if (rc == 0) {
		topo_chase_prepare(&memory);
		rc = measure_cells(m, column, &memory);
	}
	if (rc == 0) /* nothing has moved meanwhile */
		rc = topo_memory_verify(&memory, m->err);
	latency->pages_checked += memory.checked;
	if (column == 0 || memory.page_bytes < latency->page_bytes)
		latency->page_bytes = memory.page_bytes;
	topo_memory_unmap(&memory);
	return rc;
}

/* Rows and columns of the matrix. */
static struct topo_latency *
new_matrix(const struct topo *topo)
{
	struct topo_latency *latency = topo_latency_new(topo->n_nodes, topo->n_nodes);

	if (latency == NULL)
		return NULL;
	latency->n_cpu_nodes = latency->n_memory_nodes = 0;
	for (size_t i = 0; i < topo->n_nodes; i++) {
		if (has_cpu(topo, topo->nodes[i].id))
			latency->cpu_nodes[latency->n_cpu_nodes++] = topo->nodes[i].id;
		if (has_memory(&topo->nodes[i]))
			latency->memory_nodes[latency->n_memory_nodes++] = topo->nodes[i].id;
		if (caches_of(topo, topo->nodes[i].id) > latency->llc_bytes)
			latency->llc_bytes = caches_of(topo, topo->nodes[i].id);
	}
	return latency;
}

static uint64_t
choose_bytes(const struct topo_latency *latency, uint64_t asked)
{
	uint64_t bytes = CACHE_FACTOR * latency->llc_bytes;

	if (asked != 0)
		return asked < BYTES_MIN ? BYTES_MIN : asked;
	return bytes < BYTES_DEFAULT ? BYTES_DEFAULT : bytes;
}

static bool
has_pages(const struct topo_node *node, uint64_t page_bytes, uint64_t bytes)
{
	for (size_t i = 0; i < node->n_huge; i++) {
		if (node->huge[i].page_bytes == page_bytes)
			return node->huge[i].free * page_bytes >= bytes + page_bytes;
	}
	return false;
}

/* The smallest hugepages that every node to be measured has enough of; 0: none. Cells are compared
 * with each other, so all have pages of one size. */
static size_t
choose_pages(const struct topo *topo, const struct topo_latency *latency)
{
	const struct topo_node *first = topo_node(topo, latency->memory_nodes[0]);

	for (size_t i = 0; i < first->n_huge; i++) {
		bool all = true;

		for (size_t k = 0; k < latency->n_memory_nodes; k++)
			all = all && has_pages(topo_node(topo, latency->memory_nodes[k]),
					     first->huge[i].page_bytes, latency->bytes);
		if (all)
			return first->huge[i].page_bytes;
	}
	return 0;
}

/* A bound allocation beyond what is free would have the kernel kill somebody. */
static int
check_free(const struct measure *m)
{
	const struct topo_latency *latency = m->latency;
	const struct topo_node *node;

	if (latency->n_cpu_nodes == 0 || latency->n_memory_nodes == 0)
		return base_fail(m->err, BASE_EXIT_UNAVAILABLE, ENODEV,
			"nothing to measure: no node with a CPU and memory that may be used");
	for (size_t i = 0; i < latency->n_memory_nodes && m->huge_bytes == 0; i++) {
		node = topo_node(m->topo, latency->memory_nodes[i]);
		if (node->mem_free_bytes / 10 * 9 < latency->bytes)
			return base_fail(m->err, BASE_EXIT_UNAVAILABLE, ENOMEM,
				"node %d: %llu MiB to chase, %llu MiB free: give a smaller --chase",
				node->id, (unsigned long long)latency->bytes >> 20,
				(unsigned long long)node->mem_free_bytes >> 20);
	}
	return 0;
}

static int
measure_all(struct measure *m)
{
	size_t bytes = CPU_ALLOC_SIZE(TOPO_CPU_MAX);
	cpu_set_t *before = CPU_ALLOC(TOPO_CPU_MAX);
	int rc = 0;

	if (before == NULL || sched_getaffinity(0, bytes, before) < 0)
		rc = base_fail(m->err, BASE_EXIT_UNAVAILABLE, ENOMEM,
			"cannot tell on which CPUs this process runs");
	for (size_t i = 0; i < m->latency->n_memory_nodes && rc == 0; i++)
		rc = measure_column(m, i);
	if (before != NULL)
		sched_setaffinity(0, bytes, before);
	CPU_FREE(before);
	return rc;
}

int
topo_measure(const struct topo *topo, const struct topo_measure_args *args,
	struct topo_latency **out, struct base_err *err)
{
	struct measure m = {.topo = topo, .seconds = args->cell_seconds, .err = err};
	int rc;

	*out = NULL;
	m.latency = new_matrix(topo);
	if (m.latency == NULL)
		return base_fail(err, BASE_EXIT_UNAVAILABLE, ENOMEM, "no memory for a matrix");
	m.latency->bytes = choose_bytes(m.latency, args->bytes);
	if (m.latency->n_memory_nodes > 0)
		m.huge_bytes = choose_pages(topo, m.latency);
	rc = check_free(&m);
	if (rc == 0)
		rc = measure_all(&m);
	if (rc < 0) {
		topo_latency_free(m.latency);
		return rc;
	}
	*out = m.latency;
	return 0;
}

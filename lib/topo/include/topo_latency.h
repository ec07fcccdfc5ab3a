/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef TOPO_LATENCY_H
#define TOPO_LATENCY_H

/**
 * @file
 * Latency and bandwidth from each node's CPUs to each node's memory: measured, written, read.
 *
 * Threads: any; topo_measure() pins the calling thread while it runs and starts others.
 * Memory: the C heap, freed by topo_latency_free(); while measuring, memory bound to one node.
 * Hot path: no.
 */

#include "topo.h"

/** What was measured between one node's CPUs and one node's memory. */
struct topo_cell {
	double latency_ns;  /**< of one load that depends on the one before, memory idle */
	double bytes_per_s; /**< read by all cores of the node together; 0: not measured */
};

struct topo_latency {
	int *cpu_nodes; /**< rows: nodes with a CPU that may be used */
	size_t n_cpu_nodes;
	int *memory_nodes; /**< columns: nodes with memory that may be used */
	size_t n_memory_nodes;
	struct topo_cell *cells; /**< row by row */
	uint64_t bytes;		 /**< memory chased on each node */
	uint64_t page_bytes;	 /**< of its pages */
	uint64_t llc_bytes;	 /**< last-level caches of the node that has most; 0: not known */
	size_t pages_checked;	 /**< pages whose node the kernel told; 0: it could not be asked */
};

struct topo_measure_args {
	uint64_t bytes;	     /**< chased on each node; 0: 4 times llc_bytes, at least 256 MiB */
	double cell_seconds; /**< for each latency and each bandwidth, above 0 */
};

/**
 * Measures this machine.
 *
 * Memory is bound to its node, on hugepages where each node has enough of them free, else on
 * transparent ones where the kernel gives them; where it lies is verified by move_pages(2).
 *
 * @param topo this machine, never a recorded one
 * @return 0; -ENOMEM: a node has not the memory free; -EIO: the kernel put pages elsewhere, or
 * refused to bind or to pin; -ENODEV: no CPU or no memory that may be used
 */
int topo_measure(const struct topo *topo, const struct topo_measure_args *args,
	struct topo_latency **out, struct base_err *err);

/** The cell of a CPU's node and a memory's node; NULL: not measured. */
const struct topo_cell *topo_latency_cell(
	const struct topo_latency *latency, int cpu_node, int memory_node);

/** The measurement as JSON, for free(3); NULL: no memory. */
char *topo_latency_text(const struct topo_latency *latency);

/**
 * Whether topo_latency_write() could begin: asked before a measurement, which takes minutes.
 *
 * @return as topo_latency_write()
 */
int topo_latency_can_write(const char *path, struct base_err *err);

/**
 * Writes the measurement as JSON; the file is complete or is not replaced.
 *
 * @return 0, or -errno with path and reason in err
 */
int topo_latency_write(const struct topo_latency *latency, const char *path, struct base_err *err);

/**
 * Reads what topo_latency_write() wrote.
 *
 * @return 0; -errno: unreadable; -EINVAL: no JSON (line named), or not of this form; -ENOMEM
 */
int topo_latency_read(const char *path, struct topo_latency **out, struct base_err *err);

/** Frees; NULL is allowed. */
void topo_latency_free(struct topo_latency *latency);

#endif

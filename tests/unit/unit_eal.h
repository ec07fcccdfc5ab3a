/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef UNIT_EAL_H
#define UNIT_EAL_H

/** @file DPDK for a unit test: a few lcores, no hugepages, no devices, nothing left behind. */

#include <rte_eal.h>
#include <rte_lcore.h>

#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define UNIT_EAL_MB 96

/**
 * Brings EAL up with a heap of `mb` megabytes that never grows, lcores 0 (main) to `last` on any of
 * the CPUs that the test may use; negative on failure.
 */
static inline int
unit_eal_up_to(unsigned mb, unsigned last)
{
	char lcores[32 + 5 * CPU_SETSIZE], heap[16], prefix[40];
	char program[] = "unit", core_opt[] = "--lcores", no_huge[] = "--no-huge", mem_opt[] = "-m";
	char no_pci[] = "--no-pci", no_tele[] = "--no-telemetry", prefix_opt[] = "--file-prefix";
	char level_opt[] = "--log-level", level[] = "critical", no_conf[] = "--no-shconf";
	char *args[] = {program, core_opt, lcores, no_huge, mem_opt, heap, no_pci, no_tele, no_conf,
		prefix_opt, prefix, level_opt, level};
	size_t len = (size_t)snprintf(lcores, sizeof(lcores), "(0-%u)@(", last);
	cpu_set_t cpus;

	if (sched_getaffinity(0, sizeof(cpus), &cpus) != 0)
		return -1;
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (CPU_ISSET(cpu, &cpus))
			len += (size_t)snprintf(lcores + len, sizeof(lcores) - len, "%d,", cpu);
	}
	lcores[len - 1] = ')';
	snprintf(heap, sizeof(heap), "%u", mb);
	snprintf(prefix, sizeof(prefix), "weir_unit_%d", (int)getpid());
	return rte_eal_init((int)(sizeof(args) / sizeof(args[0])), args);
}

/** The same with lcores 0 and 1. */
static inline int
unit_eal_up(unsigned mb)
{
	return unit_eal_up_to(mb, 1);
}

/** The same as the setup of a group of tests, with UNIT_EAL_MB. */
static inline int
unit_eal_start(void **state)
{
	(void)state;
	return unit_eal_up(UNIT_EAL_MB) < 0 ? -1 : 0;
}

/** Takes EAL down: the teardown of a group. */
static inline int
unit_eal_stop(void **state)
{
	char dir[4096];

	(void)state;
	snprintf(dir, sizeof(dir), "%s", rte_eal_get_runtime_dir());
	if (rte_eal_cleanup() != 0)
		return -1;
	rmdir(dir);
	return 0;
}

/** The node on which a test asks for memory: its lcore's. */
static inline int
unit_eal_node(void)
{
	return (int)rte_socket_id();
}

#endif

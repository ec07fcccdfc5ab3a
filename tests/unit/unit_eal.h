/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef UNIT_EAL_H
#define UNIT_EAL_H

/** @file DPDK for a unit test: one lcore, no hugepages, no devices, nothing left behind. */

#include <rte_eal.h>
#include <rte_lcore.h>

#include <sched.h>
#include <stdio.h>
#include <unistd.h>

/** Brings EAL up with a heap of `mb` megabytes that never grows; negative on failure. */
static inline int
unit_eal_up(unsigned mb)
{
	char lcores[24], heap[16], prefix[40];
	char program[] = "unit", core_opt[] = "--lcores", no_huge[] = "--no-huge", mem_opt[] = "-m";
	char no_pci[] = "--no-pci", no_tele[] = "--no-telemetry", prefix_opt[] = "--file-prefix";
	char level_opt[] = "--log-level", level[] = "critical", no_conf[] = "--no-shconf";
	char *args[] = {program, core_opt, lcores, no_huge, mem_opt, heap, no_pci, no_tele, no_conf,
		prefix_opt, prefix, level_opt, level};
	cpu_set_t cpus;
	int cpu = 0;

	if (sched_getaffinity(0, sizeof(cpus), &cpus) != 0)
		return -1;
	while (cpu < CPU_SETSIZE - 1 && !CPU_ISSET(cpu, &cpus))
		cpu++;
	snprintf(lcores, sizeof(lcores), "0@%d", cpu);
	snprintf(heap, sizeof(heap), "%u", mb);
	snprintf(prefix, sizeof(prefix), "weir_unit_%d", (int)getpid());
	return rte_eal_init((int)(sizeof(args) / sizeof(args[0])), args);
}

/** The node on which a test asks for memory: its lcore's. */
static inline int
unit_eal_node(void)
{
	return (int)rte_socket_id();
}

#endif

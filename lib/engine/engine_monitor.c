/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * Waiting in the CPU itself (UMONITOR, UMWAIT, TPAUSE and what others have for them). DPDK 22.11
 * calls these functions experimental: this is the one file that uses them.
 */
#define ALLOW_EXPERIMENTAL_API

#include "engine_priv.h"

#include <rte_cpuflags.h>
#include <rte_cycles.h>
#include <rte_ethdev.h>
#include <rte_power_intrinsics.h>

#include <errno.h>

#define WAITS_A_SECOND \
	50000 /* 20 us at most: what comes by another queue, or a ring, wakes nobody */

bool
engine_cpu_monitors(void)
{
	struct rte_cpu_intrinsics cpu;

	rte_cpu_get_intrinsics_support(&cpu);
	return cpu.power_monitor && cpu.power_pause;
}

int
engine_idle_check(enum conf_idle idle, bool cpu_monitors, struct base_err *err)
{
	if (idle != CONF_IDLE_MONITOR || cpu_monitors)
		return 0;
	return base_fail(err, BASE_EXIT_UNAVAILABLE, ENOTSUP,
		"[weir] idle = monitor: this CPU cannot wait for a write to memory (x86: waitpkg); "
		"adaptive sleeps in the kernel instead");
}

void
engine_monitor(const struct engine_worker *worker)
{
	uint64_t until = rte_rdtsc() + rte_get_tsc_hz() / WAITS_A_SECOND;
	struct rte_power_monitor_cond cond;

	if (worker->n_queues == 1 && rte_eth_get_monitor_addr(worker->queues[0].port,
					     worker->queues[0].queue, &cond) == 0)
		rte_power_monitor(&cond, until);
	else
		rte_power_pause(until);
}

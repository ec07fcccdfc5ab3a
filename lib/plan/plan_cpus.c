/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * Which CPU each lcore has: chosen here, or the INI's choice held against the machine.
 */
#include "plan_priv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define NO_LCORE UINT32_MAX

bool
plan_has_memory(const struct topo *topo, int node)
{
	const struct topo_node *found = topo_node(topo, node);

	return found != NULL && found->mem_allowed && found->online_cpus > 0 &&
	       found->mem_total_bytes > 0;
}

/* A machine that tells no memory at all (a recording without it) is not held against that. */
static bool
tells_memory(const struct topo *topo)
{
	for (size_t i = 0; i < topo->n_nodes; i++) {
		if (topo->nodes[i].mem_total_bytes > 0)
			return true;
	}
	return false;
}

int
plan_cpus_node(const struct topo *topo, const cpu_set_t *cpus)
{
	int node = TOPO_NODE_NONE;
	bool first = true;

	for (unsigned int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (!CPU_ISSET(cpu, cpus))
			continue;
		if (!first && node != topo_node_of_cpu(topo, cpu))
			return TOPO_NODE_NONE;
		node = topo_node_of_cpu(topo, cpu);
		first = false;
	}
	return node;
}

/* NULL, or why no lcore may run there. */
static const char *
why_not(const struct topo *topo, unsigned int id)
{
	const struct topo_cpu *cpu = topo_cpu(topo, id);

	if (cpu == NULL)
		return "the machine has no such CPU";
	if (!cpu->online)
		return "it is offline";
	if (!cpu->in_cgroup)
		return "it is outside the cpuset of this process's cgroup";
	if (cpu->node == TOPO_NODE_NONE)
		return "the machine does not tell its node";
	return NULL;
}

static bool
is_usable(const struct topo *topo, unsigned int id)
{
	return id < CPU_SETSIZE && why_not(topo, id) == NULL;
}

/* "0-3,8": the CPUs that an lcore may have; for free(3). */
static char *
usable_text(const struct topo *topo)
{
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	for (size_t i = 0; i < topo->n_cpus; i++) {
		if (is_usable(topo, topo->cpus[i].id))
			CPU_SET(topo->cpus[i].id, &cpus);
	}
	return plan_cpus_text(&cpus);
}

static int
blame_cpu(const struct plan *plan, const struct plan_row *row, unsigned int cpu, const char *why,
	struct base_err *err)
{
	char *usable = usable_text(plan->in.topo);
	int rc = conf_blame(err, &plan->in.conf->eal.sect, "lcores",
		"lcore %u is put on CPU %u: %s; allowed are the CPUs %s", row->lcore, cpu, why,
		usable == NULL ? "?" : usable);

	free(usable);
	return rc;
}

static int
check_row(const struct plan *plan, const struct plan_row *row, struct base_err *err)
{
	const struct topo *topo = plan->in.topo;
	int node;

	for (unsigned int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (CPU_ISSET(cpu, &row->cpus) && why_not(topo, cpu) != NULL)
			return blame_cpu(plan, row, cpu, why_not(topo, cpu), err);
	}
	node = plan_cpus_node(topo, &row->cpus);
	if (node == TOPO_NODE_NONE)
		return conf_blame(err, &plan->in.conf->eal.sect, "lcores",
			"the CPUs of lcore %u are on several nodes: its memory can be on one alone",
			row->lcore);
	if (tells_memory(topo) && !plan_has_memory(topo, node))
		return conf_blame(err, &plan->in.conf->eal.sect, "lcores",
			"lcore %u is put on CPU %u of node %d, which has no memory for this "
			"process: choose a CPU of another node",
			row->lcore, plan_cpu(&(struct plan_lcore){.cpus = row->cpus}), node);
	return 0;
}

int
plan_cpus_check(const struct plan *plan, struct base_err *err)
{
	int rc = 0;

	for (uint32_t i = 0; i < plan->map.n && rc == 0; i++)
		rc = check_row(plan, &plan->map.rows[i], err);
	return rc;
}

static bool
is_taken(const struct plan_map *map, unsigned int cpu)
{
	for (uint32_t i = 0; i < map->n; i++) {
		if (CPU_ISSET(cpu, &map->rows[i].cpus))
			return true;
	}
	return false;
}

/* Whether another thread of its core is taken. */
static bool
is_core_taken(const struct topo *topo, const struct plan_map *map, const struct topo_cpu *cpu)
{
	for (size_t i = 0; i < topo->n_cpus; i++) {
		const struct topo_cpu *other = &topo->cpus[i];

		if (other->id < CPU_SETSIZE && topo_are_siblings(topo, cpu->id, other->id) &&
			is_taken(map, other->id))
			return true;
	}
	return false;
}

/* How good a CPU is for a worker, what counts most first: memory beside it, the port's node, a CPU
 * and a core of its own, isolated, where the process runs now. */
static unsigned int
worth(const struct topo *topo, const struct plan_map *map, const struct topo_cpu *cpu, int node)
{
	unsigned int value = 0;

	value = value << 1 | plan_has_memory(topo, cpu->node);
	value = value << 1 | (cpu->node == node);
	value = value << 1 | !is_taken(map, cpu->id);
	value = value << 1 | !is_core_taken(topo, map, cpu);
	value = value << 1 | cpu->isolated;
	return value << 1 | cpu->in_affinity;
}

static const struct topo_cpu *
choose_worker(const struct topo *topo, const struct plan_map *map, int node)
{
	const struct topo_cpu *best = NULL;

	for (size_t i = 0; i < topo->n_cpus; i++) {
		const struct topo_cpu *cpu = &topo->cpus[i];

		if (is_usable(topo, cpu->id) &&
			(best == NULL ||
				worth(topo, map, cpu, node) > worth(topo, map, best, node)))
			best = cpu;
	}
	return best;
}

const struct topo_cpu *
plan_cpus_spare(const struct topo *topo, const struct plan_map *map, int node)
{
	const struct topo_cpu *cpu = choose_worker(topo, map, node);

	return cpu == NULL || cpu->node != node || is_taken(map, cpu->id) ? NULL : cpu;
}

/* The main lcore sleeps most of the time: where the kernel's own work is, too. */
static unsigned int
worth_main(const struct topo *topo, const struct topo_cpu *cpu, int node)
{
	unsigned int value = 1;

	value = value << 1 | plan_has_memory(topo, cpu->node);
	value = value << 1 | !cpu->isolated;
	value = value << 1 | (cpu->node == node);
	return value << 1 | cpu->in_affinity;
}

static const struct topo_cpu *
choose_main(const struct topo *topo, int node)
{
	const struct topo_cpu *best = NULL;

	for (size_t i = 0; i < topo->n_cpus; i++) {
		const struct topo_cpu *cpu = &topo->cpus[i];

		if (is_usable(topo, cpu->id) &&
			(best == NULL ||
				worth_main(topo, cpu, node) > worth_main(topo, best, node)))
			best = cpu;
	}
	return best;
}

static void
add_row(struct plan_map *map, uint32_t lcore, const struct topo_cpu *cpu)
{
	uint32_t i = map->n++;

	for (; i > 0 && map->rows[i - 1].lcore > lcore; i--)
		map->rows[i] = map->rows[i - 1];
	map->rows[i].lcore = lcore;
	CPU_ZERO(&map->rows[i].cpus);
	CPU_SET(cpu->id, &map->rows[i].cpus);
}

/* The lowest number that no [lcore] bears. */
static uint32_t
unnamed_lcore(const struct plan *plan)
{
	const struct conf *conf = plan->in.conf;
	cpu_set_t named;

	CPU_ZERO(&named);
	for (uint32_t i = 0; i < conf->n_lcores; i++)
		CPU_SET(conf->lcores[i].lcore, &named);
	for (uint32_t lcore = 0; lcore < CONF_LCORES_MAX; lcore++) {
		if (!CPU_ISSET(lcore, &named))
			return lcore;
	}
	return NO_LCORE;
}

/* The node of the first port of an lcore, or of all, that has one. */
static int
wanted_node(const struct plan *plan, const struct conf_lcore *lcore)
{
	uint32_t n = lcore == NULL ? plan->n_ports : lcore->n_queues;

	for (uint32_t i = 0; i < n; i++) {
		const struct plan_port *port =
			&plan->ports[lcore == NULL ? i : lcore->queues[i].port];

		if (port->node != TOPO_NODE_NONE)
			return port->node;
	}
	for (uint32_t i = 0; lcore != NULL && i < lcore->n_sends; i++) {
		if (plan->ports[lcore->sends[i]].node != TOPO_NODE_NONE)
			return plan->ports[lcore->sends[i]].node;
	}
	return TOPO_NODE_NONE;
}

/* The CPUs of a node on which this process may run and does, what taskset(1) says included. */
static void
find_floor(const struct topo *topo, int node, cpu_set_t *cpus)
{
	CPU_ZERO(cpus);
	for (size_t i = 0; i < topo->n_cpus; i++) {
		const struct topo_cpu *cpu = &topo->cpus[i];

		if (is_usable(topo, cpu->id) && cpu->in_affinity && cpu->node == node)
			CPU_SET(cpu->id, cpus);
	}
}

int
plan_cpus_float(struct plan *plan, struct base_err *err)
{
	const struct topo *topo = plan->in.topo;
	cpu_set_t best, cpus;

	CPU_ZERO(&best);
	for (size_t i = 0; i < topo->n_nodes; i++) {
		find_floor(topo, topo->nodes[i].id, &cpus);
		if (CPU_COUNT(&cpus) > CPU_COUNT(&best) &&
			(plan_has_memory(topo, topo->nodes[i].id) || !tells_memory(topo)))
			best = cpus;
	}
	if (CPU_COUNT(&best) == 0)
		return base_fail(err, BASE_EXIT_UNAVAILABLE, ENODEV,
			"the machine tells of no CPU that this process may use");
	plan->map.n = plan->in.replay_lcores == 0 ? 2 : plan->in.replay_lcores + 3;
	for (uint32_t i = 0; i < plan->map.n; i++)
		plan->map.rows[i] = (struct plan_row){.lcore = i, .cpus = best};
	return 0;
}

int
plan_cpus_choose_main(struct plan *plan, int *home, struct base_err *err)
{
	uint32_t lcore = unnamed_lcore(plan);
	const struct topo_cpu *cpu;

	*home = wanted_node(plan, NULL);
	cpu = choose_main(plan->in.topo, *home);
	if (cpu == NULL)
		return conf_blame(err, &plan->in.conf->eal.sect, "lcores",
			"the machine tells of no CPU that this process may use");
	if (lcore == NO_LCORE)
		return conf_blame(err, &plan->in.conf->eal.sect, "lcores",
			"the [lcore N] take all %d lcores: none is left for the main loop",
			CONF_LCORES_MAX);
	add_row(&plan->map, lcore, cpu);
	if (*home == TOPO_NODE_NONE)
		*home = cpu->node;
	return 0;
}

void
plan_cpus_add_worker(struct plan *plan, uint32_t lcore, int node)
{
	add_row(&plan->map, lcore, choose_worker(plan->in.topo, &plan->map, node));
}

/* Whether another CPU of the same core comes before it and would do as well. */
static bool
is_second(const struct topo *topo, const struct topo_cpu *cpu, bool isolated)
{
	for (size_t i = 0; i < topo->n_cpus && topo->cpus[i].id < cpu->id; i++) {
		const struct topo_cpu *other = &topo->cpus[i];

		if (topo_are_siblings(topo, other->id, cpu->id) && is_usable(topo, other->id) &&
			other->isolated >= isolated)
			return true;
	}
	return false;
}

static uint32_t
count_cores(const struct topo *topo, const struct plan_map *map, int node, bool isolated)
{
	uint32_t n = 0;

	for (size_t i = 0; i < topo->n_cpus; i++) {
		const struct topo_cpu *cpu = &topo->cpus[i];

		n += cpu->node == node && is_usable(topo, cpu->id) && cpu->isolated >= isolated &&
		     !is_taken(map, cpu->id) && !is_core_taken(topo, map, cpu) &&
		     !is_second(topo, cpu, isolated);
	}
	return n;
}

uint32_t
plan_cpus_cores(const struct plan *plan, int node)
{
	uint32_t isolated = count_cores(plan->in.topo, &plan->map, node, true);

	return isolated > 0 ? isolated : count_cores(plan->in.topo, &plan->map, node, false);
}

int
plan_cpus_choose(struct plan *plan, struct base_err *err)
{
	const struct conf *conf = plan->in.conf;
	int home, rc = plan_cpus_choose_main(plan, &home, err);

	for (uint32_t i = 0; i < conf->n_lcores && rc == 0; i++) {
		int own = wanted_node(plan, &conf->lcores[i]);

		plan_cpus_add_worker(
			plan, conf->lcores[i].lcore, own == TOPO_NODE_NONE ? home : own);
	}
	return rc;
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "plan_show.h"

#include <stdlib.h>
#include <string.h>

const char *
plan_node_from_word(enum plan_node_from from)
{
	static const char *const words[] = {[PLAN_FROM_DEVICE] = "device",
		[PLAN_FROM_INI] = "INI",
		[PLAN_FROM_LCORE] = "lcore"};

	return words[from];
}

const char *
plan_owner_text(const struct plan *plan, const struct plan_object *object, char text[64])
{
	switch (object->owner) {
	case PLAN_OWNER_PORT:
		snprintf(text, 64, "port %s", plan->ports[object->id].name);
		break;
	case PLAN_OWNER_LCORE:
		snprintf(text, 64, "lcore %u", object->id);
		break;
	case PLAN_OWNER_NODE:
		snprintf(text, 64, "node %u", object->id);
		break;
	case PLAN_OWNER_PROCESS:
		snprintf(text, 64, "process");
		break;
	}
	return text;
}

const char *
plan_isolated_word(const struct plan *plan, const struct plan_lcore *lcore)
{
	int isolated = 0;

	for (unsigned int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		const struct topo_cpu *found = topo_cpu(plan->in.topo, cpu);

		isolated += CPU_ISSET(cpu, &lcore->cpus) && found != NULL && found->isolated;
	}
	if (isolated == 0)
		return "no";
	return isolated == CPU_COUNT(&lcore->cpus) ? "yes" : "part";
}

/* "0-3,8" of a set; for free(3). */
static char *
set_text(const cpu_set_t *cpus)
{
	unsigned int ids[CPU_SETSIZE];
	size_t n = 0;

	for (unsigned int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (CPU_ISSET(cpu, cpus))
			ids[n++] = cpu;
	}
	return n == 0 ? strdup("-") : topo_ids_text(ids, n);
}

char *
plan_lcore_cpus_text(const struct plan_lcore *lcore)
{
	return set_text(&lcore->cpus);
}

char *
plan_siblings_text(const struct plan *plan, const struct plan_lcore *lcore)
{
	const struct topo *topo = plan->in.topo;
	cpu_set_t siblings;

	CPU_ZERO(&siblings);
	for (unsigned int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		for (size_t i = 0; i < topo->n_cpus && CPU_ISSET(cpu, &lcore->cpus); i++) {
			unsigned int other = topo->cpus[i].id;

			if (other < CPU_SETSIZE && topo_are_siblings(topo, cpu, other))
				CPU_SET(other, &siblings);
		}
	}
	return set_text(&siblings);
}

char *
plan_feeds_text(const struct plan_lcore *lcore)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	for (uint32_t i = 0; i < lcore->n_feeds; i++)
		CPU_SET(lcore->feeds[i], &set);
	return set_text(&set);
}

const char *
plan_ring_word(const struct plan_ring *ring)
{
	return ring->bypass ? "by-pass" : "packets";
}

const char *
plan_edge_word(enum plan_edge_kind kind)
{
	static const char *const words[] = {
		[PLAN_EDGE_POLL] = "poll", [PLAN_EDGE_SEND] = "send", [PLAN_EDGE_RING] = "ring"};

	return words[kind];
}

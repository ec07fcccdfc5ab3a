/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "topo_priv.h"

#include <string.h>

bool
topo_is_usable(const struct topo_cpu *cpu)
{
	return cpu->online && cpu->in_cgroup && cpu->node != TOPO_NODE_NONE;
}

bool
topo_has_isolated(const struct topo *topo, int node)
{
	for (size_t i = 0; i < topo->n_cpus; i++) {
		if (topo->cpus[i].node == node && topo_is_usable(&topo->cpus[i]) &&
			topo->cpus[i].isolated)
			return true;
	}
	return false;
}

/* The first usable CPU that is not isolated: the kernel's own work is there already. */
static const struct topo_cpu *
choose_main(const struct topo *topo)
{
	const struct topo_cpu *any = NULL;

	for (size_t i = 0; i < topo->n_cpus; i++) {
		const struct topo_cpu *cpu = &topo->cpus[i];

		if (!topo_is_usable(cpu))
			continue;
		if (!cpu->isolated)
			return cpu;
		any = any == NULL ? cpu : any;
	}
	return any;
}

/* A CPU that a worker may have, leaving aside that its core has a second thread. */
static bool
is_candidate(const struct topo_choice *choice, const struct topo_cpu *cpu, bool isolated)
{
	return topo_is_usable(cpu) && cpu->lead != choice->main->lead &&
	       (!isolated || cpu->isolated);
}

/* Whether a worker could run on this CPU: the first such thread of a core that is not the main
 * lcore's, isolated if any of the node is. */
static bool
is_for_worker(const struct topo_choice *choice, const struct topo_cpu *cpu)
{
	const struct topo *topo = choice->topo;
	bool isolated = topo_has_isolated(topo, cpu->node);

	if (!is_candidate(choice, cpu, isolated))
		return false;
	for (size_t i = 0; i < topo->n_cpus && topo->cpus[i].id < cpu->id; i++) {
		if (topo->cpus[i].lead == cpu->lead &&
			is_candidate(choice, &topo->cpus[i], isolated))
			return false;
	}
	return true;
}

size_t
topo_list_workers(const struct topo_choice *choice, int node, unsigned int *ids)
{
	size_t n = 0;

	for (size_t i = 0; i < choice->topo->n_cpus; i++) {
		if (choice->topo->cpus[i].node == node &&
			is_for_worker(choice, &choice->topo->cpus[i]))
			ids[n++] = choice->topo->cpus[i].id;
	}
	return n;
}

/* A distance that is not told is farther than any that is. */
static unsigned int
known_distance(const struct topo *topo, const struct topo_node *from, const struct topo_node *to)
{
	unsigned int distance = topo_distance(topo, from->id, to->id);

	return distance == 0 ? UINT_MAX : distance;
}

const struct topo_node *
topo_nearest(const struct topo *topo, const struct topo_node *from,
	bool (*has)(const struct topo *, const struct topo_node *))
{
	const struct topo_node *best = has(topo, from) ? from : NULL;

	for (size_t i = 0; i < topo->n_nodes && best != from; i++) {
		const struct topo_node *node = &topo->nodes[i];

		if (has(topo, node) && (best == NULL || known_distance(topo, from, node) <
								known_distance(topo, from, best)))
			best = node;
	}
	return best;
}

bool
topo_has_usable_cpu(const struct topo *topo, const struct topo_node *node)
{
	for (size_t i = 0; i < topo->n_cpus; i++) {
		if (topo->cpus[i].node == node->id && topo_is_usable(&topo->cpus[i]))
			return true;
	}
	return false;
}

bool
topo_has_usable_memory(const struct topo *topo, const struct topo_node *node)
{
	(void)topo;
	return node->mem_total_bytes > 0 && node->mem_allowed && node->online_cpus > 0;
}

bool
topo_is_port(const struct topo *topo, const struct topo_nic *nic)
{
	if (nic->pci[0] == '\0' || nic->is_virtual)
		return false;
	return nic == topo->nics || strcmp(nic[-1].pci, nic->pci) != 0;
}

/* Workers run where the NICs are; where none says so, everywhere. */
static void
choose_nodes(struct topo_choice *choice)
{
	const struct topo *topo = choice->topo;
	const struct topo_node *node;
	bool any = false;

	for (size_t i = 0; i < topo->n_nics; i++) {
		node = topo_node(topo, topo->nics[i].node);
		if (!topo_is_port(topo, &topo->nics[i]) || node == NULL)
			continue;
		node = topo_nearest(topo, node, topo_has_usable_cpu);
		if (node != NULL)
			any = choice->is_ours[node - topo->nodes] = true;
	}
	for (size_t i = 0; i < topo->n_nodes && !any; i++)
		choice->is_ours[i] = topo_has_usable_cpu(topo, &topo->nodes[i]);
}

void
topo_choose(struct topo_choice *choice)
{
	choice->main = choose_main(choice->topo);
	if (choice->main != NULL)
		choose_nodes(choice);
}

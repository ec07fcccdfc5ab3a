/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "topo.h"

#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Index of a node, n_nodes: none. */
static size_t
node_index(const struct topo *topo, int id)
{
	size_t i = 0;

	while (i < topo->n_nodes && topo->nodes[i].id != id)
		i++;
	return i;
}

const struct topo_node *
topo_node(const struct topo *topo, int id)
{
	size_t i = node_index(topo, id);

	return i == topo->n_nodes ? NULL : &topo->nodes[i];
}

const struct topo_cpu *
topo_cpu(const struct topo *topo, unsigned int id)
{
	for (size_t i = 0; i < topo->n_cpus; i++) {
		if (topo->cpus[i].id == id)
			return &topo->cpus[i];
	}
	return NULL;
}

int
topo_node_of_cpu(const struct topo *topo, unsigned int cpu)
{
	const struct topo_cpu *found = topo_cpu(topo, cpu);

	return found == NULL ? TOPO_NODE_NONE : found->node;
}

bool
topo_are_siblings(const struct topo *topo, unsigned int a, unsigned int b)
{
	const struct topo_cpu *x = topo_cpu(topo, a);
	const struct topo_cpu *y = topo_cpu(topo, b);

	return a != b && x != NULL && y != NULL && x->lead == y->lead;
}

const struct topo_nic *
topo_nic_by_pci(const struct topo *topo, const char *address)
{
	const char *colon = strchr(address, ':');
	bool is_short = colon != NULL && strchr(colon + 1, ':') == NULL;

	for (size_t i = 0; i < topo->n_nics; i++) {
		const char *pci = topo->nics[i].pci;

		if (is_short && strncmp(pci, "0000:", 5) == 0)
			pci += 5;
		if (pci[0] != '\0' && strcasecmp(pci, address) == 0)
			return &topo->nics[i];
	}
	return NULL;
}

const struct topo_nic *
topo_nic_by_name(const struct topo *topo, const char *name)
{
	for (size_t i = 0; i < topo->n_nics; i++) {
		if (name[0] != '\0' && strcmp(topo->nics[i].name, name) == 0)
			return &topo->nics[i];
	}
	return NULL;
}

bool
topo_lacks_interface(const struct topo *topo, const char *name)
{
	bool is_listed = false;

	if (topo->is_live)
		return if_nametoindex(name) == 0 && errno == ENODEV;
	for (size_t i = 0; i < topo->n_nics; i++)
		is_listed |= topo->nics[i].name[0] != '\0';
	return is_listed && topo_nic_by_name(topo, name) == NULL;
}

unsigned int
topo_distance(const struct topo *topo, int from, int to)
{
	size_t row = node_index(topo, from);
	size_t column = node_index(topo, to);

	if (row == topo->n_nodes || column == topo->n_nodes)
		return 0;
	return topo->distance[row * topo->n_nodes + column];
}

char *
topo_ids_text(const unsigned int *ids, size_t n)
{
	size_t len = 0, cap = 24 * n + 1; /* two numbers of ten digits, '-' and ',' at most */
	char *text = malloc(cap);
	size_t next;

	if (text == NULL)
		return NULL;
	text[0] = '\0';
	for (size_t i = 0; i < n; i = next) {
		for (next = i + 1; next < n && ids[next] == ids[next - 1] + 1; next++)
			;
		len += (size_t)snprintf(text + len, cap - len, "%s%u", i == 0 ? "" : ",", ids[i]);
		if (next > i + 1)
			len += (size_t)snprintf(text + len, cap - len, "-%u", ids[next - 1]);
	}
	return text;
}

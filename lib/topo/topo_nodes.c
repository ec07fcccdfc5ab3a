/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "topo_priv.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NODE_DIR "/sys/devices/system/node"
#define HUGE_DIR "/sys/kernel/mm/hugepages"

/* "Node 0 MemTotal:  4810968 kB" (or without the node in /proc/meminfo) of src->text. */
static uint64_t
read_kb(struct topo_src *src, const char *key)
{
	const char *at = strstr(src->text, key);
	unsigned long long kb;

	if (at == NULL || sscanf(at + strlen(key), ": %15llu kB", &kb) != 1) {
		topo_warn(src, "%s: no number behind %s", src->path, key);
		return 0;
	}
	return kb << 10;
}

static uint64_t
read_count(struct topo_src *src, const char *folder, uint64_t kb, const char *name)
{
	uint64_t n;

	if (!topo_text(src, "%s/hugepages-%llukB/%s", folder, (unsigned long long)kb, name) ||
		!topo_number(src, UINT64_MAX, &n))
		return 0;
	return n;
}

static int
compare_huge(const void *a, const void *b)
{
	uint64_t x = ((const struct topo_huge *)a)->page_bytes;
	uint64_t y = ((const struct topo_huge *)b)->page_bytes;

	return (x > y) - (x < y);
}

static void
read_huge(struct topo_src *src, struct topo_node *node, const char *folder)
{
	size_t n;
	char **names = topo_names(src, &n, "%s", folder);
	struct topo_huge *huge;
	uint64_t kb;

	if (names == NULL) {
		topo_warn(src, "%s: no such folder: a kernel without hugepages", src->path);
		return;
	}
	node->huge = topo_array(src, n, sizeof(*node->huge));
	for (size_t i = 0; i < n && node->huge != NULL; i++) {
		if (sscanf(names[i], "hugepages-%15lukB", &kb) != 1)
			continue;
		huge = &node->huge[node->n_huge++];
		huge->page_bytes = kb << 10;
		huge->total = read_count(src, folder, kb, "nr_hugepages");
		huge->free = read_count(src, folder, kb, "free_hugepages");
		huge->surplus = read_count(src, folder, kb, "surplus_hugepages");
	}
	if (node->n_huge > 1)
		qsort(node->huge, node->n_huge, sizeof(*node->huge), compare_huge);
	topo_names_free(names, n);
}

/* Which nodes' memory this process may use; all where /proc does not say (warned of with the CPUs'
 * line of the same file). */
static void
read_mems_allowed(struct topo_src *src)
{
	struct topo *topo = src->topo;
	struct topo_set allowed;
	const char *value = NULL;

	if (topo_text_if(src, "/proc/self/status"))
		value = topo_field(src, "Mems_allowed_list");
	if (value != NULL) {
		memmove(src->text, value, strlen(value) + 1);
		src->text[strcspn(src->text, "\n")] = '\0';
		if (!topo_list(src, TOPO_NODE_MAX, &allowed))
			value = NULL;
	}
	for (size_t i = 0; i < topo->n_nodes; i++)
		topo->nodes[i].mem_allowed =
			value == NULL || topo_set_has(&allowed, (unsigned int)topo->nodes[i].id);
}

static void
claim_cpus(struct topo_src *src, struct topo_node *node)
{
	struct topo *topo = src->topo;
	struct topo_set cpus;

	if (!topo_text(src, NODE_DIR "/node%d/cpulist", node->id) ||
		!topo_list(src, TOPO_CPU_MAX, &cpus))
		return;
	for (size_t i = 0; i < topo->n_cpus; i++) {
		if (topo_set_has(&cpus, topo->cpus[i].id))
			topo->cpus[i].node = node->id;
	}
}

/* A CPU that no cpulist has (it is offline, or the list is unreadable) may have a link to its node.
 */
static void
find_node_of(struct topo_src *src, struct topo_cpu *cpu)
{
	char folder[64];
	struct topo_set ids;

	snprintf(folder, sizeof(folder), "/sys/devices/system/cpu/cpu%u", cpu->id);
	if (!topo_ids(src, "node", TOPO_NODE_MAX, &ids, folder))
		return;
	for (unsigned int id = 0; id < TOPO_NODE_MAX; id++) {
		if (topo_set_has(&ids, id))
			cpu->node = (int)id;
	}
}

static void
read_distances(struct topo_src *src, size_t row)
{
	struct topo *topo = src->topo;
	const char *at;
	char *end;
	size_t n = 0;

	if (topo->distance == NULL ||
		!topo_text(src, NODE_DIR "/node%d/distance", topo->nodes[row].id))
		return;
	for (at = src->text; n < topo->n_nodes && isdigit((unsigned char)*at); n++) {
		topo->distance[row * topo->n_nodes + n] = (uint32_t)strtoul(at, &end, 10);
		at = end + strspn(end, " \t");
	}
	if (n == topo->n_nodes && *at == '\0')
		return;
	topo_warn(src, "%s: `%.40s' are not %zu distances, one for each node online", src->path,
		src->text, topo->n_nodes);
	memset(&topo->distance[row * topo->n_nodes], 0, topo->n_nodes * sizeof(*topo->distance));
}

static void
read_node(struct topo_src *src, struct topo_node *node)
{
	char folder[64];

	claim_cpus(src, node);
	if (topo_text(src, NODE_DIR "/node%d/meminfo", node->id)) {
		node->mem_total_bytes = read_kb(src, "MemTotal");
		node->mem_free_bytes = read_kb(src, "MemFree");
	}
	snprintf(folder, sizeof(folder), NODE_DIR "/node%d/hugepages", node->id);
	read_huge(src, node, folder);
}

/* A kernel without NUMA has no folder of nodes: the whole machine is node 0, as EAL sees it; its
 * memory comes from /proc/meminfo. */
static void
read_without_nodes(struct topo_src *src)
{
	struct topo *topo = src->topo;

	if (topo->n_cpus == 0)
		return;
	topo->n_nodes = 1;
	topo->distance[0] = 10;
	for (size_t i = 0; i < topo->n_cpus; i++)
		topo->cpus[i].node = 0;
	read_huge(src, &topo->nodes[0], HUGE_DIR);
}

/* The one node of a machine has all its memory, and /proc/meminfo may tell more of it: a kernel
 * that initialises memory lazily (deferred_init=lazy) counts in the node only what is ready. */
static void
correct_single_node(struct topo_src *src)
{
	struct topo_node *node = &src->topo->nodes[0];
	uint64_t total = read_kb(src, "MemTotal");

	if (total <= node->mem_total_bytes)
		return;
	node->mem_total_bytes = total;
	node->mem_free_bytes = read_kb(src, "MemFree");
}

static void
read_meminfo(struct topo_src *src)
{
	const char *value;
	unsigned long long kb;

	if (!topo_text(src, "/proc/meminfo"))
		return;
	if (src->topo->n_nodes == 1)
		correct_single_node(src);
	value = topo_field(src, "Hugepagesize");
	if (value != NULL && sscanf(value, "%15llu kB", &kb) == 1)
		src->topo->huge_default_bytes = kb << 10;
}

static void
find_nodes(struct topo_src *src, struct topo_set *ids)
{
	if (!topo_text(src, NODE_DIR "/online") || !topo_list(src, TOPO_NODE_MAX, ids))
		topo_ids(src, "node", TOPO_NODE_MAX, ids, NODE_DIR);
}

void
topo_read_nodes(struct topo_src *src)
{
	struct topo *topo = src->topo;
	struct topo_set ids = {0};
	size_t n;

	find_nodes(src, &ids);
	n = topo_set_count(&ids);
	topo->nodes = topo_array(src, n, sizeof(*topo->nodes));
	topo->distance = topo_array(src, n * n, sizeof(*topo->distance));
	if (src->no_memory)
		return;
	topo->has_nodes = n > 0;
	for (unsigned int id = 0; id < TOPO_NODE_MAX; id++) {
		if (topo_set_has(&ids, id))
			topo->nodes[topo->n_nodes++].id = (int)id;
	}
	for (size_t i = 0; i < topo->n_nodes; i++) {
		read_node(src, &topo->nodes[i]);
		read_distances(src, i);
	}
	if (n == 0)
		read_without_nodes(src);
	for (size_t i = 0; i < topo->n_cpus; i++) {
		if (topo->cpus[i].node == TOPO_NODE_NONE)
			find_node_of(src, &topo->cpus[i]);
	}
	for (size_t i = 0; i < topo->n_cpus; i++) {
		for (size_t k = 0; k < topo->n_nodes; k++)
			topo->nodes[k].online_cpus +=
				topo->cpus[i].online && topo->cpus[i].node == topo->nodes[k].id;
	}
	read_mems_allowed(src);
	read_meminfo(src);
}

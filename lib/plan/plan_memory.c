/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * What EAL is asked for, held against what each node has.
 */
#include "plan_priv.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MB	   (UINT64_C(1) << 20)
#define PAGE_4K	   UINT64_C(4096)
#define PAGE_2M	   (2 * MB)
#define PATH_PAGES 128
#define HOLES	   16 /* of what is wanted, one part more: heaps have holes that nothing fits */

static uint64_t
round_up(uint64_t n, uint64_t to)
{
	return (n + to - 1) / to * to;
}

/* The smallest hugepages of which one is free anywhere; 0: none. */
static uint64_t
smallest_free_page(const struct topo *topo)
{
	uint64_t page = 0;

	for (size_t i = 0; i < topo->n_nodes; i++) {
		const struct topo_node *node = &topo->nodes[i];

		for (size_t k = 0; k < node->n_huge; k++) {
			if (node->huge[k].free > 0 &&
				(page == 0 || node->huge[k].page_bytes < page))
				page = node->huge[k].page_bytes;
		}
	}
	return page;
}

/* Nodes on which something is wanted: one, or several. */
static bool
wants_several_nodes(const struct plan *plan)
{
	int node = plan_lcore(plan, plan->main_lcore)->node;

	for (uint32_t i = 0; i < plan->n_lcores; i++) {
		if (plan_works(&plan->lcores[i]) && plan->lcores[i].node != node)
			return true;
	}
	for (uint32_t i = 0; i < plan->n_ports; i++) {
		if (plan->ports[i].node != node)
			return true;
	}
	return false;
}

/* Without hugepages EAL has one heap, whose pages lie where the main lcore first wrote them. */
static void
note_one_heap(struct plan *plan)
{
	enum conf_numa numa = plan->in.conf->weir.numa;

	if (numa != CONF_NUMA_IGNORE && wants_several_nodes(plan))
		plan_note(plan, numa == CONF_NUMA_STRICT ? BASE_EXIT_CONFIG : BASE_EXIT_OK,
			"%smemory is wanted on several nodes, and without hugepages DPDK chooses "
			"none: reserve hugepages, or put all lcores in [eal] lcores on node %d",
			numa == CONF_NUMA_STRICT ? "numa = strict: " : "",
			plan->n_ports > 0 ? plan->ports[0].node : 0);
}

void
plan_choose_pages(struct plan *plan)
{
	const struct topo *topo = plan->in.topo;
	uint64_t page = smallest_free_page(topo);
	enum conf_hugepages wanted = plan->in.conf->eal.hugepages;

	plan->huge = plan->in.kind == PLAN_RUN &&
		     (wanted == CONF_HUGEPAGES_YES || (wanted == CONF_HUGEPAGES_AUTO && page > 0));
	plan->page_bytes = PAGE_4K;
	if (plan->huge)
		plan->page_bytes = page > 0			  ? page
				   : topo->huge_default_bytes > 0 ? topo->huge_default_bytes
								  : PAGE_2M;
	else
		note_one_heap(plan);
}

static void
count_huge(const struct topo *topo, struct plan_node *total)
{
	const struct topo_node *node = topo_node(topo, total->node);

	for (size_t i = 0; node != NULL && i < node->n_huge; i++) {
		total->huge_free_bytes += node->huge[i].free * node->huge[i].page_bytes;
		total->huge_total_bytes += node->huge[i].total * node->huge[i].page_bytes;
	}
}

/* Pages of one size that the node has of its own: a count to be written includes them. */
static uint64_t
own_pages(const struct topo *topo, int node, uint64_t page_bytes)
{
	const struct topo_node *found = topo_node(topo, node);

	for (size_t i = 0; found != NULL && i < found->n_huge; i++) {
		if (found->huge[i].page_bytes == page_bytes)
			return found->huge[i].total - found->huge[i].surplus;
	}
	return 0;
}

/* Too few hugepages on a node, with the line that reserves them. */
static void
note_hugepages(struct plan *plan, const struct plan_node *total)
{
	uint64_t missing = total->ask_mb * MB - total->huge_free_bytes;
	uint64_t pages = own_pages(plan->in.topo, total->node, plan->page_bytes) +
			 (missing + plan->page_bytes - 1) / plan->page_bytes;
	char path[PATH_PAGES];

	if (plan->in.topo->has_nodes)
		snprintf(path, sizeof(path), "/sys/devices/system/node/node%d/hugepages",
			total->node);
	else
		snprintf(path, sizeof(path), "/sys/kernel/mm/hugepages");
	plan_note(plan, BASE_EXIT_UNAVAILABLE,
		"node %d needs %" PRIu64 " MB in hugepages and has %" PRIu64
		" MB free: `echo %" PRIu64 " > %s/hugepages-%" PRIu64
		"kB/nr_hugepages' reserves them%s",
		total->node, total->ask_mb, total->huge_free_bytes / MB, pages, path,
		plan->page_bytes / 1024,
		plan->in.conf->eal.hugepages == CONF_HUGEPAGES_AUTO
			? "; [eal] hugepages = no does without"
			: "");
}

/* [eal] socket_mem, in MB; 0: none on that node. */
static uint64_t
given_mb(const struct plan *plan, int node)
{
	const struct conf_mem *mem = &plan->in.conf->eal.socket_mem;

	return node >= 0 && (uint32_t)node < mem->n ? mem->mb[node] : 0;
}

/* The largest trie that a reload makes: one block of 16 MB or more, for which the holes that
 * smaller parts leave behind, when some of them stay in force and others do not, are too small. */
static uint64_t
largest_trie(const struct plan *plan, int node)
{
	uint64_t largest = 0;

	for (uint32_t i = 0; i < plan->n_objects; i++) {
		const struct plan_object *object = &plan->objects[i];

		if (object->node == node && object->renewed && object->bytes > largest &&
			strncmp(object->call, "rte_fib", strlen("rte_fib")) == 0)
			largest = object->bytes;
	}
	return largest;
}

static void
ask_node(struct plan *plan, struct plan_node *total)
{
	const struct conf_eal *eal = &plan->in.conf->eal;
	uint64_t wanted = total->object_bytes + total->dpdk_bytes;
	struct base_err err;

	if (plan->in.kind == PLAN_RUN)
		wanted += total->renewed_bytes + largest_trie(plan, total->node);
	wanted += wanted / HOLES;
	total->ask_mb = round_up(wanted, plan->page_bytes < MB ? MB : plan->page_bytes) / MB;
	count_huge(plan->in.topo, total);
	if (eal->socket_mem.n > 0) {
		if (given_mb(plan, total->node) < total->ask_mb) {
			conf_blame(&err, &eal->sect, "socket_mem",
				"node %d has %" PRIu64 " MB of it and needs %" PRIu64, total->node,
				given_mb(plan, total->node), total->ask_mb);
			plan_note(plan, err.exit, "%s", err.text);
		}
		total->ask_mb = given_mb(plan, total->node);
	}
	if (!plan->huge || total->ask_mb * MB <= total->huge_free_bytes)
		return;
	if (plan_has_memory(plan->in.topo, total->node))
		note_hugepages(plan, total);
	else
		plan_note(plan, BASE_EXIT_UNAVAILABLE,
			"node %d needs %" PRIu64
			" MB and has no memory that this process may use: put its ports and "
			"lcores on another node",
			total->node, total->ask_mb);
}

/* Without hugepages it is the machine's memory that must suffice. */
static void
check_memory(struct plan *plan)
{
	uint64_t has = 0;

	for (size_t i = 0; i < plan->in.topo->n_nodes; i++) {
		if (plan->in.topo->nodes[i].mem_allowed)
			has += plan->in.topo->nodes[i].mem_total_bytes;
	}
	if (has > 0 && plan->ask_mb * MB > has)
		plan_note(plan, BASE_EXIT_UNAVAILABLE,
			"%" PRIu64 " MB are needed, the machine has %" PRIu64 " MB of memory",
			plan->ask_mb, has / MB);
}

/* "--socket-mem=64,0,128": by the number of the node, gaps and unused nodes are 0. */
static char *
socket_mem_text(const struct plan *plan)
{
	int last = plan->nodes[plan->n_nodes - 1].node;
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);
	uint32_t i = 0;

	if (out == NULL)
		return NULL;
	for (int node = 0; node <= last; node++) {
		bool ours = plan->nodes[i].node == node;

		fprintf(out, "%s%" PRIu64, node == 0 ? "--socket-mem=" : ",",
			ours ? plan->nodes[i].ask_mb : 0);
		i += ours;
	}
	if (fclose(out) != 0) {
		free(text);
		return NULL;
	}
	return text;
}

void
plan_ask(struct plan *plan)
{
	for (uint32_t i = 0; i < plan->n_nodes; i++) {
		ask_node(plan, &plan->nodes[i]);
		plan->ask_mb += plan->nodes[i].ask_mb;
	}
	if (plan->huge)
		plan->eal_memory = socket_mem_text(plan);
	else
		check_memory(plan);
	if (!plan->huge && asprintf(&plan->eal_memory, "-m%" PRIu64, plan->ask_mb) < 0)
		plan->eal_memory = NULL;
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "topo_advice.h"

#include "topo_priv.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WANT_BYTES  (UINT64_C(1) << 30) /* hugepages on each node where an lcore runs */
#define EAL_WORKERS 4			/* named a node in the example of EAL's arguments */

/* What the parts of the advice share. */
struct adviser {
	const struct topo *topo;
	struct topo_choice choice;
	struct topo_advice_list *list;
	unsigned int *ids; /* room for all CPUs */
	bool no_memory;
};

const char *
topo_advice_name(enum topo_advice_kind kind)
{
	static const char *const names[] = {
		[TOPO_ADVICE_CORES] = "cores",
		[TOPO_ADVICE_HUGEPAGES] = "hugepages",
		[TOPO_ADVICE_DRIVER] = "driver",
		[TOPO_ADVICE_BOOT] = "boot",
		[TOPO_ADVICE_EAL] = "eal",
		[TOPO_ADVICE_NOTE] = "note",
	};

	return names[kind];
}

/* A new item with its reason; the caller sets its text. */
__attribute__((format(printf, 4, 5))) static struct topo_advice *
advise(struct adviser *a, enum topo_advice_kind kind, int node, const char *why, ...)
{
	struct topo_advice_list *list = a->list;
	struct topo_advice *grown = realloc(list->items, (list->n + 1) * sizeof(*grown));
	va_list args;

	if (grown == NULL) {
		a->no_memory = true;
		return NULL;
	}
	list->items = grown;
	grown += list->n++;
	*grown = (struct topo_advice){.kind = kind, .node = node};
	va_start(args, why);
	if (vasprintf(&grown->why, why, args) < 0)
		grown->why = NULL;
	va_end(args);
	a->no_memory |= grown->why == NULL;
	return grown;
}

__attribute__((format(printf, 3, 4))) static void
set_text(struct adviser *a, struct topo_advice *item, const char *fmt, ...)
{
	va_list args;

	if (item == NULL)
		return;
	va_start(args, fmt);
	if (vasprintf(&item->text, fmt, args) < 0) {
		item->text = NULL;
		a->no_memory = true;
	}
	va_end(args);
}

static void
advise_cores(struct adviser *a)
{
	const struct topo *topo = a->topo;
	char *list;
	size_t n;

	for (size_t i = 0; i < topo->n_nodes; i++) {
		if (!a->choice.is_ours[i])
			continue;
		n = topo_list_workers(&a->choice, topo->nodes[i].id, a->ids);
		if (n == 0) {
			advise(a, TOPO_ADVICE_NOTE, topo->nodes[i].id,
				"node %d has no core to spare beside the main lcore's CPU %u: a "
				"worker there shares it",
				topo->nodes[i].id, a->choice.main->id);
			continue;
		}
		list = topo_ids_text(a->ids, n);
		a->no_memory |= list == NULL;
		set_text(a,
			advise(a, TOPO_ADVICE_CORES, topo->nodes[i].id,
				"workers of node %d: one thread a core%s; the main lcore is on CPU "
				"%u",
				topo->nodes[i].id,
				topo_has_isolated(topo, topo->nodes[i].id) ? ", isolated" : "",
				a->choice.main->id),
			"%s", list == NULL ? "" : list);
		free(list);
	}
}

/* The page size to reserve: the machine's default, else the smallest. */
static const struct topo_huge *
choose_page(const struct topo *topo, const struct topo_node *node)
{
	for (size_t i = 0; i < node->n_huge; i++) {
		if (node->huge[i].page_bytes == topo->huge_default_bytes)
			return &node->huge[i];
	}
	return node->n_huge > 0 ? &node->huge[0] : NULL;
}

static uint64_t
free_huge_bytes(const struct topo_node *node)
{
	uint64_t bytes = 0;

	for (size_t i = 0; i < node->n_huge; i++)
		bytes += node->huge[i].free * node->huge[i].page_bytes;
	return bytes;
}

/* Pages to reserve so that WANT_BYTES are free, but no more than half of what memory the node has.
 */
static uint64_t
missing_pages(const struct topo_node *node, const struct topo_huge *page)
{
	uint64_t have = free_huge_bytes(node), need, most;

	if (page == NULL || page->page_bytes == 0 || have >= WANT_BYTES)
		return 0;
	need = (WANT_BYTES - have + page->page_bytes - 1) / page->page_bytes;
	most = node->mem_free_bytes / 2 / page->page_bytes;
	return need < most ? need : most;
}

/* What EAL can take of a node once the advice is followed. */
static uint64_t
wanted_bytes(const struct topo *topo, const struct topo_node *node)
{
	const struct topo_huge *page = choose_page(topo, node);
	uint64_t bytes = free_huge_bytes(node);

	if (page != NULL)
		bytes += missing_pages(node, page) * page->page_bytes;
	return bytes < WANT_BYTES ? bytes : WANT_BYTES;
}

static void
advise_hugepages(struct adviser *a, const struct topo_node *node)
{
	const struct topo_huge *page = choose_page(a->topo, node);
	uint64_t have = free_huge_bytes(node), missing = missing_pages(node, page);
	char folder[64] = "/sys/kernel/mm"; /* of a kernel without nodes */

	if (have >= WANT_BYTES)
		return;
	if (missing == 0) {
		advise(a, TOPO_ADVICE_NOTE, node->id,
			"node %d has %llu MiB of hugepages free and no memory for more", node->id,
			(unsigned long long)have >> 20);
		return;
	}
	if (a->topo->has_nodes)
		snprintf(folder, sizeof(folder), "/sys/devices/system/node/node%d", node->id);
	set_text(a,
		advise(a, TOPO_ADVICE_HUGEPAGES, node->id,
			"node %d has %llu MiB of hugepages free: this makes it %llu MiB", node->id,
			(unsigned long long)have >> 20,
			(unsigned long long)(have + missing * page->page_bytes) >> 20),
		"echo %llu > %s/hugepages/hugepages-%llukB/nr_hugepages",
		(unsigned long long)(page->total - page->surplus + missing), folder,
		(unsigned long long)page->page_bytes >> 10);
}

/* Nodes whose memory EAL shall take: those of workers and main lcore, or the nearest with memory.
 */
static bool
takes_memory(const struct adviser *a, size_t index)
{
	const struct topo *topo = a->topo;

	for (size_t i = 0; i < topo->n_nodes; i++) {
		if ((a->choice.is_ours[i] || topo->nodes[i].id == a->choice.main->node) &&
			topo_nearest(topo, &topo->nodes[i], topo_has_usable_memory) ==
				&topo->nodes[index])
			return true;
	}
	return false;
}

static bool
is_for_dpdk(const char *driver)
{
	static const char *const good[] = {
		"vfio-pci", "uio_pci_generic", "igb_uio", "mlx4_core", "mlx5_core", "mana"};

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		if (strcmp(driver, good[i]) == 0)
			return true;
	}
	return false;
}

static void
advise_drivers(struct adviser *a)
{
	const struct topo *topo = a->topo;
	const struct topo_nic *nic;
	struct topo_advice *item;

	for (size_t i = 0; i < topo->n_nics; i++) {
		nic = &topo->nics[i];
		if (!topo_is_port(topo, nic) || is_for_dpdk(nic->driver))
			continue;
		item = nic->name[0] == '\0'
			       ? advise(a, TOPO_ADVICE_DRIVER, nic->node,
					 "%s has no driver through which DPDK could own it",
					 nic->pci)
			       : advise(a, TOPO_ADVICE_DRIVER, nic->node,
					 "for DPDK to own %s; the kernel then loses %s: not for "
					 "the interface by which you are logged in",
					 nic->pci, nic->name);
		set_text(a, item, "dpdk-devbind.py --bind=vfio-pci %s", nic->pci);
	}
}

static void
advise_boot(struct adviser *a)
{
	const struct topo *topo = a->topo;
	size_t n = 0;
	char *list;

	for (size_t i = 0; i < topo->n_nodes; i++) {
		if (a->choice.is_ours[i] && topo_has_isolated(topo, topo->nodes[i].id))
			return;
	}
	for (size_t i = 0; i < topo->n_cpus; i++) {
		for (size_t k = 0; k < topo->n_nodes; k++) {
			if (a->choice.is_ours[k] && topo->cpus[i].node == topo->nodes[k].id &&
				topo_is_usable(&topo->cpus[i]) &&
				topo->cpus[i].lead != a->choice.main->lead)
				a->ids[n++] = topo->cpus[i].id;
		}
	}
	if (n == 0)
		return;
	list = topo_ids_text(a->ids, n);
	a->no_memory |= list == NULL;
	set_text(a,
		advise(a, TOPO_ADVICE_BOOT, TOPO_NODE_NONE,
			"no CPU for workers is isolated: the scheduler, timers and interrupts "
			"disturb a poll loop"),
		"isolcpus=managed_irq,domain,%s nohz_full=%s rcu_nocbs=%s",
		list == NULL ? "" : list, list == NULL ? "" : list, list == NULL ? "" : list);
	free(list);
}

/* "0@0,1@2,2@3": lcore 0 is the main one, then some workers of each node. */
static void
write_lcores(struct adviser *a, FILE *out)
{
	unsigned int lcore = 1;
	size_t n;

	fprintf(out, "--lcores=0@%u", a->choice.main->id);
	for (size_t i = 0; i < a->topo->n_nodes; i++) {
		n = a->choice.is_ours[i]
			    ? topo_list_workers(&a->choice, a->topo->nodes[i].id, a->ids)
			    : 0;
		for (size_t k = 0; k < n && k < EAL_WORKERS; k++)
			fprintf(out, ",%u@%u", lcore++, a->ids[k]);
	}
	if (lcore == 1)
		fprintf(out, ",1@%u", a->choice.main->id);
	fprintf(out, " --main-lcore=0");
}

/* --socket-mem has a number for every node from 0 on, gaps included. A kernel without hugepages
 * leaves EAL ordinary memory, of which it must be told how much. */
static void
write_memory(struct adviser *a, FILE *out)
{
	const struct topo *topo = a->topo;
	bool has_huge = false;
	int next = 0;

	for (size_t i = 0; i < topo->n_nodes; i++)
		has_huge |= topo->nodes[i].n_huge > 0;
	if (!has_huge)
		fprintf(out, " --no-huge -m 512");
	for (size_t i = 0; i < topo->n_nodes && has_huge; i++) {
		if (!takes_memory(a, i))
			continue;
		fprintf(out, next == 0 ? " --socket-mem=" : ",");
		for (; next < topo->nodes[i].id; next++)
			fprintf(out, "0,");
		fprintf(out, "%llu", (unsigned long long)wanted_bytes(topo, &topo->nodes[i]) >> 20);
		next++;
	}
}

static void
advise_eal(struct adviser *a)
{
	const struct topo *topo = a->topo;
	struct topo_advice *item = advise(a, TOPO_ADVICE_EAL, TOPO_NODE_NONE,
		"up to %d workers a node; more of the cores above as the load needs", EAL_WORKERS);
	size_t len;
	FILE *out;

	if (item == NULL)
		return;
	out = open_memstream(&item->text, &len);
	if (out == NULL) {
		a->no_memory = true;
		return;
	}
	write_lcores(a, out);
	write_memory(a, out);
	for (size_t i = 0; i < topo->n_nics; i++) {
		if (topo_is_port(topo, &topo->nics[i]) && is_for_dpdk(topo->nics[i].driver))
			fprintf(out, " -a %s", topo->nics[i].pci);
	}
	a->no_memory |= ferror(out) != 0;
	a->no_memory |= fclose(out) != 0;
}

static void
note_nodes(struct adviser *a)
{
	const struct topo *topo = a->topo;
	const struct topo_node *node, *other;

	for (size_t i = 0; i < topo->n_nodes; i++) {
		node = &topo->nodes[i];
		other = topo_nearest(topo, node, topo_has_usable_memory);
		if (node->online_cpus == 0)
			advise(a, TOPO_ADVICE_NOTE, node->id,
				"node %d has memory and no CPU: EAL makes no heap there", node->id);
		else if (node->mem_total_bytes == 0 && other != NULL)
			advise(a, TOPO_ADVICE_NOTE, node->id,
				"node %d has CPUs and no memory: all that they read is remote, "
				"nearest on node %d",
				node->id, other->id);
		else if (!node->mem_allowed)
			advise(a, TOPO_ADVICE_NOTE, node->id,
				"the cgroup of this process allows no memory of node %d", node->id);
	}
}

static void
note_nics(struct adviser *a)
{
	const struct topo *topo = a->topo;
	const struct topo_nic *first = NULL, *nic;
	const struct topo_node *node;

	for (size_t i = 0; i < topo->n_nics; i++) {
		nic = &topo->nics[i];
		if (!topo_is_port(topo, nic))
			continue;
		node = topo_node(topo, nic->node);
		if (node == NULL && topo->n_nodes > 1)
			advise(a, TOPO_ADVICE_NOTE, TOPO_NODE_NONE,
				"the firmware does not say on which node %s is: DPDK then takes "
				"memory anywhere",
				nic->pci);
		if (node == NULL)
			continue;
		if (!topo_has_usable_cpu(topo, node))
			advise(a, TOPO_ADVICE_NOTE, node->id,
				"node %d of %s has no CPU that may be used: its packets cross to "
				"another node",
				node->id, nic->pci);
		if (first == NULL)
			first = nic;
		else if (first->node != nic->node)
			advise(a, TOPO_ADVICE_NOTE, nic->node,
				"%s is on node %d and %s on node %d: a bridge between them crosses "
				"nodes for every packet",
				first->pci, first->node, nic->pci, nic->node);
	}
}

static void
advise_all(struct adviser *a)
{
	const struct topo *topo = a->topo;

	topo_choose(&a->choice);
	if (a->choice.main == NULL) {
		advise(a, TOPO_ADVICE_NOTE, TOPO_NODE_NONE,
			"no CPU is known that this process may use: nothing to advise");
		return;
	}
	advise_cores(a);
	for (size_t i = 0; i < topo->n_nodes; i++) {
		if (takes_memory(a, i))
			advise_hugepages(a, &topo->nodes[i]);
	}
	advise_drivers(a);
	advise_boot(a);
	advise_eal(a);
	note_nodes(a);
	note_nics(a);
}

int
topo_advise(const struct topo *topo, struct topo_advice_list **out, struct base_err *err)
{
	struct adviser a = {.topo = topo, .choice.topo = topo};

	*out = NULL;
	a.ids = calloc(topo->n_cpus + 1, sizeof(*a.ids));
	a.choice.is_ours = calloc(topo->n_nodes + 1, sizeof(*a.choice.is_ours));
	a.list = calloc(1, sizeof(*a.list));
	if (a.ids == NULL || a.choice.is_ours == NULL || a.list == NULL)
		a.no_memory = true;
	else
		advise_all(&a);
	free(a.choice.is_ours);
	free(a.ids);
	if (a.no_memory) {
		topo_advice_free(a.list);
		return base_fail(err, BASE_EXIT_UNAVAILABLE, ENOMEM, "no memory for advice");
	}
	*out = a.list;
	return 0;
}

void
topo_advice_free(struct topo_advice_list *list)
{
	if (list == NULL)
		return;
	for (size_t i = 0; i < list->n; i++) {
		free(list->items[i].text);
		free(list->items[i].why);
	}
	free(list->items);
	free(list);
}

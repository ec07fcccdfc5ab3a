/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "show.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const char *
size_text(uint64_t bytes, char text[32])
{
	static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
	double value = (double)bytes;
	size_t unit = 0;

	while (value >= 1024 && unit + 1 < sizeof(units) / sizeof(units[0])) {
		value /= 1024;
		unit++;
	}
	snprintf(text, 32, value == (double)(uint64_t)value ? "%.0f %s" : "%.1f %s", value,
		units[unit]);
	return text;
}

/* One line with the CPUs of a node (TOPO_NODE_NONE: of no known one) that fulfil a condition;
 * nothing where none does. */
static void
show_cpus(FILE *out, const struct topo *topo, int node, const char *label,
	bool (*is)(const struct topo_cpu *))
{
	unsigned int *ids = calloc(topo->n_cpus + 1, sizeof(*ids));
	size_t n = 0;
	char *text;

	for (size_t i = 0; ids != NULL && i < topo->n_cpus; i++) {
		if (topo->cpus[i].node == node && is(&topo->cpus[i]))
			ids[n++] = topo->cpus[i].id;
	}
	text = ids == NULL ? NULL : topo_ids_text(ids, n);
	if (n > 0)
		fprintf(out, "  %-18s %s\n", label,
			text == NULL ? "(no memory to list them)" : text);
	free(text);
	free(ids);
}

static bool
is_online(const struct topo_cpu *cpu)
{
	return cpu->online;
}

static bool
is_offline(const struct topo_cpu *cpu)
{
	return !cpu->online;
}

static bool
is_isolated(const struct topo_cpu *cpu)
{
	return cpu->online && cpu->isolated;
}

static bool
is_outside(const struct topo_cpu *cpu)
{
	return cpu->online && !cpu->in_cgroup;
}

/* Sockets and last-level caches of a node's CPUs. */
static void
show_packages(FILE *out, const struct topo *topo, int node)
{
	char text[32];
	unsigned int caches = 0;
	uint64_t llc = 0;
	int last = TOPO_CPU_NO_CORE;
	bool any = false;

	for (size_t i = 0; i < topo->n_cpus; i++) {
		const struct topo_cpu *cpu = &topo->cpus[i];

		if (cpu->node != node || !cpu->online)
			continue;
		if (cpu->package != TOPO_CPU_NO_CORE && cpu->package != last) {
			fprintf(out, any ? " %d" : "  socket             %d", cpu->package);
			last = cpu->package;
			any = true;
		}
		caches += cpu->llc_bytes > 0 && cpu->llc_lead == cpu->id;
		llc = cpu->llc_bytes > llc ? cpu->llc_bytes : llc;
	}
	if (any)
		fputc('\n', out);
	if (caches > 0)
		fprintf(out, "  last-level cache   %u x %s\n", caches, size_text(llc, text));
}

/* Cores with more than one thread: "0+8 1+9". */
static void
show_siblings(FILE *out, const struct topo *topo, int node)
{
	bool any = false;

	for (size_t i = 0; i < topo->n_cpus; i++) {
		bool paired = false;

		if (topo->cpus[i].node != node || topo->cpus[i].lead != topo->cpus[i].id)
			continue;
		for (size_t k = i + 1; k < topo->n_cpus; k++) {
			if (topo->cpus[k].lead != topo->cpus[i].id)
				continue;
			if (!paired)
				fprintf(out, "%s%u", any ? " " : "  SMT siblings       ",
					topo->cpus[i].id);
			fprintf(out, "+%u", topo->cpus[k].id);
			paired = any = true;
		}
	}
	if (any)
		fputc('\n', out);
}

static void
show_memory(FILE *out, const struct topo_node *node)
{
	char total[32], free_text[32], page[32];

	if (node->mem_total_bytes == 0)
		fprintf(out, "  memory             none\n");
	else
		fprintf(out, "  memory             %s, %s free%s\n",
			size_text(node->mem_total_bytes, total),
			size_text(node->mem_free_bytes, free_text),
			node->mem_allowed ? "" : ", outside the cgroup");
	for (size_t i = 0; i < node->n_huge; i++)
		fprintf(out, "  hugepages %-8s %llu total, %llu free, %llu surplus\n",
			size_text(node->huge[i].page_bytes, page),
			(unsigned long long)node->huge[i].total,
			(unsigned long long)node->huge[i].free,
			(unsigned long long)node->huge[i].surplus);
}

static void
show_node(FILE *out, const struct topo *topo, const struct topo_node *node)
{
	fprintf(out, "node %d\n", node->id);
	if (node->online_cpus == 0)
		fprintf(out, "  CPUs               none\n");
	show_cpus(out, topo, node->id, "CPUs", is_online);
	show_packages(out, topo, node->id);
	show_siblings(out, topo, node->id);
	show_cpus(out, topo, node->id, "isolated", is_isolated);
	show_cpus(out, topo, node->id, "offline", is_offline);
	show_cpus(out, topo, node->id, "outside the cgroup", is_outside);
	show_memory(out, node);
}

static void
show_distances(FILE *out, const struct topo *topo)
{
	unsigned int distance;

	fprintf(out, "\ndistance, from row to column\n      ");
	for (size_t i = 0; i < topo->n_nodes; i++)
		fprintf(out, "%6d", topo->nodes[i].id);
	for (size_t i = 0; i < topo->n_nodes; i++) {
		fprintf(out, "\n%6d", topo->nodes[i].id);
		for (size_t k = 0; k < topo->n_nodes; k++) {
			distance = topo_distance(topo, topo->nodes[i].id, topo->nodes[k].id);
			if (distance == 0)
				fprintf(out, "     ?");
			else
				fprintf(out, "%6u", distance);
		}
	}
	fputc('\n', out);
}

static const char *
or_dash(const char *text)
{
	return text[0] == '\0' ? "-" : text;
}

static void
show_nic(FILE *out, const struct topo_nic *nic)
{
	static const char *const links[] = {"-", "down", "up"};
	char node[16] = "-", speed[32] = "-", id[16] = "-";

	if (nic->node != TOPO_NODE_NONE)
		snprintf(node, sizeof(node), "%d", nic->node);
	if (nic->speed_mbps != 0)
		snprintf(speed, sizeof(speed), "%u Mb/s", nic->speed_mbps);
	if (nic->pci[0] != '\0')
		snprintf(id, sizeof(id), "%04x:%04x", nic->pci_vendor, nic->pci_device);
	fprintf(out, "%-14s %-9s %-5s %-16s %-16s %-5s %s\n", or_dash(nic->pci), id, node,
		or_dash(nic->driver), or_dash(nic->name), links[nic->link], speed);
}

static void
show_nics(FILE *out, const struct topo *topo)
{
	bool any = false;

	fprintf(out, "\n%-14s %-9s %-5s %-16s %-16s %-5s %s\n", "PCI", "ID", "NODE", "DRIVER",
		"INTERFACE", "LINK", "SPEED");
	for (size_t i = 0; i < topo->n_nics; i++) {
		if (!topo->nics[i].is_virtual)
			show_nic(out, &topo->nics[i]);
	}
	for (size_t i = 0; i < topo->n_nics; i++) {
		if (!topo->nics[i].is_virtual)
			continue;
		fprintf(out, "%s%s", any ? ", " : "virtual, of no node: ", topo->nics[i].name);
		any = true;
	}
	if (any)
		fputc('\n', out);
}

static void
show_advice(FILE *out, const struct topo_advice_list *advice)
{
	fprintf(out, "\nadvice\n");
	for (size_t i = 0; i < advice->n; i++) {
		fprintf(out, "  # %s\n", advice->items[i].why);
		if (advice->items[i].text != NULL)
			fprintf(out, "  %s%s%s\n",
				advice->items[i].kind == TOPO_ADVICE_CORES ? "CPUs " : "",
				advice->items[i].kind == TOPO_ADVICE_BOOT  ? "kernel arguments: "
				: advice->items[i].kind == TOPO_ADVICE_EAL ? "EAL arguments: "
									   : "",
				advice->items[i].text);
	}
}

double
show_stall_ms(const struct found *found, int cpu_node, int memory_node)
{
	const struct topo_cell *there = topo_latency_cell(found->latency, cpu_node, memory_node);
	const struct topo_cell *local = topo_latency_cell(found->latency, cpu_node, cpu_node);

	if (there == NULL || local == NULL)
		return NAN;
	return found->lookups * (there->latency_ns - local->latency_ns) / 1e6;
}

static void
show_matrix(FILE *out, const struct found *found, const char *title,
	double (*value_of)(const struct found *, int, int))
{
	const struct topo_latency *latency = found->latency;
	double value;

	fprintf(out, "\n%s\n      ", title);
	for (size_t i = 0; i < latency->n_memory_nodes; i++)
		fprintf(out, "%10d", latency->memory_nodes[i]);
	for (size_t i = 0; i < latency->n_cpu_nodes; i++) {
		fprintf(out, "\n%6d", latency->cpu_nodes[i]);
		for (size_t k = 0; k < latency->n_memory_nodes; k++) {
			value = value_of(found, latency->cpu_nodes[i], latency->memory_nodes[k]);
			if (isnan(value))
				fprintf(out, "         -");
			else
				fprintf(out, "%10.1f", value);
		}
	}
	fputc('\n', out);
}

static double
latency_of(const struct found *found, int cpu_node, int memory_node)
{
	return topo_latency_cell(found->latency, cpu_node, memory_node)->latency_ns;
}

static double
bandwidth_of(const struct found *found, int cpu_node, int memory_node)
{
	return topo_latency_cell(found->latency, cpu_node, memory_node)->bytes_per_s / 1e9;
}

static void
show_cost(FILE *out, const struct found *found)
{
	const struct topo_latency *latency = found->latency;
	char title[128];

	if (latency->n_memory_nodes == 1 && latency->n_cpu_nodes == 1 &&
		latency->cpu_nodes[0] == latency->memory_nodes[0]) {
		fprintf(out,
			"\none node: the matrix is 1 x 1, no lookup can be on a wrong node; "
			"%.0f lookups/s that miss every cache stall %.1f ms a second\n",
			found->lookups, found->lookups * latency->cells[0].latency_ns / 1e6);
		return;
	}
	snprintf(title, sizeof(title),
		"ms of stall a second that %.0f lookups/s on that node cost more than local ones",
		found->lookups);
	show_matrix(out, found, title, show_stall_ms);
}

static void
show_measured(FILE *out, const struct found *found)
{
	const struct topo_latency *latency = found->latency;
	char chased[32], page[32], llc[32];

	fprintf(out, "\nmeasured: %s a node, pages of %s, last-level caches %s; ",
		size_text(latency->bytes, chased), size_text(latency->page_bytes, page),
		latency->llc_bytes == 0 ? "not known" : size_text(latency->llc_bytes, llc));
	if (latency->pages_checked == 0)
		fprintf(out, "the kernel does not tell where pages are\n");
	else
		fprintf(out, "%zu pages looked up, all on their node\n", latency->pages_checked);
	if (latency->bytes < 4 * latency->llc_bytes)
		fprintf(out,
			"less than 4 x the caches: the figures are partly those of the caches\n");
	show_matrix(out, found, "latency in ns of a dependent load, CPU node by memory node",
		latency_of);
	show_matrix(out, found,
		"bandwidth in GB/s read by all cores of a node, CPU node by memory node",
		bandwidth_of);
	show_cost(out, found);
}

void
show_text(const struct found *found, FILE *out)
{
	const struct topo *topo = found->topo;

	for (size_t i = 0; i < topo->n_nodes; i++)
		show_node(out, topo, &topo->nodes[i]);
	show_cpus(out, topo, TOPO_NODE_NONE, "node not known", is_online);
	show_cpus(out, topo, TOPO_NODE_NONE, "offline", is_offline);
	if (topo->n_nodes > 0)
		show_distances(out, topo);
	show_nics(out, topo);
	show_advice(out, found->advice);
	if (found->latency != NULL)
		show_measured(out, found);
}

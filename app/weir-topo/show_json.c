/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "shared_json.h"
#include "show.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>

/* A number that may be unknown: null then. */
static json_t *
number_or_null(int n)
{
	return n < 0 ? json_null() : json_integer(n);
}

static json_t *
text_or_null(const char *text)
{
	return text[0] == '\0' ? json_null() : json_from_text(text);
}

static json_t *
huge_to_json(const struct topo_node *node)
{
	json_t *array = json_array();

	for (size_t i = 0; i < node->n_huge; i++)
		json_append(&array, json_pack("{s:I, s:I, s:I, s:I}", "page_bytes",
					    (json_int_t)node->huge[i].page_bytes, "total",
					    (json_int_t)node->huge[i].total, "free",
					    (json_int_t)node->huge[i].free, "surplus",
					    (json_int_t)node->huge[i].surplus));
	return array;
}

static json_t *
nodes_to_json(const struct topo *topo)
{
	json_t *array = json_array();

	for (size_t i = 0; i < topo->n_nodes; i++) {
		const struct topo_node *node = &topo->nodes[i];

		json_append(
			&array, json_pack("{s:i, s:i, s:I, s:I, s:b, s:o}", "id", node->id,
					"online_cpus", (int)node->online_cpus, "memory_bytes",
					(json_int_t)node->mem_total_bytes, "memory_free_bytes",
					(json_int_t)node->mem_free_bytes, "memory_allowed",
					(int)node->mem_allowed, "hugepages", huge_to_json(node)));
	}
	return array;
}

static json_t *
cpu_to_json(const struct topo *topo, const struct topo_cpu *cpu)
{
	json_t *siblings = json_array();

	for (size_t i = 0; i < topo->n_cpus; i++) {
		if (topo->cpus[i].lead == cpu->lead && &topo->cpus[i] != cpu)
			json_append(&siblings, json_integer(topo->cpus[i].id));
	}
	return json_pack("{s:i, s:o, s:o, s:o, s:o, s:b, s:b, s:b, s:b, s:I}", "id", (int)cpu->id,
		"node", number_or_null(cpu->node), "socket", number_or_null(cpu->package), "core",
		number_or_null(cpu->core), "siblings", siblings, "online", (int)cpu->online,
		"isolated", (int)cpu->isolated, "in_cgroup", (int)cpu->in_cgroup, "in_affinity",
		(int)cpu->in_affinity, "llc_bytes", (json_int_t)cpu->llc_bytes);
}

static json_t *
cpus_to_json(const struct topo *topo)
{
	json_t *array = json_array();

	for (size_t i = 0; i < topo->n_cpus; i++)
		json_append(&array, cpu_to_json(topo, &topo->cpus[i]));
	return array;
}

static json_t *
distances_to_json(const struct topo *topo)
{
	json_t *rows = json_array(), *row;
	unsigned int distance;

	for (size_t i = 0; i < topo->n_nodes; i++) {
		row = json_array();
		for (size_t k = 0; k < topo->n_nodes; k++) {
			distance = topo_distance(topo, topo->nodes[i].id, topo->nodes[k].id);
			json_append(&row, distance == 0 ? json_null() : json_integer(distance));
		}
		json_append(&rows, row);
	}
	return rows;
}

static json_t *
nic_to_json(const struct topo_nic *nic)
{
	static const char *const links[] = {"", "down", "up"};
	char class[16] = "", id[16] = "";

	if (nic->pci[0] != '\0') {
		snprintf(class, sizeof(class), "%06x", nic->pci_class);
		snprintf(id, sizeof(id), "%04x:%04x", nic->pci_vendor, nic->pci_device);
	}
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:b}", "pci",
		text_or_null(nic->pci), "class", text_or_null(class), "id", text_or_null(id),
		"interface", text_or_null(nic->name), "driver", text_or_null(nic->driver), "node",
		number_or_null(nic->node), "link", text_or_null(links[nic->link]), "speed_mbps",
		nic->speed_mbps == 0 ? json_null() : json_integer(nic->speed_mbps), "virtual",
		(int)nic->is_virtual);
}

static json_t *
nics_to_json(const struct topo *topo)
{
	json_t *array = json_array();

	for (size_t i = 0; i < topo->n_nics; i++)
		json_append(&array, nic_to_json(&topo->nics[i]));
	return array;
}

static json_t *
advice_to_json(const struct topo_advice_list *advice)
{
	json_t *array = json_array();

	for (size_t i = 0; i < advice->n; i++) {
		const struct topo_advice *item = &advice->items[i];

		json_append(&array,
			json_pack("{s:s, s:o, s:o, s:o}", "kind", topo_advice_name(item->kind),
				"node", number_or_null(item->node), "text",
				item->text == NULL ? json_null() : json_from_text(item->text),
				"why", json_from_text(item->why)));
	}
	return array;
}

static json_t *
warnings_to_json(const struct topo *topo)
{
	json_t *array = json_array();

	for (size_t i = 0; i < topo->n_warnings; i++)
		json_append(&array, json_from_text(topo->warnings[i]));
	return array;
}

/* Rows of ms, as the matrix of latencies; null where the node has no memory of its own. */
static json_t *
stall_to_json(const struct found *found)
{
	const struct topo_latency *latency = found->latency;
	json_t *rows = json_array(), *row;
	double ms;

	for (size_t i = 0; i < latency->n_cpu_nodes; i++) {
		row = json_array();
		for (size_t k = 0; k < latency->n_memory_nodes; k++) {
			ms = show_stall_ms(found, latency->cpu_nodes[i], latency->memory_nodes[k]);
			json_append(&row, isnan(ms) ? json_null() : json_real(ms));
		}
		json_append(&rows, row);
	}
	return rows;
}

static json_t *
measured_to_json(const struct found *found)
{
	char *text = topo_latency_text(found->latency);
	json_t *json = text == NULL ? NULL : json_loads(text, 0, NULL);

	free(text);
	if (json != NULL &&
		(json_object_set_new(json, "lookups_per_s", json_real(found->lookups)) < 0 ||
			json_object_set_new(json, "stall_ms_per_s", stall_to_json(found)) < 0)) {
		json_decref(json);
		json = NULL;
	}
	return json;
}

int
show_json(const struct found *found, FILE *out)
{
	const struct topo *topo = found->topo;
	json_t *json = json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "nodes", nodes_to_json(topo),
		"cpus", cpus_to_json(topo), "distances", distances_to_json(topo), "nics",
		nics_to_json(topo), "advice", advice_to_json(found->advice), "warnings",
		warnings_to_json(topo));
	int rc = 0;

	if (json == NULL)
		return -ENOMEM;
	if (found->latency != NULL &&
		json_object_set_new(json, "measured", measured_to_json(found)) < 0)
		rc = -ENOMEM;
	else if (json_dumpf(json, out, JSON_INDENT(1) | JSON_REAL_PRECISION(6)) < 0)
		rc = -EIO;
	json_decref(json);
	fputc('\n', out);
	return rc;
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "topo_latency.h"

#include "topo_priv.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FORMAT "weir-latency-1"

struct topo_latency *
topo_latency_new(size_t n_cpu_nodes, size_t n_memory_nodes)
{
	struct topo_latency *latency = calloc(1, sizeof(*latency));

	if (latency == NULL)
		return NULL;
	latency->n_cpu_nodes = n_cpu_nodes;
	latency->n_memory_nodes = n_memory_nodes;
	latency->cpu_nodes = calloc(n_cpu_nodes + 1, sizeof(*latency->cpu_nodes));
	latency->memory_nodes = calloc(n_memory_nodes + 1, sizeof(*latency->memory_nodes));
	latency->cells = calloc(n_cpu_nodes * n_memory_nodes + 1, sizeof(*latency->cells));
	if (latency->cpu_nodes == NULL || latency->memory_nodes == NULL || latency->cells == NULL) {
		topo_latency_free(latency);
		return NULL;
	}
	return latency;
}

void
topo_latency_free(struct topo_latency *latency)
{
	if (latency == NULL)
		return;
	free(latency->cpu_nodes);
	free(latency->memory_nodes);
	free(latency->cells);
	free(latency);
}

static size_t
index_of(const int *nodes, size_t n, int node)
{
	size_t i = 0;

	while (i < n && nodes[i] != node)
		i++;
	return i;
}

const struct topo_cell *
topo_latency_cell(const struct topo_latency *latency, int cpu_node, int memory_node)
{
	size_t row = index_of(latency->cpu_nodes, latency->n_cpu_nodes, cpu_node);
	size_t column = index_of(latency->memory_nodes, latency->n_memory_nodes, memory_node);

	if (row == latency->n_cpu_nodes || column == latency->n_memory_nodes)
		return NULL;
	return &latency->cells[row * latency->n_memory_nodes + column];
}

/* Appends an item; what cannot be made turns the array itself to NULL, so that a part that is
 * missing for want of memory fails the whole: json_pack() fails on NULL. */
static void
append(json_t **array, json_t *item)
{
	if (json_array_append_new(*array, item) < 0) {
		json_decref(*array);
		*array = NULL;
	}
}

static json_t *
nodes_to_json(const int *nodes, size_t n)
{
	json_t *array = json_array();

	for (size_t i = 0; i < n; i++)
		append(&array, json_integer(nodes[i]));
	return array;
}

/* Rows of one field of the cells, which is at `offset` in a cell. */
static json_t *
cells_to_json(const struct topo_latency *latency, size_t offset)
{
	json_t *rows = json_array(), *row;
	const char *cell = (const char *)latency->cells + offset;
	double value;

	for (size_t i = 0; i < latency->n_cpu_nodes; i++) {
		row = json_array();
		for (size_t k = 0; k < latency->n_memory_nodes;
			k++, cell += sizeof(struct topo_cell)) {
			memcpy(&value, cell, sizeof(value));
			append(&row, json_real(value));
		}
		append(&rows, row);
	}
	return rows;
}

static json_t *
latency_to_json(const struct topo_latency *latency)
{
	return json_pack("{s:s, s:o, s:o, s:o, s:o, s:I, s:I, s:I, s:I}", "format", FORMAT,
		"cpu_nodes", nodes_to_json(latency->cpu_nodes, latency->n_cpu_nodes),
		"memory_nodes", nodes_to_json(latency->memory_nodes, latency->n_memory_nodes),
		"latency_ns", cells_to_json(latency, offsetof(struct topo_cell, latency_ns)),
		"bytes_per_s", cells_to_json(latency, offsetof(struct topo_cell, bytes_per_s)),
		"chased_bytes", (json_int_t)latency->bytes, "page_bytes",
		(json_int_t)latency->page_bytes, "llc_bytes", (json_int_t)latency->llc_bytes,
		"pages_checked", (json_int_t)latency->pages_checked);
}

char *
topo_latency_text(const struct topo_latency *latency)
{
	json_t *json = latency_to_json(latency);
	char *text =
		json == NULL ? NULL : json_dumps(json, JSON_INDENT(1) | JSON_REAL_PRECISION(6));

	json_decref(json);
	return text;
}

static int
cannot_write(const char *path, int rc, struct base_err *err)
{
	return base_fail(err,
		rc == -EACCES || rc == -EPERM ? BASE_EXIT_PERMISSION : BASE_EXIT_FAILURE, -rc,
		"%s: cannot be written: %s", path, strerror(-rc));
}

/* The file that is written before it gets its name. 0; -errno. */
static int
open_temporary(const char *path, char temporary[PATH_MAX], FILE **out)
{
	if (snprintf(temporary, PATH_MAX, "%s.new", path) >= PATH_MAX)
		return -ENAMETOOLONG;
	*out = fopen(temporary, "we");
	return *out == NULL ? -errno : 0;
}

int
topo_latency_can_write(const char *path, struct base_err *err)
{
	char temporary[PATH_MAX];
	FILE *file;
	int rc = open_temporary(path, temporary, &file);

	if (rc < 0)
		return cannot_write(path, rc, err);
	fclose(file);
	unlink(temporary);
	return 0;
}

int
topo_latency_write(const struct topo_latency *latency, const char *path, struct base_err *err)
{
	char temporary[PATH_MAX];
	char *text = topo_latency_text(latency);
	FILE *file;
	int rc;

	if (text == NULL)
		return base_fail(err, BASE_EXIT_UNAVAILABLE, ENOMEM, "%s: no memory", path);
	rc = open_temporary(path, temporary, &file);
	if (rc == 0) {
		errno = EIO;
		if (fprintf(file, "%s\n", text) < 0 || fflush(file) != 0)
			rc = -errno;
		if (fclose(file) != 0 && rc == 0)
			rc = -errno;
		if (rc == 0 && rename(temporary, path) < 0)
			rc = -errno;
		if (rc < 0)
			unlink(temporary);
	}
	free(text);
	return rc < 0 ? cannot_write(path, rc, err) : 0;
}

/* An array of node numbers into nodes: whether it is one, each number once. */
static bool
read_nodes(const json_t *array, int *nodes, size_t n)
{
	const json_t *item;

	for (size_t i = 0; i < n; i++) {
		item = json_array_get(array, i);
		if (!json_is_integer(item) || json_integer_value(item) < 0 ||
			json_integer_value(item) >= TOPO_NODE_MAX)
			return false;
		nodes[i] = (int)json_integer_value(item);
		if (index_of(nodes, i, nodes[i]) < i)
			return false;
	}
	return true;
}

/* Rows of numbers not below 0 into one field of the cells: whether they are rows × columns. */
static bool
read_cells(const json_t *rows, struct topo_latency *latency, size_t offset)
{
	char *cell = (char *)latency->cells + offset;
	const json_t *row, *item;
	double value;

	if (json_array_size(rows) != latency->n_cpu_nodes)
		return false;
	for (size_t i = 0; i < latency->n_cpu_nodes; i++) {
		row = json_array_get(rows, i);
		if (json_array_size(row) != latency->n_memory_nodes)
			return false;
		for (size_t k = 0; k < latency->n_memory_nodes;
			k++, cell += sizeof(struct topo_cell)) {
			item = json_array_get(row, k);
			value = json_number_value(item);
			if (!json_is_number(item) || value < 0)
				return false;
			memcpy(cell, &value, sizeof(value));
		}
	}
	return true;
}

/* A file as it was written: NULL and what is wrong otherwise, nothing being wrong but memory out.
 */
static struct topo_latency *
json_to_latency(const json_t *json, const char **wrong)
{
	const json_t *cpu_nodes = json_object_get(json, "cpu_nodes");
	const json_t *memory_nodes = json_object_get(json, "memory_nodes");
	const char *format = json_string_value(json_object_get(json, "format"));
	struct topo_latency *latency;

	*wrong = NULL;
	latency = topo_latency_new(json_array_size(cpu_nodes), json_array_size(memory_nodes));
	if (latency == NULL)
		return NULL;
	if (format == NULL || strcmp(format, FORMAT) != 0)
		*wrong = "format: must be \"" FORMAT "\" (weir-topo --measure -o writes it)";
	else if (latency->n_cpu_nodes == 0 ||
		 !read_nodes(cpu_nodes, latency->cpu_nodes, latency->n_cpu_nodes))
		*wrong = "cpu_nodes: must be an array of different node numbers";
	else if (latency->n_memory_nodes == 0 ||
		 !read_nodes(memory_nodes, latency->memory_nodes, latency->n_memory_nodes))
		*wrong = "memory_nodes: must be an array of different node numbers";
	else if (!read_cells(json_object_get(json, "latency_ns"), latency,
			 offsetof(struct topo_cell, latency_ns)))
		*wrong = "latency_ns: must be an array of ns for each CPU node, a number for each "
			 "memory node";
	else if (!read_cells(json_object_get(json, "bytes_per_s"), latency,
			 offsetof(struct topo_cell, bytes_per_s)))
		*wrong =
			"bytes_per_s: must be an array for each CPU node, a number for each memory "
			"node";
	else
		return latency;
	topo_latency_free(latency);
	return NULL;
}

/* How it was measured: for people, 0 where it is missing. */
static void
read_circumstances(const json_t *json, struct topo_latency *latency)
{
	latency->bytes = (uint64_t)json_integer_value(json_object_get(json, "chased_bytes"));
	latency->page_bytes = (uint64_t)json_integer_value(json_object_get(json, "page_bytes"));
	latency->llc_bytes = (uint64_t)json_integer_value(json_object_get(json, "llc_bytes"));
	latency->pages_checked = (size_t)json_integer_value(json_object_get(json, "pages_checked"));
}

int
topo_latency_read(const char *path, struct topo_latency **out, struct base_err *err)
{
	FILE *file = fopen(path, "re");
	json_error_t where;
	const char *wrong;
	json_t *json;

	*out = NULL;
	if (file == NULL)
		return base_fail(err, BASE_EXIT_FAILURE, errno, "%s: %s", path, strerror(errno));
	json = json_loadf(file, JSON_REJECT_DUPLICATES, &where);
	fclose(file);
	if (json == NULL)
		return base_fail(err, BASE_EXIT_FAILURE, EINVAL, "%s:%d: no JSON: %s", path,
			where.line, where.text);
	*out = json_to_latency(json, &wrong);
	if (*out != NULL)
		read_circumstances(json, *out);
	json_decref(json);
	if (*out != NULL)
		return 0;
	if (wrong == NULL)
		return base_fail(err, BASE_EXIT_UNAVAILABLE, ENOMEM, "%s: no memory", path);
	return base_fail(err, BASE_EXIT_FAILURE, EINVAL, "%s: %s", path, wrong);
}

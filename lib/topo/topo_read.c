/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "topo_priv.h"

#include <errno.h>
#include <stdlib.h>

static struct topo_src *
new_src(const char *root)
{
	struct topo_src *src = calloc(1, sizeof(*src));

	if (src == NULL)
		return NULL;
	src->root = root == NULL ? "" : root;
	src->topo = calloc(1, sizeof(*src->topo));
	if (src->topo == NULL) {
		free(src);
		return NULL;
	}
	src->topo->is_live = src->root[0] == '\0';
	return src;
}

int
topo_read(const char *root, struct topo **out, struct base_err *err)
{
	struct topo_src *src = new_src(root);
	struct topo *topo;
	bool no_memory;

	*out = NULL;
	if (src == NULL)
		return base_fail(err, BASE_EXIT_UNAVAILABLE, ENOMEM, "no memory for the topology");
	topo_read_cpus(src);
	if (!src->no_memory)
		topo_read_nodes(src);
	if (!src->no_memory)
		topo_read_nics(src);
	topo = src->topo;
	no_memory = src->no_memory;
	free(src);
	if (no_memory) {
		topo_free(topo);
		return base_fail(err, BASE_EXIT_UNAVAILABLE, ENOMEM, "no memory for the topology");
	}
	if (topo->n_nodes == 0 && topo->n_cpus == 0 && topo->n_nics == 0) {
		topo_free(topo);
		return base_fail(err, BASE_EXIT_FAILURE, ENOENT,
			"%s: neither nodes nor CPUs nor network devices found below sys and proc",
			root == NULL || root[0] == '\0' ? "/" : root);
	}
	*out = topo;
	return 0;
}

void
topo_free(struct topo *topo)
{
	if (topo == NULL)
		return;
	for (size_t i = 0; topo->nodes != NULL && i < topo->n_nodes; i++)
		free(topo->nodes[i].huge);
	for (size_t i = 0; i < topo->n_warnings; i++)
		free(topo->warnings[i]);
	free(topo->warnings);
	free(topo->distance);
	free(topo->nodes);
	free(topo->cpus);
	free(topo->nics);
	free(topo);
}

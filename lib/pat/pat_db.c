/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "pat_priv.h"
#include "place.h"

#include <rte_errno.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* What a maker of place copies, and the node to which. */
struct copy {
	const char *bytes;
	size_t len;
	const hs_scratch_t *scratch;
	int node;
};

static int
set_errno(hs_error_t error)
{
	rte_errno = error == HS_NOMEM ? ENOMEM : EINVAL;
	return 0;
}

static void *
make_database(void *arg)
{
	const struct copy *copy = arg;
	hs_database_t *db = NULL;
	hs_error_t error;

	pat_alloc_from(copy->node);
	error = hs_deserialize_database(copy->bytes, copy->len, &db);
	pat_alloc_from(PAT_HEAP);
	if (error != HS_SUCCESS)
		set_errno(error);
	return error == HS_SUCCESS ? db : NULL;
}

/* rte_free() finds the node by itself; any of EAL's tells the hook that it is EAL's memory. */
static void
unmake_database(void *object)
{
	pat_alloc_from(0);
	hs_free_database(object);
	pat_alloc_from(PAT_HEAP);
}

static void *
make_scratch(void *arg)
{
	const struct copy *copy = arg;
	hs_scratch_t *scratch = NULL;
	hs_error_t error;

	pat_alloc_from(copy->node);
	error = hs_clone_scratch(copy->scratch, &scratch);
	pat_alloc_from(PAT_HEAP);
	if (error != HS_SUCCESS)
		set_errno(error);
	return error == HS_SUCCESS ? scratch : NULL;
}

static void
unmake_scratch(void *object)
{
	pat_alloc_from(0);
	hs_free_scratch(object);
	pat_alloc_from(PAT_HEAP);
}

static int
copy_database(const hs_database_t *from, int node, const char *name, hs_database_t **out,
	struct base_err *err)
{
	struct place_what what = {
		.name = name,
		.node = node,
		.owner = {.kind = PLACE_OWNER_NODE, .id = (uint16_t)node},
	};
	struct copy copy = {.node = node};
	struct place_maker maker = {
		.call = "hs_deserialize_database",
		.make = make_database,
		.unmake = unmake_database,
		.arg = &copy,
	};
	char *bytes;
	void *object;
	int ret;

	if (hs_serialize_database(from, &bytes, &copy.len) != HS_SUCCESS)
		return base_fail(
			err, BASE_EXIT_UNAVAILABLE, ENOMEM, "no memory to copy the expressions");
	copy.bytes = bytes;
	hs_database_size(from, &maker.bytes);
	ret = place_make(&what, &maker, &object, err);
	*out = object;
	free(bytes);
	return ret;
}

int
pat_db_build(const struct pat_source *source, int node, struct pat_db **out, struct base_err *err)
{
	char name[PLACE_NAME_MAX];
	struct place_what what = {
		.name = name,
		.node = node,
		.owner = {.kind = PLACE_OWNER_NODE, .id = (uint16_t)node},
	};
	size_t bytes = sizeof(struct pat_db) + source->nb_rules;
	struct pat_db *db;
	void *memory;
	int ret;

	*out = NULL;
	snprintf(name, sizeof(name), "expressions node %d lists", node);
	ret = place_zalloc(&what, bytes, 0, &memory, err);
	if (ret != 0)
		return ret;
	db = memory;
	memcpy(db, source->db, bytes);
	memset(db->part, 0, sizeof(db->part));
	for (int part = 0; part < PAT_PARTS && ret == 0; part++) {
		if (source->db->part[part] == NULL)
			continue;
		snprintf(name, sizeof(name),
			part == PAT_JOINED ? "expressions node %d" : "expressions node %d alone",
			node);
		ret = copy_database(source->db->part[part], node, name, &db->part[part], err);
	}
	if (ret != 0) {
		pat_db_free(db);
		return ret;
	}
	*out = db;
	return 0;
}

void
pat_db_free(struct pat_db *db)
{
	if (db == NULL)
		return;
	for (int part = 0; part < PAT_PARTS; part++)
		place_free(db->part[part]);
	place_free(db);
}

int
pat_scratch_build(const struct pat_source *source, unsigned int lcore, int node,
	struct pat_scratch **out, struct base_err *err)
{
	char name[PLACE_NAME_MAX];
	struct place_what what = {
		.name = name,
		.node = node,
		.owner = {.kind = PLACE_OWNER_LCORE, .id = (uint16_t)lcore},
	};
	struct copy copy = {.scratch = source->scratch->hs, .node = node};
	struct place_maker maker = {
		.call = "hs_clone_scratch",
		.make = make_scratch,
		.unmake = unmake_scratch,
		.arg = &copy,
		.bytes = source->report.scratch_bytes,
	};
	struct pat_scratch *scratch;
	void *memory, *object = NULL;
	int ret;

	*out = NULL;
	snprintf(name, sizeof(name), "scan lcore %u texts", lcore);
	ret = place_zalloc(&what, sizeof(*scratch), 0, &memory, err);
	if (ret != 0)
		return ret;
	scratch = memory;
	scratch->serial = source->scratch->serial;
	snprintf(name, sizeof(name), "scan lcore %u scratch", lcore);
	if (copy.scratch != NULL)
		ret = place_make(&what, &maker, &object, err);
	if (ret != 0) {
		place_free(memory);
		return ret;
	}
	scratch->hs = object;
	*out = scratch;
	return 0;
}

void
pat_scratch_free(struct pat_scratch *scratch)
{
	if (scratch == NULL)
		return;
	place_free(scratch->hs);
	place_free(scratch);
}

void
pat_parts(const struct pat_source *source, struct pat_parts *out)
{
	uint64_t *const of[PAT_PARTS] = {[PAT_JOINED] = &out->joined, [PAT_ALONE] = &out->alone};
	size_t bytes;

	*out = (struct pat_parts){
		.lists = place_zalloc_bytes(sizeof(struct pat_db) + source->nb_rules),
		.texts = place_zalloc_bytes(sizeof(struct pat_scratch)),
	};
	for (int part = 0; part < PAT_PARTS; part++) {
		if (source->db->part[part] != NULL &&
			hs_database_size(source->db->part[part], &bytes) == HS_SUCCESS)
			*of[part] = place_zalloc_bytes(bytes);
	}
	if (source->report.scratch_bytes > 0)
		out->scratch = place_zalloc_bytes(source->report.scratch_bytes);
}

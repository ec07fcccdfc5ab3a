/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "control_api_priv.h"
#include "place.h"

static json_t *
found_json(uint64_t nodes)
{
	json_t *array = json_array();

	for (int node = 0; node < 64; node++) {
		if ((nodes >> node & 1) != 0)
			control_append(&array, json_integer(node));
	}
	return array;
}

static void
add_entry(const struct place_entry *entry, void *arg)
{
	char owner[24];
	json_t **array = arg;

	control_append(array,
		json_pack("{s:s, s:s, s:s, s:I, s:i, s:o, s:o, s:I, s:I, s:b}", "name", entry->name,
			"call", entry->call, "for", place_owner_format(&entry->owner, owner),
			"bytes", (json_int_t)entry->bytes, "wanted", entry->wanted, "found",
			entry->actual < 0 ? json_null() : json_integer(entry->actual), "found_on",
			found_json(entry->nodes), "pages",
			(json_int_t)entry->pages - entry->untouched, "misplaced_pages",
			(json_int_t)entry->misplaced, "misplaced", entry->misplaced > 0));
}

static json_t *
nodes_json(void)
{
	struct place_total totals[PLACE_NODES_MAX];
	unsigned int n = place_totals(totals);
	json_t *array = json_array();

	for (unsigned int i = 0; i < n; i++)
		control_append(
			&array, json_pack("{s:i, s:I, s:I, s:I, s:I}", "node", totals[i].node,
					"bytes", (json_int_t)totals[i].eal_bytes, "objects",
					(json_int_t)totals[i].ledger_bytes, "dpdk",
					(json_int_t)totals[i].dpdk_bytes, "heap",
					(json_int_t)totals[i].heap_bytes));
	return array;
}

int
control_get_placement(const struct control_facts *facts, const struct control_target *target,
	json_t **reply, struct base_err *err)
{
	struct place_verdict verdict;
	json_t *objects;
	int rc = place_verify(&verdict, err);

	(void)facts;
	(void)target;
	if (rc < 0)
		return rc;
	objects = json_array();
	place_walk(add_entry, &objects);
	return control_reply(
		json_pack("{s:o, s:o, s:{s:i, s:i, s:I, s:I}}", "objects", objects, "nodes",
			nodes_json(), "misplaced", "objects", (int)verdict.misplaced_objects,
			"of_objects", (int)verdict.objects, "pages",
			(json_int_t)verdict.misplaced_pages, "of_pages", (json_int_t)verdict.pages),
		reply, err);
}

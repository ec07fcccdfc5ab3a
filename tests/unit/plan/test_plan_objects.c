/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "unit_plan.h"

/* Ports on nodes 0 and 1, a worker beside each and one more on node 1, main on node 0. */
#define INI                                                                      \
	"[port a]\ndevice = 0000:18:00.0\n[port b]\ndevice = 0000:af:00.0\n"     \
	"[lcore 1]\nports = a\n[lcore 2]\nports = b:0\n[lcore 3]\nports = b:1\n" \
	"[eal]\nlcores = 0@0,1@1,2@4,3@5\n[weir]\nnuma = prefer\n"

static void
add(struct plan_cost *cost, const char *name, enum plan_scope scope, uint64_t bytes)
{
	plan_cost_add(cost,
		&(struct plan_part){.name = name, .call = "call", .scope = scope, .bytes = bytes});
}

static const struct plan_object *
find(const struct plan *plan, const char *name)
{
	for (uint32_t i = 0; i < plan->n_objects; i++) {
		if (strcmp(plan->objects[i].name, name) == 0)
			return &plan->objects[i];
	}
	fail_msg("no object %s", name);
	return NULL;
}

static void
every_part_is_there_for_each_that_has_one(void **state)
{
	static const struct {
		const char *name;
		enum plan_owner owner;
		uint32_t id;
		int node;
	} wanted[] = {
		{"pool b", PLAN_OWNER_PORT, 1, 1},
		{"stats_1", PLAN_OWNER_LCORE, 1, 0},
		{"stats_2", PLAN_OWNER_LCORE, 2, 1},
		{"stats_3", PLAN_OWNER_LCORE, 3, 1},
		{"table of node 0 all", PLAN_OWNER_NODE, 0, 0},
		{"table of node 1 all", PLAN_OWNER_NODE, 1, 1},
		{"names", PLAN_OWNER_PROCESS, 0, 0},
	};
	struct plan_cost cost = {.dpdk_bytes = 100, .dpdk_port_bytes = {10, 20}};
	struct fixture f;

	(void)state;
	fixture_run(&f, "two", INI);
	plan_cost_add(&cost, &(struct plan_part){.name = "pool *",
				     .call = "call",
				     .scope = PLAN_A_PORT,
				     .port = 1,
				     .bytes = 1});
	add(&cost, "stats_*", PLAN_EACH_WORKER, 2);
	add(&cost, "table of node * all", PLAN_EACH_NODE, 4);
	add(&cost, "names", PLAN_ONCE, 8);
	assert_int_equal(plan_fill(f.plan, &cost, &f.err), 0);
	assert_int_equal(f.plan->n_objects, UNIT_COUNT(wanted));
	for (size_t i = 0; i < UNIT_COUNT(wanted); i++) {
		const struct plan_object *object = find(f.plan, wanted[i].name);

		assert_int_equal(object->owner, wanted[i].owner);
		assert_int_equal(object->id, wanted[i].id);
		assert_int_equal(object->node, wanted[i].node);
	}
	assert_int_equal(f.plan->n_nodes, 2);
	assert_int_equal(f.plan->nodes[0].object_bytes, 2 + 4 + 8);
	assert_int_equal(f.plan->nodes[1].object_bytes, 1 + 2 + 2 + 4);
	assert_int_equal(f.plan->nodes[0].dpdk_bytes, 110);
	assert_int_equal(f.plan->nodes[1].dpdk_bytes, 20);
	fixture_free(&f);
}

static void
a_name_too_long_is_cut(void **state)
{
	struct plan_cost cost = {0};
	struct fixture f;
	char name[200];

	(void)state;
	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	fixture_run(&f, "two", INI);
	add(&cost, name, PLAN_ONCE, 1);
	assert_int_equal(plan_fill(f.plan, &cost, &f.err), 0);
	assert_int_equal(strlen(f.plan->objects[0].name), PLAN_NAME_MAX - 1);
	fixture_free(&f);
}

static void
parts_beyond_the_table_are_not_taken(void **state)
{
	struct plan_cost cost = {0};

	(void)state;
	for (int i = 0; i < PLAN_PARTS_MAX + 5; i++)
		add(&cost, "x", PLAN_ONCE, 1);
	assert_int_equal(cost.n, PLAN_PARTS_MAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_part_is_there_for_each_that_has_one),
		cmocka_unit_test(a_name_too_long_is_cut),
		cmocka_unit_test(parts_beyond_the_table_are_not_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

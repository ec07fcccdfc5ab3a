/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "topo_advice.h"
#include "tree.h"

/* The first item of a kind, about a node or (TOPO_NODE_NONE) about any. */
static const struct topo_advice *
find(const struct topo_advice_list *list, enum topo_advice_kind kind, int node)
{
	for (size_t i = 0; i < list->n; i++) {
		if (list->items[i].kind == kind &&
			(node == TOPO_NODE_NONE || list->items[i].node == node))
			return &list->items[i];
	}
	return NULL;
}

static struct topo_advice_list *
advise(const struct topo *topo)
{
	struct topo_advice_list *list;
	struct base_err err = {0};

	if (topo_advise(topo, &list, &err) < 0)
		fail_msg("%s", err.text);
	for (size_t i = 0; i < list->n; i++) {
		assert_non_null(list->items[i].why);
		assert_true(
			(list->items[i].text == NULL) == (list->items[i].kind == TOPO_ADVICE_NOTE));
	}
	return list;
}

static const char *
eal_of(const struct topo_advice_list *list)
{
	const struct topo_advice *item = find(list, TOPO_ADVICE_EAL, TOPO_NODE_NONE);

	return item == NULL ? "" : item->text;
}

/* No CPU, nowhere: one sentence, and no command that could do harm. */
static void
nothing_usable_gives_one_note(void **state)
{
	struct topo *topo = tree_machine("two");
	struct topo_advice_list *list;

	(void)state;
	for (size_t i = 0; i < topo->n_cpus; i++)
		topo->cpus[i].in_cgroup = false;
	list = advise(topo);
	assert_int_equal(list->n, 1);
	assert_int_equal(list->items[0].kind, TOPO_ADVICE_NOTE);
	topo_advice_free(list);
	topo_free(topo);
	topo_advice_free(NULL);
}

static void
one_cpu_is_shared(void **state)
{
	struct topo *topo = tree_machine("one");
	struct topo_advice_list *list;

	(void)state;
	topo->n_cpus = 1;
	list = advise(topo);
	assert_null(find(list, TOPO_ADVICE_CORES, TOPO_NODE_NONE));
	assert_null(find(list, TOPO_ADVICE_BOOT, TOPO_NODE_NONE));
	assert_int_equal(strncmp(eal_of(list), "--lcores=0@0,1@0 ", 17), 0);
	topo_advice_free(list);
	topo_free(topo);
}

/* Distances that are not told make no other node nearer than one's own. */
static void
unknown_distances_do_not_move_memory(void **state)
{
	struct topo *topo = tree_machine("gaps");
	struct topo_advice_list *list;

	(void)state;
	memset(topo->distance, 0, 4 * sizeof(*topo->distance));
	list = advise(topo);
	assert_non_null(find(list, TOPO_ADVICE_HUGEPAGES, 2));
	assert_non_null(strstr(eal_of(list), "--lcores=0@0,1@9 "));
	assert_non_null(strstr(eal_of(list), "--socket-mem=1024,0,1024"));
	topo_advice_free(list);
	topo_free(topo);
}

/* Only the second thread of a core is isolated: it is the one to take. */
static void
an_isolated_second_thread_counts(void **state)
{
	struct topo *topo = tree_machine("two");
	struct topo_advice_list *list;

	(void)state;
	for (size_t i = 0; i < topo->n_cpus; i++)
		topo->cpus[i].isolated = topo->cpus[i].id == 11;
	list = advise(topo);
	assert_string_equal(find(list, TOPO_ADVICE_CORES, 0)->text, "11");
	topo_advice_free(list);
	topo_free(topo);
}

/* The threads of the main lcore's core are nobody's. */
static void
the_main_core_is_left_alone(void **state)
{
	struct topo *topo = tree_machine("two");
	struct topo_advice_list *list;

	(void)state;
	for (size_t i = 0; i < topo->n_cpus; i++)
		topo->cpus[i].isolated = false;
	list = advise(topo);
	assert_string_equal(find(list, TOPO_ADVICE_CORES, 0)->text, "1-3");
	assert_string_equal(find(list, TOPO_ADVICE_BOOT, TOPO_NODE_NONE)->text,
		"isolcpus=managed_irq,domain,1-7,9-15 nohz_full=1-7,9-15 rcu_nocbs=1-7,9-15");
	topo_advice_free(list);
	topo_free(topo);
}

/* A NIC whose node has no CPU is served from the nearest node that has. */
static void
a_nic_at_a_node_without_cpus(void **state)
{
	struct topo *topo = tree_machine("eight");
	struct topo_advice_list *list;

	(void)state;
	for (size_t i = 0; i < topo->n_cpus; i++)
		topo->cpus[i].in_cgroup = topo->cpus[i].node != 5;
	list = advise(topo);
	assert_null(find(list, TOPO_ADVICE_CORES, 5));
	assert_non_null(find(list, TOPO_ADVICE_CORES, 4)); /* 12 away; 0 to 3 are 32 away */
	assert_non_null(strstr(find(list, TOPO_ADVICE_NOTE, 5)->why, "no CPU that may be used"));
	topo_advice_free(list);
	topo_free(topo);
}

/* EAL is not told to take more than the pages that the command leaves free, whatever the rest. */
static void
odd_memory_is_taken_by_whole_pages(void **state)
{
	struct topo *topo = tree_machine("one");
	struct topo_advice_list *list;

	(void)state;
	topo->nodes[0].mem_free_bytes = UINT64_C(607) << 20;
	list = advise(topo);
	assert_int_equal(strncmp(find(list, TOPO_ADVICE_HUGEPAGES, 0)->text, "echo 151 > ", 11), 0);
	assert_non_null(strstr(find(list, TOPO_ADVICE_HUGEPAGES, 0)->why, "makes it 302 MiB"));
	assert_non_null(strstr(eal_of(list), "--socket-mem=302"));
	topo_advice_free(list);
	/* Pages of 1 GiB: one is enough, and a part of one cannot be had. */
	topo->huge_default_bytes = 1 << 30;
	topo->nodes[0].mem_free_bytes = UINT64_C(8) << 30;
	topo->nodes[0].huge[0].free = 64;
	list = advise(topo);
	assert_int_equal(strncmp(find(list, TOPO_ADVICE_HUGEPAGES, 0)->text, "echo 1 > ", 9), 0);
	assert_non_null(strstr(eal_of(list), "--socket-mem=1024"));
	topo_advice_free(list);
	topo_free(topo);
}

/* No hugepages in this kernel, no memory left: said, not commanded. */
static void
no_command_where_it_could_not_work(void **state)
{
	struct topo *topo = tree_machine("one");
	struct topo_advice_list *list;

	(void)state;
	topo->nodes[0].mem_free_bytes = 3 << 20;
	list = advise(topo);
	assert_null(find(list, TOPO_ADVICE_HUGEPAGES, TOPO_NODE_NONE));
	assert_non_null(find(list, TOPO_ADVICE_NOTE, 0));
	topo_advice_free(list);
	topo->nodes[0].mem_free_bytes = UINT64_C(8) << 30;
	topo->nodes[0].n_huge = 0;
	list = advise(topo);
	assert_null(find(list, TOPO_ADVICE_HUGEPAGES, TOPO_NODE_NONE));
	assert_non_null(strstr(eal_of(list), " --no-huge -m 512"));
	topo_advice_free(list);
	topo_free(topo);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_usable_gives_one_note),
		cmocka_unit_test(one_cpu_is_shared),
		cmocka_unit_test(unknown_distances_do_not_move_memory),
		cmocka_unit_test(an_isolated_second_thread_counts),
		cmocka_unit_test(the_main_core_is_left_alone),
		cmocka_unit_test(a_nic_at_a_node_without_cpus),
		cmocka_unit_test(odd_memory_is_taken_by_whole_pages),
		cmocka_unit_test(no_command_where_it_could_not_work),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

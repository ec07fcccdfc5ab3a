/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "stats.h"
#include "unit.h"
#include "unit_eal.h"

#include <rte_launch.h>
#include <rte_memzone.h>

#include <errno.h>
#include <stdlib.h>

static const char *const drops[] = {"short", "long"};

static int
node(void)
{
	return (int)rte_socket_id();
}

static void
a_layout_gives_each_set_its_place(void **state)
{
	struct stats_layout layout = {0};

	(void)state;
	assert_null(stats_layout_find(&layout, "drops"));
	assert_int_equal(stats_layout_add(&layout, "ports", NULL, 3), 0);
	assert_int_equal(stats_layout_add(&layout, "drops", drops, 2), 3);
	assert_int_equal(stats_layout_add(&layout, "more", NULL, 1), 5);
	assert_int_equal(layout.n_counters, 6);
	assert_int_equal(stats_layout_find(&layout, "drops")->first, 3);
	assert_string_equal(stats_layout_find(&layout, "drops")->names[1], "long");
	assert_null(stats_layout_find(&layout, "drop"));
}

static void
a_layout_that_is_full_makes_no_block(void **state)
{
	struct stats_layout layout = {0};
	struct stats_block *block;
	struct base_err err = {0};

	(void)state;
	for (uint32_t i = 0; i < STATS_SETS_MAX; i++)
		assert_int_equal(stats_layout_add(&layout, "set", NULL, 2), 2 * i);
	assert_false(layout.full);
	assert_int_equal(stats_layout_add(&layout, "one too many", NULL, 1), 0);
	assert_true(layout.full);
	assert_int_equal(stats_block_new(&layout, 0, node(), &block, &err), -ENOSPC);
	assert_null(block);
	assert_non_null(strstr(err.text, "32 sets"));
	layout = (struct stats_layout){0};
	assert_int_equal(stats_layout_add(&layout, "huge", NULL, UINT32_MAX), 0);
	assert_true(layout.full);
}

static void
a_block_is_made_once_an_lcore_and_is_zero_again(void **state)
{
	struct stats_layout layout = {0};
	struct stats_block *block, *twice;

	(void)state;
	stats_layout_add(&layout, "drops", drops, 2);
	assert_int_equal(stats_block_new(&layout, 1, node(), &block, NULL), 0);
	assert_non_null(rte_memzone_lookup("weir_stats_1"));
	assert_int_equal((uintptr_t)block->counter % 64, 0);
	assert_int_equal(stats_block_new(&layout, 1, node(), &twice, NULL), -EEXIST);
	assert_null(twice);
	stats_add(block, 1, 7);
	stats_block_free(block);
	stats_block_free(NULL);
	assert_null(rte_memzone_lookup("weir_stats_1"));
	assert_int_equal(stats_block_new(&layout, 1, node(), &block, NULL), 0);
	assert_int_equal(stats_get(block, 1), 0);
	stats_block_free(block);
}

static void
no_memory_is_told(void **state)
{
	struct stats_layout layout = {0};
	struct stats_block *block;
	struct base_err err = {0};

	(void)state;
	stats_layout_add(&layout, "huge", NULL, 1u << 28);
	assert_int_equal(stats_block_new(&layout, 1, node(), &block, &err), -ENOMEM);
	assert_null(block);
	assert_int_equal(err.exit, BASE_EXIT_UNAVAILABLE);
}

static void
blocks_are_summed(void **state)
{
	struct stats_layout layout = {0};
	struct stats_block *blocks[2];
	const struct stats_block *all[2];

	(void)state;
	stats_layout_add(&layout, "before", NULL, 1);
	stats_layout_add(&layout, "drops", drops, 2);
	for (unsigned int i = 0; i < 2; i++) {
		assert_int_equal(stats_block_new(&layout, i, node(), &blocks[i], NULL), 0);
		all[i] = blocks[i];
		stats_add(blocks[i], 0, 1000);
		stats_add(blocks[i], 1, 1 + i);
		stats_add(blocks[i], 2, 10);
		stats_add(blocks[i], 2, UINT64_C(1) << 40);
	}
	assert_int_equal(stats_sum(all, 2, 1), 3);
	assert_int_equal(stats_sum(all, 0, 1), 0);
	assert_int_equal(stats_sum_set(all, 2, stats_layout_find(&layout, "drops")),
		(UINT64_C(2) << 40) + 23);
	stats_block_free(blocks[0]);
	stats_block_free(blocks[1]);
}

#define ROUNDS 1000000u

static int
count(void *arg)
{
	for (uint32_t i = 0; i < ROUNDS; i++)
		stats_add(arg, 0, 1);
	return 0;
}

/* A reader beside the writer sees a number that only grows, and all of it at the end. */
static void
a_reader_beside_the_writer_sees_it_grow(void **state)
{
	struct stats_layout layout = {0};
	struct stats_block *block;
	uint64_t last = 0, now;

	(void)state;
	stats_layout_add(&layout, "one", NULL, 1);
	assert_int_equal(stats_block_new(&layout, 1, node(), &block, NULL), 0);
	assert_int_equal(rte_eal_remote_launch(count, block, 1), 0);
	while (rte_eal_get_lcore_state(1) == RUNNING) {
		now = stats_get(block, 0);
		assert_true(now >= last);
		last = now;
	}
	assert_int_equal(rte_eal_wait_lcore(1), 0);
	assert_int_equal(stats_get(block, 0), ROUNDS);
	stats_block_free(block);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_layout_gives_each_set_its_place),
		cmocka_unit_test(a_layout_that_is_full_makes_no_block),
		cmocka_unit_test(a_block_is_made_once_an_lcore_and_is_zero_again),
		cmocka_unit_test(no_memory_is_told),
		cmocka_unit_test(blocks_are_summed),
		cmocka_unit_test(a_reader_beside_the_writer_sees_it_grow),
	};

	return cmocka_run_group_tests(tests, unit_eal_start, unit_eal_stop);
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "place.h"
#include "unit.h"
#include "unit_eal.h"

#include <rte_malloc.h>

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

static void
copy_visit(const struct place_entry *entry, void *arg)
{
	*(struct place_entry *)arg = *entry;
}

static void
a_page_never_written_is_on_no_node(void **state)
{
	struct place_what asked = {.name = "sparse", .node = unit_eal_node()};
	struct place_verdict verdict;
	struct base_err err = {0};
	struct place_entry entry;
	uint8_t *object;

	(void)state;
	assert_int_equal(place_zalloc(&asked, 400 * 4096, 0, (void **)&object, &err), 0);
	assert_int_equal(place_verify(&verdict, &err), 0);
	place_walk(copy_visit, &entry);
	assert_in_range(entry.pages, 400, 402);
	assert_true(entry.untouched >= 395);

	memset(object, 1, 400 * 4096);
	assert_int_equal(place_verify(&verdict, &err), 0);
	place_walk(copy_visit, &entry);
	assert_int_equal(entry.untouched, 0);
	assert_int_equal(entry.misplaced, 0);
	assert_int_equal(entry.actual, unit_eal_node());
	assert_int_equal(entry.nodes, UINT64_C(1) << unit_eal_node());
	assert_int_equal(verdict.objects, 1);
	assert_int_equal(verdict.pages, entry.pages);
	place_free(object);
}

static void
a_large_object_is_sampled_from_end_to_end(void **state)
{
	struct place_what asked = {.name = "large", .node = unit_eal_node()};
	size_t bytes = 2000 * 4096;
	struct place_entry entry;
	uint8_t *object, *used;

	(void)state;
	/* What the test before gave back has been written to: it is taken out of the way. */
	assert_int_equal(place_zalloc(&asked, 1000 * 4096, 0, (void **)&used, NULL), 0);
	assert_int_equal(place_zalloc(&asked, bytes, 4096, (void **)&object, NULL), 0);
	/* Only the last page and the first: both must be among those asked about. */
	object[0] = 1;
	object[bytes - 1] = 1;
	assert_int_equal(place_verify(NULL, NULL), 0);
	place_walk(copy_visit, &entry);
	assert_int_equal(entry.pages, PLACE_PAGES_MAX);
	assert_in_range(entry.pages - entry.untouched, 2, 4);
	memset(object, 1, bytes);
	assert_int_equal(place_verify(NULL, NULL), 0);
	place_walk(copy_visit, &entry);
	assert_int_equal(entry.untouched, 0);
	assert_int_equal(entry.actual, unit_eal_node());
	place_free(object);
	place_free(used);
}

static void
nodes_in_words(void **state)
{
	char text[PLACE_WORDS_MAX];

	(void)state;
	assert_string_equal(place_nodes_format(0, text), "-");
	assert_string_equal(place_nodes_format(1, text), "0");
	assert_string_equal(place_nodes_format(UINT64_C(1) << 63 | 6, text), "1,2,63");
	assert_string_equal(place_nodes_format(UINT64_MAX, text) + strlen(text) - 6, ",62,63");
}

static void
what_is_elsewhere_is_told_in_pages(void **state)
{
	struct place_entry entry = {
		.wanted = 0, .actual = 0, .nodes = 3, .pages = 7, .untouched = 2, .misplaced = 1};
	char text[PLACE_WORDS_MAX];

	(void)state;
	assert_string_equal(place_misplaced_format(&entry, text), "1 of 5 pages on node 1");
	entry.nodes = 0xe;
	entry.misplaced = 5;
	assert_string_equal(place_misplaced_format(&entry, text), "5 of 5 pages on node 1,2,3");
	entry.nodes = UINT64_MAX;
	assert_string_equal(place_misplaced_format(&entry, text) + strlen(text) - 6, ",62,63");
}

/* What a driver's thread does: net_memif's allocates for each message to its peer. */
static void *
allocate_and_free(void *arg)
{
	atomic_bool *stop = arg;

	while (!atomic_load(stop)) {
		void *message = rte_malloc(NULL, 64, 0);

		usleep(300);
		rte_free(message);
		usleep(300);
	}
	return NULL;
}

static void
a_heap_that_others_use_is_read_again(void **state)
{
	struct place_what asked = {.name = "beside", .node = unit_eal_node()};
	struct base_err err = {0};
	static atomic_bool stop; /* the thread outlives an assertion that does not hold */
	pthread_t other;

	(void)state;
	assert_int_equal(pthread_create(&other, NULL, allocate_and_free, &stop), 0);
	for (int i = 0; i < 1000; i++) {
		void *object = NULL;
		int ret = place_zalloc(&asked, 4096, 0, &object, &err);

		if (ret != 0)
			print_error("%s\n", err.text);
		assert_int_equal(ret, 0);
		place_free(object);
	}
	atomic_store(&stop, true);
	pthread_join(other, NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_page_never_written_is_on_no_node),
		cmocka_unit_test(a_large_object_is_sampled_from_end_to_end),
		cmocka_unit_test(nodes_in_words),
		cmocka_unit_test(what_is_elsewhere_is_told_in_pages),
		cmocka_unit_test(a_heap_that_others_use_is_read_again),
	};
	int failed;

	if (unit_eal_up(64) < 0)
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	unit_eal_stop(NULL);
	return failed;
}

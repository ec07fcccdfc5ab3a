/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "place.h"
#include "unit.h"
#include "unit_eal.h"

#include <rte_hash.h>
#include <rte_mempool.h>
#include <rte_memzone.h>
#include <rte_ring.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define HEAP_MB 64

static struct place_what
what(const char *name)
{
	return (struct place_what){.name = name,
		.node = unit_eal_node(),
		.owner = {.kind = PLACE_OWNER_LCORE, .id = 0}};
}

static uint64_t
eal_bytes(void)
{
	struct place_total totals[PLACE_NODES_MAX];
	unsigned nb = place_totals(totals);
	uint64_t sum = 0;

	for (unsigned i = 0; i < nb; i++) {
		assert_int_equal(
			totals[i].ledger_bytes + totals[i].dpdk_bytes, totals[i].eal_bytes);
		assert_true(totals[i].eal_bytes <= totals[i].heap_bytes);
		sum += totals[i].eal_bytes;
	}
	return sum;
}

static uint64_t
dpdk_bytes(void)
{
	struct place_total totals[PLACE_NODES_MAX];
	unsigned nb = place_totals(totals);
	uint64_t sum = 0;

	for (unsigned i = 0; i < nb; i++)
		sum += totals[i].dpdk_bytes;
	return sum;
}

struct search {
	const char *name;
	struct place_entry entry;
	unsigned found, lines;
};

static void
search_visit(const struct place_entry *entry, void *arg)
{
	struct search *search = arg;

	search->lines++;
	if (search->name != NULL && strcmp(entry->name, search->name) == 0) {
		search->entry = *entry;
		search->found++;
	}
}

static struct place_entry
entry_of(const char *name)
{
	struct search search = {.name = name};

	place_walk(search_visit, &search);
	assert_int_equal(search.found, 1);
	return search.entry;
}

static unsigned
ledger_lines(void)
{
	struct search search = {0};

	place_walk(search_visit, &search);
	return search.lines;
}

static void
assert_inside(const struct place_entry *entry, const void *addr)
{
	for (uint32_t i = 0; i < entry->nb_extents; i++) {
		const uint8_t *start = entry->extents[i].addr;

		if ((const uint8_t *)addr >= start &&
			(const uint8_t *)addr < start + entry->extents[i].bytes)
			return;
	}
	fail_msg("%s: %p is in none of its %u extents", entry->name, addr, entry->nb_extents);
}

static uint64_t
extents_bytes(const struct place_entry *entry)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < entry->nb_extents; i++)
		sum += entry->extents[i].bytes;
	return sum;
}

static void
a_node_that_is_not_there_is_refused(void **state)
{
	struct place_what asked = what("table of nobody");
	struct base_err err = {0};
	void *object = &err;

	(void)state;
	for (int node = -1; node < 1000; node += 500) {
		if (node == asked.node)
			continue;
		asked.node = node;
		assert_int_equal(place_zalloc(&asked, 4711, 0, &object, &err), -ENODEV);
		assert_null(object);
		assert_int_equal(err.exit, BASE_EXIT_UNAVAILABLE);
		assert_non_null(strstr(err.text, "table of nobody"));
		assert_non_null(strstr(err.text, "4711 bytes"));
	}
	assert_non_null(strstr(err.text, "node 999"));
}

static void
no_memory_is_told_and_leaves_nothing(void **state)
{
	struct rte_hash_parameters params = {
		.entries = 4 << 20, .key_len = 16, .extra_flag = RTE_HASH_EXTRA_FLAGS_EXT_TABLE};
	struct place_pool pool = {.mbufs = 100000, .cache = 64, .data_room = 2176};
	struct place_zone zone = {.name = "unit_zone", .bytes = (size_t)HEAP_MB << 20};
	struct place_what asked = what("too big");
	struct base_err err = {0};
	const struct rte_memzone *made;
	struct rte_mempool *mempool;
	struct rte_hash *hash;
	struct rte_ring *ring;
	uint64_t before = eal_bytes();
	void *object;

	(void)state;
	assert_int_equal(place_zalloc(&asked, (size_t)HEAP_MB << 20, 0, &object, &err), -ENOMEM);
	assert_int_equal(err.exit, BASE_EXIT_UNAVAILABLE);
	assert_non_null(strstr(err.text, "too big"));
	assert_non_null(strstr(err.text, "67108864 bytes"));
	assert_non_null(strstr(err.text, "socket_mem"));
	assert_int_equal(place_memzone(&asked, &zone, &made, &err), -ENOMEM);
	assert_null(made);
	assert_int_equal(place_pool(&asked, &pool, &mempool, &err), -ENOMEM);
	assert_null(mempool);
	assert_int_equal(place_hash(&asked, &params, &hash, &err), -ENOMEM);
	assert_null(hash);
	assert_int_equal(place_ring(&asked, 16 << 20, 0, &ring, &err), -ENOMEM);
	assert_null(ring);
	assert_int_equal(eal_bytes(), before);
	assert_int_equal(ledger_lines(), 0);
}

static void
bad_parameters_are_told(void **state)
{
	struct place_zone zone = {.name = "unit_twice", .bytes = 64};
	struct place_what asked = what("twice");
	struct base_err err = {0};
	const struct rte_memzone *first, *second;
	struct rte_ring *ring;

	(void)state;
	assert_int_equal(place_ring(&asked, 1000, 0, &ring, &err), -EINVAL);
	assert_null(ring);
	assert_int_equal(place_memzone(&asked, &zone, &first, &err), 0);
	assert_int_equal(place_memzone(&asked, &zone, &second, &err), -EEXIST);
	assert_null(second);
	assert_int_equal(ledger_lines(), 1);
	place_free(first);
	place_free(NULL);
	place_free(&zone); /* not ours: nothing happens */
	assert_int_equal(ledger_lines(), 0);
}

static void
lines_add_up_with_the_heap(void **state)
{
	struct place_zone zone = {.name = "unit_zone", .bytes = 100};
	struct place_what small = what("small"), zoned = what("zone"), ringed = what("ring");
	uint64_t before = eal_bytes(), dpdk = dpdk_bytes();
	const struct rte_memzone *memzone;
	struct place_entry entry;
	struct rte_ring *ring;
	void *object;

	(void)state;
	assert_int_equal(place_zalloc(&small, 1, 0, &object, NULL), 0);
	assert_int_equal(place_memzone(&zoned, &zone, &memzone, NULL), 0);
	assert_int_equal(place_ring(&ringed, 1024, RING_F_SP_ENQ | RING_F_SC_DEQ, &ring, NULL), 0);
	assert_true(rte_ring_is_prod_single(ring) && rte_ring_is_cons_single(ring));
	assert_int_equal(entry_of("small").bytes + entry_of("zone").bytes + entry_of("ring").bytes,
		eal_bytes() - before);
	assert_int_equal(dpdk_bytes(), dpdk);

	entry = entry_of("zone");
	assert_string_equal(entry.call, "rte_memzone_reserve");
	assert_int_equal(entry.wanted, unit_eal_node());
	assert_int_equal(entry.actual, -1);
	assert_int_equal(extents_bytes(&entry), entry.bytes);
	assert_inside(&entry, memzone->addr);
	place_free(object);
	place_free(memzone);
	place_free(ring);
	assert_int_equal(eal_bytes(), before);
}

static void
hidden_parts_are_found(void **state)
{
	struct rte_hash_parameters params = {
		.entries = 5000, .key_len = 16, .extra_flag = RTE_HASH_EXTRA_FLAGS_EXT_TABLE};
	struct place_pool pool = {.mbufs = 1000, .cache = 32, .priv = 64, .data_room = 2176};
	struct place_what hashed = what("hash"), pooled = what("pool");
	struct rte_mempool *mempool;
	struct place_entry entry;
	struct rte_hash *hash;
	void *mbufs[1000], *key;

	(void)state;
	assert_int_equal(place_hash(&hashed, &params, &hash, NULL), 0);
	assert_int_equal(place_pool(&pooled, &pool, &mempool, NULL), 0);
	entry = entry_of("hash");
	assert_int_equal(extents_bytes(&entry), entry.bytes);
	assert_inside(&entry, hash);
	for (uint64_t k = 0; k < 5000; k++) {
		uint64_t pair[2] = {k, ~k};
		int32_t at = rte_hash_add_key(hash, pair);

		assert_true(at >= 0);
		assert_int_equal(rte_hash_get_key_with_position(hash, at, &key), 0);
		assert_inside(&entry, key);
	}
	entry = entry_of("pool");
	assert_int_equal(extents_bytes(&entry), entry.bytes);
	assert_inside(&entry, mempool);
	assert_inside(&entry, mempool->pool_data);
	assert_int_equal(rte_mempool_get_bulk(mempool, mbufs, 1000), 0);
	for (int i = 0; i < 1000; i++) {
		assert_inside(&entry, mbufs[i]);
		assert_inside(&entry, (uint8_t *)mbufs[i] + mempool->elt_size - 1);
	}
	rte_mempool_put_bulk(mempool, mbufs, 1000);
	place_free(hash);
	place_free(mempool);
	assert_int_equal(ledger_lines(), 0);
}

static int
by_address(const void *a, const void *b)
{
	const uint8_t *const *x = a, *const *y = b;

	return *x < *y ? -1 : *x > *y;
}

static void
objects_of_an_even_pool_follow_each_other(void **state)
{
	struct place_pool pool = {.mbufs = 1000, .data_room = 2176, .is_even = true};
	struct place_what asked = what("even");
	struct rte_mempool *mempool;
	uint8_t *mbufs[1000];
	uint32_t object;

	(void)state;
	assert_int_equal(place_pool(&asked, &pool, &mempool, NULL), 0);
	object = rte_mempool_calc_obj_size(mempool->elt_size, mempool->flags, NULL);
	assert_true(rte_is_power_of_2(object));
	assert_int_equal(rte_mempool_get_bulk(mempool, (void **)mbufs, 1000), 0);
	qsort(mbufs, 1000, sizeof(mbufs[0]), by_address);
	for (int i = 1; i < 1000; i++)
		assert_int_equal(mbufs[i] - mbufs[i - 1], object);
	rte_mempool_put_bulk(mempool, (void *const *)mbufs, 1000);
	place_free(mempool);
}

static void
estimates_are_within_five_percent(void **state)
{
	struct place_what asked = what("estimate");
	uint64_t told, took;
	void *object;

	(void)state;
	for (uint32_t n = 0; n < 24; n++) {
		struct rte_hash_parameters params = {.entries = (8u << n / 2) + n * 5,
			.key_len = n % 2 == 0 ? 16 : 256,
			.extra_flag = RTE_HASH_EXTRA_FLAGS_EXT_TABLE};
		struct place_pool pool = {.mbufs = 63 + n * 331,
			.cache = (uint16_t)n,
			.priv = (uint16_t)(n * 8),
			.data_room = (uint16_t)(n % 3 == 0 ? 640 : 2176),
			.is_even = n % 4 == 1};

		for (int kind = 0; kind < 4; kind++) {
			if (kind == 0) {
				told = place_hash_bytes(params.entries, params.key_len);
				assert_int_equal(place_hash(&asked, &params,
							 (struct rte_hash **)&object, NULL),
					0);
			} else if (kind == 1) {
				told = place_pool_bytes(&pool, 4096);
				assert_int_equal(place_pool(&asked, &pool,
							 (struct rte_mempool **)&object, NULL),
					0);
			} else if (kind == 2) {
				told = place_ring_bytes(2u << n / 2);
				assert_int_equal(place_ring(&asked, 2u << n / 2, 0,
							 (struct rte_ring **)&object, NULL),
					0);
			} else {
				told = place_zalloc_bytes(1u << n);
				assert_int_equal(
					place_zalloc(&asked, 1u << n, 0, &object, NULL), 0);
			}
			took = entry_of("estimate").bytes;
			if (llabs((long long)(told - took)) * 20 > (long long)took)
				fail_msg("kind %d, n %u: told %lu, took %lu", kind, n, told, took);
			place_free(object);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_node_that_is_not_there_is_refused),
		cmocka_unit_test(no_memory_is_told_and_leaves_nothing),
		cmocka_unit_test(bad_parameters_are_told),
		cmocka_unit_test(lines_add_up_with_the_heap),
		cmocka_unit_test(hidden_parts_are_found),
		cmocka_unit_test(objects_of_an_even_pool_follow_each_other),
		cmocka_unit_test(estimates_are_within_five_percent),
	};
	int failed;

	if (unit_eal_up(HEAP_MB) < 0)
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	unit_eal_stop(NULL);
	return failed;
}

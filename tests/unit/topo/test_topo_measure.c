/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "topo_latency.h"
#include "tree.h"

#include <errno.h>
#include <sched.h>

#define SECONDS 0.02

static struct topo *
read_here(void)
{
	struct base_err err = {0};
	struct topo *topo;

	if (topo_read(NULL, &topo, &err) < 0)
		fail_msg("%s", err.text);
	return topo;
}

static void
memory_that_is_not_free_is_refused(void **state)
{
	const struct topo_measure_args args = {.bytes = UINT64_C(1) << 50, .cell_seconds = SECONDS};
	struct topo *topo = read_here();
	struct topo_latency *latency;
	struct base_err err = {0};

	(void)state;
	assert_int_equal(topo_measure(topo, &args, &latency, &err), -ENOMEM);
	assert_null(latency);
	assert_int_equal(err.exit, BASE_EXIT_UNAVAILABLE);
	assert_non_null(strstr(err.text, "MiB free"));
	topo_free(topo);
}

static void
nothing_that_may_be_used_is_refused(void **state)
{
	const struct topo_measure_args args = {.bytes = 1 << 20, .cell_seconds = SECONDS};
	struct topo *topo = read_here();
	struct topo_latency *latency;

	(void)state;
	for (size_t i = 0; i < topo->n_cpus; i++)
		topo->cpus[i].in_cgroup = false;
	assert_int_equal(topo_measure(topo, &args, &latency, NULL), -ENODEV);
	assert_null(latency);
	topo_free(topo);
	topo = read_here();
	for (size_t i = 0; i < topo->n_nodes; i++)
		topo->nodes[i].mem_allowed = false;
	assert_int_equal(topo_measure(topo, &args, &latency, NULL), -ENODEV);
	topo_free(topo);
}

/* A CPU and a node that the machine does not have: the kernel refuses, and where this thread ran
 * before it runs again. */
static void
what_the_kernel_refuses_is_told(void **state)
{
	const struct topo_measure_args args = {.bytes = 1 << 20, .cell_seconds = SECONDS};
	struct topo *topo = read_here();
	struct topo_latency *latency;
	struct base_err err = {0};
	cpu_set_t before, after;

	(void)state;
	assert_int_equal(sched_getaffinity(0, sizeof(before), &before), 0);
	for (size_t i = 0; i < topo->n_cpus; i++)
		topo->cpus[i].id += 4096;
	assert_int_equal(topo_measure(topo, &args, &latency, &err), -EIO);
	assert_non_null(strstr(err.text, "cannot run on CPU "));
	topo_free(topo);
	topo = read_here();
	for (size_t i = 0; i < topo->n_cpus; i++)
		topo->cpus[i].node = 1000;
	topo->nodes[0].id = 1000;
	if (topo_measure(topo, &args, &latency, &err) == 0) {
		/* A container that forbids to bind: with one node that is let pass, and said. */
		assert_int_equal(topo->n_nodes, 1);
		assert_int_equal(latency->pages_checked, 0);
		topo_latency_free(latency);
	} else {
		assert_non_null(strstr(err.text, "node 1000: "));
		assert_null(latency);
	}
	topo_free(topo);
	assert_int_equal(sched_getaffinity(0, sizeof(after), &after), 0);
	assert_true(CPU_EQUAL(&before, &after));
}

/* What fits into the first cache is faster than what fits into none: the chase depends on memory.
 */
static void
memory_is_slower_than_cache(void **state)
{
	struct topo_measure_args args = {.bytes = 64 << 10, .cell_seconds = SECONDS};
	struct topo *topo = read_here();
	struct topo_latency *cache, *memory;
	struct base_err err = {0};
	cpu_set_t before, after;

	(void)state;
	assert_int_equal(sched_getaffinity(0, sizeof(before), &before), 0);
	if (topo_measure(topo, &args, &cache, &err) < 0)
		fail_msg("%s", err.text);
	args.bytes = 128 << 20;
	if (topo_measure(topo, &args, &memory, &err) < 0)
		fail_msg("%s", err.text);
	assert_int_equal(cache->n_cpu_nodes, memory->n_cpu_nodes);
	assert_true(memory->n_cpu_nodes > 0 && memory->n_memory_nodes > 0);
	for (size_t i = 0; i < memory->n_cpu_nodes * memory->n_memory_nodes; i++) {
		print_message("64 KiB %.1f ns, 128 MiB %.1f ns, %.1f GB/s\n",
			cache->cells[i].latency_ns, memory->cells[i].latency_ns,
			memory->cells[i].bytes_per_s / 1e9);
		assert_true(cache->cells[i].latency_ns > 0.1);
		assert_true(memory->cells[i].latency_ns > 2 * cache->cells[i].latency_ns);
		assert_true(memory->cells[i].bytes_per_s > 0);
	}
	assert_int_equal(memory->bytes, 128 << 20);
	assert_true(memory->page_bytes >= (uint64_t)sysconf(_SC_PAGESIZE));
	assert_int_equal(sched_getaffinity(0, sizeof(after), &after), 0);
	assert_true(CPU_EQUAL(&before, &after));
	topo_latency_free(cache);
	topo_latency_free(memory);
	topo_free(topo);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory_that_is_not_free_is_refused),
		cmocka_unit_test(nothing_that_may_be_used_is_refused),
		cmocka_unit_test(what_the_kernel_refuses_is_told),
		cmocka_unit_test(memory_is_slower_than_cache),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

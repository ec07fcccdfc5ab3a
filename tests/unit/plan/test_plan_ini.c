/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "unit_plan.h"

#include <stdarg.h>

static void
assert_same_lcore(const struct plan_lcore *a, const struct plan_lcore *b)
{
	assert_int_equal(a->lcore, b->lcore);
	assert_int_equal(a->role, b->role);
	assert_true(CPU_EQUAL(&a->cpus, &b->cpus));
	assert_int_equal(a->n_queues, b->n_queues);
	for (uint32_t i = 0; i < a->n_queues; i++) {
		assert_int_equal(a->queues[i].port, b->queues[i].port);
		assert_int_equal(a->queues[i].queue, b->queues[i].queue);
	}
	assert_int_equal(a->n_feeds, b->n_feeds);
	for (uint32_t i = 0; i < a->n_feeds; i++)
		assert_int_equal(a->feeds[i], b->feeds[i]);
	assert_int_equal(a->sends, b->sends);
	assert_memory_equal(a->tx_queue, b->tx_queue, sizeof(a->tx_queue));
}

static void
assert_same(const struct plan *a, const struct plan *b)
{
	assert_string_equal(a->eal_lcores, b->eal_lcores);
	assert_int_equal(a->main_lcore, b->main_lcore);
	assert_int_equal(a->n_rings, b->n_rings);
	assert_int_equal(a->n_edges, b->n_edges);
	for (uint32_t i = 0; i < a->n_lcores; i++)
		assert_same_lcore(&a->lcores[i], &b->lcores[i]);
	for (uint32_t i = 0; i < a->n_ports; i++) {
		assert_int_equal(a->ports[i].node, b->ports[i].node);
		assert_int_equal(a->ports[i].rx_queues, b->ports[i].rx_queues);
		assert_int_equal(a->ports[i].tx_queues, b->ports[i].tx_queues);
	}
}

#define THREE_PORTS                                                              \
	"[port a]\ndevice = net_pcap0,rx_pcap=x\npeer = b\n"                     \
	"[port b]\ndevice = net_null0\npeer = a\n[port c]\ndevice = net_null1\n" \
	"node = 0\npeer = c\n"

/* What a plan prints as an INI gives that plan. */
static void
pasted_it_is_the_same(void **state)
{
	static const char *const machines[] = {"one", "two", "four", "eight", "snc", "gaps",
		"memless", "cpuless", "caged", "guest", "vm"};
	static const char *const ports[] = {"[port v]\ndevice = net_null0\n",
		"[port a]\ndevice = net_tap0\n[port b]\ndevice = net_tap1\n", THREE_PORTS};
	static const char *const workers[] = {"auto", "1", "2", "3", "7", "64"};
	struct fixture f, pasted;
	char ini[8192], *map;

	(void)state;
	for (size_t m = 0; m < UNIT_COUNT(machines); m++) {
		for (size_t p = 0; p < UNIT_COUNT(ports); p++) {
			for (size_t w = 0; w < UNIT_COUNT(workers); w++) {
				snprintf(ini, sizeof(ini),
					"%s[weir]\nnuma = prefer\n[eal]\nworkers = %s\n", ports[p],
					workers[w]);
				fixture_run(&f, machines[m], ini);
				map = plan_ini(f.plan);
				assert_non_null(map);
				snprintf(ini, sizeof(ini), "%s[weir]\nnuma = prefer\n%s", ports[p],
					map);
				fixture_run(&pasted, machines[m], ini);
				assert_same(f.plan, pasted.plan);
				free(map);
				fixture_free(&f);
				fixture_free(&pasted);
			}
		}
	}
}

static void
it_reads_as_one_would_write_it(void **state)
{
	struct fixture f;
	char *map;

	(void)state;
	fixture_run(&f, "two",
		"[port lan]\ndevice = 0000:18:00.0\n[port wan]\ndevice = 0000:18:00.1\n");
	map = plan_ini(f.plan);
	assert_string_equal(map,
		"[eal]\nlcores = 0@0,1@2,2@3\n[lcore 1]\nrole = worker\nports = lan:0, wan:0\n"
		"[lcore 2]\nrole = worker\nports = lan:1, wan:1\n");
	free(map);
	fixture_free(&f);
	fixture_run(&f, "one",
		"[port a]\ndevice = net_pcap0,rx_pcap=x\n[eal]\nworkers = 3\nlcores = "
		"0@0,2@1,4@2,6@3\n");
	map = plan_ini(f.plan);
	assert_string_equal(map,
		"[eal]\nlcores = 0@0,2@1,4@2,6@3\n[lcore 2]\nrole = rx\nports = a:0\nfeeds = 4\n"
		"[lcore 4]\nrole = classify\nfeeds = 6\n[lcore 6]\nrole = tx\nports = a\n");
	free(map);
	fixture_free(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pasted_it_is_the_same),
		cmocka_unit_test(it_reads_as_one_would_write_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

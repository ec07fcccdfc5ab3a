/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "unit_plan.h"

#define LAN  "[port lan]\ndevice = 0000:18:00.0\n"
#define PAIR LAN "[port wan]\ndevice = 0000:18:00.1\n"
#define FAR  LAN "[port far]\ndevice = 0000:af:00.0\n"
#define V    "[port v]\ndevice = net_null0\n"

static uint32_t
count_roles(const struct plan *plan, enum plan_role role)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < plan->n_lcores; i++)
		n += plan->lcores[i].role == role;
	return n;
}

static void
too_few_lcores_are_refused(void **state)
{
	(void)state;
	refused("two", PAIR "[eal]\nlcores = 3@0\nworkers = 4\n", BASE_EXIT_CONFIG,
		"one lcore is too few");
}

/* Isolated CPUs alone, of each core one thread. */
static void
workers_poll_a_queue_of_each_port(void **state)
{
	struct fixture f;

	(void)state;
	fixture_run(&f, "two", PAIR);
	assert_string_equal(f.plan->eal_lcores, "0@0,1@2,2@3");
	assert_int_equal(f.plan->main_lcore, 0);
	for (uint32_t i = 1; i <= 2; i++) {
		const struct plan_lcore *worker = plan_lcore(f.plan, i);

		assert_int_equal(worker->role, PLAN_WORKER);
		assert_int_equal(worker->n_queues, 2);
		for (uint32_t k = 0; k < 2; k++) {
			assert_int_equal(worker->queues[k].port, k);
			assert_int_equal(worker->queues[k].queue, i - 1);
		}
	}
	assert_int_equal(f.plan->ports[0].rx_queues, 2);
	assert_int_equal(f.plan->ports[1].tx_queues, 2);
	assert_int_equal(f.plan->n_notes, 0);
	fixture_free(&f);
}

static void
siblings_come_last(void **state)
{
	struct fixture f;

	(void)state;
	fixture_run(&f, "two", PAIR "[eal]\nworkers = 6\n");
	assert_string_equal(f.plan->eal_lcores, "0@0,1@2,2@3,3@1,4@10,5@11,6@8");
	assert_int_equal(f.plan->ports[0].rx_queues, 6);
	fixture_free(&f);
}

/* Without isolated CPUs every core but the main lcore's has a worker, up to eight. */
static void
cores_and_queues_bound_the_workers(void **state)
{
	struct fixture f;

	(void)state;
	fixture_run(&f, "four", "[port a]\ndevice = 0000:41:00.0\n[eal]\nhugepages = no\n");
	assert_string_equal(f.plan->eal_lcores, "0@16,1@17,2@18,3@19,4@20,5@21,6@22,7@23");
	fixture_free(&f);
	fixture_run(&f, "snc", "[port a]\ndevice = 0000:3b:00.0\n");
	assert_string_equal(f.plan->eal_lcores, "0@4,1@5,2@6,3@7");
	fixture_free(&f);
	fixture_run(&f, "gaps", "[port a]\ndevice = 0000:5e:00.0\n");
	assert_string_equal(f.plan->eal_lcores, "0@8,1@9");
	fixture_free(&f);
	fixture_run(&f, "one", V);
	assert_string_equal(f.plan->eal_lcores, "0@0,1@1"); /* one queue, and nobody asked */
	fixture_free(&f);
	fixture_run(&f, "one", "[port a]\ndevice = net_af_packet0,iface=e0,qpairs=2\n");
	assert_string_equal(f.plan->eal_lcores, "0@0,1@1,2@2");
	assert_int_equal(
		notes(f.plan, BASE_EXIT_OK, "the kernel spreads by addresses and ports"), 1);
	fixture_free(&f);
}

static void
pairs_share_the_cores(void **state)
{
	static const char pairs[] =
		"[port a]\ndevice = net_null0\npeer = b\n[port c]\ndevice = net_null1\npeer = d\n"
		"[port b]\ndevice = net_null2\npeer = a\n[port d]\ndevice = net_null3\npeer = c\n"
		"[port e]\ndevice = net_null4\npeer = e\n";
	const struct plan_lcore *first;
	struct fixture f;

	(void)state;
	fixture_run(&f, "one", pairs);
	assert_int_equal(count_roles(f.plan, PLAN_WORKER), 3);
	first = plan_lcore(f.plan, 1);
	assert_int_equal(first->n_queues, 2);
	assert_int_equal(first->queues[0].port, 0);
	assert_int_equal(first->queues[1].port, 2); /* its peer */
	assert_int_equal(notes(f.plan, BASE_EXIT_OK, "the two directions"), 0);
	fixture_free(&f);
	fixture_run(&f, "caged", pairs); /* two CPUs: one worker has all */
	assert_int_equal(count_roles(f.plan, PLAN_WORKER), 1);
	assert_int_equal(plan_lcore(f.plan, 1)->n_queues, 5);
	fixture_free(&f);
}

/* A bridge between nodes: lcores on each, which poll what is beside them. */
static void
each_node_polls_its_own(void **state)
{
	struct fixture f;

	(void)state;
	fixture_run(&f, "two", FAR);
	for (uint32_t i = 0; i < f.plan->n_edges; i++)
		assert_int_equal(f.plan->edges[i].kind, PLAN_EDGE_SEND);
	assert_int_equal(f.plan->n_edges, f.plan->n_workers);
	assert_int_equal(plan_check(f.plan, NULL), 0);
	assert_int_equal(notes(f.plan, BASE_EXIT_OK, "the two directions"), 1);
	assert_int_equal(f.plan->ports[0].tx_queues, f.plan->n_workers);
	fixture_free(&f);
	/* A card of one queue to receive has more to send by. */
	fixture_run(
		&f, "guest", "[port a]\ndevice = 0000:11:00.0\n[port b]\ndevice = 0000:21:00.0\n");
	assert_string_equal(f.plan->eal_lcores, "0@0,1@1,2@2");
	assert_int_equal(f.plan->ports[0].rx_queues, 1);
	assert_int_equal(f.plan->ports[0].tx_queues, 2);
	fixture_free(&f);
}

/* Two lcores cannot share the one queue that a port sends by. */
static void
one_queue_on_two_nodes_is_polled_from_afar(void **state)
{
	struct fixture f;

	(void)state;
	fixture_run(&f, "two",
		"[port a]\ndevice = net_pcap0,rx_pcap=a,tx_pcap=b\nnode = 0\n"
		"[port b]\ndevice = net_pcap1,rx_pcap=a,tx_pcap=b\nnode = 1\n[weir]\nnuma = "
		"prefer\n");
	assert_int_equal(f.plan->n_workers, 1);
	assert_int_equal(plan_check(f.plan, NULL), 0);
	fixture_free(&f);
}

static void
lcores_beyond_the_queues_make_a_pipeline(void **state)
{
	const struct plan_lcore *rx;
	struct fixture f;

	(void)state;
	fixture_run(&f, "four",
		"[port v]\ndevice = net_pcap0,rx_pcap=a,tx_pcap=b\n[eal]\nworkers = 5\n");
	assert_int_equal(count_roles(f.plan, PLAN_CLASSIFY), 3);
	rx = plan_lcore(f.plan, 1);
	assert_int_equal(rx->role, PLAN_RX);
	assert_int_equal(rx->n_feeds, 3);
	assert_int_equal(plan_lcore(f.plan, 5)->role, PLAN_TX);
	assert_int_equal(f.plan->ports[0].tx_queues, 1);
	assert_int_equal(f.plan->n_rings, 7);
	fixture_free(&f);
	fixture_run(&f, "four",
		"[port v]\ndevice = net_pcap0,rx_pcap=a,tx_pcap=b\n[eal]\nworkers = 2\n");
	assert_int_equal(f.plan->n_workers, 1);
	assert_int_equal(notes(f.plan, BASE_EXIT_OK, "workers = 2: there is work for 1"), 1);
	fixture_free(&f);
	fixture_run(&f, "four",
		"[port v]\ndevice = net_pcap0,rx_pcap=a,tx_pcap=b\n[eal]\nworkers = 64\n");
	assert_int_equal(count_roles(f.plan, PLAN_CLASSIFY), CONF_FEEDS_MAX);
	fixture_free(&f);
}

#define TAP "[port v]\ndevice = net_pcap0,rx_pcap=a,tx_pcap=b\n[weir]\nmode = tap\n"

/* It sends nothing; its device has a queue to send by all the same. */
static void
a_tap_has_no_lcore_that_sends(void **state)
{
	struct fixture f;

	(void)state;
	fixture_run(&f, "four", TAP "[eal]\nworkers = 5\n");
	assert_int_equal(count_roles(f.plan, PLAN_CLASSIFY), 4);
	assert_int_equal(count_roles(f.plan, PLAN_TX), 0);
	assert_int_equal(plan_lcore(f.plan, 1)->n_feeds, 4);
	assert_int_equal(plan_lcore(f.plan, 5)->n_feeds, 0);
	assert_int_equal(f.plan->ports[0].tx_queues, 1);
	assert_int_equal(f.plan->n_rings, 4);
	fixture_free(&f);
	fixture_run(&f, "four", TAP "[eal]\nworkers = 2\n");
	assert_int_equal(plan_lcore(f.plan, 1)->role, PLAN_RX);
	assert_int_equal(plan_lcore(f.plan, 2)->role, PLAN_CLASSIFY);
	fixture_free(&f);
	fixture_run(&f, "four", TAP "[eal]\nworkers = 64\n");
	assert_int_equal(count_roles(f.plan, PLAN_CLASSIFY), CONF_FEEDS_MAX);
	fixture_free(&f);
}

static uint32_t
polled_by(const struct plan *plan, uint32_t lcore, uint32_t port)
{
	const struct plan_lcore *found = plan_lcore(plan, lcore);
	uint32_t mask = 0;

	for (uint32_t i = 0; i < found->n_queues; i++) {
		if (found->queues[i].port == port)
			mask |= UINT32_C(1) << found->queues[i].queue;
	}
	return mask;
}

/* However few lcores there are; the two directions of a connection still meet. */
static void
all_queues_that_a_device_fills_are_polled(void **state)
{
	static const char ini[] = "[port a]\ndevice = net_af_packet0,iface=e0,qpairs=4\npeer = b\n"
				  "[port b]\ndevice = net_af_packet1,iface=e1%s\npeer = a\n"
				  "[eal]\nworkers = %u\n";
	static const struct {
		const char *wan;
		uint32_t workers, polled[2][2];
	} cases[] = {{",qpairs=4", 1, {{15, 15}}}, {",qpairs=2", 2, {{5, 1}, {10, 2}}},
		{",qpairs=2", 1, {{15, 3}}}, {"", 2, {{15, 1}}}, {",qpairs=4", 3, {{9, 9}, {2, 2}}},
		{"", 3, {{15, 1}, {0, 0}}}};

	struct fixture f;

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(cases); i++) {
		char text[512];

		snprintf(text, sizeof(text), ini, cases[i].wan, cases[i].workers);
		fixture_run(&f, "four", text);
		assert_int_equal(plan_check(f.plan, NULL), 0);
		for (uint32_t k = 0; k < 4; k++) {
			uint32_t want = cases[i].polled[k / 2][k % 2];

			if (want != 0)
				assert_int_equal(polled_by(f.plan, 1 + k / 2, k % 2), want);
		}
		assert_int_equal(f.plan->ports[0].rx_queues, 4);
		assert_int_equal(notes(f.plan, BASE_EXIT_OK, "two directions"), 0);
		fixture_free(&f);
	}
	fixture_run(&f, "one", "[port a]\ndevice = net_pcap0,rx_pcap=a,rx_pcap=b,tx_pcap=c\n");
	assert_int_equal(polled_by(f.plan, 1, 0), 3);
	fixture_free(&f);
}

static void
an_lcore_polls_so_many_at_most(void **state)
{
	struct fixture f;

	(void)state;
	fixture_run(&f, "one",
		"[port a]\ndevice = net_af_packet0,iface=e0,qpairs=33\npeer = b\n"
		"[port b]\ndevice = net_af_packet1,iface=e1,qpairs=33\npeer = a\n"
		"[eal]\nworkers = 1\n");
	assert_int_equal(plan_check(f.plan, &f.err), -EINVAL);
	assert_int_equal(f.err.exit, BASE_EXIT_CONFIG);
	assert_non_null(
		strstr(f.err.text, "weir.ini:7: lcore 1 would poll 66 queues, allowed are 64"));
	fixture_free(&f);
	fixture_run(&f, "one", "[port a]\ndevice = net_af_packet0,iface=e0,qpairs=70\n");
	assert_int_equal(plan_check(f.plan, &f.err), -EINVAL);
	fixture_free(&f);
}

/* A tap has as many queues to send by as are polled, which lcores on two nodes do not have. */
static void
taps_are_polled_by_all_that_send(void **state)
{
	struct fixture f;

	(void)state;
	fixture_run(&f, "two",
		"[port a]\ndevice = net_tap0\nnode = 0\n[port b]\ndevice = net_tap1\nnode = 1\n"
		"[weir]\nnuma = prefer\n");
	assert_int_equal(plan_check(f.plan, NULL), 0);
	assert_int_equal(f.plan->n_workers, 1);
	assert_int_equal(f.plan->ports[0].tx_queues, f.plan->ports[0].rx_queues);
	fixture_free(&f);
	fixture_run(&f, "two", /* nobody sends */
		"[port a]\ndevice = net_tap0\nnode = 0\n[port b]\ndevice = net_tap1\nnode = 1\n"
		"[weir]\nmode = tap\n");
	assert_int_equal(f.plan->n_workers, 2);
	assert_int_equal(plan_check(f.plan, NULL), 0);
	fixture_free(&f);
}

/* lcores are given, roles are not: all that are beside the ports work. */
static void
a_map_of_its_own_is_filled(void **state)
{
	struct fixture f;

	(void)state;
	fixture_run(&f, "two", PAIR "[eal]\nlcores = 4@0,5@2,6@4,7@3,9@1\n");
	assert_int_equal(f.plan->main_lcore, 6); /* on the other node: no worker needs it */
	assert_int_equal(count_roles(f.plan, PLAN_WORKER), 4);
	assert_int_equal(plan_lcore(f.plan, 5)->queues[0].queue, 0); /* isolated: first */
	fixture_free(&f);
	fixture_run(&f, "two", PAIR "[eal]\nlcores = 4@0,5@2,6@4,7@3,9@1\nworkers = 2\n");
	assert_int_equal(count_roles(f.plan, PLAN_WORKER), 2);
	assert_int_equal(plan_lcore(f.plan, 7)->role, PLAN_WORKER);
	assert_int_equal(notes(f.plan, BASE_EXIT_OK, "polls nothing"), 2);
	fixture_free(&f);
	fixture_run(&f, "two", PAIR "[eal]\nlcores = 0@4,1@5\n[weir]\nnuma = prefer\n");
	assert_int_equal(plan_lcore(f.plan, 1)->n_queues, 2); /* none is beside them */
	fixture_free(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(too_few_lcores_are_refused),
		cmocka_unit_test(workers_poll_a_queue_of_each_port),
		cmocka_unit_test(siblings_come_last),
		cmocka_unit_test(cores_and_queues_bound_the_workers),
		cmocka_unit_test(pairs_share_the_cores),
		cmocka_unit_test(each_node_polls_its_own),
		cmocka_unit_test(one_queue_on_two_nodes_is_polled_from_afar),
		cmocka_unit_test(lcores_beyond_the_queues_make_a_pipeline),
		cmocka_unit_test(a_tap_has_no_lcore_that_sends),
		cmocka_unit_test(all_queues_that_a_device_fills_are_polled),
		cmocka_unit_test(an_lcore_polls_so_many_at_most),
		cmocka_unit_test(taps_are_polled_by_all_that_send),
		cmocka_unit_test(a_map_of_its_own_is_filled),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

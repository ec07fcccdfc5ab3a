/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "unit_plan.h"

/* Of `two' all ports are on node 0, as are the CPUs 0 to 3; 4 to 7 are on node 1. */
#define PORTS                                        \
	"[port lan]\ndevice = net_null0\nnode = 0\n" \
	"[port wan]\ndevice = net_null1\nnode = 0\n"
#define RX	    "[lcore 1]\nrole = rx\nports = lan, wan\n"
#define CLASSIFY(n) "[lcore " #n "]\nrole = classify\n"
#define TX(n)	    "[lcore " #n "]\nrole = tx\n"
#define BOTH	    "ports = lan, wan\n"

/* "1>2 1>3 2>4:3 1>4!3": from, to, what leaves by which ports; ! for a by-pass. */
static void
rings_are(const char *ini, const char *wanted)
{
	char text[512] = "";
	struct fixture f;
	size_t len = 0;

	fixture_run(&f, "two", ini);
	for (uint32_t i = 0; i < f.plan->n_rings; i++) {
		const struct plan_ring *ring = &f.plan->rings[i];

		assert_int_equal(ring->node, plan_lcore(f.plan, ring->to)->node);
		assert_int_equal(ring->slots, f.conf->ring.size);
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%u>%u",
			i == 0 ? "" : " ", ring->from, ring->to);
		if (ring->ports != 0)
			len += (size_t)snprintf(text + len, sizeof(text) - len, "%c%u",
				ring->bypass ? '!' : ':', ring->ports);
	}
	assert_string_equal(text, wanted);
	fixture_free(&f);
}

static void
each_pair_has_a_ring(void **state)
{
	(void)state;
	rings_are(PORTS RX "feeds = 2-3\n" CLASSIFY(2) "feeds = 4\n" CLASSIFY(3) "feeds = 4\n" TX(4)
			  BOTH,
		"1>2 1>3 1>4!3 2>4:3 3>4:3");
	rings_are(PORTS RX "feeds = 2\n" CLASSIFY(2) "feeds = 3,4\n" TX(3) "ports = lan\n" TX(
			  4) "ports = wan\n[weir]\noverload = drop\n[ring]\nsize = 64\n",
		"1>2 2>3:1 2>4:2");
	rings_are(PORTS "[lcore 1]\nports = lan, wan\n", "");
}

/* Tx lcores of the same ports share the classify lcores, each of which sends a port's packets by
 * one of them alone. */
static void
tx_lcores_share_the_work(void **state)
{
	(void)state;
	rings_are(PORTS RX "feeds = 2-3\n" CLASSIFY(2) "feeds = 4-5\n" CLASSIFY(
			  3) "feeds = 4-5\n" TX(4) BOTH TX(5) BOTH "[weir]\noverload = drop\n",
		"1>2 1>3 2>4:1 2>5:2 3>4:2 3>5:1");
}

static void
a_tx_lcore_without_work_is_told(void **state)
{
	struct fixture f;

	(void)state;
	fixture_run(&f, "two",
		PORTS RX "feeds = 2\n" CLASSIFY(2) "feeds = 3-5\n" TX(3) BOTH TX(4) BOTH TX(5) BOTH
		"[weir]\noverload = drop\n");
	assert_int_equal(notes(f.plan, BASE_EXIT_OK, "lcore 5 sends nothing"), 1);
	assert_int_equal(notes(f.plan, BASE_EXIT_OK, "sends nothing"), 1);
	fixture_free(&f);
}

static void
directions(const char *lcores, uint32_t warned)
{
	struct fixture f;
	char ini[1024];

	snprintf(ini, sizeof(ini), PORTS "%s", lcores);
	fixture_run(&f, "two", ini);
	assert_int_equal(notes(f.plan, BASE_EXIT_OK, "two directions of a connection"), warned);
	fixture_free(&f);
}

static void
directions_that_part_are_told(void **state)
{
	static const char rest[] = CLASSIFY(3) "feeds = 5\n" CLASSIFY(4) "feeds = 5\n" TX(5) BOTH;
	char text[512];

	(void)state;
	directions("[lcore 1]\nports = lan:0, wan:0\n[lcore 2]\nports = lan:1, wan:1\n", 0);
	directions("[lcore 1]\nports = lan:0, wan:1\n[lcore 2]\nports = lan:1, wan:0\n", 1);
	directions("[lcore 1]\nports = lan\n[lcore 2]\nports = wan\n", 1);
	/* The more queues on either side: what hashes to the last of them comes back by another. */
	directions("[lcore 1]\nports = lan:0, wan:0\n[lcore 2]\nports = wan:1\n", 1);
	directions("[lcore 1]\nports = lan:0, wan:0\n[lcore 2]\nports = lan:1\n", 1);
	directions("[lcore 1]\nports = lan:0, lan:1, wan\n", 0);
	directions("[lcore 1]\nports = lan:0, lan:2, wan:0\n"
		   "[lcore 2]\nports = lan:1, lan:3, wan:1\n",
		0);
	directions("[lcore 1]\nports = lan:0, lan:1, wan:0\n"
		   "[lcore 2]\nports = lan:2, lan:3, wan:1\n",
		1);
	snprintf(text, sizeof(text), "%s%s",
		"[lcore 1]\nrole = rx\nports = lan\nfeeds = 3-4\n"
		"[lcore 2]\nrole = rx\nports = wan\nfeeds = 3-4\n",
		rest);
	directions(text, 0);
	snprintf(text, sizeof(text), "%s%s",
		"[lcore 1]\nrole = rx\nports = lan\nfeeds = 3-4\n"
		"[lcore 2]\nrole = rx\nports = wan\nfeeds = 4,3\n",
		rest);
	directions(text, 1);
}

static void
queues_and_lcores_are_counted(void **state)
{
	struct plan_cost cost = {0};
	struct fixture f;

	(void)state;
	fixture_run(&f, "two",
		PORTS RX "feeds = 2-3\n" CLASSIFY(2) "feeds = 4\n" CLASSIFY(3) "feeds = 4\n" TX(4)
			BOTH);
	assert_int_equal(f.plan->n_workers, 4);
	assert_int_equal(f.plan->ports[0].tx_queues, 1);
	assert_int_equal(f.plan->ports[0].n_users, 4);
	assert_int_equal(plan_lcore(f.plan, 1)->tx_queue[0], PLAN_NO_QUEUE);
	assert_int_equal(plan_lcore(f.plan, 2)->tx_queue[0], PLAN_NO_QUEUE);
	assert_int_equal(plan_lcore(f.plan, 4)->tx_queue[1], 0);
	plan_cost_add(
		&cost, &(struct plan_part){.name = "ring *", .scope = PLAN_EACH_RING, .bytes = 7});
	plan_cost_add(
		&cost, &(struct plan_part){.name = "loop *", .scope = PLAN_EACH_LCORE, .bytes = 1});
	plan_cost_add(&cost,
		&(struct plan_part){.name = "view *", .scope = PLAN_EACH_WORKER, .bytes = 1});
	assert_int_equal(plan_fill(f.plan, &cost, &f.err), 0);
	assert_int_equal(f.plan->n_objects, 5 + 4 + 2);
	assert_string_equal(f.plan->objects[2].name, "ring 1 to 4");
	assert_int_equal(f.plan->objects[2].id, 4);
	assert_int_equal(f.plan->objects[2].owner, PLAN_OWNER_LCORE);
	fixture_free(&f);
}

/* A classify lcore goes where those are that feed it. */
static void
a_ring_across_nodes_is_an_edge(void **state)
{
	struct fixture f;

	(void)state;
	fixture_run(&f, "two",
		PORTS RX "feeds = 2\n" CLASSIFY(2) "feeds = 3\n" TX(3) BOTH
		"[eal]\nlcores = 0@0,1@1,2@4,3@2\n[weir]\nnuma = prefer\n");
	assert_int_equal(f.plan->n_edges, 2);
	assert_int_equal(f.plan->edges[0].kind, PLAN_EDGE_RING);
	assert_string_equal(f.plan->edges[0].what,
		"lcore 1 on node 0 fills the ring of lcore 2, which is on node 1");
	assert_string_equal(f.plan->edges[0].fix, "[eal] lcores = 0@0,1@1,2@3,3@2");
	assert_string_equal(f.plan->edges[1].fix, f.plan->edges[0].fix);
	assert_int_equal(notes(f.plan, BASE_EXIT_OK, "fills the ring"), 2);
	fixture_free(&f);
	fixture_run(&f, "two",
		PORTS RX "feeds = 2\n" CLASSIFY(2) "feeds = 3\n" TX(3) BOTH
		"[eal]\nlcores = 0@0,1@1,2@4,3@2\n");
	assert_int_equal(plan_check(f.plan, &f.err), -EINVAL);
	assert_int_equal(f.err.exit, BASE_EXIT_CONFIG);
	assert_int_equal(notes(f.plan, BASE_EXIT_CONFIG, "fills the ring of lcore 2"), 1);
	assert_int_equal(notes(f.plan, BASE_EXIT_OK, "fills the ring of lcore 3"), 1);
	fixture_free(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_pair_has_a_ring),
		cmocka_unit_test(tx_lcores_share_the_work),
		cmocka_unit_test(a_tx_lcore_without_work_is_told),
		cmocka_unit_test(directions_that_part_are_told),
		cmocka_unit_test(queues_and_lcores_are_counted),
		cmocka_unit_test(a_ring_across_nodes_is_an_edge),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

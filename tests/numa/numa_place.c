/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * Runs in a guest with two nodes, lcores 0 and 1 on different ones (EAL's arguments are ours):
 * makes objects of every kind on either node from either lcore, and after each act prints the
 * ledger as place_verify() left it, the objects' extents and /proc/self/numa_maps, for another
 * program to hold against each other. Lines of words with tabs between: ledger ACT NAME WANTED
 * ACTUAL NODES PAGES MISPLACED UNTOUCHED extent ACT NAME ADDRESS BYTES maps ACT line total ACT NODE
 * LEDGER DPDK EAL The acts: `placed`; `moved`, after a page of "moved" went to the other node;
 * `wrong`, after a maker asked for another node than it was told to.
 */
#include "dtab.h"
#include "place.h"

#include <rte_eal.h>
#include <rte_hash.h>
#include <rte_launch.h>
#include <rte_lcore.h>
#include <rte_malloc.h>
#include <rte_ring.h>

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MPOL_MF_MOVE 2 /* <numaif.h> is of libnuma's, for one number */
#define NAMES	     3000

static const char *act;

static void
fail(const char *what, const struct base_err *err)
{
	fprintf(stderr, "numa_place: %s: %s\n", what, err->text);
	exit(1);
}

static void
print_entry(const struct place_entry *entry, void *arg)
{
	(void)arg;
	printf("ledger\t%s\t%s\t%d\t%d\t%#" PRIx64 "\t%u\t%u\t%u\n", act, entry->name,
		entry->wanted, entry->actual, entry->nodes, entry->pages, entry->misplaced,
		entry->untouched);
	for (uint32_t i = 0; i < entry->nb_extents; i++)
		printf("extent\t%s\t%s\t%" PRIuPTR "\t%zu\n", act, entry->name,
			(uintptr_t)entry->extents[i].addr, entry->extents[i].bytes);
}

static void
print_maps(void)
{
	FILE *maps = fopen("/proc/self/numa_maps", "re");
	char line[1024];

	while (maps != NULL && fgets(line, sizeof(line), maps) != NULL)
		printf("maps\t%s\t%s", act, line);
	if (maps != NULL)
		fclose(maps);
}

static void
print_all(const char *name)
{
	struct place_total totals[PLACE_NODES_MAX];
	struct base_err err = {0};
	unsigned nb;

	act = name;
	if (place_verify(NULL, &err) < 0)
		fail("place_verify", &err);
	place_walk(print_entry, NULL);
	nb = place_totals(totals);
	for (unsigned i = 0; i < nb; i++)
		printf("total\t%s\t%d\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu64 "\n", act,
			totals[i].node, totals[i].ledger_bytes, totals[i].dpdk_bytes,
			totals[i].eal_bytes);
	print_maps();
}

static void
get_rule(const void *arg, uint32_t index, struct dtab_rule *rule)
{
	static __thread uint8_t name[16];

	(void)arg;
	snprintf((char *)name, sizeof(name), "\x06n%05u\x04test", index);
	*rule = (struct dtab_rule){.name = name,
		.name_len = 13,
		.kind = DTAB_SUBTREE,
		.class = DTAB_BLOCK,
		.action = DTAB_ACTION_LIST};
}

static struct dtab_source *
make_source(void)
{
	static const uint8_t seed[DNS_FP_SEED_LEN] = "a key for tests";
	struct dtab_rules rules = {.nb = NAMES, .get = get_rule};
	struct dtab_source *source;
	struct base_err err = {0};
	struct dns_fp_key key;

	dns_fp_key_init(&key, seed);
	if (dtab_source_build(&rules, &key, &source, &err) != 0)
		fail("dtab_source_build", &err);
	return source;
}

/* What is to be called "pool 1 by 0": the pool on node 1, made by lcore 0. */
static struct place_what
what(const char *kind, int node, char text[PLACE_NAME_MAX])
{
	snprintf(text, PLACE_NAME_MAX, "%s %d by %u", kind, node, rte_lcore_id());
	return (struct place_what){.name = text, .node = node};
}

static void
make_objects(int node, const struct dtab_source *source, struct base_err *err)
{
	struct rte_hash_parameters params = {
		.entries = 20000, .key_len = 16, .extra_flag = RTE_HASH_EXTRA_FLAGS_EXT_TABLE};
	struct place_pool pool = {.mbufs = 2047, .cache = 128, .data_room = 2176};
	struct dtab_spec spec = {.node = node,
		.owner = {.kind = PLACE_OWNER_LCORE, .id = (uint16_t)(rte_lcore_id() * 10 + node)},
		.filter_bits = 8};
	char text[PLACE_NAME_MAX], zone_name[24];
	struct place_zone zone = {.name = zone_name, .bytes = 70000};
	struct place_what asked = what("memory", node, text);
	const struct rte_memzone *memzone;
	struct rte_mempool *mempool;
	struct rte_hash *hash;
	struct rte_ring *ring;
	struct dtab *dtab;
	void *memory;

	snprintf(zone_name, sizeof(zone_name), "zone_%d_%u", node, rte_lcore_id());
	if (place_zalloc(&asked, 5 << 20, 0, &memory, err) != 0)
		fail("place_zalloc", err);
	asked = what("zone", node, text);
	if (place_memzone(&asked, &zone, &memzone, err) != 0)
		fail("place_memzone", err);
	asked = what("ring", node, text);
	if (place_ring(&asked, 1024, RING_F_SP_ENQ | RING_F_SC_DEQ, &ring, err) != 0)
		fail("place_ring", err);
	asked = what("pool", node, text);
	if (place_pool(&asked, &pool, &mempool, err) != 0)
		fail("place_pool", err);
	asked = what("hash", node, text);
	if (place_hash(&asked, &params, &hash, err) != 0)
		fail("place_hash", err);
	if (dtab_build(source, &spec, &dtab, err) != 0)
		fail("dtab_build", err);
}

static int
make_on_both(void *source)
{
	struct base_err err = {0};

	for (int node = 0; node < 2; node++)
		make_objects(node, source, &err);
	return 0;
}

/* An object of several pages, one of which the kernel is told to put elsewhere. */
static void
move_a_page(void)
{
	struct place_what asked = {.name = "moved", .node = 0};
	struct base_err err = {0};
	int node = 1, status = -1;
	void *object, *page;

	if (place_zalloc(&asked, 6 << 20, 2 << 20, &object, &err) != 0)
		fail("place_zalloc", &err);
	page = (uint8_t *)object + (2 << 20);
	if (syscall(SYS_move_pages, 0, 1UL, &page, &node, &status, MPOL_MF_MOVE) != 0 ||
		status != node) {
		fprintf(stderr, "numa_place: the page does not move: %s\n",
			strerror(status < 0 ? -status : errno));
		exit(1);
	}
}

/* A maker that does not do as it is told: the mistake that the ledger is there to find. */
static void *
make_on_node_1(void *arg)
{
	(void)arg;
	return rte_zmalloc_socket(NULL, 64, 0, 1);
}

static void
make_wrong(void)
{
	struct place_what asked = {.name = "wrong", .node = 0};
	struct place_maker maker = {
		.call = "make_on_node_1", .make = make_on_node_1, .unmake = rte_free, .bytes = 64};
	struct base_err err = {0};
	void *object;

	if (place_make(&asked, &maker, &object, &err) != 0)
		fail("place_make", &err);
}

int
main(int argc, char **argv)
{
	struct dtab_source *source;
	unsigned other;

	if (rte_eal_init(argc, argv) < 0)
		return 1;
	other = rte_get_next_lcore(-1, 1, 0);
	if (rte_lcore_count() != 2 || rte_lcore_to_socket_id(other) == rte_socket_id()) {
		fprintf(stderr, "numa_place: wants two lcores on different nodes\n");
		return 1;
	}
	source = make_source();
	make_on_both(source);
	if (rte_eal_remote_launch(make_on_both, source, other) != 0)
		return 1;
	rte_eal_wait_lcore(other);
	print_all("placed");
	move_a_page();
	print_all("moved");
	make_wrong();
	print_all("wrong");
	dtab_source_free(source);
	return rte_eal_cleanup() == 0 ? 0 : 1;
}

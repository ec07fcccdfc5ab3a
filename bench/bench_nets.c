/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * bench_nets PREFIXES: so many scattered IPv4 addresses, as many IPv6 delegations (/56), and a
 * network's plan of 1 000 prefixes: what a table takes, and what a lookup costs in bursts.
 */
#include "nets.h"
#include "unit_eal.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BURST	32
#define QUERIES (1u << 20) /* more than caches hold the buckets of */
#define ROUNDS	5
#define PLAN	1000
#define HEAP_MB 128 /* beside what is told: both fibs of two bytes a hop, and DPDK */

/* What a table is made of. */
struct shape {
	const char *what;
	uint32_t nb;
	uint8_t family, bits;
};

static double
cpu_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static uint64_t
scatter(uint64_t n)
{
	n = (n + 1) * UINT64_C(0x9e3779b97f4a7c15);
	return n ^ n >> 29;
}

/* The address of prefix i; no two are the same, for odd factors are bijections. */
static void
address_of(const struct shape *shape, uint32_t i, uint8_t bytes[16])
{
	uint64_t high = (uint64_t)i * UINT32_C(0x9e3779b1);

	memset(bytes, 0, 16);
	high = (high & UINT32_MAX) << 32;
	if (shape->family == 6)
		high = UINT64_C(0x20) << 56 | high >> 8; /* 2000::/8, 32 bits behind it */
	else if (shape->bits < 32)
		high &= UINT64_MAX << (64 - shape->bits);
	for (int k = 0; k < 8; k++)
		bytes[k] = (uint8_t)(high >> (56 - 8 * k));
	memset(bytes + (shape->family == 4 ? 4 : 8), 0, shape->family == 4 ? 12 : 8);
}

static void
get_rule(const void *arg, uint32_t index, struct nets_rule *out)
{
	const struct shape *shape = arg;

	*out = (struct nets_rule){.prefix = {.addr.family = shape->family, .bits = shape->bits},
		.value = (uint16_t)(index % 100)};
	address_of(shape, index, out->prefix.addr.bytes);
}

/* Half of the addresses asked are there. */
static double
lookups(const struct nets *nets, const struct shape *shape)
{
	uint8_t(*addrs)[16] = malloc(QUERIES * sizeof(*addrs));
	struct nets_query queries[BURST];
	struct nets_hit hits[BURST];
	double best = 0;

	if (addrs == NULL)
		exit(BASE_EXIT_UNAVAILABLE);
	for (uint32_t i = 0; i < QUERIES; i++)
		address_of(shape, (uint32_t)scatter(i) % (2 * shape->nb), addrs[i]);
	for (int round = 0; round < ROUNDS; round++) {
		double start = cpu_seconds(), took;

		for (uint32_t i = 0; i < QUERIES; i += BURST) {
			for (uint32_t k = 0; k < BURST; k++)
				queries[k] = (struct nets_query){
					.addr = addrs[i + k], .family = shape->family};
			nets_lookup_burst(nets, queries, BURST, hits);
		}
		took = cpu_seconds() - start;
		best = round == 0 || took < best ? took : best;
	}
	free(addrs);
	return best * 1e9 / QUERIES;
}

static void
visit(const struct place_entry *entry, void *arg)
{
	*(uint64_t *)arg += entry->bytes;
	printf("  %-34s %12" PRIu64 " bytes by %s\n", entry->name, entry->bytes, entry->call);
}

static void
bench(const struct shape *shape, const struct nets_source *source, double source_s)
{
	struct nets_spec spec = {.name = "clients",
		.node = unit_eal_node(),
		.owner = {.kind = PLACE_OWNER_NODE, .id = (uint16_t)unit_eal_node()}};
	double start = cpu_seconds();
	uint64_t bytes = 0;
	struct base_err err;
	struct nets *nets;

	if (nets_build(source, &spec, &nets, &err) < 0) {
		fprintf(stderr, "bench_nets: %s\n", err.text);
		exit(err.exit);
	}
	printf("%s: sort %.2f s, build %.2f s of CPU time\n", shape->what, source_s,
		cpu_seconds() - start);
	place_walk(visit, &bytes);
	printf("  %-34s %12.1f bytes a prefix\n", "all", (double)bytes / shape->nb);
	printf("  %-34s %12.1f ns, half of them found, bursts of %d, best of %d\n", "a lookup",
		lookups(nets, shape), BURST, ROUNDS);
	nets_free(nets);
}

int
main(int argc, char **argv)
{
	uint32_t nb = argc == 2 ? (uint32_t)strtoul(argv[1], NULL, 10) : 0;
	struct shape shapes[] = {{"scattered IPv4 addresses", nb, 4, 32},
		{"IPv6 delegations of /56", nb, 6, 56}, {"a plan of IPv4 prefixes", PLAN, 4, 24}};
	struct nets_source *sources[3];
	double seconds[3];
	uint64_t most = 0;

	if (nb == 0) {
		fprintf(stderr, "usage: bench_nets PREFIXES\n");
		return BASE_EXIT_USAGE;
	}
	for (int i = 0; i < 3; i++) {
		struct nets_rules rules = {.kind = NETS_NUMBERS,
			.nb = shapes[i].nb,
			.get = get_rule,
			.arg = &shapes[i]};
		double start = cpu_seconds();
		struct nets_parts p;
		uint64_t bytes;

		if (nets_source_build(&rules, &sources[i], NULL) < 0)
			return BASE_EXIT_UNAVAILABLE;
		seconds[i] = cpu_seconds() - start;
		nets_parts(sources[i], &p);
		bytes = p.head + p.hash4 + p.hash6 + p.fib4 + p.fib6;
		most = bytes > most ? bytes : most;
	}
	if (unit_eal_up((unsigned)(most >> 20) + HEAP_MB) < 0)
		return BASE_EXIT_UNAVAILABLE;
	for (int i = 0; i < 3; i++) {
		bench(&shapes[i], sources[i], seconds[i]);
		nets_source_free(sources[i]);
	}
	unit_eal_stop(NULL);
	return 0;
}

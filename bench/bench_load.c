/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * bench_load NAMES|FILE: a list to a domain table and lookups in it. NAMES made-up names, or a list
 * file in any format. Beside our table stands what a first version tends to do, on the same names
 * in the same run: an rte_hash of 256-byte zero-padded names, one lookup for each suffix.
 */
#include "bench_names.h"
#include "dtab.h"
#include "lists.h"
#include "unit_eal.h"

#include <rte_hash.h>
#include <rte_hash_crc.h>

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BURST	    32
#define QUERIES	    (512 * 1024) /* more than caches hold the buckets of */
#define ROUNDS	    5
#define FILTER_BITS 8
#define NAIVE_KEY   256

/* What is measured, in the order of the table that is printed. */
enum way {
	WAY_PARSE,
	WAY_HASH,
	WAY_FILTER,
	WAY_TABLE,
	WAY_NAIVE,
	NB_WAYS
};

struct bench {
	struct lists_rules *lists;
	struct dns_fp_key key;
	struct dtab_source *source;
	struct dtab *tables[2]; /* with a filter, without */
	struct rte_hash *naive;
	struct dtab_scratch scratch;
};

static struct bench bench;

static void
die(const char *step, const struct base_err *err)
{
	fprintf(stderr, "bench_load: %s: %s\n", step, err->text);
	exit(err->exit);
}

/* Seconds that the CPU spent on us: others may be busy on the same machine. */
static double
cpu_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void
row(const char *what, double seconds, uint64_t bytes)
{
	uint32_t names = bench.lists->nb_rules;

	printf("  %-34s", what);
	if (seconds > 0)
		printf(" %8.2f s %8.2f M/s", seconds, names / seconds / 1e6);
	else
		printf(" %23s", "");
	if (bytes > 0)
		printf(" %8.1f MB %7.1f bytes a name", (double)bytes / 1e6, (double)bytes / names);
	printf("\n");
}

static void
read_list(const char *what, uint32_t made)
{
	struct lists_spec spec = {.path = what, .max_bad = 5};
	struct base_err err = {0};
	double start;
	int ret;

	if (made > 0) {
		size_t len;
		char *text = bench_names_text(made, &len);

		spec.format = LISTS_FORMAT_DOMAINS;
		start = cpu_seconds();
		ret = lists_read_bytes(&spec, (const uint8_t *)text, len, &bench.lists, &err);
		free(text);
	} else {
		start = cpu_seconds();
		ret = lists_read(&spec, &bench.lists, &err);
	}
	if (ret != 0)
		die("read", &err);
	printf("%s: %u rules from %u lines; times are CPU time of one core\n", what,
		bench.lists->nb_rules, bench.lists->report.lines);
	row("read to rules (cold: names, lines)", cpu_seconds() - start, bench.lists->report.bytes);
}

static void
get_rule(const void *arg, uint32_t index, struct dtab_rule *rule)
{
	const struct lists_rules *lists = arg;
	const struct lists_rule *from = &lists->rules[index];

	rule->name = lists_rule_name(lists, from, &rule->name_len);
	rule->list = 0;
	rule->kind = from->kind;
	rule->class = from->class;
	rule->action = DTAB_ACTION_LIST;
	rule->cond = from->cond;
}

/* The heap of --no-huge does not grow: all that will lie in it, and a little for DPDK. */
static unsigned
heap_mb(const struct dtab_counts *counts)
{
	uint64_t bytes = dtab_bytes(counts, FILTER_BITS) + dtab_bytes(counts, 0) +
			 place_hash_bytes(counts->names, NAIVE_KEY);

	return (unsigned)(bytes / 1000000 * 105 / 100) + 64;
}

static void
group_and_eal(void)
{
	static const uint8_t seed[DNS_FP_SEED_LEN] = "any will do here";
	struct dtab_rules rules = {
		.nb = bench.lists->nb_rules, .get = get_rule, .arg = bench.lists};
	struct dtab_counts counts;
	struct base_err err = {0};
	double start = cpu_seconds();

	dns_fp_key_init(&bench.key, seed);
	if (dtab_source_build(&rules, &bench.key, &bench.source, &err) != 0)
		die("group", &err);
	row("group by name (cold: name to rules)", cpu_seconds() - start,
		dtab_source_bytes(bench.source));
	dtab_source_counts(bench.source, &counts);
	printf("  %-34s %u names, %u filter keys, %u details\n", "", counts.names,
		counts.filter_keys, counts.details);
	if (unit_eal_up(heap_mb(&counts)) < 0) {
		fprintf(stderr, "bench_load: EAL refuses %u MB\n", heap_mb(&counts));
		exit(BASE_EXIT_UNAVAILABLE);
	}
}

static void
part_visit(const struct place_entry *entry, void *arg)
{
	(void)arg;
	if (strncmp(entry->name, "dtab", 4) == 0)
		row(entry->name, 0, entry->bytes);
}

static void
build_tables(void)
{
	struct dtab_spec spec = {.node = unit_eal_node(),
		.owner = {.kind = PLACE_OWNER_LCORE},
		.filter_bits = FILTER_BITS};
	struct base_err err = {0};
	double start = cpu_seconds();

	if (dtab_build(bench.source, &spec, &bench.tables[0], &err) != 0)
		die("build", &err);
	row("build a replica", cpu_seconds() - start, 0);
	place_walk(part_visit, NULL);
	spec.filter_bits = 0;
	if (dtab_build(bench.source, &spec, &bench.tables[1], &err) != 0)
		die("build", &err);
}

static void
build_naive(void)
{
	struct rte_hash_parameters params = {.entries = bench.lists->nb_rules + 8,
		.key_len = NAIVE_KEY,
		.hash_func = rte_hash_crc,
		.extra_flag = RTE_HASH_EXTRA_FLAGS_EXT_TABLE};
	struct place_what what = {.name = "naive", .node = unit_eal_node()};
	struct base_err err = {0};
	double start = cpu_seconds();

	if (place_hash(&what, &params, &bench.naive, &err) != 0)
		die("naive", &err);
	for (uint32_t i = 0; i < bench.lists->nb_rules; i++) {
		uint8_t key[NAIVE_KEY] = {0}, len;
		const uint8_t *name = lists_rule_name(bench.lists, &bench.lists->rules[i], &len);

		memcpy(key, name, len);
		if (rte_hash_add_key(bench.naive, key) < 0)
			exit(BASE_EXIT_FAILURE);
	}
	row("naive: 256-byte keys", cpu_seconds() - start,
		place_hash_bytes(params.entries, NAIVE_KEY));
}

static unsigned
naive_lookup(const struct dns_name *name)
{
	unsigned hits = 0;

	for (uint8_t i = 0; i < name->labels; i++) {
		uint8_t key[NAIVE_KEY] = {0};

		memcpy(key, name->wire + name->start[i], (size_t)(name->len - name->start[i]));
		hits += rte_hash_lookup(bench.naive, key) >= 0;
	}
	return hits;
}

static unsigned
burst_naive(const struct dns_name names[BURST])
{
	unsigned hits = 0;

	for (int i = 0; i < BURST; i++)
		hits += naive_lookup(&names[i]);
	return hits;
}

static unsigned
burst_ours(const struct dtab *dtab, const struct dns_name names[BURST])
{
	static struct dns_fp fps[BURST][DNS_LABELS_MAX + 1];
	struct dtab_query queries[BURST];
	struct dtab_hits hits[BURST];
	unsigned sum = 0;

	for (int i = 0; i < BURST; i++) {
		dns_fp_suffixes(&bench.key, &names[i], fps[i]);
		queries[i] = (struct dtab_query){.fps = fps[i], .labels = names[i].labels};
	}
	if (dtab == NULL) /* the hashing alone */
		return (unsigned)fps[0][1].lo & 0;
	dtab_lookup_burst(dtab, queries, BURST, &bench.scratch, hits);
	for (int i = 0; i < BURST; i++)
		sum += hits[i].nb;
	return sum;
}

/* Reads a burst of packed names, as the parser of a packet would leave them. */
static const uint8_t *
burst_read(const uint8_t *packed, struct dns_name names[BURST])
{
	for (int i = 0; i < BURST; i++) {
		dns_name_from_wire(packed, DNS_NAME_MAX, &names[i]);
		packed += names[i].len;
	}
	return packed;
}

static unsigned
burst_way(enum way way, const struct dns_name names[BURST])
{
	if (way == WAY_PARSE)
		return 0;
	if (way == WAY_NAIVE)
		return burst_naive(names);
	return burst_ours(way == WAY_HASH ? NULL : bench.tables[way - WAY_FILTER], names);
}

/* All queries once in one way; returns hits, and the time in *ns a name. */
static uint64_t
run_way(enum way way, const uint8_t *packed, double *ns)
{
	struct dns_name names[BURST];
	double start = cpu_seconds();
	uint64_t hits = 0;

	for (uint32_t i = 0; i < QUERIES; i += BURST) {
		packed = burst_read(packed, names);
		hits += burst_way(way, names);
	}
	*ns = (cpu_seconds() - start) * 1e9 / QUERIES;
	return hits;
}

/* What it costs to have the names before a lookup is the same for all, and taken off. */
static void
lookups(const char *what, unsigned hits_in_20)
{
	static const char *const words[] = {
		"", "hashing alone", "ours, with filter", "ours, without", "naive"};
	double best[NB_WAYS] = {0}, ns;
	uint64_t hits[NB_WAYS] = {0};
	uint8_t *packed = bench_queries(bench.lists, QUERIES, hits_in_20);

	for (int round = 0; round < ROUNDS; round++) {
		for (int way = 0; way < NB_WAYS; way++) {
			hits[way] = run_way((enum way)way, packed, &ns);
			if (round == 0 || ns < best[way])
				best[way] = ns;
		}
	}
	free(packed);
	printf(" %s, %.2f suffixes with rules a name\n", what, (double)hits[WAY_NAIVE] / QUERIES);
	for (int way = WAY_HASH; way < NB_WAYS; way++)
		printf("  %-34s %8.1f ns a name %6.2f x naive\n", words[way],
			best[way] - best[WAY_PARSE],
			(best[way] - best[WAY_PARSE]) / (best[WAY_NAIVE] - best[WAY_PARSE]));
	if (hits[WAY_FILTER] != hits[WAY_NAIVE] || hits[WAY_TABLE] != hits[WAY_NAIVE]) {
		fprintf(stderr, "bench_load: hits differ: %" PRIu64 " %" PRIu64 " %" PRIu64 "\n",
			hits[WAY_FILTER], hits[WAY_TABLE], hits[WAY_NAIVE]);
		exit(BASE_EXIT_FAILURE);
	}
}

int
main(int argc, char **argv)
{
	uint32_t made;

	if (argc != 2 || argv[1][0] == '-') {
		fprintf(stderr, "usage: bench_load NAMES|FILE\n");
		return BASE_EXIT_USAGE;
	}
	made = isdigit((unsigned char)argv[1][0]) ? (uint32_t)strtoul(argv[1], NULL, 10) : 0;
	read_list(argv[1], made);
	group_and_eal();
	build_tables();
	build_naive();
	printf(" lookups of all suffixes, %u names in bursts of %d, best of %d rounds\n", QUERIES,
		BURST, ROUNDS);
	lookups("miss-heavy: 1 in 20 hits", 1);
	lookups("hit-heavy: 19 in 20 hit", 19);
	dtab_free(bench.tables[0]);
	dtab_free(bench.tables[1]);
	place_free(bench.naive);
	dtab_source_free(bench.source);
	lists_free(bench.lists);
	unit_eal_stop(NULL);
	return 0;
}

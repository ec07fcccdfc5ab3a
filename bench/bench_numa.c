/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * bench_numa: what a domain table on the wrong node costs. A replica on each node, and an lcore of
 * each node that looks the same names up in every one of them: in its own, as weir places it, and,
 * misplaced on purpose, in the others. Beside that stands what weir-topo --measure found of the
 * nodes.
 */
#include "bench_names.h"
#include "dtab.h"
#include "lists.h"
#include "place.h"
#include "topo_latency.h"

#include <rte_eal.h>
#include <rte_launch.h>
#include <rte_lcore.h>

#include <getopt.h>
#include <inttypes.h>
#include <time.h>

#define BURST	    32
#define ROUNDS	    5
#define FILTER_BITS 8
#define NODES_MAX   8
#define SPARE_MB    16 /* of each node: queries, scratch, and DPDK itself */

/* A node that has CPUs and memory, and who works there: its lcore's number is its index. */
struct node {
	int id;
	unsigned int cpu;
	struct dtab *table;
	uint8_t *queries;
	struct dtab_scratch *scratch;
	double ns[NODES_MAX]; /* a lookup, by the index of the table's node; the best of all rounds
			       */
};

static struct {
	uint32_t names, nb_queries;
	const char *latency_file;
	struct topo *topo;
	struct topo_latency *latency;
	struct lists_rules *lists;
	struct dns_fp_key key;
	struct dtab_source *source;
	struct node nodes[NODES_MAX];
	unsigned nb_nodes;
	const struct dtab *under_test; /* of the lcore that measures now */
	double measured_ns;
} b = {.names = 1000000, .nb_queries = 512 * 1024};

static void
die(const char *step, const struct base_err *err)
{
	fprintf(stderr, "bench_numa: %s: %s\n", step, err->text);
	exit(err->exit);
}

static void
usage(int status)
{
	fprintf(status == 0 ? stdout : stderr,
		"usage: bench_numa [--names N] [--queries N] [--latency FILE]\n\n"
		"Looks N queries up in a table of N names, on the lcore's own node and on every "
		"other.\n"
		"FILE is what weir-topo --measure -o FILE wrote.\n");
	exit(status);
}

static void
parse(int argc, char **argv)
{
	static const struct option options[] = {
		{"names", required_argument, NULL, 'n'},
		{"queries", required_argument, NULL, 'q'},
		{"latency", required_argument, NULL, 'l'},
		{"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0},
	};
	int option;

	while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		if (option == 'n')
			b.names = (uint32_t)strtoul(optarg, NULL, 10);
		else if (option == 'q')
			b.nb_queries = (uint32_t)strtoul(optarg, NULL, 10) / BURST * BURST;
		else if (option == 'l')
			b.latency_file = optarg;
		else
			usage(option == 'h' ? BASE_EXIT_OK : BASE_EXIT_USAGE);
	}
	if (optind < argc || b.names == 0 || b.nb_queries == 0)
		usage(BASE_EXIT_USAGE);
}

/* The nodes that have both, each with the first CPU that we may use. */
static void
choose_nodes(void)
{
	for (size_t i = 0; i < b.topo->n_nodes && b.nb_nodes < NODES_MAX; i++) {
		const struct topo_node *node = &b.topo->nodes[i];

		if (!node->mem_allowed)
			continue;
		for (size_t c = 0; c < b.topo->n_cpus; c++) {
			const struct topo_cpu *cpu = &b.topo->cpus[c];

			if (cpu->node != node->id || !cpu->online || !cpu->in_affinity)
				continue;
			b.nodes[b.nb_nodes++] = (struct node){.id = node->id, .cpu = cpu->id};
			break;
		}
	}
	if (b.nb_nodes == 0) {
		fprintf(stderr, "bench_numa: no node has both a CPU and memory for us\n");
		exit(BASE_EXIT_UNAVAILABLE);
	}
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

/* What every replica is made from; octets of one. */
static uint64_t
make_source(void)
{
	static const uint8_t seed[DNS_FP_SEED_LEN] = "any will do here";
	struct lists_spec spec = {.path = "made", .format = LISTS_FORMAT_DOMAINS, .max_bad = 5};
	struct dtab_rules rules = {.get = get_rule};
	struct dtab_counts counts;
	struct base_err err = {0};
	size_t len;
	char *text = bench_names_text(b.names, &len);

	if (lists_read_bytes(&spec, (const uint8_t *)text, len, &b.lists, &err) != 0)
		die("names", &err);
	free(text);
	rules.nb = b.lists->nb_rules;
	rules.arg = b.lists;
	dns_fp_key_init(&b.key, seed);
	if (dtab_source_build(&rules, &b.key, &b.source, &err) != 0)
		die("names", &err);
	dtab_source_counts(b.source, &counts);
	return dtab_bytes(&counts, FILTER_BITS);
}

static uint64_t
free_huge_mb(int id)
{
	const struct topo_node *node = topo_node(b.topo, id);
	uint64_t bytes = 0;

	for (size_t i = 0; node != NULL && i < node->n_huge; i++)
		bytes += node->huge[i].free * node->huge[i].page_bytes;
	return bytes >> 20;
}

/* Whether every node has the hugepages; without them DPDK chooses no node. */
static bool
has_hugepages(uint64_t mb)
{
	for (unsigned i = 0; i < b.nb_nodes; i++) {
		if (free_huge_mb(b.nodes[i].id) >= mb)
			continue;
		if (b.nb_nodes == 1)
			return false;
		fprintf(stderr,
			"bench_numa: node %d needs %" PRIu64 " MB in hugepages and has %" PRIu64
			" MB free\n",
			b.nodes[i].id, mb, free_huge_mb(b.nodes[i].id));
		exit(BASE_EXIT_UNAVAILABLE);
	}
	return true;
}

static void
start_eal(uint64_t table_bytes)
{
	char program[] = "bench", lcores_opt[] = "--lcores", mem_opt[] = "--socket-mem",
	     m_opt[] = "-m";
	char no_pci[] = "--no-pci", no_tele[] = "--no-telemetry", in_memory[] = "--in-memory";
	char level_opt[] = "--log-level", level[] = "error", no_huge[] = "--no-huge";
	char lcores[256] = "", mem[256] = "";
	uint64_t queries = (uint64_t)b.nb_queries * BENCH_NAME_MAX;
	uint64_t mb = (table_bytes + queries + sizeof(struct dtab_scratch)) * 105 / 100 / 1000000 +
		      SPARE_MB;
	bool huge = has_hugepages(mb);
	char *args[] = {program, lcores_opt, lcores, huge ? mem_opt : m_opt, mem, no_pci, no_tele,
		level_opt, level, huge ? in_memory : no_huge};

	for (unsigned i = 0; i < b.nb_nodes; i++) {
		size_t end = strlen(lcores);

		snprintf(lcores + end, sizeof(lcores) - end, "%s%u@%u", i > 0 ? "," : "", i,
			b.nodes[i].cpu);
		end = strlen(mem);
		snprintf(mem + end, sizeof(mem) - end, "%s%" PRIu64, i > 0 ? "," : "", mb);
	}
	if (rte_eal_init((int)(sizeof(args) / sizeof(args[0])), args) < 0) {
		fprintf(stderr, "bench_numa: EAL does not start with %s %s\n", args[3], mem);
		exit(BASE_EXIT_UNAVAILABLE);
	}
	if (!huge)
		printf("no hugepages: a page of memory is 4 KiB\n");
}

/* A replica where it is asked for, and what the lcore of that node reads and writes, beside it. */
static void
fill_node(struct node *node, const uint8_t *queries, size_t len)
{
	struct dtab_spec spec = {
		.node = node->id,
		.owner = {.kind = PLACE_OWNER_NODE, .id = (uint16_t)node->id},
		.filter_bits = FILTER_BITS,
	};
	struct place_what what = {.name = "queries", .node = node->id, .owner = spec.owner};
	struct base_err err = {0};
	void *memory = NULL;

	if (dtab_build(b.source, &spec, &node->table, &err) != 0 ||
		place_zalloc(&what, len, 0, &memory, &err) != 0)
		die("table", &err);
	node->queries = memory;
	memcpy(memory, queries, len);
	what.name = "scratch";
	if (place_zalloc(&what, sizeof(*node->scratch), 0, &memory, &err) != 0)
		die("scratch", &err);
	node->scratch = memory;
}

static void
fill_nodes(void)
{
	uint8_t *queries = bench_queries(b.lists, b.nb_queries, 10);
	struct place_verdict verdict;
	struct base_err err = {0};
	const uint8_t *end = queries;
	struct dns_name name;
	int wrong;

	for (uint32_t i = 0; i < b.nb_queries; i++) {
		dns_name_from_wire(end, DNS_NAME_MAX, &name);
		end += name.len;
	}
	for (unsigned i = 0; i < b.nb_nodes; i++)
		fill_node(&b.nodes[i], queries, (size_t)(end - queries) + DNS_NAME_MAX);
	free(queries);
	wrong = place_verify(&verdict, &err);
	if (wrong < 0 && b.nb_nodes > 1)
		die("placement", &err);
	if (wrong > 0 && b.nb_nodes > 1) {
		fprintf(stderr, "bench_numa: %d objects lie elsewhere than they were asked for\n",
			wrong);
		exit(BASE_EXIT_UNAVAILABLE);
	}
	if (wrong >= 0)
		printf("by the kernel, %" PRIu64 " of %" PRIu64
		       " pages looked at lie where they were asked for\n",
			verdict.pages - verdict.misplaced_pages, verdict.pages);
}

static double
cpu_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

/* All queries of the lcore's node once, in the table under test; 1: a sum of hits that cannot be.
 */
static int
measure(void *arg)
{
	static _Thread_local struct dns_fp fps[BURST][DNS_LABELS_MAX + 1];
	struct node *node = arg;
	const uint8_t *at = node->queries;
	struct dtab_query queries[BURST];
	struct dtab_hits hits[BURST];
	struct dns_name name;
	uint64_t found = 0;
	double start = cpu_ns();

	for (uint32_t done = 0; done < b.nb_queries; done += BURST) {
		for (int i = 0; i < BURST; i++) {
			dns_name_from_wire(at, DNS_NAME_MAX, &name);
			at += name.len;
			dns_fp_suffixes(&b.key, &name, fps[i]);
			queries[i] = (struct dtab_query){.fps = fps[i], .labels = name.labels};
		}
		dtab_lookup_burst(b.under_test, queries, BURST, node->scratch, hits);
		for (int i = 0; i < BURST; i++)
			found += hits[i].nb;
	}
	b.measured_ns = (cpu_ns() - start) / b.nb_queries;
	return found < b.nb_queries / 3;
}

static void
measure_all(void)
{
	for (int round = 0; round < ROUNDS; round++) {
		for (unsigned c = 0; c < b.nb_nodes; c++) {
			struct node *node = &b.nodes[c];

			for (unsigned m = 0; m < b.nb_nodes; m++) {
				int ret;

				b.under_test = b.nodes[m].table;
				if (c == rte_get_main_lcore()) {
					ret = measure(node);
				} else {
					rte_eal_remote_launch(measure, node, c);
					ret = rte_eal_wait_lcore(c);
				}
				if (ret != 0)
					exit(BASE_EXIT_FAILURE);
				if (round == 0 || b.measured_ns < node->ns[m])
					node->ns[m] = b.measured_ns;
			}
		}
	}
}

/* A node that is made by software is no node of memory. */
static void
print_machine(void)
{
	FILE *file = fopen("/proc/cpuinfo", "re");
	bool emulated = false, guest = false;
	char line[4096];

	while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
		emulated |= strncmp(line, "model name", 10) == 0 && strstr(line, "TCG") != NULL;
		guest |= strncmp(line, "flags", 5) == 0 && strstr(line, " hypervisor") != NULL;
	}
	if (file != NULL)
		fclose(file);
	if (emulated)
		printf("emulated: all nodes are the same memory, and a ratio near 1 is what must "
		       "come out\n");
	else if (guest)
		printf("a virtual machine: its nodes are what its host made them\n");
	if (b.nb_nodes == 1)
		printf("one node: nothing is remote\n");
}

static void
print_latency(const struct node *cpu, const struct node *memory)
{
	const struct topo_cell *cell = NULL, *local = NULL;

	if (b.latency != NULL) {
		cell = topo_latency_cell(b.latency, cpu->id, memory->id);
		local = topo_latency_cell(b.latency, cpu->id, cpu->id);
	}
	if (cell == NULL || local == NULL)
		printf("%12s%10s", "-", "-");
	else
		printf("%12.1f%10.2f", cell->latency_ns, cell->latency_ns / local->latency_ns);
}

static void
print_table(void)
{
	printf("%u names, %u queries of which half hit, bursts of %d, best of %d rounds\n", b.names,
		b.nb_queries, BURST, ROUNDS);
	printf("%8s%10s%10s%12s%10s%14s%12s%10s\n", "lcore on", "table on", "distance", "load ns",
		"x local", "lookups M/s", "ns a name", "x local");
	for (unsigned c = 0; c < b.nb_nodes; c++) {
		const struct node *node = &b.nodes[c];

		for (unsigned m = 0; m < b.nb_nodes; m++) {
			printf("%8d%10d%10u", node->id, b.nodes[m].id,
				topo_distance(b.topo, node->id, b.nodes[m].id));
			print_latency(node, &b.nodes[m]);
			printf("%14.2f%12.1f%10.2f\n", 1e3 / node->ns[m], node->ns[m],
				node->ns[m] / node->ns[c]);
		}
	}
}

int
main(int argc, char **argv)
{
	struct base_err err = {0};

	parse(argc, argv);
	if (topo_read(NULL, &b.topo, &err) != 0)
		die("machine", &err);
	if (b.latency_file != NULL && topo_latency_read(b.latency_file, &b.latency, &err) != 0)
		die("latencies", &err);
	choose_nodes();
	start_eal(make_source());
	fill_nodes();
	measure_all();
	print_machine();
	print_table();
	for (unsigned i = 0; i < b.nb_nodes; i++) {
		dtab_free(b.nodes[i].table);
		place_free(b.nodes[i].queries);
		place_free(b.nodes[i].scratch);
	}
	dtab_source_free(b.source);
	lists_free(b.lists);
	topo_latency_free(b.latency);
	topo_free(b.topo);
	return rte_eal_cleanup() == 0 ? BASE_EXIT_OK : BASE_EXIT_FAILURE;
}

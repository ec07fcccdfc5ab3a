/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * Reloads under load: soak_reload DIR NAMES RELOADS RATE [patterns] [poison]
 *
 * The real engine, classifier, policy and builder between rings; back and forth between two
 * policies, with as long a time without a reload behind each. What freed memory is read with
 * `poison` is no view any more. Exit 0: every query came back, decided by one of the two policies,
 * by the right one where none was being changed, and memory is flat.
 */
#include "base_clock.h"
#include "control_reload.h"
#include "place.h"
#include "soak_traffic.h"
#include "unit_eal.h"

#include <rte_cycles.h>
#include <rte_eth_ring.h>
#include <rte_ethdev.h>
#include <rte_malloc.h>
#include <rte_mbuf.h>

#include <dlfcn.h>
#include <errno.h>
#include <inttypes.h>
#include <malloc.h>
#include <stdlib.h>

#define POOL	  65535u
#define SLOTS	  65536u
#define WORKER	  1u
#define TRAFFIC	  2u
#define SETTLED	  10 /* reloads, behind which memory does not grow */
#define NS_PER_MS 1e6
#define POISON	  0xdb
#define FREED_MAX 65536u

/* Memory that was freed, filled with what no pointer is, until the next reload begins. */
static struct {
	bool on;
	uint32_t nb;
	void *freed[FREED_MAX];
	void (*free)(void *);
} poison;

/* EAL's own is behind it: the linker finds this one first, for DPDK's libraries, too. */
void
rte_free(void *memory)
{
	size_t bytes;

	if (poison.free == NULL)
		*(void **)&poison.free = dlsym(RTLD_NEXT, "rte_free");
	if (!poison.on || memory == NULL || poison.nb == FREED_MAX ||
		rte_malloc_validate(memory, &bytes) != 0) {
		poison.free(memory);
		return;
	}
	memset(memory, POISON, bytes);
	poison.freed[poison.nb++] = memory;
}

static void
poison_flush(void)
{
	while (poison.nb > 0)
		poison.free(poison.freed[--poison.nb]);
}

/* The longest time between two bursts of the worker, in each kind of time. */
static struct {
	_Atomic uint64_t
		worst; /* since it was last asked for; worker: rw, control: rw when it asks */
	uint64_t last; /* worker's */
	_Atomic uint64_t bursts;
} gap;

void __real_classify_burst(struct classify *classify, const struct policy_view *view,
	struct rte_mbuf **pkts, uint16_t n, uint8_t *fates);
void __wrap_classify_burst(struct classify *classify, const struct policy_view *view,
	struct rte_mbuf **pkts, uint16_t n, uint8_t *fates);

void
__wrap_classify_burst(struct classify *classify, const struct policy_view *view,
	struct rte_mbuf **pkts, uint16_t n, uint8_t *fates)
{
	uint64_t now = rte_rdtsc();

	if (gap.last != 0 &&
		now - gap.last > atomic_load_explicit(&gap.worst, memory_order_relaxed))
		atomic_store_explicit(&gap.worst, now - gap.last, memory_order_relaxed);
	__real_classify_burst(classify, view, pkts, n, fates);
	gap.last = now;
	atomic_fetch_add_explicit(&gap.bursts, 1, memory_order_relaxed);
}

struct soak {
	const char *dir;
	uint32_t names, reloads;
	struct soak_traffic traffic;
	struct stats_layout layout;
	uint32_t reason_base;
	struct stats_block *stats;
	struct classify *classify;
	struct engine *engine;
	struct control *control;
	struct control_lcore lcore;
	struct control_reload *reload;
	struct conf *first;
	char wanted; /* the policy that the INI now says */
	struct control_result result;
	double phase_ms[CONTROL_NB_PHASES], worst_gap_ms[2], sum_gap_ms[2]; /* quiet, reloading */
	size_t heap[2], dpdk[2], ordinary[2];				    /* by policy */
};

static void
die(const char *what, const struct base_err *err)
{
	fprintf(stderr, "soak: %s: %s\n", what, err == NULL ? "" : err->text);
	exit(1);
}

static FILE *
open_list(const struct soak *s, const char *name)
{
	char path[4096];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", s->dir, name);
	file = fopen(path, "w");
	if (file == NULL)
		die(path, NULL);
	return file;
}

/* Half of a policy's names is its own, half is in both; its expressions are 10 or 200. */
static void
write_lists(const struct soak *s, char policy)
{
	char name[16];
	FILE *file;

	snprintf(name, sizeof(name), "%c.txt", policy);
	file = open_list(s, name);
	for (uint32_t i = 0; i < s->names / 2; i++)
		fprintf(file, "%c%u.soak.test\nc%u.soak.test\n", policy, i, i);
	fclose(file);
	snprintf(name, sizeof(name), "%c.re", policy);
	file = open_list(s, name);
	fprintf(file, "^%c[0-9]+\\.soak\\.test$\n", policy == 'a' ? 'e' : 'f');
	for (int i = 0; i < (policy == 'a' ? 9 : 199); i++)
		fprintf(file, "^x%d[a-k]*\\.(never|%d)\\.asked\n", i, i);
	fclose(file);
}

static void
parse_ini(const struct soak *s, struct conf **out)
{
	char *text = NULL, file[4096];
	struct conf_input in = {.file = file};
	struct conf_report report = {0};
	const char *action = s->wanted == 'a' ? "nxdomain" : "refused";
	int rc = asprintf(&text, "[patterns]\ncache_dir = cache\n");

	if (rc > 0 && s->traffic.patterns) {
		free(text);
		rc = asprintf(&text,
			"[patterns]\ncache_dir = cache\n[list re]\npath = %c.re\nformat = regex\n"
			"action = %s\ntext = gen-%c\n",
			s->wanted, action, s->wanted);
	}
	if (rc > 0) {
		char *all = NULL;

		rc = asprintf(&all,
			"%s[list names]\npath = %c.txt\nformat = domains\naction = %s\n"
			"text = gen-%c\n",
			text, s->wanted, action, s->wanted);
		free(text);
		text = all;
	}
	snprintf(file, sizeof(file), "%s/weir.ini", s->dir);
	if (rc < 0 || conf_parse(&in, text, strlen(text), out, &report) < 0)
		die(report.n_notes > 0 ? report.notes[0].text : "no memory", NULL);
	conf_report_free(&report);
	free(text);
}

static int
read_ini(void *arg, struct conf **out, const struct policy_db **db, struct base_err *err)
{
	(void)err;
	(void)db;
	parse_ini(arg, out);
	return 0;
}

static int
check(void *arg, struct base_err *err)
{
	int misplaced = place_verify(NULL, err);

	(void)arg;
	if (misplaced > 0)
		return base_fail(err, BASE_EXIT_UNAVAILABLE, ENOMEM, "%d misplaced", misplaced);
	return misplaced;
}

static void
note_result(void *arg, const struct control_result *result)
{
	struct soak *s = arg;

	s->result = *result;
	control_end(s->control);
}

static void
note_published(void *arg)
{
	(void)arg;
}

static uint16_t
port_of_rings(struct soak *s, const char *name, struct rte_ring *in, struct rte_ring *out)
{
	unsigned int node = (unsigned int)unit_eal_node();
	struct rte_eth_conf conf = {0};
	int port = rte_eth_from_rings(name, &in, 1, &out, 1, node);

	if (port < 0 || rte_eth_dev_configure((uint16_t)port, 1, 1, &conf) < 0 ||
		rte_eth_rx_queue_setup((uint16_t)port, 0, 1024, node, NULL, s->traffic.pool) < 0 ||
		rte_eth_tx_queue_setup((uint16_t)port, 0, 1024, node, NULL) < 0 ||
		rte_eth_dev_start((uint16_t)port) < 0)
		die(name, NULL);
	return (uint16_t)port;
}

static struct rte_ring *
ring_new(const char *name)
{
	struct rte_ring *ring =
		rte_ring_create(name, SLOTS, unit_eal_node(), RING_F_SP_ENQ | RING_F_SC_DEQ);

	if (ring == NULL)
		die(name, NULL);
	return ring;
}

static void
make_engine(struct soak *s, const uint16_t ports[2])
{
	struct classify_conf classify = {
		.frame_field = -1, .time_field = -1, .lcore = WORKER, .node = unit_eal_node()};
	struct engine_conf conf = {.idle = CONF_IDLE_ADAPTIVE,
		.node = unit_eal_node(),
		.burst = 32,
		.n_ports = 2,
		.frame_field = -1};
	struct engine_worker_conf worker = {.lcore = WORKER,
		.node = unit_eal_node(),
		.n_queues = 1,
		.queues = {{.port = ports[0], .descs = 1024}}};
	struct base_err err = {0};

	s->reason_base = classify.stats_base = classify_stats(&s->layout);
	conf.stats_base = engine_stats(&s->layout);
	conf.peers[ports[0]] = ports[1];
	conf.peers[ports[1]] = ports[0];
	classify.ports[ports[0]] = (struct classify_port){.side = CONF_SIDE_CLIENTS, .mtu = 1500};
	if (stats_block_new(&s->layout, WORKER, unit_eal_node(), &s->stats, &err) < 0)
		die("counters", &err);
	classify.stats = worker.stats = s->stats;
	if (classify_new(&classify, &s->classify, &err) < 0)
		die("classifier", &err);
	worker.classify = s->classify;
	if (engine_new(&conf, &s->engine, &err) < 0 ||
		engine_worker_add(s->engine, &worker, &err) < 0)
		die("engine", &err);
}

static void
make_reload(struct soak *s)
{
	struct control_reload_conf conf = {.lcores = &s->lcore,
		.n_lcores = 1,
		.engine = s->engine,
		.node = unit_eal_node(),
		.read = read_ini,
		.check = check,
		.published = note_published,
		.done = note_result,
		.arg = s};
	struct base_err err = {0};

	s->lcore = (struct control_lcore){.lcore = WORKER, .node = unit_eal_node()};
	parse_ini(s, &s->first);
	if (control_new(&s->control, &err) < 0)
		die("loop", &err);
	conf.control = s->control;
	if (control_reload_new(&conf, s->first, &s->reload, &err) < 0)
		die("reload", &err);
}

static void
first_policy(struct soak *s)
{
	struct policy *policy;
	struct base_err err = {0};

	if (policy_load(s->first, NULL, &policy, &err) < 0 ||
		control_reload_first(s->reload, policy, &err) < 0)
		die("first policy", &err);
	control_run(s->control);
	if (!s->result.ok)
		die(s->result.sentence, NULL);
}

static double
take_gap(void)
{
	return (double)atomic_exchange(&gap.worst, 0) * 1e3 / (double)rte_get_tsc_hz();
}

static void
note_gap(struct soak *s, int kind)
{
	double worst = take_gap();

	s->sum_gap_ms[kind] += worst;
	if (worst > s->worst_gap_ms[kind])
		s->worst_gap_ms[kind] = worst;
}

static void
end_loop(void *control)
{
	control_end(control);
}

/* As long as the reload before took, and no reload. */
static void
rest(struct soak *s, uint64_t ns)
{
	struct control_source *timer = control_every(s->control, ns, end_loop, s->control);

	control_run(s->control);
	control_forget(s->control, timer);
}

static void
wait_idle(struct soak *s)
{
	while (control_reload_is_busy(s->reload))
		rest(s, 1000000);
}

/* What memory there is while one policy is in force. */
static void
note_memory(struct soak *s, uint32_t i)
{
	struct place_total totals[PLACE_NODES_MAX];
	size_t heap = 0, dpdk = 0, ordinary = mallinfo2().uordblks;
	unsigned int n, policy = i % 2;

	poison_flush();
	n = place_totals(totals);
	for (unsigned int k = 0; k < n; k++) {
		heap += totals[k].eal_bytes;
		dpdk += totals[k].dpdk_bytes;
	}
	if (i < SETTLED) {
		s->heap[policy] = heap;
		s->dpdk[policy] = dpdk;
		s->ordinary[policy] = ordinary;
	} else if (heap > s->heap[policy] || dpdk > s->dpdk[policy]) {
		fprintf(stderr,
			"soak: reload %u: heap %zu bytes, %zu at reload %d; DPDK itself "
			"%zu, %zu\n",
			i, heap, s->heap[policy], SETTLED, dpdk, s->dpdk[policy]);
		exit(1);
	}
}

static void
reload_once(struct soak *s, uint32_t i)
{
	struct base_err err = {0};
	uint64_t begin = base_clock_ns();

	poison_flush();
	take_gap();
	s->wanted = s->wanted == 'a' ? 'b' : 'a';
	atomic_fetch_add(&s->traffic.epoch, 1);
	if (control_reload_request(s->reload, &(struct control_request){0}, &err) < 0)
		die("reload", &err);
	control_run(s->control);
	if (!s->result.ok)
		die(s->result.sentence, NULL);
	wait_idle(s);
	note_gap(s, 1);
	atomic_fetch_add(&s->traffic.epoch, 1);
	for (int k = 0; k < CONTROL_NB_PHASES; k++)
		s->phase_ms[k] += (double)s->result.phase_ns[k] / NS_PER_MS;
	begin = base_clock_ns() - begin;
	rest(s, begin);
	note_gap(s, 0);
	note_memory(s, i);
}

static void
print_figures(const struct soak *s)
{
	const struct soak_traffic *t = &s->traffic;

	printf("%u reloads between two policies of %u names%s%s, %u queries/s\n", s->reloads,
		s->names, t->patterns ? " and 10 or 200 expressions" : "",
		poison.on ? ", freed memory poisoned" : "", t->rate);
	printf("queries: %" PRIu64 " asked, %" PRIu64 " answered (%" PRIu64 " by A, %" PRIu64
	       " by B), %" PRIu64 " passed, %" PRIu64 " lost; %" PRIu64
	       " while nothing changed; %" PRIu64 " wrong; %" PRIu64 " bursts late\n",
		t->sent, t->answered, t->by_a, t->by_b, t->passed,
		t->sent - t->answered - t->passed, t->settled, t->wrong, t->late);
	printf("a reload:");
	for (int i = 0; i < CONTROL_NB_PHASES; i++)
		printf(" %s %.1f ms", control_phase_word((enum control_phase)i),
			s->phase_ms[i] / s->reloads);
	printf("\nlongest time between two bursts of the worker: %.2f ms while reloading, %.2f ms "
	       "without (mean of the longest of each: %.2f and %.2f)\n",
		s->worst_gap_ms[1], s->worst_gap_ms[0], s->sum_gap_ms[1] / s->reloads,
		s->sum_gap_ms[0] / s->reloads);
	printf("memory under A and B: EAL %zu and %zu bytes, DPDK itself %zu and %zu; malloc now "
	       "%zu bytes, at reload %d %zu and %zu\n",
		s->heap[0], s->heap[1], s->dpdk[0], s->dpdk[1], mallinfo2().uordblks, SETTLED,
		s->ordinary[0], s->ordinary[1]);
}

/* Every query came back and was counted under its reason; none under one that tells of harm. */
static int
check_end(struct soak *s)
{
	const struct soak_traffic *t = &s->traffic;
	const struct stats_block *blocks[1] = {s->stats};
	struct engine_totals totals;
	struct base_err err = {0};

	engine_read_totals(s->engine, &totals);
	if (engine_check(s->engine, stats_layout_find(&s->layout, "reason"), &err) < 0)
		die("law", &err);
	if (totals.received != t->sent || totals.refused + totals.dropped > 0 ||
		t->answered + t->passed != t->sent)
		die("queries were lost", NULL);
	if (stats_sum(blocks, 1, s->reason_base + CLASSIFY_pattern_error) > 0)
		die("scratch of another database was handed to a scan", NULL);
	if (t->wrong > 0)
		die(t->first_wrong, NULL);
	if (t->settled == 0 || t->by_a == 0 || t->by_b == 0)
		die("no traffic under both policies", NULL);
	return 0;
}

static void
parse_args(struct soak *s, int argc, char **argv)
{
	if (argc < 5)
		die("usage: soak_reload DIR NAMES RELOADS RATE [patterns] [poison]", NULL);
	s->dir = argv[1];
	s->names = (uint32_t)strtoul(argv[2], NULL, 10);
	s->reloads = (uint32_t)strtoul(argv[3], NULL, 10);
	s->traffic.rate = (uint32_t)strtoul(argv[4], NULL, 10);
	for (int i = 5; i < argc; i++) {
		s->traffic.patterns |= strcmp(argv[i], "patterns") == 0;
		poison.on |= strcmp(argv[i], "poison") == 0;
	}
	s->traffic.names = s->names / 2;
	s->wanted = 'a';
}

static void
run(struct soak *s)
{
	struct soak_traffic *t = &s->traffic;
	struct base_err err = {0};
	uint16_t ports[2];

	t->pool = rte_pktmbuf_pool_create("soak", POOL, 256, 0, 512, unit_eal_node());
	if (t->pool == NULL)
		die("pool", NULL);
	t->in = ring_new("in");
	t->out[0] = ring_new("out0");
	t->out[1] = ring_new("out1");
	ports[0] = port_of_rings(s, "p0", t->in, t->out[0]);
	ports[1] = port_of_rings(s, "p1", ring_new("none"), t->out[1]);
	t->port = ports[0];
	make_engine(s, ports);
	make_reload(s);
	if (engine_start(s->engine, &err) < 0)
		die("start", &err);
	first_policy(s);
	wait_idle(s);
	rte_eal_remote_launch(soak_traffic_run, t, TRAFFIC);
	for (uint32_t i = 0; i < s->reloads; i++)
		reload_once(s, i + 1);
	atomic_store(&t->is_over, true);
	rte_eal_wait_lcore(TRAFFIC);
	engine_drain(s->engine);
	if (engine_wait(s->engine, UINT64_C(60000000000), &err) < 0)
		die("end", &err);
}

int
main(int argc, char **argv)
{
	static struct soak s;

	if (argc > 1 && strcmp(argv[1], PAT_COMPILER) == 0)
		return pat_compiler_main(argc, argv);
	parse_args(&s, argc, argv);
	/* Two generations of tables, names and filters; rings and mbufs. */
	if (unit_eal_up_to(256 + s.names / 2000, TRAFFIC) < 0)
		die("EAL", NULL);
	write_lists(&s, 'a');
	write_lists(&s, 'b');
	run(&s);
	print_figures(&s);
	check_end(&s);
	control_reload_free(s.reload);
	control_free(s.control);
	engine_free(s.engine);
	classify_free(s.classify);
	conf_free(s.first);
	poison.on = false;
	poison_flush();
	return unit_eal_stop(NULL) == 0 ? 0 : 1;
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * Which lcore polls what, which memory all of it takes, and what EAL is told of it.
 */
#include "boot.h"
#include "place.h"

#include <rte_config.h>

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#define MB		 (UINT64_C(1) << 20)
#define PAGE_BYTES	 4096	   /* of EAL's memory with --no-huge */
#define DPDK_BYTES	 (16 * MB) /* what drivers, devices and EAL take by themselves */
#define REPLAY_DESCS	 64
#define LOG_RECORDS_MOST 2048

/* Mbufs that a frame of so many octets takes. */
static uint32_t
segs_of(uint32_t octets, uint32_t room)
{
	return octets <= room ? 1 : (octets + room - 1) / room;
}

static uint64_t
port_bytes(const struct port_conf *conf, uint64_t page)
{
	return place_pool_bytes(&conf->pool, page);
}

static uint64_t
worker_bytes(const struct boot *b)
{
	return place_zalloc_bytes(stats_bytes(&b->layout)) + place_zalloc_bytes(classify_bytes()) +
	       place_zalloc_bytes(engine_worker_bytes()) +
	       (b->replay == NULL ? 0 : place_zalloc_bytes(qlog_ring_bytes(LOG_RECORDS_MOST - 1)));
}

/* A table an lcore, or one for all of those of a node: here counted as if each had a node. */
static uint64_t
policy_bytes(const struct boot *b)
{
	struct policy_counts counts;
	uint64_t table;

	policy_counts(b->policy, &counts);
	table = dtab_bytes(&counts.domains, b->conf->domains.filter_bits);
	if (b->conf->domains.replicas == CONF_REPLICAS_NODE)
		return counts.cold_bytes + table * RTE_MIN((size_t)b->n_workers, b->topo->n_nodes) +
		       counts.view_bytes * b->n_workers;
	return counts.cold_bytes + (table + counts.view_bytes) * b->n_workers;
}

static uint64_t
all_bytes(const struct boot *b, uint64_t page)
{
	uint64_t bytes = policy_bytes(b) + worker_bytes(b) * b->n_workers;

	for (uint32_t i = 0; i < b->n_ports; i++)
		bytes += port_bytes(&b->port_confs[i], page);
	return bytes + bytes / 16 + DPDK_BYTES; /* a sixteenth for what does not fit a hole */
}

/* One port that is its own peer, one worker. A frame that net_pcap could not write out of a chain
 * must not become one. */
static void
plan_replay(struct boot *b)
{
	struct port_conf *port = &b->port_confs[0];
	uint32_t room = b->conf->pool.data_room;

	if (b->capture.longest > CAPTURE_CHAIN_MAX)
		room = RTE_MAX(room, b->capture.longest);
	b->n_ports = 1;
	b->peers[0] = 0;
	b->sides[0] = CONF_SIDE_BOTH;
	*port = (struct port_conf){.name = "replay",
		.devargs = b->devargs,
		.node = -1,
		.rx_queues = 1,
		.tx_queues = 1,
		.rx_desc = REPLAY_DESCS,
		.tx_desc = REPLAY_DESCS,
		.mtu = 1500,
		.promiscuous = true,
		.pool = {.cache = (uint16_t)b->conf->pool.cache,
			.data_room = (uint16_t)(room + RTE_PKTMBUF_HEADROOM)}};
	port->pool.mbufs =
		port_mbufs(port, 1, b->conf->ring.burst, segs_of(b->capture.longest, room));
	b->n_workers = 1;
	b->workers[0] = (struct boot_worker){.lcore = 1, .n_queues = 1};
}

static void
plan_workers(struct boot *b)
{
	if (b->conf->n_lcores == 0) {
		b->n_workers = 1;
		b->workers[0] = (struct boot_worker){.lcore = 1, .n_queues = b->conf->n_ports};
		for (uint16_t i = 0; i < b->conf->n_ports; i++)
			b->workers[0].queues[i] = (struct conf_queue){.port = i};
		return;
	}
	b->n_workers = b->conf->n_lcores;
	for (uint32_t i = 0; i < b->n_workers; i++) {
		const struct conf_lcore *lcore = &b->conf->lcores[i];

		b->workers[i] =
			(struct boot_worker){.lcore = lcore->lcore, .n_queues = lcore->n_queues};
		memcpy(b->workers[i].queues, lcore->queues,
			lcore->n_queues * sizeof(lcore->queues[0]));
	}
}

/* Whether a worker sends by a port: what it answers leaves by the port it polls, what it passes by
 * that one's peer. */
static bool
sends_by(const struct boot *b, uint32_t worker, uint32_t port)
{
	const struct boot_worker *w = &b->workers[worker];

	for (uint32_t i = 0; i < w->n_queues; i++) {
		if (w->queues[i].port == port || b->peers[w->queues[i].port] == port)
			return true;
	}
	return false;
}

uint16_t
boot_tx_queue(const struct boot *b, uint32_t worker, uint32_t port)
{
	uint16_t queue = 0;

	for (uint32_t i = 0; i < worker; i++)
		queue = (uint16_t)(queue + sends_by(b, i, port));
	return queue;
}

static void
plan_port(struct boot *b, uint32_t i)
{
	const struct conf_port *conf = &b->conf->ports[i];
	struct port_conf *port = &b->port_confs[i];
	uint32_t segs = segs_of(conf->mtu + PORT_L2_BYTES, b->conf->pool.data_room);

	b->peers[i] = conf->peer;
	b->sides[i] = conf->side;
	*port = (struct port_conf){.name = conf->sect.name,
		.devargs = conf->devargs,
		.node = conf->node,
		.rx_queues = (uint16_t)conf->n_queues,
		.tx_queues = boot_tx_queue(b, b->n_workers, i),
		.rx_desc = (uint16_t)conf->rx_desc,
		.tx_desc = (uint16_t)conf->tx_desc,
		.mtu = (uint16_t)conf->mtu,
		.promiscuous = conf->promiscuous,
		.pool = {.cache = (uint16_t)b->conf->pool.cache,
			.data_room = (uint16_t)(b->conf->pool.data_room + RTE_PKTMBUF_HEADROOM)}};
	port->pool.mbufs = b->conf->pool.mbufs == CONF_AUTO
				   ? port_mbufs(port, b->n_workers, b->conf->ring.burst, segs)
				   : (uint32_t)b->conf->pool.mbufs;
}

/* Free hugepages of all sizes and nodes, in octets. */
static uint64_t
free_hugepages(const struct topo *topo)
{
	uint64_t bytes = 0;

	for (size_t i = 0; i < topo->n_nodes; i++) {
		for (size_t j = 0; j < topo->nodes[i].n_huge; j++)
			bytes += topo->nodes[i].huge[j].free * topo->nodes[i].huge[j].page_bytes;
	}
	return bytes;
}

static int
choose_hugepages(struct boot *b, struct base_err *err)
{
	uint64_t page = b->topo->huge_default_bytes == 0 ? 2 * MB : b->topo->huge_default_bytes;
	uint64_t have = free_hugepages(b->topo);
	enum conf_hugepages wish = b->conf->eal.hugepages;

	if (b->replay != NULL || wish == CONF_HUGEPAGES_NO ||
		(wish == CONF_HUGEPAGES_AUTO && have == 0))
		return 0;
	b->hugepages = true;
	b->bytes = all_bytes(b, page);
	if (have >= b->bytes)
		return 0;
	return base_fail(err, BASE_EXIT_UNAVAILABLE, ENOMEM,
		"%" PRIu64 " MB of hugepages are free, %" PRIu64 " MB are needed: `echo %" PRIu64
		" >/sys/kernel/mm/hugepages/hugepages-%" PRIu64
		"kB/nr_hugepages' reserves them, [eal] hugepages = no does without",
		have / MB, (b->bytes + MB - 1) / MB,
		(b->bytes - have + page - 1) / page + (have + page - 1) / page, page / 1024);
}

/* Octets that the kernel says can be had without swapping; UINT64_MAX: it does not say. */
static uint64_t
available_bytes(void)
{
	FILE *file = fopen("/proc/meminfo", "re");
	uint64_t kb = UINT64_MAX / 1024;
	char line[128];

	while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
		if (sscanf(line, "MemAvailable: %" SCNu64 " kB", &kb) == 1)
			break;
	}
	if (file != NULL)
		fclose(file);
	return kb * 1024;
}

/* Without hugepages EAL's heap is made once and never grows: it must hold all there will be. */
static int
check_memory(const struct boot *b, struct base_err *err)
{
	uint64_t have = available_bytes();

	if (b->hugepages || b->bytes <= have)
		return 0;
	return base_fail(err, BASE_EXIT_UNAVAILABLE, ENOMEM,
		"%" PRIu64 " MB of memory are needed, %" PRIu64 " MB are available", b->bytes / MB,
		have / MB);
}

int
boot_plan(struct boot *b, struct base_err *err)
{
	int rc;

	b->classify_base = classify_stats(&b->layout);
	b->engine_base = engine_stats(&b->layout);
	b->qlog_base = qlog_stats(&b->layout);
	if (b->replay != NULL) {
		plan_replay(b);
	} else {
		plan_workers(b);
		b->n_ports = b->conf->n_ports;
		for (uint32_t i = 0; i < b->n_ports; i++)
			b->peers[i] = b->conf->ports[i].peer;
		for (uint32_t i = 0; i < b->n_ports; i++)
			plan_port(b, i);
	}
	b->bytes = all_bytes(b, PAGE_BYTES);
	rc = choose_hugepages(b, err);
	return rc < 0 ? rc : check_memory(b, err);
}

static bool
is_usable(const struct topo_cpu *cpu)
{
	return cpu->online && cpu->in_affinity;
}

static unsigned int
usable_cpus(const struct topo *topo, int node)
{
	unsigned int n = 0;

	for (size_t i = 0; i < topo->n_cpus; i++)
		n += is_usable(&topo->cpus[i]) && topo->cpus[i].node == node;
	return n;
}

/* A replay's two lcores float over the CPUs of one node, the one on which it may use most: so its
 * memory is local, and replays that run side by side share what CPUs there are. */
static int
replay_map(const struct boot *b, char *map, size_t size, struct base_err *err)
{
	const struct topo *topo = b->topo;
	size_t len = (size_t)snprintf(map, size, "(0,1)@(");
	int node = TOPO_NODE_NONE;

	for (size_t i = 0; i < topo->n_nodes; i++) {
		if (usable_cpus(topo, topo->nodes[i].id) > usable_cpus(topo, node))
			node = topo->nodes[i].id;
	}
	if (usable_cpus(topo, node) == 0)
		return base_fail(err, BASE_EXIT_UNAVAILABLE, ENODEV, "no CPU may be used");
	for (size_t i = 0; i < topo->n_cpus && len < size - 12; i++) {
		if (is_usable(&topo->cpus[i]) && topo->cpus[i].node == node)
			len += (size_t)snprintf(map + len, size - len, "%u,", topo->cpus[i].id);
	}
	map[len - 1] = ')';
	return 0;
}

/* lcores = auto: an lcore runs on the CPU of its number; the main one has the smallest number that
 * is left, on that CPU or, where there is none, on any. */
static int
auto_map(const struct boot *b, char *map, size_t size, struct base_err *err)
{
	const struct topo_cpu *cpu;
	unsigned int main_lcore = 0;
	size_t len = 0;

	for (uint32_t i = 0; i < b->n_workers; i++) {
		unsigned int lcore = b->workers[i].lcore;

		cpu = topo_cpu(b->topo, lcore);
		if (cpu == NULL || !is_usable(cpu))
			return base_fail(err, BASE_EXIT_CONFIG, EINVAL,
				"lcore %u: there is no CPU %u that may be used; [eal] lcores puts "
				"lcores on other CPUs (%u@0)",
				lcore, lcore, lcore);
		len += (size_t)snprintf(map + len, size - len, "%u@%u,", lcore, lcore);
	}
	for (uint32_t i = 0; i < b->n_workers; i++) {
		if (b->workers[i].lcore == main_lcore) {
			main_lcore++;
			i = UINT32_MAX;
		}
	}
	cpu = topo_cpu(b->topo, main_lcore);
	for (size_t i = 0; (cpu == NULL || !is_usable(cpu)) && i < b->topo->n_cpus; i++)
		cpu = &b->topo->cpus[i];
	if (cpu == NULL)
		return base_fail(err, BASE_EXIT_UNAVAILABLE, ENODEV, "no CPU may be used");
	snprintf(map + len, size - len, "%u@%u", main_lcore, cpu->id);
	return 0;
}

static void
add_devices(struct boot *b)
{
	uint32_t n_pci = 0;

	for (uint32_t i = 0; i < b->n_ports && b->replay == NULL; i++) {
		if (!port_is_pci(b->port_confs[i].devargs))
			continue;
		eal_add(&b->args, "-a");
		eal_add(&b->args, "%s", b->port_confs[i].devargs);
		n_pci++;
	}
	if (n_pci == 0)
		eal_add(&b->args, "--no-pci");
}

static void
add_memory(struct boot *b)
{
	const struct conf_mem *mem = &b->conf->eal.socket_mem;
	char list[CONF_NODES_MAX * 12] = "";
	size_t len = 0;

	if (!b->hugepages) {
		eal_add(&b->args, "--no-huge");
		eal_add(&b->args, "-m");
		eal_add(&b->args, "%" PRIu64, (b->bytes + MB - 1) / MB);
		return;
	}
	/* No file of a hugepage outlives us, however we end. */
	eal_add(&b->args, "--huge-unlink");
	for (uint32_t i = 0; i < mem->n; i++)
		len += (size_t)snprintf(
			list + len, sizeof(list) - len, "%s%u", i == 0 ? "" : ",", mem->mb[i]);
	if (mem->n > 0) {
		eal_add(&b->args, "--socket-mem");
		eal_add(&b->args, "%s", list);
	}
}

int
boot_plan_eal(struct boot *b, struct base_err *err)
{
	char map[8192];
	int rc = 0;

	if (b->replay != NULL)
		rc = replay_map(b, map, sizeof(map), err);
	else if (b->conf->eal.lcores[0] == '\0')
		rc = auto_map(b, map, sizeof(map), err);
	else
		snprintf(map, sizeof(map), "%s", b->conf->eal.lcores);
	if (rc < 0)
		return rc;
	eal_add(&b->args, "weir");
	eal_add(&b->args, "--log-level");
	eal_add(&b->args, "error");
	eal_add(&b->args, "--lcores");
	eal_add(&b->args, "%s", map);
	add_memory(b);
	add_devices(b);
	eal_add(&b->args, "--file-prefix");
	if (b->replay != NULL) {
		/* Nothing is shared, so that replays run side by side and leave nothing. */
		eal_add(&b->args, "weir_replay_%d", (int)getpid());
		eal_add(&b->args, "--no-shconf");
		eal_add(&b->args, "--no-telemetry");
	} else {
		eal_add(&b->args, "%s", b->conf->eal.file_prefix);
		eal_add_words(&b->args, b->conf->eal.args);
	}
	return 0;
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * The names are those under which each room enters its objects into the ledger: a test holds both
 * against each other.
 */
#include "cost.h"

#include "capture.h"
#include "classify.h"
#include "engine.h"
#include "place.h"
#include "preload.h"
#include "qlog.h"

#include <rte_common.h>
#include <rte_mbuf.h>

#define MB		(UINT64_C(1) << 20)
#define DPDK_BYTES	(16 * MB) /* what EAL takes by itself, and rooms of a small part */
#define DPDK_PCI_BYTES	(16 * MB) /* a NIC's rings and tables */
#define DPDK_VDEV_BYTES (1 * MB)

void
cost_count(struct cost_counters *counters)
{
	counters->classify_base = classify_stats(&counters->layout);
	counters->engine_base = engine_stats(&counters->layout);
	counters->qlog_base = qlog_stats(&counters->layout);
}

void
cost_look(struct cost_input *in)
{
	if (in->plan->in.kind == PLAN_REPLAY)
		return;
	for (uint32_t i = 0; i < in->plan->n_ports; i++)
		in->preload[i] = preload_frames(in->plan->ports[i].device);
}

/* Mbufs that a frame of so many octets takes. */
static uint32_t
segs_of(uint32_t octets, uint32_t room)
{
	return octets <= room ? 1 : (octets + room - 1) / room;
}

/* Octets of a frame in one mbuf. A frame that net_pcap could not write out of a chain must not
 * become one. */
static uint32_t
data_room(const struct cost_input *in)
{
	uint32_t room = in->plan->in.conf->pool.data_room;

	return in->longest > CAPTURE_CHAIN_MAX ? RTE_MAX(room, in->longest) : room;
}

/* Packets that rings can hold: all of them may be one port's. Those of a replay hold no more than a
 * window of frames, all together. */
static uint32_t
ring_slots(const struct plan *plan)
{
	uint32_t slots = 0;

	if (plan->in.kind == PLAN_REPLAY)
		return plan->in.replay_lcores == 0 ? 0 : PLAN_REPLAY_WINDOW;
	for (uint32_t i = 0; i < plan->n_rings; i++)
		slots += plan->rings[i].slots;
	return slots;
}

uint32_t
cost_port(const struct cost_input *in, uint32_t index, struct port_conf *out)
{
	const struct conf *conf = in->plan->in.conf;
	const struct plan_port *port = &in->plan->ports[index];
	const struct plan_port *peer = &in->plan->ports[port->peer];
	bool replay = in->plan->in.kind == PLAN_REPLAY;
	uint32_t room = data_room(in);
	uint32_t frame = replay ? in->longest : (uint32_t)port->mtu + PORT_L2_BYTES;
	uint32_t needed, peer_descs = 0;

	*out = (struct port_conf){.name = port->name,
		.devargs = port->device,
		.node = port->node,
		.poll_node = port->node,
		.rx_queues = port->rx_queues,
		.tx_queues = port->tx_queues,
		.rx_desc = port->rx_desc,
		.tx_desc = port->tx_desc,
		.mtu = port->mtu,
		.promiscuous = port->promiscuous,
		.pool = {.cache = (uint16_t)conf->pool.cache,
			.data_room = (uint16_t)(room + RTE_PKTMBUF_HEADROOM),
			.is_even = port_wants_even(port->device)}};
	/* What leaves by the peer lies among the descriptors of that one, until it has been sent.
	 */
	if (!replay && port->peer != index)
		peer_descs = (uint32_t)peer->tx_queues * peer->tx_desc;
	out->pool.mbufs = port_mbufs(out, port->n_users, conf->ring.burst, segs_of(frame, room)) +
			  (ring_slots(in->plan) + peer_descs) * segs_of(frame, room) +
			  in->preload[index];
	needed = out->pool.mbufs;
	if (conf->pool.mbufs != CONF_AUTO && !replay)
		out->pool.mbufs = (uint32_t)conf->pool.mbufs;
	return needed;
}

int
cost_check(const struct cost_input *in, struct base_err *err)
{
	const struct conf_pool *pool = &in->plan->in.conf->pool;
	struct port_conf port;

	for (uint32_t i = 0; i < in->plan->n_ports; i++) {
		uint32_t needed = cost_port(in, i, &port);

		if (port.pool.mbufs < needed)
			return conf_blame(err, &pool->sect, "mbufs",
				"the queues of [port %s] and its peer, the rings, bursts and "
				"caches "
				"hold up to %u: at least so many are needed",
				port.name, needed);
	}
	return 0;
}

static void
add(struct plan_cost *cost, enum plan_scope scope, const char *name, const char *call,
	uint64_t bytes)
{
	if (bytes > 0)
		plan_cost_add(
			cost, &(struct plan_part){
				      .name = name, .call = call, .scope = scope, .bytes = bytes});
}

/* What a reload makes anew. */
static void
add_renewed(struct plan_cost *cost, enum plan_scope scope, const char *name, const char *call,
	uint64_t bytes)
{
	if (bytes > 0)
		plan_cost_add(cost, &(struct plan_part){.name = name,
					    .call = call,
					    .scope = scope,
					    .bytes = bytes,
					    .renewed = true});
}

/* What rules about addresses in responses take. */
static void
tell_address_rules(const struct nets_parts *nets, struct plan_cost *out)
{
	add_renewed(
		out, PLAN_EACH_NODE, "address lists node * head", "rte_zmalloc_socket", nets->head);
	add_renewed(out, PLAN_EACH_NODE, "address lists node * hash of IPv4", "rte_hash_create",
		nets->hash4);
	add_renewed(out, PLAN_EACH_NODE, "address lists node * hash of IPv6", "rte_hash_create",
		nets->hash6);
	add_renewed(out, PLAN_EACH_NODE, "address lists node * IPv4", "rte_fib_create", nets->fib4);
	add_renewed(
		out, PLAN_EACH_NODE, "address lists node * IPv6", "rte_fib6_create", nets->fib6);
}

/* What rules about clients' addresses take. */
static void
tell_client_rules(const struct policy_counts *counts, struct plan_cost *out)
{
	const struct nets_parts *nets = &counts->client_nets;

	add_renewed(out, PLAN_EACH_NODE, "client triggers node * head", "rte_zmalloc_socket",
		nets->head);
	add_renewed(out, PLAN_EACH_NODE, "client triggers node * hash of IPv4", "rte_hash_create",
		nets->hash4);
	add_renewed(out, PLAN_EACH_NODE, "client triggers node * hash of IPv6", "rte_hash_create",
		nets->hash6);
	add_renewed(
		out, PLAN_EACH_NODE, "client triggers node * IPv4", "rte_fib_create", nets->fib4);
	add_renewed(
		out, PLAN_EACH_NODE, "client triggers node * IPv6", "rte_fib6_create", nets->fib6);
	add_renewed(out, PLAN_EACH_NODE, "client triggers node * rules", "rte_zmalloc_socket",
		counts->client_rules_bytes);
}

static void
tell_policy(const struct cost_input *in, struct plan_cost *out)
{
	const struct conf_domains *domains = &in->plan->in.conf->domains;
	struct policy_counts counts;
	struct dtab_parts parts;

	policy_counts(in->policy, &counts);
	dtab_parts(&counts.domains, domains->filter_bits, &parts);
	add_renewed(out, PLAN_ONCE, "names and lines of the lists", "rte_zmalloc_socket",
		counts.cold_bytes);
	add_renewed(out, PLAN_EACH_WORKER, "groups and lists lcore *", "rte_zmalloc_socket",
		counts.view_bytes);
	add_renewed(out, PLAN_EACH_NODE, "clients node * head", "rte_zmalloc_socket",
		counts.prefixes.head);
	add_renewed(out, PLAN_EACH_NODE, "clients node * hash of IPv4", "rte_hash_create",
		counts.prefixes.hash4);
	add_renewed(out, PLAN_EACH_NODE, "clients node * hash of IPv6", "rte_hash_create",
		counts.prefixes.hash6);
	add_renewed(
		out, PLAN_EACH_NODE, "clients node * IPv4", "rte_fib_create", counts.prefixes.fib4);
	add_renewed(out, PLAN_EACH_NODE, "clients node * IPv6", "rte_fib6_create",
		counts.prefixes.fib6);
	tell_client_rules(&counts, out);
	tell_address_rules(&counts.address_nets, out);
	add_renewed(out, PLAN_EACH_NODE, "expressions node * lists", "rte_zmalloc_socket",
		counts.patterns.lists);
	add_renewed(out, PLAN_EACH_NODE, "expressions node *", "hs_deserialize_database",
		counts.patterns.joined);
	add_renewed(out, PLAN_EACH_NODE, "expressions node * alone", "hs_deserialize_database",
		counts.patterns.alone);
	add_renewed(out, PLAN_EACH_WORKER, "scan lcore * texts", "rte_zmalloc_socket",
		counts.patterns.texts);
	add_renewed(out, PLAN_EACH_WORKER, "scan lcore * scratch", "hs_clone_scratch",
		counts.patterns.scratch);
	if (domains->replicas == CONF_REPLICAS_NODE) {
		add_renewed(out, PLAN_EACH_NODE, "dtab node * details", "rte_zmalloc_socket",
			parts.details);
		add_renewed(out, PLAN_EACH_NODE, "dtab node * filter", "rte_zmalloc_socket",
			parts.filter);
		add_renewed(
			out, PLAN_EACH_NODE, "dtab node * table", "rte_hash_create", parts.table);
		return;
	}
	add_renewed(
		out, PLAN_EACH_WORKER, "dtab lcore * details", "rte_zmalloc_socket", parts.details);
	add_renewed(
		out, PLAN_EACH_WORKER, "dtab lcore * filter", "rte_zmalloc_socket", parts.filter);
	add_renewed(out, PLAN_EACH_WORKER, "dtab lcore * table", "rte_hash_create", parts.table);
}

static void
tell_workers(const struct cost_input *in, struct plan_cost *out)
{
	struct cost_counters counters = {0};

	cost_count(&counters);
	add(out, PLAN_ONCE, "states of the lcores", "rte_zmalloc_socket",
		place_zalloc_bytes(engine_rcu_bytes()));
	add(out, PLAN_EACH_LCORE, "weir_stats_*", "rte_memzone_reserve",
		place_zalloc_bytes(stats_bytes(&counters.layout)));
	if (in->plan->in.kind == PLAN_REPLAY)
		add(out, PLAN_EACH_WORKER, "weir_qlog_*", "rte_ring_create_elem",
			place_zalloc_bytes(qlog_ring_bytes(COST_LOG_RECORDS)));
	if (in->plan->in.kind == PLAN_RUN)
		add(out, PLAN_EACH_WORKER, "recent queries lcore *", "rte_zmalloc_socket",
			place_zalloc_bytes(classify_sample_bytes()));
	add(out, PLAN_EACH_WORKER, "classifier lcore *", "rte_zmalloc_socket",
		place_zalloc_bytes(classify_bytes()));
	add(out, PLAN_EACH_LCORE, "worker of lcore *", "rte_zmalloc_socket",
		place_zalloc_bytes(engine_worker_bytes()));
	if (in->plan->in.replay_lcores > 0)
		add(out, PLAN_EACH_TX, "order of lcore *", "rte_zmalloc_socket",
			place_zalloc_bytes(engine_order_bytes(PLAN_REPLAY_WINDOW)));
	if (in->plan->n_rings > 0)
		add(out, PLAN_EACH_RING, "ring lcore *", "rte_ring_create",
			place_zalloc_bytes(engine_ring_bytes(in->plan->rings[0].slots)));
}

static void
tell_port(const struct cost_input *in, uint32_t index, struct plan_cost *out)
{
	struct port_conf conf;

	cost_port(in, index, &conf);
	plan_cost_add(out, &(struct plan_part){.name = "mbuf pool of port *",
				   .call = "rte_pktmbuf_pool_create",
				   .scope = PLAN_A_PORT,
				   .port = index,
				   .bytes = place_pool_bytes(&conf.pool, in->plan->page_bytes)});
	out->dpdk_port_bytes[index] =
		in->plan->ports[index].is_pci ? DPDK_PCI_BYTES : DPDK_VDEV_BYTES;
}

void
cost_tell(const struct cost_input *in, struct plan_cost *out)
{
	*out = (struct plan_cost){.dpdk_bytes = DPDK_BYTES};
	for (uint32_t i = 0; i < in->plan->n_ports; i++)
		tell_port(in, i, out);
	tell_workers(in, out);
	tell_policy(in, out);
}

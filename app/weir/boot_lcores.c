/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * What each lcore has of its own: counters, loop; where it classifies log ring, classifier, view.
 */
#include "boot.h"

#include <rte_errno.h>
#include <rte_mbuf_dyn.h>

#include <errno.h>
#include <string.h>

static bool
classifies(const struct boot_worker *worker)
{
	return plan_classifies(worker->planned);
}

void
boot_free_counters(struct boot *b)
{
	for (uint32_t i = 0; i < b->n_workers; i++)
		stats_block_free(b->workers[i].stats);
}

int
boot_make_counters(struct boot *b, struct base_err *err)
{
	int rc = 0;

	for (uint32_t i = 0; i < b->n_workers && rc == 0; i++)
		rc = stats_block_new(&b->counters.layout, b->workers[i].lcore, b->workers[i].node,
			&b->workers[i].stats, err);
	if (rc < 0)
		boot_free_counters(b);
	return rc;
}

void
boot_free_log(struct boot *b)
{
	qlog_free(b->log);
	verdicts_free(b->verdicts);
}

static int
make_rings(struct boot *b, struct base_err *err)
{
	int rc = 0;

	for (uint32_t i = 0; i < b->n_workers && rc == 0; i++) {
		struct qlog_ring_conf conf = {.lcore = b->workers[i].lcore,
			.node = b->workers[i].node,
			.records = COST_LOG_RECORDS,
			.mode = QLOG_WAIT,
			.stats = b->workers[i].stats,
			.stats_base = b->counters.qlog_base};

		if (!classifies(&b->workers[i]))
			continue;
		rc = qlog_ring_new(b->log, &conf, &b->workers[i].log, err);
	}
	return rc;
}

/* A replay's records become verdict lines and sums; live traffic makes none yet. */
int
boot_make_log(struct boot *b, struct base_err *err)
{
	struct verdicts_conf conf = {
		.policy = b->policy, .lines = b->lines, .expect = b->expect, .differ = stdout};
	int rc;

	if (b->replay == NULL)
		return 0;
	conf.lines_name = b->replay->verdicts;
	conf.expect_name = b->replay->expect;
	rc = verdicts_new(&conf, &b->verdicts, err);
	if (rc == 0)
		rc = qlog_new(verdicts_sink, b->verdicts, &b->log, err);
	if (rc == 0 && b->replay->lcores > 0)
		qlog_order(b->log, &b->released);
	if (rc == 0)
		rc = make_rings(b, err);
	if (rc < 0)
		boot_free_log(b);
	return rc;
}

void
boot_free_classifiers(struct boot *b)
{
	for (uint32_t i = 0; i < b->n_workers; i++) {
		classify_free(b->workers[i].classify);
		classify_sample_free(b->workers[i].sample);
	}
}

/* Where net_pcap puts the time of a frame: us since 1970, whatever the unit of the capture. */
static int
find_time_field(int *field, struct base_err *err)
{
	uint64_t flag;

	if (rte_mbuf_dyn_rx_timestamp_register(field, &flag) == 0)
		return 0;
	return base_fail(err, BASE_EXIT_UNAVAILABLE, rte_errno, "no room in an mbuf for its time");
}

int
boot_make_classifiers(struct boot *b, struct base_err *err)
{
	struct classify_conf conf = {.stats_base = b->counters.classify_base, .time_field = -1};
	int rc = 0;

	b->frame_field = -1;
	if (b->replay != NULL)
		rc = engine_frame_field(&b->frame_field, err);
	if (rc == 0 && b->replay != NULL)
		rc = find_time_field(&conf.time_field, err);
	conf.frame_field = b->frame_field;
	for (uint32_t i = 0; i < b->n_ports; i++)
		conf.ports[b->ports[i].id] = (struct classify_port){.side = b->plan->ports[i].side,
			.mtu = b->ports[i].mtu,
			.index = (uint16_t)(b->replay == NULL ? i : POLICY_PORT_NONE),
			.peer = (uint16_t)(b->replay == NULL ? b->plan->ports[i].peer
							     : POLICY_PORT_NONE),
			.csum_offload = b->ports[i].csum_offload};
	for (uint32_t i = 0; i < b->n_workers && rc == 0; i++) {
		struct boot_worker *w = &b->workers[i];

		if (!classifies(w))
			continue;
		if (b->replay == NULL)
			rc = classify_sample_new(w->lcore, w->node, &w->sample, err);
		if (rc < 0)
			break;
		conf.stats = w->stats;
		conf.log = w->log;
		conf.sample = w->sample;
		conf.lcore = w->lcore;
		conf.node = w->node;
		rc = classify_new(&conf, &w->classify, err);
	}
	if (rc < 0)
		boot_free_classifiers(b);
	return rc;
}

static int
add_worker(struct boot *b, uint32_t at, struct base_err *err)
{
	static const enum engine_role roles[] = {[PLAN_WORKER] = ENGINE_WORKER,
		[PLAN_RX] = ENGINE_RX,
		[PLAN_CLASSIFY] = ENGINE_CLASSIFY,
		[PLAN_TX] = ENGINE_TX};
	const struct boot_worker *w = &b->workers[at];
	const struct plan_lcore *planned = w->planned;
	struct engine_worker_conf conf = {.lcore = w->lcore,
		.node = w->node,
		.role = roles[planned->role],
		.n_queues = (uint16_t)planned->n_queues,
		.classify = w->classify,
		.stats = w->stats};

	for (uint32_t i = 0; i < planned->n_queues; i++) {
		const struct port *port = &b->ports[planned->queues[i].port];

		conf.queues[i] = (struct engine_queue){.port = port->id,
			.sets_port = port->sets_port,
			.queue = planned->queues[i].queue,
			.descs = port->rx_desc};
	}
	for (uint32_t i = 0; i < b->n_ports; i++)
		conf.tx_queues[b->ports[i].id] = planned->tx_queue[i];
	return engine_worker_add(b->engine, &conf, err);
}

static int
add_ring(struct boot *b, const struct plan_ring *planned, struct base_err *err)
{
	struct engine_ring_conf conf = {.from = planned->from,
		.to = planned->to,
		.node = planned->node,
		.slots = planned->slots};

	for (uint32_t i = 0; i < b->n_ports; i++) {
		if ((planned->ports >> i & 1) != 0)
			conf.ports |= UINT32_C(1) << b->ports[i].id;
	}
	return engine_ring_add(b->engine, &conf, err);
}

void
boot_free_engine(struct boot *b)
{
	engine_free(b->engine);
}

int
boot_make_engine(struct boot *b, struct base_err *err)
{
	struct engine_conf conf = {.idle = b->conf->weir.idle,
		.burst = (uint16_t)b->conf->ring.burst,
		.n_ports = (uint16_t)b->n_ports,
		.watch = b->replay == NULL && b->conf->weir.mode == CONF_MODE_TAP,
		.overload = b->conf->weir.overload,
		.hash = b->conf->ring.hash,
		.node = plan_lcore(b->plan, b->plan->main_lcore)->node,
		.frame_field = b->frame_field,
		.stats_base = b->counters.engine_base};
	int rc;

	if (b->replay != NULL && b->replay->lcores > 0) {
		conf.idle = CONF_IDLE_ADAPTIVE; /* they share what CPUs there are */
		conf.window = PLAN_REPLAY_WINDOW;
		conf.released = &b->released;
	}
	for (uint32_t i = 0; i < b->n_ports; i++) {
		conf.peers[b->ports[i].id] = b->ports[b->plan->ports[i].peer].id;
		conf.sends[b->ports[i].id] = (struct engine_sends){
			.frame_max = b->ports[i].frame_max, .segs_max = b->ports[i].segs_max};
	}
	rc = engine_new(&conf, &b->engine, err);
	for (uint32_t i = 0; i < b->n_workers && rc == 0; i++)
		rc = add_worker(b, i, err);
	for (uint32_t i = 0; i < b->plan->n_rings && rc == 0; i++)
		rc = add_ring(b, &b->plan->rings[i], err);
	if (rc < 0)
		boot_free_engine(b);
	return rc;
}

void
boot_unpublish(struct boot *b)
{
	for (uint32_t i = 0; i < b->n_workers; i++) {
		engine_publish(b->engine, b->workers[i].lcore, NULL);
		policy_view_free(b->workers[i].view);
	}
}

/* Every lcore of a replay gets its view before a packet comes in; those of a run get theirs while
 * traffic runs (reloads.c). */
int
boot_publish(struct boot *b, struct base_err *err)
{
	int rc = 0;

	if (b->replay == NULL)
		return 0;
	for (uint32_t i = 0; i < b->n_workers && rc == 0; i++) {
		struct boot_worker *w = &b->workers[i];

		if (!classifies(w))
			continue;
		rc = policy_view_build(b->policy, w->lcore, w->node, &w->view, err);
		if (rc == 0)
			engine_publish(b->engine, w->lcore, w->view);
	}
	if (rc < 0)
		boot_unpublish(b);
	return rc;
}

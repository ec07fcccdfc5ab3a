/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * Lcores and their roles.
 */
#include "plan_priv.h"

#include <errno.h>
#include <stdlib.h>

_Static_assert(CONF_PORTS_MAX <= 32, "a set of ports is a mask of 32 bits");

const struct plan_lcore *
plan_lcore(const struct plan *plan, uint32_t lcore)
{
	for (uint32_t i = 0; i < plan->n_lcores; i++) {
		if (plan->lcores[i].lcore == lcore)
			return &plan->lcores[i];
	}
	return NULL;
}

bool
plan_works(const struct plan_lcore *lcore)
{
	return lcore->role != PLAN_MAIN && lcore->role != PLAN_IDLE;
}

bool
plan_classifies(const struct plan_lcore *lcore)
{
	return lcore->role == PLAN_WORKER || lcore->role == PLAN_CLASSIFY;
}

bool
plan_sends(const struct plan *plan)
{
	return plan->in.kind == PLAN_REPLAY || plan->in.conf->weir.mode != CONF_MODE_TAP;
}

unsigned int
plan_cpu(const struct plan_lcore *lcore)
{
	unsigned int cpu = 0;

	while (cpu < CPU_SETSIZE && !CPU_ISSET(cpu, &lcore->cpus))
		cpu++;
	return cpu;
}

/* The INI's own [lcore] count for a run alone. */
static uint32_t
named_lcores(const struct plan *plan)
{
	return plan->in.kind == PLAN_REPLAY ? 0 : plan->in.conf->n_lcores;
}

static int
make_map(struct plan *plan, struct base_err *err)
{
	const struct conf_eal *eal = &plan->in.conf->eal;
	struct base_err why;
	int rc;

	if (plan->in.kind == PLAN_REPLAY)
		return plan_cpus_float(plan, err);
	if (eal->lcores[0] == '\0')
		return named_lcores(plan) > 0 ? plan_cpus_choose(plan, err)
					      : plan_auto_map(plan, err);
	rc = plan_map_parse(eal->lcores, &plan->map, &why);
	if (rc < 0)
		return conf_blame(err, &eal->sect, "lcores", "%s", why.text);
	return plan_cpus_check(plan, err);
}

static void
copy_map(struct plan *plan)
{
	for (uint32_t i = 0; i < plan->map.n; i++) {
		const struct plan_row *row = &plan->map.rows[i];

		plan->lcores[i].lcore = row->lcore;
		plan->lcores[i].role = PLAN_IDLE;
		plan->lcores[i].cpus = row->cpus;
		plan->lcores[i].node = plan_cpus_node(plan->in.topo, &row->cpus);
	}
	plan->n_lcores = plan->map.n;
}

static int
blame_missing(const struct plan *plan, const struct conf_lcore *named, struct base_err *err)
{
	char *there = plan_map_text(&plan->map);
	int rc = conf_blame(err, &named->sect, NULL, "there is no such lcore: [eal] lcores has %s",
		there == NULL ? "others" : there);

	free(there);
	return rc;
}

static int
give_queues(struct plan *plan, struct plan_lcore *lcore, uint32_t n)
{
	lcore->role = PLAN_WORKER;
	lcore->queues = calloc(n + 1, sizeof(lcore->queues[0]));
	if (lcore->queues == NULL) {
		plan->no_memory = true;
		return -ENOMEM;
	}
	lcore->n_queues = n;
	plan->n_workers++;
	return 0;
}

int
plan_lcore_employ(struct plan *plan, struct plan_lcore *lcore, enum plan_role role)
{
	if (give_queues(plan, lcore, plan->n_ports * CONF_QUEUES_MAX) < 0)
		return -ENOMEM;
	lcore->role = role;
	lcore->n_queues = 0;
	lcore->feeds = calloc(CONF_FEEDS_MAX, sizeof(lcore->feeds[0]));
	return lcore->feeds == NULL ? -ENOMEM : 0;
}

static int
give_feeds(struct plan *plan, struct plan_lcore *lcore, const struct conf_lcore *named)
{
	static const enum plan_role roles[] = {[CONF_ROLE_WORKER] = PLAN_WORKER,
		[CONF_ROLE_RX] = PLAN_RX,
		[CONF_ROLE_CLASSIFY] = PLAN_CLASSIFY,
		[CONF_ROLE_TX] = PLAN_TX};

	lcore->role = roles[named->role];
	lcore->feeds = calloc(named->n_feeds + 1, sizeof(lcore->feeds[0]));
	if (lcore->feeds == NULL) {
		plan->no_memory = true;
		return -ENOMEM;
	}
	lcore->n_feeds = named->n_feeds;
	for (uint32_t i = 0; i < named->n_feeds; i++)
		lcore->feeds[i] = plan->in.conf->lcores[named->feeds[i]].lcore;
	for (uint32_t i = 0; i < named->n_sends; i++)
		lcore->sends |= UINT32_C(1) << named->sends[i];
	return 0;
}

/* Workers that the INI names. */
static int
name_workers(struct plan *plan, struct base_err *err)
{
	const struct conf *conf = plan->in.conf;

	for (uint32_t i = 0; i < named_lcores(plan); i++) {
		const struct conf_lcore *named = &conf->lcores[i];
		struct plan_lcore *lcore =
			(struct plan_lcore *)(uintptr_t)plan_lcore(plan, named->lcore);

		if (lcore == NULL)
			return blame_missing(plan, named, err);
		if (give_queues(plan, lcore, named->n_queues) < 0 ||
			give_feeds(plan, lcore, named) < 0)
			return -ENOMEM;
		for (uint32_t q = 0; q < named->n_queues; q++)
			lcore->queues[q] = (struct plan_queue){
				.port = named->queues[q].port, .queue = named->queues[q].queue};
	}
	return 0;
}

/* A replay's lcores in a row: main, then one worker, or rx, those that classify, tx. */
static int
lay_out_replay(struct plan *plan)
{
	uint32_t n = plan->in.replay_lcores;
	struct plan_lcore *rx = &plan->lcores[1], *tx = &plan->lcores[n + 2];

	if (n == 0)
		return give_queues(plan, rx, 1);
	for (uint32_t i = 1; i <= n + 2; i++) {
		struct plan_lcore *lcore = &plan->lcores[i];

		if (give_queues(plan, lcore, i == 1 ? 1 : 0) < 0)
			return -ENOMEM;
		lcore->role = PLAN_CLASSIFY;
		lcore->n_feeds = lcore == rx ? n : lcore == tx ? 0 : 1;
		lcore->feeds = calloc(n, sizeof(lcore->feeds[0]));
		if (lcore->feeds == NULL)
			return -ENOMEM;
		for (uint32_t k = 0; k < lcore->n_feeds; k++)
			lcore->feeds[k] = lcore == rx ? k + 2 : n + 2;
	}
	rx->role = PLAN_RX;
	tx->role = PLAN_TX;
	tx->sends = 1;
	return 0;
}

/* The lowest lcore that is no worker. */
static int
choose_main(struct plan *plan, struct base_err *err)
{
	for (uint32_t i = 0; i < plan->n_lcores; i++) {
		if (plan->lcores[i].role != PLAN_IDLE)
			continue;
		plan->lcores[i].role = PLAN_MAIN;
		plan->main_lcore = plan->lcores[i].lcore;
		return 0;
	}
	return conf_blame(err, &plan->in.conf->eal.sect, "lcores",
		"every lcore is a worker by its [lcore N]: one more is needed for the main loop");
}

static int
lay_out(struct plan *plan, struct base_err *err)
{
	int rc = plan_ports_init(plan, err);

	if (rc == 0)
		rc = make_map(plan, err);
	if (rc == 0) {
		copy_map(plan);
		rc = plan->in.kind == PLAN_REPLAY ? lay_out_replay(plan)
		     : named_lcores(plan) > 0	  ? name_workers(plan, err)
						  : plan_auto_roles(plan, err);
	}
	if (rc == 0 && (plan->in.kind == PLAN_REPLAY || named_lcores(plan) > 0))
		rc = choose_main(plan, err);
	if (rc < 0)
		return rc;
	plan_ports_finish(plan);
	plan_check_devices(plan);
	plan_rings_make(plan);
	plan_choose_pages(plan);
	plan_find_edges(plan);
	plan_warn_lcores(plan);
	plan->eal_lcores = plan_map_text(&plan->map);
	return plan->no_memory || plan->eal_lcores == NULL ? -ENOMEM : 0;
}

int
plan_layout(const struct plan_input *in, struct plan **out, struct base_err *err)
{
	struct plan *plan = calloc(1, sizeof(*plan));
	int rc = -ENOMEM;

	*out = NULL;
	if (plan != NULL) {
		plan->in = *in;
		rc = lay_out(plan, err);
	}
	if (rc == -ENOMEM)
		base_fail(err, BASE_EXIT_UNAVAILABLE, ENOMEM, "no memory for the plan");
	if (rc < 0) {
		plan_free(plan);
		return rc;
	}
	*out = plan;
	return 0;
}

void
plan_free(struct plan *plan)
{
	if (plan == NULL)
		return;
	for (uint32_t i = 0; i < plan->n_lcores; i++) {
		free(plan->lcores[i].queues);
		free(plan->lcores[i].feeds);
	}
	free(plan->rings);
	for (uint32_t i = 0; i < plan->n_edges; i++) {
		free(plan->edges[i].what);
		free(plan->edges[i].fix);
	}
	for (uint32_t i = 0; i < plan->n_notes; i++)
		free(plan->notes[i].text);
	free(plan->edges);
	free(plan->notes);
	free(plan->objects);
	free(plan->eal_lcores);
	free(plan->eal_memory);
	free(plan);
}

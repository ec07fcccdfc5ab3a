/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "classify_priv.h"

#include <rte_prefetch.h>

#include <string.h>

#define PREFETCH_AHEAD 4

static void
prefetch_frame(const struct rte_mbuf *mbuf)
{
	rte_prefetch0(rte_pktmbuf_mtod(mbuf, const void *));
}

/* The octets of a packet in one piece: where they are, or copied into what is left of `flat`. */
static bool
flatten(struct classify *c, struct rte_mbuf *mbuf, uint32_t *flat_used, struct classify_job *job)
{
	uint32_t len = rte_pktmbuf_pkt_len(mbuf);
	uint8_t *at;

	job->mbuf = mbuf;
	job->frame = rte_pktmbuf_mtod(mbuf, uint8_t *);
	job->frame_len = len;
	if (likely(mbuf->nb_segs == 1) || len > CLASSIFY_FLAT_BYTES)
		return true; /* pkt_decode() refuses what is too long before it reads */
	if (CLASSIFY_FLAT_BYTES - *flat_used < len)
		return false;
	job->frame = at = c->flat + *flat_used;
	*flat_used += len;
	for (const struct rte_mbuf *seg = mbuf; seg != NULL; seg = seg->next) {
		memcpy(at, rte_pktmbuf_mtod(seg, const void *), rte_pktmbuf_data_len(seg));
		at += rte_pktmbuf_data_len(seg);
	}
	return true;
}

uint16_t
classify_decode(struct classify *c, struct rte_mbuf **pkts, uint16_t n)
{
	uint32_t flat_used = 0;
	uint16_t i;

	for (i = 0; i < n && i < PREFETCH_AHEAD; i++)
		prefetch_frame(pkts[i]);
	for (i = 0; i < n; i++) {
		struct classify_job *job = &c->jobs[i];
		enum pkt_reason reason;

		if (i + PREFETCH_AHEAD < n)
			prefetch_frame(pkts[i + PREFETCH_AHEAD]);
		if (unlikely(!flatten(c, pkts[i], &flat_used, job)))
			break;
		reason = pkt_decode(job->frame, job->frame_len, &job->layers);
		job->is_dns = false;
		/* What pkt gave up passes: it is none of ours, or the next host's to refuse. */
		classify_end(job, (enum classify_reason)(CLASSIFY_pkt_ok + reason), CLASSIFY_PASS);
	}
	c->nb_jobs = i;
	return i;
}

void
classify_match(struct classify *c, const struct policy_view *view)
{
	for (uint16_t i = 0; i < c->nb_open; i++) {
		const struct classify_job *job = &c->jobs[c->open[i]];

		c->queries[i].fps = job->fps;
		c->queries[i].labels = job->question.name.labels;
	}
	dtab_lookup_burst(view->domains, c->queries, c->nb_open, &c->scratch, c->hits);
}

static void
account_dns(struct classify *c, struct classify_job *job)
{
	struct qlog_record *record;
	int list;

	if (job->verdict.list >= 0)
		stats_add(c->stats, c->list_base + (uint32_t)job->verdict.list, 1);
	while ((list = base_set_first(&job->verdict.logged)) >= 0) {
		stats_add(c->stats, c->log_base + (uint32_t)list, 1);
		base_set_remove(&job->verdict.logged, (uint8_t)list);
	}
	if (c->log == NULL || (record = qlog_reserve(c->log)) == NULL)
		return;
	*record = job->record;
	record->reason = job->reason;
	record->action = job->verdict.action;
	record->list = job->verdict.list;
	record->kind = job->verdict.kind;
	record->class = job->verdict.class;
	record->labels = job->verdict.labels;
	record->cond = job->verdict.cond;
	record->name_id = job->verdict.name_id;
	record->generation = job->verdict.generation;
	qlog_commit(c->log);
}

void
classify_account(struct classify *c)
{
	for (uint16_t i = 0; i < c->nb_jobs; i++) {
		struct classify_job *job = &c->jobs[i];

		stats_add(c->stats, c->reason_base + job->reason, 1);
		if (job->is_dns)
			account_dns(c, job);
	}
}

static inline void
ask_policy(struct classify *c, const struct policy_view *view)
{
	struct classify_watch *w = &c->watch;

	classify_enter(w, CLASSIFY_STAGE_group);
	classify_group(c, view);
	if (unlikely(view->is_timed))
		classify_hours(c, view);
	classify_enter(w, CLASSIFY_STAGE_match);
	classify_match(c, view);
	classify_enter(w, CLASSIFY_STAGE_scan);
	classify_scan(c, view);
	classify_enter(w, CLASSIFY_STAGE_decide);
	classify_decide(c, view);
	classify_enter(w, CLASSIFY_STAGE_sample);
	classify_sample(c);
	classify_enter(w, CLASSIFY_STAGE_act);
	classify_act(c, view);
	if (unlikely(c->nb_answers > 0))
		classify_cap(c, view);
}

/* The stages over the first packets, as many as decode takes. */
static void
go_through(struct classify *c, const struct policy_view *view, struct rte_mbuf **pkts, uint16_t n)
{
	struct classify_watch *w = &c->watch;

	classify_enter(w, CLASSIFY_STAGE_decode);
	classify_decode(c, pkts, n);
	classify_enter(w, CLASSIFY_STAGE_observe);
	classify_observe(c, view);
	if (likely(view->generation > 0))
		ask_policy(c, view);
	else
		classify_wait(c, view);
	classify_enter(w, CLASSIFY_STAGE_account);
	classify_account(c);
	classify_enter(w, CLASSIFY_STAGE_COUNT);
}

void
classify_burst(struct classify *c, const struct policy_view *view, struct rte_mbuf **pkts,
	uint16_t n, uint8_t *fates)
{
	classify_watch_burst(&c->watch, n);
	for (uint16_t done = 0; done < n; done = (uint16_t)(done + c->nb_jobs)) {
		go_through(c, view, pkts + done, (uint16_t)(n - done));
		for (uint16_t i = 0; i < c->nb_jobs; i++) {
			pkts[done + i] = c->jobs[i].mbuf;
			fates[done + i] = c->jobs[i].fate;
		}
	}
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef CLASSIFY_PRIV_H
#define CLASSIFY_PRIV_H

/** @file One lcore's classifier and the stages of a burst. */

#include "classify.h"
#include "classify_stage_priv.h"
#include "dns_fp.h"
#include "dns_question.h"
#include "dtab.h"
#include "pkt_addr.h"
#include "pkt_decode.h"

#include <stdatomic.h>

/* Octets for frames that do not lie in one segment; one of the largest that is decoded fits. */
#define CLASSIFY_FLAT_BYTES 65536

/* One packet on its way through the stages. */
struct classify_job {
	struct rte_mbuf *mbuf;
	uint8_t *frame;	    /* its octets in one piece: in the mbuf or in `flat` */
	uint32_t frame_len; /* octets */
	uint16_t reason;    /* enum classify_reason */
	uint8_t fate;	    /* enum classify_fate */
	bool is_dns;	    /* a DNS message over UDP: gets a record */
	uint16_t group;	    /* only with is_dns: index into the view's groups */
	uint32_t ttl_max;   /* s that an answer of ours may be kept; only with is_dns */
	struct pkt_layers layers;
	struct policy_verdict verdict; /* only with is_dns */
	struct dns_question question;
	struct dns_fp fps[DNS_LABELS_MAX + 1];
	struct qlog_record record; /* only with a log */
};

struct classify {
	struct stats_block *stats;
	struct classify_watch watch;
	struct qlog_ring *log;
	struct classify_sample *sample;
	uint32_t reason_base, list_base, log_base; /* counters */
	int frame_field, time_field;
	struct classify_port ports[CLASSIFY_PORTS_MAX];

	/* What time it is, us since 1970; whoever publishes views: wo, the lcore: ro. */
	_Alignas(64) _Atomic int64_t now_us;

	_Alignas(64) uint16_t nb_jobs;
	uint16_t nb_open; /* jobs that a list may still decide */
	uint16_t nb_act;  /* jobs that want an answer */
	uint8_t open[CLASSIFY_BURST_MAX];
	uint8_t act[CLASSIFY_BURST_MAX];
	uint16_t nb_answers; /* jobs that are responses to clients; only where view->is_capping */
	uint8_t answers[CLASSIFY_BURST_MAX];
	struct classify_job jobs[CLASSIFY_BURST_MAX];
	struct dtab_query queries[CLASSIFY_BURST_MAX];
	struct dtab_hits hits[CLASSIFY_BURST_MAX];
	const struct base_set *by_client[CLASSIFY_BURST_MAX]; /* of open name i; only where the view
								 has client_nets */
	uint8_t scanned[CLASSIFY_BURST_MAX]; /* of open name i: its place in `patterns`, or … */
#define CLASSIFY_NOT_SCANNED 0xff
	struct pat_hit patterns[CLASSIFY_BURST_MAX];
	struct dtab_scratch scratch;
	uint8_t flat[CLASSIFY_FLAT_BYTES];
};

/* Open name i as the policy takes it; what expressions say of it is added later. */
static inline void
classify_query(const struct classify *c, const struct policy_view *view, uint16_t i,
	struct policy_query *query)
{
	const struct classify_job *job = &c->jobs[c->open[i]];

	*query = (struct policy_query){
		.hits = c->hits[i],
		.name = job->question.name.wire,
		.labels = job->question.name.labels,
		.qtype = job->question.qtype,
		.group = job->group,
	};
	if (view->client_nets != NULL) {
		query->by_client = c->by_client[i];
		query->addr = pkt_src_ip(job->frame, &job->layers);
		query->family = job->layers.ip_version;
	}
}

/* Ends a packet's way. */
static inline void
classify_end(struct classify_job *job, enum classify_reason reason, enum classify_fate fate)
{
	job->reason = (uint16_t)reason;
	job->fate = (uint8_t)fate;
}

/* Frames to offsets; takes as many of the n packets as fit, at least one. */
uint16_t classify_decode(struct classify *c, struct rte_mbuf **pkts, uint16_t n);
/* DNS messages read, names fingerprinted; what no list can decide ends here. */
void classify_observe(struct classify *c, const struct policy_view *view);
/* Without a policy: every open query ends as [weir] until_ready says. */
void classify_wait(struct classify *c, const struct policy_view *view);
/* What a frame tells of whose it is: of who sent it, or of whom it goes to. */
void classify_client(const struct classify *c, const struct classify_job *job, bool is_answer,
	struct policy_client *out);
/* The group of the client of each open name, and the lists that name the client. */
void classify_group(struct classify *c, const struct policy_view *view);
/* What hours do to the groups and to the TTLs of open names; with view->is_timed alone. */
void classify_hours(struct classify *c, const struct policy_view *view);
/* The same for one job whose group is known. */
void classify_hours_of(const struct classify *c, const struct policy_view *view,
	struct classify_job *job, int64_t now_us);
/* The groups of the clients that responses go to. */
void classify_group_answers(struct classify *c, const struct policy_view *view);
/* TTLs of responses lowered; with view->is_capping alone. */
void classify_cap(struct classify *c, const struct policy_view *view);
/* The domain table asked for all open names at once. */
void classify_match(struct classify *c, const struct policy_view *view);
/* Expressions asked for the open names that they could still change. */
void classify_scan(struct classify *c, const struct policy_view *view);
/* A verdict for every open name, and what becomes of the packet. */
void classify_decide(struct classify *c, const struct policy_view *view);
/* Decided queries kept, as many as their share is; their frames are still as they came. */
void classify_sample(struct classify *c);
/* Blocked queries made into their answers. */
void classify_act(struct classify *c, const struct policy_view *view);
/* Copies the request into an mbuf of its own, out of the same pool, and frees the old one; of one
 * that is longer than an mbuf no more than its answer is made of. False: the packet has ended,
 * there was no mbuf, or that is too much too. Not for every packet. */
bool classify_own_frame(struct classify_job *job);
/* Puts a copy of the whole packet in its place, out of the same pool, and lets the old one go.
 * False: there was no mbuf. Not for every packet. */
bool classify_own_copy(struct classify_job *job);
/* Counters and records. */
void classify_account(struct classify *c);

#endif

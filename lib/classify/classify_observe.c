/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "classify_priv.h"
#include "pkt_addr.h"

#include <rte_mbuf_dyn.h>

#include <string.h>

#define IPPROTO_OF_UDP 17

/* What a log line says of the message, before the packet may become its answer. */
static void
record_message(struct classify *c, struct classify_job *job, const uint8_t *msg)
{
	struct qlog_record *record = &job->record;
	const struct dns_question *question = &job->question;

	pkt_src_addr(job->frame, &job->layers, &record->src);
	pkt_dst_addr(job->frame, &job->layers, &record->dst);
	record->sport = job->layers.sport;
	record->dport = job->layers.dport;
	record->transport = job->layers.l4_proto;
	record->frame = 0;
	if (c->frame_field >= 0)
		record->frame = *RTE_MBUF_DYNFIELD(job->mbuf, c->frame_field, const uint64_t *);
	record->id = question->id;
	record->qr = (question->flags & DNS_FLAG_QR) != 0;
	record->qtype = question->has_question ? question->qtype : 0;
	record->qname_len = question->has_name ? question->name.len : 0;
	if (question->has_name)
		memcpy(record->qname, msg + DNS_HEADER_LEN, question->name.len);
}

/* What the INI says of messages of a kind; no list decides, and the verdict tells what became of
 * it. */
static void
end_by_ini(struct classify_job *job, enum classify_reason reason, bool drops)
{
	classify_end(job, reason, drops ? CLASSIFY_DROP : CLASSIFY_PASS);
	job->verdict.action = drops ? POLICY_DROP : POLICY_PASS;
}

/* What ends a message's way before any list is asked; CLASSIFY_dns_ok: nothing does. */
static void
screen_message(const struct classify *c, const struct policy_view *view, struct classify_job *job,
	enum dns_reason reason)
{
	enum classify_reason ours = (enum classify_reason)(CLASSIFY_dns_ok + reason);
	enum dns_class class = dns_reason_class(reason);

	if (class == DNS_CLASS_RESPONSE)
		classify_end(job, ours, CLASSIFY_PASS);
	else if (!policy_is_dns_port(view, job->layers.dport))
		classify_end(job, CLASSIFY_not_to_dns, CLASSIFY_PASS);
	else if (c->ports[job->mbuf->port].side == CONF_SIDE_SERVERS)
		classify_end(job, CLASSIFY_wrong_side, CLASSIFY_PASS);
	else if (class == DNS_CLASS_MALFORMED)
		end_by_ini(job, ours, view->general.malformed_drops);
	else if (class == DNS_CLASS_OTHER)
		end_by_ini(job, ours, view->general.other_drops);
	else
		classify_end(job, CLASSIFY_dns_ok, CLASSIFY_PASS);
}

static void
observe_message(struct classify *c, const struct policy_view *view, struct classify_job *job)
{
	const uint8_t *msg = job->frame + job->layers.payload_off;
	enum dns_reason reason = dns_question_parse(msg, job->layers.payload_len, &job->question);

	job->is_dns = true;
	job->group = 0;
	job->ttl_max = UINT32_MAX;
	job->verdict =
		(struct policy_verdict){.list = POLICY_LIST_NONE, .generation = view->generation};
	screen_message(c, view, job, reason);
	if (c->log != NULL)
		record_message(c, job, msg);
	if (job->reason == CLASSIFY_dns_ok)
		dns_fp_suffixes(&view->key, &job->question.name, job->fps);
}

/* Whether a message is a server's response to a query, on its way to a client. */
static bool
is_answer(const struct classify *c, const struct policy_view *view, const struct classify_job *job)
{
	return job->reason == CLASSIFY_dns_response &&
	       (job->question.flags & DNS_FLAGS_OPCODE) == 0 &&
	       policy_is_dns_port(view, job->layers.sport) &&
	       c->ports[job->mbuf->port].side != CONF_SIDE_CLIENTS;
}

void
classify_observe(struct classify *c, const struct policy_view *view)
{
	c->nb_open = 0;
	c->nb_answers = 0;
	for (uint16_t i = 0; i < c->nb_jobs; i++) {
		struct classify_job *job = &c->jobs[i];

		if (job->reason != CLASSIFY_pkt_ok)
			continue;
		if (!policy_is_dns_port(view, job->layers.dport) &&
			!policy_is_dns_port(view, job->layers.sport)) {
			classify_end(job, CLASSIFY_not_dns, CLASSIFY_PASS);
			continue;
		}
		if (job->layers.l4_proto != IPPROTO_OF_UDP) {
			classify_end(job, CLASSIFY_tcp, CLASSIFY_PASS);
			continue;
		}
		observe_message(c, view, job);
		if (job->reason == CLASSIFY_dns_ok)
			c->open[c->nb_open++] = (uint8_t)i;
		else if (unlikely(view->is_capping) && is_answer(c, view, job))
			c->answers[c->nb_answers++] = (uint8_t)i;
	}
}

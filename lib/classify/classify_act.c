/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "classify_priv.h"
#include "dns_answer.h"
#include "pkt_turn.h"

#include <rte_mbuf.h>

#define EDE_BLOCKED 15 /* RFC 8914 4.16: what a group's own default bears */
#define DEFAULT_TTL 60 /* s, of a negative answer that no list gave a ttl */

/* What a verdict of the group's default is answered with. */
static const struct policy_list no_list = {.ede = EDE_BLOCKED, .ttl = DEFAULT_TTL};

static uint8_t
rcode_of(uint8_t action)
{
	switch (action) {
	case POLICY_NXDOMAIN:
		return DNS_RCODE_NXDOMAIN;
	case POLICY_REFUSED:
		return DNS_RCODE_REFUSED;
	case POLICY_SERVFAIL:
		return DNS_RCODE_SERVFAIL;
	default:
		return DNS_RCODE_NOERROR;
	}
}

static void
add_records(const struct policy_list *list, const struct policy_group *group,
	const struct policy_verdict *verdict, struct dns_reply *reply)
{
	if (verdict->action == POLICY_SINKHOLE) {
		reply->a = group->sinkhole_a;
		reply->a_count = group->has_sinkhole_a;
		reply->aaaa = group->sinkhole_aaaa;
		reply->aaaa_count = group->has_sinkhole_aaaa;
	} else if (verdict->action == POLICY_CNAME) {
		reply->cname = list->target;
		reply->cname_len = list->target_len;
		reply->a = list->a[0];
		reply->a_count = list->nb_a;
		reply->aaaa = list->aaaa[0];
		reply->aaaa_count = list->nb_aaaa;
	} else if (verdict->action == POLICY_DATA) {
		reply->data = policy_data(verdict, &reply->data_len);
	}
}

/* SOA owner: the rule's name, or the parent of `*.name`, which is the same suffix; QNAME where the
 * rule is exact, an expression or about the client, or there is none. */
static uint8_t
soa_labels(const struct classify_job *job)
{
	if (job->verdict.list == POLICY_LIST_NONE || job->verdict.kind == DTAB_EXACT ||
		job->verdict.kind == POLICY_PATTERN || job->verdict.kind == POLICY_CLIENT)
		return job->question.name.labels;
	return job->verdict.labels;
}

/* Octets of DNS for which the answer's IP packet is `amplify` times the query's. */
static uint16_t
amplify_max(const struct policy_view *view, const struct classify_job *job)
{
	uint32_t ip = view->general.amplify * pkt_ip_len(&job->layers);
	uint32_t headers = pkt_reply_header_len(&job->layers);

	if (ip < headers)
		return 0;
	return ip - headers > UINT16_MAX ? UINT16_MAX : (uint16_t)(ip - headers);
}

static void
make_reply(const struct classify *c, const struct policy_view *view, const struct classify_job *job,
	struct dns_reply *reply)
{
	const struct policy_verdict *verdict = &job->verdict;
	const struct policy_group *group = &view->groups[job->group];
	const struct policy_list *list =
		verdict->list == POLICY_LIST_NONE ? &no_list : &view->lists[verdict->list];
	const struct policy_text *text = group->text.len > 0 ? &group->text : &list->text;
	uint32_t link = c->ports[job->mbuf->port].mtu - pkt_reply_header_len(&job->layers);

	*reply = (struct dns_reply){
		.rcode = rcode_of(verdict->action),
		.truncate = verdict->action == POLICY_TRUNCATE,
		.ttl = list->ttl < job->ttl_max ? list->ttl : job->ttl_max,
		.ttl_max = job->ttl_max,
		.soa = group->soa && verdict->action != POLICY_REFUSED &&
		       verdict->action != POLICY_SERVFAIL,
		.soa_labels = soa_labels(job),
		.has_ede = list->ede != POLICY_EDE_NONE,
		.ede_code = list->ede,
		.ede_text = text->octets,
		.ede_text_len = text->len,
		.udp_size = (uint16_t)view->general.max_udp,
		.size_max = dns_answer_size(
			&job->question, (uint16_t)view->general.max_udp, (uint16_t)link),
		.amplify_max = amplify_max(view, job),
	};
	add_records(list, group, verdict, reply);
}

/* Octets that a frame may have from the first segment's data on. */
static uint32_t
room_of(const struct rte_mbuf *mbuf)
{
	return (uint32_t)rte_pktmbuf_data_len(mbuf) + rte_pktmbuf_tailroom(mbuf);
}

/* Whether nobody else reads the mbuf's octets, and they lie in one piece. */
static bool
is_own(const struct rte_mbuf *mbuf)
{
	return mbuf->nb_segs == 1 && rte_mbuf_refcnt_read(mbuf) == 1 && RTE_MBUF_DIRECT(mbuf);
}

static void
set_offloads(struct rte_mbuf *mbuf, const struct pkt_layers *layers, enum pkt_csum csum)
{
	mbuf->ol_flags = 0;
	if (csum == PKT_CSUM_SOFT)
		return;
	mbuf->tx_offload = rte_mbuf_tx_offload(
		layers->l3_off, (uint64_t)(layers->l4_off - layers->l3_off), 0, 0, 0, 0, 0);
	mbuf->ol_flags = RTE_MBUF_F_TX_UDP_CKSUM;
	mbuf->ol_flags |= layers->ip_version == 4 ? RTE_MBUF_F_TX_IPV4 | RTE_MBUF_F_TX_IP_CKSUM
						  : RTE_MBUF_F_TX_IPV6;
}

static void
answer(const struct classify *c, const struct policy_view *view, struct classify_job *job)
{
	enum pkt_csum csum =
		c->ports[job->mbuf->port].csum_offload ? PKT_CSUM_OFFLOAD : PKT_CSUM_SOFT;
	struct dns_reply reply;
	uint32_t room, len;
	uint8_t *msg;
	uint16_t n;

	make_reply(c, view, job, &reply);
	if (unlikely(!is_own(job->mbuf)) && !classify_own_frame(job))
		return;
	pkt_turn_prepare(job->frame, &job->layers);
	msg = job->frame + job->layers.payload_off;
	room = room_of(job->mbuf) - job->layers.payload_off;
	n = dns_answer_write(msg, &job->question, &reply, msg,
		(uint16_t)(room < UINT16_MAX ? room : UINT16_MAX));
	len = n == 0 ? 0 : pkt_turn_round(job->frame, room_of(job->mbuf), &job->layers, n, csum);
	if (len == 0) {
		classify_end(job, CLASSIFY_dropped_no_room, CLASSIFY_DROP);
		return;
	}
	rte_pktmbuf_data_len(job->mbuf) = (uint16_t)len;
	rte_pktmbuf_pkt_len(job->mbuf) = len;
	set_offloads(job->mbuf, &job->layers, csum);
}

void
classify_act(struct classify *c, const struct policy_view *view)
{
	for (uint16_t i = 0; i < c->nb_act; i++)
		answer(c, view, &c->jobs[c->act[i]]);
}

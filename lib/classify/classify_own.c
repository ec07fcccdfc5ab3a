/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "classify_priv.h"

#include <rte_mbuf.h>

#include <string.h>

/* Of a message that is too long for one mbuf: what an answer is made of, header, question and
 * cookie, goes to `to` with the layers' headers, and the job speaks of that. */
static void
copy_core(struct classify_job *job, uint8_t *to)
{
	struct dns_question *question = &job->question;
	uint32_t core = job->layers.payload_off + DNS_HEADER_LEN + dns_question_len(question);
	const uint8_t *msg = job->frame + job->layers.payload_off;

	memcpy(to, job->frame, core);
	memcpy(to + core, msg + question->cookie_off, question->cookie_len);
	question->cookie_off = (uint16_t)(core - job->layers.payload_off);
	job->layers.end = (uint16_t)(core + question->cookie_len);
	job->layers.payload_len = (uint16_t)(job->layers.end - job->layers.payload_off);
}

/* Octets of what copy_core() copies. */
static uint32_t
core_len(const struct classify_job *job)
{
	return (uint32_t)job->layers.payload_off + DNS_HEADER_LEN +
	       dns_question_len(&job->question) + job->question.cookie_len;
}

bool
classify_own_frame(struct classify_job *job)
{
	struct rte_mbuf *old = job->mbuf, *mbuf;

	mbuf = rte_pktmbuf_alloc(old->pool);
	if (mbuf == NULL) {
		classify_end(job, CLASSIFY_dropped_no_mbuf, CLASSIFY_DROP);
		return false;
	}
	if (rte_pktmbuf_tailroom(mbuf) >= job->layers.end) {
		memcpy(rte_pktmbuf_mtod(mbuf, void *), job->frame, job->layers.end);
	} else if (rte_pktmbuf_tailroom(mbuf) >= core_len(job)) {
		copy_core(job, rte_pktmbuf_mtod(mbuf, uint8_t *));
	} else {
		rte_pktmbuf_free(mbuf);
		classify_end(job, CLASSIFY_dropped_no_room, CLASSIFY_DROP);
		return false;
	}
	rte_pktmbuf_data_len(mbuf) = job->layers.end;
	rte_pktmbuf_pkt_len(mbuf) = job->layers.end;
	mbuf->port = old->port;
	rte_mbuf_dynfield_copy(mbuf, old);
	job->frame = rte_pktmbuf_mtod(mbuf, uint8_t *);
	job->mbuf = mbuf;
	rte_pktmbuf_free(old);
	return true;
}

bool
classify_own_copy(struct classify_job *job)
{
	struct rte_mbuf *old = job->mbuf;
	struct rte_mbuf *mbuf = rte_pktmbuf_copy(old, old->pool, 0, UINT32_MAX);

	if (mbuf == NULL)
		return false;
	if (old->nb_segs == 1 && mbuf->nb_segs > 1) { /* the pool's are smaller than what it held */
		rte_pktmbuf_free(mbuf);
		return false;
	}
	/* A frame in segments was read from a piece of its own, which stays. */
	if (old->nb_segs == 1)
		job->frame = rte_pktmbuf_mtod(mbuf, uint8_t *);
	job->mbuf = mbuf;
	rte_pktmbuf_free(old);
	return true;
}

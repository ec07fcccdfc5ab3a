/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "classify_priv.h"

#include <rte_mbuf.h>

#include <string.h>

bool
classify_own_frame(struct classify_job *job)
{
	struct rte_mbuf *old = job->mbuf, *mbuf;

	mbuf = rte_pktmbuf_alloc(old->pool);
	if (mbuf == NULL) {
		classify_end(job, CLASSIFY_dropped_no_mbuf, CLASSIFY_DROP);
		return false;
	}
	if (rte_pktmbuf_tailroom(mbuf) < job->layers.end) {
		rte_pktmbuf_free(mbuf);
		classify_end(job, CLASSIFY_dropped_no_room, CLASSIFY_DROP);
		return false;
	}
	memcpy(rte_pktmbuf_mtod(mbuf, void *), job->frame, job->layers.end);
	rte_pktmbuf_data_len(mbuf) = job->layers.end;
	rte_pktmbuf_pkt_len(mbuf) = job->layers.end;
	mbuf->port = old->port;
	rte_mbuf_dynfield_copy(mbuf, old);
	job->frame = rte_pktmbuf_mtod(mbuf, uint8_t *);
	job->mbuf = mbuf;
	rte_pktmbuf_free(old);
	return true;
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "qlog_priv.h"

#include <rte_branch_prediction.h>
#include <rte_pause.h>
#include <rte_ring_elem.h>
#include <rte_ring_peek_zc.h>

/* Spins before the CPU is given away: the writer is then on another, and nearly done. */
#define QLOG_SPINS 256

static struct qlog_record *
reserve(struct qlog_ring *ring)
{
	struct rte_ring_zc_data at;

	if (rte_ring_enqueue_zc_bulk_elem_start(
		    ring->ring, sizeof(struct qlog_record), 1, &at, NULL) == 0)
		return NULL;
	return at.ptr1;
}

static struct qlog_record *
reserve_waiting(struct qlog_ring *ring)
{
	struct qlog_record *record;

	stats_add(ring->stats, ring->stats_base + QLOG_WAITED, 1);
	for (;;) {
		for (int i = 0; i < QLOG_SPINS; i++) {
			record = reserve(ring);
			if (record != NULL)
				return record;
			rte_pause();
		}
		qlog_wait();
	}
}

struct qlog_record *
qlog_reserve(struct qlog_ring *ring)
{
	struct qlog_record *record = reserve(ring);

	if (likely(record != NULL))
		return record;
	if (ring->mode == QLOG_WAIT)
		return reserve_waiting(ring);
	stats_add(ring->stats, ring->stats_base + QLOG_LOST, 1);
	return NULL;
}

void
qlog_commit(struct qlog_ring *ring)
{
	rte_ring_enqueue_zc_elem_finish(ring->ring, 1);
	stats_add(ring->stats, ring->stats_base + QLOG_WRITTEN, 1);
}

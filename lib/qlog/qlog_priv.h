/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef QLOG_PRIV_H
#define QLOG_PRIV_H

#include "qlog.h"

#include <rte_ring_elem.h>

/* Indices into the set of counters. */
enum qlog_counter {
	QLOG_WRITTEN,
	QLOG_WAITED,
	QLOG_LOST,
	QLOG_NB_COUNTERS
};

/* One lcore's way to the writer. Read-only after it is made, but for the ring and the counters. */
struct qlog_ring {
	struct rte_ring *ring;	   /* lcore: producer, writer thread: consumer */
	struct stats_block *stats; /* lcore: wo */
	uint32_t stats_base;
	enum qlog_mode mode;
};

/* Gives the CPU away for a moment: the ring is full and the writer may need this one. */
void qlog_wait(void);

#endif

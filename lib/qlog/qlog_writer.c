/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "place.h"
#include "qlog.h"
#include "qlog_priv.h"

#include <rte_common.h>
#include <rte_errno.h>
#include <rte_lcore.h>
#include <rte_ring_elem.h>
#include <rte_ring_peek_zc.h>

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define QLOG_BATCH	32	/* records taken from a ring before its slots are given back */
#define QLOG_NAP_MIN_NS 50000	/* rings were empty once */
#define QLOG_NAP_MAX_NS 5000000 /* and stayed so; a ring must hold what comes in meanwhile */

_Static_assert(sizeof(struct qlog_record) % 4 == 0, "the element API of rte_ring counts words");

struct qlog {
	qlog_sink sink;
	void *ctx;
	struct qlog_ring rings[RTE_MAX_LCORE];
	uint32_t n_rings;
	const _Atomic uint64_t *released;		/* NULL: in no order */
	const struct qlog_record *heads[RTE_MAX_LCORE]; /* writer: of each ring, taken in hand */
	bool is_running;
	pthread_t writer;
	atomic_bool stop;    /* owner: wo, writer: ro */
	int rc;		     /* writer: wo; read after it has ended */
	struct base_err err; /* likewise */
};

uint32_t
qlog_stats(struct stats_layout *layout)
{
	static const char *const names[QLOG_NB_COUNTERS] = {
		[QLOG_WRITTEN] = "written",
		[QLOG_WAITED] = "waited",
		[QLOG_LOST] = "lost",
	};

	return stats_layout_add(layout, "qlog", names, QLOG_NB_COUNTERS);
}

/* Slots for so many records: rte_ring keeps one free. */
static uint32_t
slots(uint32_t records)
{
	return rte_align32pow2(records + 1);
}

size_t
qlog_ring_bytes(uint32_t records)
{
	ssize_t bytes = rte_ring_get_memsize_elem(sizeof(struct qlog_record), slots(records));

	return bytes < 0 ? 0 : (size_t)bytes;
}

int
qlog_new(qlog_sink sink, void *ctx, struct qlog **out, struct base_err *err)
{
	struct qlog *log = calloc(1, sizeof(*log));

	*out = log;
	if (log == NULL)
		return base_fail(err, BASE_EXIT_UNAVAILABLE, ENOMEM, "no memory for the query log");
	log->sink = sink;
	log->ctx = ctx;
	return 0;
}

static void *
make_ring(void *arg)
{
	const struct qlog_ring_conf *conf = arg;
	char name[RTE_RING_NAMESIZE];

	snprintf(name, sizeof(name), "weir_qlog_%u", conf->lcore);
	return rte_ring_create_elem(name, sizeof(struct qlog_record), slots(conf->records),
		conf->node, RING_F_SP_ENQ | RING_F_SC_DEQ);
}

static void
unmake_ring(void *ring)
{
	rte_ring_free(ring);
}

int
qlog_ring_new(struct qlog *log, const struct qlog_ring_conf *conf, struct qlog_ring **out,
	struct base_err *err)
{
	struct qlog_ring_conf copy = *conf;
	struct qlog_ring *ring;
	char name[RTE_RING_NAMESIZE];
	void *made;
	int rc;

	*out = NULL;
	if (log->n_rings == RTE_DIM(log->rings))
		return base_fail(err, BASE_EXIT_FAILURE, ENOSPC,
			"the query log has a ring for %u lcores already", log->n_rings);
	snprintf(name, sizeof(name), "weir_qlog_%u", conf->lcore);
	rc = place_make(&(struct place_what){.name = name,
				.node = conf->node,
				.owner = {.kind = PLACE_OWNER_LCORE, .id = (uint16_t)conf->lcore}},
		&(struct place_maker){.call = "rte_ring_create_elem",
			.make = make_ring,
			.unmake = unmake_ring,
			.arg = &copy,
			.bytes = qlog_ring_bytes(conf->records)},
		&made, err);
	if (rc < 0)
		return rc;
	ring = &log->rings[log->n_rings++];
	*ring = (struct qlog_ring){.ring = made,
		.stats = conf->stats,
		.stats_base = conf->stats_base,
		.mode = conf->mode};
	*out = ring;
	return 0;
}

/* After a failure of the sink records are thrown away, so that no lcore waits for ever. */
static void
write_records(struct qlog *log, const struct qlog_record *record, uint32_t n)
{
	for (uint32_t i = 0; i < n && log->rc == 0; i++)
		log->rc = log->sink(log->ctx, &record[i], &log->err);
}

static uint32_t
drain_ring(struct qlog *log, struct rte_ring *ring)
{
	struct rte_ring_zc_data at;
	uint32_t n;

	n = rte_ring_dequeue_zc_burst_elem_start(
		ring, sizeof(struct qlog_record), QLOG_BATCH, &at, NULL);
	if (n == 0)
		return 0;
	write_records(log, at.ptr1, at.n1);
	if (at.n1 < n)
		write_records(log, at.ptr2, n - at.n1);
	rte_ring_dequeue_zc_elem_finish(ring, n);
	return n;
}

/* Takes at most a batch from each ring, so that no lcore waits for another's backlog. */
static uint32_t
drain_rings(struct qlog *log)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < log->n_rings; i++)
		n += drain_ring(log, log->rings[i].ring);
	return n;
}

/* The ring whose first record is of the earliest frame, at most `limit`; n_rings: there is none. A
 * ring that is empty now will hold no record of such a frame. */
static uint32_t
earliest(struct qlog *log, uint64_t limit)
{
	struct rte_ring_zc_data at;
	uint32_t best = log->n_rings;

	for (uint32_t i = 0; i < log->n_rings; i++) {
		if (log->heads[i] == NULL && rte_ring_dequeue_zc_bulk_elem_start(log->rings[i].ring,
						     sizeof(struct qlog_record), 1, &at, NULL) == 1)
			log->heads[i] = at.ptr1;
		if (log->heads[i] == NULL || log->heads[i]->frame > limit)
			continue;
		if (best == log->n_rings || log->heads[i]->frame < log->heads[best]->frame)
			best = i;
	}
	return best;
}

/* In the order of frames; returns how many. */
static uint32_t
merge_rings(struct qlog *log, bool stop)
{
	uint64_t limit =
		stop ? UINT64_MAX : atomic_load_explicit(log->released, memory_order_acquire);
	uint32_t n = 0, from;

	while ((from = earliest(log, limit)) < log->n_rings) {
		write_records(log, log->heads[from], 1);
		log->heads[from] = NULL;
		rte_ring_dequeue_zc_elem_finish(log->rings[from].ring, 1);
		n++;
	}
	return n;
}

static void *
writer(void *arg)
{
	struct qlog *log = arg;
	struct timespec nap = {.tv_nsec = QLOG_NAP_MIN_NS};
	bool stop;

	for (;;) {
		stop = atomic_load_explicit(&log->stop, memory_order_acquire);
		if ((log->released == NULL ? drain_rings(log) : merge_rings(log, stop)) > 0) {
			nap.tv_nsec = QLOG_NAP_MIN_NS;
			continue;
		}
		if (stop)
			return NULL;
		nanosleep(&nap, NULL);
		nap.tv_nsec = RTE_MIN(nap.tv_nsec * 2, QLOG_NAP_MAX_NS);
	}
}

void
qlog_order(struct qlog *log, const _Atomic uint64_t *released)
{
	log->released = released;
}

int
qlog_start(struct qlog *log, struct base_err *err)
{
	int rc;

	atomic_store_explicit(&log->stop, false, memory_order_relaxed);
	rc = rte_ctrl_thread_create(&log->writer, "weir-qlog", NULL, writer, log);
	if (rc != 0)
		return base_fail(err, BASE_EXIT_UNAVAILABLE, abs(rc),
			"no thread for the query log: %s", rte_strerror(abs(rc)));
	log->is_running = true;
	return 0;
}

int
qlog_stop(struct qlog *log, struct base_err *err)
{
	if (log->is_running) {
		atomic_store_explicit(&log->stop, true, memory_order_release);
		pthread_join(log->writer, NULL);
		log->is_running = false;
	}
	if (log->rc < 0 && err != NULL)
		*err = log->err;
	return log->rc;
}

void
qlog_free(struct qlog *log)
{
	if (log == NULL)
		return;
	qlog_stop(log, NULL);
	while (log->n_rings > 0)
		place_free(log->rings[--log->n_rings].ring);
	free(log);
}

void
qlog_wait(void)
{
	sched_yield();
}

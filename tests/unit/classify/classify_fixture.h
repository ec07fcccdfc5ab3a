/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef CLASSIFY_FIXTURE_H
#define CLASSIFY_FIXTURE_H

/** @file A classifier under a policy made of texts, and queries as mbufs. */

#include "classify.h"
#include "place.h"
#include "unit_frames.h"
#include "unit_policy.h"

#define FIXTURE_ADS "[list ads]\npath = ads.txt\nformat = domains\n"

struct bench {
	struct fixture policy;
	struct stats_layout layout;
	struct stats_block *stats;
	struct classify *classify;
	struct classify_sample *sample;
	struct rte_mempool *pool;
	struct qlog *log;
	struct qlog_record records[CLASSIFY_BURST_MAX]; /* what bench_records() took from the log */
	uint32_t nb_records;
	struct rte_mbuf *pkts[CLASSIFY_BURST_MAX];
	uint8_t fates[CLASSIFY_BURST_MAX];
	uint32_t base, log_base;
	struct frame frame;
};

static inline int
bench_sink(void *ctx, const struct qlog_record *record, struct base_err *err)
{
	struct bench *b = ctx;

	(void)err;
	assert_true(b->nb_records < CLASSIFY_BURST_MAX);
	b->records[b->nb_records++] = *record;
	return 0;
}

static inline void
bench_log(struct bench *b, struct classify_conf *conf)
{
	struct qlog_ring_conf ring = {
		.node = unit_eal_node(),
		.records = CLASSIFY_BURST_MAX,
		.mode = QLOG_LOSE,
		.stats = b->stats,
		.stats_base = b->log_base,
	};

	assert_int_equal(qlog_new(bench_sink, b, &b->log, NULL), 0);
	assert_int_equal(qlog_ring_new(b->log, &ring, &conf->log, NULL), 0);
}

/* A list file ads.txt, and what the INI says. */
static inline void
bench_start_list(struct bench *b, const char *ads, const char *ini)
{
	struct place_what what = {.name = "pool", .node = unit_eal_node()};
	struct place_pool pool = {.mbufs = 255, .data_room = 2048 + 128};
	struct classify_conf conf = {
		.ports = {{.side = CONF_SIDE_CLIENTS, .mtu = 1500, .peer = 1},
			{.side = CONF_SIDE_SERVERS, .mtu = 1500, .index = 1},
			{.side = CONF_SIDE_BOTH, .mtu = 1500, .index = 2, .csum_offload = true}},
		.frame_field = -1,
		.time_field = -1,
		.node = unit_eal_node(),
	};
	struct base_err err;

	memset(b, 0, sizeof(*b));
	fixture_init(&b->policy);
	fixture_file(&b->policy, "ads.txt", ads);
	fixture_build(&b->policy, ini);
	b->base = classify_stats(&b->layout);
	b->log_base = qlog_stats(&b->layout);
	assert_int_equal(stats_block_new(&b->layout, 0, unit_eal_node(), &b->stats, &err), 0);
	assert_int_equal(place_pool(&what, &pool, &b->pool, &err), 0);
	conf.stats = b->stats;
	conf.stats_base = b->base;
	bench_log(b, &conf);
	assert_int_equal(classify_sample_new(0, unit_eal_node(), &b->sample, &err), 0);
	conf.sample = b->sample;
	assert_int_equal(classify_new(&conf, &b->classify, &err), 0);
}

/* One list `ads` with ads.com and everything below, and what the INI says besides. */
static inline void
bench_start(struct bench *b, const char *ini)
{
	bench_start_list(b, "ads.com\n", ini);
}

/* Every mbuf must be back: what a burst lost would be missing here. */
static inline void
bench_stop(struct bench *b)
{
	assert_int_equal(rte_mempool_in_use_count(b->pool), 0);
	classify_free(b->classify);
	classify_sample_free(b->sample);
	qlog_free(b->log);
	place_free(b->pool);
	stats_block_free(b->stats);
	fixture_free(&b->policy);
}

/* Takes the records of what was classified; once. */
static inline void
bench_records(struct bench *b)
{
	assert_int_equal(qlog_start(b->log, NULL), 0);
	assert_int_equal(qlog_stop(b->log, NULL), 0);
}

static inline uint64_t
bench_count(const struct bench *b, enum classify_reason reason)
{
	return stats_get(b->stats, b->base + reason);
}

/* A query for `name` (text with dots) in b->frame; edns > 0: with an OPT of that UDP size. */
static inline void
bench_query(struct bench *b, const char *name, uint16_t qtype, uint16_t edns, uint16_t edns_flags)
{
	struct frame *f = &b->frame;
	struct dns_name wire;
	uint8_t *at;

	frame_ethernet(f, 0x0800);
	frame_ip4(f, 17, 0);
	frame_udp(f, 0);
	at = frame_add(f, "\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00", 12);
	at[11] = edns > 0;
	assert_int_equal(dns_name_from_text(name, strlen(name), &wire, NULL), 0);
	frame_add(f, wire.wire, wire.len);
	frame_put16(frame_add(f, NULL, 2), qtype);
	frame_put16(frame_add(f, NULL, 2), 1);
	if (edns > 0) {
		at = frame_add(f, "\x00\x00\x29\x00\x00\x00\x00\x00\x00\x00\x00", 11);
		frame_put16(at + 3, edns);
		frame_put16(at + 7, edns_flags);
	}
	frame_put16(f->data + f->l4_off + 4, f->len - f->l4_off);
	frame_close_ip(f);
}

static inline struct rte_mbuf *
bench_mbuf(struct bench *b, uint16_t port)
{
	struct rte_mbuf *mbuf = rte_pktmbuf_alloc(b->pool);

	assert_non_null(mbuf);
	memcpy(rte_pktmbuf_append(mbuf, (uint16_t)b->frame.len), b->frame.data, b->frame.len);
	mbuf->port = port;
	return mbuf;
}

/* Classifies b->frame alone, as it came in on a port; the mbuf stays in b->pkts[0]. */
static inline enum classify_fate
bench_one(struct bench *b, uint16_t port)
{
	b->pkts[0] = bench_mbuf(b, port);
	classify_burst(b->classify, b->policy.view, b->pkts, 1, b->fates);
	return (enum classify_fate)b->fates[0];
}

/* As bench_one() and frees the mbuf; whether the packet ended with that fate and reason. */
static inline void
bench_expect(struct bench *b, uint16_t port, enum classify_fate fate, enum classify_reason reason)
{
	uint64_t before = bench_count(b, reason);

	assert_int_equal(bench_one(b, port), fate);
	assert_int_equal(bench_count(b, reason), before + 1);
	if (fate == CLASSIFY_PASS) {
		assert_int_equal(rte_pktmbuf_pkt_len(b->pkts[0]), b->frame.len);
		assert_memory_equal(
			rte_pktmbuf_mtod(b->pkts[0], void *), b->frame.data, b->frame.len);
	}
	rte_pktmbuf_free(b->pkts[0]);
}

#endif

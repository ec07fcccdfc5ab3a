/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "classify_fixture.h"

#include <pthread.h>
#include <stdatomic.h>

#define BURST	32u
#define FIRST	1024u /* of the types asked: some below are not ours to decide */
#define NAME	"www.good.com"
#define LONGEST "x.an-other-name-that-is-much-longer.than-the-first-one.good.example.com"

/* Mbufs that pass, and so can be sent again and again. */
static void
make_burst(struct bench *b, const char *name)
{
	bench_query(b, name, 0, 0, 0);
	for (uint32_t i = 0; i < BURST; i++)
		b->pkts[i] = bench_mbuf(b, 0);
}

static void
drop_burst(struct bench *b)
{
	for (uint32_t i = 0; i < BURST; i++)
		rte_pktmbuf_free(b->pkts[i]);
}

/* n queries, a multiple of BURST, of types that count up from `first`. */
static void
ask(struct bench *b, uint32_t first, uint32_t n)
{
	for (uint32_t done = 0; done < n; done += BURST) {
		for (uint32_t i = 0; i < BURST; i++)
			frame_put16(rte_pktmbuf_mtod(b->pkts[i], uint8_t *) + b->frame.len - 4,
				(first + done + i) & 0xffff);
		classify_burst(b->classify, b->policy.view, b->pkts, BURST, b->fates);
	}
}

/* What a walk finds. */
struct found {
	uint32_t n;
	uint64_t weight;
	uint32_t most, least;	       /* weight of one */
	uint8_t types[UINT16_MAX + 1]; /* how often each is there */
};

static void
note(void *arg, const struct classify_seen *seen)
{
	struct found *found = arg;

	found->n++;
	found->weight += seen->weight;
	found->most = RTE_MAX(found->most, seen->weight);
	found->least = RTE_MIN(found->least, seen->weight);
	found->types[seen->qtype]++;
	assert_int_equal(seen->len, 14);
	assert_memory_equal(seen->name, "\3www\4good\3com", 14);
	assert_int_equal(seen->src.family, 4);
	assert_memory_equal(seen->src.bytes, "\xc0\0\2\11", 4);
	assert_memory_equal(seen->mac, "\2\0\0\0\0\2", 6);
	assert_int_equal(seen->port, 0);
	assert_int_equal(seen->vlan + seen->inner, 0);
}

static void
look(const struct bench *b, struct found *found)
{
	memset(found, 0, sizeof(*found));
	found->least = UINT32_MAX;
	classify_sample_walk(b->sample, note, found);
}

static void
what_is_never_decided_is_not_kept(void **state)
{
	static struct found found;
	struct bench b;

	(void)state;
	bench_start(&b, FIXTURE_ADS);
	look(&b, &found);
	assert_int_equal(found.n, 0);
	bench_query(&b, NAME, 1, 0, 0);
	b.frame.data[b.frame.l4_off + 8 + 2] = 0x81; /* a response */
	bench_one(&b, 1);
	rte_pktmbuf_free(b.pkts[0]);
	look(&b, &found);
	assert_int_equal(found.n, 0);
	bench_stop(&b);
}

static void
all_are_kept_until_it_is_full(void **state)
{
	static struct found found;
	struct bench b;

	(void)state;
	bench_start(&b, FIXTURE_ADS);
	make_burst(&b, NAME);
	ask(&b, FIRST, CLASSIFY_SEEN_MAX);
	look(&b, &found);
	assert_int_equal(found.n, CLASSIFY_SEEN_MAX);
	assert_int_equal(found.weight, CLASSIFY_SEEN_MAX);
	for (uint32_t i = 0; i < CLASSIFY_SEEN_MAX; i++)
		assert_int_equal(found.types[FIRST + i], 1);
	drop_burst(&b);
	bench_stop(&b);
}

static void
note_tags(void *arg, const struct classify_seen *seen)
{
	uint32_t *n = arg;

	++*n;
	assert_int_equal(seen->vlan, 100);
	assert_int_equal(seen->inner, 4094);
	assert_int_equal(seen->port, 2);
	assert_memory_equal(seen->mac, "\2\0\0\0\0\2", 6);
}

static void
all_that_clients_are_known_by_is_kept(void **state)
{
	uint32_t n = 0;
	struct frame plain;
	struct bench b;

	(void)state;
	bench_start(&b, FIXTURE_ADS); /* no group asks for it: the next policy may */
	bench_query(&b, NAME, 1, 0, 0);
	plain = b.frame;
	memcpy(b.frame.data + 12, "\x81\0\0\x64\x81\0\x2f\xfe", 8); /* priority 1 on the inner */
	memcpy(b.frame.data + 20, plain.data + 12, plain.len - 12);
	b.frame.len += 8;
	bench_one(&b, 2);
	rte_pktmbuf_free(b.pkts[0]);
	classify_sample_walk(b.sample, note_tags, &n);
	assert_int_equal(n, 1);
	bench_stop(&b);
}

static void
then_one_of_each_stride_at_any_place(void **state)
{
	static struct found found;
	uint32_t first = 0;
	struct bench b;

	(void)state;
	bench_start(&b, FIXTURE_ADS);
	make_burst(&b, NAME);
	ask(&b, FIRST, CLASSIFY_SEEN_MAX);
	ask(&b, FIRST, 2 * CLASSIFY_SEEN_MAX);
	look(&b, &found);
	assert_int_equal(found.n, CLASSIFY_SEEN_MAX);
	assert_int_equal(found.weight, 2 * CLASSIFY_SEEN_MAX);
	for (uint32_t i = FIRST; i < FIRST + 2 * CLASSIFY_SEEN_MAX; i += 2) {
		assert_int_equal(found.types[i] + found.types[i + 1], 1);
		first += found.types[i];
	}
	assert_in_range(first, CLASSIFY_SEEN_MAX * 4 / 10, CLASSIFY_SEEN_MAX * 6 / 10);
	drop_burst(&b);
	bench_stop(&b);
}

static void
strides_have_a_limit(void **state)
{
	static struct found found;
	uint32_t stride = 1;
	struct bench b;

	(void)state;
	bench_start(&b, FIXTURE_ADS);
	make_burst(&b, NAME);
	for (; stride < CLASSIFY_STRIDE_MAX; stride *= 2)
		ask(&b, 0, stride * CLASSIFY_SEEN_MAX);
	look(&b, &found);
	assert_int_equal(found.most, CLASSIFY_STRIDE_MAX / 2);
	ask(&b, 0, CLASSIFY_STRIDE_MAX * CLASSIFY_SEEN_MAX);
	ask(&b, 0, BURST * CLASSIFY_STRIDE_MAX); /* into the next turn */
	look(&b, &found);
	assert_int_equal(found.most, CLASSIFY_STRIDE_MAX);
	assert_int_equal(found.least, CLASSIFY_STRIDE_MAX);
	drop_burst(&b);
	bench_stop(&b);
}

/* A writer that changes between two names, each with a type of its own. */
struct writing {
	struct bench *b;
	atomic_bool is_over;
};

static void *
write_on(void *arg)
{
	struct writing *writing = arg;
	struct rte_mbuf *kept[BURST];
	struct bench *b = writing->b;

	make_burst(b, NAME);
	memcpy(kept, b->pkts, sizeof(kept));
	bench_query(b, LONGEST, 77, 0, 0);
	for (uint32_t i = 0; i < BURST; i += 2) {
		rte_pktmbuf_free(b->pkts[i]);
		b->pkts[i] = bench_mbuf(b, 0);
	}
	while (!atomic_load(&writing->is_over))
		classify_burst(b->classify, b->policy.view, b->pkts, BURST, b->fates);
	drop_burst(b);
	return NULL;
}

static void
check_pair(void *arg, const struct classify_seen *seen)
{
	uint32_t *n = arg;

	++*n;
	if (seen->qtype == 77)
		assert_int_equal(seen->len, strlen(LONGEST) + 2);
	else
		assert_int_equal(seen->len, strlen(NAME) + 2);
	assert_int_equal(seen->name[0], seen->qtype == 77 ? 1 : 3);
	assert_int_equal(seen->name[seen->len - 1], 0);
}

static void
half_of_one_is_never_read(void **state)
{
	struct bench b;
	struct writing writing = {.b = &b};
	pthread_t thread;
	uint32_t n = 0;

	(void)state;
	bench_start(&b, FIXTURE_ADS);
	assert_int_equal(pthread_create(&thread, NULL, write_on, &writing), 0);
	for (int i = 0; i < 20 || n == 0; i++)
		classify_sample_walk(b.sample, check_pair, &n);
	atomic_store(&writing.is_over, true);
	pthread_join(thread, NULL);
	bench_stop(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_never_decided_is_not_kept),
		cmocka_unit_test(all_are_kept_until_it_is_full),
		cmocka_unit_test(all_that_clients_are_known_by_is_kept),
		cmocka_unit_test(then_one_of_each_stride_at_any_place),
		cmocka_unit_test(strides_have_a_limit),
		cmocka_unit_test(half_of_one_is_never_read),
	};

	return cmocka_run_group_tests(tests, unit_eal_start, unit_eal_stop);
}

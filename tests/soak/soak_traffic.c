/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "soak_traffic.h"

#include "unit_frames.h"

#include <rte_cycles.h>
#include <rte_mbuf.h>

#include <stdio.h>
#include <time.h>

#define BURST	   32u
#define MOST	   32768u /* in flight: ids are told apart */
#define DNS_OFF	   42u	  /* behind Ethernet, IPv4 and UDP */
#define RCODE_A	   3
#define RCODE_B	   5
#define IDLE_NS	   20000
#define TEXT_BYTES 5 /* "gen-a" */

/* A query for the n-th name of a letter, with an OPT, so that the answer tells its text. */
static void
write_query(struct frame *f, uint16_t id, char letter, uint32_t n)
{
	static const uint8_t header[12] = {0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1};
	static const uint8_t rest[] = "\4soak\4test\0\0\1\0\1\0\0\51\4\320\0\0\0\0\0\0";
	char label[16];
	uint8_t len = (uint8_t)snprintf(label + 1, sizeof(label) - 1, "%c%u", letter, n);

	label[0] = (char)len;
	frame_ethernet(f, 0x0800);
	frame_ip4(f, 17, 0);
	frame_udp(f, (uint16_t)(sizeof(header) + 1 + len + sizeof(rest) - 1));
	memcpy(f->data + DNS_OFF, header, sizeof(header));
	frame_put16(f->data + DNS_OFF, id);
	memcpy(f->data + DNS_OFF + sizeof(header), label, 1u + len);
	memcpy(f->data + DNS_OFF + sizeof(header) + 1 + len, rest, sizeof(rest) - 1);
}

/* A burst into the ring, unless there is no room now. */
static void
ask(struct soak_traffic *t, uint32_t epoch)
{
	uint32_t letters = t->patterns ? 6 : 4;
	struct rte_mbuf *pkts[BURST];
	struct frame f;

	if (t->sent - t->answered - t->passed + BURST > MOST ||
		rte_ring_free_count(t->in) < BURST ||
		rte_pktmbuf_alloc_bulk(t->pool, pkts, BURST) != 0) {
		t->late++;
		return;
	}
	for (uint32_t i = 0; i < BURST; i++) {
		uint64_t n = t->sent + i;

		write_query(&f, (uint16_t)n, SOAK_LETTERS[n % letters],
			(uint32_t)(n / letters % t->names));
		memcpy(rte_pktmbuf_append(pkts[i], (uint16_t)f.len), f.data, f.len);
		pkts[i]->port = t->port;
		t->epoch_of[(uint16_t)n] = epoch;
	}
	rte_ring_sp_enqueue_bulk(t->in, (void **)pkts, BURST, NULL);
	t->sent += BURST;
}

/* Whose answer it is: 'a' or 'b'; '-': it passed; '?': it is neither's. */
static char
decided_by(const struct rte_mbuf *pkt, bool passed)
{
	const uint8_t *frame = rte_pktmbuf_mtod(pkt, const uint8_t *);
	uint8_t rcode = frame[DNS_OFF + 3] & 0xf;
	const uint8_t *text;

	if (passed)
		return (frame[DNS_OFF + 2] & 0x80) == 0 ? '-' : '?';
	text = memmem(frame, rte_pktmbuf_data_len(pkt), "gen-", 4);
	if (text == NULL || text + TEXT_BYTES > frame + rte_pktmbuf_data_len(pkt))
		return '?';
	if (text[4] == 'a' && rcode == RCODE_A)
		return 'a';
	return text[4] == 'b' && rcode == RCODE_B ? 'b' : '?';
}

/* What a policy does with a name: its letter, or '-'. */
static char
expected(char policy, char letter)
{
	bool blocked = letter == 'c' || (policy == 'a' && (letter == 'a' || letter == 'e')) ||
		       (policy == 'b' && (letter == 'b' || letter == 'f'));

	return blocked ? policy : '-';
}

static void
judge(struct soak_traffic *t, const struct rte_mbuf *pkt, bool passed, uint32_t epoch)
{
	const uint8_t *dns = rte_pktmbuf_mtod_offset(pkt, const uint8_t *, DNS_OFF);
	char letter = (char)dns[13], by = decided_by(pkt, passed);
	uint32_t asked = t->epoch_of[(uint16_t)(dns[0] << 8 | dns[1])];
	bool good = by == expected('a', letter) || by == expected('b', letter);

	if (asked == epoch && epoch % 2 == 0) {
		t->settled++;
		good = by == expected(epoch % 4 == 0 ? 'a' : 'b', letter);
	}
	t->by_a += by == 'a';
	t->by_b += by == 'b';
	if (good)
		return;
	if (t->wrong++ == 0)
		snprintf(t->first_wrong, sizeof(t->first_wrong),
			"a name of letter %c: %c, asked in epoch %u, back in %u", letter, by, asked,
			epoch);
}

static uint32_t
take(struct soak_traffic *t)
{
	struct rte_mbuf *pkts[BURST];
	uint32_t all = 0;

	for (int i = 0; i < 2; i++) {
		/* The epoch is read behind the ring: what is in it was decided before. */
		uint32_t n = rte_ring_sc_dequeue_burst(t->out[i], (void **)pkts, BURST, NULL);
		uint32_t epoch = atomic_load(&t->epoch);

		for (uint32_t k = 0; k < n; k++)
			judge(t, pkts[k], i == 1, epoch);
		rte_pktmbuf_free_bulk(pkts, n);
		*(i == 0 ? &t->answered : &t->passed) += n;
		all += n;
	}
	return all;
}

int
soak_traffic_run(void *arg)
{
	const struct timespec nap = {.tv_nsec = IDLE_NS};
	struct soak_traffic *t = arg;
	uint64_t step = rte_get_tsc_hz() * BURST / t->rate, due = rte_rdtsc();

	while (!atomic_load(&t->is_over)) {
		if (rte_rdtsc() >= due) {
			ask(t, atomic_load(&t->epoch));
			due += step;
		} else if (take(t) == 0) {
			nanosleep(&nap, NULL);
		}
		take(t);
	}
	for (int i = 0; i < 500000 && t->answered + t->passed < t->sent; i++) {
		if (take(t) == 0)
			nanosleep(&nap, NULL);
	}
	return 0;
}

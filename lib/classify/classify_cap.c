/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * Responses of others on their way to clients whose lists change soon: their TTLs are lowered.
 */
#include "classify_priv.h"
#include "dns_ttl.h"
#include "pkt_addr.h"

#include <rte_mbuf.h>

#include <string.h>

#define TTL_LEN	    4
#define UDP_SUM_OFF 6 /* octets of a UDP header in front of its checksum */
#define SUM_LEN	    2

/* Whether nobody else reads the octets of a packet, however many segments it has. */
static bool
is_own(const struct rte_mbuf *mbuf)
{
	for (; mbuf != NULL; mbuf = mbuf->next) {
		if (rte_mbuf_refcnt_read(mbuf) != 1 || !RTE_MBUF_DIRECT(mbuf))
			return false;
	}
	return true;
}

/* Writes octets at an offset of the frame, over the ends of segments. */
static void
write_at(struct rte_mbuf *mbuf, uint32_t off, const uint8_t *octets, uint32_t len)
{
	for (; len > 0 && mbuf != NULL; mbuf = mbuf->next) {
		uint32_t here = rte_pktmbuf_data_len(mbuf), n;

		if (off >= here) {
			off -= here;
			continue;
		}
		n = len < here - off ? len : here - off;
		memcpy(rte_pktmbuf_mtod_offset(mbuf, uint8_t *, off), octets, n);
		octets += n;
		len -= n;
		off = 0;
	}
}

static uint32_t
read32(const uint8_t *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* What four octets add to the sum of 16-bit words, at an even or odd place of the datagram. */
static uint32_t
sum_of(uint32_t value, bool is_odd)
{
	uint32_t sum = (value >> 16) + (value & 0xffff);

	sum = (sum & 0xffff) + (sum >> 16);
	/* At an odd place the octets of each word change places (RFC 1071 2 B). */
	return is_odd ? (sum & 0xff) << 8 | sum >> 8 : sum;
}

/* RFC 1624 3, equation 3. What comes out as 0 is written as the other zero, for 0 says that there
 * is no checksum (RFC 768). */
static uint16_t
mend_sum(uint16_t sum, uint32_t removed, uint32_t added)
{
	uint32_t total = (uint16_t)~sum + (removed ^ 0xffff) + added;

	total = (total & 0xffff) + (total >> 16);
	total = (total & 0xffff) + (total >> 16);
	return total == 0xffff ? 0xffff : (uint16_t)~total;
}

/* Lowers the TTLs, and makes the checksum good for them, where there is one. */
static void
lower(struct classify_job *job, uint32_t max, const struct dns_ttl_places *places)
{
	const uint8_t ttl[TTL_LEN] = {
		(uint8_t)(max >> 24), (uint8_t)(max >> 16), (uint8_t)(max >> 8), (uint8_t)max};
	uint32_t sum_off = job->layers.l4_off + UDP_SUM_OFF;
	uint16_t sum = (uint16_t)(job->frame[sum_off] << 8 | job->frame[sum_off + 1]);
	uint8_t octets[SUM_LEN];

	for (uint16_t i = 0; i < places->nb; i++) {
		uint32_t off = (uint32_t)job->layers.payload_off + places->at[i];
		bool is_odd = places->at[i] % 2 != 0;

		sum = sum == 0 ? 0
			       : mend_sum(sum, sum_of(read32(job->frame + off), is_odd),
					 sum_of(max, is_odd));
		write_at(job->mbuf, off, ttl, TTL_LEN);
	}
	octets[0] = (uint8_t)(sum >> 8);
	octets[1] = (uint8_t)sum;
	write_at(job->mbuf, sum_off, octets, SUM_LEN);
}

/* The seconds that a client may keep what it is sent; UINT32_MAX: as long as it is told. */
static uint32_t
limit_of(const struct classify *c, const struct policy_view *view, struct classify_job *job,
	int64_t now_us)
{
	const struct policy_group *group = &view->groups[job->group];

	if (!group->cap_ttl)
		return UINT32_MAX;
	classify_hours_of(c, view, job, now_us);
	return job->ttl_max;
}

static void
cap(struct classify_job *job, uint32_t max, struct dns_ttl_places *places)
{
	switch (dns_ttl_find(
		job->frame + job->layers.payload_off, job->layers.payload_len, max, places)) {
	case DNS_TTL_MALFORMED:
		classify_end(job, CLASSIFY_uncapped_malformed, CLASSIFY_PASS);
		return;
	case DNS_TTL_SIGNED:
		classify_end(job, CLASSIFY_uncapped_signed, CLASSIFY_PASS);
		return;
	case DNS_TTL_NONE:
		return;
	case DNS_TTL_LOWERED:
		break;
	}
	if (unlikely(!is_own(job->mbuf)) && !classify_own_copy(job)) {
		classify_end(job, CLASSIFY_uncapped_no_mbuf, CLASSIFY_PASS);
		return;
	}
	lower(job, max, places);
	classify_end(job, CLASSIFY_passed_capped, CLASSIFY_PASS);
}

void
classify_cap(struct classify *c, const struct policy_view *view)
{
	int64_t now_us = atomic_load_explicit(&c->now_us, memory_order_relaxed);
	struct dns_ttl_places places;

	classify_group_answers(c, view);
	for (uint16_t i = 0; i < c->nb_answers; i++) {
		struct classify_job *job = &c->jobs[c->answers[i]];
		uint32_t max = limit_of(c, view, job, now_us);

		if (max != UINT32_MAX)
			cap(job, max, &places);
	}
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "dns_ttl.h"

#include "base_cur.h"
#include "dns_question.h"

#define LABEL_END 0x40 /* RFC 1035 4.1.4: a label is shorter */
#define POINTER	  0xc0 /* the two highest bits that make a pointer of it */

/* Steps over a name; what a pointer points to lies in front of it. */
static void
skip_name(struct base_cur *cur)
{
	for (;;) {
		uint32_t start = cur->off;
		uint8_t len = base_cur_u8(cur);

		if (len == 0)
			return; /* the root, or the cursor has failed */
		if (len < LABEL_END) {
			base_cur_skip(cur, len);
			continue;
		}
		if (len < POINTER || (uint32_t)((len & ~POINTER) << 8 | base_cur_u8(cur)) >= start)
			cur->bad = true;
		return;
	}
}

/* A record; *at takes where its TTL stands, 0 where it has none. False: the message is signed. */
static bool
read_record(struct base_cur *cur, uint32_t *at, uint32_t *ttl)
{
	uint16_t type, len;
	const uint8_t *data;

	skip_name(cur);
	type = base_cur_u16(cur);
	base_cur_skip(cur, 2);
	*at = type == DNS_TYPE_OPT ? 0 : cur->off;
	*ttl = base_cur_u32(cur);
	len = base_cur_u16(cur);
	data = base_cur_take(cur, len);
	if (cur->bad)
		return true;
	return type != DNS_TYPE_TSIG &&
	       !(type == DNS_TYPE_SIG && len >= 2 && data[0] == 0 && data[1] == 0);
}

/* The header's counts: questions stepped over, records added up. */
static uint32_t
read_counts(struct base_cur *cur)
{
	uint32_t questions, records;

	base_cur_skip(cur, 4);
	questions = base_cur_u16(cur);
	records = base_cur_u16(cur);
	records += base_cur_u16(cur);
	records += base_cur_u16(cur);
	for (uint32_t i = 0; i < questions && !cur->bad; i++) {
		skip_name(cur);
		base_cur_skip(cur, 4);
	}
	return records;
}

enum dns_ttl_result
dns_ttl_find(const uint8_t *msg, uint16_t len, uint32_t max, struct dns_ttl_places *out)
{
	struct base_cur cur = base_cur_init(msg, len);
	uint32_t records = read_counts(&cur);
	bool is_signed = false;

	out->nb = 0;
	if (cur.bad || records > DNS_TTL_RECORDS_MAX)
		return DNS_TTL_MALFORMED;
	for (uint32_t i = 0; i < records; i++) {
		uint32_t at, ttl;

		is_signed |= !read_record(&cur, &at, &ttl);
		if (cur.bad)
			return DNS_TTL_MALFORMED;
		if (at > 0 && ttl > max && ttl <= INT32_MAX)
			out->at[out->nb++] = (uint16_t)at;
	}
	if (base_cur_left(&cur) > 0)
		return DNS_TTL_MALFORMED;
	if (is_signed)
		return DNS_TTL_SIGNED;
	return out->nb == 0 ? DNS_TTL_NONE : DNS_TTL_LOWERED;
}

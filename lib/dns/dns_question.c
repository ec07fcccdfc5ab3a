/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "dns_question.h"

#include "base_cur.h"

#include <stddef.h>
#include <string.h>

#define OPTION_COOKIE 10 /* RFC 7873 4 */

/* A resource record behind its owner. */
struct record {
	uint16_t type;
	uint16_t class;	      /* OPT: the UDP size */
	uint32_t ttl;	      /* OPT: extended rcode, version, flags */
	struct base_cur data; /* over RDATA */
	bool at_root;	      /* the owner is one octet, the root's */
};

static void
read_header(struct base_cur *cur, struct dns_question *out)
{
	out->id = base_cur_u16(cur);
	out->flags = base_cur_u16(cur);
	out->qdcount = base_cur_u16(cur);
	out->ancount = base_cur_u16(cur);
	out->nscount = base_cur_u16(cur);
	out->arcount = base_cur_u16(cur);
	out->has_header = true;
}

static enum dns_reason
read_question(struct base_cur *cur, struct dns_question *out)
{
	enum dns_reason reason =
		dns_name_from_wire(cur->data + cur->off, base_cur_left(cur), &out->name);

	if (reason != DNS_ok)
		return reason;
	out->has_name = true;
	base_cur_skip(cur, out->name.len);
	if (base_cur_left(cur) < 4)
		return DNS_question_short;
	out->qtype = base_cur_u16(cur);
	out->qclass = base_cur_u16(cur);
	out->has_question = true;
	return DNS_ok;
}

/* Behind an owner, whose compression is not followed (RFC 1035 4.1.4). */
static enum dns_reason
skip_owner(struct base_cur *cur)
{
	for (;;) {
		uint8_t n = base_cur_u8(cur);

		if (n == 0) /* the root, or the cursor has failed */
			return cur->bad ? DNS_record_short : DNS_ok;
		if (n >= 0xc0) {
			base_cur_skip(cur, 1);
			return cur->bad ? DNS_record_short : DNS_ok;
		}
		if (n > DNS_LABEL_MAX)
			return DNS_record_label;
		base_cur_skip(cur, n);
	}
}

static enum dns_reason
read_record(struct base_cur *cur, const uint8_t *msg, struct record *record)
{
	uint32_t start = cur->off;
	enum dns_reason reason = skip_owner(cur);
	uint16_t len;

	if (reason != DNS_ok)
		return reason;
	record->at_root = cur->off == start + 1;
	record->type = base_cur_u16(cur);
	record->class = base_cur_u16(cur);
	record->ttl = base_cur_u32(cur);
	len = base_cur_u16(cur);
	record->data = (struct base_cur){.data = msg, .off = cur->off, .len = cur->off + len};
	base_cur_skip(cur, len);
	return cur->bad ? DNS_record_short : DNS_ok;
}

/* The data of one option is at `off`. */
static enum dns_reason
read_cookie(uint32_t off, uint16_t len, struct dns_question *out)
{
	if (out->cookie_len != 0) /* the first counts (RFC 7873 5.2) */
		return DNS_ok;
	if (len != 8 && (len < 16 || len > DNS_COOKIE_MAX))
		return DNS_cookie_size;
	out->cookie_off = (uint16_t)off;
	out->cookie_len = (uint8_t)len;
	return DNS_ok;
}

static enum dns_reason
read_options(struct base_cur *cur, struct dns_question *out)
{
	while (base_cur_left(cur) > 0) {
		uint16_t code = base_cur_u16(cur);
		uint16_t len = base_cur_u16(cur);
		uint32_t off = cur->off;
		enum dns_reason reason;

		base_cur_skip(cur, len);
		if (cur->bad)
			return DNS_opt_short;
		if (code != OPTION_COOKIE)
			continue;
		reason = read_cookie(off, len, out);
		if (reason != DNS_ok)
			return reason;
	}
	return DNS_ok;
}

/* RFC 6891 6.1 */
static enum dns_reason
read_opt(struct record *record, struct dns_question *out)
{
	enum dns_reason reason;

	if (out->has_opt)
		return DNS_opt_twice;
	if (!record->at_root)
		return DNS_opt_owner;
	out->edns_version = (uint8_t)(record->ttl >> 16);
	if (out->edns_version == 0) {
		reason = read_options(&record->data, out);
		if (reason != DNS_ok) {
			out->cookie_off = 0;
			out->cookie_len = 0;
			return reason;
		}
	}
	out->has_opt = true;
	out->edns_udp = record->class;
	out->edns_flags = (uint16_t)record->ttl;
	return DNS_ok;
}

static enum dns_reason
read_additional(struct record *record, struct dns_question *out)
{
	if (record->type == DNS_TYPE_OPT)
		return read_opt(record, out);
	if (record->type == DNS_TYPE_TSIG)
		out->is_signed = true;
	if (record->type == DNS_TYPE_SIG && base_cur_u16(&record->data) == 0)
		out->is_signed = true; /* the type covered is 0 (RFC 2931 3) */
	return DNS_ok;
}

static enum dns_reason
read_records(struct base_cur *cur, struct dns_question *out)
{
	uint32_t before = (uint32_t)out->ancount + out->nscount;
	uint32_t all = before + out->arcount;

	/* Each record takes octets: a count that lies ends at the message's end. */
	for (uint32_t i = 0; i < all; i++) {
		struct record record;
		enum dns_reason reason = read_record(cur, cur->data, &record);

		if (reason == DNS_ok && i >= before)
			reason = read_additional(&record, out);
		else if (reason == DNS_ok && record.type == DNS_TYPE_OPT)
			reason = DNS_opt_section;
		if (reason != DNS_ok)
			return reason;
	}
	return DNS_ok;
}

/* A well-formed query: is it ours to answer? */
static enum dns_reason
judge(const struct dns_question *out)
{
	if (out->qdcount == 0)
		return out->cookie_len > 0 ? DNS_cookie_only : DNS_no_question;
	if (out->edns_version > 0)
		return DNS_edns_version;
	if (out->qclass != DNS_QCLASS_IN && out->qclass != DNS_QCLASS_ANY)
		return DNS_class;
	switch (out->qtype) {
	case DNS_TYPE_AXFR:
		return DNS_axfr;
	case DNS_TYPE_IXFR:
		return DNS_ixfr;
	case DNS_TYPE_TKEY:
		return DNS_tkey;
	default:
		return DNS_ok;
	}
}

enum dns_reason
dns_question_parse(const uint8_t *msg, uint16_t len, struct dns_question *out)
{
	struct base_cur cur = base_cur_init(msg, len);
	enum dns_reason reason = DNS_ok;

	memset(out, 0, offsetof(struct dns_question, name));
	if (len < DNS_HEADER_LEN)
		return DNS_short;
	read_header(&cur, out);
	if (out->qdcount > 0)
		reason = read_question(&cur, out);
	if (out->flags & DNS_FLAG_QR)
		return DNS_response;
	if (out->flags & DNS_FLAGS_OPCODE)
		return DNS_opcode;
	if (out->qdcount > 1)
		return DNS_many_questions;
	if (reason == DNS_ok)
		reason = read_records(&cur, out);
	return reason == DNS_ok ? judge(out) : reason;
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "dns_answer.h"

#include "base_cur.h"

#include <string.h>

#define POINTER	      0xc000 /* RFC 1035 4.1.4 */
#define RECORD_FIXED  10     /* octets between owner and RDATA */
#define OPT_FIXED     11     /* octets of an OPT without options */
#define OPTION_FIXED  4	     /* octets of code and length */
#define OPTION_COOKIE 10     /* RFC 7873 4 */
#define OPTION_EDE    15     /* RFC 8914 2 */
#define A_LEN	      4
#define AAAA_LEN      16

/* The SOA's names stand under a name that exists nowhere (RFC 6761 6.4). */
static const uint8_t soa_mname[17] = "\2ns\4weir\7invalid";
static const uint8_t soa_rname[11] = {10, 'h', 'o', 's', 't', 'm', 'a', 's', 't', 'e', 'r'};
#define SOA_MNAME_PARENT 3 /* offset of "weir.invalid." in soa_mname */
#define SOA_SERIAL	 1
#define SOA_REFRESH	 3600	/* seconds */
#define SOA_RETRY	 600	/* seconds */
#define SOA_EXPIRE	 604800 /* seconds */
#define SOA_LEN		 (sizeof(soa_mname) + sizeof(soa_rname) + 2 + 5 * 4)

/* Which parts an answer has. */
struct shape {
	struct dns_data data; /* only with a set of records */
	uint8_t a;	      /* records */
	uint8_t aaaa;	      /* records */
	uint8_t rcode;	      /* enum dns_rcode */
	bool cname;
	bool soa;
	bool ede;
	bool ede_text;
	bool tc;
};

/* A name in a message, as a later one can refer to it. */
struct place {
	uint16_t off;
	bool is_root; /* one octet is shorter than a pointer to it, and dearer to some readers */
};

static struct place
question_place(const struct dns_question *question)
{
	return (struct place){.off = DNS_HEADER_LEN, .is_root = question->name.labels == 0};
}

static struct place
soa_place(const struct dns_question *question, const struct dns_reply *reply)
{
	const struct dns_name *name = &question->name;

	if (reply->soa_labels == 0)
		return (struct place){.is_root = true};
	if (reply->soa_labels >= name->labels)
		return question_place(question);
	return (struct place){
		.off = (uint16_t)(DNS_HEADER_LEN + name->start[name->labels - reply->soa_labels])};
}

static uint32_t
record_size(struct place owner, uint32_t data_len)
{
	return (owner.is_root ? 1 : 2) + RECORD_FIXED + data_len;
}

/* The records of a set that are asked for. A name that would grow too long is none (RFC 6672 2.2
 * does so). */
static void
add_data(const struct dns_question *question, const struct dns_reply *reply, struct shape *shape)
{
	dns_data_pick(reply->data, reply->data_len, question->qtype, &shape->data);
	shape->soa = reply->soa && shape->data.nb == 0;
	if (shape->data.is_prefix &&
		dns_data_target_len(&shape->data, &question->name) > DNS_NAME_MAX) {
		shape->data.nb = 0;
		shape->data.len = 0;
		shape->rcode = DNS_RCODE_YXDOMAIN;
	}
}

/* All that the reply has for this question, whatever the limits. */
static struct shape
whole_shape(const struct dns_question *question, const struct dns_reply *reply)
{
	struct shape shape = {.cname = reply->cname != NULL, .rcode = reply->rcode};
	bool any = question->qtype == DNS_TYPE_ANY && !shape.cname;

	if (reply->truncate)
		return (struct shape){.tc = true, .rcode = reply->rcode};
	if (question->qtype == DNS_TYPE_A || any)
		shape.a = reply->a_count;
	if (question->qtype == DNS_TYPE_AAAA || any)
		shape.aaaa = reply->aaaa_count;
	shape.soa = reply->soa && !shape.cname && shape.a + shape.aaaa == 0;
	if (reply->data != NULL)
		add_data(question, reply, &shape);
	shape.ede = reply->has_ede && question->has_opt;
	shape.ede_text = shape.ede && reply->ede_text_len > 0;
	return shape;
}

static uint32_t
options_size(const struct dns_question *question, const struct dns_reply *reply,
	const struct shape *shape)
{
	uint32_t size = 0;

	if (question->cookie_len > 0)
		size += OPTION_FIXED + question->cookie_len;
	if (shape->ede)
		size += OPTION_FIXED + 2;
	if (shape->ede_text)
		size += reply->ede_text_len;
	return size;
}

static uint32_t
data_size(const struct dns_question *question, const struct dns_data *data)
{
	uint32_t owner = question->name.labels == 0 ? 1 : 2;

	if (data->nb == 0)
		return 0;
	if (data->is_prefix)
		return owner + DNS_DATA_FIXED + dns_data_target_len(data, &question->name);
	return data->nb * owner + data->len;
}

static uint32_t
shape_size(const struct dns_question *question, const struct dns_reply *reply,
	const struct shape *shape)
{
	struct place owner = question_place(question);
	uint32_t size = DNS_HEADER_LEN + dns_question_len(question);

	if (shape->cname) {
		size += record_size(owner, reply->cname_len);
		owner.is_root = reply->cname_len == 1;
	}
	size += shape->a * record_size(owner, A_LEN);
	size += shape->aaaa * record_size(owner, AAAA_LEN);
	size += data_size(question, &shape->data);
	if (shape->soa)
		size += record_size(soa_place(question, reply), SOA_LEN);
	if (question->has_opt)
		size += OPT_FIXED + options_size(question, reply, shape);
	return size;
}

/*
 * The most that the limits allow; *size takes its octets. What only explains the answer goes step
 * by step, the EDE text first (RFC 8914 3). TC=1 comes last: it sends the client to TCP, where what
 * this answer would have said may not be said again.
 */
static struct shape
fit_shape(const struct dns_question *question, const struct dns_reply *reply, uint32_t *size)
{
	uint32_t most = reply->amplify_max < reply->size_max ? reply->amplify_max : reply->size_max;
	struct shape shape = whole_shape(question, reply);

	*size = shape_size(question, reply, &shape);
	if (*size > most && shape.ede_text) {
		shape.ede_text = false;
		*size = shape_size(question, reply, &shape);
	}
	if (*size > most && shape.soa) {
		shape.soa = false;
		*size = shape_size(question, reply, &shape);
	}
	if (*size > most) {
		shape = (struct shape){.tc = true, .rcode = reply->rcode};
		*size = shape_size(question, reply, &shape);
	}
	return shape;
}

static void
write_header(struct base_out *out, const struct dns_question *question, const struct shape *shape)
{
	uint32_t flags = question->flags & (DNS_FLAGS_OPCODE | DNS_FLAG_RD | DNS_FLAG_CD);

	flags |= DNS_FLAG_QR | (shape->rcode & DNS_FLAGS_RCODE);
	flags |= question->flags & DNS_FLAG_RD ? DNS_FLAG_RA : DNS_FLAG_AA;
	if (shape->tc)
		flags |= DNS_FLAG_TC;
	base_out_u16(out, question->id);
	base_out_u16(out, (uint16_t)flags);
	base_out_u16(out, 1);
	base_out_u16(out, (uint16_t)(shape->cname + shape->a + shape->aaaa + shape->data.nb));
	base_out_u16(out, shape->soa);
	base_out_u16(out, question->has_opt);
}

static void
write_owner(struct base_out *out, struct place owner)
{
	if (owner.is_root)
		base_out_u8(out, 0);
	else
		base_out_u16(out, (uint16_t)(POINTER | owner.off));
}

/* Owner to RDLENGTH; RDATA comes next. */
static void
write_record(struct base_out *out, struct place owner, enum dns_type type, uint32_t ttl,
	uint32_t data_len)
{
	write_owner(out, owner);
	base_out_u16(out, (uint16_t)type);
	base_out_u16(out, DNS_QCLASS_IN);
	base_out_u32(out, ttl);
	base_out_u16(out, (uint16_t)data_len);
}

/* Type, class and TTL of a record of a set. */
static void
write_fixed(struct base_out *out, const uint8_t *record, uint32_t ttl_max)
{
	uint32_t ttl = (uint32_t)record[4] << 24 | (uint32_t)record[5] << 16 |
		       (uint32_t)record[6] << 8 | record[7];

	base_out_bytes(out, record, 4);
	base_out_u32(out, ttl_max == 0 || ttl < ttl_max ? ttl : ttl_max);
}

/* The records of a set, each behind its owner. Names in RDATA stay whole: to compress them is for
 * RFC 1035's own types alone (RFC 3597 4). */
static void
write_data(struct base_out *out, const struct dns_question *question, const struct dns_reply *reply,
	const struct dns_data *data)
{
	const uint8_t *record = data->at;

	if (data->nb > 0 && data->is_prefix) {
		write_owner(out, question_place(question));
		write_fixed(out, record, reply->ttl_max);
		base_out_u16(out, (uint16_t)dns_data_target_len(data, &question->name));
		base_out_bytes(out, out->data + DNS_HEADER_LEN, question->name.len - 1U);
		base_out_bytes(out, record + DNS_DATA_FIXED + 2,
			(uint32_t)(data->len - DNS_DATA_FIXED - 2));
		return;
	}
	for (uint16_t i = 0; i < data->nb; i++) {
		uint32_t size = DNS_DATA_FIXED + (uint32_t)(record[8] << 8 | record[9]);

		write_owner(out, question_place(question));
		write_fixed(out, record, reply->ttl_max);
		base_out_bytes(out, record + DNS_DATA_FIXED - 2, size - (DNS_DATA_FIXED - 2));
		record += size;
	}
}

static void
write_answers(struct base_out *out, const struct dns_question *question,
	const struct dns_reply *reply, const struct shape *shape)
{
	struct place owner = question_place(question);

	if (shape->cname) {
		write_record(out, owner, DNS_TYPE_CNAME, reply->ttl, reply->cname_len);
		owner = (struct place){.off = (uint16_t)out->len, .is_root = reply->cname_len == 1};
		base_out_bytes(out, reply->cname, reply->cname_len);
	}
	for (uint32_t i = 0; i < shape->a; i++) {
		write_record(out, owner, DNS_TYPE_A, reply->ttl, A_LEN);
		base_out_bytes(out, reply->a + i * A_LEN, A_LEN);
	}
	for (uint32_t i = 0; i < shape->aaaa; i++) {
		write_record(out, owner, DNS_TYPE_AAAA, reply->ttl, AAAA_LEN);
		base_out_bytes(out, reply->aaaa + i * AAAA_LEN, AAAA_LEN);
	}
}

/* RFC 2308 3: the zone that says no. */
static void
write_soa(struct base_out *out, const struct dns_question *question, const struct dns_reply *reply)
{
	uint32_t mname;

	write_record(out, soa_place(question, reply), DNS_TYPE_SOA, reply->ttl, SOA_LEN);
	mname = out->len;
	base_out_bytes(out, soa_mname, sizeof(soa_mname));
	base_out_bytes(out, soa_rname, sizeof(soa_rname));
	base_out_u16(out, (uint16_t)(POINTER | (mname + SOA_MNAME_PARENT)));
	base_out_u32(out, SOA_SERIAL);
	base_out_u32(out, SOA_REFRESH);
	base_out_u32(out, SOA_RETRY);
	base_out_u32(out, SOA_EXPIRE);
	base_out_u32(out, reply->ttl);
}

static void
write_opt(struct base_out *out, const struct dns_question *question, const struct dns_reply *reply,
	const struct shape *shape, const uint8_t *cookie)
{
	base_out_u8(out, 0);
	base_out_u16(out, DNS_TYPE_OPT);
	base_out_u16(out, reply->udp_size);
	base_out_u32(out, question->edns_flags & DNS_EDNS_DO);
	base_out_u16(out, (uint16_t)options_size(question, reply, shape));
	if (question->cookie_len > 0) {
		base_out_u16(out, OPTION_COOKIE);
		base_out_u16(out, question->cookie_len);
		base_out_bytes(out, cookie, question->cookie_len);
	}
	if (shape->ede) {
		uint16_t text_len = shape->ede_text ? reply->ede_text_len : 0;

		base_out_u16(out, OPTION_EDE);
		base_out_u16(out, (uint16_t)(2 + text_len));
		base_out_u16(out, reply->ede_code);
		base_out_bytes(out, reply->ede_text, text_len);
	}
}

uint16_t
dns_answer_write(const uint8_t *query, const struct dns_question *question,
	const struct dns_reply *reply, uint8_t *out, uint16_t cap)
{
	uint8_t cookie[DNS_COOKIE_MAX];
	struct base_out to;
	struct shape shape;
	uint32_t size;

	if (!question->has_question)
		return 0;
	shape = fit_shape(question, reply, &size);
	if (size > cap || size > reply->size_max || size > reply->amplify_max)
		return 0;
	/* In place: what is behind the question will be overwritten. */
	memcpy(cookie, query + question->cookie_off, question->cookie_len);
	to = base_out_init(out, size);
	write_header(&to, question, &shape);
	if (query == out)
		base_out_room(&to, dns_question_len(question));
	else
		base_out_bytes(&to, query + DNS_HEADER_LEN, dns_question_len(question));
	write_answers(&to, question, reply, &shape);
	write_data(&to, question, reply, &shape.data);
	if (shape.soa)
		write_soa(&to, question, reply);
	if (question->has_opt)
		write_opt(&to, question, reply, &shape, cookie);
	return (uint16_t)to.len;
}

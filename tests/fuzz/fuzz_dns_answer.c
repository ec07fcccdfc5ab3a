// covers: dns_answer_write dns_answer_size
/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "dns_answer.h"
#include "fuzz.h"

#include <string.h>

/* The last octets of an input choose the reply. They stay in the query, behind its last record,
 * where nobody reads them: so every DNS message is an input. */
enum {
	KNOBS = 8
};

static const uint8_t addresses[255 * 16];
static const char text[255];
static const uint8_t target[] = "\4wall\4weir\7invalid";

static struct dns_reply
reply_of(const struct dns_question *question, const uint8_t knobs[KNOBS])
{
	struct dns_reply reply = {
		.a = addresses,
		.aaaa = addresses,
		.cname = knobs[0] & 0x80 ? target : NULL,
		.cname_len = sizeof(target),
		.ede_text = text,
		.ede_text_len = knobs[1],
		.ttl = knobs[2] * 1000U,
		.udp_size = 1232,
		.size_max = dns_answer_size(question, (uint16_t)(knobs[3] * 16), 1472),
		.amplify_max = (uint16_t)(knobs[4] * 4),
		.a_count = knobs[5] & 7,
		.aaaa_count = knobs[5] >> 4,
		.soa_labels = knobs[6],
		.rcode = knobs[0] & DNS_FLAGS_RCODE,
		.soa = (knobs[0] & 0x40) != 0,
		.has_ede = (knobs[0] & 0x20) != 0,
		.truncate = (knobs[0] & 0x10) != 0,
	};

	return reply;
}

/* The answer, taken for a query so that our reader walks its records, is whole and ends at its end.
 */
static void
check_records(uint8_t *answer, uint16_t len, const uint8_t *query, const struct dns_question *asked)
{
	struct dns_question got;

	answer[2] &= 0x7f;
	FUZZ_CHECK(dns_reason_class(dns_question_parse(answer, len, &got)) != DNS_CLASS_MALFORMED);
	FUZZ_CHECK(got.has_opt == asked->has_opt && got.edns_version == 0);
	FUZZ_CHECK((got.edns_flags & DNS_EDNS_DO) == (asked->edns_flags & DNS_EDNS_DO));
	FUZZ_CHECK(got.cookie_len == asked->cookie_len);
	FUZZ_CHECK(memcmp(answer + got.cookie_off, query + asked->cookie_off, got.cookie_len) == 0);
	FUZZ_CHECK(dns_reason_class(dns_question_parse(answer, (uint16_t)(len - 1), &got)) ==
		   DNS_CLASS_MALFORMED);
	answer[2] |= 0x80;
}

static void
check_answer(uint8_t *answer, uint16_t len, const uint8_t *query, const struct dns_question *asked,
	const struct dns_reply *reply)
{
	struct dns_question got;
	uint16_t copied = DNS_FLAGS_OPCODE | DNS_FLAG_RD | DNS_FLAG_CD;

	FUZZ_CHECK(len <= reply->size_max && len <= reply->amplify_max);
	FUZZ_CHECK(dns_question_parse(answer, len, &got) == DNS_response);
	FUZZ_CHECK(got.has_question && got.qdcount == 1 && got.id == asked->id);
	FUZZ_CHECK(memcmp(answer + DNS_HEADER_LEN, query + DNS_HEADER_LEN,
			   dns_question_len(asked)) == 0);
	FUZZ_CHECK((got.flags & copied) == (asked->flags & copied));
	FUZZ_CHECK((got.flags & DNS_FLAG_AD) == 0 && (got.flags & 0x40) == 0);
	FUZZ_CHECK(((got.flags & DNS_FLAG_RA) != 0) == ((got.flags & DNS_FLAG_RD) != 0));
	FUZZ_CHECK(((got.flags & DNS_FLAG_AA) != 0) == ((got.flags & DNS_FLAG_RD) == 0));
	FUZZ_CHECK((got.flags & DNS_FLAGS_RCODE) == reply->rcode);
	FUZZ_CHECK((got.flags & DNS_FLAG_TC) == 0 || got.ancount + got.nscount == 0);
	FUZZ_CHECK(!reply->truncate || (got.flags & DNS_FLAG_TC) != 0);
	if ((asked->flags & DNS_FLAGS_OPCODE) == 0)
		check_records(answer, len, query, asked);
}

static void
answer_in_place(const uint8_t *query, uint16_t query_len, uint16_t cap)
{
	uint8_t *octets = calloc(1, cap > query_len ? cap : query_len);
	struct dns_question question;
	struct dns_reply reply;
	uint16_t len;

	FUZZ_CHECK(octets != NULL);
	memcpy(octets, query, query_len);
	dns_question_parse(octets, query_len, &question);
	reply = reply_of(&question, query + query_len - KNOBS);
	len = dns_answer_write(octets, &question, &reply, octets, cap);
	FUZZ_CHECK(len <= cap && (len == 0 || question.has_question));
	if (len == 0)
		FUZZ_CHECK(memcmp(octets, query, query_len) == 0);
	else
		check_answer(octets, len, query, &question, &reply);
	free(octets);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < KNOBS || size > 4096)
		return 0;
	answer_in_place(data, (uint16_t)size, (uint16_t)(data[size - 1] * 8));
	return 0;
}

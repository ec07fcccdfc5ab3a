// covers: dns_answer_write dns_data_pick dns_data_target_len
/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "dns_answer.h"
#include "fuzz.h"

#include <string.h>

/* An input is a question name's octets, a NUL, octets that choose limits and type, and records:
 * type and length of each, which make a set as a zone does. */
enum {
	KNOBS = 6,
	SET_MAX = 2048
};

struct set {
	uint8_t octets[SET_MAX];
	uint16_t len;
};

static uint8_t *
put16(uint8_t *to, uint32_t value)
{
	to[0] = (uint8_t)(value >> 8);
	to[1] = (uint8_t)value;
	return to + 2;
}

static void
add_record(struct set *set, uint32_t type, const uint8_t *data, uint16_t len)
{
	uint8_t *to = set->octets + set->len;

	if (set->len + DNS_DATA_FIXED + len > SET_MAX)
		return;
	to = put16(put16(put16(put16(put16(to, type), DNS_QCLASS_IN), 0), 60), len);
	memcpy(to, data, len);
	set->len = (uint16_t)(set->len + DNS_DATA_FIXED + len);
}

/* Records by ascending type, none of them a CNAME; or one CNAME alone. */
static void
make_set(struct set *set, const uint8_t *data, size_t size, bool is_cname)
{
	struct dns_name name;
	uint32_t type = 1;

	set->len = 0;
	if (is_cname) {
		if (dns_name_from_wire(data, (uint32_t)(size < 255 ? size : 255), &name) == DNS_ok)
			add_record(set, DNS_TYPE_CNAME, name.wire, name.len);
		return;
	}
	while (size >= 2) {
		uint16_t len = data[1] < size - 2 ? data[1] : (uint16_t)(size - 2);

		type += data[0] % 4;
		type += type == DNS_TYPE_CNAME;
		add_record(set, type, data + 2, len);
		data += 2 + len;
		size -= 2u + len;
	}
}

/* Walks the answer section: as many records as the header counts, owners that point to the
 * question, all of a type that was asked. */
static void
check_records(const uint8_t *answer, uint16_t len, const struct dns_question *got)
{
	uint32_t off = DNS_HEADER_LEN + dns_question_len(got);

	for (uint16_t i = 0; i < got->ancount; i++) {
		uint32_t owner = got->name.labels == 0 ? 1 : 2, type;

		FUZZ_CHECK(off + owner + DNS_DATA_FIXED <= len);
		FUZZ_CHECK(owner == 1 ? answer[off] == 0
				      : answer[off] == 0xc0 && answer[off + 1] == DNS_HEADER_LEN);
		off += owner;
		type = (uint32_t)(answer[off] << 8 | answer[off + 1]);
		FUZZ_CHECK(type == got->qtype || got->qtype == DNS_TYPE_ANY ||
			   (type == DNS_TYPE_CNAME && got->ancount == 1));
		off += DNS_DATA_FIXED + (uint32_t)(answer[off + 8] << 8 | answer[off + 9]);
		FUZZ_CHECK(off <= len);
	}
	FUZZ_CHECK(got->nscount > 0 || off == len);
	FUZZ_CHECK(got->nscount == 0 || got->ancount == 0);
}

static void
answer(const uint8_t *query, uint16_t query_len, const struct dns_reply *reply)
{
	uint8_t *octets = malloc(4096);
	struct dns_question question;
	uint16_t len;

	FUZZ_CHECK(octets != NULL);
	dns_question_parse(query, query_len, &question);
	memcpy(octets, query, query_len);
	len = dns_answer_write(octets, &question, reply, octets, 4096);
	FUZZ_CHECK(len <= reply->size_max && len <= reply->amplify_max);
	if (len > 0) {
		FUZZ_CHECK(dns_question_parse(octets, len, &question) == DNS_response);
		FUZZ_CHECK((question.flags & DNS_FLAG_TC) == 0 || question.ancount == 0);
		FUZZ_CHECK((question.flags & DNS_FLAGS_RCODE) != DNS_RCODE_YXDOMAIN ||
			   question.ancount + question.nscount == 0);
		check_records(octets, len, &question);
	}
	free(octets);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t query[DNS_HEADER_LEN + DNS_NAME_MAX + 4] = {0x12, 0x34, 1, 0, 0, 1};
	struct dns_reply reply = {.udp_size = 1232, .ttl = 60};
	const uint8_t *knobs;
	struct dns_name name;
	struct set set;

	if (size > 4096 || dns_name_from_wire(data, (uint32_t)size, &name) != DNS_ok ||
		size - name.len < KNOBS)
		return 0;
	knobs = data + name.len;
	memcpy(query + DNS_HEADER_LEN, data, name.len);
	put16(put16(query + DNS_HEADER_LEN + name.len, knobs[0]), DNS_QCLASS_IN);
	make_set(&set, knobs + KNOBS, size - name.len - KNOBS, knobs[1] & 1);
	reply.data = set.octets;
	reply.data_len = set.len;
	reply.soa = (knobs[1] & 2) != 0;
	reply.soa_labels = knobs[2];
	reply.truncate = (knobs[1] & 4) != 0;
	reply.size_max = (uint16_t)(knobs[3] * 16);
	reply.amplify_max = (uint16_t)(knobs[4] * 16);
	answer(query, (uint16_t)(DNS_HEADER_LEN + name.len + 4u), &reply);
	return 0;
}

// covers: dns_question_parse dns_reason_class
/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "dns_question.h"
#include "fuzz.h"

#include <string.h>

static void
check_flags(const struct dns_question *q, int size)
{
	FUZZ_CHECK(q->has_header == (size >= DNS_HEADER_LEN));
	FUZZ_CHECK(!q->has_name || DNS_HEADER_LEN + q->name.len <= size);
	FUZZ_CHECK(!q->has_question || DNS_HEADER_LEN + dns_question_len(q) <= size);
	FUZZ_CHECK(!q->has_question || (q->has_name && q->qdcount > 0));
	FUZZ_CHECK(q->has_opt || (q->edns_udp == 0 && q->edns_flags == 0));
	FUZZ_CHECK(q->cookie_len == 0 || q->cookie_len == 8 ||
		   (q->cookie_len >= 16 && q->cookie_len <= DNS_COOKIE_MAX));
	FUZZ_CHECK(q->cookie_off + q->cookie_len <= size);
}

static void
check_reason(enum dns_reason reason, const struct dns_question *q)
{
	bool is_query = (q->flags & (DNS_FLAG_QR | DNS_FLAGS_OPCODE)) == 0;

	FUZZ_CHECK(reason < DNS_REASON_COUNT);
	FUZZ_CHECK((reason == DNS_short) == !q->has_header);
	FUZZ_CHECK((reason == DNS_response) == ((q->flags & DNS_FLAG_QR) != 0));
	FUZZ_CHECK((reason == DNS_many_questions) == (is_query && q->qdcount > 1));
	FUZZ_CHECK(reason != DNS_edns_version || (q->has_opt && q->edns_version > 0));
	if (reason != DNS_ok)
		return;
	FUZZ_CHECK(is_query && q->has_question && q->qdcount == 1 && q->edns_version == 0);
	FUZZ_CHECK(q->qclass == DNS_QCLASS_IN || q->qclass == DNS_QCLASS_ANY);
	FUZZ_CHECK(q->has_opt || q->cookie_len == 0);
}

/* Octets behind the last record change nothing. */
static void
check_trailing(
	const uint8_t *data, uint32_t size, enum dns_reason reason, const struct dns_question *q)
{
	uint8_t *longer = malloc(size + 11);
	struct dns_question again;

	FUZZ_CHECK(longer != NULL);
	memcpy(longer, data, size);
	memcpy(longer + size, "\0\0\x29\xff\xff\0\0\0\0\0\0", 11); /* an OPT that is not counted */
	FUZZ_CHECK(dns_question_parse(longer, (uint16_t)(size + 11), &again) == reason);
	FUZZ_CHECK(again.edns_udp == q->edns_udp && again.is_signed == q->is_signed);
	FUZZ_CHECK(again.cookie_off == q->cookie_off && again.cookie_len == q->cookie_len);
	free(longer);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dns_question question;
	enum dns_reason reason;

	if (size > UINT16_MAX - 11)
		return 0;
	reason = dns_question_parse(data, (uint16_t)size, &question);
	check_flags(&question, (int)size);
	check_reason(reason, &question);
	if (dns_reason_class(reason) == DNS_CLASS_OK)
		check_trailing(data, (uint32_t)size, reason, &question);
	return 0;
}

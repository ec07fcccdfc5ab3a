/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */

/*
 * Answers queries on standard input, a line each: `KIND SIZE AMPLIFY QUERY`, SIZE and AMPLIFY the
 * limits in octets of DNS, QUERY in hexadecimal. Writes a line for each: `REASON ANSWER`, the
 * reason of the question parser and the answer in hexadecimal, `-` where there is none.
 */

#include "dns_answer.h"

#include <stdio.h>
#include <string.h>

#define TEXT "blocked: threat feed"

static const uint8_t a[] = {192, 0, 2, 53, 192, 0, 2, 54};
static const uint8_t aaaa[] = {0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x53};
static const uint8_t wall[] = "\4Wall\7example";

#define EDE .has_ede = true, .ede_code = 15, .ede_text = TEXT, .ede_text_len = sizeof(TEXT) - 1

static const struct {
	const char *kind;
	struct dns_reply reply;
} replies[] = {
	{"nxdomain", {EDE, .rcode = DNS_RCODE_NXDOMAIN, .soa = true, .soa_labels = 255}},
	{"nxdomain_parent", {EDE, .rcode = DNS_RCODE_NXDOMAIN, .soa = true, .soa_labels = 1}},
	{"nxdomain_root", {EDE, .rcode = DNS_RCODE_NXDOMAIN, .soa = true, .soa_labels = 0}},
	{"nodata", {.rcode = DNS_RCODE_NOERROR, .soa = true, .soa_labels = 1}},
	{"no_soa", {EDE, .rcode = DNS_RCODE_NXDOMAIN}},
	{"refused", {EDE, .rcode = DNS_RCODE_REFUSED}},
	{"servfail", {EDE, .rcode = DNS_RCODE_SERVFAIL}},
	{"truncate", {EDE, .truncate = true}},
	{"sinkhole", {EDE, .a = a, .a_count = 2, .aaaa = aaaa, .aaaa_count = 1, .soa = true,
			     .soa_labels = 1}},
	{"cname", {EDE, .a = a, .a_count = 2, .aaaa = aaaa, .aaaa_count = 1, .cname = wall,
			  .cname_len = sizeof(wall)}},
	{"cname_bare", {.cname = wall, .cname_len = sizeof(wall)}},
};

static const struct dns_reply *
reply_find(const char *kind)
{
	for (size_t i = 0; i < sizeof(replies) / sizeof(replies[0]); i++) {
		if (strcmp(replies[i].kind, kind) == 0)
			return &replies[i].reply;
	}
	return NULL;
}

/* Hexadecimal digits to octets; returns how many, 0 when it is none. */
static uint16_t
from_hex(const char *text, uint8_t *octets, size_t size)
{
	size_t n = strlen(text) / 2;

	if (n > size)
		return 0;
	for (size_t i = 0; i < n; i++) {
		if (sscanf(text + 2 * i, "%2hhx", &octets[i]) != 1)
			return 0;
	}
	return (uint16_t)n;
}

/* In place, as the data plane does it. */
static void
answer(const struct dns_reply *kind, unsigned int size, unsigned int amplify, const char *hex)
{
	uint8_t message[UINT16_MAX];
	uint16_t len = from_hex(hex, message, sizeof(message));
	struct dns_reply reply = *kind;
	struct dns_question question;
	enum dns_reason reason = dns_question_parse(message, len, &question);

	reply.ttl = 60;
	reply.udp_size = 1232;
	reply.size_max = (uint16_t)size;
	reply.amplify_max = (uint16_t)amplify;
	len = dns_answer_write(message, &question, &reply, message, sizeof(message));
	printf("%s ", dns_reason_name(reason));
	for (uint16_t i = 0; i < len; i++)
		printf("%02x", message[i]);
	puts(len == 0 ? "-" : "");
}

int
main(void)
{
	static char hex[2 * UINT16_MAX + 1];
	unsigned int size, amplify;
	char kind[32];

	while (scanf("%31s %u %u %131070s", kind, &size, &amplify, hex) == 4) {
		const struct dns_reply *reply = reply_find(kind);

		if (reply == NULL) {
			fprintf(stderr, "wire_answer: no kind %s\n", kind);
			return 2;
		}
		answer(reply, size, amplify, hex);
	}
	return feof(stdin) ? 0 : 2;
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef DNS_QUESTION_H
#define DNS_QUESTION_H

/**
 * @file
 * A DNS message as far as a decision needs it: header, question, EDNS, signature.
 *
 * Threads: any; the octets and the result belong to the caller.
 * Memory: nothing is allocated, nothing is kept of the octets but offsets.
 * Hot path: yes.
 */

#include "dns_name.h"
#include "dns_reason.h"

#include <stdbool.h>
#include <stdint.h>

#define DNS_HEADER_LEN 12  /* octets (RFC 1035 4.1.1); the question name stands behind it */
#define DNS_UDP_MIN    512 /* octets that every client takes (RFC 1035 4.2.1) */
#define DNS_COOKIE_MAX 40  /* octets (RFC 7873 4) */

/** Bits of the header's second word, in host order (RFC 1035 4.1.1, RFC 4035 3.1.6). */
enum dns_flag {
	DNS_FLAG_QR = 0x8000,
	DNS_FLAG_AA = 0x0400,
	DNS_FLAG_TC = 0x0200,
	DNS_FLAG_RD = 0x0100,
	DNS_FLAG_RA = 0x0080,
	DNS_FLAG_AD = 0x0020,
	DNS_FLAG_CD = 0x0010,
};

#define DNS_FLAGS_OPCODE 0x7800
#define DNS_FLAGS_RCODE	 0x000f
#define DNS_EDNS_DO	 0x8000 /* in the flags of OPT (RFC 3225) */

enum dns_type {
	DNS_TYPE_A = 1,
	DNS_TYPE_CNAME = 5,
	DNS_TYPE_SOA = 6,
	DNS_TYPE_SIG = 24,
	DNS_TYPE_AAAA = 28,
	DNS_TYPE_OPT = 41,
	DNS_TYPE_TKEY = 249,
	DNS_TYPE_TSIG = 250,
	DNS_TYPE_IXFR = 251,
	DNS_TYPE_AXFR = 252,
	DNS_TYPE_ANY = 255,
};

enum dns_qclass {
	DNS_QCLASS_IN = 1,
	DNS_QCLASS_ANY = 255,
};

/** What was read; numbers in host order. Where a flag says no, the fields that it names are 0. */
struct dns_question {
	uint16_t id;
	uint16_t flags;	  /**< enum dns_flag, opcode, rcode */
	uint16_t qdcount; /**< as the header says, the other counts too */
	uint16_t ancount;
	uint16_t nscount;
	uint16_t arcount;
	uint16_t qtype;
	uint16_t qclass;
	uint16_t edns_udp;    /**< the client's UDP size */
	uint16_t edns_flags;  /**< DNS_EDNS_DO and what is reserved */
	uint16_t cookie_off;  /**< of the COOKIE option's data, from the message's first octet */
	uint8_t cookie_len;   /**< 8, or 16 to 40; 0: no COOKIE */
	uint8_t edns_version; /**< 0 unless the reason is DNS_edns_version */
	bool has_header;      /**< id, flags and counts were read */
	bool has_name;	      /**< name was read: name.len octets behind the header, as they came */
	bool has_question;    /**< name, qtype and qclass were read */
	bool has_opt;	      /**< one well-formed OPT: edns_* and cookie_* were read */
	bool is_signed;	      /**< TSIG (RFC 8945) or SIG(0) (RFC 2931) in the additional section */
	struct dns_name
		name; /**< of the first question, canonical; not initialised without has_name */
};

/**
 * Reads a DNS message.
 *
 * The first question is read of every message with a whole header, whatever else is wrong with it,
 * so that a log line can name it. The records behind the question are walked of queries (QR=0,
 * opcode QUERY) alone, to their end, in all three sections: a query may bring some (IXFR). What
 * breaks an RFC is told before what is only not ours. Octets behind the last record belong to
 * nobody: they are ignored, as BIND and Unbound do, and never echoed.
 *
 * Of several COOKIE options the first counts (RFC 7873 5.2). Options of an OPT whose version is not
 * 0 are not read.
 *
 * @param msg the message without the length that TCP puts in front
 * @param len octets that may be read
 * @param out what was read, valid as far as its flags say
 */
enum dns_reason dns_question_parse(const uint8_t *msg, uint16_t len, struct dns_question *out);

/** Octets of the question as it came, from DNS_HEADER_LEN on; only with has_question. */
static inline uint16_t
dns_question_len(const struct dns_question *question)
{
	return (uint16_t)(question->name.len + 4U);
}

#endif

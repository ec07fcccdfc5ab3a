/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef DNS_ANSWER_H
#define DNS_ANSWER_H

/**
 * @file
 * Answers of our own to a query that was read: negative, truncated, with addresses, or with the
 * records of a policy.
 *
 * The question is echoed byte for byte, so that a client that mixes case knows it again. QR is set;
 * opcode, RD and CD are copied; AD is clear. RD=1: RA is set, AA clear. RD=0, the client is itself
 * a resolver: AA is set, RA clear, else it would take us for lame. OPT stands only in an answer to
 * a query that had one (RFC 6891 6.1.1, 7): our UDP size, version 0, DO copied (RFC 3225 3), a
 * COOKIE copied as it came (RFC 7873 5.3), behind it an Extended DNS Error (RFC 8914).
 *
 * Threads: any; the octets belong to the caller.
 * Memory: nothing is allocated; what a reply points to is borrowed for the call.
 * Hot path: yes.
 */

#include "dns_data.h"
#include "dns_question.h"

#include <stdbool.h>
#include <stdint.h>

enum dns_rcode {
	DNS_RCODE_NOERROR = 0,
	DNS_RCODE_SERVFAIL = 2,
	DNS_RCODE_NXDOMAIN = 3,
	DNS_RCODE_REFUSED = 5,
	DNS_RCODE_YXDOMAIN = 6,
};

/**
 * What to answer.
 *
 * Addresses are given for both families; the question's type chooses. Type A takes `a`, AAAA takes
 * `aaaa`, ANY both (RFC 8482 4.1 would allow fewer; these are all there are), any other type none.
 * With a `cname` the answer is that CNAME and behind it the target's addresses; to the types CNAME
 * and ANY it is the CNAME alone. `data` is a set of records instead of all that (dns_data.h); its
 * records bear their own TTLs; where a name in it would grow too long, the answer is YXDOMAIN. An
 * answer without records is a negative one: with `soa` it carries a SOA in the authority section
 * whose TTL and MINIMUM are `ttl`, so that it is cached that long (RFC 2308 3, 5).
 */
struct dns_reply {
	const uint8_t *a;      /**< IPv4 addresses of 4 octets, network order */
	const uint8_t *aaaa;   /**< IPv6 addresses of 16 octets, network order */
	const uint8_t *cname;  /**< NULL, or the target's name, uncompressed */
	const uint8_t *data;   /**< NULL, or a set of records */
	const char *ede_text;  /**< EXTRA-TEXT in UTF-8, no NUL needed */
	uint32_t ttl;	       /**< seconds */
	uint32_t ttl_max;      /**< seconds: what records of `data` have at most; 0: no limit */
	uint16_t data_len;     /**< octets */
	uint16_t ede_text_len; /**< octets */
	uint16_t ede_code;     /**< INFO-CODE (RFC 8914 4), with has_ede */
	uint16_t udp_size;     /**< that our OPT announces */
	uint16_t size_max;     /**< octets of DNS that the client takes */
	uint16_t amplify_max; /**< octets of DNS that are no amplification. An answer that is longer
				 than either loses the EDE text, then the SOA, then becomes TC=1 */
	uint8_t a_count;
	uint8_t aaaa_count;
	uint8_t cname_len;  /**< octets, with the root's */
	uint8_t rcode;	    /**< enum dns_rcode */
	uint8_t soa_labels; /**< the SOA's owner: so many of the question name's last labels */
	bool soa;
	bool has_ede;
	bool truncate; /**< TC=1 and no records, so that the client comes back on TCP */
};

/**
 * The UDP size that an answer may have: min(max(512, the client's), ours, the link's).
 *
 * @param max_udp our own limit, octets of DNS
 * @param link_max octets of DNS that fit the link's MTU
 */
static inline uint16_t
dns_answer_size(const struct dns_question *question, uint16_t max_udp, uint16_t link_max)
{
	uint16_t size = question->edns_udp > DNS_UDP_MIN ? question->edns_udp : DNS_UDP_MIN;

	if (size > max_udp)
		size = max_udp;
	return size > link_max ? link_max : size;
}

/**
 * Writes an answer.
 *
 * A truncated answer (RFC 2181 9) keeps header, question, OPT and COOKIE and nothing else, so it is
 * never longer than its query.
 *
 * @param query the message that was read into question
 * @param question with has_question
 * @param out where the answer goes; may be query itself, must not overlap it otherwise
 * @param cap octets that may be written
 * @return octets written; 0: no question was read, or even the truncated answer is longer than a
 *         limit or cap (nothing was written then)
 */
uint16_t dns_answer_write(const uint8_t *query, const struct dns_question *question,
	const struct dns_reply *reply, uint8_t *out, uint16_t cap);

#endif

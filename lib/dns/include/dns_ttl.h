/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef DNS_TTL_H
#define DNS_TTL_H

/**
 * @file
 * The TTLs of a response that others have made, lowered where they stand.
 *
 * Every record of every section is walked before anything is written: a message that is not whole
 * and in order to its last octet stays as it is. An OPT is no record with a TTL (RFC 6891 6.1.3),
 * and a message with a TSIG or a SIG(0) is signed octet by octet. What a TTL of a negative answer's
 * SOA limits is the whole answer (RFC 2308 5), so that its MINIMUM need not be read.
 *
 * Threads: any; the octets belong to the caller.
 * Memory: nothing is allocated.
 * Hot path: yes.
 */

#include <stdint.h>

#define DNS_TTL_RECORDS_MAX 512 /**< of a message; with more it is left alone */

/** What became of a message. */
enum dns_ttl_result {
	DNS_TTL_NONE,	   /**< no TTL is above the limit */
	DNS_TTL_LOWERED,   /**< some were: there are places */
	DNS_TTL_MALFORMED, /**< not in order, or more records than are walked */
	DNS_TTL_SIGNED,	   /**< with TSIG (RFC 8945) or SIG(0) (RFC 2931) */
};

/** Where TTLs stand that are above a limit: octets from the start of the message. */
struct dns_ttl_places {
	uint16_t nb;
	uint16_t at[DNS_TTL_RECORDS_MAX];
};

/**
 * Finds the TTLs above a limit. One whose highest bit is set counts as 0 (RFC 2181 8).
 *
 * @param msg a response, from its header on
 * @param len octets
 * @param max s
 * @param out written with DNS_TTL_LOWERED alone
 */
enum dns_ttl_result dns_ttl_find(
	const uint8_t *msg, uint16_t len, uint32_t max, struct dns_ttl_places *out);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef DNS_DATA_H
#define DNS_DATA_H

/**
 * @file
 * Records that a policy gives in an answer: those of a set that a question asks for.
 *
 * A set is octets as an answer bears them, but for the owners: type, class, TTL, length and RDATA
 * of each record with uncompressed names (RFC 1035 3.2.1), all in network order, by ascending type;
 * a CNAME is alone. Whoever made the set has checked it.
 *
 * Threads: any. Memory: nothing is allocated; the octets are borrowed.
 * Hot path: yes.
 */

#include "dns_question.h"

#include <stdbool.h>
#include <stdint.h>

#define DNS_DATA_FIXED 10 /* octets of a record between owner and RDATA */

/** The records of a set that answer a question. They stand in a row. */
struct dns_data {
	const uint8_t *at;
	uint16_t len;	/**< octets */
	uint16_t nb;	/**< records; 0: the answer is empty (RFC 2308 2.2) */
	bool is_cname;	/**< one CNAME, whatever type was asked (RFC 1034 3.6.2) */
	bool is_prefix; /**< the CNAME's first label is `*`: the name asked takes its place */
};

/**
 * Picks the records of a type: of ANY all, of a set that is a CNAME the CNAME.
 *
 * @param set NULL: no records
 * @param len octets
 * @param qtype host order
 */
void dns_data_pick(const uint8_t *set, uint16_t len, uint16_t qtype, struct dns_data *out);

/** Octets of the target of a CNAME of is_prefix once the name asked stands in it; may be above
 * DNS_NAME_MAX: no such name exists (YXDOMAIN). */
static inline uint32_t
dns_data_target_len(const struct dns_data *data, const struct dns_name *name)
{
	return (uint32_t)(data->len - DNS_DATA_FIXED - 2) + name->len - 1;
}

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "pkt_checksum.h"

#include "pkt_priv.h"

#include <arpa/inet.h>
#include <string.h>

/* RFC 1071 section 2: the sum does not depend on the width and order of the words that are added,
 * as long as carries are folded back and the result is read in the order in which it was added. */
static inline uint16_t
fold(uint64_t sum)
{
	sum = (sum & 0xffffffff) + (sum >> 32);
	sum = (sum & 0xffffffff) + (sum >> 32);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

uint16_t
pkt_sum(const uint8_t *data, uint32_t len, uint16_t start)
{
	uint64_t sum = htons(start); /* 64 bits hold the carries of 2^32 words */
	uint32_t at = 0;
	uint32_t word;
	uint16_t half;

	for (; len - at >= 4; at += 4) {
		memcpy(&word, data + at, 4);
		sum += word;
	}
	if (len - at >= 2) {
		memcpy(&half, data + at, 2);
		sum += half;
		at += 2;
	}
	if (len > at) {
		half = 0;
		memcpy(&half, data + at, 1);
		sum += half;
	}
	return ntohs(fold(sum));
}

uint16_t
pkt_sum_pseudo(const uint8_t *ip, uint8_t proto, uint16_t l4_len)
{
	uint32_t rest = (uint32_t)l4_len + proto;
	uint16_t sum = (uint16_t)((rest & 0xffff) + (rest >> 16));

	if (ip[0] >> 4 == 4)
		return pkt_sum(ip + IP4_SRC_AT, 8, sum);
	return pkt_sum(ip + IP6_SRC_AT, 32, sum);
}

// covers: pkt_turn_prepare pkt_turn_round pkt_sum pkt_sum_pseudo
/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "fuzz.h"
#include "pkt_addr.h"
#include "pkt_checksum.h"
#include "pkt_turn.h"

#include <string.h>

/* An input is the length of the reply's payload (2 octets), the octets that the buffer has more
 * than the request (1), the request. */
enum {
	KNOBS = 3
};

struct request {
	struct pkt_layers layers;
	struct base_addr src, dst;
	uint8_t macs[12];
};

static void
check_sums(const uint8_t *frame, const struct pkt_layers *l)
{
	const uint8_t *ip = frame + l->l3_off;
	uint16_t udp_len = (uint16_t)(l->end - l->l4_off);

	if (l->ip_version == 4)
		FUZZ_CHECK(pkt_sum(ip, 20, 0) == 0xffff);
	FUZZ_CHECK((l->flags & PKT_NO_UDP_SUM) == 0);
	FUZZ_CHECK(pkt_sum(frame + l->l4_off, udp_len, pkt_sum_pseudo(ip, 17, udp_len)) == 0xffff);
}

/* The reply is a bare datagram of the length wanted that goes where the request came from. */
static void
check_reply(const uint8_t *frame, uint32_t len, const struct request *from, uint32_t payload_len)
{
	const struct pkt_layers *was = &from->layers;
	struct base_addr src, dst;
	struct pkt_layers l;

	FUZZ_CHECK(pkt_decode(frame, len, &l) == PKT_ok);
	FUZZ_CHECK(l.end == len && l.payload_len == payload_len && l.flags == 0);
	FUZZ_CHECK(l.sport == was->dport && l.dport == was->sport && l.l4_proto == 17);
	FUZZ_CHECK(l.tags == was->tags && memcmp(l.tci, was->tci, sizeof(l.tci)) == 0);
	pkt_src_addr(frame, &l, &src);
	pkt_dst_addr(frame, &l, &dst);
	FUZZ_CHECK(base_addr_equal(&src, &from->dst) && base_addr_equal(&dst, &from->src));
	FUZZ_CHECK(memcmp(frame, from->macs + 6, 6) == 0 && memcmp(frame + 6, from->macs, 6) == 0);
	check_sums(frame, &l);
}

static void
turn(uint8_t *frame, uint32_t cap, struct request *from, uint16_t payload_len)
{
	struct pkt_layers layers = from->layers;
	uint32_t len;

	memcpy(from->macs, frame, sizeof(from->macs));
	pkt_src_addr(frame, &layers, &from->src);
	pkt_dst_addr(frame, &layers, &from->dst);
	pkt_turn_prepare(frame, &layers);
	FUZZ_CHECK(layers.end <= from->layers.end);
	len = pkt_turn_round(frame, cap, &layers, payload_len, PKT_CSUM_SOFT);
	FUZZ_CHECK((len == 0) == (layers.payload_off + payload_len > cap));
	if (len > 0)
		check_reply(frame, len, from, payload_len);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct request from;
	uint16_t payload_len;
	uint8_t *frame;
	uint32_t cap;

	if (size <= KNOBS || size > 4096)
		return 0;
	payload_len = (uint16_t)(data[0] << 8 | data[1]);
	cap = (uint32_t)size - KNOBS + data[2];
	frame = calloc(1, cap);
	FUZZ_CHECK(frame != NULL);
	memcpy(frame, data + KNOBS, size - KNOBS);
	if (pkt_decode(frame, (uint32_t)size - KNOBS, &from.layers) == PKT_ok &&
		from.layers.l4_proto == 17)
		turn(frame, cap, &from, payload_len);
	free(frame);
	return 0;
}

// covers: pkt_decode pkt_is_answerable pkt_src_addr pkt_dst_addr
/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "fuzz.h"
#include "pkt_addr.h"

static void
check_layers(enum pkt_reason reason, const struct pkt_layers *l, size_t size)
{
	uint32_t ip_len = l->ip_version == 4 ? 20 : 40;

	FUZZ_CHECK(reason < PKT_REASON_COUNT);
	FUZZ_CHECK(l->tags <= 2 && l->l3_off <= size && l->l4_off <= size && l->end <= size);
	FUZZ_CHECK(l->ip_version == 0 || l->l3_off + ip_len <= size);
	if (reason != PKT_ok) {
		FUZZ_CHECK(l->payload_off == 0 && l->payload_len == 0 && l->sport == 0);
		return;
	}
	FUZZ_CHECK(l->ip_version == 4 || l->ip_version == 6);
	FUZZ_CHECK(l->l3_off == 14 + 4 * l->tags ||
		   (l->tags == PKT_TAGS_MAX && l->l3_off > 14 + 4 * l->tags && l->l3_off % 4 == 2));
	FUZZ_CHECK(l->l3_off + ip_len <= l->l4_off);
	FUZZ_CHECK(l->l4_proto == 17 ? l->payload_off == l->l4_off + 8
				     : l->l4_proto == 6 && l->payload_off >= l->l4_off + 20);
	FUZZ_CHECK(l->payload_off + l->payload_len <= l->end);
	FUZZ_CHECK((l->flags & PKT_HAS_SURPLUS) != 0 || l->payload_off + l->payload_len == l->end);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct base_addr src, dst;
	struct pkt_layers layers;
	enum pkt_reason reason = pkt_decode(data, (uint32_t)size, &layers);

	check_layers(reason, &layers, size);
	if (layers.ip_version == 0)
		return 0;
	pkt_src_addr(data, &layers, &src);
	pkt_dst_addr(data, &layers, &dst);
	if (reason == PKT_ok && pkt_is_answerable(data, &layers))
		FUZZ_CHECK(layers.l4_proto == 17 && !base_addr_equal(&src, &dst));
	return 0;
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "pkt_addr.h"

#include "pkt_priv.h"

#include <string.h>

static inline void
copy_addr(const uint8_t *ip, const struct pkt_layers *layers, struct base_addr *out)
{
	*out = (struct base_addr){.family = layers->ip_version};
	memcpy(out->bytes, ip, pkt_ip_addr_len(layers));
}

void
pkt_src_addr(const uint8_t *frame, const struct pkt_layers *layers, struct base_addr *out)
{
	copy_addr(pkt_src_ip(frame, layers), layers, out);
}

void
pkt_dst_addr(const uint8_t *frame, const struct pkt_layers *layers, struct base_addr *out)
{
	copy_addr(pkt_dst_ip(frame, layers), layers, out);
}

static inline bool
is_host4(const uint8_t *ip)
{
	static const uint8_t broadcast[4] = {0xff, 0xff, 0xff, 0xff};

	if (ip[0] == 0 || ip[0] == 127 || (ip[0] & 0xf0) == 0xe0)
		return false;
	return memcmp(ip, broadcast, sizeof(broadcast)) != 0;
}

static inline bool
is_host6(const uint8_t *ip)
{
	static const uint8_t zeros[15];

	if (ip[0] == 0xff)
		return false;
	return memcmp(ip, zeros, sizeof(zeros)) != 0 || ip[15] > 1; /* neither :: nor ::1 */
}

bool
pkt_is_answerable(const uint8_t *frame, const struct pkt_layers *layers)
{
	const uint8_t *src = pkt_src_ip(frame, layers);
	const uint8_t *dst = pkt_dst_ip(frame, layers);

	if (layers->l4_proto != PROTO_UDP || layers->sport == 0 ||
		(layers->flags & PKT_IS_ROUTED) != 0)
		return false;
	if (((pkt_src_mac(frame)[0] | pkt_dst_mac(frame)[0]) & 1) != 0) /* group bit */
		return false;
	if (memcmp(src, dst, pkt_ip_addr_len(layers)) == 0)
		return false;
	return layers->ip_version == 4 ? is_host4(src) && is_host4(dst)
				       : is_host6(src) && is_host6(dst);
}

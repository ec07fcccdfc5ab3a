/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "dns_data.h"

static uint16_t
read16(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

void
dns_data_pick(const uint8_t *set, uint16_t len, uint16_t qtype, struct dns_data *out)
{
	uint32_t off = 0;

	*out = (struct dns_data){.at = set};
	while (off + DNS_DATA_FIXED <= len) {
		const uint8_t *record = set + off;
		uint16_t type = read16(record);
		uint32_t size = DNS_DATA_FIXED + (uint32_t)read16(record + 8);

		off += size;
		if (off > len)
			return;
		out->is_cname = type == DNS_TYPE_CNAME;
		if (type != qtype && qtype != DNS_TYPE_ANY && !out->is_cname)
			continue;
		if (out->nb == 0)
			out->at = record;
		out->nb++;
		out->len = (uint16_t)(out->len + size);
	}
	out->is_prefix = out->is_cname && out->len > DNS_DATA_FIXED + 2 &&
			 out->at[DNS_DATA_FIXED] == 1 && out->at[DNS_DATA_FIXED + 1] == '*';
}

// covers: dns_ttl_find
/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "dns_ttl.h"
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

static uint32_t
read32(const uint8_t *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* Four octets of a limit, then the message: places ascend without touching, lie behind the header
 * and inside the message, and once they are lowered there is nothing left to do. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dns_ttl_places places, again;
	enum dns_ttl_result result;
	uint32_t max;
	uint8_t *msg;
	uint16_t len;

	if (size < 4)
		return 0;
	max = read32(data) & INT32_MAX;
	len = (uint16_t)(size - 4 < UINT16_MAX ? size - 4 : UINT16_MAX);
	msg = malloc(len + 1u);
	FUZZ_CHECK(msg != NULL);
	memcpy(msg + 1, data + 4, len);
	result = dns_ttl_find(msg + 1, len, max, &places);
	if (result == DNS_TTL_LOWERED) {
		FUZZ_CHECK(places.nb > 0 && places.nb <= DNS_TTL_RECORDS_MAX);
		for (uint16_t i = 0; i < places.nb; i++) {
			uint8_t *at = msg + 1 + places.at[i];

			FUZZ_CHECK(places.at[i] >= 12 && places.at[i] + 6 <= len);
			FUZZ_CHECK(i == 0 || places.at[i] >= places.at[i - 1] + 11);
			FUZZ_CHECK(read32(at) > max);
			at[0] = (uint8_t)(max >> 24);
			at[1] = (uint8_t)(max >> 16);
			at[2] = (uint8_t)(max >> 8);
			at[3] = (uint8_t)max;
		}
		FUZZ_CHECK(dns_ttl_find(msg + 1, len, max, &again) == DNS_TTL_NONE);
	}
	free(msg);
	return 0;
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "base_addr.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int
base_addr_parse(const char *text, struct base_addr *out, struct base_err *err)
{
	memset(out, 0, sizeof(*out));
	if (inet_pton(AF_INET, text, out->bytes) == 1) {
		out->family = 4;
		return 0;
	}
	if (inet_pton(AF_INET6, text, out->bytes) == 1) {
		out->family = 6;
		return 0;
	}
	memset(out, 0, sizeof(*out));
	return base_fail(err, BASE_EXIT_CONFIG, EINVAL,
		"`%s' is no address: allowed are IPv4 (192.0.2.1) and IPv6 (2001:db8::1)", text);
}

static bool
has_bits_behind(const struct base_prefix *prefix)
{
	for (unsigned int bit = prefix->bits; bit < 128; bit++) {
		if (prefix->addr.bytes[bit / 8] & (0x80 >> (bit % 8)))
			return true;
	}
	return false;
}

int
base_prefix_parse(const char *text, struct base_prefix *out, struct base_err *err)
{
	char addr[BASE_ADDR_TEXT_MAX];
	const char *slash = strchr(text, '/');
	size_t n = slash == NULL ? strlen(text) : (size_t)(slash - text);
	unsigned long bits, most;
	char *end;
	int rc;

	memset(out, 0, sizeof(*out));
	snprintf(addr, sizeof(addr), "%.*s", (int)(n < sizeof(addr) ? n : sizeof(addr) - 1), text);
	rc = base_addr_parse(addr, &out->addr, err);
	if (rc < 0)
		return rc;
	most = out->addr.family == 4 ? 32 : 128;
	bits = most;
	if (slash != NULL) {
		bits = strtoul(slash + 1, &end, 10);
		if (slash[1] < '0' || slash[1] > '9' || *end != '\0' || bits > most)
			return base_fail(err, BASE_EXIT_CONFIG, EINVAL,
				"`%s': the length of the prefix must be 0..%lu", text, most);
	}
	out->bits = (uint8_t)bits;
	if (has_bits_behind(out))
		return base_fail(err, BASE_EXIT_CONFIG, EINVAL,
			"`%s' has bits set behind its prefix of %lu", text, bits);
	return 0;
}

const char *
base_addr_format(const struct base_addr *addr, char text[BASE_ADDR_TEXT_MAX])
{
	if (addr->family == 0 || inet_ntop(addr->family == 4 ? AF_INET : AF_INET6, addr->bytes,
					 text, BASE_ADDR_TEXT_MAX) == NULL)
		snprintf(text, BASE_ADDR_TEXT_MAX, "-");
	return text;
}

const char *
base_prefix_format(const struct base_prefix *prefix, char text[BASE_PREFIX_TEXT_MAX])
{
	char addr[BASE_ADDR_TEXT_MAX];

	snprintf(text, BASE_PREFIX_TEXT_MAX, "%s/%u", base_addr_format(&prefix->addr, addr),
		prefix->bits);
	return text;
}

bool
base_addr_equal(const struct base_addr *a, const struct base_addr *b)
{
	return a->family == b->family && memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}

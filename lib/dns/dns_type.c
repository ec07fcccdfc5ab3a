/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "dns_type.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* IANA, "Domain Name System (DNS) Parameters", Resource Record (RR) TYPEs. */
/* clang-format off */
static const struct {
	const char *name;
	uint16_t type;
} types[] = {
	{"A", 1}, {"NS", 2}, {"MD", 3}, {"MF", 4}, {"CNAME", 5}, {"SOA", 6}, {"MB", 7}, {"MG", 8},
	{"MR", 9}, {"NULL", 10}, {"WKS", 11}, {"PTR", 12}, {"HINFO", 13}, {"MINFO", 14},
	{"MX", 15}, {"TXT", 16}, {"RP", 17}, {"AFSDB", 18}, {"X25", 19}, {"ISDN", 20}, {"RT", 21},
	{"NSAP", 22}, {"NSAP-PTR", 23}, {"SIG", 24}, {"KEY", 25}, {"PX", 26}, {"GPOS", 27},
	{"AAAA", 28}, {"LOC", 29}, {"NXT", 30}, {"EID", 31}, {"NIMLOC", 32}, {"SRV", 33},
	{"ATMA", 34}, {"NAPTR", 35}, {"KX", 36}, {"CERT", 37}, {"A6", 38}, {"DNAME", 39},
	{"SINK", 40}, {"OPT", 41}, {"APL", 42}, {"DS", 43}, {"SSHFP", 44}, {"IPSECKEY", 45},
	{"RRSIG", 46}, {"NSEC", 47}, {"DNSKEY", 48}, {"DHCID", 49}, {"NSEC3", 50},
	{"NSEC3PARAM", 51}, {"TLSA", 52}, {"SMIMEA", 53}, {"HIP", 55}, {"NINFO", 56},
	{"RKEY", 57}, {"TALINK", 58}, {"CDS", 59}, {"CDNSKEY", 60}, {"OPENPGPKEY", 61},
	{"CSYNC", 62}, {"ZONEMD", 63}, {"SVCB", 64}, {"HTTPS", 65}, {"SPF", 99}, {"UINFO", 100},
	{"UID", 101}, {"GID", 102}, {"UNSPEC", 103}, {"NID", 104}, {"L32", 105}, {"L64", 106},
	{"LP", 107}, {"EUI48", 108}, {"EUI64", 109}, {"TKEY", 249}, {"TSIG", 250}, {"IXFR", 251},
	{"AXFR", 252}, {"MAILB", 253}, {"MAILA", 254}, {"ANY", 255}, {"URI", 256}, {"CAA", 257},
	{"AVC", 258}, {"DOA", 259}, {"AMTRELAY", 260}, {"RESINFO", 261}, {"TA", 32768},
	{"DLV", 32769},
};
/* clang-format on */

#define N_TYPES (sizeof(types) / sizeof(types[0]))

/* The digits of `TYPE65` (RFC 3597 5). */
static int
number_from_text(const char *digits, size_t len)
{
	uint32_t type = 0;

	if (len == 0 || len > 5)
		return -EINVAL;
	for (size_t i = 0; i < len; i++) {
		if (digits[i] < '0' || digits[i] > '9')
			return -EINVAL;
		type = type * 10 + (uint32_t)(digits[i] - '0');
	}
	return type > UINT16_MAX ? -EINVAL : (int)type;
}

int
dns_type_from_text(const char *text, size_t len)
{
	for (size_t i = 0; i < N_TYPES; i++) {
		if (strlen(types[i].name) == len && strncasecmp(types[i].name, text, len) == 0)
			return types[i].type;
	}
	if (len > 4 && strncasecmp("TYPE", text, 4) == 0)
		return number_from_text(text + 4, len - 4);
	return -EINVAL;
}

const char *
dns_type_format(uint16_t type, char text[DNS_TYPE_TEXT_MAX])
{
	for (size_t i = 0; i < N_TYPES; i++) {
		if (types[i].type == type) {
			snprintf(text, DNS_TYPE_TEXT_MAX, "%s", types[i].name);
			return text;
		}
	}
	snprintf(text, DNS_TYPE_TEXT_MAX, "TYPE%u", type);
	return text;
}

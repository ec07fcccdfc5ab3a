/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "lists_priv.h"

#include <string.h>

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

/** `TYPE65` (RFC 3597 5). */
static int
numbered(struct lists_span digits)
{
	uint32_t type = 0;

	if (lists_span_len(digits) == 0 || lists_span_len(digits) > 5)
		return -1;
	for (; digits.at < digits.end; digits.at++) {
		if (*digits.at < '0' || *digits.at > '9')
			return -1;
		type = type * 10 + *digits.at - '0';
	}
	return type > UINT16_MAX ? -1 : (int)type;
}

int
lists_qtype(struct lists_span name)
{
	size_t len = lists_span_len(name);

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (strlen(types[i].name) == len &&
			strncasecmp(types[i].name, (const char *)name.at, len) == 0)
			return types[i].type;
	}
	if (len > 4 && strncasecmp((const char *)name.at, "TYPE", 4) == 0)
		return numbered((struct lists_span){.at = name.at + 4, .end = name.end});
	return -1;
}

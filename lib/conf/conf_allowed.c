/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "conf_priv.h"

#include <stdio.h>

/* The words of an enum, or the actions of a mask. */
static const char *
list_words(const struct conf_row *row, char *text, size_t size)
{
	size_t n = 0;

	for (int i = 0, many = 0; row->words[i] != NULL && n < size; i++) {
		if (row->type == CONF_ACTION && (row->max >> i & 1) == 0)
			continue;
		n += (size_t)snprintf(text + n, size - n, "%s%s%s", many++ > 0 ? ", " : "",
			row->words[i],
			row->type == CONF_ACTION && i == CONF_ACT_CNAME ? " NAME" : "");
	}
	return text;
}

/* Types whose values need more than a phrase. */
static const char *
describe_range(const struct conf_row *row, char *text, size_t size)
{
	char min[32], max[32];

	switch (row->type) {
	case CONF_INT:
		snprintf(text, size, "%lld..%lld", (long long)row->min, (long long)row->max);
		break;
	case CONF_INT_OR:
		snprintf(text, size, "%s, %lld..%lld", row->words[0], (long long)row->min,
			(long long)row->max);
		break;
	case CONF_DURATION:
		snprintf(text, size, "%s..%s, in ms, s, m, h or d",
			conf_duration_text(row->min, min, sizeof(min)),
			conf_duration_text(row->max, max, sizeof(max)));
		break;
	case CONF_MEM:
		snprintf(text, size, "%s, %lld..%lld for each of at most %d nodes", row->words[0],
			(long long)row->min, (long long)row->max, CONF_NODES_MAX);
		break;
	case CONF_UDP:
		snprintf(text, size, "1..%d different ports %lld..%lld", CONF_UDP_MAX,
			(long long)row->min, (long long)row->max);
		break;
	case CONF_TEXT:
		snprintf(text, size, "at most %lld octets of UTF-8", (long long)row->max);
		break;
	default:
		snprintf(text, size, "at most %d IPv%d addresses", CONF_ADDRS_MAX,
			row->type == CONF_ADDRS4 ? 4 : 6);
		break;
	}
	return text;
}

const char *
conf_allowed(const struct conf_row *row, char *text, size_t size)
{
	switch (row->type) {
	case CONF_BOOL:
		return "yes, no";
	case CONF_ENUM:
	case CONF_ACTION:
		return list_words(row, text, size);
	case CONF_WORD:
		return "1..32 of a-z, 0-9, _ and -, not first a -";
	case CONF_FILE:
		return row->min == 0 ? "a path, or nothing; a relative one starts at the folder of "
				       "this file"
				     : "a path; a relative one starts at the folder of this file";
	case CONF_MAP:
		return "auto, or lcores and their CPUs: 0@0,1@1,(2-3)@2";
	case CONF_DEVICE:
		return "a PCI address (0000:18:00.0) or a vdev (net_af_packet0,iface=eth1)";
	case CONF_ADDR4:
		return "an IPv4 address, or nothing";
	case CONF_ADDR6:
		return "an IPv6 address, or nothing";
	case CONF_PREFIXES:
		return "addresses and prefixes, 10.1.0.0/16, 2001:db8::/32, 10.0.0.0/8@12 (on VLAN "
		       "12)";
	case CONF_MACS:
		return "unicast MAC addresses, 02:00:00:00:0a:01";
	case CONF_VLANS:
		return "VLAN IDs 1..4094";
	case CONF_QINQ:
		return "outer.inner VLAN IDs, each 1..4094: 100.12";
	case CONF_ZONE:
		return "a name of the IANA time zone database: Europe/Berlin, UTC";
	case CONF_SCHEDULE:
		return "nothing, or windows parted by |: days, hours, lists in brackets";
	case CONF_LATER:
		return "names of sections";
	default:
		return describe_range(row, text, size);
	}
}

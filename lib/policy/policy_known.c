/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "policy_ask.h"
#include "policy_priv.h"

#include <errno.h>
#include <string.h>

const char *const policy_known_keys[POLICY_KNOWN_KEYS + 1] = {
	"client", "mac", "vlan", "qinq", "port", NULL};

#define refuse(err, ...) base_fail((err), BASE_EXIT_USAGE, EINVAL, __VA_ARGS__)

void
policy_known_init(struct policy_known *known)
{
	*known = (struct policy_known){.client.port = POLICY_PORT_NONE};
}

static int
set_addr(struct policy_known *known, const char *value, struct base_err *err)
{
	if (base_addr_parse(value, &known->addr, NULL) < 0)
		return refuse(err,
			"`%.64s' is no address: allowed are IPv4 (192.0.2.1) and IPv6 "
			"(2001:db8::1)",
			value);
	known->client.addr = known->addr.bytes;
	known->client.family = known->addr.family;
	return 0;
}

static int
set_mac(struct policy_known *known, const char *value, struct base_err *err)
{
	if (!conf_mac_from_text(value, &known->mac))
		return refuse(err,
			"`%.64s' is no client's MAC address: allowed is 02:00:00:00:0a:01", value);
	known->client.mac = known->mac.octets;
	return 0;
}

static int
set_tags(struct policy_known *known, bool two, const char *value, struct base_err *err)
{
	struct conf_qinq pair = {0};

	if (known->client.vlan != 0)
		return refuse(err, "a VLAN and a QinQ pair go not together");
	if (two && !conf_qinq_from_text(value, &pair))
		return refuse(err, "`%.64s': allowed are two VLAN IDs 1..4094: 100.12", value);
	if (!two && !conf_vlan_from_text(value, &pair.outer))
		return refuse(err, "`%.64s': allowed is a VLAN ID 1..4094", value);
	known->client.vlan = pair.outer;
	known->client.inner = pair.inner;
	return 0;
}

static int
set_port(struct policy_known *known, const struct conf *conf, const char *value,
	struct base_err *err)
{
	for (uint32_t i = 0; i < conf->n_ports; i++) {
		if (strcmp(conf->ports[i].sect.name, value) == 0) {
			known->client.port = (uint16_t)i;
			return 0;
		}
	}
	return refuse(err, "%s has no [port %.64s]", conf->file, value);
}

int
policy_known_set(struct policy_known *known, const struct conf *conf, unsigned key,
	const char *value, struct base_err *err)
{
	switch (key) {
	case 0:
		return set_addr(known, value, err);
	case 1:
		return set_mac(known, value, err);
	case 2:
	case 3:
		return set_tags(known, key == 3, value, err);
	default:
		return set_port(known, conf, value, err);
	}
}

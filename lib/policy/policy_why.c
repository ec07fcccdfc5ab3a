/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "policy_priv.h"

#include <stdio.h>

#define WHAT_MAX 96

/* The address without the bits behind its prefix. */
static void
describe_prefix(
	const struct policy_client *client, const struct policy_member *member, char text[WHAT_MAX])
{
	struct base_addr addr = {.family = client->family};
	char words[BASE_ADDR_TEXT_MAX], vlan[16] = "";

	for (unsigned bit = 0; bit < member->bits; bit++)
		addr.bytes[bit / 8] |= client->addr[bit / 8] & (uint8_t)(0x80 >> bit % 8);
	if (member->is_bound)
		snprintf(vlan, sizeof(vlan), "@%u", client->vlan);
	snprintf(text, WHAT_MAX, "prefix %s/%u%s", base_addr_format(&addr, words), member->bits,
		vlan);
}

/* The key of [clients] that names a client, and how it is told. */
static const char *
describe(const struct policy *policy, const struct policy_client *client,
	const struct policy_member *member, char text[WHAT_MAX])
{
	const uint8_t *mac = client->mac;

	switch (member->key) {
	case POLICY_KEY_PREFIX:
		describe_prefix(client, member, text);
		return NULL; /* in the INI or in its file: the section is told */
	case POLICY_KEY_MAC:
		snprintf(text, WHAT_MAX, "MAC %02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1],
			mac[2], mac[3], mac[4], mac[5]);
		return "macs";
	case POLICY_KEY_QINQ:
		snprintf(text, WHAT_MAX, "QinQ pair %u.%u", client->vlan, client->inner);
		return "qinq";
	case POLICY_KEY_VLAN:
		snprintf(text, WHAT_MAX, "VLAN %u", client->vlan);
		return "vlans";
	default:
		snprintf(text, WHAT_MAX, "port %s", policy->conf->ports[client->port].sect.name);
		return "ports";
	}
}

const char *
policy_group_why(const struct policy *policy, const struct policy_client *client,
	const struct policy_member *member, char why[POLICY_WHY_MAX])
{
	const struct conf *conf = policy->conf;
	char what[WHAT_MAX], where[CONF_WHERE_MAX];
	const char *key;

	snprintf(why, POLICY_WHY_MAX, "no [clients] section names the client");
	for (uint32_t i = 0; member->key != POLICY_KEY_DEFAULT && i < conf->n_clients; i++) {
		if (conf->clients[i].group != member->group)
			continue;
		key = describe(policy, client, member, what);
		snprintf(why, POLICY_WHY_MAX, "%s of [%s] (%s)", what, conf->clients[i].sect.title,
			conf_where(&conf->clients[i].sect, key, where));
	}
	return why;
}

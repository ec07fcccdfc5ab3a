/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "policy_priv.h"

#include <stdio.h>

/* The key of [clients] that names a client, and how it is told. */
static const char *
describe(
	const struct policy *policy, const struct policy_client *client, uint8_t key, char text[64])
{
	const uint8_t *mac = client->mac;

	switch (key) {
	case POLICY_KEY_MAC:
		snprintf(text, 64, "MAC %02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2],
			mac[3], mac[4], mac[5]);
		return "macs";
	case POLICY_KEY_QINQ:
		snprintf(text, 64, "QinQ pair %u.%u", client->vlan, client->inner);
		return "qinq";
	case POLICY_KEY_VLAN:
		snprintf(text, 64, "VLAN %u", client->vlan);
		return "vlans";
	default:
		snprintf(text, 64, "port %s", policy->conf->ports[client->port].sect.name);
		return "ports";
	}
}

const char *
policy_group_why(const struct policy *policy, const struct policy_client *client,
	const struct policy_member *member, char why[POLICY_WHY_MAX])
{
	const struct conf *conf = policy->conf;
	char what[64], where[CONF_WHERE_MAX];
	const char *key;

	snprintf(why, POLICY_WHY_MAX, "no [clients] section names the client");
	for (uint32_t i = 0; member->key != POLICY_KEY_DEFAULT && i < conf->n_clients; i++) {
		if (conf->clients[i].group != member->group)
			continue;
		key = describe(policy, client, member->key, what);
		snprintf(why, POLICY_WHY_MAX, "%s of [%s] (%s)", what, conf->clients[i].sect.title,
			conf_where(&conf->clients[i].sect, key, where));
	}
	return why;
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "client.h"

#include "weir_priv.h"

#include <errno.h>
#include <string.h>

void
client_init(struct client *client)
{
	*client = (struct client){.facts.port = POLICY_PORT_NONE};
}

static int
take_addr(struct client *client, const char *text, const char *command)
{
	struct base_err err;

	if (base_addr_parse(text, &client->addr, &err) < 0) {
		weir_usage_error(command, "%s", err.text);
		return -EINVAL;
	}
	client->facts.addr = client->addr.bytes;
	client->facts.family = client->addr.family;
	return 1;
}

static int
take_mac(struct client *client, const char *text, const char *command)
{
	if (!conf_mac_from_text(text, &client->mac)) {
		weir_usage_error(command,
			"`%s' is no client's MAC address: allowed is 02:00:00:00:0a:01", text);
		return -EINVAL;
	}
	client->facts.mac = client->mac.octets;
	return 1;
}

static int
take_tags(struct client *client, int option, const char *text, const char *command)
{
	struct conf_qinq pair = {0};

	if (client->facts.vlan != 0) {
		weir_usage_error(command, "--vlan and --qinq go not together, each stands once");
		return -EINVAL;
	}
	if (option == 'V' ? !conf_vlan_from_text(text, &pair.outer)
			  : !conf_qinq_from_text(text, &pair)) {
		weir_usage_error(command, "`%s': allowed %s", text,
			option == 'V' ? "is a VLAN ID 1..4094"
				      : "are two VLAN IDs 1..4094: 100.12");
		return -EINVAL;
	}
	client->facts.vlan = pair.outer;
	client->facts.inner = pair.inner;
	return 1;
}

int
client_option(struct client *client, int option, const char *text, const char *command)
{
	switch (option) {
	case 'A':
		return take_addr(client, text, command);
	case 'M':
		return take_mac(client, text, command);
	case 'V':
	case 'Q':
		return take_tags(client, option, text, command);
	case 'P':
		client->port = text;
		return 1;
	default:
		return 0;
	}
}

int
client_resolve(struct client *client, const struct conf *conf, const char *command)
{
	if (client->port == NULL)
		return 0;
	for (uint32_t i = 0; i < conf->n_ports; i++) {
		if (strcmp(conf->ports[i].sect.name, client->port) == 0) {
			client->facts.port = (uint16_t)i;
			return 0;
		}
	}
	weir_usage_error(command, "%s has no [port %s]", conf->file, client->port);
	return -EINVAL;
}

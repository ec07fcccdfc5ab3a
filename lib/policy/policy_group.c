/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "nets.h"
#include "policy_priv.h"
static uint16_t
find_number(const struct policy_slots *table, uint64_t number)
{
	for (uint32_t at = policy_slot_of(number);; at++) {
		uint64_t slot = table->slots[at & table->mask];

		if (slot >> 16 == number)
			return (uint16_t)slot;
		if (slot == 0)
			return POLICY_GROUP_NONE;
	}
}

static uint16_t
find_mac(const struct policy_clients *clients, const uint8_t *mac)
{
	uint64_t number = 0;

	if (clients->macs.slots == NULL || mac == NULL)
		return POLICY_GROUP_NONE;
	for (int i = 0; i < 6; i++)
		number = number << 8 | mac[i];
	return number == 0 ? POLICY_GROUP_NONE : find_number(&clients->macs, number);
}

static uint16_t
find_pair(const struct policy_clients *clients, const struct policy_client *client)
{
	if (clients->pairs.slots == NULL || client->vlan == 0 || client->inner == 0)
		return POLICY_GROUP_NONE;
	return find_number(&clients->pairs, policy_pair_number(client->vlan, client->inner));
}

static struct policy_member
member_of(const struct policy_clients *clients, const struct policy_client *client,
	const struct nets_hit *hit)
{
	uint16_t group = find_mac(clients, client->mac);

	if (group != POLICY_GROUP_NONE)
		return (struct policy_member){.group = group, .key = POLICY_KEY_MAC};
	if (hit->value != NETS_NONE)
		return (struct policy_member){.group = hit->value,
			.key = POLICY_KEY_PREFIX,
			.bits = (uint8_t)hit->bits,
			.is_bound = hit->is_bound};
	group = find_pair(clients, client);
	if (group != POLICY_GROUP_NONE)
		return (struct policy_member){.group = group, .key = POLICY_KEY_QINQ};
	if (clients->vlans != NULL && clients->vlans[client->vlan] != POLICY_GROUP_NONE)
		return (struct policy_member){
			.group = clients->vlans[client->vlan], .key = POLICY_KEY_VLAN};
	if (client->port < POLICY_PORTS_MAX && clients->ports[client->port] != POLICY_GROUP_NONE)
		return (struct policy_member){
			.group = clients->ports[client->port], .key = POLICY_KEY_PORT};
	return (struct policy_member){.group = 0, .key = POLICY_KEY_DEFAULT};
}

struct policy_member
policy_member_of(const struct policy_clients *clients, const struct policy_client *client,
	const struct nets_hit *hit)
{
	return member_of(clients, client, hit);
}

static void
find_prefixes(const struct nets *nets, const struct policy_client clients[], uint16_t n,
	struct nets_hit hits[])
{
	struct nets_query queries[NETS_BURST_MAX];

	if (n == 0)
		return;
	for (uint16_t i = 0; i < n; i++)
		queries[i] = (struct nets_query){.addr = clients[i].addr,
			.family = clients[i].family,
			.vlan = clients[i].vlan};
	nets_lookup_burst(nets, queries, n, hits);
}

void
policy_group_burst(const struct policy_view *view, const struct policy_client clients[], uint16_t n,
	struct policy_member out[])
{
	struct nets_hit hits[NETS_BURST_MAX], none = {.value = NETS_NONE};
	const struct nets *nets = view->clients->nets;

	if (nets != NULL)
		find_prefixes(nets, clients, n, hits);
	for (uint16_t i = 0; i < n; i++)
		out[i] = member_of(view->clients, &clients[i], nets == NULL ? &none : &hits[i]);
}

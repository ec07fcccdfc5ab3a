/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "policy_priv.h"

#include <string.h>

#define VLAN_IDS 4096

static_assert(POLICY_PORTS_MAX == CONF_PORTS_MAX, "every port has a place");

/* How many things of each kind the sections name. */
struct counts {
	uint32_t macs, pairs, vlans, ports;
};

static struct counts
count(const struct conf *conf)
{
	struct counts counts = {0};

	for (uint32_t i = 0; i < conf->n_clients; i++) {
		counts.macs += conf->clients[i].macs.n;
		counts.pairs += conf->clients[i].qinq.n;
		counts.vlans += conf->clients[i].vlans.n;
		counts.ports += conf->clients[i].n_ports;
	}
	return counts;
}

/* Slots for n numbers: a power of two, at most half of them full. */
static uint32_t
slots_for(uint32_t n)
{
	uint32_t slots = 2;

	while (n > 0 && slots < 2 * n)
		slots *= 2;
	return n == 0 ? 0 : slots;
}

size_t
policy_clients_bytes(const struct policy *policy)
{
	struct counts counts = count(policy->conf);

	if (counts.macs + counts.pairs + counts.vlans + counts.ports == 0 &&
		policy->nets->source == NULL)
		return 0;
	return sizeof(struct policy_clients) +
	       (slots_for(counts.macs) + slots_for(counts.pairs)) * sizeof(uint64_t) +
	       (counts.vlans == 0 ? 0 : VLAN_IDS * sizeof(uint16_t));
}

static void
put_number(uint64_t *slots, uint32_t mask, uint64_t number, uint32_t group)
{
	uint32_t at = policy_slot_of(number);

	while (slots[at & mask] != 0)
		at++;
	slots[at & mask] = number << 16 | group;
}

static void
put_macs(const struct conf_clients *from, uint64_t *slots, uint32_t mask)
{
	for (uint32_t k = 0; k < from->macs.n; k++) {
		uint64_t number = 0;

		for (int i = 0; i < 6; i++)
			number = number << 8 | from->macs.mac[k].octets[i];
		put_number(slots, mask, number, from->group);
	}
}

static void
put_pairs(const struct conf_clients *from, uint64_t *slots, uint32_t mask)
{
	for (uint32_t k = 0; k < from->qinq.n; k++)
		put_number(slots, mask,
			policy_pair_number(from->qinq.pair[k].outer, from->qinq.pair[k].inner),
			from->group);
}

/* Numbers to slots that begin at `at`; returns what follows them. */
static uint64_t *
make_slots(const struct conf *conf, uint32_t n, uint64_t *at, struct policy_slots *out,
	void (*put)(const struct conf_clients *from, uint64_t *slots, uint32_t mask))
{
	if (n == 0)
		return at;
	out->slots = at;
	out->mask = slots_for(n) - 1;
	for (uint32_t i = 0; i < conf->n_clients; i++)
		put(&conf->clients[i], at, out->mask);
	return at + slots_for(n);
}

static void
make_vlans(const struct conf *conf, uint16_t *vlans)
{
	memset(vlans, 0xff, VLAN_IDS * sizeof(*vlans));
	for (uint32_t i = 0; i < conf->n_clients; i++) {
		for (uint32_t k = 0; k < conf->clients[i].vlans.n; k++)
			vlans[conf->clients[i].vlans.vid[k]] = (uint16_t)conf->clients[i].group;
	}
}

struct policy_clients *
policy_clients_make(const struct policy *policy, void *memory)
{
	const struct conf *conf = policy->conf;
	struct policy_clients *out = memory;
	struct counts counts = count(conf);
	uint64_t *at;
	if (policy_clients_bytes(policy) == 0)
		return NULL;
	memset(out->ports, 0xff, sizeof(out->ports));
	for (uint32_t i = 0; i < conf->n_clients; i++) {
		for (uint32_t k = 0; k < conf->clients[i].n_ports; k++)
			out->ports[conf->clients[i].ports[k]] = (uint16_t)conf->clients[i].group;
	}
	at = (uint64_t *)(void *)(out + 1);
	at = make_slots(conf, counts.macs, at, &out->macs, put_macs);
	at = make_slots(conf, counts.pairs, at, &out->pairs, put_pairs);
	if (counts.vlans > 0) {
		out->vlans = (const uint16_t *)(void *)at;
		make_vlans(conf, (uint16_t *)(void *)at);
	}
	return out;
}

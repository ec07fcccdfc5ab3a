/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "clients.h"
#include "policy_priv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* What the rules are taken from. */
struct from {
	const struct conf *conf;
	const struct clients *clients;
};

static void
get_rule(const void *arg, uint32_t index, struct nets_rule *out)
{
	const struct from *from = arg;
	const struct clients_prefix *prefix = &from->clients->prefixes[index];

	*out = (struct nets_rule){.prefix = prefix->prefix,
		.vlan = prefix->vlan,
		.value = (uint16_t)from->conf->clients[prefix->section].group};
}

uint64_t
policy_prefixes_sum(const struct clients *clients)
{
	uint64_t sum = UINT64_C(0xcbf29ce484222325);

	for (uint32_t i = 0; i < clients->nb; i++) {
		const struct clients_prefix *prefix = &clients->prefixes[i];
		uint64_t words[3] = {0};

		memcpy(words, prefix->prefix.addr.bytes, sizeof(prefix->prefix.addr.bytes));
		words[2] = (uint64_t)prefix->section << 32 | (uint64_t)prefix->vlan << 16 |
			   (uint64_t)prefix->prefix.addr.family << 8 | prefix->prefix.bits;
		for (int k = 0; k < 3; k++)
			sum = (sum ^ words[k] ^ sum >> 29) * UINT64_C(0x100000001b3);
	}
	return sum;
}

int
policy_compile_prefixes(struct policy *policy, const struct policy_db *db, struct base_err *err)
{
	struct from from = {.conf = policy->conf};
	struct nets_rules rules = {.kind = NETS_NUMBERS, .get = get_rule, .arg = &from};
	struct clients *clients;
	int rc;

	policy->nets = calloc(1, sizeof(*policy->nets));
	if (policy->nets == NULL)
		return base_fail(
			err, BASE_EXIT_UNAVAILABLE, ENOMEM, "no memory for prefixes of clients");
	policy->nets->users = 1;
	rc = db == NULL ? clients_read(policy->conf, NULL, &clients, err)
			: policy_db_clients(db, policy->conf, &clients, err);
	if (rc < 0)
		return rc;
	from.clients = clients;
	rules.nb = clients->nb;
	policy->nets->sum = policy_prefixes_sum(clients);
	if (rules.nb > 0)
		rc = nets_source_build(&rules, &policy->nets->source, err);
	clients_free(clients);
	return rc;
}

struct policy_nets *
policy_nets_use(struct policy_nets *nets)
{
	nets->users++;
	return nets;
}

void
policy_nets_put(struct policy_nets *nets)
{
	if (nets == NULL || --nets->users > 0)
		return;
	nets_source_free(nets->source);
	free(nets);
}

static struct policy_prefixes *
prefixes_of_node(struct policy_nets *nets, int node)
{
	struct policy_prefixes *unused = NULL;

	for (uint32_t i = 0; i < CONF_NODES_MAX; i++) {
		struct policy_prefixes *prefixes = &nets->nodes[i];

		if (prefixes->users > 0 && prefixes->node == node)
			return prefixes;
		if (prefixes->users == 0 && unused == NULL)
			unused = prefixes;
	}
	return unused;
}

int
policy_prefixes_get(
	struct policy *policy, int node, struct policy_prefixes **out, struct base_err *err)
{
	struct policy_prefixes *prefixes = prefixes_of_node(policy->nets, node);
	struct nets_spec spec = {.name = "clients",
		.node = node,
		.owner = {.kind = PLACE_OWNER_NODE, .id = (uint16_t)node}};
	int rc;

	*out = NULL;
	if (policy->nets->source == NULL)
		return 0;
	if (prefixes->users == 0) {
		rc = nets_build(policy->nets->source, &spec, &prefixes->nets, err);
		if (rc < 0)
			return rc;
		prefixes->node = node;
	}
	prefixes->users++;
	*out = prefixes;
	return 0;
}

void
policy_prefixes_put(struct policy_prefixes *prefixes)
{
	if (prefixes != NULL && --prefixes->users == 0)
		nets_free(prefixes->nets);
}

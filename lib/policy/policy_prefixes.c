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

static uint64_t
mix(uint64_t sum, uint64_t word)
{
	return (sum ^ word ^ sum >> 29) * UINT64_C(0x100000001b3);
}

/* By the name of its section: what number that has hangs on the other sections. */
static uint64_t
sum_prefix(const struct conf *conf, const struct clients_prefix *prefix)
{
	const char *name = conf->clients[prefix->section].sect.name;
	uint64_t words[2] = {0}, sum = UINT64_C(0xcbf29ce484222325);

	memcpy(words, prefix->prefix.addr.bytes, sizeof(prefix->prefix.addr.bytes));
	sum = mix(mix(sum, words[0]), words[1]);
	sum = mix(sum, (uint64_t)prefix->vlan << 16 | (uint64_t)prefix->prefix.addr.family << 8 |
			       prefix->prefix.bits);
	for (; *name != '\0'; name++)
		sum = mix(sum, (uint8_t)*name);
	return mix(sum, 0);
}

uint64_t
policy_prefixes_sum(const struct conf *conf, const struct clients *clients)
{
	uint64_t sum = clients->nb;

	for (uint32_t i = 0; i < clients->nb; i++)
		sum += sum_prefix(conf, &clients->prefixes[i]);
	return sum;
}

bool
policy_compare_prefixes(
	const struct policy *before, const struct policy *after, uint32_t *was, uint32_t *is)
{
	*was = before == NULL ? 0 : before->nets->nb;
	*is = after->nets->nb;
	return *was != *is || (before != NULL && before->nets->sum != after->nets->sum);
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
	policy->nets->nb = clients->nb;
	policy->nets->sum = policy_prefixes_sum(policy->conf, clients);
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

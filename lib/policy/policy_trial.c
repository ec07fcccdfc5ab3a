/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "policy_ask.h"
#include "policy_priv.h"

#include <errno.h>
#include <stdlib.h>

/* A view that consists of what the policy itself holds. */
struct policy_trial {
	const struct policy *policy;
	struct policy_view view;
	struct dtab_index *index;
	struct policy_clients *clients; /* NULL: no section names anybody */
};

static int
make_clients(struct policy_trial *trial, struct base_err *err)
{
	size_t bytes = policy_clients_bytes(trial->policy);
	void *memory;

	if (bytes == 0)
		return 0;
	memory = calloc(1, bytes);
	if (memory == NULL)
		return policy_ask_failed(-ENOMEM, err);
	trial->clients = policy_clients_make(trial->policy, memory);
	return 0;
}

int
policy_trial_new(const struct policy *policy, struct policy_trial **out, struct base_err *err)
{
	struct policy_trial *trial = calloc(1, sizeof(*trial));
	int rc;

	*out = NULL;
	if (trial == NULL)
		return policy_ask_failed(-ENOMEM, err);
	trial->policy = policy;
	trial->view = (struct policy_view){.generation = policy->generation,
		.key = policy->key,
		.records = policy->data,
		.lists = policy->lists,
		.groups = policy->groups,
		.conds = policy->conds,
		.pattern_lists = policy->pattern_lists,
		.nb_lists = policy->nb_lists,
		.nb_groups = policy->nb_groups,
		.nb_conds = policy->nb_conds};
	if (policy->addrs[POLICY_CLIENTS] != NULL)
		trial->view.client_rules = policy->addrs[POLICY_CLIENTS]->table;
	rc = make_clients(trial, err);
	if (rc == 0)
		rc = dtab_index_new(policy->source, &trial->index, err);
	if (rc < 0) {
		policy_trial_free(trial);
		return rc;
	}
	*out = trial;
	return 0;
}

struct policy_member
policy_trial_group(const struct policy_trial *trial, const struct policy_client *client)
{
	const struct nets_source *source = trial->policy->nets->source;
	const struct nets_query query = {
		.addr = client->addr, .family = client->family, .vlan = client->vlan};
	struct nets_hit hit = {.value = NETS_NONE, .bits = -1};

	if (trial->clients == NULL)
		return (struct policy_member){.group = 0, .key = POLICY_KEY_DEFAULT};
	if (source != NULL)
		hit = nets_source_find(source, &query);
	return policy_member_of(trial->clients, client, &hit);
}

/* Without a lookup table of sets: the rules themselves are asked. */
static void
ask_client(struct policy_trial *trial, struct policy_asked *asked)
{
	const struct policy_client *client = asked->client;

	if (trial->view.client_rules == NULL || client == NULL || client->family == 0)
		return;
	policy_addrs_cover(
		trial->view.client_rules, client->addr, client->family, &asked->by_client);
	asked->query.addr = client->addr;
	asked->query.family = client->family;
	asked->query.by_client = &asked->by_client;
}

/* Expressions are always asked: where they cannot change the verdict they do not. */
int
policy_trial_ask(struct policy_trial *trial, struct policy_asked *asked, struct base_err *err)
{
	struct dns_fp fps[DNS_LABELS_MAX + 1];
	struct dtab_query query = {.fps = fps, .labels = asked->name.labels};
	int rc = 0;

	dns_fp_suffixes(&trial->view.key, &asked->name, fps);
	asked->query = (struct policy_query){.qtype = asked->qtype,
		.labels = asked->name.labels,
		.group = asked->member.group,
		.name = asked->name.wire};
	ask_client(trial, asked);
	asked->query.hits.hit = asked->hits;
	asked->query.hits.nb = dtab_index_lookup(trial->index, &query, asked->hits);
	if (trial->policy->source_patterns != NULL)
		rc = policy_ask_patterns(trial->policy, &trial->view, asked);
	if (rc < 0)
		return policy_ask_failed(rc, err);
	policy_decide(&trial->view, &asked->query, &asked->verdict);
	return 0;
}

void
policy_trial_free(struct policy_trial *trial)
{
	if (trial == NULL)
		return;
	dtab_index_free(trial->index);
	free(trial->clients);
	free(trial);
}

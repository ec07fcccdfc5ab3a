/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "place.h"
#include "policy_priv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

void
policy_list_spec(const struct conf_list *list, struct lists_spec *out)
{
	*out = (struct lists_spec){
		.path = list->builtin == NULL ? list->path.file : list->path.text,
		.text = list->builtin,
		.format = (enum lists_format)list->format,
		.match = (enum lists_match)list->match,
		.allow_tld = list->allow_tld,
		.max_bad = list->max_bad,
		.ttl = list->ttl,
	};
}

bool
policy_list_is_read_alike(const struct conf_list *a, const struct conf_list *b)
{
	return strcmp(a->path.file, b->path.file) == 0 && a->format == b->format &&
	       a->match == b->match && a->allow_tld == b->allow_tld &&
	       a->ttl == b->ttl; /* that of records without one */
}

uint16_t
policy_rule_list(const struct policy *policy, uint32_t rule)
{
	uint16_t low = 0, high = policy->nb_lists;

	while (high - low > 1) {
		uint16_t middle = (uint16_t)((low + high) / 2);

		if (policy->base[middle] <= rule)
			low = middle;
		else
			high = middle;
	}
	return low;
}

uint8_t
policy_rule_action(const struct lists_rule *rule)
{
	static const uint8_t actions[LISTS_NB_ACTS] = {
		[LISTS_ACT_LIST] = DTAB_ACTION_LIST,
		[LISTS_ACT_NXDOMAIN] = POLICY_NXDOMAIN,
		[LISTS_ACT_NODATA] = POLICY_NODATA,
		[LISTS_ACT_PASS] = POLICY_PASS,
		[LISTS_ACT_DROP] = POLICY_DROP,
		[LISTS_ACT_TRUNCATE] = POLICY_TRUNCATE,
		[LISTS_ACT_DATA] = POLICY_DATA,
	};
	bool exception = rule->class == LISTS_EXCEPTION || rule->class == LISTS_IMPORTANT_EXCEPTION;

	return exception ? POLICY_PASS : actions[rule->action];
}

uint32_t
policy_rule_data(const struct policy *policy, uint16_t list, uint32_t index)
{
	const struct policy_cold *cold = &policy->cold[list];

	if (cold->rules[index].action != LISTS_ACT_DATA)
		return 0;
	return cold->data + 1 + lists_rule_data(policy->read[list], index);
}

uint16_t
policy_rule_cond(const struct policy_cold *cold, const struct lists_rule *rule)
{
	return rule->cond == 0 ? 0 : (uint16_t)(cold->conds + rule->cond);
}

static uint64_t
cold_bytes(const struct policy *policy)
{
	uint64_t bytes = 0;

	for (uint16_t i = 0; i < policy->nb_lists; i++) {
		bytes += policy->cold[i].nb_rules * sizeof(struct lists_rule);
		bytes += policy->cold[i].names_bytes;
	}
	return bytes;
}

/* What lists_read() allocated is not needed once its rules and names lie elsewhere. */
static void
forget_read(struct lists_rules *read)
{
	free(read->rules);
	free(read->names);
	read->rules = NULL;
	read->names = NULL;
}

int
policy_place(struct policy *policy, int node, struct base_err *err)
{
	struct place_what what = {
		.name = "names and lines of the lists",
		.node = node,
		.owner = {.kind = PLACE_OWNER_PROCESS},
	};
	uint8_t *at;
	int rc;

	if (policy->placed != NULL || policy->content != policy || cold_bytes(policy) == 0)
		return 0;
	rc = place_zalloc(&what, cold_bytes(policy), 0, &policy->placed, err);
	if (rc < 0)
		return rc;
	at = policy->placed;
	for (uint16_t i = 0; i < policy->nb_lists; i++) {
		struct policy_cold *cold = &policy->cold[i];
		size_t bytes = cold->nb_rules * sizeof(struct lists_rule);

		/* All rules first: what follows them needs no alignment. */
		if (bytes > 0)
			memcpy(at, cold->rules, bytes);
		cold->rules = (const struct lists_rule *)(const void *)at;
		at += bytes;
	}
	for (uint16_t i = 0; i < policy->nb_lists; i++) {
		struct policy_cold *cold = &policy->cold[i];

		if (cold->names_bytes > 0)
			memcpy(at, cold->names, cold->names_bytes);
		cold->names = at;
		at += cold->names_bytes;
		if (policy->files[i]->users == 1)
			forget_read(policy->read[i]);
	}
	return 0;
}

void
policy_counts(const struct policy *policy, struct policy_counts *out)
{
	dtab_source_counts(policy->source, &out->domains);
	out->rules = policy->base[policy->nb_lists];
	out->cold_bytes = cold_bytes(policy) == 0 ? 0 : place_zalloc_bytes(cold_bytes(policy));
	out->view_bytes = place_zalloc_bytes(policy_view_size(policy));
	out->prefixes = (struct nets_parts){0};
	if (policy->nets->source != NULL)
		nets_parts(policy->nets->source, &out->prefixes);
	out->client_nets = (struct nets_parts){0};
	out->client_rules_bytes = 0;
	if (policy->addrs[POLICY_CLIENTS] != NULL) {
		nets_parts(policy->addrs[POLICY_CLIENTS]->source, &out->client_nets);
		out->client_rules_bytes = policy_addrs_rule_bytes(policy->addrs[POLICY_CLIENTS]);
	}
	out->address_nets = (struct nets_parts){0};
	if (policy->addrs[POLICY_RESPONSES] != NULL)
		nets_parts(policy->addrs[POLICY_RESPONSES]->source, &out->address_nets);
	out->patterns = (struct pat_parts){0};
	if (policy->source_patterns != NULL)
		pat_parts(policy->source_patterns, &out->patterns);
}

int
policy_stamp_file(const char *file, struct policy_stamp *out)
{
	struct stat st;

	*out = (struct policy_stamp){0};
	if (stat(file, &st) < 0)
		return -errno;
	out->mtime_ns = (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
	out->bytes = (uint64_t)st.st_size;
	out->inode = (uint64_t)st.st_ino;
	return 0;
}

void
policy_list_info(const struct policy *policy, uint16_t list, struct policy_list_info *out)
{
	*out = (struct policy_list_info){.compiled = policy->content->digest[0] != '\0',
		.rules = policy->cold[list].nb_rules,
		.format = lists_format_name(policy->read[list]->report.format),
		.stamp = policy->cold[list].stamp,
		.stale = policy->stale[list]};
	for (uint32_t i = 0; i < policy->nb_exprs; i++)
		out->expressions += policy->exprs[i].list == list;
}

const char *
policy_list_name(const struct policy *policy, uint16_t list)
{
	return policy->conf->lists[list].sect.name;
}

const char *
policy_group_name(const struct policy *policy, uint16_t group)
{
	return policy->conf->groups[group].sect.name;
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "place.h"
#include "policy_priv.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

static_assert((int)LISTS_EXACT == (int)DTAB_EXACT && (int)LISTS_SUBTREE == (int)DTAB_SUBTREE &&
		      (int)LISTS_BELOW == (int)DTAB_BELOW,
	"a rule's kind is the same number in a list and in the table");
static_assert((int)LISTS_IMPORTANT_EXCEPTION == (int)DTAB_IMPORTANT_EXCEPTION &&
		      (int)LISTS_IMPORTANT_BLOCK == (int)DTAB_IMPORTANT_BLOCK &&
		      (int)LISTS_EXCEPTION == (int)DTAB_EXCEPTION &&
		      (int)LISTS_BLOCK == (int)DTAB_BLOCK,
	"a rule's class is the same number in a list and in the table");
static_assert((int)LISTS_FORMAT_PREFIXES == (int)CONF_FORMAT_PREFIXES &&
		      (int)LISTS_MATCH_SUBTREE == (int)CONF_MATCH_SUBTREE,
	"formats and matches stand in the order of conf's");
static_assert(POLICY_TYPES_MAX >= LISTS_COND_TYPES, "every type of a condition has a place");

static int
no_memory(struct base_err *err)
{
	return base_fail(err, BASE_EXIT_UNAVAILABLE, ENOMEM, "no memory for the policy");
}

static int
allocate(struct policy *policy, const struct conf *conf)
{
	uint32_t lists = conf->n_lists, groups = conf->n_groups;

	policy->conf = conf;
	policy->generation = 1;
	policy->content = policy;
	policy->users = 1;
	policy->nb_lists = (uint16_t)lists;
	policy->nb_groups = (uint16_t)groups;
	policy->files = calloc(lists + 1, sizeof(policy->files[0]));
	policy->stale = calloc(lists + 1, sizeof(policy->stale[0]));
	policy->read = calloc(lists + 1, sizeof(policy->read[0]));
	policy->cold = calloc(lists + 1, sizeof(policy->cold[0]));
	policy->base = calloc(lists + 1, sizeof(policy->base[0]));
	policy->lists = calloc(lists + 1, sizeof(policy->lists[0]));
	policy->groups = calloc(groups, sizeof(policy->groups[0]));
	if (policy->files == NULL || policy->stale == NULL || policy->read == NULL ||
		policy->cold == NULL || policy->base == NULL || policy->lists == NULL ||
		policy->groups == NULL)
		return -ENOMEM;
	return 0;
}

/* The numbers of a list's rules follow those of the lists before it. */
static int
number_list(struct policy *policy, uint16_t i, struct base_err *err)
{
	struct policy_cold *cold = &policy->cold[i];

	cold->nb_rules = policy->read[i]->nb_rules;
	cold->names_bytes = policy->read[i]->names_bytes;
	cold->conds = policy->nb_conds;
	if (policy->nb_conds + policy->read[i]->nb_conds > UINT16_MAX ||
		(uint64_t)policy->base[i] + cold->nb_rules >= DTAB_NONE)
		return conf_blame(err, &policy->conf->lists[i].sect, "path",
			"too many rules: allowed are %u over all lists, and %u type conditions",
			DTAB_NONE - 1, UINT16_MAX);
	policy->nb_conds = (uint16_t)(policy->nb_conds + policy->read[i]->nb_conds);
	policy->base[i + 1] = policy->base[i] + cold->nb_rules;
	return 0;
}

static int
collect_conds(struct policy *policy)
{
	policy->conds = calloc(policy->nb_conds + 1u, sizeof(policy->conds[0]));
	if (policy->conds == NULL)
		return -ENOMEM;
	for (uint16_t i = 0; i < policy->nb_lists; i++) {
		const struct lists_rules *rules = policy->read[i];
		struct policy_cond *out = policy->conds + policy->cold[i].conds;

		for (uint32_t c = 0; c < rules->nb_conds; c++, out++) {
			out->except = rules->conds[c].negated;
			out->nb = rules->conds[c].nb_types;
			memcpy(out->types, rules->conds[c].types, sizeof(rules->conds[c].types));
		}
	}
	return 0;
}

/* The records of all lists in one piece. Rules point into it by 32 bits. */
static int
collect_data(struct policy *policy, struct base_err *err)
{
	uint64_t bytes = 0;

	for (uint16_t i = 0; i < policy->nb_lists; i++) {
		policy->cold[i].data = (uint32_t)bytes;
		bytes += policy->read[i]->records_bytes;
		if (bytes >= UINT32_MAX)
			return conf_blame(err, &policy->conf->lists[i].sect, "path",
				"too many records: allowed are 4 GiB over all lists");
	}
	policy->data_bytes = (uint32_t)bytes;
	policy->data = malloc(bytes + 1);
	if (policy->data == NULL)
		return no_memory(err);
	for (uint16_t i = 0; i < policy->nb_lists; i++) {
		const struct lists_rules *rules = policy->read[i];

		if (rules->records_bytes > 0)
			memcpy(policy->data + policy->cold[i].data, rules->records,
				rules->records_bytes);
	}
	return 0;
}

/* Rule number `index` of all lists, as the domain table takes it. */
static void
get_rule(const void *arg, uint32_t index, struct dtab_rule *out)
{
	const struct policy *policy = arg;
	uint16_t list = policy_rule_list(policy, index);
	const struct policy_cold *cold = &policy->cold[list];
	const struct lists_rule *rule = &cold->rules[index - policy->base[list]];

	*out = (struct dtab_rule){.name = NULL};
	if (lists_rule_is_address(rule))
		return;
	out->name_len = cold->names[rule->name];
	out->name = cold->names + rule->name + 1;
	out->list = (uint8_t)list;
	out->kind = rule->kind;
	out->class = rule->class;
	out->action = policy_rule_action(rule);
	out->cond = policy_rule_cond(cold, rule);
	out->data = policy_rule_data(policy, list, index - policy->base[list]);
}

static int
group_names(struct policy *policy, struct base_err *err)
{
	struct dtab_rules rules = {
		.nb = policy->base[policy->nb_lists],
		.get = get_rule,
		.arg = policy,
		.data = policy->data,
		.data_bytes = policy->data_bytes,
		.cancel = policy->cancel,
	};
	uint8_t seed[DNS_FP_SEED_LEN];

	if (getrandom(seed, sizeof(seed), 0) != (ssize_t)sizeof(seed))
		return base_fail(err, BASE_EXIT_UNAVAILABLE, errno,
			"no random octets for the key of the domain table: %s", strerror(errno));
	dns_fp_key_init(&policy->key, seed);
	return dtab_source_build(&rules, &policy->key, &policy->source, err);
}

/* Makes of the lists' rules what follows from them alone. */
static int
load_content(struct policy *policy, const struct policy_renewal *renewal,
	const struct policy_say *say, struct base_err *err)
{
	int rc = 0;

	for (uint16_t i = 0; i < policy->nb_lists && rc == 0; i++)
		rc = number_list(policy, i, err);
	if (rc < 0)
		return rc;
	if (collect_conds(policy) < 0)
		return no_memory(err);
	rc = collect_data(policy, err);
	if (rc == 0)
		rc = group_names(policy, err);
	if (rc == 0)
		rc = policy_addrs_compile(policy, err);
	return rc < 0 ? rc : policy_compile_patterns(policy, renewal->before, say, err);
}

void
policy_share_content(struct policy *policy, struct policy *before)
{
	struct policy *content = before->content;

	for (uint16_t i = 0; policy->files != NULL && i < policy->nb_lists; i++)
		policy_file_put(policy->files[i]);
	free(policy->files);
	free(policy->read);
	free(policy->cold);
	free(policy->base);
	policy->content = content;
	content->users++;
	policy->files = content->files;
	policy->read = content->read;
	policy->cold = content->cold;
	policy->base = content->base;
	policy->nb_conds = content->nb_conds;
	policy->conds = content->conds;
	policy->key = content->key;
	policy->source = content->source;
	policy->data = content->data;
	policy->data_bytes = content->data_bytes;
	policy->compiled = content->compiled;
	policy->source_patterns = content->source_patterns;
	policy->exprs = content->exprs;
	policy->nb_exprs = content->nb_exprs;
	policy->pattern_lists = content->pattern_lists;
	memcpy(policy->addrs, content->addrs, sizeof(policy->addrs));
}

/* Whether the lists may be those of the generation before: as many, out of one compiled policy or
 * out of files, and the same built in. */
static bool
is_kin(const struct policy *policy, const struct policy *before)
{
	if (before == NULL || before->nb_lists != policy->nb_lists ||
		strcmp(before->content->digest, policy->digest) != 0)
		return false;
	for (uint16_t i = 0; i < policy->nb_lists; i++) {
		if (policy->conf->lists[i].builtin != before->conf->lists[i].builtin)
			return false;
	}
	return true;
}

/* Whether no list has changed: neither what was read of it nor its number. */
static bool
has_same_files(const struct policy *policy, const struct policy *before)
{
	for (uint16_t i = 0; i < policy->nb_lists; i++) {
		if (policy->files[i] != before->files[i])
			return false;
	}
	return true;
}

static int
load_lists(struct policy *policy, const struct policy_renewal *renewal,
	const struct policy_say *say, struct base_err *err)
{
	bool is_same = is_kin(policy, renewal->before);
	int rc = 0;

	if (!is_same || renewal->db == NULL) {
		for (uint16_t i = 0; i < policy->nb_lists && rc == 0; i++)
			rc = policy_file_get(policy, renewal, i, err);
		if (rc < 0)
			return rc;
		is_same = is_same && has_same_files(policy, renewal->before);
	}
	if (!is_same)
		return load_content(policy, renewal, say, err);
	policy_share_content(policy, renewal->before);
	return 0;
}

static int
load(struct policy *policy, const struct policy_renewal *renewal, const struct policy_say *say,
	struct base_err *err)
{
	const struct conf *conf = policy->conf;
	int rc;

	if (renewal->db != NULL)
		snprintf(policy->digest, sizeof(policy->digest), "%s",
			policy_db_digest(renewal->db));
	for (uint16_t i = 0; i < policy->nb_lists; i++) {
		rc = policy_compile_list(&conf->lists[i], &policy->lists[i], err);
		if (rc < 0)
			return rc;
	}
	for (uint16_t i = 0; i < policy->nb_groups; i++)
		policy_compile_group(conf, &conf->groups[i], &policy->groups[i]);
	rc = policy_compile_prefixes(policy, renewal->db, err);
	if (rc == 0)
		rc = policy_compile_schedules(conf, &policy->schedule, err);
	if (rc < 0)
		return rc;
	policy_schedule_apply(policy);
	return load_lists(policy, renewal, say, err);
}

int
policy_renew(const struct policy_renewal *renewal, const struct policy_say *say,
	struct policy **out, struct base_err *err)
{
	struct policy *policy = calloc(1, sizeof(*policy));
	int rc;

	*out = NULL;
	if (policy == NULL)
		return no_memory(err);
	policy->cancel = renewal->cancel;
	policy->at_s = renewal->at_s;
	rc = allocate(policy, renewal->conf) < 0 ? no_memory(err) : load(policy, renewal, say, err);
	if (rc < 0) {
		policy_free(policy);
		return rc;
	}
	if (renewal->before != NULL)
		policy->generation = renewal->before->generation + 1;
	*out = policy;
	return 0;
}

int
policy_load(const struct conf *conf, const struct policy_say *say, struct policy **out,
	struct base_err *err)
{
	return policy_renew(&(struct policy_renewal){.conf = conf}, say, out, err);
}

void
policy_cancel_by(struct policy *policy, const struct base_cancel *cancel)
{
	policy->cancel = cancel;
}

uint32_t
policy_generation(const struct policy *policy)
{
	return policy->generation;
}

static void
free_content(struct policy *content)
{
	dtab_source_free(content->source);
	for (int whose = 0; whose < POLICY_NB_WHOSE; whose++)
		policy_addrs_free(content->addrs[whose]);
	policy_compiled_put(content->compiled);
	free(content->exprs);
	place_free(content->placed);
	for (uint16_t i = 0; content->files != NULL && i < content->nb_lists; i++)
		policy_file_put(content->files[i]);
	free(content->files);
	free(content->read);
	free(content->cold);
	free(content->base);
	free(content->conds);
	free(content->data);
	free(content);
}

void
policy_free(struct policy *policy)
{
	struct policy *content;

	if (policy == NULL)
		return;
	content = policy->content;
	policy_nets_put(policy->nets);
	policy_schedule_put(policy->schedule);
	policy_stale_free(policy);
	free(policy->lists);
	free(policy->groups);
	policy->lists = NULL;
	policy->groups = NULL;
	policy->nets = NULL;
	policy->schedule = NULL;
	policy->conf = NULL;
	if (content != policy)
		free(policy);
	if (--content->users == 0)
		free_content(content);
}

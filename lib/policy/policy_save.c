/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * A policy into a file: put together in memory, since its digest stands at its beginning.
 */
#include "policy_db_priv.h"
#include "policy_priv.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* A file in the making. */
struct draft {
	const struct policy *policy;
	struct clients *clients;
	bool has_state;
	char *conf; /* text of the sections */
	size_t conf_len;
	struct policy_db_head head;
	uint8_t *bytes; /* all of it */
};

static uint64_t
rounded(uint64_t bytes)
{
	return (bytes + 7) & ~UINT64_C(7);
}

/* The rules of a list, wherever policy_place() has put them. */
static struct lists_rules
rules_of(const struct policy *policy, uint32_t list)
{
	struct lists_rules rules = *policy->read[list];

	rules.rules = (struct lists_rule *)(uintptr_t)policy->cold[list].rules;
	rules.names = (uint8_t *)(uintptr_t)policy->cold[list].names;
	return rules;
}

/* What part number i is; those before it end at `at`. */
static struct policy_db_part
part_of(const struct draft *draft, uint32_t i, uint64_t at)
{
	struct lists_rules rules;

	if (i == 0)
		return (struct policy_db_part){
			.kind = POLICY_DB_CONF, .at = at, .len = draft->conf_len};
	if (i == 1)
		return (struct policy_db_part){.kind = POLICY_DB_CLIENTS,
			.at = at,
			.len = draft->clients->nb * sizeof(struct policy_db_prefix)};
	if (i == 2u + draft->policy->nb_lists)
		return (struct policy_db_part){.kind = POLICY_DB_STATE,
			.at = at,
			.len = draft->policy->nb_lists * sizeof(struct policy_db_state)};
	rules = rules_of(draft->policy, i - 2);
	return (struct policy_db_part){
		.kind = POLICY_DB_LIST, .index = i - 2, .at = at, .len = lists_pack_bytes(&rules)};
}

/* Where the first part lies: behind the head and the table. */
static uint64_t
first_at(const struct draft *draft)
{
	return sizeof(draft->head) + draft->head.nb_parts * sizeof(struct policy_db_part);
}

static void
measure(struct draft *draft)
{
	uint64_t at;

	memcpy(draft->head.magic, POLICY_DB_MAGIC, sizeof(draft->head.magic));
	draft->head.version = POLICY_DB_VERSION;
	draft->head.nb_parts = 2u + draft->policy->nb_lists + draft->has_state;
	at = first_at(draft);
	for (uint32_t i = 0; i < draft->head.nb_parts; i++)
		at += rounded(part_of(draft, i, at).len);
	draft->head.len = at;
}

static void
put_clients(const struct clients *clients, uint8_t *at)
{
	for (uint32_t i = 0; i < clients->nb; i++) {
		const struct clients_prefix *from = &clients->prefixes[i];
		struct policy_db_prefix to = {.family = from->prefix.addr.family,
			.bits = from->prefix.bits,
			.vlan = from->vlan,
			.section = from->section};

		memcpy(to.addr, from->prefix.addr.bytes, from->prefix.addr.family == 4 ? 4 : 16);
		memcpy(at + i * sizeof(to), &to, sizeof(to));
	}
}

static void
put_state(const struct policy *policy, uint8_t *at)
{
	for (uint16_t i = 0; i < policy->nb_lists; i++) {
		const struct policy_stamp *stamp = &policy->cold[i].stamp;
		const struct policy_stale *stale = policy->stale[i];
		struct policy_db_state state = {.mtime_ns = stamp->mtime_ns,
			.bytes = stamp->bytes,
			.inode = stamp->inode,
			.since_s = stale == NULL ? 0 : stale->since_s,
			.rules = policy_rules_read(policy->read[i])};

		memcpy(at + i * sizeof(state), &state, sizeof(state));
	}
}

static void
put_part(const struct draft *draft, const struct policy_db_part *part)
{
	uint8_t *at = draft->bytes + part->at;
	struct lists_rules rules;

	if (part->kind == POLICY_DB_CONF) {
		memcpy(at, draft->conf, draft->conf_len);
	} else if (part->kind == POLICY_DB_CLIENTS) {
		put_clients(draft->clients, at);
	} else if (part->kind == POLICY_DB_STATE) {
		put_state(draft->policy, at);
	} else {
		rules = rules_of(draft->policy, part->index);
		lists_pack(&rules, at);
	}
}

static void
fill(struct draft *draft)
{
	uint8_t *table = draft->bytes + sizeof(draft->head);
	uint64_t at = first_at(draft);

	for (uint32_t i = 0; i < draft->head.nb_parts; i++) {
		struct policy_db_part part = part_of(draft, i, at);

		memcpy(table + i * sizeof(part), &part, sizeof(part));
		put_part(draft, &part);
		at += rounded(part.len);
	}
	policy_db_digest_of(
		&draft->head, table, draft->head.len - sizeof(draft->head), draft->head.digest);
	memcpy(draft->bytes, &draft->head, sizeof(draft->head));
}

static int
write_all(const struct policy *policy, bool has_state, FILE *to, char digest[POLICY_DIGEST_TEXT],
	struct base_err *err)
{
	struct draft draft = {.policy = policy, .has_state = has_state};
	int rc = conf_policy_text(policy->conf, &draft.conf, &draft.conf_len, err);

	if (rc == 0)
		rc = clients_read(policy->conf, NULL, &draft.clients, err);
	/* They are not kept while they are in force: a million of them is not little. */
	if (rc == 0 && policy_prefixes_sum(policy->conf, draft.clients) != policy->nets->sum)
		rc = base_fail(err, BASE_EXIT_FAILURE, ESTALE,
			"a prefix_file of [clients] has changed since the policy was read");
	if (rc < 0) {
		clients_free(draft.clients);
		free(draft.conf);
		return rc;
	}
	measure(&draft);
	draft.bytes = calloc(1, draft.head.len);
	if (draft.bytes == NULL) {
		rc = base_fail(err, BASE_EXIT_UNAVAILABLE, ENOMEM,
			"no memory for a compiled policy of %" PRIu64 " octets", draft.head.len);
	} else {
		fill(&draft);
		policy_db_digest_text(draft.head.digest, digest);
		fwrite(draft.bytes, draft.head.len, 1, to);
	}
	free(draft.bytes);
	clients_free(draft.clients);
	free(draft.conf);
	return rc;
}

int
policy_db_write(const struct policy *policy, FILE *to, char digest[POLICY_DIGEST_TEXT],
	struct base_err *err)
{
	return write_all(policy, false, to, digest, err);
}

int
policy_db_write_state(const struct policy *policy, FILE *to, char digest[POLICY_DIGEST_TEXT],
	struct base_err *err)
{
	return write_all(policy, true, to, digest, err);
}

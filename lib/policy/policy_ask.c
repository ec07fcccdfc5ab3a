/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "policy_ask.h"

#include "dns_type.h"
#include "policy_priv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

const char *
policy_kind_word(uint8_t kind)
{
	static const char *const words[POLICY_NB_KINDS] = {[DTAB_EXACT] = "exact",
		[DTAB_SUBTREE] = "subtree",
		[DTAB_BELOW] = "only-below",
		[POLICY_PATTERN] = "expression",
		[POLICY_CLIENT] = "client",
		[POLICY_ADDRESS] = "address"};

	return kind < POLICY_NB_KINDS ? words[kind] : "?";
}

int
policy_asked_name(struct policy_asked *asked, const char *text, struct base_err *err)
{
	const char *host = strstr(text, "://"), *why;

	if (host != NULL)
		return base_fail(err, BASE_EXIT_USAGE, EINVAL,
			"`%s' is a URL, not a name: write `%.*s'", text,
			(int)strcspn(host + 3, "/:?#"), host + 3);
	if (dns_name_from_text(text, strlen(text), &asked->name, &why) < 0)
		return base_fail(
			err, BASE_EXIT_USAGE, EINVAL, "`%s' is no domain name: %s", text, why);
	return 0;
}

int
policy_asked_type(struct policy_asked *asked, const char *text, struct base_err *err)
{
	int type = dns_type_from_text(text, strlen(text));

	if (type < 0)
		return base_fail(err, BASE_EXIT_USAGE, EINVAL,
			"`%s' is no record type: allowed are mnemonics (AAAA, HTTPS) and "
			"TYPE0..TYPE65535",
			text);
	asked->qtype = (uint16_t)type;
	return 0;
}

static int
look_up(const struct policy_view *view, struct policy_asked *asked)
{
	struct dtab_scratch *scratch = calloc(1, sizeof(*scratch));
	struct dns_fp fps[DNS_LABELS_MAX + 1];
	struct dtab_query query = {.fps = fps, .labels = asked->name.labels};
	struct dtab_hits hits;

	if (scratch == NULL)
		return -ENOMEM;
	dns_fp_suffixes(&view->key, &asked->name, fps);
	dtab_lookup_burst(view->domains, &query, 1, scratch, &hits);
	for (uint8_t i = 0; i < hits.nb; i++)
		asked->hits[i] = hits.hit[i];
	asked->query.hits = (struct dtab_hits){.hit = asked->hits, .nb = hits.nb};
	free(scratch);
	return 0;
}

/* What a scan by an lcore says: the lists of all that match, and of those that decide the first. */
int
policy_ask_patterns(
	const struct policy *policy, const struct policy_view *view, struct policy_asked *asked)
{
	const struct base_set *deciding = &view->groups[asked->member.group].deciding;
	uint32_t *rules, nb;
	int rc = policy_match_patterns(policy, asked->name.wire, &rules, &nb);

	asked->patterns = (struct pat_hit){.rule = PAT_NONE};
	for (uint32_t i = 0; rc == 0 && i < nb; i++) {
		uint8_t list = (uint8_t)policy->exprs[rules[i]].list;

		base_set_add(&asked->patterns.lists, list);
		if (asked->patterns.rule == PAT_NONE && base_set_has(deciding, list))
			asked->patterns.rule = rules[i];
	}
	asked->query.patterns = &asked->patterns;
	free(rules);
	return rc;
}

int
policy_ask_failed(int rc, struct base_err *err)
{
	if (rc == -ENOMEM)
		return base_fail(err, BASE_EXIT_UNAVAILABLE, ENOMEM, "no memory for a lookup");
	return base_fail(err, BASE_EXIT_FAILURE, EIO, "the expressions could not be matched");
}

int
policy_ask(const struct policy *policy, const struct policy_view *view, struct policy_asked *asked,
	struct base_err *err)
{
	int rc;

	asked->member = (struct policy_member){.key = POLICY_KEY_DEFAULT};
	if (view->clients != NULL && asked->client != NULL)
		policy_group_burst(view, asked->client, 1, &asked->member);
	asked->query = (struct policy_query){.qtype = asked->qtype,
		.labels = asked->name.labels,
		.group = asked->member.group,
		.name = asked->name.wire};
	if (asked->client != NULL && asked->client->family != 0) {
		asked->query.addr = asked->client->addr;
		asked->query.family = asked->client->family;
	}
	if (view->client_nets != NULL && asked->query.addr != NULL)
		policy_client_burst(view, asked->client, 1, &asked->query.by_client);
	rc = look_up(view, asked);
	if (rc == 0 && policy_is_open(view, &asked->query))
		rc = policy_ask_patterns(policy, view, asked);
	if (rc < 0)
		return policy_ask_failed(rc, err);
	policy_decide(view, &asked->query, &asked->verdict);
	return 0;
}

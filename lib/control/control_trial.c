/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "control_trial.h"

#include "policy_ask.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A query whose action would be another. */
struct differing {
	struct classify_seen seen;
	uint8_t before, after;
};

/* The trial at work. */
struct trying {
	struct policy_trial *old, *new;
	struct policy_asked *asked;
	struct policy_client client;
	struct control_trial *out;
	struct base_err *err;
	int rc;
	struct differing *differing;
	uint32_t nb, cap;
};

/* Each policy decides for itself whose the client is. */
static int
decide(struct trying *trying, struct policy_trial *trial, uint8_t *action)
{
	int rc;

	trying->asked->member = policy_trial_group(trial, &trying->client);
	rc = policy_trial_ask(trial, trying->asked, trying->err);
	*action = trying->asked->verdict.action;
	return rc;
}

static int
keep(struct trying *trying, const struct differing *differing)
{
	if (trying->nb == trying->cap) {
		uint32_t cap = trying->cap == 0 ? 256 : trying->cap * 2;
		struct differing *grown = realloc(trying->differing, cap * sizeof(*grown));

		if (grown == NULL)
			return base_fail(trying->err, BASE_EXIT_UNAVAILABLE, ENOMEM,
				"no memory to try a policy");
		trying->differing = grown;
		trying->cap = cap;
	}
	trying->differing[trying->nb++] = *differing;
	return 0;
}

/* Decides one query twice. */
static int
try_one(struct trying *trying, const struct classify_seen *seen)
{
	struct control_trial *out = trying->out;
	struct differing this = {.seen = *seen};
	int rc;

	if (dns_name_from_wire(seen->name, seen->len, &trying->asked->name) != DNS_ok)
		return 0; /* not the canonical name that a sample holds */
	trying->asked->qtype = seen->qtype;
	trying->client = (struct policy_client){.mac = seen->mac,
		.addr = seen->src.bytes,
		.family = seen->src.family,
		.vlan = seen->vlan,
		.inner = seen->inner,
		.port = seen->port};
	trying->asked->client = &trying->client;
	rc = decide(trying, trying->old, &this.before);
	if (rc == 0)
		rc = decide(trying, trying->new, &this.after);
	if (rc < 0)
		return rc;
	out->tried++;
	out->queries += seen->weight;
	if (this.before == this.after)
		return 0;
	out->differ++;
	out->queries_differ += seen->weight;
	return keep(trying, &this);
}

static void
visit(void *arg, const struct classify_seen *seen)
{
	struct trying *trying = arg;

	if (trying->rc == 0)
		trying->rc = try_one(trying, seen);
}

/* Equal questions with equal actions stand together. */
static int
by_question(const void *left, const void *right)
{
	const struct differing *a = left, *b = right;
	int order = (int)a->seen.len - (int)b->seen.len;

	if (order == 0)
		order = memcmp(a->seen.name, b->seen.name, a->seen.len);
	if (order == 0)
		order = (int)a->seen.qtype - (int)b->seen.qtype;
	if (order == 0)
		order = (int)a->before - (int)b->before;
	return order != 0 ? order : (int)a->after - (int)b->after;
}

/* Puts a question where it belongs among those with the most queries. */
static void
rank(struct control_trial *out, const struct differing *one, uint64_t queries)
{
	uint32_t at = out->nb_top;

	while (at > 0 && out->top[at - 1].queries < queries)
		at--;
	if (at == CONTROL_TRIAL_TOP)
		return;
	if (out->nb_top < CONTROL_TRIAL_TOP)
		out->nb_top++;
	memmove(&out->top[at + 1], &out->top[at], (out->nb_top - 1 - at) * sizeof(out->top[0]));
	out->top[at] = (struct control_trial_name){.queries = queries,
		.qtype = one->seen.qtype,
		.before = one->before,
		.after = one->after};
	dns_name_format(one->seen.name, one->seen.len, out->top[at].name, DNS_NAME_TEXT_MAX);
}

static void
rank_all(struct trying *trying)
{
	uint64_t queries = 0;

	if (trying->nb > 0)
		qsort(trying->differing, trying->nb, sizeof(trying->differing[0]), by_question);
	for (uint32_t i = 0; i < trying->nb; i++) {
		queries += trying->differing[i].seen.weight;
		if (i + 1 < trying->nb &&
			by_question(&trying->differing[i], &trying->differing[i + 1]) == 0)
			continue;
		rank(trying->out, &trying->differing[i], queries);
		queries = 0;
	}
}

int
control_trial_run(const struct policy *before, const struct policy *after,
	const struct classify_sample *const *samples, uint32_t n, struct control_trial *out,
	struct base_err *err)
{
	struct trying trying = {.out = out, .err = err};

	memset(out, 0, sizeof(*out));
	trying.asked = calloc(1, sizeof(*trying.asked));
	if (trying.asked == NULL)
		trying.rc =
			base_fail(err, BASE_EXIT_UNAVAILABLE, ENOMEM, "no memory to try a policy");
	if (trying.rc == 0)
		trying.rc = policy_trial_new(before, &trying.old, err);
	if (trying.rc == 0)
		trying.rc = policy_trial_new(after, &trying.new, err);
	for (uint32_t i = 0; i < n && trying.rc == 0; i++)
		classify_sample_walk(samples[i], visit, &trying);
	if (trying.rc == 0)
		rank_all(&trying);
	policy_trial_free(trying.old);
	policy_trial_free(trying.new);
	free(trying.asked);
	free(trying.differing);
	return trying.rc;
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "classify_priv.h"
#include "pkt_addr.h"

/* The reason with which a query ends that is answered by this action. */
static const uint16_t answered[POLICY_NB_ACTIONS] = {
	[POLICY_NXDOMAIN] = CLASSIFY_answered_nxdomain,
	[POLICY_NODATA] = CLASSIFY_answered_nodata,
	[POLICY_REFUSED] = CLASSIFY_answered_refused,
	[POLICY_SERVFAIL] = CLASSIFY_answered_servfail,
	[POLICY_TRUNCATE] = CLASSIFY_answered_truncate,
	[POLICY_SINKHOLE] = CLASSIFY_answered_sinkhole,
	[POLICY_CNAME] = CLASSIFY_answered_cname,
	[POLICY_DATA] = CLASSIFY_answered_data,
};

static void
end_blocked(struct classify_job *job, const struct policy_group *group)
{
	const struct dns_question *question = &job->question;

	if (!group->enforce)
		classify_end(job, CLASSIFY_passed_shadow, CLASSIFY_PASS);
	else if (group->signed_pass && (question->edns_flags & DNS_EDNS_DO))
		classify_end(job, CLASSIFY_passed_signed, CLASSIFY_PASS);
	else if (job->verdict.action == POLICY_DROP)
		classify_end(job, CLASSIFY_dropped, CLASSIFY_DROP);
	else if (question->is_signed)
		classify_end(job, CLASSIFY_dropped_signed, CLASSIFY_DROP);
	else if (!pkt_is_answerable(job->frame, &job->layers))
		classify_end(job, CLASSIFY_dropped_source, CLASSIFY_DROP);
	else
		classify_end(
			job, (enum classify_reason)answered[job->verdict.action], CLASSIFY_REPLY);
}

static void
end_query(struct classify_job *job, const struct policy_group *group)
{
	if (job->verdict.action != POLICY_PASS)
		end_blocked(job, group);
	else if (job->verdict.list == POLICY_LIST_NONE)
		classify_end(job, CLASSIFY_passed, CLASSIFY_PASS);
	else
		classify_end(job, CLASSIFY_passed_list, CLASSIFY_PASS);
}

/* What could not be matched is not guessed at: the INI says what becomes of it. */
static void
end_unscanned(const struct policy_view *view, struct classify_job *job)
{
	bool drops = view->general.pattern_error_drops;

	classify_end(job, CLASSIFY_pattern_error, drops ? CLASSIFY_DROP : CLASSIFY_PASS);
	job->verdict.action = drops ? POLICY_DROP : POLICY_PASS;
}

void
classify_wait(struct classify *c, const struct policy_view *view)
{
	bool drops = view->general.until_ready_drops;

	for (uint16_t i = 0; i < c->nb_open; i++) {
		struct classify_job *job = &c->jobs[c->open[i]];

		classify_end(job,
			drops ? CLASSIFY_dropped_until_ready : CLASSIFY_passed_until_ready,
			drops ? CLASSIFY_DROP : CLASSIFY_PASS);
		job->verdict.action = drops ? POLICY_DROP : POLICY_PASS;
	}
	c->nb_open = 0;
}

void
classify_decide(struct classify *c, const struct policy_view *view)
{
	struct policy_query query;

	c->nb_act = 0;
	for (uint16_t i = 0; i < c->nb_open; i++) {
		struct classify_job *job = &c->jobs[c->open[i]];

		classify_query(c, view, i, &query);
		if (view->patterns != NULL && c->scanned[i] != CLASSIFY_NOT_SCANNED)
			query.patterns = &c->patterns[c->scanned[i]];
		if (query.patterns != NULL && query.patterns->failed) {
			end_unscanned(view, job);
			continue;
		}
		policy_decide(view, &query, &job->verdict);
		end_query(job, &view->groups[job->group]);
		if (job->fate == CLASSIFY_REPLY)
			c->act[c->nb_act++] = c->open[i];
	}
}

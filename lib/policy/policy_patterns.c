/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "policy_priv.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COMPILER_BYTES (UINT64_C(4) << 30) /* 10 000 expressions take about 1 GiB */

static_assert((int)LISTS_EXPR_CASELESS == (int)PAT_CASELESS &&
		      (int)LISTS_EXPR_DOTALL == (int)PAT_DOTALL &&
		      (int)LISTS_EXPR_MULTILINE == (int)PAT_MULTILINE &&
		      (int)LISTS_EXPR_SINGLE == (int)PAT_SINGLE &&
		      (int)LISTS_EXPR_EMPTY == (int)PAT_EMPTY &&
		      (int)LISTS_EXPR_UTF8 == (int)PAT_UTF8 &&
		      (int)LISTS_EXPR_PROPERTIES == (int)PAT_PROPERTIES,
	"an expression's flags are the same bits in a list and in its database");

__attribute__((format(printf, 2, 3))) static void
say(const struct policy_say *to, const char *fmt, ...)
{
	char sentence[1024];
	va_list args;

	if (to == NULL)
		return;
	va_start(args, fmt);
	vsnprintf(sentence, sizeof(sentence), fmt, args);
	va_end(args);
	to->say(to->arg, sentence);
}

/* What is compiled, and who is told of it. */
struct telling {
	const struct policy *policy;
	const struct policy_say *to;
};

static void
tell_progress(void *arg, uint32_t nb, unsigned seconds)
{
	const struct telling *telling = arg;

	say(telling->to, "compiling %u expressions: %u s", nb, seconds);
}

static void
tell_culprit(void *arg, uint32_t rule, const char *words)
{
	const struct telling *telling = arg;
	struct policy_where where;

	policy_pattern_where(telling->policy, rule, &where);
	say(telling->to, "%s:%u: %s: %s", where.path, where.line, words, where.expr);
}

static int
no_memory(struct base_err *err)
{
	return base_fail(err, BASE_EXIT_UNAVAILABLE, ENOMEM, "no memory for the expressions");
}

/* Those of every list that are not names in disguise, list 0 first. */
static int
collect_exprs(struct policy *policy)
{
	uint32_t nb = 0, at = 0;

	for (uint16_t i = 0; i < policy->nb_lists; i++)
		nb += policy->read[i] == NULL ? 0 : policy->read[i]->report.exprs;
	policy->nb_exprs = nb;
	if (nb == 0)
		return 0;
	policy->exprs = calloc(nb, sizeof(policy->exprs[0]));
	if (policy->exprs == NULL)
		return -ENOMEM;
	for (uint16_t i = 0; i < policy->nb_lists; i++) {
		const struct lists_rules *rules = policy->read[i];

		for (uint32_t k = 0; rules != NULL && k < rules->nb_exprs; k++) {
			if (!rules->exprs[k].moved)
				policy->exprs[at++] =
					(struct policy_expr){.expr = &rules->exprs[k], .list = i};
		}
	}
	return 0;
}

static const char *
text_of(const struct policy *policy, const struct policy_expr *expr)
{
	return lists_expr_text(policy->read[expr->list], expr->expr);
}

static void
get_expr(const void *arg, uint32_t index, struct pat_rule *out)
{
	const struct policy *policy = arg;
	const struct policy_expr *expr = &policy->exprs[index];

	*out = (struct pat_rule){
		.text = text_of(policy, expr),
		.flags = expr->expr->flags,
		.list = (uint8_t)expr->list,
	};
}

void
policy_pattern_where(const struct policy *policy, uint32_t rule, struct policy_where *out)
{
	const struct policy_expr *expr = &policy->exprs[rule];

	*out = (struct policy_where){
		.list = policy_list_name(policy, expr->list),
		.category = policy->conf->lists[expr->list].category,
		.path = policy->conf->lists[expr->list].path.text,
		.line = expr->expr->line,
		.expr = text_of(policy, expr),
	};
}

/* Bad expressions count towards their list's max_bad as bad lines do. */
static int
judge_list(const struct policy *policy, uint16_t list, uint32_t bad, const struct pat_bad *first,
	struct base_err *err)
{
	const struct conf_list *conf = &policy->conf->lists[list];
	const struct lists_report *report = &policy->read[list]->report;
	struct policy_where where;

	if (((uint64_t)report->bad_lines + bad) * 100 <=
		(uint64_t)report->rule_lines * conf->max_bad)
		return 0;
	policy_pattern_where(policy, first->rule, &where);
	return conf_blame(err, &conf->sect, "path",
		"%u of %u rule lines are bad, more than max_bad = %u %%; line %u, `%.64s`: %s",
		report->bad_lines + bad, report->rule_lines, conf->max_bad, where.line, where.expr,
		first->words);
}

/* Tells every bad expression; the lists of which too many are bad are refused. */
static int
judge(const struct policy *policy, const struct policy_say *to, struct base_err *err)
{
	const struct pat_report *report = policy_pattern_report(policy);
	struct policy_where where;
	uint32_t first = 0;
	int rc = 0;

	if (pat_library_fault() != NULL)
		say(to, "expressions: %s", pat_library_fault());
	if (report->cache_note[0] != '\0')
		say(to, "%s", report->cache_note);
	for (uint32_t i = 0; i < report->nb_bad; i++) {
		policy_pattern_where(policy, report->bad[i].rule, &where);
		say(to, "%s:%u: skipped: %s: %s", where.path, where.line, report->bad[i].words,
			where.expr);
	}
	for (uint32_t i = 1; i <= report->nb_bad && rc == 0; i++) {
		uint16_t list = policy->exprs[report->bad[first].rule].list;

		if (i < report->nb_bad && policy->exprs[report->bad[i].rule].list == list)
			continue;
		rc = judge_list(policy, list, i - first, &report->bad[first], err);
		first = i;
	}
	return rc;
}

/* Whether both have the same expressions in the same order, of lists of the same numbers. */
static bool
has_same_exprs(const struct policy *policy, const struct policy *before)
{
	if (before == NULL || before->nb_exprs != policy->nb_exprs)
		return false;
	for (uint32_t i = 0; i < policy->nb_exprs; i++) {
		const struct policy_expr *a = &policy->exprs[i], *b = &before->exprs[i];

		if (a->list != b->list || a->expr->flags != b->expr->flags ||
			strcmp(text_of(policy, a), text_of(before, b)) != 0)
			return false;
	}
	return true;
}

/* Those of all lists together, as they will be matched. */
static int
compile(const struct policy *policy, const struct pat_spec *spec, struct pat_source **out,
	struct base_err *err)
{
	struct pat_rules rules = {.nb = policy->nb_exprs, .get = get_expr, .arg = policy};
	int rc = pat_source_build(&rules, spec, out, err);

	if (rc < 0)
		base_prefix(err, "lists of format regex: ");
	return rc;
}

static int
compile_anew(struct policy *policy, const struct policy_say *to, struct base_err *err)
{
	const struct conf_patterns *conf = &policy->conf->patterns;
	struct telling telling = {.policy = policy, .to = to};
	struct pat_spec spec = {
		.cache_dir = conf->cache_dir.file,
		.limit_ns = conf->compile_limit_ns,
		.limit_bytes = COMPILER_BYTES,
		.progress = tell_progress,
		.culprit = tell_culprit,
		.arg = &telling,
		.cancel = policy->cancel,
	};

	policy->compiled = calloc(1, sizeof(*policy->compiled));
	if (policy->compiled == NULL)
		return no_memory(err);
	policy->compiled->users = 1;
	return compile(policy, &spec, &policy->compiled->source, err);
}

int
policy_compile_patterns(struct policy *policy, const struct policy *before,
	const struct policy_say *to, struct base_err *err)
{
	int rc = 0;

	if (collect_exprs(policy) < 0)
		return no_memory(err);
	if (policy->nb_exprs == 0)
		return 0;
	if (has_same_exprs(policy, before)) {
		policy->compiled = before->compiled;
		policy->compiled->users++;
		to = NULL; /* it has been told */
	} else {
		rc = compile_anew(policy, to, err);
	}
	if (rc < 0)
		return rc;
	policy->source_patterns = policy->compiled->source;
	for (uint32_t i = 0; i < policy->nb_exprs; i++)
		base_set_add(&policy->pattern_lists, (uint8_t)policy->exprs[i].list);
	return judge(policy, to, err);
}

int
policy_check_patterns(const struct conf *conf, struct lists_rules **read,
	const struct policy_say *to, struct pat_report *out, struct base_err *err)
{
	struct policy policy = {.conf = conf, .nb_lists = (uint16_t)conf->n_lists, .read = read};
	struct telling telling = {.policy = &policy, .to = to};
	struct pat_spec spec = {
		.limit_ns = conf->patterns.compile_limit_ns,
		.limit_bytes = COMPILER_BYTES,
		.join_from = 1, /* nothing is scanned: nothing to measure */
		.progress = tell_progress,
		.culprit = tell_culprit,
		.arg = &telling,
	};
	int rc = collect_exprs(&policy) < 0 ? no_memory(err) : 0;

	*out = (struct pat_report){0};
	if (rc == 0 && policy.nb_exprs > 0)
		rc = compile(&policy, &spec, &policy.source_patterns, err);
	if (rc == 0 && policy.nb_exprs > 0)
		rc = judge(&policy, to, err);
	if (policy.source_patterns != NULL)
		*out = *pat_source_report(policy.source_patterns);
	out->bad = NULL;
	pat_source_free(policy.source_patterns);
	free(policy.exprs);
	return rc;
}

void
policy_compiled_put(struct policy_compiled *compiled)
{
	if (compiled == NULL || --compiled->users > 0)
		return;
	pat_source_free(compiled->source);
	free(compiled);
}

const struct pat_report *
policy_pattern_report(const struct policy *policy)
{
	return policy->source_patterns == NULL ? NULL : pat_source_report(policy->source_patterns);
}

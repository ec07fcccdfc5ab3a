/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * The builder: what a reload does beside the loop, on a thread of its own.
 */
#include "control_reload_priv.h"

#include <rte_lcore.h>

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PATIENCE_NS UINT64_C(1000000000) /* for an lcore to let go, until that is told */

struct ini *
ini_new(struct conf *conf, bool is_borrowed, struct base_err *err)
{
	struct ini *ini = calloc(1, sizeof(*ini));

	if (ini == NULL) {
		base_fail(err, BASE_EXIT_UNAVAILABLE, ENOMEM, "no memory for a reload");
		return NULL;
	}
	*ini = (struct ini){.conf = conf, .is_borrowed = is_borrowed, .users = 1};
	return ini;
}

struct ini *
ini_use(struct ini *ini)
{
	ini->users++;
	return ini;
}

static void
ini_put(struct ini *ini)
{
	if (ini == NULL || --ini->users > 0)
		return;
	if (!ini->is_borrowed)
		conf_free(ini->conf);
	free(ini);
}

struct generation *
generation_new(const struct control_reload *reload, struct base_err *err)
{
	struct generation *generation = calloc(
		1, sizeof(*generation) + reload->conf.n_lcores * sizeof(generation->views[0]));

	if (generation == NULL)
		base_fail(err, BASE_EXIT_UNAVAILABLE, ENOMEM, "no memory for a reload");
	return generation;
}

void
generation_drop(const struct control_reload *reload, struct generation **generation)
{
	struct generation *gone = *generation;

	if (gone == NULL)
		return;
	*generation = NULL;
	for (uint32_t i = 0; i < reload->conf.n_lcores; i++)
		policy_view_free(gone->views[i]);
	policy_free(gone->policy);
	ini_put(gone->ini);
	free(gone);
}

static void
wake(const struct control_reload *reload)
{
	uint64_t one = 1;
	ssize_t n = write(reload->fd, &one, sizeof(one));

	(void)n; /* it fails only while there is a word that has not been read yet */
}

/* The INI again, and what of it is other than it was. */
static int
read_ini(struct control_reload *reload, const struct policy_db **db, struct base_err *err)
{
	struct control_result *result = &reload->result;
	struct conf *conf;
	int rc = reload->conf.read(reload->conf.arg, &conf, db, err);

	if (rc < 0)
		return rc;
	reload->next->ini = ini_new(conf, false, err);
	if (reload->next->ini == NULL) {
		conf_free(conf);
		return -ENOMEM;
	}
	conf_compare(reload->first, conf, &result->restart);
	conf_changes(reload->live->ini->conf, conf, &result->settings);
	if (!result->restart.no_memory && !result->settings.no_memory)
		return 0;
	return base_fail(err, BASE_EXIT_UNAVAILABLE, ENOMEM, "no memory to compare the INI");
}

/* What is other than in force. */
static int
compare(struct control_reload *reload, struct base_err *err)
{
	const struct policy *before = reload->live->policy, *after = reload->next->policy;
	struct control_result *result = &reload->result;
	int rc = policy_compare(before, after, &result->changes, &result->nb_changes, err);

	result->has_prefixes =
		policy_compare_prefixes(before, after, &result->prefixes_were, &result->prefixes);
	return rc < 0 ? rc : policy_stale_lists(after, &result->stale, &result->nb_stale, err);
}

/* The INI and what it names, to a policy that has no memory of EAL's yet. */
static int
read_all(struct control_reload *reload, struct base_err *err)
{
	struct generation *next = reload->next;
	const struct generation *live = reload->live;
	struct policy_renewal renewal = {.before = live->policy, .at_s = control_now_s(reload)};
	int rc = 0;

	if (reload->list[0] != '\0') {
		renewal.only = reload->list;
		next->ini = ini_use(live->ini);
	} else {
		rc = read_ini(reload, &renewal.db, err);
	}
	if (rc < 0)
		return rc;
	renewal.conf = next->ini->conf;
	renewal.cancel = &reload->cancel;
	rc = policy_renew(&renewal, reload->conf.say, &next->policy, err);
	if (rc == 0)
		rc = base_cancel_check(&reload->cancel, err);
	return rc < 0 ? rc : compare(reload, err);
}

/* Everything that lcores will read, each part on its node. */
static int
build_views(struct control_reload *reload, struct base_err *err)
{
	const struct control_reload_conf *conf = &reload->conf;
	struct generation *next = reload->next;
	int rc = policy_place(next->policy, conf->node, err);

	for (uint32_t i = 0; i < conf->n_lcores && rc == 0; i++)
		rc = policy_view_build(next->policy, conf->lcores[i].lcore, conf->lcores[i].node,
			&next->views[i], err);
	return rc < 0 ? rc : conf->check(conf->arg, err);
}

/* Tries on the queries of late what has been read. */
static int
try_out(struct control_reload *reload, struct base_err *err)
{
	const struct policy *before = reload->live->policy, *after = reload->next->policy;
	const struct classify_sample *samples[CONF_LCORES_MAX];
	uint32_t n = 0;

	if (before == NULL)
		return 0;
	reload->result.trial = calloc(1, sizeof(*reload->result.trial));
	if (reload->result.trial == NULL)
		return base_fail(err, BASE_EXIT_UNAVAILABLE, ENOMEM, "no memory to try a policy");
	for (uint32_t i = 0; i < reload->conf.n_lcores; i++) {
		if (reload->conf.lcores[i].sample != NULL)
			samples[n++] = reload->conf.lcores[i].sample;
	}
	return control_trial_run(before, after, samples, n, reload->result.trial, err);
}

static int
timed(struct control_reload *reload, enum control_phase phase,
	int (*work)(struct control_reload *reload, struct base_err *err), struct base_err *err)
{
	uint64_t begin = base_clock_ns();
	int rc = work(reload, err);

	reload->result.phase_ns[phase] = base_clock_ns() - begin;
	return rc;
}

/* What a success has to say. */
static void
tell_success(struct control_result *result, uint32_t generation)
{
	char stale[64] = "";

	if (result->nb_stale > 0)
		snprintf(stale, sizeof(stale), ", %u of its lists %s stale", result->nb_stale,
			result->nb_stale == 1 ? "is" : "are");
	snprintf(result->sentence, sizeof(result->sentence), "generation %u %s%s", generation,
		result->dry_run ? "would be published" : "is in force", stale);
}

/* What the builder has to say. What failed, or was only tried, leaves nothing behind. */
static void
conclude(struct control_reload *reload, int rc, const struct base_err *err)
{
	struct control_result *result = &reload->result;

	result->ok = rc == 0;
	result->exit = rc == 0 ? BASE_EXIT_OK : err->exit;
	if (rc < 0)
		snprintf(result->sentence, sizeof(result->sentence), "%s", err->text);
	else
		tell_success(result, policy_generation(reload->next->policy));
	if (rc < 0 || result->dry_run)
		generation_drop(reload, &reload->next);
	wake(reload);
}

/* The builder runs where the main lcore does, and has EAL know: what DPDK allocates without a node
 * then lies on that node, as it does at the start. */
static void
stay_with_main(void)
{
	rte_cpuset_t cpus;

	if (pthread_getaffinity_np(pthread_self(), sizeof(cpus), &cpus) == 0)
		rte_thread_set_affinity(&cpus);
}

void *
control_build_first(void *arg)
{
	struct control_reload *reload = arg;
	struct base_err err = {0};

	stay_with_main();
	conclude(reload, timed(reload, CONTROL_BUILD, build_views, &err), &err);
	return NULL;
}

static int
begin_next(struct control_reload *reload, struct base_err *err)
{
	stay_with_main();
	reload->next = generation_new(reload, err);
	return reload->next == NULL ? -ENOMEM : 0;
}

void *
control_build(void *arg)
{
	struct control_reload *reload = arg;
	struct base_err err = {0};
	int rc = begin_next(reload, &err);

	if (rc == 0)
		rc = timed(reload, CONTROL_READ, read_all, &err);
	if (rc == 0 && reload->result.dry_run)
		rc = try_out(reload, &err);
	if (rc == 0 && !reload->result.dry_run)
		rc = timed(reload, CONTROL_BUILD, build_views, &err);
	conclude(reload, rc, &err);
	return NULL;
}

void *
control_build_hours(void *arg)
{
	struct control_reload *reload = arg;
	struct base_err err = {0};
	int rc = begin_next(reload, &err);

	if (rc == 0)
		rc = control_change_hours(reload, &err);
	if (rc == 0)
		rc = timed(reload, CONTROL_BUILD, build_views, &err);
	conclude(reload, rc, &err);
	return NULL;
}

/* Waits for lcores as long as it takes, but tells when that is long. */
void *
control_reclaim(void *arg)
{
	struct control_reload *reload = arg;
	struct control_result *result = &reload->result;
	uint64_t begin = base_clock_ns();
	struct base_err err = {0};
	bool is_told = false;

	while (engine_await(reload->conf.engine, reload->token, PATIENCE_NS, &err) < 0 &&
		!atomic_load(&reload->is_over)) {
		if (is_told)
			continue;
		is_told = true;
		snprintf(result->sentence + strlen(result->sentence),
			sizeof(result->sentence) - strlen(result->sentence),
			"; the one before waits to be freed: %s", err.text);
		wake(reload);
	}
	keep_await(reload);
	generation_drop(reload, &reload->old);
	if (!is_told)
		result->phase_ns[CONTROL_RECLAIM] = base_clock_ns() - begin;
	atomic_store(&reload->is_freed, true);
	wake(reload);
	return NULL;
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "control_reload_priv.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define HOURS_AGAIN_NS UINT64_C(10000000000) /* a schedule's change that failed is tried again */

const char *
control_phase_word(enum control_phase phase)
{
	static const char *const words[CONTROL_NB_PHASES] = {[CONTROL_READ] = "read",
		[CONTROL_BUILD] = "build",
		[CONTROL_PUBLISH] = "publish",
		[CONTROL_RECLAIM] = "reclaim"};

	return words[phase];
}

void
result_clear(struct control_result *result)
{
	free(result->changes);
	free(result->hours);
	free(result->stale);
	free(result->trial);
	conf_report_free(&result->restart);
	conf_report_free(&result->settings);
	*result = (struct control_result){0};
}

/* For those who ask later. The first policy is no reload. */
static void
note_end(struct control_reload *reload, const struct control_result *result)
{
	struct control_outcome *outcome = &reload->outcome;

	if (reload->totals.published > 0) {
		outcome->ended = (time_t)control_now_s(reload);
		outcome->ok = result->ok;
		snprintf(outcome->sentence, sizeof(outcome->sentence), "%s", result->sentence);
		if (result->ok)
			outcome->last_ok = outcome->ended;
	}
	reload->totals.published += result->ok;
	reload->totals.failed += !result->ok;
}

/* Hands a result over and begins the next one. */
static void
report(struct control_reload *reload)
{
	struct control_result *last = &reload->last;

	if (reload->is_told)
		return;
	reload->is_told = true;
	if (reload->result.is_hours && !reload->result.ok)
		reload->hours_after_ns = base_clock_ns() + HOURS_AGAIN_NS;
	result_clear(last);
	*last = reload->result;
	reload->result = (struct control_result){0};
	last->generation =
		reload->live->policy == NULL ? 0 : policy_generation(reload->live->policy);
	reload->has_last = true;
	if (!last->dry_run && !last->is_hours)
		note_end(reload, last);
	reload->conf.done(reload->conf.arg, last);
	keep_live(reload);
}

static void
publish(struct control_reload *reload, const struct generation *generation)
{
	for (uint32_t i = 0; i < reload->conf.n_lcores; i++)
		engine_publish(
			reload->conf.engine, reload->conf.lcores[i].lcore, generation->views[i]);
}

/* Starts a thread; it writes to the descriptor when it has something to tell. */
static int
start(struct control_reload *reload, enum control_state state, void *(*work)(void *),
	struct base_err *err)
{
	int rc = pthread_create(&reload->thread, NULL, work, reload);

	if (rc != 0)
		return base_fail(err, BASE_EXIT_UNAVAILABLE, EAGAIN, "no thread for a reload: %s",
			strerror(rc));
	reload->state = state;
	return 0;
}

static void
join(struct control_reload *reload)
{
	uint64_t n;

	pthread_join(reload->thread, NULL);
	reload->state = CONTROL_IDLE;
	/* A word of its that has not been read is not the next one's. */
	if (read(reload->fd, &n, sizeof(n)) < 0)
		return;
}

/* Begins a result. */
static void
begin(struct control_reload *reload, bool dry_run)
{
	reload->is_told = false;
	atomic_store(&reload->is_freed, false);
	result_clear(&reload->result);
	reload->result.dry_run = dry_run;
}

/* What the files are when it begins: a whole reload that waits for its turn is done with. */
static int
launch(struct control_reload *reload, const char *list, bool dry_run, struct base_err *err)
{
	begin(reload, dry_run);
	snprintf(reload->list, sizeof(reload->list), "%s", list);
	if (list[0] == '\0' && !dry_run)
		reload->again = false;
	return start(reload, CONTROL_BUILDING, control_build, err);
}

/* One is over: what has waited for that begins. That it cannot is its result. */
static void
go_on(struct control_reload *reload)
{
	struct base_err err = {0};
	bool is_set = reload->behind_hours.is_set;
	int rc;

	if (reload->state != CONTROL_IDLE || (!is_set && !reload->again))
		return;
	reload->behind_hours.is_set = false;
	if (is_set)
		rc = launch(reload, reload->behind_hours.list, reload->behind_hours.dry_run, &err);
	else
		rc = launch(reload, "", false, &err);
	if (rc == 0)
		return;
	reload->result.exit = err.exit;
	snprintf(reload->result.sentence, sizeof(reload->result.sentence), "%s", err.text);
	report(reload);
}

/* What has been built comes in force; the old one is freed by a thread, for that may take long. */
static void
change_over(struct control_reload *reload)
{
	struct base_err err = {0};
	uint64_t begin = base_clock_ns();

	control_tell_time(reload);
	publish(reload, reload->next);
	if (reload->result.is_hours)
		keep_hours(reload);
	reload->old = reload->live;
	reload->live = reload->next;
	reload->next = NULL;
	control_hours_update(reload);
	reload->conf.published(reload->conf.arg);
	reload->token = engine_retire(reload->conf.engine);
	reload->result.phase_ns[CONTROL_PUBLISH] = base_clock_ns() - begin;
	if (start(reload, CONTROL_RECLAIMING, control_reclaim, &err) == 0)
		return;
	control_reclaim(reload);
	reload->state = CONTROL_IDLE;
	report(reload);
}

/* A thread has written: it has built, it has waited for long, or it has freed. */
static void
take_word(void *arg)
{
	struct control_reload *reload = arg;
	uint64_t n;

	if (read(reload->fd, &n, sizeof(n)) != (ssize_t)sizeof(n))
		return;
	if (reload->state == CONTROL_BUILDING) {
		join(reload);
		if (reload->next != NULL)
			change_over(reload);
		else
			report(reload);
	} else if (reload->state == CONTROL_RECLAIMING) {
		if (atomic_load(&reload->is_freed))
			join(reload);
		report(reload);
	}
	go_on(reload);
}

/* Views without a policy, as the first generation. */
static int
make_empty(struct control_reload *reload, const struct conf *first, struct base_err *err)
{
	int rc = 0;

	reload->live = generation_new(reload, err);
	if (reload->live == NULL)
		return -ENOMEM;
	reload->live->ini = ini_new((struct conf *)(uintptr_t)first, true, err);
	if (reload->live->ini == NULL)
		return -ENOMEM;
	for (uint32_t i = 0; i < reload->conf.n_lcores && rc == 0; i++)
		rc = policy_view_empty(first, reload->conf.lcores[i].lcore,
			reload->conf.lcores[i].node, &reload->live->views[i], err);
	if (rc == 0)
		publish(reload, reload->live);
	return rc;
}

int
control_reload_new(const struct control_reload_conf *conf, const struct conf *first,
	struct control_reload **out, struct base_err *err)
{
	struct control_reload *reload = calloc(1, sizeof(*reload));
	int rc;

	*out = NULL;
	if (reload == NULL)
		return base_fail(err, BASE_EXIT_UNAVAILABLE, ENOMEM, "no memory for reloads");
	reload->conf = *conf;
	reload->first = first;
	reload->keep.fd = -1;
	reload->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (reload->fd >= 0)
		reload->watch = control_watch(conf->control, reload->fd, take_word, reload);
	rc = reload->watch != NULL ? keep_open(reload, err) : -ENOMEM;
	if (rc < 0)
		base_fail(err, BASE_EXIT_UNAVAILABLE, ENOMEM,
			"no memory for reloads, or no descriptor");
	else
		rc = make_empty(reload, first, err);
	if (rc < 0) {
		control_reload_free(reload);
		return rc;
	}
	*out = reload;
	return 0;
}

int
control_reload_first(struct control_reload *reload, struct policy *policy, struct base_err *err)
{
	int rc;

	begin(reload, false);
	reload->next = generation_new(reload, err);
	if (reload->next == NULL) {
		policy_free(policy);
		return -ENOMEM;
	}
	policy_cancel_by(policy, &reload->cancel);
	reload->next->policy = policy;
	reload->next->ini = ini_use(reload->live->ini);
	rc = start(reload, CONTROL_BUILDING, control_build_first, err);
	if (rc < 0)
		generation_drop(reload, &reload->next);
	return rc;
}

/* A compiled policy comes in force whole. */
static int
check_source(const struct policy *policy, uint16_t list, struct base_err *err)
{
	struct policy_list_info info = {.compiled = false};

	if (policy != NULL)
		policy_list_info(policy, list, &info);
	if (!info.compiled)
		return 0;
	return base_fail(err, BASE_EXIT_USAGE, EINVAL,
		"list %s is one of a compiled policy, which is reloaded as a whole",
		policy_list_name(policy, list));
}

static int
check_list(const struct control_reload *reload, const char *list, struct base_err *err)
{
	const struct conf *conf = reload->live->ini->conf;

	for (uint16_t i = 0; list != NULL && i < conf->n_lists; i++) {
		if (strcmp(conf->lists[i].sect.name, list) == 0)
			return check_source(reload->live->policy, i, err);
	}
	if (list == NULL)
		return 0;
	return base_fail(err, BASE_EXIT_USAGE, ENOENT, "%s has no [list %s]", conf->file, list);
}

/* A schedule's change is under way, and no lcore has held it up for long. */
static bool
is_changing_hours(const struct control_reload *reload)
{
	return !reload->is_told && reload->result.is_hours;
}

/* One at a time, and not while an lcore holds on to the one before. */
static int
tell_busy(const struct control_reload *reload, struct base_err *err)
{
	unsigned int lcore = 0;

	if (reload->behind_hours.is_set)
		return base_fail(err, BASE_EXIT_FAILURE, EBUSY,
			"a reload waits for a schedule's change: try again later");
	if (reload->state == CONTROL_BUILDING)
		return base_fail(
			err, BASE_EXIT_FAILURE, EBUSY, "a policy is being built: try again later");
	if (engine_is_held(reload->conf.engine, reload->token, &lcore))
		return base_fail(err, BASE_EXIT_FAILURE, EBUSY,
			"the old policy waits to be freed: lcore %u holds it up", lcore);
	return base_fail(
		err, BASE_EXIT_FAILURE, EBUSY, "the old policy is being freed: try again later");
}

/* A request that cannot begin now: behind what is under way, where it may be. */
static int
queue(struct control_reload *reload, const struct control_request *request)
{
	if (request->later) {
		reload->again = true;
		return 1;
	}
	if (!is_changing_hours(reload) || reload->behind_hours.is_set)
		return -EBUSY;
	reload->behind_hours.is_set = true;
	reload->behind_hours.dry_run = request->dry_run;
	snprintf(reload->behind_hours.list, sizeof(reload->behind_hours.list), "%s",
		request->list == NULL ? "" : request->list);
	return 1;
}

int
control_reload_request(
	struct control_reload *reload, const struct control_request *request, struct base_err *err)
{
	int rc = check_list(reload, request->list, err), busy;

	if (rc < 0)
		return rc;
	if (reload->state == CONTROL_IDLE)
		return launch(
			reload, request->list == NULL ? "" : request->list, request->dry_run, err);
	busy = queue(reload, request);
	return busy < 0 ? tell_busy(reload, err) : busy;
}

/* Without a thread the next tick tries again. */
void
control_reload_hours(struct control_reload *reload)
{
	begin(reload, false);
	reload->result.is_hours = true;
	start(reload, CONTROL_BUILDING, control_build_hours, NULL);
}

const struct policy *
control_reload_policy(const struct control_reload *reload)
{
	return reload->live->policy;
}

const struct policy_view *
control_reload_view(const struct control_reload *reload)
{
	return reload->conf.n_lcores == 0 ? NULL : reload->live->views[0];
}

const struct conf *
control_reload_ini(const struct control_reload *reload)
{
	return reload->live->ini->conf;
}

const struct control_result *
control_reload_last(const struct control_reload *reload)
{
	return reload->has_last ? &reload->last : NULL;
}

uint32_t
control_reload_restart(const struct control_reload *reload, struct conf_report *report)
{
	struct conf_report unread = {0};
	uint32_t n = conf_compare(
		reload->first, reload->live->ini->conf, report == NULL ? &unread : report);

	conf_report_free(&unread);
	return n;
}

const struct control_reload_totals *
control_reload_totals(const struct control_reload *reload)
{
	return &reload->totals;
}

const struct control_outcome *
control_reload_outcome(const struct control_reload *reload)
{
	return reload->outcome.ended == 0 ? NULL : &reload->outcome;
}

bool
control_reload_is_busy(const struct control_reload *reload)
{
	return reload->state != CONTROL_IDLE;
}

bool
control_reload_cancel(struct control_reload *reload)
{
	base_cancel_ask(&reload->cancel);
	reload->again = false;
	return reload->state == CONTROL_BUILDING;
}

void
control_reload_free(struct control_reload *reload)
{
	if (reload == NULL)
		return;
	control_reload_cancel(reload);
	atomic_store(&reload->is_over, true);
	if (reload->state != CONTROL_IDLE)
		join(reload);
	keep_close(reload);
	control_forget(reload->conf.control, reload->watch);
	control_forget(reload->conf.control, reload->tick);
	for (uint32_t i = 0; i < reload->conf.n_lcores; i++)
		engine_publish(reload->conf.engine, reload->conf.lcores[i].lcore, NULL);
	generation_drop(reload, &reload->next);
	generation_drop(reload, &reload->old);
	generation_drop(reload, &reload->live);
	result_clear(&reload->result);
	result_clear(&reload->last);
	if (reload->fd >= 0)
		close(reload->fd);
	free(reload);
}

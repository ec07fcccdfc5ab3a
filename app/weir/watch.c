/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "watch.h"

#include "base_clock.h"
#include "classify_stage.h"

#include <errno.h>
#include <inttypes.h>

static uint64_t
bypassed(const struct watch *watch)
{
	struct engine_totals totals;

	engine_read_totals(watch->boot->engine, &totals);
	return totals.bypassed;
}

static uint32_t
index_of(const struct boot *b, unsigned int lcore)
{
	uint32_t i = 0;

	while (b->workers[i].lcore != lcore)
		i++;
	return i;
}

/* Where an lcore is; of classification the stage, too. */
static const char *
place_of(const struct boot *b, const struct engine_stall *stall)
{
	uint32_t base = stats_layout_find(&b->counters.layout, "stage")->first;

	if (stall->at != ENGINE_AT_classify)
		return engine_at_words(stall->at);
	return classify_stage_name(
		classify_stage_at(b->workers[index_of(b, stall->lcore)].stats, base));
}

static const char *
role_of(const struct engine_stall *stall)
{
	static const char *const roles[] = {[ENGINE_WORKER] = "worker",
		[ENGINE_RX] = "rx",
		[ENGINE_CLASSIFY] = "classify",
		[ENGINE_TX] = "tx"};

	return roles[stall->role];
}

/* What becomes of its packets meanwhile. */
static const char *
outcome_of(const struct engine_stall *stall, bool ends)
{
	if (stall->is_bypassed)
		return "its packets pass unclassified until it is back";
	if (stall->role == ENGINE_CLASSIFY)
		return "its packets are dropped once its rings are full ([weir] overload = drop)";
	return ends ? "[weir] watchdog_action = exit ends the run"
		    : "its queues and rings wait until it is back";
}

static void
tell_back(const struct watch *watch, const struct engine_stall *stall)
{
	fprintf(stderr, "%s: lcore %u (%s) is back after %.2f s", watch->boot->command,
		stall->lcore, role_of(stall), (double)stall->for_ns / 1e9);
	if (stall->is_bypassed)
		fprintf(stderr, "; packets that passed unclassified meanwhile: %" PRIu64,
			bypassed(watch) - watch->bypassed[index_of(watch->boot, stall->lcore)]);
	fputc('\n', stderr);
}

static void
tell(void *arg, const struct engine_stall *stall)
{
	struct watch *watch = arg;
	const struct boot *b = watch->boot;
	bool ends = stall->role != ENGINE_CLASSIFY &&
		    b->conf->weir.watchdog_action == CONF_WATCHDOG_EXIT;

	if (stall->is_back) {
		tell_back(watch, stall);
		return;
	}
	watch->bypassed[index_of(b, stall->lcore)] = bypassed(watch);
	fprintf(stderr, "%s: lcore %u (%s) has had no turn for %.2f s: stage: %s; %s\n", b->command,
		stall->lcore, role_of(stall), (double)stall->for_ns / 1e9, place_of(b, stall),
		outcome_of(stall, ends));
	if (!ends)
		return;
	watch->has_ended_run = true;
	watch->lcore = stall->lcore;
	control_end(watch->control);
}

static void
look(void *arg)
{
	struct watch *watch = arg;

	engine_watch_look(watch->engine, base_clock_ns(), tell, watch);
}

int
watch_start(
	struct watch *watch, const struct boot *b, struct control *control, struct base_err *err)
{
	int rc;

	watch->boot = b;
	watch->control = control;
	if (b->conf->weir.watchdog_ns == 0)
		return 0;
	rc = engine_watch_new(b->engine, b->conf->weir.watchdog_ns, &watch->engine, err);
	if (rc < 0)
		return rc;
	watch->source = control_every(control, engine_watch_period_ns(watch->engine), look, watch);
	if (watch->source == NULL)
		return base_fail(err, BASE_EXIT_UNAVAILABLE, ENOMEM, "no memory for the watchdog");
	return 0;
}

void
watch_stop(struct watch *watch)
{
	control_forget(watch->control, watch->source);
	watch->source = NULL;
}

int
watch_end(struct watch *watch, struct base_err *err)
{
	engine_watch_free(watch->engine);
	watch->engine = NULL;
	if (!watch->has_ended_run)
		return 0;
	return base_fail(err, BASE_EXIT_FAILURE, ETIMEDOUT,
		"ended by the watchdog: lcore %u had stalled", watch->lcore);
}

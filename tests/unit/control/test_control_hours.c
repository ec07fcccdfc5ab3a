/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * A schedule under a clock that is the test's own, and an engine that shows what was published.
 */
#include "control_reload.h"
#include "place.h"
#include "unit_policy.h"

#include <rte_malloc.h>

#include <errno.h>
#include <stdatomic.h>
#include <time.h>

#define MONDAY_S INT64_C(1767571200) /* 2026-01-05 00:00 UTC */
#define HOUR_S	 3600
#define INI                                                                                   \
	"[list games]\npath = games.txt\n[list social]\npath = social.txt\n[group kids]\n"    \
	"schedule = Mon-Fri 08:00-18:00 [games] | Mon 18:00-20:00 [social]\n[clients kids]\n" \
	"prefixes = 10.0.0.0/8\n"

static struct {
	const struct policy_view *view; /* of lcore 1 */
	uint64_t token;
	bool held; /* the lcore has not let go of the old view */
} engine;

/* The room's own are not linked. */
void
engine_publish(struct engine *e, unsigned int lcore, const struct policy_view *view)
{
	(void)e;
	(void)lcore;
	engine.view = view;
}

uint64_t
engine_retire(struct engine *e)
{
	(void)e;
	return ++engine.token;
}

bool
engine_is_held(const struct engine *e, uint64_t token, unsigned int *lcore)
{
	(void)e;
	(void)token;
	*lcore = 1;
	return engine.held;
}

int
engine_await(const struct engine *e, uint64_t token, uint64_t limit_ns, struct base_err *err)
{
	(void)e;
	(void)token;
	(void)limit_ns;
	(void)err;
	return 0;
}

struct run {
	struct fixture f;
	struct control *control;
	struct control_reload *reload;
	struct control_lcore lcore;
	const char *ini;      /* that read() finds */
	_Atomic int64_t at_s; /* what time it is */
	size_t heap;
	uint32_t told;
	bool is_refused;
	atomic_bool is_stopped; /* the builder waits */
	char sentence[BASE_ERR_TEXT_MAX];
	char hours[2][CONTROL_HOURS_TEXT];
	uint32_t nb_hours;
	bool ok, is_hours;
};

static int
read_ini(void *arg, struct conf **out, const struct policy_db **db, struct base_err *err)
{
	struct run *run = arg;
	struct conf_report report = {0};
	char name[96];
	struct conf_input in = {.file = name};

	(void)db;
	(void)err;
	snprintf(name, sizeof(name), "%s/weir.ini", run->f.dir);
	assert_int_equal(conf_parse(&in, run->ini, strlen(run->ini), out, &report), 0);
	conf_report_free(&report);
	return 0;
}

static int
check(void *arg, struct base_err *err)
{
	const struct timespec nap = {.tv_nsec = 1000000};
	const struct run *run = arg;

	while (atomic_load(&run->is_stopped))
		nanosleep(&nap, NULL);
	return run->is_refused ? base_fail(err, BASE_EXIT_UNAVAILABLE, ENOMEM, "misplaced") : 0;
}

static void
note_result(void *arg, const struct control_result *result)
{
	struct run *run = arg;

	run->told++;
	run->ok = result->ok;
	run->is_hours = result->is_hours;
	run->nb_hours = result->nb_hours;
	for (uint32_t i = 0; i < result->nb_hours && i < 2; i++)
		snprintf(run->hours[i], sizeof(run->hours[i]), "%s", result->hours[i].text);
	snprintf(run->sentence, sizeof(run->sentence), "%s", result->sentence);
	control_end(run->control);
}

static void
note_published(void *arg)
{
	(void)arg;
}

static int64_t
tell_time(void *arg)
{
	struct run *run = arg;

	return atomic_load(&run->at_s) * 1000000;
}

static void
end_loop(void *control)
{
	control_end(control);
}

/* The loop for some time: a tick is every 200 ms. */
static void
wait_ms(struct run *run, uint64_t ms)
{
	struct control_source *timer =
		control_every(run->control, ms * 1000000, end_loop, run->control);

	control_run(run->control);
	control_forget(run->control, timer);
}

/* Waits until so many results have been told; a failure that lasts is the test's. */
static void
await_told(struct run *run, uint32_t told)
{
	for (int i = 0; i < 100 && (run->told < told || control_reload_is_busy(run->reload)); i++)
		wait_ms(run, 100);
	assert_int_equal(run->told, told);
}

static size_t
heap_bytes(void)
{
	struct rte_malloc_socket_stats stats;

	rte_malloc_get_socket_stats(unit_eal_node(), &stats);
	return stats.heap_allocsz_bytes;
}

static void
open_run(struct run *run, const char *ini, int64_t at_s)
{
	struct control_reload_conf conf = {.lcores = &run->lcore,
		.n_lcores = 1,
		.node = unit_eal_node(),
		.read = read_ini,
		.check = check,
		.published = note_published,
		.done = note_result,
		.now_us = tell_time,
		.arg = run};

	memset(run, 0, sizeof(*run));
	memset(&engine, 0, sizeof(engine));
	run->heap = heap_bytes();
	run->ini = ini;
	run->at_s = at_s;
	run->lcore = (struct control_lcore){.lcore = 1, .node = unit_eal_node()};
	fixture_init(&run->f);
	fixture_file(&run->f, "games.txt", "games.com\n");
	fixture_file(&run->f, "social.txt", "social.com\n");
	if (fixture_load(&run->f, ini) < 0)
		fail_msg("%s", run->f.err.text);
	assert_int_equal(control_new(&run->control, NULL), 0);
	conf.control = run->control;
	assert_int_equal(control_reload_new(&conf, run->f.conf, &run->reload, NULL), 0);
	assert_int_equal(control_reload_first(run->reload, run->f.policy, NULL), 0);
	run->f.policy = NULL;
	await_told(run, 1);
	assert_true(run->ok);
}

static void
close_run(struct run *run)
{
	control_reload_free(run->reload);
	control_free(run->control);
	fixture_free(&run->f);
	assert_int_equal(heap_bytes(), run->heap);
}

static int
first_on(void)
{
	return base_set_first(&engine.view->groups[1].deciding);
}

/* The first policy was loaded for another time (1970, a Thursday night), and is put right at once.
 */
static void
each_change_publishes_masks_and_no_tables(void **state)
{
	const struct dtab *domains;
	const struct nets *nets;
	struct run run;
	size_t heap;

	(void)state;
	open_run(&run, INI, MONDAY_S + 12 * HOUR_S);
	domains = engine.view->domains;
	nets = engine.view->clients->nets;
	heap = heap_bytes();
	await_told(&run, 2);
	assert_true(run.ok && run.is_hours);
	assert_string_equal(run.sentence, "generation 2 is in force");
	assert_int_equal(run.nb_hours, 1);
	assert_string_equal(run.hours[0], "group kids by its schedule: games on");
	assert_int_equal(first_on(), 0);
	wait_ms(&run, 500);
	assert_int_equal(run.told, 2); /* the hours last */
	run.at_s = MONDAY_S + 18 * HOUR_S - 1;
	wait_ms(&run, 500);
	assert_int_equal(run.told, 2);
	run.at_s = MONDAY_S + 18 * HOUR_S;
	await_told(&run, 3);
	assert_string_equal(run.hours[0], "group kids by its schedule: social on; games off");
	assert_int_equal(engine.view->generation, 3);
	assert_int_equal(first_on(), 1);
	assert_int_equal(engine.view->groups[1].change_s, MONDAY_S + 20 * HOUR_S);
	assert_ptr_equal(engine.view->domains, domains);
	assert_ptr_equal(engine.view->clients->nets, nets);
	assert_int_equal(heap_bytes(), heap);
	run.at_s = MONDAY_S + 12 * HOUR_S; /* the clock is put back */
	await_told(&run, 4);
	assert_int_equal(first_on(), 0);
	assert_int_equal(heap_bytes(), heap);
	close_run(&run);
}

/* A reload goes by the time that it is; without schedules nobody looks at the clock. */
static void
a_reload_takes_schedules_away_and_brings_them(void **state)
{
	struct run run;

	(void)state;
	open_run(&run, INI, 0);
	run.ini = "[list games]\npath = games.txt\n[list social]\npath = social.txt\n"
		  "[group kids]\n[clients kids]\nprefixes = 10.0.0.0/8\n";
	assert_int_equal(control_reload_request(run.reload, &(struct control_request){0}, NULL), 0);
	await_told(&run, 2);
	assert_int_equal(first_on(), 0);
	run.at_s = MONDAY_S + 19 * HOUR_S;
	wait_ms(&run, 500);
	assert_int_equal(run.told, 2);
	run.ini = INI;
	assert_int_equal(control_reload_request(run.reload, &(struct control_request){0}, NULL), 0);
	await_told(&run, 3);
	assert_false(run.is_hours);
	assert_int_equal(first_on(), 1);
	run.at_s = MONDAY_S + 20 * HOUR_S;
	await_told(&run, 4);
	assert_true(run.is_hours);
	assert_int_equal(first_on(), 2); /* the list that is built in */
	close_run(&run);
}

/* What cannot be published leaves the hours before in force, and is not tried at every tick. */
static void
a_change_that_fails_is_told_once(void **state)
{
	struct run run;

	(void)state;
	open_run(&run, INI, 0);
	run.is_refused = true;
	run.at_s = MONDAY_S + 9 * HOUR_S;
	await_told(&run, 2);
	assert_false(run.ok);
	assert_true(run.is_hours);
	assert_string_equal(run.sentence, "misplaced");
	assert_int_equal(engine.view->generation, 1);
	assert_int_equal(first_on(), 2);
	wait_ms(&run, 1000);
	assert_int_equal(run.told, 2);
	close_run(&run);
}

/* The change takes a moment, and nobody who asks for a reload meanwhile is sent away. */
static void
a_reload_waits_for_a_change(void **state)
{
	const struct control_request all = {0}, later = {.later = true}, one = {.list = "games"};
	struct base_err err = {0};
	struct run run;

	(void)state;
	open_run(&run, INI, 0);
	atomic_store(&run.is_stopped, true);
	run.at_s = MONDAY_S + 9 * HOUR_S;
	for (int i = 0; i < 100 && !control_reload_is_busy(run.reload); i++)
		wait_ms(&run, 100);
	assert_int_equal(control_reload_request(run.reload, &one, NULL), 1);
	assert_int_equal(control_reload_request(run.reload, &later, NULL), 1);
	assert_int_equal(control_reload_request(run.reload, &all, &err), -EBUSY);
	assert_string_equal(err.text, "a reload waits for a schedule's change: try again later");
	assert_int_equal(run.told, 1);
	atomic_store(&run.is_stopped, false);
	await_told(&run, 4); /* the change, the list, and all */
	assert_true(run.ok);
	assert_false(run.is_hours);
	assert_int_equal(engine.view->generation, 4);
	assert_int_equal(first_on(), 0);
	close_run(&run);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_change_publishes_masks_and_no_tables),
		cmocka_unit_test(a_reload_takes_schedules_away_and_brings_them),
		cmocka_unit_test(a_change_that_fails_is_told_once),
		cmocka_unit_test(a_reload_waits_for_a_change),
	};

	return cmocka_run_group_tests(tests, unit_eal_start, unit_eal_stop);
}

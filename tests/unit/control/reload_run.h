/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef RELOAD_RUN_H
#define RELOAD_RUN_H

/** @file Reloads of two lists on two lcores, with an engine that is the test's own: it shows what
 * has been published, and holds on to the old views for as long as the test wants. */

#include "base_clock.h"
#include "control_reload.h"
#include "unit_policy.h"

#include <rte_malloc.h>

#include <stdatomic.h>
#include <time.h>

#define LIST(l) "[list " l "]\npath = " l ".txt\nformat = domains\n"
#define LCORES	2u

static struct {
	const struct policy_view *views[LCORES]; /* of lcores 1 and 2 */
	atomic_bool held;			 /* lcore 2 has not let go */
	uint64_t token;
} engine;

/* The room's own are not linked. */
void
engine_publish(struct engine *e, unsigned int lcore, const struct policy_view *view)
{
	(void)e;
	engine.views[lcore - 1] = view;
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
	assert_int_equal(token, engine.token);
	*lcore = 2;
	return atomic_load(&engine.held);
}

int
engine_await(const struct engine *e, uint64_t token, uint64_t limit_ns, struct base_err *err)
{
	const struct timespec nap = {.tv_nsec = 1000000};
	uint64_t begin = base_clock_ns();

	(void)e;
	(void)token;
	while (atomic_load(&engine.held)) {
		if (base_clock_ns() - begin >= limit_ns)
			return base_fail(err, BASE_EXIT_FAILURE, EBUSY, "lcore 2 holds it");
		nanosleep(&nap, NULL);
	}
	return 0;
}

struct run {
	struct fixture f;
	struct control *control;
	struct control_reload *reload;
	struct control_lcore lcores[LCORES];
	const char *ini; /* that read() finds */
	bool is_refused; /* what was built lies wrongly */
	size_t heap;
	uint32_t told;
	struct control_result result;
	char keep[128]; /* where policies are kept; "": nowhere */
	uint32_t kept;	/* told */
};

static inline int
read_ini(void *arg, struct conf **out, const struct policy_db **db, struct base_err *err)
{
	struct run *run = arg;
	struct conf_report report = {0};
	char name[96];
	struct conf_input in = {.file = name};
	int rc;

	(void)db;
	snprintf(name, sizeof(name), "%s/weir.ini", run->f.dir);
	rc = conf_parse(&in, run->ini, strlen(run->ini), out, &report);
	if (rc < 0)
		base_fail(err, BASE_EXIT_CONFIG, EINVAL, "%s", report.notes[0].text);
	conf_report_free(&report);
	return rc;
}

static inline int
check(void *arg, struct base_err *err)
{
	const struct run *run = arg;

	return run->is_refused ? base_fail(err, BASE_EXIT_UNAVAILABLE, ENOMEM, "misplaced") : 0;
}

static inline void
note_result(void *arg, const struct control_result *result)
{
	struct run *run = arg;

	run->result = *result;
	run->told++;
	control_end(run->control);
}

static inline void
note_published(void *arg)
{
	const struct run *run = arg;

	assert_ptr_equal(control_reload_view(run->reload), engine.views[0]);
}

static inline void
note_kept(void *arg, const struct control_kept *kept)
{
	struct run *run = arg;

	assert_ptr_equal(control_reload_kept(run->reload), kept);
	run->kept++;
	control_end(run->control);
}

static inline size_t
heap_bytes(void)
{
	struct rte_malloc_socket_stats stats;

	rte_malloc_get_socket_stats(unit_eal_node(), &stats);
	return stats.heap_allocsz_bytes;
}

static inline void
open_run_with(struct run *run, const char *ini, bool keeps)
{
	struct control_reload_conf conf = {.lcores = run->lcores,
		.n_lcores = LCORES,
		.node = unit_eal_node(),
		.read = read_ini,
		.check = check,
		.published = note_published,
		.done = note_result,
		.kept = note_kept,
		.arg = run};

	memset(run, 0, sizeof(*run));
	run->heap = heap_bytes();
	memset(&engine, 0, sizeof(engine));
	for (uint32_t i = 0; i < LCORES; i++)
		run->lcores[i] = (struct control_lcore){.lcore = i + 1, .node = unit_eal_node()};
	fixture_init(&run->f);
	if (keeps)
		snprintf(run->keep, sizeof(run->keep), "%s/state/p.weirdb", run->f.dir);
	fixture_file(&run->f, "a.txt", "one.com\n");
	fixture_file(&run->f, "b.txt", "two.com\n");
	if (fixture_load(&run->f, ini) < 0)
		fail_msg("%s", run->f.err.text);
	run->ini = ini;
	assert_int_equal(control_new(&run->control, NULL), 0);
	conf.control = run->control;
	conf.keep = keeps ? run->keep : NULL;
	assert_int_equal(control_reload_new(&conf, run->f.conf, &run->reload, NULL), 0);
}

static inline void
open_run(struct run *run, const char *ini)
{
	open_run_with(run, ini, false);
}

/* The first policy, until the old views of the empty one are gone. */
static inline void
open_first(struct run *run, const char *ini)
{
	open_run(run, ini);
	assert_int_equal(control_reload_first(run->reload, run->f.policy, NULL), 0);
	run->f.policy = NULL;
	control_run(run->control);
	assert_true(run->result.ok);
}

static inline void
close_run(struct run *run)
{
	control_reload_free(run->reload);
	control_free(run->control);
	fixture_free(&run->f);
	assert_int_equal(heap_bytes(), run->heap);
}

static inline int
ask(struct run *run, const char *list, bool dry_run, struct base_err *err)
{
	return control_reload_request(
		run->reload, &(struct control_request){.list = list, .dry_run = dry_run}, err);
}

static inline void
reload(struct run *run)
{
	assert_int_equal(ask(run, NULL, false, NULL), 0);
	control_run(run->control);
}

static inline void
write_list(struct run *run, const char *name, const char *text)
{
	char path[128], part[140];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", run->f.dir, name);
	snprintf(part, sizeof(part), "%s.part", path);
	file = fopen(part, "w");
	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(rename(part, path), 0);
}

#endif

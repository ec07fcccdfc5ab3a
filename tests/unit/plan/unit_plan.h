/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef UNIT_PLAN_H
#define UNIT_PLAN_H

/** @file An INI given as text and a machine of tests/machines, made into a plan. */

#include "plan.h"
#include "unit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct fixture {
	struct topo *topo;
	struct conf *conf;
	struct plan *plan;
	struct base_err err;
};

/** Lays the INI out on the machine; what plan_layout() says. */
static inline int
fixture_layout(struct fixture *f, const char *machine, const char *ini, enum plan_kind kind)
{
	struct conf_input input = {.file = "weir.ini"};
	const char *machines = getenv("WEIR_MACHINES");
	struct conf_report report = {0};
	char root[4096];

	*f = (struct fixture){0};
	assert_non_null(machines);
	snprintf(root, sizeof(root), "%s/%s", machines, machine);
	assert_int_equal(topo_read(root, &f->topo, &f->err), 0);
	conf_parse(&input, ini, strlen(ini), &f->conf, &report);
	if (f->conf == NULL)
		fail_msg("%s", report.notes[0].text);
	conf_report_free(&report);
	return plan_layout(&(struct plan_input){.kind = kind, .conf = f->conf, .topo = f->topo},
		&f->plan, &f->err);
}

static inline void
fixture_run(struct fixture *f, const char *machine, const char *ini)
{
	if (fixture_layout(f, machine, ini, PLAN_RUN) < 0)
		fail_msg("%s", f->err.text);
}

static inline void
fixture_free(struct fixture *f)
{
	plan_free(f->plan);
	conf_free(f->conf);
	topo_free(f->topo);
}

/** The machine and the INI are refused with these words and that exit class. */
static inline void
refused(const char *machine, const char *ini, enum base_exit exit, const char *words)
{
	struct fixture f;

	assert_true(fixture_layout(&f, machine, ini, PLAN_RUN) < 0);
	assert_null(f.plan);
	if (strstr(f.err.text, words) == NULL)
		fail_msg("`%s' is not in `%s'", words, f.err.text);
	assert_int_equal(f.err.exit, exit);
	fixture_free(&f);
}

/** How many notes of that exit class have these words. */
static inline uint32_t
notes(const struct plan *plan, enum base_exit exit, const char *words)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < plan->n_notes; i++)
		n += plan->notes[i].exit == exit && strstr(plan->notes[i].text, words) != NULL;
	return n;
}

#endif

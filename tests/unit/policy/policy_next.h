/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef POLICY_NEXT_H
#define POLICY_NEXT_H

/** @file A generation behind that of a fixture. */

#include "unit_policy.h"

#define LIST(l) "[list " l "]\npath = " l ".txt\nformat = domains\n"

/* A fixture whose policy is the generation in force, and the INI of the next. */
struct next {
	struct conf *conf;
	struct policy *policy;
	struct policy_view *view;
};

static inline void
parse(struct fixture *f, const char *ini, struct conf **out)
{
	char name[96];
	struct conf_input in = {.file = name};
	struct conf_report report = {0};

	snprintf(name, sizeof(name), "%s/weir.ini", f->dir);
	if (conf_parse(&in, ini, strlen(ini), out, &report) < 0)
		fail_msg("%s", report.notes[0].text);
	conf_report_free(&report);
}

static inline int
renew(struct fixture *f, struct next *next, const char *ini, const char *only)
{
	struct policy_renewal renewal = {.before = f->policy, .only = only};

	*next = (struct next){0};
	if (only == NULL)
		parse(f, ini, &next->conf);
	renewal.conf = only == NULL ? next->conf : f->conf;
	return policy_renew(&renewal, NULL, &next->policy, &f->err);
}

static inline void
build(struct fixture *f, struct next *next)
{
	if (policy_place(next->policy, unit_eal_node(), &f->err) < 0 ||
		policy_view_build(next->policy, 0, unit_eal_node(), &next->view, &f->err) < 0)
		fail_msg("%s", f->err.text);
}

/* The next one comes in force: what was before is freed. */
static inline void
take(struct fixture *f, struct next *next)
{
	policy_view_free(f->view);
	policy_free(f->policy);
	if (next->conf != NULL) {
		conf_free(f->conf);
		f->conf = next->conf;
	}
	f->view = next->view;
	f->policy = next->policy;
}

static inline void
drop(struct next *next)
{
	policy_view_free(next->view);
	policy_free(next->policy);
	conf_free(next->conf);
}

/* Writes a file anew, as a download does: another file under the same name. */
static inline void
replace(struct fixture *f, const char *name, const char *text)
{
	char path[128], part[140];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", f->dir, name);
	snprintf(part, sizeof(part), "%s.part", path);
	file = fopen(part, "w");
	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(rename(part, path), 0);
}

static inline void
two_lists(struct fixture *f)
{
	fixture_init(f);
	fixture_file(f, "a.txt", "one.com\ntwo.com\n");
	fixture_file(f, "b.txt", "three.com\nfour.com\n");
	fixture_build(f, LIST("a") LIST("b"));
}

#endif

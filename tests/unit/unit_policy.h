/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef UNIT_POLICY_H
#define UNIT_POLICY_H

/** @file A policy made of texts: an INI and its list files in a folder of their own. */

#include "policy_ask.h"
#include "unit.h"
#include "unit_eal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FIXTURE_FILES 8

struct fixture {
	char dir[64];
	char *files[FIXTURE_FILES];
	unsigned int nb_files;
	struct conf *conf;
	struct policy *policy;
	struct policy_view *view;
	struct dtab_scratch *scratch;
	struct dtab_hits hits;
	struct dns_name name;
	struct pat_hit patterns;
	struct policy_query query;
	struct policy_verdict verdict;
	const struct policy_client *client; /* who asks; NULL: nobody that is known */
	struct base_err err;
};

static inline void
fixture_init(struct fixture *f)
{
	memset(f, 0, sizeof(*f));
	snprintf(f->dir, sizeof(f->dir), "/tmp/weir-policy-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	f->scratch = calloc(1, sizeof(*f->scratch));
	assert_non_null(f->scratch);
}

static inline void
fixture_file(struct fixture *f, const char *name, const char *text)
{
	FILE *file;

	assert_true(f->nb_files < FIXTURE_FILES);
	assert_true(asprintf(&f->files[f->nb_files], "%s/%s", f->dir, name) > 0);
	file = fopen(f->files[f->nb_files++], "w");
	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

/* Reads the INI and loads the policy; what policy_load() returned. */
static inline int
fixture_load(struct fixture *f, const char *ini)
{
	char name[96];
	struct conf_input in = {.file = name};
	struct conf_report report = {0};

	snprintf(name, sizeof(name), "%s/weir.ini", f->dir);
	if (conf_parse(&in, ini, strlen(ini), &f->conf, &report) < 0)
		fail_msg("%s", report.notes[0].text);
	conf_report_free(&report);
	return policy_load(f->conf, NULL, &f->policy, &f->err);
}

static inline void
fixture_build(struct fixture *f, const char *ini)
{
	if (fixture_load(f, ini) < 0 || policy_place(f->policy, unit_eal_node(), &f->err) < 0 ||
		policy_view_build(f->policy, 0, unit_eal_node(), &f->view, &f->err) < 0)
		fail_msg("%s", f->err.text);
}

/* So does a policy that has no views. */
static inline void
fixture_try(const struct fixture *f, struct policy_asked *asked)
{
	struct policy_trial *trial;

	assert_int_equal(policy_trial_new(f->policy, &trial, NULL), 0);
	assert_int_equal(policy_trial_ask(trial, asked, NULL), 0);
	assert_int_equal(asked->verdict.list, f->verdict.list);
	assert_int_equal(asked->verdict.action, f->verdict.action);
	if (asked->verdict.list >= 0) {
		assert_int_equal(asked->verdict.name_id, f->verdict.name_id);
		assert_int_equal(asked->verdict.kind, f->verdict.kind);
	}
	policy_trial_free(trial);
}

/* What is told to people is what the data path decided. */
static inline void
fixture_ask_again(struct fixture *f, const char *text, uint16_t qtype)
{
	struct policy_asked *asked = calloc(1, sizeof(*asked));
	const struct policy_verdict *told;

	assert_non_null(asked);
	told = &asked->verdict;
	asked->qtype = qtype;
	asked->client = f->client;
	assert_int_equal(policy_asked_name(asked, text, NULL), 0);
	assert_int_equal(policy_ask(f->policy, f->view, asked, NULL), 0);
	assert_memory_equal(&told->logged, &f->verdict.logged, sizeof(told->logged));
	assert_int_equal(told->list, f->verdict.list);
	assert_int_equal(told->action, f->verdict.action);
	assert_int_equal(told->name_id, f->verdict.name_id);
	assert_int_equal(told->kind, f->verdict.kind);
	assert_int_equal(told->class, f->verdict.class);
	assert_int_equal(told->cond, f->verdict.cond);
	assert_int_equal(told->labels, f->verdict.labels);
	assert_int_equal(told->generation, f->verdict.generation);
	fixture_try(f, asked);
	free(asked);
}

/* Looks a name up and decides; the verdict in words: "ads nxdomain ads.txt:3". */
static inline const char *
fixture_ask(struct fixture *f, const char *text, uint16_t qtype)
{
	static char words[256];
	struct dns_fp fps[DNS_LABELS_MAX + 1];
	struct dtab_query query = {.fps = fps};
	const struct dns_name *name = &f->name;
	struct policy_member member = {.group = 0};
	struct pat_name scanned;
	struct policy_where where;

	assert_int_equal(dns_name_from_text(text, strlen(text), &f->name, NULL), 0);
	if (f->view->clients != NULL && f->client != NULL)
		policy_group_burst(f->view, f->client, 1, &member);
	dns_fp_suffixes(&f->view->key, name, fps);
	query.labels = name->labels;
	dtab_lookup_burst(f->view->domains, &query, 1, f->scratch, &f->hits);
	f->query = (struct policy_query){.hits = f->hits,
		.qtype = qtype,
		.labels = name->labels,
		.name = name->wire,
		.group = member.group};
	if (f->view->client_nets != NULL && f->client != NULL) {
		policy_client_burst(f->view, f->client, 1, &f->query.by_client);
		f->query.addr = f->client->addr;
		f->query.family = f->client->family;
	}
	if (policy_is_open(f->view, &f->query)) {
		scanned = (struct pat_name){
			.wire = name->wire, .deciding = &f->view->groups[member.group].deciding};
		pat_scan_burst(f->view->patterns, f->view->scratch, &scanned, 1, &f->patterns);
		f->query.patterns = &f->patterns;
	}
	policy_decide(f->view, &f->query, &f->verdict);
	fixture_ask_again(f, text, qtype);
	if (policy_where(f->policy, &f->verdict, &where))
		snprintf(words, sizeof(words), "%s %s %s:%u", where.list,
			policy_action_word(f->verdict.action), where.path, where.line);
	else
		snprintf(words, sizeof(words), "- %s", policy_action_word(f->verdict.action));
	return words;
}

static inline void
fixture_free(struct fixture *f)
{
	policy_view_free(f->view);
	policy_free(f->policy);
	conf_free(f->conf);
	free(f->scratch);
	for (unsigned int i = 0; i < f->nb_files; i++) {
		unlink(f->files[i]);
		free(f->files[i]);
	}
	assert_int_equal(rmdir(f->dir), 0);
}

#endif

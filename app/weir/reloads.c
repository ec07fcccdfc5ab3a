/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "reloads.h"

#include "kept.h"
#include "say.h"

#include <errno.h>
#include <string.h>

#define NS_PER_MS 1e6
#define WORDS_MAX 512

/* The first object that lies elsewhere, in words. */
static void
name_misplaced(const struct place_entry *entry, void *arg)
{
	char owner[24], where[PLACE_WORDS_MAX], *words = arg;

	if (entry->misplaced > 0 && words[0] == '\0')
		snprintf(words, WORDS_MAX, "%s (%s, for %s) is wanted on node %d and has %s",
			entry->name, entry->call, place_owner_format(&entry->owner, owner),
			entry->wanted, place_misplaced_format(entry, where));
}

int
reloads_check_placement(const struct boot *b, struct base_err *err)
{
	enum conf_numa numa = b->conf->weir.numa;
	char words[WORDS_MAX] = "", where[CONF_WHERE_MAX];
	int misplaced;

	if (numa == CONF_NUMA_IGNORE)
		return 0;
	misplaced = place_verify(NULL, err);
	if (misplaced < 0 && (numa != CONF_NUMA_STRICT || b->topo->n_nodes == 1)) {
		fprintf(stderr, "%s: warning: %s\n", b->command, err->text);
		return 0; /* with one node nothing can be misplaced */
	}
	if (misplaced <= 0)
		return misplaced;
	place_walk(name_misplaced, words);
	if (numa == CONF_NUMA_PREFER) {
		fprintf(stderr, "%s: warning: objects on another node than wanted: %d: %s\n",
			b->command, misplaced, words);
		return 0;
	}
	return base_fail(err, BASE_EXIT_UNAVAILABLE, ENOMEM,
		"objects on another node than wanted: %d: %s (--placement shows all); %s: [weir] "
		"numa = prefer runs all the same",
		misplaced, words, conf_where(&b->conf->weir.sect, "numa", where));
}

static int
check(void *arg, struct base_err *err)
{
	const struct reloads *reloads = arg;

	return reloads_check_placement(reloads->boot, err);
}

static int
read_again(void *arg, struct conf **out, const struct policy_db **db, struct base_err *err)
{
	const struct reloads *reloads = arg;
	struct weir_cli *cli = reloads->boot->cli;
	int status = weir_conf_load(cli, out);

	if (status != BASE_EXIT_OK)
		return base_fail(err, (enum base_exit)status, EINVAL, "%s%s", cli->why,
			cli->nb_errors > 1 ? " (and more, printed on its standard error)" : "");
	*db = cli->db;
	return 0;
}

static void
print_notes(const char *command, const char *lead, const struct conf_report *report)
{
	for (uint32_t i = 0; i < report->n_notes; i++)
		fprintf(stderr, "%s: %s%s\n", command, lead, report->notes[i].text);
}

static void
print_result(const struct reloads *reloads, const struct control_result *result)
{
	const char *command = reloads->boot->command;

	if (!result->ok) {
		fprintf(stderr, "%s: %s failed, generation %u stays in force: %s\n", command,
			result->is_hours ? "a schedule's change" : "reload", result->generation,
			result->sentence);
		return;
	}
	print_notes(command, "warning: ", &result->restart);
	print_notes(command, "", &result->settings);
	for (uint32_t i = 0; i < result->nb_changes; i++)
		fprintf(stderr, "%s: list %s: %u rules, %u added, %u removed\n", command,
			result->changes[i].list, result->changes[i].rules, result->changes[i].added,
			result->changes[i].removed);
	if (result->has_prefixes)
		fprintf(stderr, "%s: clients' prefixes have changed: %u now, %u before\n", command,
			result->prefixes, result->prefixes_were);
	kept_tell_stale(reloads->boot, result->stale, result->nb_stale);
	for (uint32_t i = 0; i < result->nb_hours; i++)
		fprintf(stderr, "%s: %s\n", command, result->hours[i].text);
	fprintf(stderr, "%s: %s:", command, result->sentence);
	for (int i = 0; i < CONTROL_NB_PHASES; i++)
		fprintf(stderr, " %s %.1f ms%s", control_phase_word((enum control_phase)i),
			(double)result->phase_ns[i] / NS_PER_MS,
			i + 1 < CONTROL_NB_PHASES ? "," : "\n");
}

static void
take_result(void *arg, const struct control_result *result)
{
	struct reloads *reloads = arg;

	if (reloads->is_ready) {
		print_result(reloads, result);
		reloads->told(reloads->arg, result);
		return;
	}
	if (result->ok) {
		reloads->is_ready = true;
		reloads->ready(reloads->arg);
		return;
	}
	base_fail(&reloads->err, result->exit, EINVAL, "%s", result->sentence);
	control_end(reloads->control);
}

static void
tell_published(void *arg)
{
	struct reloads *reloads = arg;

	reloads->published(reloads->arg);
}

/* The file is there, or that it is not is worth a line. */
static void
tell_kept(void *arg, const struct control_kept *kept)
{
	const struct reloads *reloads = arg;

	if (kept->error[0] != '\0')
		fprintf(stderr, "%s: warning: generation %u could not be kept on disk: %s\n",
			reloads->boot->command, kept->generation, kept->error);
}

int
reloads_open(struct reloads *reloads, struct base_err *err)
{
	struct boot *b = reloads->boot;
	struct control_reload_conf conf = {.control = reloads->control,
		.engine = b->engine,
		.lcores = reloads->lcores,
		.node = plan_lcore(b->plan, b->plan->main_lcore)->node,
		.read = read_again,
		.check = check,
		.published = tell_published,
		.done = take_result,
		.keep = kept_path(b, reloads->kept) ? reloads->kept : NULL,
		.kept = tell_kept,
		.arg = reloads,
		.say = &weir_policy_say};

	for (uint32_t i = 0; i < b->n_workers; i++) {
		if (plan_classifies(b->workers[i].planned))
			reloads->lcores[conf.n_lcores++] =
				(struct control_lcore){.lcore = b->workers[i].lcore,
					.node = b->workers[i].node,
					.sample = b->workers[i].sample,
					.classify = b->workers[i].classify};
	}
	return control_reload_new(&conf, b->conf, &reloads->reload, err);
}

int
reloads_begin(struct reloads *reloads, struct base_err *err)
{
	struct policy *policy = reloads->boot->policy;

	reloads->boot->policy = NULL;
	return control_reload_first(reloads->reload, policy, err);
}

void
reloads_hup(struct reloads *reloads)
{
	const char *command = reloads->boot->command;
	struct base_err err = {0};
	int rc = control_reload_request(
		reloads->reload, &(struct control_request){.later = true}, &err);

	if (rc < 0)
		fprintf(stderr, "%s: SIGHUP: not reloaded: %s\n", command, err.text);
	else if (rc > 0)
		fprintf(stderr, "%s: SIGHUP: a reload follows the one under way\n", command);
}

void
reloads_close(struct reloads *reloads)
{
	control_reload_free(reloads->reload);
	reloads->reload = NULL;
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "check_cname.h"
#include "check_exprs.h"
#include "lists.h"
#include "weir_priv.h"

#include <inttypes.h>
#include <stdlib.h>

static const enum lists_format formats[] = {
	[CONF_FORMAT_AUTO] = LISTS_FORMAT_AUTO,
	[CONF_FORMAT_HOSTS] = LISTS_FORMAT_HOSTS,
	[CONF_FORMAT_DOMAINS] = LISTS_FORMAT_DOMAINS,
	[CONF_FORMAT_WILDCARD] = LISTS_FORMAT_WILDCARD,
	[CONF_FORMAT_ADBLOCK] = LISTS_FORMAT_ADBLOCK,
	[CONF_FORMAT_REGEX] = LISTS_FORMAT_REGEX,
	[CONF_FORMAT_RPZ] = LISTS_FORMAT_RPZ,
	[CONF_FORMAT_PREFIXES] = LISTS_FORMAT_PREFIXES,
};

static const enum lists_match matches[] = {
	[CONF_MATCH_AUTO] = LISTS_MATCH_AUTO,
	[CONF_MATCH_EXACT] = LISTS_MATCH_EXACT,
	[CONF_MATCH_SUBTREE] = LISTS_MATCH_SUBTREE,
};

/* What was met and where first; nothing when it was not. */
static void
print_note(const char *what, const char *name, const char *help, const struct lists_note *note,
	const char *path)
{
	if (note->count == 0)
		return;
	printf("  %s %s: %u: %s\n", what, name, note->count, help);
	for (int i = 0; i < LISTS_FIRST && note->lines[i] != 0; i++)
		printf("    %s:%u: %s\n", path, note->lines[i], note->excerpts[i]);
}

/* A zone's rules by action and its triggers by kind. */
static void
print_zone(const struct lists_report *report)
{
	printf("  actions: nxdomain %u, nodata %u, pass %u, drop %u, truncate %u, data %u\n",
		report->acts[LISTS_ACT_NXDOMAIN], report->acts[LISTS_ACT_NODATA],
		report->acts[LISTS_ACT_PASS], report->acts[LISTS_ACT_DROP],
		report->acts[LISTS_ACT_TRUNCATE], report->acts[LISTS_ACT_DATA]);
	printf("  records: %u in %u different sets\n", report->records, report->sets);
	for (int i = 0; i < LISTS_NB_TRIGGERS; i++) {
		if (report->triggers[i] > 0)
			printf("  triggers %s, %s: %u%s\n", lists_trigger_name(i),
				lists_trigger_help(i), report->triggers[i],
				i == LISTS_TRIGGER_CLIENT_IP ? "" : ", not in force yet");
	}
}

static void
print_list(const struct conf_list *list, const struct lists_report *report)
{
	if (list->builtin != NULL) {
		printf("list %s: built in\n", list->sect.name);
		return;
	}
	printf("list %s: %s: %s%s%s\n", list->sect.name, list->path.text,
		lists_format_name(report->format), report->how[0] == '\0' ? "" : ", ", report->how);
	printf("  lines %u, of rules %u, bad %u\n", report->lines, report->rule_lines,
		report->bad_lines);
	if (list->category[0] != '\0')
		printf("  category: %s\n", list->category);
	if (report->format == LISTS_FORMAT_PREFIXES)
		printf("  addresses and prefixes: %u, not in force yet\n",
			report->kinds[LISTS_ADDRESS]);
	else
		printf("  rules: exact %u, subtree %u, only below %u\n", report->kinds[LISTS_EXACT],
			report->kinds[LISTS_SUBTREE], report->kinds[LISTS_BELOW]);
	if (report->format == LISTS_FORMAT_ADBLOCK)
		printf("  important exceptions %u, important blocks %u, exceptions %u, blocks %u, "
		       "taken out by $badfilter %u\n",
			report->classes[LISTS_IMPORTANT_EXCEPTION],
			report->classes[LISTS_IMPORTANT_BLOCK], report->classes[LISTS_EXCEPTION],
			report->classes[LISTS_BLOCK], report->removed);
	if (report->format == LISTS_FORMAT_REGEX)
		printf("  expressions: %u\n", report->exprs);
	if (report->format == LISTS_FORMAT_RPZ)
		print_zone(report);
	printf("  memory: %" PRIu64 " bytes\n", report->bytes);
	for (int i = 0; i < LISTS_NB_SKIPS; i++)
		print_note("skipped", lists_skip_name(i), lists_skip_help(i), &report->skips[i],
			list->path.text);
	for (int i = 0; i < LISTS_NB_WARNINGS; i++)
		print_note("warning", lists_warning_name(i), lists_warning_help(i),
			&report->warnings[i], list->path.text);
}

/* Reads and prints one list; its rules go to *kept where expressions are among them. */
static int
check_list(const struct conf_list *list, struct check_cname *cnames, struct lists_rules **kept)
{
	struct lists_spec spec = {
		.path = list->builtin == NULL ? list->path.file : list->path.text,
		.text = list->builtin,
		.format = formats[list->format],
		.match = matches[list->match],
		.allow_tld = list->allow_tld,
		.max_bad = list->max_bad,
		.ttl = list->ttl,
	};
	struct lists_rules *rules;
	struct base_err err, place;

	if (lists_read(&spec, &rules, &err) < 0) {
		conf_blame(&place, &list->sect, "path", "%s", err.text);
		fprintf(stderr, "%s\n", place.text);
		return err.exit == BASE_EXIT_CONFIG ? (int)place.exit : (int)err.exit;
	}
	print_list(list, &rules->report);
	if (rules->nb_rules == 0 && rules->nb_exprs == 0)
		fprintf(stderr, "warning: list %s: %s holds no rule\n", list->sect.name,
			list->path.text);
	check_cname_list(cnames, list, rules);
	if (rules->nb_exprs > 0)
		*kept = rules;
	else
		lists_free(rules);
	return BASE_EXIT_OK;
}

static int
check_all(const struct conf *conf, struct check_cname *cnames, struct lists_rules **kept)
{
	int status = BASE_EXIT_OK;

	check_cname_init(conf, cnames);
	for (uint32_t i = 0; i < conf->n_lists; i++) {
		int one;

		if (conf->lists[i].builtin != NULL && status != BASE_EXIT_OK)
			break; /* they stand last: what is wrong is not drowned in what is good */
		one = check_list(&conf->lists[i], cnames, &kept[i]);
		if (status == BASE_EXIT_OK || one == BASE_EXIT_USAGE)
			status = one;
	}
	return status;
}

int
weir_check_lists(const struct conf *conf)
{
	struct lists_rules **kept = calloc(conf->n_lists + 1u, sizeof(*kept));
	struct check_cname *cnames = malloc(sizeof(*cnames));
	int status = BASE_EXIT_UNAVAILABLE, exprs;

	if (cnames == NULL || kept == NULL) {
		fprintf(stderr, "%s: out of memory\n", conf->file);
	} else {
		status = check_all(conf, cnames, kept);
		exprs = check_exprs(conf, kept);
		if (status == BASE_EXIT_OK)
			status = exprs;
	}
	for (uint32_t i = 0; kept != NULL && i < conf->n_lists; i++)
		lists_free(kept[i]);
	free(kept);
	free(cnames);
	return status;
}

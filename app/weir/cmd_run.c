/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "boot.h"
#include "control.h"
#include "links.h"
#include "loops.h"
#include "plan_show.h"
#include "run_api.h"
#include "show.h"
#include "table_run.h"
#include "watch.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#define SECOND_NS UINT64_C(1000000000)
#define WORDS_MAX 256

enum {
	OPTION_PLACEMENT = 256,
	OPTION_STATS
};

static const struct option options[] = {WEIR_CLI_OPTIONS,
	{"placement", no_argument, NULL, OPTION_PLACEMENT},
	{"stats", required_argument, NULL, OPTION_STATS}, {NULL, 0, NULL, 0}};

struct run_args {
	bool placement;
	uint32_t stats_s; /* 0: none */
};

static void
print_help(void)
{
	printf("usage: weir run [-c FILE] [--set SECTION.KEY=VALUE]... [--placement] [--stats "
	       "N]\n\n"
	       "Filters what its ports receive until SIGTERM or SIGINT: then it takes what the\n"
	       "queues hold and ends; a second signal ends it now. SIGUSR1 prints map and "
	       "counters.\n"
	       "SIGHUP reads nothing again: restart to bring another INI or list in force.\n"
	       "  --placement  after start: where every object lies\n"
	       "  --stats N    a table of what packets, lcores, rings and ports do every N "
	       "seconds\n");
}

static bool
parse_seconds(const char *text, uint32_t *out)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	if (text[0] < '0' || text[0] > '9' || *end != '\0' || n == 0 || n > 86400)
		return false;
	*out = (uint32_t)n;
	return true;
}

/* Takes the options; false when the command is over with *status. */
static bool
parse_options(struct weir_cli *cli, struct run_args *args, int argc, char **argv, int *status)
{
	int option;

	optind = 0;
	while ((option = getopt_long(argc, argv, WEIR_CLI_LETTERS, options, NULL)) != -1) {
		if (option == OPTION_PLACEMENT) {
			args->placement = true;
		} else if (option == OPTION_STATS) {
			if (!parse_seconds(optarg, &args->stats_s)) {
				*status = weir_usage_error(
					argv[0], "--stats %s: allowed 1..86400", optarg);
				return false;
			}
		} else if (!weir_cli_option(cli, option)) {
			*status = option == 'h' ? BASE_EXIT_OK : BASE_EXIT_USAGE;
			if (option == 'h')
				print_help();
			return false;
		}
	}
	if (optind == argc)
		return true;
	*status = weir_usage_error(argv[0], "takes no argument `%s'", argv[optind]);
	return false;
}

/* The first object that lies elsewhere, in words. */
static void
name_misplaced(const struct place_entry *entry, void *arg)
{
	char owner[24], *words = arg;

	if (entry->misplaced > 0 && words[0] == '\0')
		snprintf(words, WORDS_MAX,
			"%s (%s, for %s) is wanted on node %d and found on node %d", entry->name,
			entry->call, place_owner_format(&entry->owner, owner), entry->wanted,
			entry->actual);
}

/* The ledger against the kernel, as [weir] numa wants it. */
static int
check_placement(const struct boot *b, bool print, struct base_err *err)
{
	enum conf_numa numa = b->conf->weir.numa;
	char words[WORDS_MAX] = "", where[CONF_WHERE_MAX];
	int misplaced;

	if (!print && numa == CONF_NUMA_IGNORE)
		return 0;
	misplaced = print ? show_placement(err) : place_verify(NULL, err);
	if (misplaced < 0 && (numa != CONF_NUMA_STRICT || b->topo->n_nodes == 1)) {
		fprintf(stderr, "%s: warning: %s\n", b->command, err->text);
		return 0; /* with one node nothing can be misplaced */
	}
	if (misplaced < 0)
		return misplaced;
	if (misplaced == 0 || numa == CONF_NUMA_IGNORE)
		return 0;
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

static void
print_counters(void *arg)
{
	const struct boot *b = arg;

	show_packets(b);
	show_ports(b);
	fflush(stdout);
}

/* A signal that does not end the run. */
static void
answer_signal(void *arg, int signo)
{
	const struct boot *b = arg;

	if (signo == SIGUSR1) {
		plan_show_map(b->plan, stdout);
		print_counters(arg);
		show_xstats(b);
		fflush(stdout);
	} else {
		fprintf(stderr, "%s: SIGHUP: nothing is read again\n", b->command);
	}
}

/* Traffic runs: serves until a signal ends it. */
static int
serve(struct boot *b, const struct run_args *args, struct control *control,
	const struct control_run *run, struct base_err *err)
{
	struct control_source *source = NULL;
	struct table_run *table = NULL;
	int rc = args->stats_s == 0 ? 0 : table_run_new(b, &table, err);

	if (rc < 0)
		return rc;
	if (table != NULL)
		source = control_every(control, args->stats_s * SECOND_NS, table_run_print, table);
	plan_show_map(b->plan, stdout);
	printf("ready\n");
	fflush(stdout);
	rc = table != NULL && source == NULL
		     ? base_fail(err, BASE_EXIT_UNAVAILABLE, ENOMEM, "no memory for --stats")
		     : control_serve(control, run, err);
	control_forget(control, source);
	table_run_free(table);
	return rc;
}

/* The same, with an eye on links and loops. */
static int
serve_ports(struct boot *b, const struct run_args *args, struct control *control,
	const struct control_run *run, struct base_err *err)
{
	struct links *links;
	struct loops *loops = NULL;
	int rc = links_start(b, control, &links, err);

	if (rc == 0)
		rc = loops_start(b, control, &loops, err);
	if (rc == 0)
		rc = serve(b, args, control, run, err);
	loops_stop(loops);
	links_stop(links);
	return rc;
}

/* Ends the lcores. Those that the watchdog ended the run for are not waited for long. */
static void
stop(struct boot *b, struct watch *watch, struct control *control, struct control_run *run,
	struct run_api *api)
{
	struct base_err err = {0};

	watch_stop(watch);
	if (watch->has_ended_run && run->drain_limit_ns > SECOND_NS)
		run->drain_limit_ns = SECOND_NS;
	if (control_stop(control, run, &err) == 0)
		return;
	run_api_close(api);
	print_counters(b);
	boot_abandon(b, &err);
}

/* With the API open: traffic, until it has ended again. */
static int
run(struct boot *b, const struct run_args *args, struct control *control, struct run_api *api,
	struct base_err *err)
{
	struct control_run served = {.engine = b->engine,
		.signals = b->signals,
		.drain_limit_ns = b->conf->weir.drain_limit_ns,
		.asked = answer_signal,
		.arg = b};
	struct watch watch = {.control = control};
	int rc = boot_start(b, err);

	run_api_begin(api);
	if (rc == 0)
		rc = check_placement(b, args->placement, err);
	if (rc == 0)
		rc = watch_start(&watch, b, control, err);
	if (rc == 0)
		rc = serve_ports(b, args, control, &served, err);
	stop(b, &watch, control, &served, api);
	if (watch_end(&watch, rc == 0 ? err : NULL) < 0)
		rc = -ETIMEDOUT;
	if (rc == 0)
		rc = engine_check(b->engine, stats_layout_find(&b->counters.layout, "reason"), err);
	return rc;
}

static int
run_in_loop(struct boot *b, const struct run_args *args)
{
	struct control *control;
	struct run_api api = {.api = NULL};
	struct base_err err = {0};
	int rc = control_new(&control, &err);

	if (rc < 0)
		return boot_failed(b, &err);
	rc = run_api_open(&api, b, control, &err);
	if (rc == 0)
		rc = run(b, args, control, &api, &err);
	run_api_close(&api);
	control_free(control);
	if (rc < 0)
		return boot_failed(b, &err);
	print_counters(b);
	return BASE_EXIT_OK;
}

int
weir_run(int argc, char **argv)
{
	struct run_args args = {0};
	struct boot *boot = calloc(1, sizeof(*boot));
	struct weir_cli cli;
	int status = BASE_EXIT_UNAVAILABLE;

	if (boot == NULL || weir_cli_init(&cli, argc) < 0) {
		free(boot);
		return BASE_EXIT_UNAVAILABLE;
	}
	if (parse_options(&cli, &args, argc, argv, &status)) {
		boot->command = argv[0];
		boot->cli = &cli;
		status = boot_up(boot);
		if (status == BASE_EXIT_OK) {
			status = run_in_loop(boot, &args);
			boot_down(boot);
		}
	}
	weir_cli_free(&cli);
	free(boot);
	return status;
}

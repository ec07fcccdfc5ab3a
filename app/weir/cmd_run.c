/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "boot.h"
#include "control.h"
#include "links.h"
#include "loops.h"
#include "plan_show.h"
#include "reloads.h"
#include "run_api.h"
#include "run_files.h"
#include "run_out.h"
#include "show.h"
#include "table_run.h"
#include "watch.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#define SECOND_NS UINT64_C(1000000000)

enum {
	OPTION_PLACEMENT = 256,
	OPTION_STATS,
	OPTION_XSTATS
};

static const struct option options[] = {WEIR_CLI_OPTIONS, WEIR_CLI_POLICY,
	{"placement", no_argument, NULL, OPTION_PLACEMENT},
	{"stats", required_argument, NULL, OPTION_STATS},
	{"xstats", no_argument, NULL, OPTION_XSTATS}, {NULL, 0, NULL, 0}};

struct run_args {
	bool placement;
	bool xstats;
	uint32_t stats_s; /* 0: none */
};

static void
print_help(void)
{
	printf("usage: weir run [-c FILE] [--set SECTION.KEY=VALUE]... [--policy FILE]\n"
	       "                [--placement] [--stats N] [--xstats]\n\n"
	       "Filters what its ports receive until SIGTERM or SIGINT: then it takes what the\n"
	       "queues hold and ends; a second signal ends it now. SIGUSR1 prints map and "
	       "counters.\n"
	       "SIGHUP reads the INI and its lists again; packets meanwhile go on under the "
	       "old.\n" WEIR_CLI_HELP "  --placement  after start: where every object lies\n"
	       "  --stats N    a table of what packets, lcores, rings and ports do every N "
	       "seconds\n"
	       "  --xstats     with what each device counts by itself: in these tables, and at the "
	       "end\n");
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
		} else if (option == OPTION_XSTATS) {
			args->xstats = true;
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

/* What hangs on the loop of a run. */
struct running {
	struct boot *boot;
	const struct run_args *args;
	struct control *control;
	struct reloads reloads;
	struct run_api api;
	struct run_files files;
	struct table_run *table; /* --stats */
	bool is_serving;	 /* links have been waited for */
};

static void
print_counters(void *arg)
{
	const struct running *running = arg;
	const struct policy *policy = control_reload_policy(running->reloads.reload);

	printf("policy: generation %u\n", policy == NULL ? 0 : policy_generation(policy));
	show_packets(running->boot);
	show_ports(running->boot);
	if (running->args->xstats)
		show_xstats(running->boot);
	fflush(stdout);
}

/* A signal that does not end the run. */
static void
answer_signal(void *arg, int signo)
{
	struct running *running = arg;

	if (signo == SIGUSR1) {
		plan_show_map(running->boot->plan, stdout);
		print_counters(arg);
		if (!running->args->xstats)
			show_xstats(running->boot);
		fflush(stdout);
	} else {
		reloads_hup(&running->reloads);
	}
}

/* A policy has come in force: the API tells of it from now on. */
static void
take_policy(void *arg)
{
	struct running *running = arg;

	run_api_publish(&running->api, running->reloads.reload);
	run_files_update(&running->files, control_reload_ini(running->reloads.reload));
}

/* A reload is over, in one way or the other: those who wait for it are answered. */
static void
tell_result(void *arg, const struct control_result *result)
{
	struct running *running = arg;

	run_api_reloaded(&running->api, result);
}

static bool
waits(const struct running *running)
{
	return running->boot->conf->weir.until_ready == CONF_UNTIL_WAIT;
}

/* Traffic runs under a policy. */
static void
announce(const struct running *running)
{
	struct base_err err = {0};

	if (running->args->placement && show_placement(&err) < 0)
		fprintf(stderr, "%s: warning: %s\n", running->boot->command, err.text);
	plan_show_map(running->boot->plan, stdout);
	printf("ready\n");
	fflush(stdout);
}

/* The first policy is in force: ports that have waited for it are started. */
static void
tell_ready(void *arg)
{
	const struct running *running = arg;

	if (running->is_serving)
		announce(running);
	else if (waits(running))
		control_end(running->control);
}

/* Whether the first policy could not be built. */
static int
check_first(const struct running *running, struct base_err *err)
{
	if (running->reloads.err.exit == BASE_EXIT_OK)
		return 0;
	*err = running->reloads.err;
	return -EINVAL;
}

/* Has the first policy built, and waits for it; *over: a signal came first. */
static int
await_policy(
	struct running *running, const struct control_run *run, bool *over, struct base_err *err)
{
	const struct reloads *reloads = &running->reloads;
	int rc = reloads_begin(&running->reloads, err);

	if (rc == 0)
		rc = control_serve(running->control, run, err);
	*over = !reloads->is_ready;
	return rc == 0 ? check_first(running, err) : rc;
}

/* Serves until a signal ends it, or the first policy cannot be built. */
static int
serve(struct running *running, const struct control_run *run, struct base_err *err)
{
	uint64_t period = running->args->stats_s * SECOND_NS;
	struct control_source *source = NULL;
	int rc = period == 0 ? 0
			     : table_run_new(
				       running->boot, running->args->xstats, &running->table, err);

	if (rc == 0 && period > 0) {
		source = control_every(running->control, period, table_run_print, running->table);
		rc = source != NULL ? 0
				    : base_fail(err, BASE_EXIT_UNAVAILABLE, ENOMEM,
					      "no memory for --stats");
	}
	running->is_serving = true;
	if (rc == 0 && running->reloads.is_ready)
		announce(running);
	if (rc == 0)
		rc = control_serve(running->control, run, err);
	control_forget(running->control, source);
	table_run_free(running->table);
	return rc;
}

/* The same, with an eye on links and loops. A policy that ports do not wait for is built while the
 * start waits for links. */
static int
serve_ports(struct running *running, const struct control_run *run, struct base_err *err)
{
	struct links *links = NULL;
	struct loops *loops = NULL;
	int rc = waits(running) ? 0 : reloads_begin(&running->reloads, err);

	run_api_wait(&running->api, true);
	if (rc == 0)
		rc = links_start(running->boot, running->control, run, &links, err);
	run_api_wait(&running->api, false);
	if (rc == 0)
		run_api_links(&running->api, links_known(links));
	if (rc == 0)
		rc = loops_start(running->boot, running->control, &loops, err);
	if (rc == 0)
		rc = serve(running, run, err);
	loops_stop(loops);
	run_api_links(&running->api, NULL);
	links_stop(links);
	return rc >= 0 ? check_first(running, err) : rc;
}

/* Ends the lcores. Those that the watchdog ended the run for are not waited for long. */
static void
stop(struct running *running, struct watch *watch, struct control_run *run)
{
	struct base_err err = {0};

	if (control_reload_cancel(running->reloads.reload))
		fprintf(stderr,
			"%s: the policy that is being built is given up: the program ends\n",
			running->boot->command);
	watch_stop(watch);
	run->drain_limit_ns = control_reload_ini(running->reloads.reload)->weir.drain_limit_ns;
	if (watch->has_ended_run && run->drain_limit_ns > SECOND_NS)
		run->drain_limit_ns = SECOND_NS;
	if (control_stop(running->control, run, &err) == 0) {
		boot_flush(running->boot);
		return;
	}
	run_api_close(&running->api);
	engine_count_left(running->boot->engine);
	run_out_wait();
	print_counters(running);
	boot_abandon(running->boot, &err);
}

/* With the API open: traffic, until it has ended again. */
static int
run(struct running *running, struct base_err *err)
{
	struct boot *b = running->boot;
	struct control_run served = {
		.engine = b->engine, .signals = b->signals, .asked = answer_signal, .arg = running};
	struct watch watch = {.control = running->control};
	bool over = false;
	int rc = waits(running) ? await_policy(running, &served, &over, err) : 0;

	if (rc == 0 && !over)
		rc = boot_start(b, err);
	run_api_begin(&running->api);
	if (rc == 0 && !over)
		rc = watch_start(&watch, b, running->control, err);
	if (rc == 0 && !over)
		rc = serve_ports(running, &served, err);
	stop(running, &watch, &served);
	if (watch_end(&watch, rc == 0 ? err : NULL) < 0)
		rc = -ETIMEDOUT;
	if (rc == 0)
		rc = engine_check(b->engine, stats_layout_find(&b->counters.layout, "reason"), err);
	return rc;
}

static int
run_in_loop(struct boot *b, const struct run_args *args)
{
	struct running running = {.boot = b, .args = args};
	struct base_err err = {0};
	int rc = control_new(&running.control, &err);

	if (rc < 0)
		return boot_failed(b, &err);
	running.files = (struct run_files){.control = running.control, .reloads = &running.reloads};
	running.reloads = (struct reloads){.boot = b,
		.control = running.control,
		.published = take_policy,
		.ready = tell_ready,
		.told = tell_result,
		.arg = &running};
	rc = reloads_open(&running.reloads, &err);
	if (rc == 0)
		rc = run_api_open(&running.api, b, running.reloads.reload, running.control, &err);
	if (rc == 0)
		rc = run(&running, &err);
	run_files_close(&running.files);
	run_api_close(&running.api);
	run_out_wait();
	if (rc == 0)
		print_counters(&running);
	reloads_close(&running.reloads);
	control_free(running.control);
	return rc < 0 ? boot_failed(b, &err) : BASE_EXIT_OK;
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
			run_out_begin(boot->command);
			status = run_in_loop(boot, &args);
			boot_down(boot);
			run_out_end();
		}
	}
	weir_cli_free(&cli);
	free(boot);
	return status;
}

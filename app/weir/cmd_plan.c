/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "cost.h"
#include "plan_show.h"
#include "say.h"
#include "weir_priv.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define DEFAULT_LATENCY "/var/cache/weir/topo.json"

enum {
	OPTION_ROOT = 256,
	OPTION_LATENCY,
	OPTION_JSON
};

static const struct option options[] = {WEIR_CLI_OPTIONS, WEIR_CLI_POLICY,
	{"root", required_argument, NULL, OPTION_ROOT},
	{"latency", required_argument, NULL, OPTION_LATENCY},
	{"json", no_argument, NULL, OPTION_JSON}, {NULL, 0, NULL, 0}};

/* What the command line asks for, and what the plan is made from. */
struct planning {
	struct weir_cli cli;
	const char *root;    /* NULL: this machine */
	const char *latency; /* NULL: the default's, if there is one */
	bool json;
	struct conf *conf;
	struct topo *topo;
	struct topo_latency *measured;
	struct policy *policy;
	struct plan *plan;
};

static void
print_help(void)
{
	printf("usage: weir plan [-c FILE] [--set SECTION.KEY=VALUE]... [--root DIR]\n"
	       "                 [--latency FILE] [--json] [--policy FILE]\n\n"
	       "Shows what would be allocated where, and who would poll what; opens no device. An\n"
	       "INI without [port] gives a replay's plan.\n" WEIR_CLI_HELP
	       "  --root DIR      a recorded machine: DIR/sys and DIR/proc\n"
	       "  --latency FILE  what `weir-topo --measure -o FILE' wrote (default for this\n"
	       "                  machine: " DEFAULT_LATENCY ", if it is there)\n"
	       "  --json          for programs\n"
	       "Exit status: 0 it would start; 78 the INI, or `numa = strict', refuses; 69 "
	       "memory,\n"
	       "hugepages or a device are missing.\n");
}

/* Takes the options; false when the command is over with *status. */
static bool
parse_options(struct planning *p, int argc, char **argv, int *status)
{
	int option;

	optind = 0;
	while ((option = getopt_long(argc, argv, WEIR_CLI_LETTERS, options, NULL)) != -1) {
		if (option == OPTION_ROOT) {
			p->root = optarg;
		} else if (option == OPTION_LATENCY) {
			p->latency = optarg;
		} else if (option == OPTION_JSON) {
			p->json = true;
		} else if (!weir_cli_option(&p->cli, option)) {
			*status = option == 'h' ? BASE_EXIT_OK : BASE_EXIT_USAGE;
			if (option == 'h')
				print_help();
			return false;
		}
	}
	if (optind < argc || (p->root != NULL && p->root[0] == '\0')) {
		*status = weir_usage_error(argv[0],
			optind < argc ? "takes no argument `%s': the INI is named by -c"
				      : "--root wants a folder",
			argv[optind]);
		return false;
	}
	return true;
}

static int
read_machine(struct planning *p, struct base_err *err)
{
	int rc = topo_read(p->root, &p->topo, err);

	for (size_t i = 0; rc == 0 && i < p->topo->n_warnings; i++)
		fprintf(stderr, "weir plan: warning: %s\n", p->topo->warnings[i]);
	return rc;
}

/* A file that is named must be there; the default's may be missing, and is not another machine's.
 */
static int
read_latency(struct planning *p, struct base_err *err)
{
	if (p->latency != NULL)
		return topo_latency_read(p->latency, &p->measured, err);
	if (p->root != NULL || access(DEFAULT_LATENCY, F_OK) < 0)
		return 0;
	return topo_latency_read(DEFAULT_LATENCY, &p->measured, err);
}

static int
make_plan(struct planning *p, struct base_err *err)
{
	struct plan_input in = {
		.kind = p->conf->n_ports == 0 ? PLAN_REPLAY : PLAN_RUN, .conf = p->conf};
	const struct policy_renewal from = {.conf = p->conf,
		.db = p->cli.db,
		.at_s = in.kind == PLAN_RUN ? 0 : POLICY_AT_FRAMES};
	struct cost_input cost_in;
	struct plan_cost cost;
	int rc = read_machine(p, err);

	if (rc == 0)
		rc = read_latency(p, err);
	in.topo = p->topo;
	in.latency = p->measured;
	if (rc == 0)
		rc = plan_layout(&in, &p->plan, err);
	if (rc == 0)
		rc = policy_renew(&from, &weir_policy_say, &p->policy, err);
	if (rc < 0)
		return rc;
	cost_in = (struct cost_input){.plan = p->plan, .policy = p->policy};
	cost_look(&cost_in);
	rc = cost_check(&cost_in, err);
	if (rc < 0)
		return rc;
	cost_tell(&cost_in, &cost);
	return plan_fill(p->plan, &cost, err);
}

/* Prints the plan, and on stderr what refuses it or is warned of; returns the exit status. */
static int
show(const struct planning *p)
{
	const struct plan *plan = p->plan;
	struct base_err err = {0};

	if (p->json) {
		if (plan_show_json(plan, stdout) < 0) {
			fprintf(stderr, "weir plan: out of memory\n");
			return BASE_EXIT_UNAVAILABLE;
		}
	} else {
		printf("plan of %s%s\n\n", p->conf->file,
			plan->in.kind == PLAN_REPLAY ? ": no [port], so that of a replay" : "");
		plan_show(plan, stdout);
	}
	fflush(stdout);
	for (uint32_t i = 0; i < plan->n_notes; i++)
		fprintf(stderr, "weir plan: %s%s\n",
			plan->notes[i].exit == BASE_EXIT_OK ? "warning: " : "",
			plan->notes[i].text);
	plan_check(plan, &err);
	return (int)err.exit;
}

static int
plan_it(struct planning *p)
{
	struct base_err err = {0};
	int status = weir_conf_load(&p->cli, &p->conf);

	if (status != BASE_EXIT_OK)
		return status;
	if (make_plan(p, &err) == 0)
		return show(p);
	fprintf(stderr, "weir plan: %s\n", err.text);
	return (int)err.exit;
}

int
weir_plan(int argc, char **argv)
{
	struct planning p = {0};
	int status;

	if (weir_cli_init(&p.cli, argc) < 0)
		return BASE_EXIT_UNAVAILABLE;
	if (parse_options(&p, argc, argv, &status))
		status = plan_it(&p);
	plan_free(p.plan);
	policy_free(p.policy);
	topo_latency_free(p.measured);
	topo_free(p.topo);
	conf_free(p.conf);
	weir_cli_free(&p.cli);
	return status;
}

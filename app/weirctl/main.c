/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * weirctl: asks a running weir over its socket. Needs no DPDK.
 */
#include "conf.h"
#include "ctl.h"
#include "ctl_http.h"

#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DEFAULT_INI   "/etc/weir/weir.ini"
#define WAIT_S	      30
#define RELOAD_WAIT_S 3600

/* Exit statuses, in README and docs/control.md too. */
enum {
	CTL_OK,
	CTL_REFUSED,
	CTL_USAGE,
	CTL_NOT_RUNNING
};

enum {
	OPTION_SOCKET = 256,
	OPTION_JSON,
	OPTION_WAIT,
	OPTION_DRY_RUN,
	OPTION_LOOKUP /* and as many as there are lookup_keys */
};

/* Parameters of a lookup that are options here. */
static const char *const lookup_keys[] = {"qtype", "client", "mac", "vlan", "qinq", "port"};

#define N_LOOKUP_KEYS (sizeof(lookup_keys) / sizeof(lookup_keys[0]))

static const struct option options[] = {{"config", required_argument, NULL, 'c'},
	{"socket", required_argument, NULL, OPTION_SOCKET},
	{"json", no_argument, NULL, OPTION_JSON}, {"qtype", required_argument, NULL, OPTION_LOOKUP},
	{"client", required_argument, NULL, OPTION_LOOKUP + 1},
	{"mac", required_argument, NULL, OPTION_LOOKUP + 2},
	{"vlan", required_argument, NULL, OPTION_LOOKUP + 3},
	{"qinq", required_argument, NULL, OPTION_LOOKUP + 4},
	{"port", required_argument, NULL, OPTION_LOOKUP + 5},
	{"wait", no_argument, NULL, OPTION_WAIT}, {"dry-run", no_argument, NULL, OPTION_DRY_RUN},
	{"help", no_argument, NULL, 'h'}, {"version", no_argument, NULL, 'V'}, {NULL, 0, NULL, 0}};

/* The command line. */
struct args {
	const char *ini;		   /* NULL: the default, which need not be there */
	const char *socket;		   /* NULL: the INI tells */
	const char *values[N_LOOKUP_KEYS]; /* in the order of lookup_keys; NULL: not given */
	const char *operand;		   /* NULL: none */
	bool json;
	bool wait, dry_run; /* of a reload */
};

/* A command. */
static const struct command {
	const char *name;
	const char *operand; /* what it wants, in brackets where it need not be; NULL: nothing */
	const char *param;   /* what the operand is called in the request */
	const char *method;
	const char *path;
	const char *help;
	void (*show)(const json_t *reply);
} commands[] = {
	{"status", NULL, NULL, "GET", "/v1/status", "version, policy, lists, lcores, ports",
		ctl_show_status},
	{"lookup", "NAME", "name", "GET", "/v1/lookup",
		"the verdict of the policy in force for a name, and why; --qtype TYPE, and of the "
		"client --client ADDRESS, --mac, --vlan, --qinq OUTER.INNER, --port",
		ctl_show_lookup},
	{"placement", NULL, NULL, "GET", "/v1/placement", "which object lies on which node",
		ctl_show_placement},
	{"counters", NULL, NULL, "GET", "/v1/counters", "packets by reason, by list, by port",
		ctl_show_counters},
	{"reload", "[LIST]", "list", "POST", "/v1/reload",
		"the INI and the lists that have changed, or one LIST, again; --wait until it is "
		"in\n                    force; --dry-run tells what would change",
		ctl_show_reload},
};

#define N_COMMANDS (sizeof(commands) / sizeof(commands[0]))

static void
print_usage(FILE *file)
{
	fprintf(file, "usage: weirctl [-c FILE | --socket PATH] [--json] COMMAND\n\n");
	for (size_t i = 0; i < N_COMMANDS; i++)
		fprintf(file, "  %-10s %-6s %s\n", commands[i].name,
			commands[i].operand == NULL ? "" : commands[i].operand, commands[i].help);
	fprintf(file, "\nAsks the `weir run' whose INI is FILE (default " DEFAULT_INI
		      "), over its socket.\n--json prints the reply as it came. Exit status: 0 "
		      "answered, 1 refused, 2 command\nline, 3 not running.\n");
}

__attribute__((format(printf, 1, 2))) static int
usage_error(const char *fmt, ...)
{
	va_list args;

	fprintf(stderr, "weirctl: ");
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fputc('\n', stderr);
	return CTL_USAGE;
}

static const struct command *
find_command(const char *name)
{
	for (size_t i = 0; i < N_COMMANDS; i++) {
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	}
	return NULL;
}

/* Takes an option; false: the command line is wrong, which getopt_long(3) has said. */
static bool
take_option(struct args *args, int option)
{
	switch (option) {
	case 'c':
		args->ini = optarg;
		return true;
	case OPTION_SOCKET:
		args->socket = optarg;
		return true;
	case OPTION_JSON:
		args->json = true;
		return true;
	case OPTION_WAIT:
		args->wait = true;
		return true;
	case OPTION_DRY_RUN:
		args->dry_run = true;
		return true;
	default:
		if (option < OPTION_LOOKUP)
			return false;
		args->values[option - OPTION_LOOKUP] = optarg;
		return true;
	}
}

/* What is left of the command line: the command and its operand. */
static int
parse_operands(struct args *args, int argc, char **argv, const struct command **out)
{
	const struct command *command = optind < argc ? find_command(argv[optind]) : NULL;
	int wanted, given = argc - optind - 1;

	if (optind == argc) {
		print_usage(stderr);
		return CTL_USAGE;
	}
	if (command == NULL)
		return usage_error(
			"unknown command `%s'; `weirctl --help' lists them", argv[optind]);
	wanted = command->operand != NULL;
	if (given < wanted && command->operand[0] != '[')
		return usage_error("%s wants one %s", command->name, command->operand);
	if (given > wanted)
		return usage_error(
			"%s takes no argument `%s'", command->name, argv[optind + 1 + wanted]);
	for (size_t i = 0; i < N_LOOKUP_KEYS; i++) {
		if (args->values[i] != NULL && command->show != ctl_show_lookup)
			return usage_error("--%s is for lookup", lookup_keys[i]);
	}
	if ((args->wait || args->dry_run) && command->show != ctl_show_reload)
		return usage_error("--wait and --dry-run are for reload");
	args->operand = given > 0 ? argv[optind + 1] : NULL;
	*out = command;
	return CTL_OK;
}

/* The socket of the INI, whose errors are printed. */
static int
socket_of_ini(const char *ini, char path[CONF_SOCKET_MAX])
{
	struct conf_input in = {.file = ini};
	struct conf_report report = {0};
	struct base_err err = {0};
	struct conf *conf;
	int rc = conf_read(&in, &conf, &report);

	for (uint32_t i = 0; rc < 0 && i < report.n_notes; i++) {
		if (report.notes[i].exit != BASE_EXIT_OK)
			fprintf(stderr, "%s\n", report.notes[i].text);
	}
	conf_report_free(&report);
	if (rc < 0)
		fprintf(stderr,
			"weirctl: only the socket is read out of it: --socket PATH names that "
			"of a run whose INI is being changed\n");
	if (rc == 0 && conf_socket(conf, path, &err) < 0) {
		fprintf(stderr, "%s\n", err.text);
		rc = -EINVAL;
	}
	conf_free(conf);
	return rc < 0 ? CTL_USAGE : CTL_OK;
}

/* Nothing tells where the socket is: it is that of an INI without keys. */
static bool
is_guessed(const struct args *args)
{
	return args->socket == NULL && args->ini == NULL && access(DEFAULT_INI, F_OK) < 0;
}

static int
find_socket(const struct args *args, char path[CONF_SOCKET_MAX])
{
	if (args->socket != NULL) {
		if (strlen(args->socket) >= CONF_SOCKET_MAX)
			return usage_error("--socket %s: at most %d octets", args->socket,
				CONF_SOCKET_MAX - 1);
		snprintf(path, CONF_SOCKET_MAX, "%s", args->socket);
		return CTL_OK;
	}
	if (is_guessed(args)) {
		snprintf(path, CONF_SOCKET_MAX, "/run/weir/api.sock");
		return CTL_OK;
	}
	return socket_of_ini(args->ini == NULL ? DEFAULT_INI : args->ini, path);
}

/* Prints a reply; the exit status that it stands for. */
static int
show(const struct command *command, const struct args *args, const struct ctl_reply *reply)
{
	json_t *json = json_loadb(reply->body, reply->len, 0, NULL);
	const char *error = ctl_text(json, "error");
	int status = CTL_OK;

	if (json == NULL || reply->status / 100 != 2) {
		fprintf(stderr, "weirctl: %s\n",
			error[0] == '\0' ? "the reply makes no sense" : error);
		status = reply->status == 400 ? CTL_USAGE : CTL_REFUSED;
	} else if (args->json) {
		fwrite(reply->body, 1, reply->len, stdout);
	} else {
		command->show(json);
	}
	/* A reload that a list was refused in is not what was asked for. */
	if (json_array_size(json_object_get(json, "stale")) > 0)
		status = CTL_REFUSED;
	json_decref(json);
	return status;
}

static int
run(const struct command *command, const struct args *args, const char *socket)
{
	struct ctl_target target;
	struct ctl_reply reply;
	struct base_err err = {0};
	int rc, status;

	ctl_target_begin(&target, command->path);
	if (args->operand != NULL)
		ctl_target_add(&target, command->param, args->operand);
	for (size_t i = 0; i < N_LOOKUP_KEYS; i++) {
		if (args->values[i] != NULL)
			ctl_target_add(&target, lookup_keys[i], args->values[i]);
	}
	if (args->wait)
		ctl_target_add(&target, "wait", "yes");
	if (args->dry_run)
		ctl_target_add(&target, "dry_run", "yes");
	rc = ctl_request(socket, command->method, &target,
		args->wait || args->dry_run ? RELOAD_WAIT_S : WAIT_S, &reply, &err);
	free(target.text);
	if (rc == -ENOENT || rc == -ECONNREFUSED) {
		fprintf(stderr, "weirctl: %s: no weir runs there%s\n", socket,
			is_guessed(args) ? ", and there is no " DEFAULT_INI
					   ": name the INI of the run with -c"
					 : "");
		return CTL_NOT_RUNNING;
	}
	if (rc < 0) {
		fprintf(stderr, "weirctl: %s\n", err.text);
		return CTL_REFUSED;
	}
	status = show(command, args, &reply);
	free(reply.body);
	return status;
}

int
main(int argc, char **argv)
{
	char socket[CONF_SOCKET_MAX];
	const struct command *command = NULL;
	struct args args = {.ini = NULL};
	int option, status;

	while ((option = getopt_long(argc, argv, "c:h", options, NULL)) != -1) {
		if (option == 'h') {
			print_usage(stdout);
			return CTL_OK;
		}
		if (option == 'V') {
			printf("weirctl " WEIR_VERSION "\n");
			return CTL_OK;
		}
		if (!take_option(&args, option))
			return CTL_USAGE;
	}
	status = parse_operands(&args, argc, argv, &command);
	if (status == CTL_OK)
		status = find_socket(&args, socket);
	if (status == CTL_OK)
		status = run(command, &args, socket);
	/* Output that does not arrive, on a full disk say, is a failure. */
	if ((fflush(stdout) != 0 || ferror(stdout) != 0) && status == CTL_OK) {
		fprintf(stderr, "weirctl: standard output cannot be written\n");
		return CTL_REFUSED;
	}
	return status;
}

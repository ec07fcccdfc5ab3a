/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "client.h"
#include "dns_type.h"
#include "eal.h"
#include "explain_names.h"
#include "explain_show.h"
#include "place.h"
#include "policy_ask.h"
#include "say.h"
#include "weir_priv.h"

#include <rte_lcore.h>

#include <errno.h>
#include <inttypes.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define MB	(UINT64_C(1) << 20)
#define DPDK_MB 16 /* what EAL takes by itself */

/* What was asked, and what became of it. */
struct asked {
	const char *text;      /* the one name */
	const char *names;     /* or a file of them; NULL: none */
	struct base_addr addr; /* or an address in a response */
	struct policy_asked q;
	struct client client;
	const char *at; /* as written; NULL: now */
};

static const struct option options[] = {WEIR_CLI_OPTIONS, WEIR_CLI_POLICY,
	{"qtype", required_argument, NULL, 'q'}, {"names", required_argument, NULL, 'n'},
	{"address", required_argument, NULL, 'a'}, {"at", required_argument, NULL, 't'},
	CLIENT_OPTIONS, {NULL, 0, NULL, 0}};

static void
print_help(void)
{
	printf("usage: weir explain [-c FILE] [--set SECTION.KEY=VALUE]... [--qtype TYPE]\n"
	       "       [--policy FILE] [--at TIME]\n"
	       "       " CLIENT_HELP "\n       NAME | --names FILE | --address ADDRESS\n\n"
	       "Prints the verdict for a query, the rule that made it, the group of the client "
	       "and\n"
	       "why it is of that group, and every list that names NAME. TYPE is a mnemonic or\n"
	       "TYPE65 (default A). What is not told of the client is not known of it.\n"
	       "TIME chooses among the hours of a schedule: 2026-03-29T02:30 by the clocks of\n"
	       "[weir] timezone, or with Z or an offset (+01:00) behind it (default: now).\n"
	       "FILE has a name a line, `-' is standard input; each gets a line of tab-separated\n"
	       "columns: name, type, group, action, list, rule as file:line, all lists that name\n"
	       "it. With --address: the lists that name an address of a response.\n" WEIR_CLI_HELP
	       "Exit status: 0 explained, 1 FILE is unreadable or has lines that are no "
	       "names,\n"
	       "2 command line, 69 no memory for the lists, 78 wrong INI.\n");
}

/* DNS asks for an internationalized name by its A-labels, and so do the rules made of such names.
 */
static void
warn_beyond_ascii(const char *command, const char *text)
{
	for (const char *at = text; *at != '\0'; at++) {
		if ((unsigned char)*at < 0x80)
			continue;
		fprintf(stderr,
			"%s: warning: `%s' is looked up octet by octet: a client asks for the "
			"A-labels of such a name (`idn2 %s' tells them)\n",
			command, text, text);
		return;
	}
}

/* Reads NAME, unless a file has the names, and TYPE. */
static int
parse_question(const char *command, const char *text, const char *type, struct asked *asked)
{
	struct base_err err = {0};

	asked->text = text;
	if (policy_asked_type(&asked->q, type, &err) < 0 ||
		(text != NULL && policy_asked_name(&asked->q, text, &err) < 0))
		return weir_usage_error(command, "%s", err.text);
	if (text != NULL)
		warn_beyond_ascii(command, text);
	return BASE_EXIT_OK;
}

/* Reads ADDRESS. */
static int
parse_address(const char *command, const char *text, struct asked *asked)
{
	if (base_addr_parse(text, &asked->addr, NULL) == 0)
		return BASE_EXIT_OK;
	return weir_usage_error(command,
		"`%.64s' is no address: allowed are IPv4 (192.0.2.1) and IPv6 (2001:db8::1)", text);
}

/* Takes the options; false when the command is over with *status. */
static bool
parse_options(struct weir_cli *cli, struct asked *asked, const char **type, int argc, char **argv,
	int *status)
{
	int option;

	optind = 0;
	*status = BASE_EXIT_OK;
	while ((option = getopt_long(argc, argv, WEIR_CLI_LETTERS, options, NULL)) != -1) {
		if (weir_cli_option(cli, option) || client_option(&asked->client, option, optarg))
			continue;
		if (option == 'q') {
			*type = optarg;
		} else if (option == 'n') {
			asked->names = optarg;
		} else if (option == 't') {
			asked->at = optarg;
		} else if (option == 'a') {
			*status = parse_address(argv[0], optarg, asked);
		} else if (option == 'h') {
			print_help();
			return false;
		} else {
			*status = BASE_EXIT_USAGE;
		}
		if (*status != BASE_EXIT_OK)
			return false;
	}
	return true;
}

/* Takes the command line; false when the command is over with *status. */
static bool
parse(struct weir_cli *cli, struct asked *asked, int argc, char **argv, int *status)
{
	bool is_address;
	const char *type = "A";

	if (!parse_options(cli, asked, &type, argc, argv, status))
		return false;
	is_address = asked->addr.family != 0;
	if (argc - optind + (asked->names != NULL) + is_address != 1) {
		*status = weir_usage_error(
			argv[0], "wants one NAME, or --names FILE, or --address ADDRESS");
		return false;
	}
	*status = parse_question(argv[0], argv[optind], type, asked);
	return *status == BASE_EXIT_OK;
}

static uint64_t
nets_bytes(const struct nets_parts *parts)
{
	return parts->head + parts->hash4 + parts->hash6 + parts->fib4 + parts->fib6;
}

/* One lcore on any CPU, memory for one table, nothing shared, no device. */
static int
start_eal(const struct conf *conf, const struct policy *policy, struct eal_args *args,
	struct base_err *err)
{
	struct policy_counts counts;
	uint64_t bytes;

	policy_counts(policy, &counts);
	bytes = counts.cold_bytes + counts.view_bytes +
		dtab_bytes(&counts.domains, conf->domains.filter_bits) + counts.patterns.lists +
		counts.patterns.joined + counts.patterns.alone + counts.patterns.texts +
		counts.patterns.scratch + nets_bytes(&counts.prefixes) +
		nets_bytes(&counts.client_nets) + counts.client_rules_bytes +
		nets_bytes(&counts.address_nets);
	eal_add(args, "weir");
	eal_add(args, "--log-level");
	eal_add(args, "error");
	eal_add(args, "--lcores");
	eal_add(args, "0@%d", sched_getcpu());
	eal_add(args, "--no-huge");
	eal_add(args, "-m");
	eal_add(args, "%" PRIu64, bytes / MB + bytes / MB / 16 + DPDK_MB);
	eal_add(args, "--no-pci");
	eal_add(args, "--no-shconf");
	eal_add(args, "--no-telemetry");
	eal_add(args, "--file-prefix");
	eal_add(args, "weir_explain_%d", (int)getpid());
	return eal_up(args, err);
}

static void
print_match(const struct asked *asked, const struct policy_match *match)
{
	char text[DNS_NAME_TEXT_MAX];
	const uint8_t *suffix;
	const char *note = "";
	uint8_t len;

	suffix = dns_name_suffix(&asked->q.name, match->labels, &len);
	dns_name_format(suffix, len, text, sizeof(text));
	if (match->where.expr != NULL)
		snprintf(text, sizeof(text), "%s", match->where.expr);
	else if (match->kind == POLICY_CLIENT)
		base_prefix_format(&match->prefix, text);
	if (!match->holds)
		note = "  (not for this type)";
	else if (match->rests)
		note = "  (the list is off by the group's schedule)";
	else if (!match->on)
		note = "  (the list is off in this group)";
	printf("%s %-16s %-10s %-10s %-24s %s:%u%s\n", match->won ? "*" : " ", match->where.list,
		policy_action_word(match->action), policy_kind_word(match->kind), text,
		match->where.path, match->where.line, note);
}

static int
print(const struct policy *policy, const struct policy_view *view, const struct asked *asked)
{
	struct policy_match *matches = calloc(EXPLAIN_MATCHES_MAX, sizeof(*matches));
	char type[DNS_TYPE_TEXT_MAX];
	struct policy_where where = {.category = ""};
	size_t n;

	if (matches == NULL)
		return -ENOMEM;
	n = policy_explain(
		policy, &asked->q.query, &asked->q.verdict, matches, EXPLAIN_MATCHES_MAX);
	printf("%s %s: %s", asked->text, dns_type_format(asked->q.qtype, type),
		policy_action_word(asked->q.verdict.action));
	if (policy_where(policy, &asked->q.verdict, &where))
		printf(" by list %s, %s:%u\n", where.list, where.path, where.line);
	else
		printf(" by default of the group\n");
	explain_show_group(policy, view, &asked->q);
	if (where.category[0] != '\0')
		printf("category: %s\n", where.category);
	if (n == 0)
		printf("no list names it\n");
	for (size_t i = 0; i < n && i < EXPLAIN_MATCHES_MAX; i++)
		print_match(asked, &matches[i]);
	if (n > EXPLAIN_MATCHES_MAX)
		printf("… and %zu more\n", n - EXPLAIN_MATCHES_MAX);
	free(matches);
	return 0;
}

static int
show(int rc, struct base_err *err)
{
	return rc == 0 ? 0 : base_fail(err, BASE_EXIT_UNAVAILABLE, ENOMEM, "out of memory");
}

/* With EAL up: the view of the main lcore, and what it says. */
static int
explain(struct policy *policy, struct asked *asked, struct base_err *err)
{
	int node = (int)rte_socket_id();
	struct policy_view *view;
	int rc;

	rc = policy_place(policy, node, err);
	if (rc < 0)
		return rc;
	rc = policy_view_build(policy, rte_lcore_id(), node, &view, err);
	if (rc < 0)
		return rc;
	asked->q.client = &asked->client.known.client;
	if (asked->addr.family != 0)
		rc = show(explain_show_address(policy, view, &asked->q, &asked->addr), err);
	else if (asked->names != NULL)
		rc = explain_names("weir explain", asked->names, policy, view, &asked->q, err);
	else
		rc = policy_ask(policy, view, &asked->q, err);
	if (rc == 0 && asked->text != NULL)
		rc = show(print(policy, view, asked), err);
	policy_view_free(view);
	return rc;
}

static int
run(const struct policy_renewal *in, struct asked *asked, struct base_err *err)
{
	struct eal_args args = {.argc = 0};
	struct policy *policy;
	int rc;

	rc = policy_renew(in, &weir_policy_say, &policy, err);
	if (rc < 0)
		return rc;
	rc = start_eal(in->conf, policy, &args, err);
	if (rc < 0)
		goto free_policy;
	rc = explain(policy, asked, err);
	policy_free(policy); /* while EAL is up: part of it lies there */
	policy = NULL;
	eal_down();
free_policy:
	policy_free(policy);
	eal_args_free(&args);
	return rc;
}

/* The time that is asked about, by the clocks of the INI's zone. */
static int
read_time(const struct conf *conf, const char *command, const char *text, int64_t *at_s)
{
	struct base_zone *zone;
	struct base_err err = {0};
	char taken[BASE_ZONE_TEXT_MAX];
	int rc;

	*at_s = time(NULL);
	if (text == NULL)
		return BASE_EXIT_OK;
	rc = base_zone_load(conf->weir.timezone, &zone, &err);
	if (rc == 0)
		rc = base_zone_parse(zone, text, at_s, &err);
	if (rc == BASE_ZONE_TWICE || rc == BASE_ZONE_SKIPPED)
		fprintf(stderr, "%s: warning: --at %s: the clocks of %s show it %s: taken for %s\n",
			command, text, conf->weir.timezone,
			rc == BASE_ZONE_TWICE ? "twice" : "never",
			base_zone_text(zone, *at_s, taken));
	base_zone_free(zone);
	return rc < 0 ? weir_usage_error(command, "--at %s", err.text) : BASE_EXIT_OK;
}

int
weir_explain(int argc, char **argv)
{
	struct asked *asked = calloc(1, sizeof(*asked));
	struct base_err err = {0};
	struct conf *conf = NULL;
	struct policy_renewal in;
	struct weir_cli cli;
	int status;

	if (asked == NULL || weir_cli_init(&cli, argc) < 0) {
		free(asked);
		return BASE_EXIT_UNAVAILABLE;
	}
	if (parse(&cli, asked, argc, argv, &status))
		status = weir_conf_load(&cli, &conf);
	in = (struct policy_renewal){.conf = conf, .db = cli.db};
	if (conf != NULL && client_read(&asked->client, conf, argv[0]) < 0)
		status = BASE_EXIT_USAGE;
	else if (conf != NULL)
		status = read_time(conf, argv[0], asked->at, &in.at_s);
	if (conf != NULL && status == BASE_EXIT_OK && run(&in, asked, &err) < 0) {
		fprintf(stderr, "%s: %s\n", argv[0], err.text);
		status = err.exit;
	}
	conf_free(conf);
	weir_cli_free(&cli);
	free(asked);
	return status;
}

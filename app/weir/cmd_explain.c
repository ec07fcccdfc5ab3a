/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "dns_type.h"
#include "eal.h"
#include "place.h"
#include "policy.h"
#include "say.h"
#include "weir_priv.h"

#include <rte_lcore.h>

#include <errno.h>
#include <inttypes.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MB	    (UINT64_C(1) << 20)
#define DPDK_MB	    16 /* what EAL takes by itself */
#define MATCHES_MAX 1024

/* What was asked, looked up and decided as the data path does. */
struct asked {
	const char *text;
	struct dns_name name;
	uint16_t qtype;
	struct dns_fp fps[DNS_LABELS_MAX + 1];
	struct dtab_scratch scratch;
	struct dtab_hits hits;
	struct pat_hit patterns;
	struct policy_query query;
	struct policy_verdict verdict;
};

static const char *const kind_words[POLICY_PATTERN + 1] = {[DTAB_EXACT] = "exact",
	[DTAB_SUBTREE] = "subtree",
	[DTAB_BELOW] = "only-below",
	[POLICY_PATTERN] = "expression"};

static const struct option options[] = {
	WEIR_CLI_OPTIONS, {"qtype", required_argument, NULL, 'q'}, {NULL, 0, NULL, 0}};

static void
print_help(void)
{
	printf("usage: weir explain [-c FILE] [--set SECTION.KEY=VALUE]... [--qtype TYPE] NAME\n\n"
	       "Prints the verdict for a query, the rule that made it, and every list that names\n"
	       "NAME. TYPE is a mnemonic or TYPE65 (default A). Exit status: 0 explained, 2 "
	       "command\n"
	       "line, 69 no memory for the lists, 78 wrong INI.\n");
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

static int
parse_name(const char *command, const char *text, struct asked *asked)
{
	const char *why;

	const char *host = strstr(text, "://");

	if (host != NULL)
		return weir_usage_error(command, "`%s' is a URL, not a name: write `%.*s'", text,
			(int)strcspn(host + 3, "/:?#"), host + 3);
	asked->text = text;
	if (dns_name_from_text(text, strlen(text), &asked->name, &why) < 0)
		return weir_usage_error(command, "`%s' is no domain name: %s", text, why);
	warn_beyond_ascii(command, text);
	return BASE_EXIT_OK;
}

/* Takes the command line; false when the command is over with *status. */
static bool
parse(struct weir_cli *cli, struct asked *asked, int argc, char **argv, int *status)
{
	int option, type;

	optind = 0;
	asked->qtype = 1;
	while ((option = getopt_long(argc, argv, WEIR_CLI_LETTERS, options, NULL)) != -1) {
		if (weir_cli_option(cli, option))
			continue;
		if (option == 'h') {
			print_help();
			*status = BASE_EXIT_OK;
			return false;
		}
		*status = BASE_EXIT_USAGE;
		if (option != 'q')
			return false;
		type = dns_type_from_text(optarg, strlen(optarg));
		if (type < 0) {
			weir_usage_error(argv[0],
				"`%s' is no record type: allowed are mnemonics "
				"(AAAA, HTTPS) and TYPE0..TYPE65535",
				optarg);
			return false;
		}
		asked->qtype = (uint16_t)type;
	}
	if (optind + 1 != argc) {
		*status = weir_usage_error(argv[0], "wants one NAME");
		return false;
	}
	*status = parse_name(argv[0], argv[optind], asked);
	return *status == BASE_EXIT_OK;
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
		counts.patterns.scratch;
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
decide(const struct policy_view *view, struct asked *asked)
{
	struct dtab_query query = {.fps = asked->fps, .labels = asked->name.labels};
	struct pat_name scanned;

	dns_fp_suffixes(&view->key, &asked->name, asked->fps);
	dtab_lookup_burst(view->domains, &query, 1, &asked->scratch, &asked->hits);
	asked->query = (struct policy_query){.hits = asked->hits,
		.qtype = asked->qtype,
		.labels = asked->name.labels,
		.name = asked->name.wire};
	if (policy_is_open(view, &asked->query)) {
		scanned.wire = asked->name.wire;
		scanned.deciding = &view->groups[0].deciding;
		pat_scan_burst(view->patterns, view->scratch, &scanned, 1, &asked->patterns);
		asked->query.patterns = &asked->patterns;
	}
	policy_decide(view, &asked->query, &asked->verdict);
}

static void
print_match(const struct asked *asked, const struct policy_match *match)
{
	char text[DNS_NAME_TEXT_MAX];
	const uint8_t *suffix;
	const char *note = "";
	uint8_t len;

	suffix = dns_name_suffix(&asked->name, match->labels, &len);
	dns_name_format(suffix, len, text, sizeof(text));
	if (match->where.expr != NULL)
		snprintf(text, sizeof(text), "%s", match->where.expr);
	if (!match->holds)
		note = "  (not for this type)";
	else if (!match->on)
		note = "  (the list is off in this group)";
	printf("%s %-16s %-10s %-10s %-24s %s:%u%s\n", match->won ? "*" : " ", match->where.list,
		policy_action_word(match->action), kind_words[match->kind], text, match->where.path,
		match->where.line, note);
}

static int
print(const struct policy *policy, const struct policy_view *view, const struct asked *asked)
{
	struct policy_match *matches = calloc(MATCHES_MAX, sizeof(*matches));
	char type[DNS_TYPE_TEXT_MAX];
	struct policy_where where;
	size_t n;

	if (matches == NULL)
		return -ENOMEM;
	n = policy_explain(policy, &asked->query, &asked->verdict, matches, MATCHES_MAX);
	printf("%s %s: %s", asked->text, dns_type_format(asked->qtype, type),
		policy_action_word(asked->verdict.action));
	if (policy_where(policy, &asked->verdict, &where))
		printf(" by list %s, %s:%u\n", where.list, where.path, where.line);
	else
		printf(" by default of the group\n");
	printf("group: default%s\n",
		view->groups[0].enforce ? "" : " (enforce = no: nothing is blocked)");
	if (n == 0)
		printf("no list names it\n");
	for (size_t i = 0; i < n && i < MATCHES_MAX; i++)
		print_match(asked, &matches[i]);
	if (n > MATCHES_MAX)
		printf("… and %zu more\n", n - MATCHES_MAX);
	free(matches);
	return 0;
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
	decide(view, asked);
	rc = print(policy, view, asked);
	policy_view_free(view);
	return rc < 0 ? base_fail(err, BASE_EXIT_UNAVAILABLE, ENOMEM, "out of memory") : 0;
}

static int
run(const struct conf *conf, struct asked *asked, struct base_err *err)
{
	struct eal_args args = {.argc = 0};
	struct policy *policy;
	int rc;

	rc = policy_load(conf, &weir_policy_say, &policy, err);
	if (rc < 0)
		return rc;
	rc = start_eal(conf, policy, &args, err);
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

int
weir_explain(int argc, char **argv)
{
	struct asked *asked = calloc(1, sizeof(*asked));
	struct base_err err = {0};
	struct conf *conf = NULL;
	struct weir_cli cli;
	int status;

	if (asked == NULL || weir_cli_init(&cli, argc) < 0) {
		free(asked);
		return BASE_EXIT_UNAVAILABLE;
	}
	if (parse(&cli, asked, argc, argv, &status))
		status = weir_conf_load(&cli, &conf);
	if (conf != NULL && run(conf, asked, &err) < 0) {
		fprintf(stderr, "%s: %s\n", argv[0], err.text);
		status = err.exit;
	}
	conf_free(conf);
	weir_cli_free(&cli);
	free(asked);
	return status;
}

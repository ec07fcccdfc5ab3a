/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "weir_priv.h"

static const struct option options[] = {WEIR_CLI_OPTIONS, {NULL, 0, NULL, 0}};

static void
print_help(void)
{
	printf("usage: weir check [-c FILE] [--set SECTION.KEY=VALUE]...\n\n"
	       "Reads the INI and its lists, compiles the expressions among them, and prints "
	       "every\n"
	       "error; looks at no machine and uses no cache.\n"
	       "Exit status: 0 good, 78 wrong, 2 where a --set is wrong, 69 where memory or "
	       "time\n"
	       "did not suffice for the expressions.\n");
}

static uint32_t
count_lists(const struct conf_group *group)
{
	struct base_set lists = group->lists;
	uint32_t n = 0;

	for (int list; (list = base_set_first(&lists)) >= 0; n++)
		base_set_remove(&lists, (uint8_t)list);
	return n;
}

/* A group and who is in it. A group that no [clients] names has nobody, but for the default. */
static void
print_group(const struct conf *conf, uint32_t i)
{
	const struct conf_group *group = &conf->groups[i];
	const struct conf_clients none = {.macs.n = 0}, *clients = &none;

	for (uint32_t k = 0; k < conf->n_clients; k++) {
		if (conf->clients[k].group == i)
			clients = &conf->clients[k];
	}
	printf("group %s: lists %u, default %s%s; clients: MACs %u, QinQ pairs %u, VLANs %u, "
	       "ports %u%s\n",
		group->sect.name, count_lists(group), conf_key_text(&group->sect, "default"),
		group->enforce ? "" : ", not enforced", clients->macs.n, clients->qinq.n,
		clients->vlans.n, clients->n_ports, i == 0 ? ", and all others" : "");
}

static void
print_summary(const struct conf *conf)
{
	for (uint32_t i = 0; i < conf->n_groups && conf->n_groups + conf->n_clients > 1; i++)
		print_group(conf, i);
	printf("%s: good: ports %u, lcores %u, lists %u, groups %u\n", conf->file, conf->n_ports,
		conf->n_lcores, conf->n_lists - CONF_BUILTINS, conf->n_groups);
}

/* Takes the options; false when the command is over with *status. */
static bool
parse_options(struct weir_cli *cli, int argc, char **argv, int *status)
{
	int option;

	optind = 0;
	while ((option = getopt_long(argc, argv, WEIR_CLI_LETTERS, options, NULL)) != -1) {
		if (weir_cli_option(cli, option))
			continue;
		*status = option == 'h' ? BASE_EXIT_OK : BASE_EXIT_USAGE;
		if (option == 'h')
			print_help();
		return false;
	}
	if (optind < argc) {
		*status = weir_usage_error(
			argv[0], "takes no argument `%s': the INI is named by -c", argv[optind]);
		return false;
	}
	return true;
}

int
weir_check(int argc, char **argv)
{
	struct conf *conf = NULL;
	struct weir_cli cli;
	int status;

	if (weir_cli_init(&cli, argc) < 0) {
		fprintf(stderr, "%s: out of memory\n", argv[0]);
		return BASE_EXIT_UNAVAILABLE;
	}
	if (parse_options(&cli, argc, argv, &status))
		status = weir_conf_load(&cli, &conf);
	if (conf != NULL) {
		status = weir_check_lists(conf);
		if (status == BASE_EXIT_OK)
			print_summary(conf);
	}
	conf_free(conf);
	weir_cli_free(&cli);
	return status;
}

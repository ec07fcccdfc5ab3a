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
	       "error; looks at no machine and uses no cache.\n" WEIR_CLI_HELP
	       "Exit status: 0 good, 78 wrong, 2 where a --set is wrong, 69 where memory or "
	       "time\n"
	       "did not suffice for the expressions.\n");
}

static void
print_summary(const struct conf *conf)
{
	printf("%s: good: ports %u, lcores %u, lists %u, groups %u\n", conf->file, conf->n_ports,
		conf->n_lcores, conf->n_lists - conf->n_builtins, conf->n_groups);
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
	int status, groups;

	if (weir_cli_init(&cli, argc) < 0) {
		fprintf(stderr, "%s: out of memory\n", argv[0]);
		return BASE_EXIT_UNAVAILABLE;
	}
	if (parse_options(&cli, argc, argv, &status))
		status = weir_conf_load(&cli, &conf);
	if (conf != NULL) {
		status = weir_check_lists(conf);
		groups = weir_check_groups(conf);
		if (status == BASE_EXIT_OK)
			status = groups;
		if (status == BASE_EXIT_OK)
			print_summary(conf);
	}
	conf_free(conf);
	weir_cli_free(&cli);
	return status;
}

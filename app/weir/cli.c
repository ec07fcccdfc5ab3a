/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "weir_priv.h"

#include <errno.h>
#include <stdlib.h>

int
weir_cli_init(struct weir_cli *cli, int argc)
{
	*cli = (struct weir_cli){.sets = calloc((size_t)argc, sizeof(cli->sets[0]))};
	cli->input.file = WEIR_DEFAULT_INI;
	cli->input.sets = cli->sets;
	return cli->sets == NULL ? -ENOMEM : 0;
}

bool
weir_cli_option(struct weir_cli *cli, int option)
{
	switch (option) {
	case 'c':
		cli->input.file = optarg;
		return true;
	case 'S':
		cli->sets[cli->input.n_sets++] = optarg;
		return true;
	default:
		return false;
	}
}

void
weir_cli_free(struct weir_cli *cli)
{
	free(cli->sets);
}

int
weir_conf_load(const struct weir_cli *cli, struct conf **out)
{
	struct conf_report report = {0};
	int rc = conf_read(&cli->input, out, &report);
	enum base_exit status = conf_report_exit(&report);

	for (uint32_t i = 0; i < report.n_notes; i++)
		fprintf(stderr, "%s%s\n", report.notes[i].exit == BASE_EXIT_OK ? "warning: " : "",
			report.notes[i].text);
	conf_report_free(&report);
	if (rc == -ENOMEM) {
		fprintf(stderr, "%s: out of memory\n", cli->input.file);
		return BASE_EXIT_UNAVAILABLE;
	}
	return (int)status;
}

int
weir_usage_error(const char *command, const char *fmt, ...)
{
	va_list args;

	fprintf(stderr, "%s: ", command);
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fputc('\n', stderr);
	return BASE_EXIT_USAGE;
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "weir_priv.h"

#ifdef WEIR_DPDK
#include "policy_db.h"
#endif

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#define ERRORS_MAX 50 /* that are printed of one INI */

static const char default_ini[] = WEIR_DEFAULT_INI;

int
weir_cli_init(struct weir_cli *cli, int argc)
{
	*cli = (struct weir_cli){.sets = calloc((size_t)argc, sizeof(cli->sets[0]))};
	cli->input.file = default_ini;
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
	case 'P':
		cli->policy = optarg;
		return true;
	default:
		return false;
	}
}

void
weir_cli_free(struct weir_cli *cli)
{
	free(cli->sets);
#ifdef WEIR_DPDK
	policy_db_close(cli->db);
#endif
}

/* For those who do not see what is printed: a reload answers with the first error. */
static void
note_error(struct weir_cli *cli, const char *text)
{
	if (cli->nb_errors++ == 0)
		snprintf(cli->why, sizeof(cli->why), "%s", text);
}

/* Every warning, and the first errors: a file that is no INI has one a line. */
static void
print_notes(struct weir_cli *cli, const struct conf_report *report)
{
	bool missing = cli->input.file == default_ini && access(default_ini, F_OK) < 0;

	for (uint32_t i = 0; i < report->n_notes; i++) {
		const struct conf_note *note = &report->notes[i];

		if (note->exit == BASE_EXIT_OK) {
			fprintf(stderr, "warning: %s\n", note->text);
			continue;
		}
		note_error(cli, note->text);
		if (cli->nb_errors <= ERRORS_MAX)
			fprintf(stderr, "%s%s\n", note->text, missing ? ": name one with -c" : "");
	}
	if (cli->nb_errors > ERRORS_MAX)
		fprintf(stderr, "%s: … and %u more errors\n", cli->input.file,
			cli->nb_errors - ERRORS_MAX);
}

/* Opens the compiled policy, where there is to be one; returns an exit status. */
static int
open_policy(struct weir_cli *cli)
{
#ifdef WEIR_DPDK
	struct base_err err = {0};

	if (cli->policy == NULL)
		return BASE_EXIT_OK;
	policy_db_close(cli->db);
	cli->input.policy = NULL;
	if (policy_db_open(cli->policy, &cli->db, &err) < 0) {
		base_prefix(&err, "--policy ");
		fprintf(stderr, "%s\n", err.text);
		note_error(cli, err.text);
		return (int)err.exit;
	}
	cli->input.policy = policy_db_conf(cli->db);
#else
	(void)cli;
#endif
	return BASE_EXIT_OK;
}

int
weir_conf_load(struct weir_cli *cli, struct conf **out)
{
	struct conf_report report = {0};
	enum base_exit status;
	int rc;

	*out = NULL;
	cli->why[0] = '\0';
	cli->nb_errors = 0;
	status = (enum base_exit)open_policy(cli);
	if (status != BASE_EXIT_OK)
		return (int)status;
	rc = conf_read(&cli->input, out, &report);
	status = conf_report_exit(&report);
	print_notes(cli, &report);
	conf_report_free(&report);
	if (rc == -ENOMEM) {
		fprintf(stderr, "%s: out of memory\n", cli->input.file);
		note_error(cli, "out of memory");
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

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef WEIR_PRIV_H
#define WEIR_PRIV_H

/** @file What the commands of weir share. */

#include "conf.h"

#include <getopt.h>
#include <stdio.h>

/** A command: argv[0] is `weir COMMAND`; returns an exit status. */
typedef int (*weir_command)(int argc, char **argv);

int weir_check(int argc, char **argv);
int weir_help(int argc, char **argv);
int weir_compile(int argc, char **argv); /* with DPDK alone, as what follows */
int weir_explain(int argc, char **argv);
int weir_plan(int argc, char **argv);
int weir_patterns(int argc, char **argv); /* with libhs alone */
int weir_replay(int argc, char **argv);
int weir_run(int argc, char **argv);

#define WEIR_DEFAULT_INI "/etc/weir/weir.ini"

struct policy_db;

/** What every command that reads an INI takes: -c FILE, --set SECTION.KEY=VALUE; and some of them
 * --policy FILE. */
struct weir_cli {
	struct conf_input input;
	const char *policy;   /**< a compiled policy; NULL: lists are read */
	struct policy_db *db; /**< the same, as the last weir_conf_load() found it */
	const char **sets;    /**< those of input, as long as argv */
	char why[1024];	      /**< the first error of the last weir_conf_load(); "": none */
	uint32_t nb_errors;   /**< how many there were */
};

/** The rows of a `struct option` table that weir_cli_option() understands, and their letters. */
#define WEIR_CLI_OPTIONS                                                                 \
	{"config", required_argument, NULL, 'c'}, {"set", required_argument, NULL, 'S'}, \
	{                                                                                \
		"help", no_argument, NULL, 'h'                                           \
	}
#define WEIR_CLI_LETTERS "c:h"
/** What --help says of them. */
#define WEIR_CLI_HELP                                                                 \
	"  -c FILE      the INI (default: " WEIR_DEFAULT_INI ")\n"                    \
	"  --set        another value of a key; SECTION is what stands between the\n" \
	"               brackets: --set weir.idle=pause,\n"                           \
	"               --set 'list threats.action=drop'\n"
#define WEIR_CLI_POLICY                                \
	{                                              \
		"policy", required_argument, NULL, 'P' \
	}

/** Begins; argc bounds the number of --set. 0, or -ENOMEM. */
int weir_cli_init(struct weir_cli *cli, int argc);

/** Takes an option that getopt_long(3) returned with its optarg; false when it is none of ours. */
bool weir_cli_option(struct weir_cli *cli, int option);

/** Frees what weir_cli_init() and weir_conf_load() took. */
void weir_cli_free(struct weir_cli *cli);

/**
 * Reads the INI, and the compiled policy that stands in for a part of it; prints every error and
 * warning on stderr.
 *
 * @param out NULL when the status is not BASE_EXIT_OK
 * @return exit status
 */
int weir_conf_load(struct weir_cli *cli, struct conf **out);

/** Prints `weir COMMAND: sentence` on stderr; returns BASE_EXIT_USAGE. */
int weir_usage_error(const char *command, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/**
 * Reads every list of a configuration and prints what was found in it, on stdout; what refuses a
 * list goes to stderr.
 *
 * @return exit status
 */
int weir_check_lists(const struct conf *conf);

/**
 * Reads the prefixes of [clients] and prints each group with its clients on stdout; every error
 * goes to stderr.
 *
 * @return exit status
 */
int weir_check_groups(const struct conf *conf);
#endif

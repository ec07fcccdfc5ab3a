/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "lists.h"
#include "weir_priv.h"

#ifdef WEIR_PATTERNS
#include "pat.h"
#endif

#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name;
	weir_command run;
	const char *takes; /* what it cannot do without */
	const char *what;
} commands[] = {
	{"check", weir_check, "", "what is wrong with the INI and its lists"},
#ifdef WEIR_DPDK
	{"compile", weir_compile, "-o OUT",
		"lists and groups into one file, for --policy of those below"},
	{"explain", weir_explain, "NAME",
		"the verdict for a name, and why; for a file of names\n"
		"                    (--names), for an address (--address), at a time (--at)"},
	{"plan", weir_plan, "", "who polls what, which memory lies where"},
#ifdef WEIR_PATTERNS
	{"patterns", weir_patterns, "FILE", "which expressions match which names; reads no INI"},
#endif
	{"replay", weir_replay, "IN.pcap", "a capture through the same engine"},
	{"run", weir_run, "", "the appliance"},
#endif
	{"help", weir_help, "config", "every key of the INI; of a COMMAND: all that it takes"},
};

#define N_COMMANDS (sizeof(commands) / sizeof(commands[0]))

static void
print_usage(FILE *file)
{
	fprintf(file, "usage: weir COMMAND [-c FILE] [--set SECTION.KEY=VALUE]... [arguments]\n\n");
	for (size_t i = 0; i < N_COMMANDS; i++)
		fprintf(file, "  %-8s %-7s  %s\n", commands[i].name, commands[i].takes,
			commands[i].what);
	fprintf(file, "  --version\n\n" WEIR_CLI_HELP
		      "Exit status: 0 good, 1 failed, 2 command line, 69 hugepages, memory, device "
		      "or\n"
		      "driver missing, 77 permission, 78 INI.\n");
}

static int
run_command(int argc, char **argv)
{
	char name[64];

	for (size_t i = 0; i < N_COMMANDS; i++) {
		if (strcmp(argv[1], commands[i].name) != 0)
			continue;
		snprintf(name, sizeof(name), "weir %s", commands[i].name);
		argv[1] = name;
		return commands[i].run(argc - 1, argv + 1);
	}
	fprintf(stderr, "weir: unknown command `%s'; `weir --help' lists them\n", argv[1]);
	return BASE_EXIT_USAGE;
}

static bool
is_command(const char *word)
{
	for (size_t i = 0; i < N_COMMANDS; i++) {
		if (strcmp(word, commands[i].name) == 0)
			return true;
	}
	return false;
}

int
weir_help(int argc, char **argv)
{
	char help[] = "--help";
	char *text;

	if (argc == 1 || (argc == 2 && strcmp(argv[1], "--help") == 0)) {
		print_usage(stdout);
		return BASE_EXIT_OK;
	}
	if (argc == 2 && is_command(argv[1]))
		return run_command(3, (char *[]){argv[0], argv[1], help, NULL});
	if (argc > 2 || strcmp(argv[1], "config") != 0)
		return weir_usage_error(
			argv[0], "allowed are `weir help config' and `weir help COMMAND'");
	if (conf_help(&text) < 0) {
		fprintf(stderr, "weir: out of memory\n");
		return BASE_EXIT_UNAVAILABLE;
	}
	fputs(text, stdout);
	free(text);
	return BASE_EXIT_OK;
}

/* Runs what the command line says. */
static int
dispatch(int argc, char **argv)
{
	if (argc < 2) {
		print_usage(stderr);
		return BASE_EXIT_USAGE;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
		print_usage(stdout);
		return BASE_EXIT_OK;
	}
	if (strcmp(argv[1], "--version") == 0) {
		printf("weir " WEIR_VERSION "\n");
		printf("zones: %s\n", lists_rpz_version());
		printf("public suffixes: %s\n", lists_suffix_version());
#ifdef WEIR_PATTERNS
		printf("expressions: %s\n", pat_library());
		if (pat_library_fault() != NULL)
			printf("warning: %s\n", pat_library_fault());
#endif
		return BASE_EXIT_OK;
	}
#ifdef WEIR_PATTERNS
	if (strcmp(argv[1], PAT_COMPILER) == 0)
		return pat_compiler_main(argc, argv);
#endif
	return run_command(argc, argv);
}

int
main(int argc, char **argv)
{
	int status = dispatch(argc, argv);

	/* Output that does not arrive, on a full disk say, is a failure. */
	if ((fflush(stdout) != 0 || ferror(stdout) != 0) && status == BASE_EXIT_OK) {
		fprintf(stderr, "weir: standard output cannot be written\n");
		return BASE_EXIT_FAILURE;
	}
	return status;
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "show.h"

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/** What the command line asks for. */
struct options {
	const char *root; /* NULL: this machine */
	const char *save; /* file for latencies; NULL: none */
	bool json;
	bool measure;
	bool measure_only; /* an option was given that means nothing without --measure */
	struct topo_measure_args args;
	double lookups;
};

enum {
	OPT_CHASE = 256,
	OPT_SECONDS,
	OPT_LOOKUPS,
	OPT_VERSION
};

static void
print_help(void)
{
	puts("usage: weir-topo [--json] [--root DIR]\n"
	     "       weir-topo --measure [-o FILE] [--chase BYTES] [--seconds S] [--lookups N] "
	     "[--json]\n"
	     "\n"
	     "Shows the machine as DPDK will meet it: nodes, CPUs, memory, hugepages, network\n"
	     "devices and their nodes, and advises what to set up.\n"
	     "\n"
	     "  -j, --json       print JSON\n"
	     "  -r, --root DIR   read DIR/sys and DIR/proc, a recorded machine\n"
	     "  -m, --measure    measure latency and bandwidth between all nodes\n"
	     "  -o, --output FILE\n"
	     "                   write the measurement for `weir plan --latency FILE'\n"
	     "      --chase BYTES\n"
	     "                   memory to measure on each node, with k, M or G (default: 4 times\n"
	     "                   the last-level caches of a node, at least 256M)\n"
	     "      --seconds S  time for each figure, 0.01..60 (default 0.5)\n"
	     "      --lookups N  lookups a second whose cost on a wrong node is told, 1..1e12\n"
	     "                   (default 1000000)\n"
	     "  -h, --help       print this\n"
	     "      --version    print the version\n"
	     "\n"
	     "Exit: 0; 1 nothing could be told of the machine; 2 usage; 69 memory or CPUs to\n"
	     "measure are missing; 77 the kernel does not permit it. What cannot be read is a\n"
	     "warning on standard error.");
}

__attribute__((format(printf, 1, 2))) static int
usage_error(const char *fmt, ...)
{
	va_list args;

	fprintf(stderr, "weir-topo: ");
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fprintf(stderr, "\nweir-topo: `weir-topo --help' shows what is allowed\n");
	return BASE_EXIT_USAGE;
}

/* "512M" → octets: whether it is such a number. */
static bool
parse_bytes(const char *text, uint64_t *out)
{
	static const char units[] = "kMG";
	unsigned long long n;
	const char *unit;
	char *end;

	errno = 0;
	n = strtoull(text, &end, 10);
	if (!isdigit((unsigned char)text[0]) || errno != 0 || n == 0)
		return false;
	unit = *end == '\0' ? NULL : strchr(units, *end);
	if (*end != '\0' && (unit == NULL || end[1] != '\0'))
		return false;
	for (const char *at = units; unit != NULL && at <= unit; at++) {
		if (n > UINT64_MAX >> 10)
			return false;
		n <<= 10;
	}
	*out = n;
	return n <= UINT64_C(1) << 50;
}

static bool
parse_real(const char *text, double least, double most, double *out)
{
	char *end;

	*out = strtod(text, &end);
	return end != text && *end == '\0' && isfinite(*out) && *out >= least && *out <= most;
}

/* One option: its exit status, or -1 to go on. */
static int
take_option(struct options *options, int option)
{
	options->measure_only |= option == 'o' || (option >= OPT_CHASE && option <= OPT_LOOKUPS);
	switch (option) {
	case 'j':
		options->json = true;
		return -1;
	case 'r':
		options->root = optarg;
		return optarg[0] == '\0' ? usage_error("--root: a folder is wanted") : -1;
	case 'm':
		options->measure = true;
		return -1;
	case 'o':
		options->save = optarg;
		return optarg[0] == '\0' ? usage_error("--output: a file is wanted") : -1;
	case OPT_CHASE:
		if (parse_bytes(optarg, &options->args.bytes))
			return -1;
		return usage_error("--chase %s: a number of bytes is wanted, as 512M", optarg);
	case OPT_SECONDS:
		if (parse_real(optarg, 0.01, 60, &options->args.cell_seconds))
			return -1;
		return usage_error("--seconds %s: allowed 0.01..60", optarg);
	case OPT_LOOKUPS:
		if (parse_real(optarg, 1, 1e12, &options->lookups))
			return -1;
		return usage_error("--lookups %s: allowed 1..1e12", optarg);
	case 'h':
		print_help();
		return BASE_EXIT_OK;
	case OPT_VERSION:
		puts("weir-topo " WEIR_VERSION);
		return BASE_EXIT_OK;
	default: /* getopt has said what is wrong */
		return usage_error("wrong usage");
	}
}

/* The command line: exit status, or -1 to go on. */
static int
parse_options(int argc, char **argv, struct options *options)
{
	static const struct option longs[] = {
		{"json", no_argument, NULL, 'j'},
		{"root", required_argument, NULL, 'r'},
		{"measure", no_argument, NULL, 'm'},
		{"output", required_argument, NULL, 'o'},
		{"chase", required_argument, NULL, OPT_CHASE},
		{"seconds", required_argument, NULL, OPT_SECONDS},
		{"lookups", required_argument, NULL, OPT_LOOKUPS},
		{"help", no_argument, NULL, 'h'},
		{"version", no_argument, NULL, OPT_VERSION},
		{NULL, 0, NULL, 0},
	};
	int option, status;

	while ((option = getopt_long(argc, argv, "jr:mo:h", longs, NULL)) != -1) {
		status = take_option(options, option);
		if (status >= 0)
			return status;
	}
	if (optind < argc)
		return usage_error("`%s': no argument is wanted", argv[optind]);
	if (options->measure_only && !options->measure)
		return usage_error("--output, --chase, --seconds and --lookups want --measure");
	if (options->measure && options->root != NULL)
		return usage_error("--measure and --root: a recorded machine cannot be measured");
	return -1;
}

static int
report(const struct base_err *err)
{
	fprintf(stderr, "weir-topo: %s\n", err->text);
	return err->exit;
}

/* Measures if asked to, and saves it: exit status. */
static int
measure(const struct options *options, const struct topo *topo, struct topo_latency **latency)
{
	struct base_err err = {0};

	if (!options->measure)
		return BASE_EXIT_OK;
	if (options->save != NULL && topo_latency_can_write(options->save, &err) < 0)
		return report(&err);
	if (topo_measure(topo, &options->args, latency, &err) < 0)
		return report(&err);
	if (options->save != NULL && topo_latency_write(*latency, options->save, &err) < 0)
		return report(&err);
	return BASE_EXIT_OK;
}

static int
show(const struct options *options, const struct found *found)
{
	int rc = 0;

	for (size_t i = 0; i < found->topo->n_warnings; i++)
		fprintf(stderr, "weir-topo: warning: %s\n", found->topo->warnings[i]);
	if (options->json)
		rc = show_json(found, stdout);
	else
		show_text(found, stdout);
	if (rc < 0 || fflush(stdout) != 0 || ferror(stdout)) {
		fprintf(stderr, "weir-topo: cannot print: %s\n", strerror(rc < 0 ? -rc : errno));
		return BASE_EXIT_FAILURE;
	}
	return BASE_EXIT_OK;
}

static int
run(const struct options *options)
{
	struct topo_advice_list *advice = NULL;
	struct topo_latency *latency = NULL;
	struct base_err err = {0};
	struct topo *topo;
	int status, shown;

	if (topo_read(options->root, &topo, &err) < 0)
		return report(&err);
	if (topo_advise(topo, &advice, &err) < 0) {
		topo_free(topo);
		return report(&err);
	}
	status = measure(options, topo, &latency);
	shown = show(options, &(struct found){.topo = topo,
				      .advice = advice,
				      .latency = latency,
				      .lookups = options->lookups});
	topo_latency_free(latency);
	topo_advice_free(advice);
	topo_free(topo);
	return status != BASE_EXIT_OK ? status : shown;
}

int
main(int argc, char **argv)
{
	struct options options = {.args.cell_seconds = 0.5, .lookups = 1e6};
	int status = parse_options(argc, argv, &options);

	return status >= 0 ? status : run(&options);
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "outfile.h"
#include "policy.h"
#include "policy_db.h"
#include "say.h"
#include "weir_priv.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct option options[] = {
	WEIR_CLI_OPTIONS, {"output", required_argument, NULL, 'o'}, {NULL, 0, NULL, 0}};

static void
print_help(void)
{
	printf("usage: weir compile [-c FILE] [--set SECTION.KEY=VALUE]... -o OUT\n\n"
	       "Reads the lists of an INI and writes them with its [list] and [group] sections\n"
	       "into one file, which `--policy OUT' of run, replay, explain and plan takes in\n"
	       "their place. The same input gives the same octets on every machine; the digest\n"
	       "that is printed tells two policies apart.\n" WEIR_CLI_HELP
	       "Exit status: 0 written, 1 OUT cannot be written, 2 command line, 69 no memory,\n"
	       "78 wrong INI or lists.\n");
}

/* Takes the command line; false when the command is over with *status. */
static bool
parse(struct weir_cli *cli, const char **out, int argc, char **argv, int *status)
{
	int option;

	optind = 0;
	*status = BASE_EXIT_USAGE;
	while ((option = getopt_long(argc, argv, WEIR_CLI_LETTERS "o:", options, NULL)) != -1) {
		if (weir_cli_option(cli, option))
			continue;
		if (option == 'h') {
			print_help();
			*status = BASE_EXIT_OK;
			return false;
		}
		if (option != 'o')
			return false;
		*out = optarg;
	}
	if (optind != argc)
		weir_usage_error(argv[0], "takes no argument `%s'", argv[optind]);
	else if (*out == NULL)
		weir_usage_error(argv[0], "wants -o OUT, the file to write");
	return optind == argc && *out != NULL;
}

static int
write_file(
	const struct policy *policy, const struct outfile *file, char *digest, struct base_err *err)
{
	FILE *to = fdopen(dup(file->fd), "we");
	int rc = to == NULL ? -errno : policy_db_write(policy, to, digest, err);

	if (to == NULL)
		return base_fail(
			err, BASE_EXIT_FAILURE, errno, "%s: %s", file->name, strerror(errno));
	if (fclose(to) != 0 && rc == 0)
		rc = base_fail(
			err, BASE_EXIT_FAILURE, errno, "%s: %s", file->name, strerror(errno));
	return rc;
}

/* Writes a loaded policy; what is left is all of it or nothing. */
static int
save(const struct policy *policy, const char *out, struct base_err *err)
{
	char digest[POLICY_DIGEST_TEXT];
	struct policy_counts counts;
	struct outfile file;
	struct stat st = {0};
	int rc = outfile_open(out, true, &file, err);

	if (rc < 0)
		return rc;
	rc = write_file(policy, &file, digest, err);
	if (rc == 0 && fstat(file.fd, &st) < 0)
		st.st_size = 0;
	if (rc < 0) {
		outfile_drop(&file);
		return rc;
	}
	rc = outfile_keep(&file, err);
	if (rc < 0)
		return rc;
	policy_counts(policy, &counts);
	printf("%s: %u rules, %u names, %lld octets, digest %s\n", out, counts.rules,
		counts.domains.names, (long long)st.st_size, digest);
	return 0;
}

static int
compile(const struct conf *conf, const char *out, struct base_err *err)
{
	struct policy *policy;
	int rc = policy_load(conf, &weir_policy_say, &policy, err);

	if (rc == 0)
		rc = save(policy, out, err);
	policy_free(policy);
	return rc;
}

int
weir_compile(int argc, char **argv)
{
	struct base_err err = {0};
	struct conf *conf = NULL;
	const char *out = NULL;
	struct weir_cli cli;
	int status;

	if (weir_cli_init(&cli, argc) < 0)
		return BASE_EXIT_UNAVAILABLE;
	if (parse(&cli, &out, argc, argv, &status))
		status = weir_conf_load(&cli, &conf);
	if (conf != NULL && compile(conf, out, &err) < 0) {
		fprintf(stderr, "%s: %s\n", argv[0], err.text);
		status = err.exit;
	}
	conf_free(conf);
	weir_cli_free(&cli);
	return status;
}

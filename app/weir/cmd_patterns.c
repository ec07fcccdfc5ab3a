/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "dns_name.h"
#include "pat_scan.h"
#include "patterns.h"
#include "weir_priv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define LIMIT_NS    UINT64_C(600000000000) /* of one run of the compiler: someone is watching */
#define LIMIT_BYTES (UINT64_C(8) << 30)

enum {
	OPTION_NAME = 'n',
	OPTION_NAMES = 'N',
	OPTION_CACHE = 'C',
	OPTION_BENCH = 'b'
};

static const struct option options[] = {
	{"name", required_argument, NULL, OPTION_NAME},
	{"names", required_argument, NULL, OPTION_NAMES},
	{"cache", required_argument, NULL, OPTION_CACHE},
	{"bench", no_argument, NULL, OPTION_BENCH},
	{"help", no_argument, NULL, 'h'},
	{NULL, 0, NULL, 0},
};

static void
print_help(void)
{
	printf("usage: weir patterns FILE [--name NAME]... [--names FILE] [--cache DIR] "
	       "[--bench]\n\n"
	       "Compiles the regular expressions of FILE and prints which of them match the "
	       "names:\n"
	       "a line for each match, NAME, path:line and expression with tabs between them, or\n"
	       "NAME and -. What is no expression goes to stderr. --names reads names from a "
	       "file,\n"
	       "one a line; --cache keeps what was compiled in DIR. --bench prints what a name\n"
	       "costs by the number of expressions, beside PCRE2, instead of the matches.\n"
	       "Exit status: 0 compiled, 1 names that cannot be read, 2 command line, 69 memory "
	       "or\n"
	       "time, 78 no list.\n");
}

/* Seconds without a word look like a program that hangs. */
static void
tell_progress(void *arg, uint32_t nb, unsigned seconds)
{
	const struct patterns *p = arg;

	fprintf(stderr, "%s: compiling %u expressions: %u s\n", p->command, nb, seconds);
}

static void
tell_culprit(void *arg, uint32_t rule, const char *words)
{
	const struct patterns *p = arg;
	const struct lists_expr *expr = &p->list->exprs[rule];

	fprintf(stderr, "%s:%u: %s: %s\n", p->path, expr->line, words,
		lists_expr_text(p->list, expr));
}

static void
get_rule(const void *arg, uint32_t index, struct pat_rule *rule)
{
	const struct lists_rules *list = arg;

	*rule = (struct pat_rule){
		.text = lists_expr_text(list, &list->exprs[index]),
		.flags = list->exprs[index].flags,
	};
}

int
patterns_compile(const struct patterns *p, uint32_t nb, const char *cache_dir,
	struct pat_source **out, struct base_err *err)
{
	struct pat_rules rules = {.nb = nb, .get = get_rule, .arg = p->list};
	struct pat_spec spec = {
		.cache_dir = cache_dir,
		.limit_ns = LIMIT_NS,
		.limit_bytes = LIMIT_BYTES,
		.progress = tell_progress,
		.culprit = tell_culprit,
		.arg = (void *)(uintptr_t)p,
	};

	return pat_source_build(&rules, &spec, out, err);
}

static bool
grow(struct patterns *p)
{
	uint32_t cap = p->cap_names == 0 ? 64 : p->cap_names * 2;
	char **names = reallocarray(p->names, cap, sizeof(*names)), **texts;

	if (names == NULL)
		return false;
	p->names = names;
	texts = reallocarray(p->texts, cap, sizeof(*texts));
	if (texts == NULL)
		return false;
	p->texts = texts;
	p->cap_names = cap;
	return true;
}

static int
add_name(struct patterns *p, const char *text, size_t len)
{
	char scanned[PAT_TEXT_MAX];
	struct dns_name name;
	const char *why;

	if (dns_name_from_text(text, len, &name, &why) < 0) {
		weir_usage_error(p->command, "`%.*s' is no domain name: %s", (int)len, text, why);
		return -EINVAL;
	}
	if (p->nb_names == p->cap_names && !grow(p))
		return -ENOMEM;
	p->names[p->nb_names] = strndup(text, len);
	p->texts[p->nb_names] = strndup(scanned, pat_text(name.wire, scanned));
	p->nb_names++;
	return p->names[p->nb_names - 1] == NULL || p->texts[p->nb_names - 1] == NULL ? -ENOMEM : 0;
}

/* Names of a file, one a line; blank lines are none. */
static int
add_file(struct patterns *p, const char *path)
{
	FILE *file = fopen(path, "re");
	char *line = NULL;
	size_t room = 0;
	ssize_t len;
	int rc = 0;

	if (file == NULL) {
		fprintf(stderr, "%s: %s: %s\n", p->command, path, strerrordesc_np(errno));
		return -EIO;
	}
	while (rc == 0 && (len = getline(&line, &room, file)) >= 0) {
		len = (ssize_t)strcspn(line, "\r\n");
		if (len > 0)
			rc = add_name(p, line, (size_t)len);
	}
	free(line);
	fclose(file);
	return rc;
}

/* Takes an option; an exit status, or -1: go on. */
static int
take_option(struct patterns *p, int option, bool *bench)
{
	int rc = 0;

	if (option == OPTION_NAME)
		rc = add_name(p, optarg, strlen(optarg));
	else if (option == OPTION_NAMES)
		rc = add_file(p, optarg);
	else if (option == OPTION_CACHE)
		p->cache_dir = optarg;
	else if (option == OPTION_BENCH)
		*bench = true;
	else if (option != 'h')
		return BASE_EXIT_USAGE;
	else {
		print_help();
		return BASE_EXIT_OK;
	}
	if (rc == 0)
		return -1;
	return rc == -EINVAL   ? BASE_EXIT_USAGE
	       : rc == -ENOMEM ? BASE_EXIT_UNAVAILABLE
			       : BASE_EXIT_FAILURE;
}

static int
parse(struct patterns *p, int argc, char **argv, bool *bench)
{
	int option, status = -1;

	optind = 0;
	while (status < 0 && (option = getopt_long(argc, argv, "h", options, NULL)) != -1)
		status = take_option(p, option, bench);
	if (status >= 0)
		return status;
	if (optind + 1 != argc)
		return weir_usage_error(argv[0], "wants one FILE of expressions");
	if (p->nb_names == 0)
		return weir_usage_error(argv[0], "wants names: --name NAME or --names FILE");
	p->path = argv[optind];
	return -1;
}

/* What stands in the file and is no expression. */
static void
print_skips(const struct patterns *p)
{
	for (int i = 0; i < LISTS_NB_SKIPS; i++) {
		const struct lists_note *note = &p->list->report.skips[i];

		for (int k = 0; k < LISTS_FIRST && note->lines[k] != 0; k++)
			fprintf(stderr, "%s:%u: %s: %s\n", p->path, note->lines[k],
				lists_skip_help((enum lists_skip)i), note->excerpts[k]);
		if (note->count > LISTS_FIRST)
			fprintf(stderr, "%s: and %u more such lines\n", p->path,
				note->count - LISTS_FIRST);
	}
}

static void
print_bad(const struct patterns *p, const struct pat_report *report)
{
	for (uint32_t i = 0; i < report->nb_bad; i++) {
		const struct lists_expr *expr = &p->list->exprs[report->bad[i].rule];

		fprintf(stderr, "%s:%u: %s: %s\n", p->path, expr->line, report->bad[i].words,
			lists_expr_text(p->list, expr));
	}
	if (pat_library_fault() != NULL)
		fprintf(stderr, "%s: %s\n", p->command, pat_library_fault());
	if (report->cache_note[0] != '\0')
		fprintf(stderr, "%s: %s\n", p->command, report->cache_note);
}

static int
print_matches(
	const struct patterns *p, const struct pat_source *source, uint32_t *rules, uint32_t i)
{
	int64_t n = pat_source_match(
		source, p->texts[i], (uint32_t)strlen(p->texts[i]), rules, p->list->nb_exprs);

	for (int64_t k = 0; k < n; k++) {
		const struct lists_expr *expr = &p->list->exprs[rules[k]];

		printf("%s\t%s:%u\t%s\n", p->names[i], p->path, expr->line,
			lists_expr_text(p->list, expr));
	}
	if (n == 0)
		printf("%s\t-\n", p->names[i]);
	return n < 0 ? (int)n : 0;
}

static int
match(const struct patterns *p, struct base_err *err)
{
	struct pat_source *source;
	uint32_t *rules;
	int rc = patterns_compile(p, p->list->nb_exprs, p->cache_dir, &source, err);

	if (rc < 0)
		return rc;
	print_bad(p, pat_source_report(source));
	rules = calloc(p->list->nb_exprs + 1u, sizeof(*rules));
	if (rules == NULL)
		rc = -ENOMEM;
	for (uint32_t i = 0; i < p->nb_names && rc == 0; i++)
		rc = print_matches(p, source, rules, i);
	if (rc != 0)
		base_fail(
			err, BASE_EXIT_UNAVAILABLE, -rc, "a scan failed: %s", strerrordesc_np(-rc));
	free(rules);
	pat_source_free(source);
	return rc;
}

static int
run(struct patterns *p, bool bench, struct base_err *err)
{
	struct lists_spec spec = {
		.path = p->path,
		.format = LISTS_FORMAT_REGEX,
		.allow_tld = true,
		.max_bad = 100,
	};
	int rc = lists_read(&spec, &p->list, err);

	if (rc < 0)
		return rc;
	print_skips(p);
	return bench ? patterns_bench(p, err) : match(p, err);
}

int
weir_patterns(int argc, char **argv)
{
	struct patterns p = {.command = argv[0]};
	struct base_err err = {0};
	bool bench = false;
	int status = parse(&p, argc, argv, &bench);

	if (status < 0) {
		status = BASE_EXIT_OK;
		if (run(&p, bench, &err) < 0) {
			fprintf(stderr, "%s: %s\n", argv[0], err.text);
			status = (int)err.exit;
		}
	}
	for (uint32_t i = 0; i < p.nb_names; i++) {
		free(p.names[i]);
		free(p.texts[i]);
	}
	free(p.names);
	free(p.texts);
	lists_free(p.list);
	return status;
}

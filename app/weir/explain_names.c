/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "explain_names.h"

#include "conf.h"
#include "dns_type.h"
#include "explain_show.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct names {
	const char *command, *path;
	const struct policy *policy;
	const struct policy_view *view;
	struct policy_asked *asked;
	struct policy_match *matches;
	size_t bad; /* lines that are no names */
};

/* The lists that name it, each once: of one list, all rules stand together. */
static void
print_lists(const struct names *names)
{
	const struct policy_asked *asked = names->asked;
	size_t n = policy_explain(
		names->policy, &asked->query, &asked->verdict, names->matches, EXPLAIN_MATCHES_MAX);
	const char *last = NULL;

	for (size_t i = 0; i < n && i < EXPLAIN_MATCHES_MAX; i++) {
		const char *list = names->matches[i].where.list;

		if (last == NULL || strcmp(last, list) != 0)
			printf("%s%s", last == NULL ? "" : ",", list);
		last = list;
	}
	printf("%s\n", last == NULL ? "-" : "");
}

static void
print_verdict(const struct names *names)
{
	const struct policy_asked *asked = names->asked;
	char text[DNS_NAME_TEXT_MAX], type[DNS_TYPE_TEXT_MAX];
	struct policy_where where;

	dns_name_format(asked->name.wire, asked->name.len, text, sizeof(text));
	printf("%s\t%s\t%s\t%s\t", text, dns_type_format(asked->qtype, type),
		policy_group_name(names->policy, asked->member.group),
		policy_action_word(asked->verdict.action));
	if (policy_where(names->policy, &asked->verdict, &where))
		printf("%s\t%s:%u\t", where.list, where.path, where.line);
	else
		printf("-\t-\t");
	print_lists(names);
}

static int
take_line(struct names *names, const char *text, size_t line, struct base_err *err)
{
	struct base_err why = {0};
	int rc;

	if (text[0] == '\0' || text[0] == '#')
		return 0;
	if (policy_asked_name(names->asked, text, &why) < 0) {
		fprintf(stderr, "%s: %s:%zu: %s\n", names->command, names->path, line, why.text);
		names->bad++;
		return 0;
	}
	rc = policy_ask(names->policy, names->view, names->asked, err);
	if (rc == 0)
		print_verdict(names);
	return rc;
}

static int
take_lines(struct names *names, FILE *file, struct base_err *err)
{
	char *text = NULL;
	size_t room = 0;
	int rc = 0;

	for (size_t line = 1; rc == 0 && getline(&text, &room, file) >= 0; line++) {
		text[strcspn(text, "\r\n")] = '\0';
		rc = take_line(names, text, line, err);
	}
	free(text);
	if (rc == 0 && ferror(file))
		rc = base_fail(err, BASE_EXIT_FAILURE, EIO, "%s: cannot be read", names->path);
	if (rc == 0 && fflush(stdout) != 0)
		rc = base_fail(
			err, BASE_EXIT_FAILURE, EIO, "standard output: %s", strerrordesc_np(errno));
	if (rc == 0 && names->bad > 0)
		rc = base_fail(err, BASE_EXIT_FAILURE, EINVAL, "%s: %zu line%s no name",
			names->path, names->bad, names->bad == 1 ? " is" : "s are");
	return rc;
}

int
explain_names(const char *command, const char *path, const struct policy *policy,
	const struct policy_view *view, struct policy_asked *asked, struct base_err *err)
{
	struct names names = {.command = command,
		.path = path,
		.policy = policy,
		.view = view,
		.asked = asked,
		.matches = calloc(EXPLAIN_MATCHES_MAX, sizeof(*names.matches))};
	FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
	int rc;

	if (names.matches == NULL) {
		rc = base_fail(err, BASE_EXIT_UNAVAILABLE, ENOMEM, "out of memory");
	} else if (file == NULL) {
		rc = base_fail(err, BASE_EXIT_FAILURE, EIO, "%s: %s", path, strerrordesc_np(errno));
	} else {
		puts(EXPLAIN_NAMES_HEADER);
		rc = take_lines(&names, file, err);
	}
	if (file != NULL && file != stdin)
		fclose(file);
	free(names.matches);
	return rc;
}

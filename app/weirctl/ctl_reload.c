/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "ctl.h"

#include <stdio.h>

/* "a.example, b.example and 3 more". */
static void
show_first(char sign, const json_t *first, long long all)
{
	size_t n = json_array_size(first);

	if (n == 0)
		return;
	printf("  %c ", sign);
	for (size_t i = 0; i < n; i++)
		printf("%s%s", i == 0 ? "" : ", ", json_string_value(json_array_get(first, i)));
	if (all > (long long)n)
		printf(" and %lld more", all - (long long)n);
	putchar('\n');
}

/* What of the INI, of lists and of clients' prefixes is other than before. */
static void
show_changes(const json_t *reply)
{
	const json_t *settings = json_object_get(reply, "settings");
	const json_t *changes = json_object_get(reply, "changes"), *change;
	const json_t *prefixes = json_object_get(reply, "prefixes");
	size_t n = json_array_size(settings) + json_array_size(changes) +
		   json_array_size(json_object_get(reply, "stale"));
	size_t i;

	if (n == 0 && !json_is_object(prefixes))
		printf("nothing that a reload brings in force has changed\n");
	ctl_show_notes("", settings);
	json_array_foreach(changes, i, change)
	{
		printf("list %s: %lld rules, %lld added, %lld removed\n", ctl_text(change, "list"),
			ctl_number(change, "rules"), ctl_number(change, "added"),
			ctl_number(change, "removed"));
		show_first(
			'+', json_object_get(change, "first_added"), ctl_number(change, "added"));
		show_first('-', json_object_get(change, "first_removed"),
			ctl_number(change, "removed"));
	}
	if (json_is_object(prefixes))
		printf("clients' prefixes have changed: %lld now, %lld before\n",
			ctl_number(prefixes, "now"), ctl_number(prefixes, "before"));
}

/* What could not be read is no part of the answer, but a warning. */
static void
show_stale(const json_t *stale)
{
	const json_t *list;
	size_t i;

	json_array_foreach(stale, i, list)
	{
		fprintf(stderr, "weirctl: list %s is stale since %s: %s\n", ctl_text(list, "list"),
			ctl_text(list, "since"), ctl_text(list, "why"));
	}
}

static void
show_trial(const json_t *trial)
{
	const json_t *name;
	size_t i;

	printf("of %lld queries of late, sampled as %lld, %lld would be decided otherwise\n",
		ctl_number(trial, "queries"), ctl_number(trial, "tried"),
		ctl_number(trial, "queries_differ"));
	json_array_foreach(json_object_get(trial, "top"), i, name)
	{
		printf("%12lld  %s %s: %s -> %s\n", ctl_number(name, "queries"),
			ctl_text(name, "name"), ctl_text(name, "qtype"), ctl_text(name, "before"),
			ctl_text(name, "after"));
	}
}

void
ctl_show_reload(const json_t *reply)
{
	const json_t *trial = json_object_get(reply, "trial");

	if (ctl_is(reply, "started")) {
		printf("the reload has begun: `weirctl status' tells how it ended\n");
		return;
	}
	show_stale(json_object_get(reply, "stale"));
	show_changes(reply);
	if (json_is_object(trial))
		show_trial(trial);
	ctl_show_restart(reply);
	printf("%s\n", ctl_text(reply, "sentence"));
}

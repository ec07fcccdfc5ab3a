/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "ctl.h"

#include <stdio.h>
#include <string.h>

const char *
ctl_text(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text == NULL ? "" : text;
}

long long
ctl_number(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

int
ctl_is(const json_t *object, const char *key)
{
	return json_is_true(json_object_get(object, key));
}

void
ctl_show_notes(const char *lead, const json_t *notes)
{
	const json_t *note;
	size_t i;

	json_array_foreach(notes, i, note)
	{
		printf("%s%s\n", lead, json_string_value(note));
	}
}

void
ctl_show_restart(const json_t *object)
{
	if (ctl_number(object, "restart_keys") == 0)
		return;
	printf("keys that changed and wait for a restart: %lld\n",
		ctl_number(object, "restart_keys"));
	ctl_show_notes("  ", json_object_get(object, "restart"));
}

/* "3d 04:05:06". */
static void
print_duration(long long seconds)
{
	if (seconds >= 86400)
		printf("%lldd ", seconds / 86400);
	printf("%02lld:%02lld:%02lld", seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
}

/* Why a list is stale, where it is. */
static void
show_stale(const json_t *stale)
{
	if (!json_is_object(stale))
		return;
	printf("  stale for ");
	print_duration(ctl_number(stale, "for_s"));
	printf(": %s\n", ctl_text(stale, "why"));
}

static void
show_lists(const json_t *policy)
{
	const json_t *list;
	size_t i;

	printf("%-16s %-10s %10s %12s %8s  %s\n", "list", "state", "rules", "expressions", "format",
		"file, and how long ago it was written");
	json_array_foreach(json_object_get(policy, "lists"), i, list)
	{
		printf("%-16s %-10s %10lld %12lld %8s  %s, ", ctl_text(list, "name"),
			ctl_text(list, "state"), ctl_number(list, "rules"),
			ctl_number(list, "expressions"), ctl_text(list, "format"),
			ctl_text(list, "path"));
		print_duration(ctl_number(list, "age_s"));
		putchar('\n');
		show_stale(json_object_get(list, "stale"));
	}
}

/* How the last reload has ended. */
static void
show_last_reload(const json_t *reload)
{
	const char *last_ok = ctl_text(reload, "last_ok");

	if (!json_is_object(reload))
		return;
	printf("last reload: %s%s: %s\n", ctl_text(reload, "ended"),
		ctl_is(reload, "ok") ? "" : ", failed", ctl_text(reload, "sentence"));
	if (!ctl_is(reload, "ok"))
		printf("last reload that came in force: %s\n",
			last_ok[0] == '\0' ? "none" : last_ok);
}

/* What is on disk of it. */
static void
show_kept(const json_t *kept)
{
	if (!json_is_object(kept))
		return;
	if (json_is_string(json_object_get(kept, "error")))
		printf("generation %lld could not be kept on disk: %s\n",
			ctl_number(kept, "generation"), ctl_text(kept, "error"));
	else
		printf("kept on disk: generation %lld, written %s\n",
			ctl_number(kept, "generation"), ctl_text(kept, "written"));
}

static void
show_lcores(const json_t *lcores)
{
	const json_t *lcore;
	size_t i;

	printf("%-6s %-10s %5s %5s\n", "lcore", "role", "cpu", "node");
	json_array_foreach(lcores, i, lcore)
	{
		printf("%-6lld %-10s %5lld %5lld\n", ctl_number(lcore, "lcore"),
			ctl_text(lcore, "role"), ctl_number(lcore, "cpu"),
			ctl_number(lcore, "node"));
	}
}

/* In the words of the log; the speed of one that is up and tells it. */
static const char *
link_words(const json_t *link, char words[32])
{
	const char *state = ctl_text(link, "state");

	if (ctl_number(link, "mbps") > 0)
		snprintf(words, 32, "%lld Mb/s", ctl_number(link, "mbps"));
	else
		snprintf(words, 32, "%s",
			strcmp(state, "unknown") == 0	  ? "not known"
			: strcmp(state, "held_down") == 0 ? "held down"
							  : state);
	return words;
}

static void
show_ports(const json_t *ports)
{
	const json_t *port;
	size_t i;

	printf("%-16s %5s %-16s %-12s %s\n", "port", "node", "peer", "link", "device");
	json_array_foreach(ports, i, port)
	{
		char words[32];

		printf("%-16s %5lld %-16s %-12s %s\n", ctl_text(port, "name"),
			ctl_number(port, "node"), ctl_text(port, "peer"),
			link_words(json_object_get(port, "link"), words), ctl_text(port, "device"));
	}
}

/* A start that is not over yet. */
static void
show_waits(const json_t *ports)
{
	const json_t *port;
	size_t i;

	json_array_foreach(ports, i, port)
	{
		printf("%s%s", i == 0 ? "starts: waits for the link of " : ", ",
			json_string_value(port));
	}
	if (json_array_size(ports) > 0)
		putchar('\n');
}

void
ctl_show_status(const json_t *reply)
{
	const json_t *policy = json_object_get(reply, "policy");
	const json_t *misplaced = json_object_get(reply, "misplaced_objects");

	printf("weir %s, pid %lld, mode %s, up ", ctl_text(reply, "version"),
		ctl_number(reply, "pid"), ctl_text(reply, "mode"));
	print_duration(ctl_number(reply, "uptime_s"));
	printf(" since %s\npolicy: generation %lld, published %s\n", ctl_text(reply, "started"),
		ctl_number(policy, "generation"), ctl_text(policy, "published"));
	show_waits(json_object_get(reply, "waits_for_links"));
	show_last_reload(json_object_get(policy, "reload"));
	ctl_show_restart(policy);
	show_kept(json_object_get(policy, "kept"));
	show_lists(policy);
	show_lcores(json_object_get(reply, "lcores"));
	show_ports(json_object_get(reply, "ports"));
	if (json_is_integer(misplaced))
		printf("objects on another node than wanted: %lld\n",
			ctl_number(reply, "misplaced_objects"));
	else
		printf("objects on another node than wanted: the kernel does not tell\n");
}

static void
show_match(const json_t *match)
{
	const char *note = "";

	if (!ctl_is(match, "holds"))
		note = "  (not for this type)";
	else if (ctl_is(match, "rests"))
		note = "  (the list is off by the group's schedule)";
	else if (!ctl_is(match, "on"))
		note = "  (the list is off in this group)";
	printf("%s %-16s %-10s %-10s %-24s %s:%lld%s\n", ctl_is(match, "won") ? "*" : " ",
		ctl_text(match, "list"), ctl_text(match, "action"), ctl_text(match, "kind"),
		ctl_text(match, "rule"), ctl_text(match, "path"), ctl_number(match, "line"), note);
}

static void
show_schedule(const json_t *schedule)
{
	const json_t *off = json_object_get(schedule, "off"), *list;
	const char *until = ctl_text(schedule, "until");
	size_t i;

	if (!json_is_object(schedule))
		return;
	printf("schedule: lists off: %s", json_array_size(off) == 0 ? "none" : "");
	json_array_foreach(off, i, list)
	{
		printf("%s%s", i == 0 ? "" : ", ", json_string_value(list));
	}
	printf("; until %s (%s)\n", until[0] == '\0' ? "for ever" : until,
		ctl_text(schedule, "timezone"));
}

/* As `weir explain` prints it. */
void
ctl_show_lookup(const json_t *reply)
{
	const json_t *rule = json_object_get(reply, "rule");
	const json_t *group = json_object_get(reply, "group");
	const json_t *matches = json_object_get(reply, "matches"), *match;
	size_t i;

	printf("%s %s: %s", ctl_text(reply, "name"), ctl_text(reply, "qtype"),
		ctl_text(reply, "action"));
	if (json_is_object(rule))
		printf(" by list %s, %s:%lld\n", ctl_text(rule, "list"), ctl_text(rule, "path"),
			ctl_number(rule, "line"));
	else
		printf(" by default of the group\n");
	printf("group: %s%s%s%s\n", ctl_text(group, "name"),
		ctl_text(group, "why")[0] == '\0' ? "" : ", ", ctl_text(group, "why"),
		ctl_is(group, "enforce") ? "" : " (enforce = no: nothing is blocked)");
	show_schedule(json_object_get(group, "schedule"));
	if (ctl_text(rule, "category")[0] != '\0')
		printf("category: %s\n", ctl_text(rule, "category"));
	if (json_array_size(matches) == 0)
		printf("no list names it\n");
	json_array_foreach(matches, i, match)
	{
		show_match(match);
	}
	if (ctl_number(reply, "more_matches") > 0)
		printf("… and %lld more\n", ctl_number(reply, "more_matches"));
	printf("generation %lld\n", ctl_number(reply, "generation"));
}

/* The nodes on which an object was found but `left_out`: "0,1". */
static const char *
nodes_of(const json_t *object, long long left_out, char text[256])
{
	const json_t *node;
	size_t i, at = 0;

	snprintf(text, 256, "-");
	json_array_foreach(json_object_get(object, "found_on"), i, node)
	{
		if (json_integer_value(node) != left_out && at < 256)
			at += (size_t)snprintf(text + at, 256 - at, "%s%lld", at == 0 ? "" : ",",
				json_integer_value(node));
	}
	return text;
}

static void
show_object(const json_t *object)
{
	char nodes[256];

	printf("%12lld %6lld %6s  %-10s %-28s %s", ctl_number(object, "bytes"),
		ctl_number(object, "wanted"), nodes_of(object, -1, nodes), ctl_text(object, "for"),
		ctl_text(object, "call"), ctl_text(object, "name"));
	if (ctl_is(object, "misplaced"))
		printf("  MISPLACED: %lld of %lld pages on node %s",
			ctl_number(object, "misplaced_pages"), ctl_number(object, "pages"),
			nodes_of(object, ctl_number(object, "wanted"), nodes));
	printf("\n");
}

/* As `weir run --placement` prints it. */
void
ctl_show_placement(const json_t *reply)
{
	const json_t *misplaced = json_object_get(reply, "misplaced"), *item;
	size_t i;

	printf("placement (node wanted, nodes found; -: no page was ever touched):\n");
	printf("%12s %6s %6s  %-10s %-28s %s\n", "bytes", "wanted", "found", "for", "call",
		"object");
	json_array_foreach(json_object_get(reply, "objects"), i, item)
	{
		show_object(item);
	}
	json_array_foreach(json_object_get(reply, "nodes"), i, item)
	{
		printf("node %lld: %lld bytes = objects %lld + DPDK itself %lld; heap %lld\n",
			ctl_number(item, "node"), ctl_number(item, "bytes"),
			ctl_number(item, "objects"), ctl_number(item, "dpdk"),
			ctl_number(item, "heap"));
	}
	printf("misplaced: %lld of %lld objects, %lld of %lld pages looked at\n",
		ctl_number(misplaced, "objects"), ctl_number(misplaced, "of_objects"),
		ctl_number(misplaced, "pages"), ctl_number(misplaced, "of_pages"));
}

/* The members of an object that are not 0. */
static void
show_numbers(const char *title, json_t *object)
{
	const char *key;
	json_t *value;

	printf("%s:\n", title);
	json_object_foreach(object, key, value)
	{
		if (json_integer_value(value) != 0)
			printf("%12" JSON_INTEGER_FORMAT "  %s\n", json_integer_value(value), key);
	}
}

void
ctl_show_counters(const json_t *reply)
{
	const json_t *item;
	size_t i;

	show_numbers("policy", json_object_get(reply, "policy"));
	show_numbers("packets by reason", json_object_get(reply, "reasons"));
	show_numbers("packets", json_object_get(reply, "totals"));
	printf("%-16s %12s %12s\n", "list", "decided", "logged");
	json_array_foreach(json_object_get(reply, "lists"), i, item)
	{
		printf("%-16s %12lld %12lld\n", ctl_text(item, "name"), ctl_number(item, "decided"),
			ctl_number(item, "logged"));
	}
	printf("%-16s %12s %12s %10s %10s %10s %10s %10s %10s %10s\n", "port", "rx", "tx",
		"rx_missed", "rx_errors", "rx_no_mbuf", "tx_errors", "tx_refused", "tx_unfit",
		"tx_down");
	json_array_foreach(json_object_get(reply, "ports"), i, item)
	{
		printf("%-16s %12lld %12lld %10lld %10lld %10lld %10lld %10lld %10lld %10lld\n",
			ctl_text(item, "name"), ctl_number(item, "rx"), ctl_number(item, "tx"),
			ctl_number(item, "rx_missed"), ctl_number(item, "rx_errors"),
			ctl_number(item, "rx_no_mbuf"), ctl_number(item, "tx_errors"),
			ctl_number(item, "tx_refused"), ctl_number(item, "tx_unfit"),
			ctl_number(item, "tx_down"));
	}
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "clients.h"
#include "weir_priv.h"

#include <stdlib.h>

static uint32_t
count_lists(const struct conf_group *group)
{
	struct base_set lists = group->lists;
	uint32_t n = 0;

	for (int list; (list = base_set_first(&lists)) >= 0; n++)
		base_set_remove(&lists, (uint8_t)list);
	return n;
}

/* The section of a group; -1: it has none, and nobody is in it but those whom none names. */
static int
section_of(const struct conf *conf, uint32_t group)
{
	for (uint32_t i = 0; i < conf->n_clients; i++) {
		if (conf->clients[i].group == group)
			return (int)i;
	}
	return -1;
}

static uint32_t
count_prefixes(const struct clients *clients, int section)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < clients->nb; i++)
		n += clients->prefixes[i].section == section;
	return n;
}

static void
print_group(const struct conf *conf, const struct clients *clients, uint32_t i)
{
	static const struct conf_clients nobody;
	const struct conf_group *group = &conf->groups[i];
	int section = section_of(conf, i);
	const struct conf_clients *known = section < 0 ? &nobody : &conf->clients[section];

	printf("group %s: lists %u, default %s%s; clients: prefixes %u, MACs %u, QinQ pairs %u, "
	       "VLANs %u, ports %u%s\n",
		group->sect.name, count_lists(group), conf_key_text(&group->sect, "default"),
		group->enforce ? "" : ", not enforced", count_prefixes(clients, section),
		known->macs.n, known->qinq.n, known->vlans.n, known->n_ports,
		i == 0 ? ", and all others" : "");
}

/* Windows as they were written, one a line. */
static void
print_schedule(const struct conf *conf, const struct conf_group *group)
{
	for (uint32_t i = 0; i < group->schedule.n; i++) {
		const struct conf_window *window = &group->schedule.window[i];
		struct base_set lists = window->lists;
		int list;

		printf("group %s: schedule (%s): %s:", group->sect.name, conf->weir.timezone,
			window->text);
		while ((list = base_set_first(&lists)) >= 0) {
			printf(" %s", conf->lists[list].sect.name);
			base_set_remove(&lists, (uint8_t)list);
		}
		putchar('\n');
	}
}

static void
print_error(void *arg, const char *sentence)
{
	(void)arg;
	fprintf(stderr, "%s\n", sentence);
}

int
weir_check_groups(const struct conf *conf)
{
	const struct clients_say say = {.say = print_error};
	struct clients *clients;
	struct base_err err;

	if (clients_read(conf, &say, &clients, &err) < 0) {
		if (err.exit == BASE_EXIT_UNAVAILABLE)
			fprintf(stderr, "%s: %s\n", conf->file, err.text);
		return err.exit;
	}
	for (uint32_t i = 0; i < conf->n_groups; i++) {
		if (conf->n_groups + conf->n_clients > 1)
			print_group(conf, clients, i);
		print_schedule(conf, &conf->groups[i]);
	}
	clients_free(clients);
	return BASE_EXIT_OK;
}

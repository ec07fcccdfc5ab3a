/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "conf_priv.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

const char *
conf_names(const struct conf *conf, uint32_t kind, char *text, size_t size)
{
	const struct conf_sect *sect;
	size_t n = 0;

	snprintf(text, size, "none, for the file has no [%s NAME]", conf_kinds[kind].word);
	for (uint32_t i = 0; (sect = conf_sect_at(conf, kind, i)) != NULL; i++) {
		if (size - n < CONF_NAME_MAX + 8) {
			snprintf(text + n, size - n, ", ...");
			break;
		}
		n += (size_t)snprintf(text + n, size - n, "%s%s", i == 0 ? "" : ", ", sect->name);
	}
	return text;
}

static void
resolve_peer(struct conf_build *build, uint32_t self)
{
	struct conf *conf = build->conf;
	struct conf_port *port = &conf->ports[self];
	const char *name = conf_key_origin(&port->sect, "peer")->text;
	char names[512];
	int peer;

	if (name[0] == '\0' && conf->n_ports <= 2) {
		port->peer = conf->n_ports - 1 - self;
		return;
	}
	if (name[0] == '\0' && conf->weir.mode == CONF_MODE_TAP) {
		port->peer = self;
		return;
	}
	peer = conf_find_named(conf, CONF_KIND_PORT, name);
	if (peer >= 0)
		port->peer = (uint32_t)peer;
	else if (name[0] == '\0' && port->sect.is_bad)
		return; /* it may be the key that is wrong */
	else if (name[0] == '\0')
		conf_error(build->report, &port->sect, NULL,
			"`peer' is missing: with %u ports each names its own", conf->n_ports);
	else
		conf_error(build->report, &port->sect, "peer", "%s: allowed are %s",
			strchr(name, ',') == NULL ? "no such port"
						  : "a port has one peer, not several",
			conf_names(conf, CONF_KIND_PORT, names, sizeof(names)));
}

/* Whether two devices are one: a PCI address may stand with its domain or without, in any case; a
 * vdev is its name. */
static bool
is_same_device(const char *a, const char *b)
{
	size_t n, m;

	if (strncmp(a, "0000:", 5) == 0)
		a += 5;
	if (strncmp(b, "0000:", 5) == 0)
		b += 5;
	n = strcspn(a, ",");
	m = strcspn(b, ",");
	return n == m && n > 0 && strncasecmp(a, b, n) == 0;
}

static void
check_device(struct conf_build *build, uint32_t self)
{
	const struct conf_port *ports = build->conf->ports;
	char where[CONF_WHERE_MAX];

	for (uint32_t i = 0; i < self; i++) {
		if (ports[i].device == NULL || ports[self].device == NULL ||
			!is_same_device(ports[i].device, ports[self].device))
			continue;
		conf_error(build->report, &ports[self].sect, "device",
			"is [%s]'s already (%s): each port wants a device of its own",
			ports[i].sect.title, conf_where(&ports[i].sect, "device", where));
		return;
	}
}

/* `*`, `name` or `-name` into the set of a group; false when it is wrong, which is reported. */
static bool
apply_item(struct conf_build *build, struct conf_group *group, const char *item)
{
	const struct conf *conf = build->conf;
	bool minus = item[0] == '-';
	char names[512];
	int list;

	if (strcmp(item, "*") == 0) {
		for (uint32_t i = 0; i < conf->n_lists; i++)
			base_set_add(&group->lists, (uint8_t)i);
		return true;
	}
	list = conf_find_named(conf, CONF_KIND_LIST, item + minus);
	if (list < 0 && conf_builtin_is_known(item + minus))
		return true; /* a key leaves it off: groups need not be written anew */
	if (list < 0) {
		conf_error(build->report, &group->sect, "lists",
			"`%s' is no list: allowed are * and %s", item + minus,
			conf_names(conf, CONF_KIND_LIST, names, sizeof(names)));
		return false;
	}
	if (base_set_has(&group->lists, (uint8_t)list) != minus) {
		conf_error(build->report, &group->sect, "lists",
			minus ? "`%s': nothing before it takes that list in; to begin with all, "
				"write *"
			      : "`%s' is in already",
			item);
		return false;
	}
	if (minus)
		base_set_remove(&group->lists, (uint8_t)list);
	else
		base_set_add(&group->lists, (uint8_t)list);
	return true;
}

static void
resolve_lists(struct conf_build *build, struct conf_group *group)
{
	const char *text = conf_key_origin(&group->sect, "lists")->text;
	struct conf_items items = conf_items_init(text);

	if (text[0] == '\0')
		conf_error(build->report, &group->sect, "lists",
			"a group wants lists: * for all, or names; where nothing is to be blocked, "
			"enforce = no");
	while (conf_items_next(&items)) {
		if (!apply_item(build, group, items.item))
			return;
	}
	if (items.bad)
		conf_error(build->report, &group->sect, "lists",
			"an empty name between commas, or one that is too long");
}

static void
check_action(struct conf_build *build, const struct conf_list *list)
{
	bool cname = list->action.act == CONF_ACT_CNAME;

	if (cname && list->target_a.n + list->target_aaaa.n == 0)
		conf_warn(build->report, &list->sect, "action",
			"without target_a or target_aaaa stub resolvers will not follow the name");
	if (!cname && list->target_a.n > 0)
		conf_warn(build->report, &list->sect, "target_a",
			"has no effect: it is for action = cname NAME");
	if (!cname && list->target_aaaa.n > 0)
		conf_warn(build->report, &list->sect, "target_aaaa",
			"has no effect: it is for action = cname NAME");
}

static void
check_cap(struct conf_build *build, const struct conf_group *group)
{
	if (group->cap_ttl && group->schedule.n == 0)
		conf_warn(build->report, &group->sect, "cap_ttl",
			"has no effect: the group has no schedule");
}

static void
check_ring(struct conf_build *build)
{
	const struct conf_ring *ring = &build->conf->ring;

	if ((ring->size & (ring->size - 1)) != 0)
		conf_error(build->report, &ring->sect, "size", "allowed are powers of two");
}

static void
check_workers(struct conf_build *build)
{
	const struct conf *conf = build->conf;

	if (conf->eal.workers != CONF_AUTO && conf->n_lcores > 0)
		conf_warn(build->report, &conf->eal.sect, "workers",
			"has no effect: the [lcore N] say who does what");
}

/* Whether who feeds whom can be told: what would be said of it after a mistake is its consequence,
 * and hides it. */
static bool
are_lcores_read(const struct conf_build *build)
{
	if (build->has_bad_sect)
		return false;
	for (uint32_t i = 0; i < build->conf->n_lcores; i++) {
		if (build->conf->lcores[i].sect.is_bad)
			return false;
	}
	return true;
}

static void
check_link_propagate(struct conf_build *build)
{
	const struct conf_weir *weir = &build->conf->weir;

	if (weir->link_propagate && weir->mode == CONF_MODE_TAP)
		conf_warn(build->report, &weir->sect, "link_propagate",
			"has no effect: mode = tap watches only");
}

void
conf_cross_check(struct conf_build *build)
{
	struct conf *conf = build->conf;

	for (uint32_t i = 0; i < conf->n_ports; i++) {
		check_device(build, i);
		conf_ifaces_check(build, i);
		resolve_peer(build, i);
	}
	if (are_lcores_read(build)) {
		conf_queues_resolve(build);
		conf_feeds_resolve(build);
	}
	check_link_propagate(build);
	check_ring(build);
	check_workers(build);
	for (uint32_t i = 0; i < conf->n_lists; i++)
		check_action(build, &conf->lists[i]);
	for (uint32_t i = 0; i < conf->n_groups; i++) {
		resolve_lists(build, &conf->groups[i]);
		conf_schedule_resolve(build, &conf->groups[i]);
		check_cap(build, &conf->groups[i]);
	}
	conf_clients_resolve(build);
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * The way of a packet over several lcores: rx, classify, tx. It leads to every port that a packet
 * may leave by, and no lcore stands beside it. Where nothing leaves, [weir] mode = tap, it may end
 * with those that classify.
 */
#include "conf_priv.h"

#include <stdio.h>
#include <string.h>

static const char *const role_names[] = {[CONF_ROLE_WORKER] = "worker",
	[CONF_ROLE_RX] = "rx",
	[CONF_ROLE_CLASSIFY] = "classify",
	[CONF_ROLE_TX] = "tx"};

/* The role of the lcores that an lcore of this role feeds; CONF_ROLE_WORKER: it feeds none. */
static enum conf_role
next_role(enum conf_role role)
{
	switch (role) {
	case CONF_ROLE_RX:
		return CONF_ROLE_CLASSIFY;
	case CONF_ROLE_CLASSIFY:
		return CONF_ROLE_TX;
	default:
		return CONF_ROLE_WORKER;
	}
}

/* The index of an lcore's section; -1: it has none. */
static int
find_lcore(const struct conf *conf, int64_t lcore)
{
	for (uint32_t i = 0; i < conf->n_lcores; i++) {
		if (conf->lcores[i].lcore == lcore)
			return (int)i;
	}
	return -1;
}

/* "3" or "3-5"; false: it is neither. */
static bool
parse_range(const char *item, int64_t *first, int64_t *last)
{
	size_t n = strcspn(item, "-");
	char text[16];

	if (n >= sizeof(text))
		return false;
	snprintf(text, sizeof(text), "%.*s", (int)n, item);
	if (conf_number(text, first) < 0)
		return false;
	*last = *first;
	if (item[n] == '-' && conf_number(item + n + 1, last) < 0)
		return false;
	return *first <= *last && *last < CONF_LCORES_MAX;
}

/* Adds an lcore that is fed; false when that is wrong, which is reported. */
static bool
add_feed(struct conf_build *build, struct conf_lcore *lcore, int64_t number)
{
	const struct conf *conf = build->conf;
	enum conf_role wanted = next_role(lcore->role);
	int found = find_lcore(conf, number);
	bool twice = false;

	for (uint32_t i = 0; i < lcore->n_feeds; i++)
		twice |= (int)lcore->feeds[i] == found;
	if (found < 0 || conf->lcores[found].role != wanted)
		conf_error(build->report, &lcore->sect, "feeds",
			"lcore %lld: nobody would drain the ring to it: role = %s feeds lcores "
			"whose [lcore N] says role = %s",
			(long long)number, role_names[lcore->role], role_names[wanted]);
	else if (twice)
		conf_error(build->report, &lcore->sect, "feeds", "lcore %lld stands there twice",
			(long long)number);
	else if (lcore->n_feeds == CONF_FEEDS_MAX)
		conf_error(build->report, &lcore->sect, "feeds", "one lcore feeds at most %d",
			CONF_FEEDS_MAX);
	else
		lcore->feeds[lcore->n_feeds++] = (uint32_t)found;
	return found >= 0 && conf->lcores[found].role == wanted && !twice;
}

static bool
parse_feeds(struct conf_build *build, struct conf_lcore *lcore)
{
	struct conf_items items = conf_items_init(conf_key_origin(&lcore->sect, "feeds")->text);
	int64_t first, last;
	bool good = true;

	lcore->feeds = conf_alloc(build, CONF_FEEDS_MAX, sizeof(lcore->feeds[0]));
	while (lcore->feeds != NULL && good && conf_items_next(&items)) {
		if (!parse_range(items.item, &first, &last)) {
			conf_error(build->report, &lcore->sect, "feeds",
				"`%s': allowed are lcores 0..%d and ranges of them: 3-5,7",
				items.item, CONF_LCORES_MAX - 1);
			return false;
		}
		for (int64_t number = first; number <= last && good; number++)
			good = add_feed(build, lcore, number);
	}
	if (items.bad)
		conf_error(build->report, &lcore->sect, "feeds",
			"an empty item between commas, or one that is too long");
	return good && !items.bad;
}

static bool
check_feeds(struct conf_build *build, struct conf_lcore *lcore)
{
	const struct conf_origin *origin = conf_key_origin(&lcore->sect, "feeds");
	enum conf_role wanted = next_role(lcore->role);

	if (wanted == CONF_ROLE_WORKER) {
		if (origin->text[0] == '\0')
			return true;
		conf_error(build->report, &lcore->sect, "feeds",
			"has no meaning for role = %s: it sends by itself",
			role_names[lcore->role]);
		return false;
	}
	if (origin->text[0] != '\0')
		return parse_feeds(build, lcore);
	if (wanted == CONF_ROLE_TX && build->conf->weir.mode == CONF_MODE_TAP)
		return true;
	conf_error(build->report, &lcore->sect, NULL,
		"`feeds' is missing: role = %s hands its packets to lcores of role = %s%s",
		role_names[lcore->role], role_names[wanted],
		wanted == CONF_ROLE_TX ? "; [weir] mode = tap alone does without" : "");
	return false;
}

/* The ports that a tx lcore sends by. */
static bool
parse_sends(struct conf_build *build, struct conf_lcore *lcore)
{
	struct conf_items items = conf_items_init(conf_key_origin(&lcore->sect, "ports")->text);
	int port;

	lcore->sends = conf_alloc(build, CONF_PORTS_MAX, sizeof(lcore->sends[0]));
	while (lcore->sends != NULL && conf_items_next(&items)) {
		port = conf_find_named(build->conf, CONF_KIND_PORT, items.item);
		for (uint32_t i = 0; i < lcore->n_sends && port >= 0; i++)
			port = lcore->sends[i] == port ? -1 : port;
		if (port < 0) {
			conf_error(build->report, &lcore->sect, "ports",
				"`%s': a tx lcore names ports of [port NAME], each once and "
				"without a queue: it has one of its own on each",
				items.item);
			return false;
		}
		lcore->sends[lcore->n_sends++] = (uint16_t)port;
	}
	if (items.bad || lcore->n_sends == 0)
		conf_error(build->report, &lcore->sect, NULL,
			"`ports' of a tx lcore wants the ports that it sends by");
	return !items.bad && lcore->n_sends > 0;
}

static bool
check_ports(struct conf_build *build, struct conf_lcore *lcore)
{
	if (lcore->role == CONF_ROLE_TX)
		return parse_sends(build, lcore);
	if (lcore->role != CONF_ROLE_CLASSIFY ||
		conf_key_origin(&lcore->sect, "ports")->text[0] == '\0')
		return true;
	conf_error(build->report, &lcore->sect, "ports",
		"has no meaning for role = classify: rx lcores receive for it, tx lcores send");
	return false;
}

static bool
feeds(const struct conf_lcore *from, uint32_t to)
{
	for (uint32_t i = 0; i < from->n_feeds; i++) {
		if (from->feeds[i] == to)
			return true;
	}
	return false;
}

/* A classify or tx lcore is fed by some, and by no more than it has room for. */
static void
check_fed(struct conf_build *build, uint32_t at)
{
	const struct conf *conf = build->conf;
	const struct conf_lcore *lcore = &conf->lcores[at];
	uint32_t n = 0;

	if (lcore->role != CONF_ROLE_CLASSIFY && lcore->role != CONF_ROLE_TX)
		return;
	for (uint32_t i = 0; i < conf->n_lcores; i++)
		n += feeds(&conf->lcores[i], at);
	if (n == 0)
		conf_error(build->report, &lcore->sect, NULL,
			"no lcore feeds it: name it in the `feeds' of an [lcore N] with role = %s",
			lcore->role == CONF_ROLE_TX ? "classify" : "rx");
	else if (n > CONF_FEEDS_MAX)
		conf_error(build->report, &lcore->sect, NULL, "%u lcores feed it: allowed are %d",
			n, CONF_FEEDS_MAX);
}

static bool
has_way(const struct conf *conf, const struct conf_lcore *classify, uint32_t port)
{
	for (uint32_t i = 0; i < classify->n_feeds; i++) {
		const struct conf_lcore *tx = &conf->lcores[classify->feeds[i]];

		for (uint32_t k = 0; k < tx->n_sends; k++) {
			if (tx->sends[k] == port)
				return true;
		}
	}
	return false;
}

/* What a classify lcore gets from one that receives leaves by the port or by its peer. */
static void
check_ways(struct conf_build *build, const struct conf_lcore *rx, const struct conf_lcore *classify)
{
	const struct conf *conf = build->conf;

	if (conf->weir.mode == CONF_MODE_TAP)
		return;
	for (uint32_t q = 0; q < rx->n_queues; q++) {
		const struct conf_port *in = &conf->ports[rx->queues[q].port];
		uint32_t out[] = {rx->queues[q].port, in->peer};

		for (uint32_t i = 0; i < 2; i++) {
			if (has_way(conf, classify, out[i]))
				continue;
			conf_error(build->report, &classify->sect, "feeds",
				"no way to port %s, by which %s of what [%s] receives at %s leave: "
				"feed a tx lcore that has it in its `ports'",
				conf->ports[out[i]].sect.name,
				i == 0 ? "the answers" : "the passed packets", rx->sect.title,
				in->sect.name);
			return;
		}
	}
}

void
conf_feeds_resolve(struct conf_build *build)
{
	struct conf *conf = build->conf;
	bool good = true;

	for (uint32_t i = 0; i < conf->n_lcores; i++) {
		good &= check_ports(build, &conf->lcores[i]);
		good &= check_feeds(build, &conf->lcores[i]);
	}
	/* What is missing after a mistake may be its consequence alone. */
	if (!good || build->no_memory || build->report->n_errors > 0)
		return;
	for (uint32_t i = 0; i < conf->n_lcores; i++) {
		check_fed(build, i);
		for (uint32_t k = 0; k < conf->lcores[i].n_feeds; k++) {
			if (conf->lcores[i].role == CONF_ROLE_RX)
				check_ways(build, &conf->lcores[i],
					&conf->lcores[conf->lcores[i].feeds[k]]);
		}
	}
}

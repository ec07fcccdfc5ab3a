/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "conf_priv.h"

#include <stdio.h>
#include <string.h>

#define ANY_QUEUE UINT16_MAX

/* Which lcore polls which queue of which port. */
struct taken {
	const struct conf_lcore *by[CONF_PORTS_MAX][CONF_QUEUES_MAX];
};

/* Reads `port` or `port:queue`. NULL, or what is wrong. */
static const char *
parse_queue(const struct conf *conf, const char *item, struct conf_queue *out)
{
	size_t n = strcspn(item, ":");
	int64_t queue = ANY_QUEUE;
	char name[CONF_NAME_MAX + 1];
	int port = -1;

	if (n < sizeof(name)) {
		snprintf(name, sizeof(name), "%.*s", (int)n, item);
		port = conf_find_named(conf, CONF_KIND_PORT, name);
	}
	if (port < 0)
		return "no such port: write port:queue, port being the name of a [port NAME]";
	if (item[n] == ':' && (conf_number(item + n + 1, &queue) < 0 || queue >= CONF_QUEUES_MAX))
		return "allowed are the queues port:0 to port:63";
	*out = (struct conf_queue){(uint16_t)port, (uint16_t)queue};
	return NULL;
}

/* Whether an lcore receives: the others' `ports` are no queues. */
static bool
receives(const struct conf_lcore *lcore)
{
	return lcore->role == CONF_ROLE_WORKER || lcore->role == CONF_ROLE_RX;
}

/* Reads the queues of an lcore; false when they are wrong, which is reported. */
static bool
parse_queues(struct conf_build *build, struct conf_lcore *lcore)
{
	const struct conf_origin *origin = conf_key_origin(&lcore->sect, "ports");
	struct conf_items items = conf_items_init(origin->text);
	struct conf_queue *queues = conf_alloc(build, CONF_POLLS_MAX, sizeof(*queues));
	const char *wrong = NULL;

	lcore->queues = queues;
	while (queues != NULL && wrong == NULL && conf_items_next(&items)) {
		if (lcore->n_queues == CONF_POLLS_MAX)
			wrong = "one queue too many: an lcore polls at most 64";
		else
			wrong = parse_queue(build->conf, items.item, &queues[lcore->n_queues++]);
		if (wrong != NULL)
			conf_error(build->report, &lcore->sect, "ports", "`%s': %s", items.item,
				wrong);
	}
	if (items.bad)
		conf_error(build->report, &lcore->sect, "ports",
			"an empty name between commas, or one that is too long");
	else if (lcore->n_queues == 0)
		conf_error(build->report, &lcore->sect, origin->at == 0 ? NULL : "ports",
			"an lcore that receives wants at least one port in `ports'");
	return wrong == NULL && !items.bad && lcore->n_queues > 0;
}

/* Gives a queue to an lcore; false when another has it, which is reported. */
static bool
take_queue(struct conf_build *build, struct taken *taken, const struct conf_lcore *lcore,
	struct conf_queue queue)
{
	const struct conf_lcore **owner = &taken->by[queue.port][queue.queue];

	if (*owner != NULL) {
		conf_error(build->report, &lcore->sect, "ports",
			"queue %s:%u is polled twice: [%s] has it already",
			build->conf->ports[queue.port].sect.name, queue.queue,
			(*owner)->sect.title);
		return false;
	}
	*owner = lcore;
	return true;
}

/* Gives a port without a queue's number the first one that nobody has. */
static bool
take_any(struct conf_build *build, struct taken *taken, const struct conf_lcore *lcore,
	struct conf_queue *queue)
{
	for (queue->queue = 0; queue->queue < CONF_QUEUES_MAX; queue->queue++) {
		if (taken->by[queue->port][queue->queue] == NULL)
			return take_queue(build, taken, lcore, *queue);
	}
	conf_error(build->report, &lcore->sect, "ports",
		"port %s has no free queue left: it has %d",
		build->conf->ports[queue->port].sect.name, CONF_QUEUES_MAX);
	return false;
}

/* Gives out the queues of every lcore: first those that bear a number, wherever they stand. */
static bool
take_queues(struct conf_build *build, struct taken *taken, bool numbered)
{
	struct conf *conf = build->conf;
	bool good = true;

	for (uint32_t i = 0; i < conf->n_lcores; i++) {
		struct conf_lcore *lcore = &conf->lcores[i];

		for (uint32_t q = 0; q < lcore->n_queues; q++) {
			if ((lcore->queues[q].queue != ANY_QUEUE) != numbered)
				continue;
			if (numbered)
				good &= take_queue(build, taken, lcore, lcore->queues[q]);
			else
				good &= take_any(build, taken, lcore, &lcore->queues[q]);
		}
	}
	return good;
}

/* A port's queues are 0 .. n - 1, each polled. */
static void
count_queues(struct conf_build *build, const struct taken *taken, uint32_t p)
{
	struct conf_port *port = &build->conf->ports[p];

	for (uint32_t q = 0; q < CONF_QUEUES_MAX; q++) {
		if (taken->by[p][q] != NULL)
			port->n_queues = q + 1;
	}
	if (port->n_queues == 0)
		conf_error(build->report, &port->sect, NULL,
			"is polled by no lcore: name it in the `ports' of an [lcore N]");
	for (uint32_t q = 0; q < port->n_queues; q++) {
		if (taken->by[p][q] == NULL)
			conf_error(build->report, &port->sect, NULL,
				"has %u queues, and queue %s:%u is polled by no lcore",
				port->n_queues, port->sect.name, q);
	}
}

void
conf_queues_resolve(struct conf_build *build)
{
	struct conf *conf = build->conf;
	struct taken *taken = conf_alloc(build, 1, sizeof(*taken));
	bool good = true;

	if (taken == NULL)
		return;
	for (uint32_t i = 0; i < conf->n_lcores; i++)
		good &= !receives(&conf->lcores[i]) || parse_queues(build, &conf->lcores[i]);
	/* What is missing after a mistake may be its consequence alone. */
	if (!good || build->no_memory || !take_queues(build, taken, true) ||
		!take_queues(build, taken, false))
		return;
	for (uint32_t p = 0; p < conf->n_ports; p++) {
		if (conf->n_lcores == 0)
			conf->ports[p].n_queues = 1;
		else
			count_queues(build, taken, p);
	}
}

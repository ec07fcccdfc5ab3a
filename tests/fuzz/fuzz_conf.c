// covers: conf_parse conf_report_exit
/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "conf.h"
#include "fuzz.h"

#include <string.h>

#define DAY_MIN	 1440
#define WEEK_MIN (7 * DAY_MIN)

/* What a good configuration promises to those who build on it. */
static void
check_conf(const struct conf *conf)
{
	FUZZ_CHECK(conf->n_ports <= CONF_PORTS_MAX && conf->n_lists <= CONF_LISTS_MAX);
	FUZZ_CHECK(conf->n_lcores <= CONF_LCORES_MAX && conf->n_groups >= 1);
	for (uint32_t i = 0; i < conf->n_ports; i++) {
		FUZZ_CHECK(conf->ports[i].peer < conf->n_ports);
		FUZZ_CHECK(conf->ports[i].n_queues >= 1);
		FUZZ_CHECK(strlen(conf->ports[i].devargs) >= strlen(conf->ports[i].device));
	}
	for (uint32_t i = 0; i < conf->n_lists; i++) {
		FUZZ_CHECK(conf->lists[i].builtin != NULL || conf->lists[i].path.file[0] == '/');
		FUZZ_CHECK((conf->lists[i].action.act == CONF_ACT_CNAME) ==
			   (conf->lists[i].action.target[0] != '\0'));
	}
	for (uint32_t i = 0; i < conf->n_groups; i++)
		FUZZ_CHECK(base_set_first(&conf->groups[i].lists) < (int)conf->n_lists);
	FUZZ_CHECK(conf->ring.burst >= 1 && conf->ring.burst <= 64 && conf->dns.ports.n >= 1);
}

/* The minutes of a day's window: no list is in another one then. */
static void
open_window(struct base_set on[WEEK_MIN], const struct conf_window *window, uint32_t day)
{
	for (uint32_t m = window->from; m < window->to; m++) {
		struct base_set *lists = &on[(day * DAY_MIN + m) % WEEK_MIN], both = *lists;

		base_set_keep(&both, &window->lists);
		FUZZ_CHECK(base_set_first(&both) < 0);
		base_set_join(lists, &window->lists);
	}
}

/* Windows turn on lists that the group has, one window a list at a time. */
static void
check_schedule(const struct conf_group *group)
{
	static struct base_set on[WEEK_MIN];

	if (group->schedule.n > 0)
		memset(on, 0, sizeof(on));
	for (uint32_t i = 0; i < group->schedule.n; i++) {
		const struct conf_window *window = &group->schedule.window[i];
		struct base_set others = window->lists;

		FUZZ_CHECK(window->from < DAY_MIN && window->to > window->from);
		FUZZ_CHECK(window->to - window->from <= DAY_MIN);
		FUZZ_CHECK(window->days > 0 && window->days < 1 << 7);
		FUZZ_CHECK(base_set_first(&window->lists) >= 0);
		base_set_drop(&others, &group->lists);
		FUZZ_CHECK(base_set_first(&others) < 0);
		for (uint32_t day = 0; day < 7; day++) {
			if ((window->days >> day & 1) != 0)
				open_window(on, window, day);
		}
	}
}

/* Who is in a group is in it alone, and can be. */
static void
check_clients(const struct conf *conf)
{
	uint8_t seen[4096] = {0};

	for (uint32_t i = 0; i < conf->n_clients; i++) {
		const struct conf_clients *clients = &conf->clients[i];

		FUZZ_CHECK(clients->group < conf->n_groups);
		FUZZ_CHECK(strcmp(clients->sect.name, conf->groups[clients->group].sect.name) == 0);
		for (uint32_t k = 0; k < clients->vlans.n; k++)
			FUZZ_CHECK(clients->vlans.vid[k] < 4095 && !seen[clients->vlans.vid[k]]++);
		for (uint32_t k = 0; k < clients->macs.n; k++)
			FUZZ_CHECK((clients->macs.mac[k].octets[0] & 1) == 0);
		for (uint32_t k = 0; k < clients->qinq.n; k++)
			FUZZ_CHECK(clients->qinq.pair[k].outer > 0 &&
				   clients->qinq.pair[k].inner < 4095);
		for (uint32_t k = 0; k < clients->n_ports; k++)
			FUZZ_CHECK(clients->ports[k] < conf->n_ports);
	}
}

/* Each queue of each port is polled by one lcore. */
static void
check_queues(const struct conf *conf)
{
	uint32_t polled = 0, queues = 0;

	for (uint32_t i = 0; i < conf->n_lcores; i++) {
		for (uint32_t q = 0; q < conf->lcores[i].n_queues; q++) {
			struct conf_queue queue = conf->lcores[i].queues[q];

			FUZZ_CHECK(queue.port < conf->n_ports);
			FUZZ_CHECK(queue.queue < conf->ports[queue.port].n_queues);
			polled++;
		}
	}
	for (uint32_t i = 0; i < conf->n_ports; i++)
		queues += conf->ports[i].n_queues;
	FUZZ_CHECK(conf->n_lcores == 0 || polled == queues);
}

/* Every line that is said is one line. */
static void
check_report(const struct conf_report *report)
{
	for (uint32_t i = 0; i < report->n_notes; i++)
		FUZZ_CHECK(strchr(report->notes[i].text, '\n') == NULL);
}

/* The first line, where it begins with `--set `, is one; the rest is the file. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	const uint8_t *end = size > 6 ? memchr(data, '\n', size) : NULL;
	struct conf_report report = {0};
	const char *sets[1];
	struct conf_input in = {.file = "fuzz.ini", .sets = sets};
	char *set = NULL;
	struct conf *conf;
	int rc;

	if (end != NULL && memcmp(data, "--set ", 6) == 0) {
		set = strndup(text + 6, (size_t)(end - data) - 6);
		sets[in.n_sets++] = set;
		size -= (size_t)(end - data) + 1;
		text = (const char *)end + 1;
	}
	rc = conf_parse(&in, text, size, &conf, &report);
	FUZZ_CHECK((rc == 0) == (conf != NULL) && (rc == 0) == (report.n_errors == 0));
	FUZZ_CHECK((conf_report_exit(&report) == BASE_EXIT_OK) == (rc == 0));
	check_report(&report);
	if (conf != NULL) {
		check_conf(conf);
		check_queues(conf);
		check_clients(conf);
		for (uint32_t i = 0; i < conf->n_groups; i++)
			check_schedule(&conf->groups[i]);
	}
	conf_free(conf);
	conf_report_free(&report);
	free(set);
	return 0;
}

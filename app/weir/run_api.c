/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "run_api.h"

#include <errno.h>

/* One line of the log. */
static void
say(void *arg, const char *sentence)
{
	const struct run_api *run = arg;

	fprintf(stderr, "%s: %s\n", run->boot->command, sentence);
}

int
run_api_open(struct run_api *run, const struct boot *b, struct control_reload *reload,
	struct control *control, struct base_err *err)
{
	struct control_api_conf conf = {.facts = &run->facts, .say = say, .arg = run};
	char path[CONF_SOCKET_MAX], where[CONF_WHERE_MAX];
	int rc = conf_socket(b->conf, path, err);

	*run = (struct run_api){.boot = b,
		.facts = {.conf = b->conf,
			.plan = b->plan,
			.ports = b->ports,
			.view = control_reload_view(reload),
			.reload = reload,
			.engine = b->engine,
			.layout = &b->counters.layout,
			.published = time(NULL)}};
	if (rc < 0)
		return rc;
	conf.socket = path;
	rc = control_api_open(control, &conf, &run->api, err);
	if (rc < 0)
		base_prefix(err,
			"%s: [weir] run_dir: ", conf_where(&b->conf->weir.sect, "run_dir", where));
	return rc;
}

void
run_api_begin(struct run_api *run)
{
	run->facts.started = time(NULL);
}

void
run_api_wait(struct run_api *run, bool waits)
{
	run->facts.waits_for_links = waits;
}

void
run_api_publish(struct run_api *run, const struct control_reload *reload)
{
	run->facts.conf = control_reload_ini(reload);
	run->facts.policy = control_reload_policy(reload);
	run->facts.view = control_reload_view(reload);
	run->facts.published = time(NULL);
}

void
run_api_links(struct run_api *run, const struct port_links *links)
{
	run->facts.links = links;
}

void
run_api_reloaded(struct run_api *run, const struct control_result *result)
{
	control_api_reloaded(run->api, result);
}

void
run_api_close(struct run_api *run)
{
	control_api_close(run->api);
}

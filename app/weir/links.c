/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "links.h"

#include "base_clock.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define LOOK_NS	 UINT64_C(250000000) /* between looks at devices that do not tell */
#define FIRST_NS UINT64_C(20000000)  /* and while the start waits */

struct links {
	struct boot *boot;
	struct control *control;
	struct control_source *every, *woken, *changed;
	int fd;		   /* eventfd(2) of devices that tell */
	int events;	   /* of the kernel's interfaces; -1: it is of no use, they are looked at */
	uint64_t until_ns; /* while the start waits */
	bool has_waited;
	struct port_links state;
};

static int
no_memory(struct base_err *err)
{
	return base_fail(err, BASE_EXIT_UNAVAILABLE, ENOMEM, "no memory to watch the links");
}

static bool
read_link(void *arg, uint32_t port, struct port_link *out)
{
	const struct links *links = arg;

	return port_link_read(&links->boot->ports[port], out);
}

static int
set_link(void *arg, uint32_t port, bool up)
{
	const struct links *links = arg;

	return port_link_set(&links->boot->ports[port], up);
}

static void
tell(void *arg, uint32_t port, const struct port_link *link, enum port_links_event event)
{
	const struct links *links = arg;
	const struct boot *b = links->boot;
	const struct port_links_port *state = &links->state.ports[port];
	const char *peer = b->ports[b->plan->ports[port].peer].name;

	fprintf(stderr, "%s: port %s: ", b->command, b->ports[port].name);
	if (event == PORT_LINKS_CANNOT)
		fprintf(stderr,
			"the device cannot take its link down or up: link_propagate has no "
			"effect between it and %s\n",
			peer);
	else if (link->is_gone)
		fprintf(stderr,
			"the interface of %s is gone, and one that takes its name is another: "
			"nothing passes here until Weir is started again\n",
			b->ports[port].devargs);
	else if (link->is_elsewhere)
		fprintf(stderr, "it is in another namespace: its link is not known%s%s\n",
			state->is_wire ? ", link_propagate has no effect between it and " : "",
			state->is_wire ? peer : "");
	else if (event == PORT_LINKS_SET && links->state.ports[state->peer].is_elsewhere)
		fprintf(stderr, "link taken up, as that of %s is not known\n", peer);
	else if (event == PORT_LINKS_SET)
		fprintf(stderr, "link taken %s, as that of %s is\n", link->is_up ? "up" : "down",
			peer);
	else if (link->is_up && link->speed_mbps > 0)
		fprintf(stderr, "link is up, %u Mb/s\n", link->speed_mbps);
	else
		fprintf(stderr, "link is %s\n", link->is_up ? "up" : "down");
}

/* The kernel keeps frames for an interface that is down, and sends them when it is up again. What
 * other drivers say of their links is not always so: they refuse by themselves what they cannot
 * send. */
static void
note_down(const struct links *links, uint32_t i, bool down)
{
	const struct port *port = &links->boot->ports[i];

	if (port->if_index != 0)
		engine_set_down(links->boot->engine, port->id, down);
}

static void
note_all(const struct links *links)
{
	for (uint32_t i = 0; i < links->boot->n_ports; i++)
		note_down(links, i, port_links_is_down(&links->state, i));
}

static void
step(struct links *links)
{
	const struct port_links_ops ops = {links, read_link, set_link, tell};

	port_links_step(&links->state, &ops, base_clock_ns());
	note_all(links);
}

static void
look(void *arg)
{
	step(arg);
}

static void
look_woken(void *arg)
{
	struct links *links = arg;
	uint64_t n;

	if (read(links->fd, &n, sizeof(n)) == sizeof(n))
		step(links);
}

static void
look_changed(void *arg)
{
	struct links *links = arg;

	port_events_take(links->events);
	step(links);
}

static bool
all_up(const struct links *links)
{
	struct port_link link;
	bool all = true;

	for (uint32_t i = 0; i < links->boot->n_ports; i++) {
		bool up = port_link_read(&links->boot->ports[i], &link) || link.is_elsewhere;

		note_down(links, i, !up);
		all &= up;
	}
	return all;
}

/* While the start waits. A link that is down keeps a run neither from starting nor from its end. */
static void
look_whether_up(void *arg)
{
	struct links *links = arg;

	if (!all_up(links) && base_clock_ns() < links->until_ns)
		return;
	links->has_waited = true;
	control_end(links->control);
}

/* In the loop: signals are taken meanwhile and the API answers. Returns 1 when it was ended first.
 */
static int
wait_for_links(struct links *links, const struct control_run *run, struct base_err *err)
{
	uint64_t wait_ns = links->boot->conf->weir.link_wait_ns;
	struct control_source *looks;
	int rc;

	if (all_up(links) || wait_ns == 0)
		return 0;
	links->until_ns = base_clock_ns() + wait_ns;
	looks = control_every(links->control, FIRST_NS, look_whether_up, links);
	if (looks == NULL)
		return no_memory(err);
	rc = control_serve(links->control, run, err);
	control_forget(links->control, looks);
	return rc < 0 ? rc : !links->has_waited;
}

static void
init_state(struct links *links)
{
	const struct boot *b = links->boot;
	uint16_t peers[CONF_PORTS_MAX];

	for (uint32_t i = 0; i < b->n_ports; i++)
		peers[i] = (uint16_t)b->plan->ports[i].peer;
	port_links_init(&links->state, b->n_ports, peers,
		b->conf->weir.link_propagate && b->conf->weir.mode == CONF_MODE_BRIDGE);
}

static void
wake_by(const struct links *links, bool on)
{
	for (uint32_t i = 0; i < links->boot->n_ports; i++)
		port_link_wake(&links->boot->ports[i], links->fd, on);
}

/* From the end of the start on. */
static int
watch(struct links *links, struct base_err *err)
{
	links->every = control_every(links->control, LOOK_NS, look, links);
	links->woken = control_watch(links->control, links->fd, look_woken, links);
	if (links->events >= 0)
		links->changed = control_watch(links->control, links->events, look_changed, links);
	if (links->every == NULL || links->woken == NULL)
		return no_memory(err);
	step(links);
	return 0;
}

int
links_start(struct boot *boot, struct control *control, const struct control_run *run,
	struct links **out, struct base_err *err)
{
	struct links *links = calloc(1, sizeof(*links));
	int rc;

	*out = NULL;
	if (links == NULL)
		return no_memory(err);
	*links = (struct links){
		.boot = boot, .control = control, .fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
	if (links->fd < 0) {
		free(links);
		return no_memory(err);
	}
	links->events = port_events_open();
	init_state(links);
	port_links_begin(&links->state, &(struct port_links_ops){links, read_link, set_link, tell},
		base_clock_ns());
	wake_by(links, true);
	rc = wait_for_links(links, run, err);
	if (rc >= 0 && watch(links, err) < 0)
		rc = -ENOMEM;
	if (rc < 0)
		links_stop(links);
	else
		*out = links;
	return rc;
}

const struct port_links *
links_known(const struct links *links)
{
	return &links->state;
}

void
links_stop(struct links *links)
{
	const struct port_links_ops ops = {links, read_link, set_link, tell};

	if (links == NULL)
		return;
	port_links_end(&links->state, &ops);
	note_all(links);
	wake_by(links, false);
	control_forget(links->control, links->changed);
	control_forget(links->control, links->woken);
	control_forget(links->control, links->every);
	if (links->events >= 0)
		close(links->events);
	close(links->fd);
	free(links);
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * The links of all ports, and a bridge that looks like a wire: where one end has no link, the other
 * has none either.
 */
#include "port_links.h"

#include <errno.h>

void
port_links_init(struct port_links *links, uint32_t n, const uint16_t *peers, bool propagate)
{
	*links = (struct port_links){.n = n};
	for (uint32_t i = 0; i < n; i++) {
		struct port_links_port *port = &links->ports[i];

		port->peer = peers[i];
		/* A port that is its own peer, or whose peer has another, is no end of a wire. */
		port->is_wire = propagate && peers[i] != i && peers[peers[i]] == i;
	}
}

/* A process that was killed has let go of nothing: its own hold must not pass for a link that is
 * down. A device that cannot has held none. */
void
port_links_begin(struct port_links *links, const struct port_links_ops *ops, uint64_t now_ns)
{
	struct port_link seen;

	for (uint32_t i = 0; i < links->n; i++) {
		struct port_links_port *port = &links->ports[i];

		if (port->is_wire && !ops->read(ops->arg, i, &seen) &&
			ops->set(ops->arg, i, true) == 0)
			port->wait_until_ns = now_ns + PORT_LINKS_WAIT_NS;
	}
}

/* Notes whether anything can be seen of a link; that it cannot is told once. */
static void
note_elsewhere(struct port_links_port *port, uint32_t i, const struct port_link *seen,
	const struct port_links_ops *ops)
{
	if (seen->is_elsewhere == port->is_elsewhere)
		return;
	port->is_elsewhere = seen->is_elsewhere;
	port->is_known = false;
	port->is_held = false;
	if (port->is_elsewhere)
		ops->tell(ops->arg, i, seen, PORT_LINKS_SEEN);
}

/* One that comes back under its name is another, which the device does not know. */
static void
note_gone(struct port_links_port *port, uint32_t i, const struct port_link *seen,
	const struct port_links_ops *ops)
{
	port->is_gone = true;
	port->is_elsewhere = port->is_held = port->is_up = false;
	port->is_known = true;
	ops->tell(ops->arg, i, seen, PORT_LINKS_SEEN);
}

/* What is seen of a link that is not held down. One that was let go has a while to come up. */
static void
look(struct port_links *links, uint32_t i, const struct port_links_ops *ops, uint64_t now_ns)
{
	struct port_links_port *port = &links->ports[i];
	bool up;

	if (port->is_gone)
		return;
	up = ops->read(ops->arg, i, &port->seen);
	if (port->seen.is_gone) {
		note_gone(port, i, &port->seen, ops);
		return;
	}
	note_elsewhere(port, i, &port->seen, ops);
	if (port->is_elsewhere || port->is_held)
		return;
	if (!up && now_ns < port->wait_until_ns)
		return;
	port->wait_until_ns = 0;
	if (port->is_known && up == port->is_up)
		return;
	port->is_known = true;
	port->is_up = up;
	ops->tell(ops->arg, i, &port->seen, PORT_LINKS_SEEN);
}

/* Takes a link down, or lets it come up. */
static void
hold(struct port_links *links, uint32_t i, bool down, const struct port_links_ops *ops,
	uint64_t now_ns)
{
	struct port_links_port *port = &links->ports[i];
	struct port_link link = {.is_up = !down};

	if (ops->set(ops->arg, i, !down) < 0) {
		port->is_wire = links->ports[port->peer].is_wire = false;
		port->is_held = false;
		ops->tell(ops->arg, i, &link, PORT_LINKS_CANNOT);
		return;
	}
	port->is_held = down;
	port->is_known = true;
	port->is_up = !down;
	port->wait_until_ns = down ? 0 : now_ns + PORT_LINKS_WAIT_NS;
	ops->tell(ops->arg, i, &link, PORT_LINKS_SET);
}

/* A link follows its peer's, if that is its own and known; that of a tap far away holds nothing. */
static void
follow(struct port_links *links, uint32_t i, const struct port_links_ops *ops, uint64_t now_ns)
{
	const struct port_links_port *port = &links->ports[i];
	const struct port_links_port *peer = &links->ports[port->peer];
	bool down = !peer->is_elsewhere && !peer->is_up;

	if (!port->is_wire || port->is_elsewhere || port->is_gone || peer->is_held)
		return;
	if (!peer->is_known && !peer->is_elsewhere)
		return;
	if (port->is_held != down)
		hold(links, i, down, ops, now_ns);
}

void
port_links_step(struct port_links *links, const struct port_links_ops *ops, uint64_t now_ns)
{
	for (uint32_t i = 0; i < links->n; i++)
		look(links, i, ops, now_ns);
	for (uint32_t i = 0; i < links->n; i++)
		follow(links, i, ops, now_ns);
}

bool
port_links_is_down(const struct port_links *links, uint32_t i)
{
	const struct port_links_port *port = &links->ports[i];

	return port->is_known && !port->is_up && !port->is_elsewhere;
}

enum port_links_state
port_links_state(const struct port_links_port *port)
{
	if (port->is_held)
		return PORT_LINKS_HELD;
	if (port->seen.is_gone)
		return PORT_LINKS_GONE;
	if (port->seen.is_elsewhere)
		return PORT_LINKS_UNKNOWN;
	return port->seen.is_up ? PORT_LINKS_UP : PORT_LINKS_DOWN;
}

void
port_links_end(struct port_links *links, const struct port_links_ops *ops)
{
	for (uint32_t i = 0; i < links->n; i++) {
		struct port_links_port *port = &links->ports[i];

		if (port->is_held)
			port->is_up = ops->set(ops->arg, i, true) == 0;
		port->is_held = false;
	}
}

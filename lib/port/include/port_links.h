/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef PORT_LINKS_H
#define PORT_LINKS_H

/**
 * @file
 * The links of all ports: what changed, and, for a bridge that is to look like a wire, a link that
 * is taken down because its peer's is.
 *
 * Threads: the main lcore alone.
 * Memory: the caller's.
 * Hot path: no.
 */

#include "port.h"

#include <stdbool.h>
#include <stdint.h>

#define PORT_LINKS_MAX	   32
#define PORT_LINKS_WAIT_NS UINT64_C(5000000000) /**< that a link let go has to come up */

struct port_links_port {
	uint16_t peer;
	bool is_wire;	       /**< link changes go to its peer and come from it */
	bool is_known;	       /**< it was seen, or made */
	bool is_up;	       /**< as last seen, or made */
	bool is_elsewhere;     /**< nothing is known of it: its peer is left alone meanwhile */
	bool is_gone;	       /**< down for good: it is looked at no more */
	bool is_held;	       /**< down, because its peer is; what it would be cannot be seen */
	struct port_link seen; /**< at the last look */
	uint64_t wait_until_ns;
};

struct port_links {
	uint32_t n;
	struct port_links_port ports[PORT_LINKS_MAX];
};

/** What there is to tell of a link. */
enum port_links_state {
	PORT_LINKS_UNKNOWN, /**< it is in another namespace */
	PORT_LINKS_GONE,    /**< its interface is no more */
	PORT_LINKS_DOWN,
	PORT_LINKS_HELD, /**< down, because its peer's is */
	PORT_LINKS_UP
};

enum port_links_event {
	PORT_LINKS_SEEN,  /**< the first look, and each change */
	PORT_LINKS_SET,	  /**< taken down, or let go, because of its peer */
	PORT_LINKS_CANNOT /**< the device cannot: it and its peer are left alone from now on */
};

/** What the links are looked at and changed by. */
struct port_links_ops {
	void *arg;
	bool (*read)(void *arg, uint32_t port, struct port_link *out); /**< port_link_read() */
	int (*set)(void *arg, uint32_t port, bool up);		       /**< port_link_set() */
	void (*tell)(void *arg, uint32_t port, const struct port_link *link,
		enum port_links_event event);
};

/**
 * Begins to look at so many ports.
 *
 * @param n at most PORT_LINKS_MAX
 * @param peers of each port its peer's index
 * @param propagate links of ports that are each other's peers go down and up together
 */
void port_links_init(struct port_links *links, uint32_t n, const uint16_t *peers, bool propagate);

/** Lets go of what a process that was killed may have left held down: before the first step, of
 * links that propagate. */
void port_links_begin(struct port_links *links, const struct port_links_ops *ops, uint64_t now_ns);

/** Looks at every link; tells and does what follows. */
void port_links_step(struct port_links *links, const struct port_links_ops *ops, uint64_t now_ns);

/** Whether a link is known to be down, or held down. */
bool port_links_is_down(const struct port_links *links, uint32_t i);

/** What the last step saw of a port's link. */
enum port_links_state port_links_state(const struct port_links_port *port);

/** Lets go of every link that is held down. */
void port_links_end(struct port_links *links, const struct port_links_ops *ops);

#endif

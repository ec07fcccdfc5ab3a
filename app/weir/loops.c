/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "loops.h"

#include "base_clock.h"
#include "port_loops.h"

#include <rte_ether.h>

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define LOOK_NS UINT64_C(500000000)

struct loops {
	struct boot *boot;
	struct control *control;
	struct control_source *every;
	uint64_t now_ns;
	struct port_loops state[CONF_PORTS_MAX]; /* by the lower port of a pair */
};

/* The index of an ethdev port. */
static uint32_t
index_of(const struct boot *b, uint16_t id)
{
	uint32_t i = 0;

	while (i < b->n_ports && b->ports[i].id != id)
		i++;
	return i;
}

static void
tell(struct loops *loops, struct port_loops *state, uint64_t mac, uint32_t port)
{
	const struct boot *b = loops->boot;
	struct rte_ether_addr address;

	memcpy(&address, &mac, sizeof(address));
	fprintf(stderr,
		"%s: warning: a loop? " RTE_ETHER_ADDR_PRT_FMT
		" sends at %s and at %s by turns: both sides are joined elsewhere, too",
		b->command, RTE_ETHER_ADDR_BYTES(&address), b->ports[port].name,
		b->ports[b->plan->ports[port].peer].name);
	if (state->suppressed > 0)
		fprintf(stderr, " (%" PRIu64 " suppressed)", state->suppressed);
	fputc('\n', stderr);
	state->suppressed = 0;
}

static void
see(void *arg, uint64_t mac, uint16_t id)
{
	struct loops *loops = arg;
	const struct boot *b = loops->boot;
	uint32_t port = index_of(b, id), peer;
	struct port_loops *state;

	if (port == b->n_ports)
		return;
	peer = b->plan->ports[port].peer;
	if (peer == port || b->plan->ports[peer].peer != port)
		return;
	state = &loops->state[port < peer ? port : peer];
	if (port_loops_see(state, mac, (uint16_t)port, loops->now_ns))
		tell(loops, state, mac, port);
}

static void
look(void *arg)
{
	struct loops *loops = arg;

	loops->now_ns = base_clock_ns();
	engine_read_sources(loops->boot->engine, see, loops);
}

static bool
has_pair(const struct boot *b)
{
	for (uint32_t i = 0; i < b->n_ports; i++) {
		if (b->plan->ports[i].peer != i)
			return b->conf->weir.mode == CONF_MODE_BRIDGE;
	}
	return false;
}

int
loops_start(struct boot *boot, struct control *control, struct loops **out, struct base_err *err)
{
	struct loops *loops;

	*out = NULL;
	if (!has_pair(boot))
		return 0;
	loops = calloc(1, sizeof(*loops));
	if (loops != NULL) {
		loops->boot = boot;
		loops->control = control;
		loops->every = control_every(control, LOOK_NS, look, loops);
	}
	if (loops == NULL || loops->every == NULL) {
		free(loops);
		return base_fail(err, BASE_EXIT_UNAVAILABLE, ENOMEM, "no memory to look for loops");
	}
	*out = loops;
	return 0;
}

void
loops_stop(struct loops *loops)
{
	if (loops == NULL)
		return;
	control_forget(loops->control, loops->every);
	free(loops);
}

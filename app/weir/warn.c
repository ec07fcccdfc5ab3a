/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "warn.h"

#include <rte_common.h>
#include <rte_ether.h>

#include <string.h>

/* Queues that lead to different lcores, when what belongs together may be parted by them. Whom the
 * plan knows to spread packets it named. */
static void
warn_spread(const struct boot *b, uint32_t i)
{
	const struct plan_port *planned = &b->plan->ports[i];
	const char *what = NULL;

	if (b->ports[i].spread == PORT_SPREAD_PORTS)
		what = "by addresses and ports, not by addresses alone: fragments may reach "
		       "another "
		       "lcore than the rest of their flow";
	else if (b->ports[i].spread == PORT_SPREAD_OTHER && planned->can.spread == NULL)
		what = "in a way of its own: both directions of a connection may reach different "
		       "lcores";
	if (what != NULL && planned->is_parted)
		fprintf(stderr, "%s: warning: [port %s] device %s fills its %u queues %s\n",
			b->command, planned->name, planned->device, planned->rx_queues, what);
}

/* The kernel makes up for offloads where it receives itself; what is handed on stays as it is. */
static void
warn_offloads(const struct boot *b, uint32_t i)
{
	struct port_offloads on;

	if (!port_offloads_read(&b->ports[i], &on))
		return;
	fprintf(stderr,
		"%s: warning: [port %s] offloads of %s keep %s from passing (%s%s%s): ethtool -K "
		"%s%s%s%s%s\n",
		b->command, b->ports[i].name, on.iface,
		on.veth_tx ? "TCP and UDP, DNS with it," : "TCP",
		on.gro || on.lro ? "packets come joined" : "",
		(on.gro || on.lro) && on.veth_tx ? ", " : "",
		on.veth_tx ? "from a veth without checksums" : "", on.iface,
		on.gro ? " gro off" : "", on.lro ? " lro off" : "", on.veth_tx ? " tx off" : "",
		on.veth_tx ? ", and tx off at its other end" : "");
}

/* Octets of the longest packets that may come in by a port. */
static uint32_t
longest_of(const struct port *port)
{
	char iface[PORT_IFACE_MAX];
	uint32_t mtu = port_iface_mtu(port, iface);

	return mtu == 0 ? port->mtu : mtu;
}

/* What is longer than the interface's MTU the kernel throws away, and the device says that it sent
 * it. */
static void
warn_mtu(const struct boot *b, uint32_t i)
{
	const struct port *port = &b->ports[i];
	char iface[PORT_IFACE_MAX];
	uint32_t mtu = port_iface_mtu(port, iface);
	uint32_t comes = longest_of(&b->ports[b->plan->ports[i].peer]);

	if (port->mtu > RTE_ETHER_MTU) /* asked for */
		comes = RTE_MAX(comes, port->mtu);
	if (b->conf->weir.mode == CONF_MODE_TAP)
		comes = 0;
	if (mtu > 0 && comes > mtu)
		fprintf(stderr,
			"%s: warning: [port %s] packets of up to %u octets may leave by %s, whose "
			"MTU is %u: what is longer gets lost there, uncounted: ip link set %s mtu "
			"%u\n",
			b->command, port->name, comes, iface, mtu, iface, comes);
	else if (mtu > 0 && mtu + RTE_ETHER_HDR_LEN > port->whole_max)
		fprintf(stderr,
			"%s: warning: [port %s] %s has an MTU of %u, and frames of more than %u "
			"octets do not pass whole: mtu = %u here, or ip link set %s mtu %u\n",
			b->command, port->name, iface, mtu, port->whole_max, mtu, iface, port->mtu);
	else if (comes + RTE_ETHER_HDR_LEN > port->frame_max)
		fprintf(stderr,
			"%s: warning: [port %s] packets of up to %u octets may leave by it, and "
			"frames of more than %u are refused\n",
			b->command, port->name, comes, port->frame_max);
}

/* Queues of an interface that ports have between them. */
static uint32_t
polled_of(const struct boot *b, const char *iface)
{
	struct port_channels seen;
	uint32_t n = 0;

	for (uint32_t i = 0; i < b->n_ports; i++) {
		if (port_channels_read(&b->ports[i], &seen) && strcmp(seen.iface, iface) == 0)
			n += seen.n;
	}
	return n;
}

/* What the interface puts into a queue that no socket has goes to the kernel, and nobody counts it.
 * That lcores poll all queues of the device the plan sees to. */
static void
warn_channels(const struct boot *b, uint32_t i)
{
	struct port_channels seen;

	if (!port_channels_read(&b->ports[i], &seen) || polled_of(b, seen.iface) >= seen.has)
		return;
	fprintf(stderr,
		"%s: warning: [port %s] %s has %u queues to receive, of which %u from number %u on "
		"are polled: what comes in by others is lost, uncounted: ",
		b->command, b->ports[i].name, seen.iface, seen.has, seen.n, seen.first);
	if (seen.first > 0)
		fprintf(stderr,
			"ethtool -X %s start %u equal %u, or start_queue=0,queue_count=%u\n",
			seen.iface, seen.first, seen.n, seen.has);
	else
		fprintf(stderr, "ethtool -L %s %s %u%s, or queue_count=%u\n", seen.iface,
			seen.is_combined ? "combined" : "rx", seen.n,
			seen.is_combined ? "" : " (and as many to send at a veth's other end)",
			seen.has);
}

void
warn_port(const struct boot *b, uint32_t i)
{
	warn_spread(b, i);
	warn_offloads(b, i);
	warn_channels(b, i);
	warn_mtu(b, i);
}

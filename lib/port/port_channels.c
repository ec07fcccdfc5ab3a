/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * Queues of the kernel's interface that net_af_xdp is made of. A socket of it has one of them; what
 * the interface puts into others goes to the kernel.
 */
#include "port_priv.h"

#include <linux/ethtool.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static void
ask_interface(struct port_channels *out)
{
	struct ethtool_channels channels = {.cmd = ETHTOOL_GCHANNELS};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return;
	if (port_ethtool(fd, out->iface, &channels)) {
		out->has = channels.rx_count + channels.combined_count;
		out->is_combined = channels.combined_count > 0;
	}
	close(fd);
}

bool
port_channels_read(const struct port *port, struct port_channels *out)
{
	char first[16];

	*out = (struct port_channels){.n = port->rx_queues};
	if (!port_is_of(port->devargs, "net_af_xdp") || !port_find_iface(port->devargs, out->iface))
		return false;
	if (port_argument(port->devargs, "start_queue", first, sizeof(first)))
		out->first = (uint32_t)strtoul(first, NULL, 10);
	ask_interface(out);
	return out->has > 0;
}

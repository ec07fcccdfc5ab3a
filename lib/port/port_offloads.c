/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * Offloads of the kernel's interface that a device is made of. The kernel makes up for them where
 * it is the receiver itself; who hands frames on cannot.
 */
#include "port_priv.h"

#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

bool
port_ethtool(int fd, const char *iface, void *question)
{
	struct ifreq request = {0};

	memcpy(request.ifr_name, iface, strnlen(iface, IFNAMSIZ - 1));
	request.ifr_data = question;
	return ioctl(fd, SIOCETHTOOL, &request) == 0;
}

static uint32_t
value_of(int fd, const char *iface, uint32_t command)
{
	struct ethtool_value value = {.cmd = command};

	return port_ethtool(fd, iface, &value) ? value.data : 0;
}

static bool
is_veth(int fd, const char *iface)
{
	struct ethtool_drvinfo info = {.cmd = ETHTOOL_GDRVINFO};

	return port_ethtool(fd, iface, &info) && strcmp(info.driver, "veth") == 0;
}

/* The program of net_af_xdp gets frames before the kernel joins them. */
static bool
sees_joined(const struct port *port)
{
	return port_is_of(port->devargs, "net_af_packet");
}

bool
port_offloads_read(const struct port *port, struct port_offloads *out)
{
	int fd;

	*out = (struct port_offloads){0};
	if (!port_find_iface(port->devargs, out->iface))
		return false;
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return false;
	if (sees_joined(port)) {
		out->gro = value_of(fd, out->iface, ETHTOOL_GGRO) != 0;
		out->lro = (value_of(fd, out->iface, ETHTOOL_GFLAGS) & ETH_FLAG_LRO) != 0;
	}
	out->veth_tx = is_veth(fd, out->iface) && value_of(fd, out->iface, ETHTOOL_GTXCSUM) != 0;
	close(fd);
	return out->gro || out->lro || out->veth_tx;
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * The MTU of the kernel's interface that a device is made of: the kernel throws away what is
 * longer, and the drivers say that they sent it.
 */
#include "port_priv.h"

#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

uint32_t
port_iface_mtu(const struct port *port, char iface[PORT_IFACE_MAX])
{
	struct ifreq request = {0};
	uint32_t mtu = 0;
	int fd;

	if (!port_find_iface(port->devargs, iface))
		return 0;
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return 0;
	memcpy(request.ifr_name, iface, strnlen(iface, IFNAMSIZ - 1));
	if (ioctl(fd, SIOCGIFMTU, &request) == 0 && request.ifr_mtu > 0)
		mtu = (uint32_t)request.ifr_mtu;
	close(fd);
	return mtu;
}

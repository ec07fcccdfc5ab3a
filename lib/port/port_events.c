/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * What the kernel tells of its interfaces (rtnetlink(7)): drivers that use them tell nothing.
 */
#include "port.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <unistd.h>

int
port_events_open(void)
{
	struct sockaddr_nl address = {.nl_family = AF_NETLINK, .nl_groups = RTMGRP_LINK};
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
	int rc;

	if (fd < 0)
		return -errno;
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
		return fd;
	rc = -errno;
	close(fd);
	return rc;
}

void
port_events_take(int fd)
{
	char ignored[256];

	/* Too many at once is told as ENOBUFS, behind which there are more. */
	while (recv(fd, ignored, sizeof(ignored), MSG_TRUNC) > 0 || errno == ENOBUFS ||
		errno == EINTR)
		;
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * A packet socket hears what the host itself sends by an interface as well as what comes in by it.
 * The driver of net_af_packet takes the one for the other, and its sockets are in a fanout group,
 * where PACKET_IGNORE_OUTGOING has no effect: they get a filter (socket(7), SO_ATTACH_FILTER).
 */
#include "port_priv.h"

#include <dirent.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* Whether a descriptor is a packet socket of that interface. */
static bool
is_packet_socket(int fd, uint32_t if_index)
{
	struct sockaddr_ll address = {0};
	socklen_t size = sizeof(address);

	return getsockname(fd, (struct sockaddr *)&address, &size) == 0 &&
	       address.sll_family == AF_PACKET && address.sll_ifindex == (int)if_index;
}

static int
keep_outgoing_out(int fd)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, (uint32_t)(SKF_AD_OFF + SKF_AD_PKTTYPE)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PACKET_OUTGOING, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, 0), BPF_STMT(BPF_RET | BPF_K, UINT32_MAX), /* all of it */
	};
	struct sock_fprog program = {.len = sizeof(code) / sizeof(code[0]), .filter = code};

	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)) == 0
		       ? 0
		       : -errno;
}

int
port_packet_filter(const struct port *port)
{
	const struct dirent *entry;
	int rc = 0, n = 0;
	DIR *folder;

	if (!port_is_of(port->devargs, "net_af_packet"))
		return 0;
	folder = opendir("/proc/self/fd"); /* the driver does not tell its sockets */
	if (folder == NULL)
		return -errno;
	while (rc == 0 && (entry = readdir(folder)) != NULL) {
		int fd = (int)strtol(entry->d_name, NULL, 10); /* `.' is 0, and no harm */

		if (!is_packet_socket(fd, port->if_index))
			continue;
		rc = keep_outgoing_out(fd);
		n++;
	}
	closedir(folder);
	return rc == 0 && n == 0 ? -ENOENT : rc;
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * Sockets in the file system that drivers listen on. A process that is killed leaves its own
 * behind, and the driver of the next one fails at the name.
 */
#include "port_priv.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* Devices that may listen, and by which argument it is told that they do. */
static const struct listener {
	const char *driver, *path; /* argument that names the socket */
	const char *key, *value;   /* it listens with this one, */
	bool unless;		   /* or without it */
} listeners[] = {{"net_memif", "socket", "role", "server", false},
	{"net_memif", "socket", "role", "master", false},
	{"net_vhost", "iface", "client", "1", true},
	{"net_virtio_user", "path", "server", "1", false}};

static bool
listens(const struct listener *listener, const char *devargs, char path[PORT_SOCKET_MAX])
{
	char value[PORT_SOCKET_MAX];

	if (!port_is_of(devargs, listener->driver))
		return false;
	port_argument(devargs, listener->key, value, sizeof(value));
	if ((strcmp(value, listener->value) == 0) == listener->unless)
		return false;
	return port_argument(devargs, listener->path, path, PORT_SOCKET_MAX);
}

/* Whether it is a socket of ours that nobody has open. One of another type than its owner's tells
 * that, and he hears nothing of it. */
static bool
is_left(const char *path)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	struct stat found;
	bool refused;
	int fd;

	if (lstat(path, &found) < 0 || !S_ISSOCK(found.st_mode) || found.st_uid != geteuid())
		return false;
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return false;
	snprintf(to.sun_path, sizeof(to.sun_path), "%s", path);
	refused =
		connect(fd, (const struct sockaddr *)&to, sizeof(to)) < 0 && errno == ECONNREFUSED;
	close(fd);
	return refused;
}

bool
port_clear_socket(const char *devargs, char path[PORT_SOCKET_MAX])
{
	for (size_t i = 0; i < sizeof(listeners) / sizeof(listeners[0]); i++) {
		if (listens(&listeners[i], devargs, path) && is_left(path))
			return unlink(path) == 0;
	}
	return false;
}

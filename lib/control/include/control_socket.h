/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef CONTROL_SOCKET_H
#define CONTROL_SOCKET_H

/**
 * @file
 * The listening UNIX socket in the folder of a run, which one instance alone serves at a time.
 *
 * Threads: the main one. Memory: none but the caller's. Hot path: no.
 */

#include "base_err.h"

#include <stdbool.h>
#include <sys/un.h>

/** A socket that listens. */
struct control_socket {
	int fd;
	int dir;   /**< the folder, locked for as long as the socket is served */
	bool made; /**< the folder was made for it */
	char path[sizeof(((struct sockaddr_un *)NULL)->sun_path)];
};

/**
 * Opens it. The folder is made where it is missing; a socket left behind by an instance that is
 * gone is replaced. One that another user owns, or can put a socket of his own in, is refused
 * (base_distrust()). Where there is a group `weir`, its members may connect, else the owner alone.
 *
 * @param path of the socket
 * @return 0; -EBUSY: another instance serves it; or what the kernel says, in err
 */
int control_socket_open(const char *path, struct control_socket *out, struct base_err *err);

/** Closes it: the socket is gone, and a folder that was made for it where nothing else is in it. */
void control_socket_close(struct control_socket *socket);

#endif

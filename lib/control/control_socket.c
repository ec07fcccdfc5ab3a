/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "control_socket.h"

#include "base_owner.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define GROUP	"weir"
#define BACKLOG 16

static int
fail(const char *path, const char *what, struct base_err *err)
{
	int error = errno;

	return base_fail(err,
		error == EACCES || error == EPERM ? BASE_EXIT_PERMISSION : BASE_EXIT_FAILURE, error,
		"%s: %s: %s", path, what, strerror(error));
}

/* The folder, made where it is missing; no other user may put a socket of his own in the place of
 * ours. */
static int
open_folder(const char *path, struct control_socket *out, struct base_err *err)
{
	const char *why;
	struct stat st;

	if (mkdir(path, 0755) == 0)
		out->made = true;
	else if (errno != EEXIST)
		return fail(path, "the folder of the API's socket cannot be made", err);
	out->dir = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (out->dir < 0 || fstat(out->dir, &st) < 0)
		return fail(path, "the folder of the API's socket cannot be opened", err);
	why = base_distrust(&st);
	if (why == NULL)
		return 0;
	return base_fail(err, BASE_EXIT_PERMISSION, EPERM, "%s: the folder of the API's socket: %s",
		path, why);
}

static int
lock_folder(const struct control_socket *socket, struct base_err *err)
{
	if (flock(socket->dir, LOCK_EX | LOCK_NB) == 0)
		return 0;
	if (errno != EWOULDBLOCK)
		return fail(socket->path, "cannot be locked", err);
	return base_fail(err, BASE_EXIT_UNAVAILABLE, EBUSY,
		"%s: another instance serves it: each wants a folder of its own", socket->path);
}

/* Whoever holds the lock may take away what is left of others: a socket, nothing else. */
static int
remove_stale(const char *path, struct base_err *err)
{
	struct stat st;

	if (lstat(path, &st) < 0)
		return errno == ENOENT ? 0 : fail(path, "cannot be looked at", err);
	if (!S_ISSOCK(st.st_mode))
		return base_fail(err, BASE_EXIT_FAILURE, EEXIST,
			"%s: is there and no socket: it is not taken away", path);
	return unlink(path) == 0 ? 0 : fail(path, "cannot be taken away", err);
}

/* The mode is that of the socket before it has a name (Linux), so that nobody but the owner can
 * connect at any time before the group is set. */
static int
bind_socket(struct control_socket *out, struct base_err *err)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	out->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (out->fd < 0 || fchmod(out->fd, 0600) < 0)
		return fail(out->path, "no socket", err);
	memcpy(address.sun_path, out->path, sizeof(address.sun_path));
	if (bind(out->fd, (const struct sockaddr *)&address, sizeof(address)) < 0)
		return fail(out->path, "cannot be made", err);
	return 0;
}

static int
admit_group(const struct control_socket *socket, struct base_err *err)
{
	const struct group *group = getgrnam(GROUP);

	if (group == NULL)
		return 0;
	if (chown(socket->path, (uid_t)-1, group->gr_gid) < 0) /* one that is no member keeps it */
		return errno == EPERM ? 0 : fail(socket->path, "cannot be given to " GROUP, err);
	return chmod(socket->path, 0660) == 0 ? 0 : fail(socket->path, "no mode", err);
}

static int
open_in_folder(struct control_socket *out, struct base_err *err)
{
	int rc = lock_folder(out, err);

	if (rc == 0)
		rc = remove_stale(out->path, err);
	if (rc < 0) {
		out->path[0] = '\0'; /* what is there is not ours */
		return rc;
	}
	rc = bind_socket(out, err);
	if (rc == 0)
		rc = admit_group(out, err);
	if (rc == 0 && listen(out->fd, BACKLOG) < 0)
		rc = fail(out->path, "does not listen", err);
	return rc;
}

/* The folder of a path, where it has one that can be removed again. */
static void
folder_of(const char *path, char folder[sizeof(((struct sockaddr_un *)NULL)->sun_path)])
{
	const char *slash = strrchr(path, '/');

	snprintf(folder, sizeof(((struct sockaddr_un *)NULL)->sun_path), "%.*s",
		slash == NULL ? 1 : (int)(slash - path), slash == NULL ? "." : path);
}

int
control_socket_open(const char *path, struct control_socket *out, struct base_err *err)
{
	char folder[sizeof(out->path)];
	int rc;

	*out = (struct control_socket){.fd = -1, .dir = -1};
	if (strlen(path) >= sizeof(out->path))
		return base_fail(err, BASE_EXIT_CONFIG, ENAMETOOLONG,
			"%s: the path of a socket has at most %zu octets", path,
			sizeof(out->path) - 1);
	snprintf(out->path, sizeof(out->path), "%s", path);
	folder_of(path, folder);
	rc = open_folder(folder, out, err);
	if (rc == 0)
		rc = open_in_folder(out, err);
	if (rc < 0)
		control_socket_close(out);
	return rc;
}

void
control_socket_close(struct control_socket *socket)
{
	char folder[sizeof(socket->path)];

	if (socket->fd >= 0) {
		close(socket->fd);
		unlink(socket->path);
	}
	if (socket->made && socket->path[0] != '\0') {
		folder_of(socket->path, folder);
		rmdir(folder);
	}
	if (socket->dir >= 0)
		close(socket->dir);
	*socket = (struct control_socket){.fd = -1, .dir = -1};
}

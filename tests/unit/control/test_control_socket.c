/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "control_socket.h"
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

struct fixture {
	char dir[32], path[64];
	struct control_socket socket;
	struct base_err err;
};

static int
set_up(void **state)
{
	static struct fixture f;

	f = (struct fixture){.dir = "/tmp/weir-socket-XXXXXX"};
	*state = &f;
	if (mkdtemp(f.dir) == NULL)
		return -1;
	snprintf(f.path, sizeof(f.path), "%s/run/api.sock", f.dir);
	return 0;
}

/* Nothing is left: not the socket, not the folder that was made for it. */
static int
tear_down(void **state)
{
	struct fixture *f = *state;

	control_socket_close(&f->socket);
	return rmdir(f->dir);
}

static bool
can_connect(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), rc;

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	rc = connect(fd, (const struct sockaddr *)&address, sizeof(address));
	close(fd);
	return rc == 0;
}

static void
a_path_too_long_is_refused(void **state)
{
	struct fixture *f = *state;
	char path[200];

	memset(path, 'x', sizeof(path));
	path[199] = '\0';
	assert_int_equal(control_socket_open(path, &f->socket, &f->err), -ENAMETOOLONG);
}

static void
a_folder_that_cannot_be_made_is_refused(void **state)
{
	struct fixture *f = *state;
	char path[80];

	snprintf(path, sizeof(path), "%s/none/run/api.sock", f->dir);
	assert_int_equal(control_socket_open(path, &f->socket, &f->err), -ENOENT);
	assert_non_null(strstr(f->err.text, "cannot be made"));
}

/* A link could lead to a folder that others can write to. */
static void
a_folder_that_is_a_link_is_refused(void **state)
{
	struct fixture *f = *state;
	char link[64];

	snprintf(link, sizeof(link), "%s/run", f->dir);
	assert_int_equal(symlink("/tmp", link), 0);
	assert_true(control_socket_open(f->path, &f->socket, &f->err) < 0);
	assert_int_equal(unlink(link), 0);
}

/* Who can write there can put a socket of his own in the place of ours, and answer for us. */
static void
a_folder_that_is_not_ours_alone_is_refused(void **state)
{
	struct fixture *f = *state;
	char dir[64];

	snprintf(dir, sizeof(dir), "%s/run", f->dir);
	assert_int_equal(mkdir(dir, 0700), 0);
	assert_int_equal(chmod(dir, 0775), 0);
	assert_int_equal(control_socket_open(f->path, &f->socket, &f->err), -EPERM);
	assert_int_equal(f->err.exit, BASE_EXIT_PERMISSION);
	assert_non_null(strstr(f->err.text, "others may write in this folder"));
	if (geteuid() == 0) {
		assert_int_equal(chmod(dir, 0700), 0);
		assert_int_equal(chown(dir, 65534, 65534), 0);
		assert_int_equal(control_socket_open(f->path, &f->socket, &f->err), -EPERM);
		assert_non_null(strstr(f->err.text, "belongs to another user"));
		assert_int_equal(chown(dir, 0, 0), 0);
	}
	assert_int_equal(chmod(dir, 01777), 0); /* there nobody takes away what is another's */
	assert_int_equal(control_socket_open(f->path, &f->socket, &f->err), 0);
	control_socket_close(&f->socket);
	assert_int_equal(rmdir(dir), 0);
}

static void
what_is_no_socket_is_not_taken_away(void **state)
{
	struct fixture *f = *state;
	char dir[64];
	int fd;

	snprintf(dir, sizeof(dir), "%s/run", f->dir);
	assert_int_equal(mkdir(dir, 0700), 0);
	fd = open(f->path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(control_socket_open(f->path, &f->socket, &f->err), -EEXIST);
	assert_int_equal(unlink(f->path), 0); /* it was there */
	assert_int_equal(rmdir(dir), 0);
}

static void
one_instance_serves_it_at_a_time(void **state)
{
	struct fixture *f = *state;
	struct control_socket other;
	struct stat st;

	assert_int_equal(control_socket_open(f->path, &f->socket, &f->err), 0);
	assert_int_equal(stat(f->path, &st), 0);
	assert_int_equal(st.st_mode & 0117, 0); /* others never, nobody may run it */
	assert_true(can_connect(f->path));
	assert_int_equal(control_socket_open(f->path, &other, &f->err), -EBUSY);
	assert_int_equal(f->err.exit, BASE_EXIT_UNAVAILABLE);
	assert_true(can_connect(f->path)); /* the first one was not disturbed */
	control_socket_close(&f->socket);
	assert_int_equal(stat(f->path, &st), -1);
	assert_int_equal(control_socket_open(f->path, &f->socket, &f->err), 0);
}

static void
a_socket_left_behind_is_replaced(void **state)
{
	struct fixture *f = *state;
	struct control_socket dead;

	assert_int_equal(control_socket_open(f->path, &dead, &f->err), 0);
	close(dead.fd); /* as when its process was killed */
	close(dead.dir);
	assert_false(can_connect(f->path));
	assert_int_equal(control_socket_open(f->path, &f->socket, &f->err), 0);
	assert_true(can_connect(f->path));
	f->socket.made = true; /* by the one that is gone */
}

static void
what_was_never_open_can_be_closed(void **state)
{
	struct fixture *f = *state;

	f->socket = (struct control_socket){.fd = -1, .dir = -1};
	control_socket_close(&f->socket);
	control_socket_close(&f->socket);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_path_too_long_is_refused),
		CASE(a_folder_that_cannot_be_made_is_refused),
		CASE(a_folder_that_is_a_link_is_refused),
		CASE(a_folder_that_is_not_ours_alone_is_refused),
		CASE(what_is_no_socket_is_not_taken_away),
		CASE(one_instance_serves_it_at_a_time),
		CASE(a_socket_left_behind_is_replaced),
		CASE(what_was_never_open_can_be_closed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

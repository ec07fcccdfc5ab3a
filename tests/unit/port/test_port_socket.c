/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "port.h"
#include "unit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static char folder[] = "/tmp/weir_unit_socketXXXXXX";
static char path[64];

/* Listens by the name; the socket stays in the file system when it is closed. */
static int
listen_there(int type)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, type, 0);

	assert_true(fd >= 0);
	snprintf(at.sun_path, sizeof(at.sun_path), "%s", path);
	assert_int_equal(bind(fd, (const struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(listen(fd, 1), 0);
	return fd;
}

/* A device whose %s is the path. */
static bool
clears(const char *device)
{
	const char *at = strstr(device, "%s");
	char devargs[256], cleared[PORT_SOCKET_MAX];
	bool was;

	snprintf(devargs, sizeof(devargs), "%.*s%s%s", (int)(at - device), device, path, at + 2);
	was = port_clear_socket(devargs, cleared);
	if (was)
		assert_string_equal(cleared, path);
	assert_int_equal(access(path, F_OK), was ? -1 : 0);
	return was;
}

static void
the_socket_of_a_process_that_is_gone_is_taken_away(void **state)
{
	static const struct {
		const char *device;
		int type;
		bool cleared;
	} cases[] = {{"net_memif0,role=server,socket=%s,socket-abstract=no", SOCK_SEQPACKET, true},
		{"net_memif0,socket=%s,role=master", SOCK_SEQPACKET, true},
		{"net_memif0,socket=%s,role=client", SOCK_SEQPACKET, false},
		{"net_memif0,socket=%s", SOCK_SEQPACKET, false},
		{"net_vhost0,iface=%s", SOCK_STREAM, true},
		{"net_vhost0,iface=%s,client=0,queues=2", SOCK_STREAM, true},
		{"net_vhost0,iface=%s,client=1", SOCK_STREAM, false},
		{"net_virtio_user0,path=%s,server=1", SOCK_STREAM, true},
		{"net_virtio_user0,path=%s", SOCK_STREAM, false},
		{"net_vhost_other0,iface=%s", SOCK_STREAM, false},
		{"net_tap0,iface=%s", SOCK_STREAM, false}};

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(cases); i++) {
		close(listen_there(cases[i].type));
		assert_int_equal(clears(cases[i].device), cases[i].cleared);
		unlink(path);
	}
}

static void
a_socket_that_somebody_has_is_left_alone(void **state)
{
	static const int types[] = {SOCK_SEQPACKET, SOCK_STREAM};

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(types); i++) {
		int fd = listen_there(types[i] | SOCK_NONBLOCK);

		assert_false(clears("net_vhost0,iface=%s"));
		assert_false(clears("net_memif0,role=server,socket=%s"));
		assert_int_equal(accept(fd, NULL, NULL), -1); /* nor does he hear of it */
		assert_int_equal(errno, EAGAIN);
		close(fd);
		unlink(path);
	}
}

static void
what_is_no_socket_of_ours_is_left_alone(void **state)
{
	char device[512], ignored[PORT_SOCKET_MAX], other[80];
	FILE *file = fopen(path, "we");

	(void)state;
	assert_non_null(file);
	fclose(file);
	assert_false(clears("net_vhost0,iface=%s"));
	unlink(path);
	close(listen_there(SOCK_STREAM));
	snprintf(other, sizeof(other), "%s/link", folder);
	assert_int_equal(symlink(path, other), 0);
	snprintf(device, sizeof(device), "net_vhost0,iface=%s", other);
	assert_false(port_clear_socket(device, ignored));
	assert_int_equal(unlink(other), 0);
	if (geteuid() == 0) {
		assert_int_equal(lchown(path, 1, 1), 0);
		assert_false(clears("net_vhost0,iface=%s"));
	}
	unlink(path);
	assert_false(port_clear_socket("net_vhost0,iface=/nonexistent/socket", ignored));
	memset(device, 'a', sizeof(device) - 1); /* longer than a path */
	memcpy(device, "net_vhost0,iface=/", 18);
	device[sizeof(device) - 1] = '\0';
	assert_false(port_clear_socket(device, ignored));
}

static int
make_folder(void **state)
{
	(void)state;
	if (mkdtemp(folder) == NULL)
		return -1;
	snprintf(path, sizeof(path), "%s/socket", folder);
	return 0;
}

static int
remove_folder(void **state)
{
	(void)state;
	return rmdir(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_socket_of_a_process_that_is_gone_is_taken_away),
		cmocka_unit_test(a_socket_that_somebody_has_is_left_alone),
		cmocka_unit_test(what_is_no_socket_of_ours_is_left_alone),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}

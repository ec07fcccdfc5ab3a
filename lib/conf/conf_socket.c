/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "conf.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define NAME "api.sock"

/* Where folders of running programs are. */
static const char *
runtime_dir(void)
{
	const char *dir = getenv("XDG_RUNTIME_DIR");

	if (geteuid() == 0)
		return "/run";
	return dir != NULL && dir[0] == '/' ? dir : "/tmp";
}

int
conf_socket(const struct conf *conf, char path[CONF_SOCKET_MAX], struct base_err *err)
{
	const char *dir = conf->weir.run_dir.file;
	int n;

	if (dir[0] != '\0')
		n = snprintf(path, CONF_SOCKET_MAX, "%s/" NAME, dir);
	else
		n = snprintf(
			path, CONF_SOCKET_MAX, "%s/%s/" NAME, runtime_dir(), conf->eal.file_prefix);
	if (n < CONF_SOCKET_MAX)
		return 0;
	path[0] = '\0';
	conf_blame(err, &conf->weir.sect, "run_dir",
		"with /" NAME " the path of a socket has at most %d octets", CONF_SOCKET_MAX - 1);
	return -ENAMETOOLONG;
}

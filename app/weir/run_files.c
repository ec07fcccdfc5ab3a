/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "run_files.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define QUIET_NS UINT64_C(500000000) /* a list is written in more than one go */

/* Asks for a reload; one that is under way may have read the file before it changed. */
static void
reload(void *arg)
{
	struct run_files *run = arg;
	struct base_err err = {0};
	int rc = control_reload_request(
		run->reloads->reload, &(struct control_request){.later = true}, &err);

	if (rc < 0)
		fprintf(stderr, "%s: a file has changed: not reloaded: %s\n",
			run->reloads->boot->command, err.text);
	else
		fprintf(stderr, "%s: a file has changed: reload\n", run->reloads->boot->command);
}

/* The INI itself, absolute; for free(3). */
static char *
ini_path(const struct conf *conf)
{
	const char *slash = strrchr(conf->file, '/');
	char *path;

	if (asprintf(&path, "%s/%s", conf->dir, slash == NULL ? conf->file : slash + 1) < 0)
		return NULL;
	return path;
}

/* The compiled policy, absolute: the program stays in its folder; for free(3). */
static char *
compiled_path(const char *policy)
{
	char dir[PATH_MAX], *path;

	if (policy[0] == '/')
		return strdup(policy);
	if (getcwd(dir, sizeof(dir)) == NULL || asprintf(&path, "%s/%s", dir, policy) < 0)
		return NULL;
	return path;
}

/* What the INI names and a reload reads. */
static uint32_t
collect_paths(const struct conf *conf, const char **paths)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < conf->n_lists; i++) {
		if (conf->lists[i].builtin == NULL)
			paths[n++] = conf->lists[i].path.file;
	}
	for (uint32_t i = 0; i < conf->n_clients; i++) {
		if (conf->clients[i].prefix_file.file[0] != '\0')
			paths[n++] = conf->clients[i].prefix_file.file;
	}
	return n;
}

/* A compiled policy holds what its lists and clients were read from: those files are not read. */
static int
watch(struct run_files *run, const struct conf *conf, struct base_err *err)
{
	const char *policy = run->reloads->boot->cli->policy;
	const char **paths = calloc(2u + conf->n_lists + conf->n_clients, sizeof(paths[0]));
	char *ini = ini_path(conf), *compiled = policy == NULL ? NULL : compiled_path(policy);
	uint32_t n = 1;
	int rc = 0;

	if (ini == NULL || paths == NULL || (policy != NULL && compiled == NULL))
		rc = base_fail(err, BASE_EXIT_UNAVAILABLE, ENOMEM, "no memory to watch files");
	if (rc == 0 && run->files == NULL)
		rc = control_files_new(run->control, QUIET_NS, reload, run, &run->files, err);
	if (rc == 0) {
		paths[0] = ini;
		if (policy != NULL)
			paths[n++] = compiled;
		else
			n += collect_paths(conf, paths + 1);
		rc = control_files_set(run->files, paths, n, err);
	}
	free(paths);
	free(ini);
	free(compiled);
	return rc;
}

void
run_files_update(struct run_files *run, const struct conf *conf)
{
	struct base_err err = {0};

	if (!conf->weir.reload_on_change)
		run_files_close(run);
	else if (watch(run, conf, &err) < 0)
		fprintf(stderr, "%s: warning: [weir] reload_on_change: %s\n",
			run->reloads->boot->command, err.text);
}

void
run_files_close(struct run_files *run)
{
	control_files_free(run->files);
	run->files = NULL;
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "run_files.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define QUIET_NS UINT64_C(500000000)  /* a list is written in more than one go */
#define AGAIN_NS UINT64_C(1000000000) /* between two tries while a reload is under way */

/* Asks for a reload; one that is under way may have read the file before it changed. */
static void
reload(void *arg)
{
	struct run_files *run = arg;
	struct base_err err = {0};
	int rc = control_reload_request(run->reloads->reload, &(struct control_request){0}, &err);

	if (rc == -EBUSY && run->again == NULL)
		run->again = control_every(run->control, AGAIN_NS, reload, run);
	if (rc == -EBUSY && run->again != NULL)
		return;
	control_forget(run->control, run->again);
	run->again = NULL;
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

static int
watch(struct run_files *run, const struct conf *conf, struct base_err *err)
{
	const char *paths[CONF_LISTS_MAX + 1];
	uint32_t n = 0;
	char *ini = ini_path(conf);
	int rc = 0;

	if (ini == NULL)
		return base_fail(err, BASE_EXIT_UNAVAILABLE, ENOMEM, "no memory to watch files");
	paths[n++] = ini;
	if (run->reloads->boot->cli->policy != NULL)
		paths[n++] = run->reloads->boot->cli->policy;
	for (uint32_t i = 0; i < conf->n_lists && n == 1; i++) {
		if (conf->lists[i].builtin == NULL)
			paths[n++] = conf->lists[i].path.file;
	}
	if (run->files == NULL)
		rc = control_files_new(run->control, QUIET_NS, reload, run, &run->files, err);
	if (rc == 0)
		rc = control_files_set(run->files, paths, n, err);
	free(ini);
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
	control_forget(run->control, run->again);
	run->again = NULL;
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "control_files.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

/* A file that is complete: written and closed, or moved there. One that is gone may come again. */
#define CHANGES (IN_CLOSE_WRITE | IN_MOVED_TO | IN_DELETE | IN_MOVED_FROM)

/* A file: its folder's watch, and its name there. */
struct watched {
	int watch;
	char *path;
	const char *name; /* inside path */
};

struct control_files {
	struct control *control;
	control_fn fn;
	void *arg;
	uint64_t quiet_ns;
	int fd;
	struct control_source *source;
	struct control_source *pending; /* a change waits for quiet */
	struct watched *files;
	uint32_t n;
};

static int
no_memory(struct base_err *err)
{
	return base_fail(err, BASE_EXIT_UNAVAILABLE, ENOMEM, "no memory to watch files");
}

static void
tell(void *arg)
{
	struct control_files *files = arg;

	control_forget(files->control, files->pending);
	files->pending = NULL;
	files->fn(files->arg);
}

/* Quiet begins anew. Without memory to wait with, the change is told now. */
static void
wait_for_quiet(struct control_files *files)
{
	control_forget(files->control, files->pending);
	files->pending = control_every(files->control, files->quiet_ns, tell, files);
	if (files->pending == NULL)
		tell(files);
}

static bool
is_ours(const struct control_files *files, const struct inotify_event *event)
{
	if ((event->mask & IN_Q_OVERFLOW) != 0)
		return true; /* what was lost may have been one of them */
	for (uint32_t i = 0; i < files->n && event->len > 0; i++) {
		if (files->files[i].watch == event->wd &&
			strcmp(files->files[i].name, event->name) == 0)
			return true;
	}
	return false;
}

static void
read_events(void *arg)
{
	struct control_files *files = arg;
	_Alignas(struct inotify_event) char octets[4096];
	bool changed = false;
	ssize_t n;

	while ((n = read(files->fd, octets, sizeof(octets))) > 0) {
		for (char *at = octets; at < octets + n;) {
			const struct inotify_event *event = (const void *)at;

			changed |= is_ours(files, event);
			at += sizeof(*event) + event->len;
		}
	}
	if (changed)
		wait_for_quiet(files);
}

int
control_files_new(struct control *control, uint64_t quiet_ns, control_fn fn, void *arg,
	struct control_files **out, struct base_err *err)
{
	struct control_files *files = calloc(1, sizeof(*files));

	*out = NULL;
	if (files == NULL)
		return no_memory(err);
	*files = (struct control_files){
		.control = control, .fn = fn, .arg = arg, .quiet_ns = quiet_ns};
	files->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (files->fd < 0) {
		int error = errno;

		free(files);
		return base_fail(err, BASE_EXIT_UNAVAILABLE, error, "files cannot be watched: %s",
			strerror(error));
	}
	files->source = control_watch(control, files->fd, read_events, files);
	if (files->source == NULL) {
		control_files_free(files);
		return no_memory(err);
	}
	*out = files;
	return 0;
}

static void
forget_all(struct control_files *files)
{
	for (uint32_t i = 0; i < files->n; i++) {
		if (files->files[i].watch >= 0)
			inotify_rm_watch(files->fd, files->files[i].watch); /* once a folder */
		free(files->files[i].path);
	}
	free(files->files);
	files->files = NULL;
	files->n = 0;
}

/* A folder that two files share has one watch: the kernel knows it again. */
static int
watch(const struct control_files *files, const char *path, struct watched *out,
	struct base_err *err)
{
	char *slash;
	int error;

	*out = (struct watched){.watch = -1, .path = strdup(path)};
	if (out->path == NULL)
		return no_memory(err);
	slash = strrchr(out->path, '/');
	if (slash == NULL)
		return base_fail(err, BASE_EXIT_FAILURE, EINVAL, "%s: is not absolute", path);
	out->name = slash + 1;
	*slash = '\0';
	out->watch = inotify_add_watch(
		files->fd, out->path[0] == '\0' ? "/" : out->path, CHANGES | IN_ONLYDIR);
	error = errno;
	*slash = '/';
	if (out->watch >= 0)
		return 0;
	return base_fail(err, BASE_EXIT_FAILURE, error, "%s: its folder cannot be watched: %s",
		path, strerror(error));
}

int
control_files_set(
	struct control_files *files, const char *const *paths, uint32_t n, struct base_err *err)
{
	struct base_err *first = err;
	int rc = 0;

	forget_all(files);
	files->files = calloc(n + 1u, sizeof(files->files[0]));
	if (files->files == NULL)
		return no_memory(err);
	for (uint32_t i = 0; i < n; i++) {
		int one = watch(files, paths[i], &files->files[files->n++], first);

		if (one < 0 && rc == 0) {
			rc = one;
			first = NULL;
		}
	}
	return rc;
}

void
control_files_free(struct control_files *files)
{
	if (files == NULL)
		return;
	control_forget(files->control, files->pending);
	control_forget(files->control, files->source);
	forget_all(files);
	close(files->fd);
	free(files);
}

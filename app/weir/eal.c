/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "eal.h"

#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_log.h>

#include <dirent.h>
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <mntent.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

void
eal_add(struct eal_args *args, const char *fmt, ...)
{
	va_list list;

	if (args->argc == EAL_ARGS_MAX) {
		args->bad = true;
		return;
	}
	va_start(list, fmt);
	if (vasprintf(&args->argv[args->argc], fmt, list) < 0) {
		args->argv[args->argc] = NULL;
		args->bad = true;
	} else {
		args->argc++;
	}
	va_end(list);
}

void
eal_add_words(struct eal_args *args, const char *words)
{
	static const char blanks[] = " \t";
	size_t n;

	for (words += strspn(words, blanks); *words != '\0'; words += strspn(words, blanks)) {
		n = strcspn(words, blanks);
		eal_add(args, "%.*s", (int)n, words);
		words += n;
	}
}

void
eal_args_free(struct eal_args *args)
{
	while (args->argc > 0)
		free(args->argv[--args->argc]);
	*args = (struct eal_args){0};
}

void
eal_quiet_begin(struct eal_quiet *quiet)
{
	fflush(stdout);
	fflush(stderr);
	quiet->fd = memfd_create("weir-eal", MFD_CLOEXEC);
	if (quiet->fd < 0)
		return;
	for (int i = 0; i < 2; i++) {
		quiet->saved[i] = dup(STDOUT_FILENO + i);
		if (quiet->saved[i] >= 0)
			dup2(quiet->fd, STDOUT_FILENO + i);
	}
}

/* What a line of DPDK's, or of getopt's, says behind its prefix; NULL: it is none, or tells usage.
 */
static const char *
words_of(const char *line)
{
	const char *at = strstr(line, ": ");

	if (at == NULL || line[0] == ' ' || line[0] == '\t' || line[0] == '-')
		return NULL;
	at += 2;
	if (strncmp(at, "FATAL: ", 7) == 0)
		at += 7;
	return at[0] == '\0' ? NULL : at;
}

/* The first line that says what went wrong, and the last: a cause and what came of it. */
static void
find_words(char *text, char *words, size_t size)
{
	const char *first = NULL, *last = NULL, *at;
	char *save = NULL;

	for (char *line = strtok_r(text, "\n", &save); line != NULL;
		line = strtok_r(NULL, "\n", &save)) {
		at = words_of(line);
		if (at == NULL)
			continue;
		if (first == NULL)
			first = at;
		last = at;
	}
	if (first == NULL)
		words[0] = '\0';
	else if (strcmp(first, last) == 0)
		snprintf(words, size, "%s", first);
	else
		snprintf(words, size, "%s; %s", first, last);
}

void
eal_quiet_end(struct eal_quiet *quiet, char *words, size_t size)
{
	char text[16384];
	ssize_t n;

	words[0] = '\0';
	if (quiet->fd < 0)
		return;
	fflush(stdout);
	fflush(stderr);
	for (int i = 0; i < 2; i++) {
		if (quiet->saved[i] < 0)
			continue;
		dup2(quiet->saved[i], STDOUT_FILENO + i);
		close(quiet->saved[i]);
	}
	n = pread(quiet->fd, text, sizeof(text) - 1, 0);
	text[n < 0 ? 0 : n] = '\0';
	find_words(text, words, size);
	close(quiet->fd);
}

static FILE *heard; /* never closed: another thread may be about to write */

void
eal_hear_begin(void)
{
	int fd = heard == NULL ? memfd_create("weir-log", MFD_CLOEXEC) : -1;

	if (fd >= 0)
		heard = fdopen(fd, "w");
	if (heard != NULL)
		rte_openlog_stream(heard);
}

void
eal_hear_end(char *words, size_t size)
{
	static char text[16384];
	ssize_t n = 0;

	rte_openlog_stream(stderr);
	if (heard != NULL) {
		fflush(heard);
		n = pread(fileno(heard), text, sizeof(text) - 1, 0);
		rewind(heard);
		if (ftruncate(fileno(heard), 0) < 0)
			n = 0;
	}
	text[n < 0 ? 0 : n] = '\0';
	if (words == NULL)
		fputs(text, stderr);
	else
		find_words(text, words, size);
}

bool
eal_has_hugetlbfs(void)
{
	FILE *mounts = setmntent("/proc/mounts", "re");
	const struct mntent *entry;
	bool found = false;

	while (mounts != NULL && !found && (entry = getmntent(mounts)) != NULL)
		found = strcmp(entry->mnt_type, "hugetlbfs") == 0;
	if (mounts != NULL)
		endmntent(mounts);
	return found;
}

/* What EAL cannot make sense of stands in the INI. */
static enum base_exit
exit_class(int error)
{
	if (error == EACCES || error == EPERM)
		return BASE_EXIT_PERMISSION;
	return error == EINVAL ? BASE_EXIT_CONFIG : BASE_EXIT_UNAVAILABLE;
}

int
eal_up(const struct eal_args *args, struct base_err *err)
{
	struct eal_args copy = *args; /* EAL moves the pointers about */
	char words[256];
	struct eal_quiet quiet;
	int rc, error;

	if (args->bad)
		return base_fail(err, BASE_EXIT_CONFIG, E2BIG, "more than %d arguments for EAL",
			EAL_ARGS_MAX);
	eal_quiet_begin(&quiet);
	rte_openlog_stream(stderr);
	rc = rte_eal_init(copy.argc, copy.argv);
	error = rte_errno;
	eal_quiet_end(&quiet, words, sizeof(words));
	optind = 1;
	if (rc >= 0)
		return 0;
	rmdir(rte_eal_get_runtime_dir());
	return base_fail(err, exit_class(error), error == 0 ? EIO : error,
		"DPDK does not start: %s", words[0] == '\0' ? rte_strerror(error) : words);
}

/* Whether a file of the runtime folder is one that EAL makes. */
static bool
is_eals(const char *name)
{
	static const char *const begins[] = {"config", "fbarray_", "hugepage_info", "hugepage_data",
		"mp_socket", "dpdk_telemetry"};

	for (size_t i = 0; i < sizeof(begins) / sizeof(begins[0]); i++) {
		if (strncmp(name, begins[i], strlen(begins[i])) == 0)
			return true;
	}
	return false;
}

/* EAL leaves its runtime files for the next start to clean. The lock on `config` is ours until the
 * process ends, so nobody else uses them. */
static void
remove_runtime(const char *dir)
{
	DIR *stream = opendir(dir);
	const struct dirent *entry;

	if (stream == NULL)
		return;
	while ((entry = readdir(stream)) != NULL) {
		if (is_eals(entry->d_name))
			unlinkat(dirfd(stream), entry->d_name, 0);
	}
	closedir(stream);
	rmdir(dir);
}

void
eal_down(void)
{
	char dir[PATH_MAX], words[256];
	struct eal_quiet quiet;

	snprintf(dir, sizeof(dir), "%s", rte_eal_get_runtime_dir());
	/* With vfio it takes every page out of one mapping and complains that they were one. */
	eal_quiet_begin(&quiet);
	rte_eal_cleanup();
	eal_quiet_end(&quiet, words, sizeof(words));
	remove_runtime(dir);
}

void
eal_abandon(void)
{
	char dir[PATH_MAX];

	snprintf(dir, sizeof(dir), "%s", rte_eal_get_runtime_dir());
	remove_runtime(dir);
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */

/* Stands in for libFuzzer where there is none: gives a target every file of its corpus folder. */

#include "fuzz.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

static int
fail(const char *path)
{
	fprintf(stderr, "%s: %s\n", path, strerror(errno));
	return -1;
}

/* The octets in a block of exactly their size, so that a sanitizer sees a read behind them. */
static int
replay_stream(FILE *in, const char *path)
{
	struct stat st;
	uint8_t *data;
	size_t size;

	if (fstat(fileno(in), &st) != 0)
		return fail(path);
	size = (size_t)st.st_size;
	data = malloc(size == 0 ? 1 : size);
	if (data == NULL)
		return fail(path);
	if (fread(data, 1, size, in) != size) {
		free(data);
		return fail(path);
	}
	LLVMFuzzerTestOneInput(data, size);
	free(data);
	return 0;
}

static int
replay_file(const char *folder, const char *name)
{
	char path[4096];
	FILE *in;
	int rc;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	in = fopen(path, "rb");
	if (in == NULL)
		return fail(path);
	printf("%s\n", path); /* the last line of a crash tells the seed */
	fflush(stdout);
	rc = replay_stream(in, path);
	fclose(in);
	return rc;
}

static int
replay_folder(const char *folder)
{
	DIR *dir = opendir(folder);
	int files = 0;
	struct dirent *entry;

	if (dir == NULL)
		return fail(folder);
	while (files >= 0 && (entry = readdir(dir)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		files = replay_file(folder, entry->d_name) == 0 ? files + 1 : -1;
	}
	closedir(dir);
	if (files == 0)
		fprintf(stderr, "%s: no seeds\n", folder);
	return files > 0 ? 0 : -1;
}

int
main(int argc, char **argv)
{
	if (argc != 2) {
		fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
		return 2;
	}
	LLVMFuzzerTestOneInput(NULL, 0); /* as libFuzzer does first */
	return replay_folder(argv[1]) == 0 ? 0 : 1;
}

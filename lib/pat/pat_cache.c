/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "base_owner.h"
#include "pat_priv.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define CACHE_MAGIC  "weirpat1"
#define CACHE_SUFFIX ".hsdb"
#define CACHE_FILES  16 /* that are kept: those used last */
#define NAME_OCTETS  32

/* A file of the cache; behind it stand the whole key and what was compiled from it. */
struct file_head {
	char magic[8];
	uint64_t key_len, made_len;
	uint64_t sum; /* of the key and what follows it */
};

/* A file, mapped. */
struct mapped {
	const uint8_t *bytes;
	size_t len;
};

/* Tells damage, and names files; it need not resist anybody: the key itself is compared. */
static uint64_t
sum(uint64_t sum, const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		sum = (sum ^ bytes[i]) * UINT64_C(0x100000001b3);
	return sum ^ sum >> 29;
}

#define SUM_START UINT64_C(0xcbf29ce484222325)

static void
name_of(const struct pat_request *request, char name[NAME_OCTETS])
{
	snprintf(name, NAME_OCTETS, "%016llx" CACHE_SUFFIX,
		(unsigned long long)sum(SUM_START, request->bytes, request->len));
}

static int
deny(char note[512], const char *dir, const char *name, const char *why)
{
	snprintf(note, 512, "%s/%s: %s", dir, name, why);
	return -ENOENT;
}

/* A file that someone else could have written is not trusted: a database is run, not read. */
static const char *
distrust(const struct stat *st)
{
	if (!S_ISREG(st->st_mode))
		return "not a regular file";
	if ((uint64_t)st->st_size < sizeof(struct file_head))
		return "damaged";
	return base_distrust(st);
}

static int
map_file(const char *dir, const char *name, struct mapped *out, char note[512])
{
	int folder = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC), fd = -1, ret = -ENOENT;
	const char *why = NULL;
	struct stat st;
	void *bytes;

	if (folder >= 0)
		fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	if (fd >= 0 && fstat(fd, &st) == 0) {
		why = distrust(&st);
		bytes = why != NULL ? MAP_FAILED
				    : mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
		if (bytes != MAP_FAILED) {
			*out = (struct mapped){.bytes = bytes, .len = (size_t)st.st_size};
			futimens(fd, NULL); /* used now */
			ret = 0;
		}
	} else if (errno != ENOENT) {
		why = strerrordesc_np(errno);
	}
	if (why != NULL)
		snprintf(note, 512, "%s/%s: %s: compiled anew", dir, name, why);
	if (fd >= 0)
		close(fd);
	if (folder >= 0)
		close(folder);
	return ret;
}

/* What a file says was compiled, if it is whole and made from this very request. */
static int
take(const struct mapped *file, const struct pat_request *request, struct pat_made *made)
{
	const uint8_t *key = file->bytes + sizeof(struct file_head);
	size_t rest = file->len - sizeof(struct file_head);
	struct file_head head;

	memcpy(&head, file->bytes, sizeof(head));
	if (memcmp(head.magic, CACHE_MAGIC, sizeof(head.magic)) != 0 || head.key_len > rest ||
		head.made_len != rest - head.key_len || head.sum != sum(SUM_START, key, rest))
		return -EBADMSG;
	if (head.key_len != request->len || memcmp(key, request->bytes, request->len) != 0)
		return -ENOENT; /* another's, by chance of the same name */
	return pat_made_read(made, key + head.key_len, head.made_len, request->nb);
}

int
pat_cache_read(
	const char *dir, const struct pat_request *request, struct pat_made *made, char note[512])
{
	char name[NAME_OCTETS];
	struct mapped file;
	int ret;

	name_of(request, name);
	ret = map_file(dir, name, &file, note);
	if (ret != 0)
		return ret;
	ret = take(&file, request, made);
	munmap((void *)(uintptr_t)file.bytes, file.len);
	return ret == 0 ? 0 : deny(note, dir, name, "damaged: compiled anew");
}

static int
only_ours(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name);

	return len == 16 + strlen(CACHE_SUFFIX) && strcmp(entry->d_name + 16, CACHE_SUFFIX) == 0;
}

static bool
is_older(const struct stat *a, const struct stat *b)
{
	if (a->st_mtim.tv_sec != b->st_mtim.tv_sec)
		return a->st_mtim.tv_sec < b->st_mtim.tv_sec;
	return a->st_mtim.tv_nsec < b->st_mtim.tv_nsec;
}

/* Removes the file that was used longest ago until few enough are left. */
static void
prune(int folder, const char *dir)
{
	struct dirent **entries;
	int n = scandir(dir, &entries, only_ours, NULL);

	for (int left = n; left > CACHE_FILES; left--) {
		int oldest = -1;
		struct stat st, first = {0};

		for (int i = 0; i < n; i++) {
			if (fstatat(folder, entries[i]->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
				(oldest < 0 || is_older(&st, &first))) {
				oldest = i;
				first = st;
			}
		}
		if (oldest < 0 || unlinkat(folder, entries[oldest]->d_name, 0) != 0)
			break;
	}
	for (int i = 0; i < n; i++)
		free(entries[i]);
	if (n >= 0)
		free(entries);
}

static int
write_file(int folder, const char *name, const struct pat_request *request, const uint8_t *bytes,
	size_t len)
{
	struct file_head head = {.key_len = request->len, .made_len = len};
	char draft[NAME_OCTETS + 16];
	FILE *file;
	int fd, ret = 0;

	memcpy(head.magic, CACHE_MAGIC, sizeof(head.magic));
	/* One sum over both, as they stand in the file one behind the other. */
	head.sum = SUM_START;
	for (size_t i = 0; i < request->len; i++)
		head.sum = (head.sum ^ request->bytes[i]) * UINT64_C(0x100000001b3);
	head.sum = sum(head.sum, bytes, len);
	snprintf(draft, sizeof(draft), "%s.%d", name, (int)getpid());
	unlinkat(folder, draft,
		0); /* of one with our PID that was killed: in a container all have 1 */
	fd = openat(folder, draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	file = fdopen(fd, "w");
	if (file == NULL) {
		close(fd);
		return -ENOMEM;
	}
	fwrite(&head, sizeof(head), 1, file);
	fwrite(request->bytes, request->len, 1, file);
	fwrite(bytes, len, 1, file);
	if (fflush(file) != 0 || ferror(file))
		ret = -errno;
	if (fclose(file) != 0 && ret == 0)
		ret = -errno;
	if (ret == 0 && renameat(folder, draft, folder, name) != 0)
		ret = -errno;
	if (ret != 0)
		unlinkat(folder, draft, 0);
	return ret;
}

void
pat_cache_write(const char *dir, const struct pat_request *request, const struct pat_made *made,
	char note[512])
{
	char name[NAME_OCTETS], *bytes = NULL;
	int folder = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC), ret = -ENOMEM;
	size_t len = 0;
	struct stat st;
	FILE *stream;

	name_of(request, name);
	if (folder < 0) {
		snprintf(note, 512, "%s: %s: what was compiled is not kept", dir,
			strerrordesc_np(errno));
		return;
	}
	if (fstat(folder, &st) != 0 || st.st_uid != geteuid()) {
		/* Root at a service's cache: it could not read what root leaves there. */
		snprintf(note, 512, "%s: belongs to another user: what was compiled is not kept",
			dir);
		close(folder);
		return;
	}
	stream = open_memstream(&bytes, &len);
	if (stream != NULL) {
		ret = pat_made_write(made, stream);
		if (fclose(stream) == 0 && ret == 0)
			ret = write_file(folder, name, request, (const uint8_t *)bytes, len);
		free(bytes);
	}
	if (ret != 0)
		deny(note, dir, name, strerrordesc_np(-ret));
	else
		prune(folder, dir);
	close(folder);
}

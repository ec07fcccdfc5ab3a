/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "policy_kept.h"

#include "base_owner.h"
#include "policy_db_priv.h"
#include "policy_kept_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct policy_kept {
	struct policy_db *db;
	struct conf *conf; /* its sections, as if they stood in the INI of now */
};

static int
cannot(const char *path, int error, struct base_err *err)
{
	return base_fail(err, error == EACCES ? BASE_EXIT_PERMISSION : BASE_EXIT_FAILURE, error,
		"%s: %s", path, strerror(error));
}

/* Writes to the end of the disk's own memory. */
static int
write_draft(const struct policy *policy, int fd, char digest[POLICY_DIGEST_TEXT], const char *path,
	struct base_err *err)
{
	FILE *to = fdopen(fd, "w");
	int rc;

	if (to == NULL) {
		close(fd);
		return cannot(path, ENOMEM, err);
	}
	rc = policy_db_write_state(policy, to, digest, err);
	if (rc == 0 && (fflush(to) != 0 || fsync(fd) < 0))
		rc = cannot(path, errno, err);
	if (fclose(to) != 0 && rc == 0)
		rc = cannot(path, errno, err);
	return rc;
}

/* Writes under another name beside its own, which it gets when all went well. */
static int
write_in(const struct policy *policy, int folder, const char *name, char digest[POLICY_DIGEST_TEXT],
	const char *path, struct base_err *err)
{
	char draft[NAME_MAX + 1];
	int fd, rc;

	if (snprintf(draft, sizeof(draft), "%s.part", name) >= (int)sizeof(draft))
		return cannot(path, ENAMETOOLONG, err);
	unlinkat(folder, draft, 0); /* of a run that was killed, or no file of ours */
	fd = openat(folder, draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return cannot(path, errno, err);
	rc = write_draft(policy, fd, digest, path, err);
	if (rc == 0 && (renameat(folder, draft, folder, name) < 0 || fsync(folder) < 0))
		rc = cannot(path, errno, err);
	if (rc < 0)
		unlinkat(folder, draft, 0);
	return rc;
}

/* What someone else could have written, or put there, is not trusted. */
static int
check_owner(int fd, const char *path, struct base_err *err)
{
	const char *why;
	struct stat st;

	if (fstat(fd, &st) < 0)
		return cannot(path, errno, err);
	if (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode))
		return base_fail(err, BASE_EXIT_FAILURE, EPERM, "%s: not a regular file", path);
	why = base_distrust(&st);
	return why == NULL ? 0 : base_fail(err, BASE_EXIT_FAILURE, EPERM, "%s: %s", path, why);
}

/* The folder of a file, and that it is ours alone; its descriptor. */
static int
open_folder(const char *path, bool make, struct base_err *err)
{
	const char *slash = strrchr(path, '/');
	char dir[PATH_MAX];
	int folder, rc;

	if (slash == NULL || slash == path || slash - path >= (int)sizeof(dir))
		return cannot(path, EINVAL, err);
	snprintf(dir, sizeof(dir), "%.*s", (int)(slash - path), path);
	if (make && mkdir(dir, 0700) < 0 && errno != EEXIST)
		return cannot(dir, errno, err);
	folder = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0)
		return cannot(dir, errno, err);
	rc = check_owner(folder, dir, err);
	if (rc < 0)
		close(folder);
	return rc < 0 ? rc : folder;
}

int
policy_kept_write(const struct policy *policy, const char *path, char digest[POLICY_DIGEST_TEXT],
	struct base_err *err)
{
	int folder = open_folder(path, true, err), rc;

	if (folder < 0)
		return folder;
	rc = write_in(policy, folder, strrchr(path, '/') + 1, digest, path, err);
	close(folder);
	return rc;
}

/* The file of a folder that is ours alone. A link is not followed, a FIFO not waited for. */
static int
read_file(const char *path, struct policy_db **out, struct base_err *err)
{
	int folder = open_folder(path, false, err), fd, rc;

	*out = NULL;
	if (folder < 0)
		return folder;
	fd = openat(folder, strrchr(path, '/') + 1, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	rc = fd >= 0 ? check_owner(fd, path, err)
	     : errno == ELOOP
		     ? base_fail(err, BASE_EXIT_FAILURE, EPERM, "%s: not a regular file", path)
		     : cannot(path, errno, err);
	if (rc == 0)
		rc = policy_db_read(fd, path, out, err);
	if (fd >= 0)
		close(fd);
	close(folder);
	return rc;
}

static int
read_sections(
	struct policy_kept *kept, const char *path, const struct conf *conf, struct base_err *err)
{
	struct conf_input in = {
		.file = conf->file, .policy = policy_db_conf(kept->db), .policy_alone = true};
	struct conf_report report = {0};
	int rc = conf_parse(&in, "", 0, &kept->conf, &report);

	if (rc == -ENOMEM)
		base_fail(err, BASE_EXIT_UNAVAILABLE, ENOMEM, "no memory for the last good policy");
	else if (rc < 0)
		rc = base_fail(err, BASE_EXIT_FAILURE, EBADMSG,
			"%s: its sections are not those of this version: %s", path,
			report.n_notes > 0 ? report.notes[0].text : "no word");
	conf_report_free(&report);
	return rc;
}

int
policy_kept_open(
	const char *path, const struct conf *conf, struct policy_kept **out, struct base_err *err)
{
	struct policy_kept *kept = calloc(1, sizeof(*kept));
	int rc;

	*out = NULL;
	if (kept == NULL)
		return base_fail(
			err, BASE_EXIT_UNAVAILABLE, ENOMEM, "no memory for the last good policy");
	rc = read_file(path, &kept->db, err);
	if (rc == 0)
		rc = read_sections(kept, path, conf, err);
	if (rc < 0) {
		policy_kept_close(kept);
		return rc;
	}
	*out = kept;
	return 0;
}

const struct policy_stamp *
policy_kept_stamp(const struct policy_kept *kept)
{
	return policy_db_stamp(kept->db);
}

const char *
policy_kept_digest(const struct policy_kept *kept)
{
	return policy_db_digest(kept->db);
}

void
policy_kept_close(struct policy_kept *kept)
{
	if (kept == NULL)
		return;
	conf_free(kept->conf);
	policy_db_close(kept->db);
	free(kept);
}

/* The number of a list that was read by the same keys; -1: there is none. */
static int
find(const struct policy_kept *kept, const struct conf_list *list)
{
	for (uint32_t i = 0; kept != NULL && i < kept->conf->n_lists; i++) {
		if (policy_stale_is_kin(&kept->conf->lists[i], list))
			return (int)i;
	}
	return -1;
}

uint64_t
policy_kept_rules(const struct policy_kept *kept, const struct conf_list *list)
{
	int index = find(kept, list);
	struct policy_db_state state;

	if (index < 0 || !policy_db_state(kept->db, (uint32_t)index, &state))
		return 0;
	return state.rules;
}

int
policy_kept_list(const struct policy_kept *kept, const struct conf_list *list,
	struct policy_file *out, int64_t *since_s)
{
	int index = find(kept, list);
	struct policy_db_state state;

	out->rules = NULL;
	if (index < 0 || !policy_db_state(kept->db, (uint32_t)index, &state))
		return -ENOENT;
	out->stamp = (struct policy_stamp){
		.mtime_ns = state.mtime_ns, .bytes = state.bytes, .inode = state.inode};
	*since_s = state.since_s;
	return policy_db_list(kept->db, (uint32_t)index, &out->rules, NULL);
}

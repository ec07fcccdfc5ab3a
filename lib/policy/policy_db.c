/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "policy_db.h"

#include "policy_db_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <nettle/sha2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct policy_db {
	const char *path;
	uint8_t *bytes; /* a copy: every part is aligned as malloc(3) aligns */
	uint64_t len;
	struct conf_policy conf;
	struct policy_stamp stamp;
	char digest[POLICY_DIGEST_TEXT];
};

void
policy_db_digest_of(const struct policy_db_head *head, const uint8_t *rest, uint64_t len,
	uint8_t out[POLICY_DIGEST_LEN])
{
	struct policy_db_head blank = *head;
	struct sha256_ctx ctx;

	memset(blank.digest, 0, sizeof(blank.digest));
	sha256_init(&ctx);
	sha256_update(&ctx, sizeof(blank), (const uint8_t *)&blank);
	sha256_update(&ctx, len, rest);
	sha256_digest(&ctx, POLICY_DIGEST_LEN, out);
}

void
policy_db_digest_text(const uint8_t digest[POLICY_DIGEST_LEN], char text[POLICY_DIGEST_TEXT])
{
	for (size_t i = 0; i < POLICY_DIGEST_LEN; i++)
		snprintf(text + 2 * i, 3, "%02x", digest[i]);
}

static int
broken(const struct policy_db *file, struct base_err *err, const char *what)
{
	return base_fail(err, BASE_EXIT_FAILURE, EBADMSG, "%s: %s", file->path, what);
}

static int
check_head(struct policy_db *file, struct base_err *err)
{
	struct policy_db_head head;
	uint8_t digest[POLICY_DIGEST_LEN];

	if (file->len < sizeof(head))
		return broken(file, err, "no compiled policy: too short");
	memcpy(&head, file->bytes, sizeof(head));
	if (memcmp(head.magic, POLICY_DB_MAGIC, sizeof(head.magic)) != 0)
		return broken(file, err, "no compiled policy: `weir compile' writes them");
	if (head.version != POLICY_DB_VERSION)
		return base_fail(err, BASE_EXIT_FAILURE, EBADMSG,
			"%s: a compiled policy of version %u, this program reads %u: compile it "
			"again",
			file->path, head.version, POLICY_DB_VERSION);
	if (head.len != file->len ||
		head.nb_parts > (file->len - sizeof(head)) / sizeof(struct policy_db_part))
		return broken(file, err, "cut off, or not written to its end");
	policy_db_digest_of(&head, file->bytes + sizeof(head), file->len - sizeof(head), digest);
	if (memcmp(digest, head.digest, sizeof(digest)) != 0)
		return broken(file, err, "changed since it was written: its digest is another");
	policy_db_digest_text(digest, file->digest);
	return 0;
}

/* The octets of a part, or NULL: there is none such, or it does not lie inside the file. */
static const uint8_t *
find_part(const struct policy_db *file, uint32_t kind, uint32_t index, uint64_t *len)
{
	struct policy_db_head head;
	struct policy_db_part part;

	memcpy(&head, file->bytes, sizeof(head));
	for (uint32_t i = 0; i < head.nb_parts; i++) {
		memcpy(&part, file->bytes + sizeof(head) + i * sizeof(part), sizeof(part));
		if (part.kind != kind || part.index != index)
			continue;
		if (part.at % 8 != 0 || part.at > file->len || part.len > file->len - part.at)
			return NULL;
		*len = part.len;
		return file->bytes + part.at;
	}
	return NULL;
}

static int
find_conf(struct policy_db *file, struct base_err *err)
{
	uint64_t len;
	const uint8_t *text = find_part(file, POLICY_DB_CONF, 0, &len);

	if (text == NULL)
		return broken(file, err, "holds no sections");
	file->conf = (struct conf_policy){
		.file = file->path, .text = (const char *)text, .len = (size_t)len};
	return 0;
}

/* Reads a regular file to its end. It is not mapped: who writes over it in place would end us by
 * SIGBUS, or change what was found right. */
static int
read_whole(struct policy_db *file, int fd, struct base_err *err)
{
	struct stat st;
	uint8_t more;
	ssize_t n;

	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size == 0)
		return broken(file, err, "no compiled policy: empty, or no regular file");
	file->stamp = (struct policy_stamp){
		.mtime_ns = (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec,
		.bytes = (uint64_t)st.st_size,
		.inode = (uint64_t)st.st_ino};
	file->len = (uint64_t)st.st_size;
	file->bytes = malloc(file->len);
	if (file->bytes == NULL)
		return base_fail(
			err, BASE_EXIT_UNAVAILABLE, ENOMEM, "%s: no memory for it", file->path);
	for (uint64_t done = 0; done < file->len; done += (uint64_t)n) {
		n = pread(fd, file->bytes + done, file->len - done, (off_t)done);
		if (n < 0 && errno == EINTR)
			n = 0;
		else if (n < 0)
			return base_fail(err, BASE_EXIT_FAILURE, errno, "%s: cannot be read: %s",
				file->path, strerror(errno));
		else if (n == 0)
			return broken(file, err, "became shorter while it was read");
	}
	if (pread(fd, &more, 1, (off_t)file->len) > 0)
		return broken(file, err, "became longer while it was read");
	return 0;
}

int
policy_db_read(int fd, const char *path, struct policy_db **out, struct base_err *err)
{
	struct policy_db *file = calloc(1, sizeof(*file));
	int rc;

	*out = NULL;
	if (file == NULL)
		return base_fail(
			err, BASE_EXIT_UNAVAILABLE, ENOMEM, "no memory for a compiled policy");
	file->path = path;
	rc = read_whole(file, fd, err);
	if (rc == 0)
		rc = check_head(file, err);
	if (rc == 0)
		rc = find_conf(file, err);
	if (rc < 0) {
		policy_db_close(file);
		return rc;
	}
	*out = file;
	return 0;
}

int
policy_db_open(const char *path, struct policy_db **out, struct base_err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), rc;

	*out = NULL;
	if (fd < 0)
		return base_fail(err, errno == EACCES ? BASE_EXIT_PERMISSION : BASE_EXIT_FAILURE,
			errno, "%s: %s", path, strerror(errno));
	rc = policy_db_read(fd, path, out, err);
	close(fd);
	return rc;
}

const struct conf_policy *
policy_db_conf(const struct policy_db *file)
{
	return &file->conf;
}

const struct policy_stamp *
policy_db_stamp(const struct policy_db *file)
{
	return &file->stamp;
}

const char *
policy_db_digest(const struct policy_db *file)
{
	return file->digest;
}

bool
policy_db_state(const struct policy_db *file, uint32_t index, struct policy_db_state *out)
{
	uint64_t len = 0;
	const uint8_t *bytes = find_part(file, POLICY_DB_STATE, 0, &len);

	if (bytes == NULL || index >= len / sizeof(*out))
		return false;
	memcpy(out, bytes + index * sizeof(*out), sizeof(*out));
	return true;
}

int
policy_db_list(const struct policy_db *file, uint32_t index, struct lists_rules **out,
	struct base_err *err)
{
	uint64_t len;
	const uint8_t *bytes = find_part(file, POLICY_DB_LIST, index, &len);
	int rc;

	*out = NULL;
	if (bytes == NULL)
		return base_fail(
			err, BASE_EXIT_FAILURE, EBADMSG, "%s: holds no list %u", file->path, index);
	rc = lists_unpack(bytes, len, out, err);
	if (rc == -EBADMSG && err != NULL)
		err->exit = BASE_EXIT_FAILURE;
	if (rc < 0)
		base_prefix(err, "%s: list %u: ", file->path, index);
	return rc;
}

/* Bits behind a prefix are 0. */
static bool
is_whole(const struct policy_db_prefix *from, size_t len)
{
	for (size_t i = from->bits / 8u; i < len; i++) {
		uint8_t kept = i == from->bits / 8u ? (uint8_t)(0xff00 >> from->bits % 8) : 0;

		if ((from->addr[i] & ~kept & 0xff) != 0)
			return false;
	}
	return true;
}

/* Whether octets of a file are a prefix of a section that is there. */
static bool
take_prefix(const struct policy_db_prefix *from, const struct conf *conf, struct clients_prefix *to)
{
	static const uint8_t zeros[16];
	size_t len = from->family == 4 ? 4 : 16;

	if ((from->family != 4 && from->family != 6) || from->bits > 8 * len ||
		from->vlan > CONF_VLAN_MAX || from->section >= conf->n_clients ||
		from->unused != 0 || memcmp(from->addr + len, zeros, 16 - len) != 0 ||
		!is_whole(from, len))
		return false;
	*to = (struct clients_prefix){.vlan = from->vlan, .section = from->section};
	to->prefix.addr.family = from->family;
	to->prefix.bits = from->bits;
	memcpy(to->prefix.addr.bytes, from->addr, len);
	return true;
}

int
policy_db_clients(const struct policy_db *file, const struct conf *conf, struct clients **out,
	struct base_err *err)
{
	uint64_t len, nb;
	const uint8_t *bytes = find_part(file, POLICY_DB_CLIENTS, 0, &len);
	struct policy_db_prefix prefix;
	struct clients *clients;

	*out = NULL;
	nb = bytes == NULL ? 0 : len / sizeof(prefix);
	if (bytes == NULL || len % sizeof(prefix) != 0 || nb > UINT32_MAX)
		return broken(file, err, "holds no prefixes of clients");
	clients = calloc(1, sizeof(*clients));
	if (clients != NULL)
		clients->prefixes = calloc(nb + 1, sizeof(clients->prefixes[0]));
	if (clients == NULL || clients->prefixes == NULL) {
		clients_free(clients);
		return base_fail(
			err, BASE_EXIT_UNAVAILABLE, ENOMEM, "no memory for prefixes of clients");
	}
	for (; clients->nb < nb; clients->nb++) {
		memcpy(&prefix, bytes + clients->nb * sizeof(prefix), sizeof(prefix));
		if (take_prefix(&prefix, conf, &clients->prefixes[clients->nb]))
			continue;
		clients_free(clients);
		return broken(file, err, "holds a prefix that is none");
	}
	*out = clients;
	return 0;
}

void
policy_db_close(struct policy_db *file)
{
	if (file == NULL)
		return;
	free(file->bytes);
	free(file);
}

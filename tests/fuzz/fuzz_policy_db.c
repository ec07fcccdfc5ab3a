// covers: policy_db_open policy_db_conf policy_db_list policy_db_clients lists_unpack conf_parse
/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "fuzz.h"
#include "policy_db.h"

#include <nettle/sha2.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define LEN_AT	  16 /* octets of the whole file, 8 of them, little-endian */
#define DIGEST_AT 24
#define HEAD_LEN  56
#define LISTS_MAX 4

/* Gives the octets their length and their digest, so that what lies behind these is read too. */
static void
mend(uint8_t *bytes, size_t size)
{
	struct sha256_ctx ctx;
	uint64_t len = size;

	memcpy(bytes + LEN_AT, &len, sizeof(len));
	memset(bytes + DIGEST_AT, 0, POLICY_DIGEST_LEN);
	sha256_init(&ctx);
	sha256_update(&ctx, size, bytes);
	sha256_digest(&ctx, POLICY_DIGEST_LEN, bytes + DIGEST_AT);
}

/* Its text is read to the last octet, and no further; prefixes belong to its sections. */
static void
read_sections(const struct policy_db *file)
{
	struct conf_input in = {.file = "fuzz.ini", .policy = policy_db_conf(file)};
	struct conf_report report = {0};
	struct base_err err = {0};
	struct clients *clients;
	struct conf *conf;
	int rc = conf_parse(&in, "", 0, &conf, &report);

	FUZZ_CHECK((rc == 0) == (conf != NULL));
	if (rc == 0) {
		rc = policy_db_clients(file, conf, &clients, &err);
		FUZZ_CHECK((rc == 0) == (clients != NULL));
		for (uint32_t i = 0; rc == 0 && i < clients->nb; i++)
			FUZZ_CHECK(clients->prefixes[i].section < conf->n_clients);
		clients_free(clients);
	}
	conf_free(conf);
	conf_report_free(&report);
}

static void
read_all(const char *path)
{
	struct policy_db *file;
	struct base_err err = {0};
	int rc = policy_db_open(path, &file, &err);

	FUZZ_CHECK((rc == 0) == (file != NULL) && (rc == 0) == (err.text[0] == '\0'));
	if (rc != 0)
		return;
	for (uint32_t i = 0; i < LISTS_MAX; i++) {
		struct lists_rules *rules;

		rc = policy_db_list(file, i, &rules, &err);
		FUZZ_CHECK((rc == 0) == (rules != NULL));
		lists_free(rules);
	}
	read_sections(file);
	policy_db_close(file);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = memfd_create("policy", MFD_CLOEXEC);
	uint8_t *bytes = malloc(size + 1);
	char path[32];

	FUZZ_CHECK(fd >= 0 && bytes != NULL);
	if (size > 0)
		memcpy(bytes, data, size);
	if (size >= HEAD_LEN)
		mend(bytes, size);
	FUZZ_CHECK(write(fd, bytes, size) == (ssize_t)size);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	read_all(path);
	close(fd);
	free(bytes);
	return 0;
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef POLICY_DB_PRIV_H
#define POLICY_DB_PRIV_H

/** @file How a compiled policy is laid out: a head, a table of its parts, the parts. All numbers
 * little-endian, each part at a multiple of 8, what lies between them zero. */

#include "lists_pack.h"
#include "policy_db.h"

#include <assert.h>

#define POLICY_DB_MAGIC	  "weirpol\n"
#define POLICY_DB_VERSION 2u

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "written as it lies in memory");

struct policy_db_head {
	char magic[8];
	uint32_t version, nb_parts;
	uint64_t len;			   /* octets of the whole file */
	uint8_t digest[POLICY_DIGEST_LEN]; /* SHA-256 of the file with zeros here */
};

enum policy_db_kind {
	POLICY_DB_CONF = 1,    /* text of conf_policy_text() */
	POLICY_DB_LIST = 2,    /* what lists_pack() wrote */
	POLICY_DB_CLIENTS = 3, /* struct policy_db_prefix, one after the other */
	POLICY_DB_STATE =
		4, /* struct policy_db_state of each list; what a run keeps alone has it */
};

struct policy_db_part {
	uint32_t kind, index;
	uint64_t at, len; /* octets from the start of the file */
};

struct policy_db_prefix {
	uint8_t family, bits; /* 4 or 6 */
	uint16_t vlan, section, unused;
	uint8_t addr[16]; /* network order; what the family has no use for is 0 */
};

/* What the rules of a list do not tell of it. */
struct policy_db_state {
	int64_t mtime_ns; /* of its file */
	uint64_t bytes, inode;
	int64_t since_s; /* it is stale; 0: it is not */
	uint64_t rules;	 /* expressions included */
};

static_assert(sizeof(struct policy_db_state) == 40, "no padding");
static_assert(sizeof(struct policy_db_prefix) == 24 && sizeof(struct policy_db_head) == 56 &&
		      sizeof(struct policy_db_part) == 24,
	"no padding");

/* As policy_db_write(), with what policy_db_state() gives. */
int policy_db_write_state(const struct policy *policy, FILE *to, char digest[POLICY_DIGEST_TEXT],
	struct base_err *err);

/* What was known of a list beside its rules; false: the file does not tell. */
bool policy_db_state(const struct policy_db *file, uint32_t index, struct policy_db_state *out);

/* policy_db_open() of a descriptor, which stays the caller's; path stands in every message. */
int policy_db_read(int fd, const char *path, struct policy_db **out, struct base_err *err);

/* The digest of a file: its head, and what follows it. */
void policy_db_digest_of(const struct policy_db_head *head, const uint8_t *rest, uint64_t len,
	uint8_t out[POLICY_DIGEST_LEN]);

void policy_db_digest_text(const uint8_t digest[POLICY_DIGEST_LEN], char text[POLICY_DIGEST_TEXT]);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "kept.h"

#include "policy_kept.h"
#include "say.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

#define NS_PER_S 1000000000

bool
kept_path(const struct boot *b, char path[PATH_MAX])
{
	const char *dir = b->conf->weir.state_dir.file;

	return dir[0] != '\0' && b->replay == NULL && b->cli->db == NULL &&
	       snprintf(path, PATH_MAX, "%s/%s.weirdb", dir, b->conf->eal.file_prefix) < PATH_MAX;
}

void
kept_tell_stale(const struct boot *b, const struct policy_stale *stale, uint32_t nb)
{
	for (uint32_t i = 0; i < nb; i++) {
		if (stale[i].is_tried)
			fprintf(stderr,
				"%s: list %s is stale, what was read of it before stays: %s\n",
				b->command, stale[i].list, stale[i].why);
	}
}

/* Tells which lists are not those of their files, and how old they are. */
static int
tell(const struct boot *b, const struct policy_kept *kept, struct base_err *err)
{
	time_t written = (time_t)(policy_kept_stamp(kept)->mtime_ns / NS_PER_S), now = time(NULL);
	long long age = now > written ? (long long)(now - written) : 0;
	struct policy_stale *stale;
	char text[32] = "";
	struct tm tm;
	uint32_t nb;
	int rc = policy_stale_lists(b->policy, &stale, &nb, err);

	if (rc < 0 || nb == 0)
		return rc;
	kept_tell_stale(b, stale, nb);
	free(stale);
	if (gmtime_r(&written, &tm) != NULL)
		strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm);
	fprintf(stderr,
		"%s: started with %u %s of the last good policy, kept %s, %lldd "
		"%02lld:%02lld:%02lld "
		"ago, digest %s\n",
		b->command, nb, nb == 1 ? "list" : "lists", text, age / 86400, age / 3600 % 24,
		age / 60 % 60, age % 60, policy_kept_digest(kept));
	return 0;
}

int
kept_load(struct boot *b, struct base_err *err)
{
	struct policy_renewal from = {.conf = b->conf,
		.db = b->cli->db,
		.at_s = b->replay == NULL ? time(NULL) : POLICY_AT_FRAMES};
	struct policy_kept *kept = NULL;
	struct base_err why = {0};
	char path[PATH_MAX];
	int rc;

	if (kept_path(b, path)) {
		rc = policy_kept_open(path, b->conf, &kept, &why);
		if (rc < 0 && rc != -ENOENT)
			fprintf(stderr, "%s: warning: the last good policy is not used: %s\n",
				b->command, why.text);
	}
	from.kept = kept;
	rc = policy_renew(&from, &weir_policy_say, &b->policy, err);
	if (rc == 0 && kept != NULL)
		rc = tell(b, kept, err);
	policy_kept_close(kept);
	if (rc < 0) {
		policy_free(b->policy);
		b->policy = NULL;
	}
	return rc;
}

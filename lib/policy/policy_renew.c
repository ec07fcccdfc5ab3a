/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * The file of a list: read, or taken from the generation before that has read the same.
 */
#include "policy_kept_priv.h"
#include "policy_priv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool
is_stamp_same(const struct policy_stamp *a, const struct policy_stamp *b)
{
	return a->inode != 0 && a->inode == b->inode && a->bytes == b->bytes &&
	       a->mtime_ns == b->mtime_ns;
}

/* Whether two [list] sections have a file read in the same way, and refused. */
static bool
is_spec_same(const struct conf_list *a, const struct conf_list *b)
{
	return policy_list_is_read_alike(a, b) && a->max_bad == b->max_bad;
}

/* Whether a list's file is to be taken for what it was, whatever it is now. */
static bool
is_left_alone(const struct policy_renewal *renewal, const struct conf_list *list)
{
	return renewal->only != NULL && strcmp(renewal->only, list->sect.name) != 0;
}

/* Whether list i of a generation was read by these keys from this file. A stale one is tried again
 * each time. */
static bool
is_what_was(const struct policy *before, uint16_t i, const struct conf_list *conf,
	const struct policy_stamp *stamp)
{
	if (i >= before->nb_lists || before->stale[i] != NULL ||
		!is_spec_same(conf, &before->conf->lists[i]))
		return false;
	/* What is built in is the same text wherever it has the same name. */
	if (conf->builtin != NULL || before->conf->lists[i].builtin != NULL)
		return conf->builtin != NULL && before->conf->lists[i].builtin != NULL &&
		       strcmp(conf->builtin, before->conf->lists[i].builtin) == 0;
	return is_stamp_same(stamp, &before->files[i]->stamp);
}

/* The list of the generation before that was read by the same keys from a file that is still the
 * same; -1: it is to be read. */
static int
find_same(const struct policy_renewal *renewal, uint16_t list)
{
	const struct conf_list *conf = &renewal->conf->lists[list];
	const struct policy *before = renewal->before;
	struct policy_stamp stamp;

	if (renewal->only != NULL)
		return is_left_alone(renewal, conf) ? list : -1;
	policy_stamp_file(conf->path.file, &stamp); /* zero where there is none */
	if (is_what_was(before, list, conf, &stamp))
		return list; /* of two lists with one file each stays what it is */
	for (uint16_t i = 0; i < before->nb_lists; i++) {
		if (is_what_was(before, i, conf, &stamp))
			return i;
	}
	return -1;
}

uint64_t
policy_rules_read(const struct lists_rules *rules)
{
	return (uint64_t)rules->nb_rules + rules->report.exprs;
}

static int
check_size(const struct conf_list *list, uint64_t has, uint64_t had, struct base_err *err)
{
	if (has * 100 >= had * (100 - list->max_shrink))
		return 0;
	return conf_blame(err, &list->sect, "path",
		"%llu rules, %llu were read last: shrank by more than max_shrink = %u %%",
		(unsigned long long)has, (unsigned long long)had, list->max_shrink);
}

/* A download that was cut off must not empty a list: what was last read of it is the measure. */
static int
check_shrink(const struct policy_renewal *renewal, const struct conf_list *list,
	const struct lists_rules *read, struct base_err *err)
{
	const struct policy *before = renewal->before;
	uint64_t has = policy_rules_read(read);
	int rc = 0;

	if (list->builtin != NULL)
		return 0;
	if (before == NULL)
		return check_size(list, has, policy_kept_rules(renewal->kept, list), err);
	for (uint16_t i = 0; i < before->nb_lists && rc == 0; i++) {
		const struct conf_list *old = &before->conf->lists[i];

		if (strcmp(old->sect.name, list->sect.name) == 0 &&
			strcmp(old->path.file, list->path.file) == 0)
			rc = check_size(list, has, policy_rules_read(before->read[i]), err);
	}
	return rc;
}

/* Reads a list's file. Its stamp is taken first: what is written meanwhile is another version. */
static int
read_file(const struct policy_renewal *renewal, const struct conf_list *list,
	struct policy_file *file, struct base_err *err)
{
	char where[CONF_WHERE_MAX];
	struct lists_spec spec;
	int rc;

	policy_list_spec(list, &spec);
	spec.cancel = renewal->cancel;
	policy_stamp_file(list->path.file, &file->stamp);
	rc = lists_read(&spec, &file->rules, err);
	if (rc == 0)
		return check_shrink(renewal, list, file->rules, err);
	base_prefix(
		err, "%s: [%s] path: ", conf_where(&list->sect, "path", where), list->sect.title);
	return rc;
}

/* Has the policy look at what was read of a list. */
static void
take_file(struct policy *policy, uint16_t list)
{
	const struct policy_file *file = policy->files[list];

	policy->read[list] = file->rules;
	policy->cold[list].rules = file->rules->rules;
	policy->cold[list].names = file->rules->names;
	policy->cold[list].stamp = file->stamp;
}

/* Takes a list out of a compiled policy: no download, so that what it shrank by is meant. */
static int
take_db(struct policy *policy, const struct policy_db *db, uint16_t list, struct base_err *err)
{
	struct policy_file *file = policy->files[list];
	int rc = policy_db_list(db, list, &file->rules, err);

	file->stamp = *policy_db_stamp(db);
	if (rc == 0)
		take_file(policy, list);
	return rc;
}

/* Takes over what a generation before has read, and where its rules and names lie now. */
static int
share_file(struct policy *policy, const struct policy *before, uint16_t from, uint16_t list)
{
	policy->files[list] = before->files[from];
	policy->files[list]->users++;
	policy->read[list] = before->read[from];
	policy->cold[list].rules = before->cold[from].rules;
	policy->cold[list].names = before->cold[from].names;
	policy->cold[list].stamp = before->cold[from].stamp;
	return policy_stale_copy(policy, list, before->stale[from]);
}

static int
no_memory(struct base_err *err)
{
	return base_fail(err, BASE_EXIT_UNAVAILABLE, ENOMEM, "no memory for the policy");
}

/* What the last run has read of a list, in place of a file that was refused; a file that does not
 * hold it after all is no better than none. */
static bool
take_kept(struct policy *policy, const struct policy_renewal *renewal, uint16_t list,
	const struct base_err *why)
{
	struct policy_file *file = policy->files[list];
	struct policy_stale since = {0};

	if (renewal->kept == NULL || why->exit != BASE_EXIT_CONFIG)
		return false;
	lists_free(file->rules);
	if (policy_kept_list(renewal->kept, &policy->conf->lists[list], file, &since.since_s) < 0 ||
		policy_stale_mark(policy, list, since.since_s == 0 ? NULL : &since, why) < 0)
		return false;
	take_file(policy, list);
	return true;
}

/* A list's file was refused: what was read of it before stays, or there is nothing. */
static int
refuse_file(struct policy *policy, const struct policy_renewal *renewal, uint16_t list,
	const struct base_err *why, int rc, struct base_err *err)
{
	int from = policy_stale_stand_in(renewal, list, why);
	const struct policy_stale *before;

	if (from < 0 && take_kept(policy, renewal, list, why))
		return 0;
	if (from < 0) {
		if (err != NULL)
			*err = *why;
		return rc;
	}
	policy_file_put(policy->files[list]);
	policy->files[list] = NULL;
	before = renewal->before->stale[from];
	if (share_file(policy, renewal->before, (uint16_t)from, list) < 0 ||
		policy_stale_mark(policy, list, before, why) < 0)
		return no_memory(err);
	return 0;
}

int
policy_file_get(struct policy *policy, const struct policy_renewal *renewal, uint16_t list,
	struct base_err *err)
{
	bool alone = renewal->before == NULL || renewal->db != NULL;
	int same = alone ? -1 : find_same(renewal, list), rc;
	struct base_err why = {0};
	struct policy_file *file;

	if (same >= 0)
		return share_file(policy, renewal->before, (uint16_t)same, list) < 0
			       ? no_memory(err)
			       : 0;
	file = calloc(1, sizeof(*file));
	if (file == NULL)
		return no_memory(err);
	file->users = 1;
	policy->files[list] = file;
	/* What is built in is this program's, and hangs on its own INI. */
	if (renewal->db != NULL && policy->conf->lists[list].builtin == NULL)
		return take_db(policy, renewal->db, list, err);
	rc = read_file(renewal, &policy->conf->lists[list], file, &why);
	if (rc < 0)
		return refuse_file(policy, renewal, list, &why, rc, err);
	take_file(policy, list);
	return 0;
}

void
policy_file_put(struct policy_file *file)
{
	if (file == NULL || --file->users > 0)
		return;
	lists_free(file->rules);
	free(file);
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef TREE_H
#define TREE_H

/** @file Trees for the tests of topo: those that tests/machines made, and small ones made here. */

#include "topo.h"
#include "unit.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TREE_PATH_MAX 4096

/** Reads a machine of which something can be told. */
static inline struct topo *
tree_read(const char *root)
{
	struct base_err err = {0};
	struct topo *topo;

	if (topo_read(root, &topo, &err) < 0)
		fail_msg("%s", err.text);
	return topo;
}

/** The same for what tests/machines/machines.py made under that name. */
static inline struct topo *
tree_machine(const char *name)
{
	const char *machines = getenv("WEIR_MACHINES");
	char root[TREE_PATH_MAX];

	assert_non_null(machines);
	snprintf(root, sizeof(root), "%s/%s", machines, name);
	return tree_read(root);
}

/** A new folder for a tree: a cmocka setup function, its name in *state. */
static inline int
tree_new(void **state)
{
	char name[] = "/tmp/weir-test-topo-XXXXXX";

	*state = mkdtemp(name) == NULL ? NULL : strdup(name);
	return *state == NULL ? -1 : 0;
}

static inline int
tree_remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(path);
}

/** Takes the folder away: a cmocka teardown function. */
static inline int
tree_free(void **state)
{
	int rc = nftw(*state, tree_remove_one, 16, FTW_DEPTH | FTW_PHYS);

	free(*state);
	return rc;
}

/** Makes the folders above a path inside the tree, and gives the whole path. */
static inline void
tree_path(const char *root, const char *path, char whole[TREE_PATH_MAX])
{
	snprintf(whole, TREE_PATH_MAX, "%s/%s", root, path);
	for (char *at = whole + strlen(root) + 1; (at = strchr(at, '/')) != NULL; at++) {
		*at = '\0';
		mkdir(whole, 0700);
		*at = '/';
	}
}

/** Writes a file of the tree. */
static inline void
tree_put(const char *root, const char *path, const char *text)
{
	char whole[TREE_PATH_MAX];
	FILE *file;

	tree_path(root, path, whole);
	file = fopen(whole, "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

/** Makes a link of the tree. */
static inline void
tree_link(const char *root, const char *path, const char *target)
{
	char whole[TREE_PATH_MAX];

	tree_path(root, path, whole);
	assert_int_equal(symlink(target, whole), 0);
}

/** How many warnings have all of the words in them. */
static inline size_t
tree_warnings(const struct topo *topo, const char *a, const char *b)
{
	size_t n = 0;

	for (size_t i = 0; i < topo->n_warnings; i++)
		n += strstr(topo->warnings[i], a) != NULL && strstr(topo->warnings[i], b) != NULL;
	return n;
}

#endif

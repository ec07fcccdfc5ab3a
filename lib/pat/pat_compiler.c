/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "pat_priv.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* The expressions of one part that are still good. */
struct set {
	const char **text;
	unsigned int *flags, *ids, nb;
};

/* What this process works on. */
struct work {
	struct set set[PAT_PARTS];
	struct pat_made made;
	const uint8_t *bytes;
	size_t len, at;
	uint32_t nb;
};

/* ASan's shadow is larger than any limit. */
static void
limit_memory(uint64_t bytes)
{
#ifndef __SANITIZE_ADDRESS__
	struct rlimit limit = {.rlim_cur = bytes, .rlim_max = bytes};

	if (bytes > 0)
		setrlimit(RLIMIT_AS, &limit);
#else
	(void)bytes;
#endif
}

/* The parent kills us when time is up; should it die itself, this is what ends us. */
static void
limit_self(uint64_t seconds, uint64_t bytes)
{
	struct rlimit cpu = {.rlim_cur = seconds, .rlim_max = seconds}, none = {0};

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setrlimit(RLIMIT_CPU, &cpu);
	setrlimit(RLIMIT_CORE, &none);
	limit_memory(bytes);
	if (nice(10) < 0)
		errno = 0; /* then at the pace of everyone */
}

static bool
open_sets(struct work *work)
{
	for (int part = 0; part < PAT_PARTS; part++) {
		struct set *set = &work->set[part];

		set->text = calloc(work->nb, sizeof(set->text[0]));
		set->flags = calloc(work->nb, sizeof(set->flags[0]));
		set->ids = calloc(work->nb, sizeof(set->ids[0]));
		if (set->text == NULL || set->flags == NULL || set->ids == NULL)
			return false;
	}
	return true;
}

/* Puts an expression into its set, or tells what is wrong with it. */
static int
sort_item(struct work *work, uint32_t i, const struct pat_item *item, const char *text)
{
	struct set *set = &work->set[item->part];
	hs_compile_error_t *error = NULL;
	hs_expr_info_t *info = NULL;
	int ret = 0;

	if (hs_expression_info(text, item->flags, &info, &error) != HS_SUCCESS) {
		ret = pat_made_bad(&work->made, i, error == NULL ? "refused" : error->message);
		hs_free_compile_error(error);
		return ret;
	}
	free(info);
	set->text[set->nb] = text;
	set->flags[set->nb] = item->flags;
	set->ids[set->nb++] = i;
	return 0;
}

static int
read_items(struct work *work)
{
	struct pat_item item;
	const char *text;
	int ret = 0;

	for (uint32_t i = 0; i < work->nb && ret == 0; i++) {
		if (!pat_request_item(work->bytes, work->len, &work->at, &item, &text))
			return -EBADMSG;
		if (item.part < PAT_PARTS)
			ret = sort_item(work, i, &item, text);
	}
	return ret;
}

/* Takes the expression that the compiler names out of the set. */
static int
drop(struct work *work, struct set *set, const hs_compile_error_t *error)
{
	unsigned int i = (unsigned int)error->expression;
	int ret = pat_made_bad(&work->made, set->ids[i], error->message);

	set->nb--;
	for (; i < set->nb; i++) {
		set->text[i] = set->text[i + 1];
		set->flags[i] = set->flags[i + 1];
		set->ids[i] = set->ids[i + 1];
	}
	return ret;
}

/* Compiles a set, without those of its expressions that stand in the way. */
static int
compile_set(struct work *work, enum pat_part part)
{
	struct set *set = &work->set[part];
	hs_compile_error_t *error;
	hs_database_t *db = NULL;
	char *bytes;

	while (set->nb > 0 && db == NULL) {
		if (hs_compile_multi(set->text, set->flags, set->ids, set->nb, HS_MODE_BLOCK, NULL,
			    &db, &error) == HS_SUCCESS)
			break;
		if (error->expression < 0 || drop(work, set, error) != 0) {
			const char *words = error->message;

			/* Its standard error is a file that the parent reads. */
			return write(STDERR_FILENO, words, strlen(words)) < 0 ? -errno : -EIO;
		}
		hs_free_compile_error(error);
	}
	if (db == NULL)
		return 0;
	if (hs_serialize_database(db, &bytes, &work->made.part[part].len) != HS_SUCCESS)
		return -ENOMEM;
	work->made.part[part].bytes = (uint8_t *)bytes;
	hs_free_database(db);
	return 0;
}

int
pat_compiler_main(int argc, char **argv)
{
	static struct work work; /* never freed: it ends with the process */
	struct stat st;
	int ret = -1;

	if (argc != 4 || fstat(STDIN_FILENO, &st) < 0 || st.st_size == 0)
		return EXIT_FAILURE;
	limit_self(strtoull(argv[2], NULL, 10), strtoull(argv[3], NULL, 10));
	work.len = (size_t)st.st_size;
	work.bytes = mmap(NULL, work.len, PROT_READ, MAP_PRIVATE, STDIN_FILENO, 0);
	if (work.bytes == MAP_FAILED)
		return EXIT_FAILURE;
	work.nb = pat_request_open(work.bytes, work.len, &work.at);
	if (work.nb > 0 && open_sets(&work))
		ret = read_items(&work);
	for (int part = 0; part < PAT_PARTS && ret == 0; part++)
		ret = compile_set(&work, (enum pat_part)part);
	if (ret == 0)
		ret = pat_made_write(&work.made, stdout);
	return ret == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

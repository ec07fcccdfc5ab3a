/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "control_files.h"
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MS    UINT64_C(1000000)
#define QUIET (20 * MS)

struct fixture {
	struct control *control;
	struct control_files *files;
	struct base_err err;
	char dir[32], a[64], b[64], other[64];
	int told;
};

static void
tell(void *arg)
{
	struct fixture *f = arg;

	f->told++;
	control_end(f->control);
}

static void
give_up(void *arg)
{
	struct fixture *f = arg;

	control_end(f->control);
}

static void
put(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

static int
set_up(void **state)
{
	static struct fixture f;

	f = (struct fixture){.dir = "/tmp/weir-files-XXXXXX"};
	*state = &f;
	if (mkdtemp(f.dir) == NULL || control_new(&f.control, NULL) < 0 ||
		control_files_new(f.control, QUIET, tell, &f, &f.files, &f.err) < 0)
		return -1;
	snprintf(f.a, sizeof(f.a), "%s/a.txt", f.dir);
	snprintf(f.b, sizeof(f.b), "%s/b.txt", f.dir);
	snprintf(f.other, sizeof(f.other), "%s/a.txt.new", f.dir);
	put(f.a, "a\n");
	return control_files_set(f.files, (const char *[]){f.a, f.b}, 2, &f.err);
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;

	control_files_free(f->files);
	control_free(f->control);
	unlink(f->a);
	unlink(f->b);
	unlink(f->other);
	return rmdir(f->dir);
}

/* Runs the loop until something is told, or long enough that nothing will be. */
static int
told_after(struct fixture *f, uint64_t limit_ns)
{
	struct control_source *limit = control_every(f->control, limit_ns, give_up, f);

	f->told = 0;
	control_run(f->control);
	control_forget(f->control, limit);
	return f->told;
}

static void
what_is_not_ours_is_not_told(void **state)
{
	struct fixture *f = *state;

	put(f->other, "x\n");
	close(open(f->a, O_RDONLY | O_CLOEXEC));
	assert_int_equal(told_after(f, 4 * QUIET), 0);
}

static void
a_file_written_in_place_is_told_once(void **state)
{
	struct fixture *f = *state;

	for (int i = 0; i < 5; i++)
		put(f->a, "more\n");
	assert_int_equal(told_after(f, 60000 * MS), 1);
	assert_int_equal(told_after(f, 4 * QUIET), 0);
}

static void
a_file_replaced_by_another_is_told(void **state)
{
	struct fixture *f = *state;

	put(f->other, "new\n");
	assert_int_equal(rename(f->other, f->a), 0);
	assert_int_equal(told_after(f, 60000 * MS), 1);
	put(f->a, "the new one in place\n"); /* the name is watched, not what bore it */
	assert_int_equal(told_after(f, 60000 * MS), 1);
}

static void
a_file_that_comes_and_goes_is_told(void **state)
{
	struct fixture *f = *state;

	put(f->b, "b\n"); /* was not there */
	assert_int_equal(told_after(f, 60000 * MS), 1);
	assert_int_equal(unlink(f->b), 0);
	assert_int_equal(told_after(f, 60000 * MS), 1);
}

static void
files_can_be_exchanged_for_others(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(control_files_set(f->files, (const char *[]){f->b}, 1, NULL), 0);
	put(f->a, "no more\n");
	assert_int_equal(told_after(f, 4 * QUIET), 0);
	put(f->b, "b\n");
	assert_int_equal(told_after(f, 60000 * MS), 1);
	assert_int_equal(control_files_set(f->files, NULL, 0, NULL), 0);
	put(f->b, "b\n");
	assert_int_equal(told_after(f, 4 * QUIET), 0);
}

static void
a_folder_that_is_not_there_is_an_error_the_others_are_watched(void **state)
{
	struct fixture *f = *state;
	const char *paths[] = {"/nonexistent/x.txt", "relative", f->a};

	assert_int_equal(control_files_set(f->files, paths, 3, &f->err), -ENOENT);
	assert_non_null(strstr(f->err.text, "/nonexistent/x.txt: its folder cannot be watched"));
	put(f->a, "x\n");
	assert_int_equal(told_after(f, 60000 * MS), 1);
}

static void
a_change_in_waiting_goes_with_the_watch(void **state)
{
	struct fixture *f = *state;

	put(f->a, "x\n");
	assert_int_equal(told_after(f, QUIET / 4), 0); /* it has been read, quiet is awaited */
	control_files_free(f->files);
	f->files = NULL;
	assert_int_equal(told_after(f, 4 * QUIET), 0);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(what_is_not_ours_is_not_told),
		CASE(a_file_written_in_place_is_told_once),
		CASE(a_file_replaced_by_another_is_told),
		CASE(a_file_that_comes_and_goes_is_told),
		CASE(files_can_be_exchanged_for_others),
		CASE(a_folder_that_is_not_there_is_an_error_the_others_are_watched),
		CASE(a_change_in_waiting_goes_with_the_watch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

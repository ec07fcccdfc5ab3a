/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * What is in force is kept on disk, beside lcores and loop.
 */
#include "policy_db.h"
#include "reload_run.h"

#include <sys/stat.h>

/* The loop until the policy of a generation is on disk, or could not be. */
static const struct control_kept *
until_kept(struct run *run, uint32_t generation)
{
	const struct control_kept *kept = control_reload_kept(run->reload);

	while (kept == NULL || kept->generation != generation) {
		control_run(run->control);
		kept = control_reload_kept(run->reload);
	}
	return kept;
}

/* It is a compiled policy of the digest that was told. */
static void
is_on_disk(const struct run *run, const struct control_kept *kept)
{
	struct policy_db *db;
	struct base_err err = {0};

	assert_string_equal(kept->error, "");
	if (policy_db_open(run->keep, &db, &err) < 0)
		fail_msg("%s", err.text);
	assert_string_equal(policy_db_digest(db), kept->digest);
	policy_db_close(db);
}

static void
open_kept(struct run *run)
{
	open_run_with(run, LIST("a") LIST("b"), true);
	assert_int_equal(control_reload_first(run->reload, run->f.policy, NULL), 0);
	run->f.policy = NULL;
	assert_null(control_reload_kept(run->reload));
}

static void
close_kept(struct run *run)
{
	char dir[128];

	snprintf(dir, sizeof(dir), "%s/state", run->f.dir);
	unlink(run->keep);
	rmdir(dir);
	close_run(run);
}

static void
each_policy_in_force_is_kept(void **state)
{
	struct run run;
	char first[POLICY_DIGEST_TEXT];

	(void)state;
	open_kept(&run);
	is_on_disk(&run, until_kept(&run, 1));
	snprintf(first, sizeof(first), "%s", control_reload_kept(run.reload)->digest);
	write_list(&run, "a.txt", "three.com\nfour.com\n");
	assert_int_equal(ask(&run, NULL, false, NULL), 0);
	is_on_disk(&run, until_kept(&run, 2));
	assert_string_not_equal(control_reload_kept(run.reload)->digest, first);
	assert_int_equal(run.kept, 2);
	close_kept(&run);
}

/* What was only tried, or has failed, is none. */
static void
nothing_else_is(void **state)
{
	struct run run;

	(void)state;
	open_kept(&run);
	until_kept(&run, 1);
	write_list(&run, "a.txt", "three.com\nfour.com\n");
	assert_int_equal(ask(&run, NULL, true, NULL), 0);
	control_run(run.control);
	assert_true(run.result.dry_run);
	run.ini = "[nonsense]\n";
	reload(&run);
	assert_false(run.result.ok);
	assert_int_equal(control_reload_kept(run.reload)->generation, 1);
	run.ini = LIST("a") LIST("b");
	assert_int_equal(ask(&run, NULL, false, NULL), 0);
	is_on_disk(&run, until_kept(&run, 2));
	assert_int_equal(run.kept, 2);
	close_kept(&run);
}

/* It stays in force, and why it is not on disk is told. */
static void
a_folder_that_is_none_is_told(void **state)
{
	struct run run;
	const struct control_kept *kept;

	(void)state;
	open_run_with(&run, LIST("a"), true);
	fixture_file(&run.f, "state", "a file\n");
	assert_int_equal(control_reload_first(run.reload, run.f.policy, NULL), 0);
	run.f.policy = NULL;
	kept = until_kept(&run, 1);
	assert_non_null(strstr(kept->error, "/state: Not a directory"));
	assert_string_equal(kept->digest, "");
	assert_int_equal(engine.views[0]->generation, 1);
	close_run(&run);
}

/* One generation after the other: whatever is being written is not freed, and the last one stays.
 */
static void
reloads_do_not_overtake_it(void **state)
{
	struct run run;

	(void)state;
	open_kept(&run);
	while (run.told < 1)
		control_run(run.control);
	for (uint32_t i = 2; i < 20; i++) {
		write_list(&run, "a.txt", i % 2 == 0 ? "three.com\nfour.com\n" : "one.com\n");
		assert_int_equal(ask(&run, NULL, false, NULL), 0);
		while (run.told < i)
			control_run(run.control);
		assert_int_equal(run.result.generation, i);
	}
	is_on_disk(&run, until_kept(&run, 19));
	close_kept(&run);
}

/* The end waits for what is being written. */
static void
an_end_in_the_midst_leaves_it_whole(void **state)
{
	struct run run;
	struct stat st;

	(void)state;
	open_kept(&run);
	while (run.told < 1)
		control_run(run.control);
	control_reload_free(run.reload);
	run.reload = NULL;
	assert_int_equal(stat(run.keep, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	close_kept(&run);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_policy_in_force_is_kept),
		cmocka_unit_test(nothing_else_is),
		cmocka_unit_test(a_folder_that_is_none_is_told),
		cmocka_unit_test(reloads_do_not_overtake_it),
		cmocka_unit_test(an_end_in_the_midst_leaves_it_whole),
	};

	return cmocka_run_group_tests(tests, unit_eal_start, unit_eal_stop);
}

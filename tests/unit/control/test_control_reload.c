/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * Reloads of two lists on two lcores.
 */
#include "reload_run.h"

static void
views_are_empty_until_the_first_policy(void **state)
{
	struct run run;

	(void)state;
	open_run(&run, LIST("a") "[weir]\nuntil_ready = drop\n");
	assert_int_equal(engine.views[0]->generation, 0);
	assert_true(engine.views[1]->general.until_ready_drops);
	assert_null(control_reload_policy(run.reload));
	assert_null(control_reload_last(run.reload));
	assert_null(control_reload_outcome(run.reload));
	assert_int_equal(control_reload_first(run.reload, run.f.policy, NULL), 0);
	run.f.policy = NULL;
	assert_true(control_reload_is_busy(run.reload));
	control_run(run.control);
	assert_true(run.result.ok);
	assert_int_equal(run.result.generation, 1);
	assert_int_equal(engine.views[0]->generation, 1);
	assert_int_equal(engine.views[1]->generation, 1);
	assert_false(control_reload_is_busy(run.reload));
	close_run(&run);
}

static void
a_reload_publishes_and_frees(void **state)
{
	struct run run;
	size_t before;

	(void)state;
	open_first(&run, LIST("a") LIST("b"));
	before = heap_bytes();
	for (uint32_t i = 2; i < 8; i++) {
		write_list(&run, "a.txt", i % 2 == 0 ? "three.com\nfour.com\n" : "one.com\n");
		reload(&run);
		assert_true(run.result.ok);
		assert_int_equal(run.result.generation, i);
		assert_int_equal(run.result.settings.n_notes, 0);
		assert_int_equal(run.result.nb_changes, 1);
		assert_string_equal(run.result.changes[0].list, "a");
		assert_int_equal(run.result.changes[0].added, i % 2 == 0 ? 2 : 1);
		assert_int_equal(run.result.changes[0].removed, i % 2 == 0 ? 1 : 2);
		assert_int_equal(engine.views[0]->generation, i);
		assert_int_equal(engine.views[1]->generation, i);
		if (i % 2 == 1)
			assert_int_equal(heap_bytes(), before);
	}
	close_run(&run);
}

static void
what_fails_leaves_the_one_before(void **state)
{
	struct run run;
	size_t before;

	(void)state;
	open_first(&run, LIST("a") LIST("b"));
	before = heap_bytes();
	run.ini = LIST("a") "[list c]\npath = none\n";
	reload(&run);
	assert_false(run.result.ok);
	assert_non_null(strstr(run.result.sentence, "[list c] path"));
	run.ini = "[nonsense]\n";
	reload(&run);
	assert_false(run.result.ok);
	assert_int_equal(control_reload_outcome(run.reload)->last_ok, 0);
	run.ini = LIST("a");
	run.is_refused = true;
	reload(&run);
	assert_false(run.result.ok);
	assert_string_equal(run.result.sentence, "misplaced");
	assert_int_equal(run.result.exit, BASE_EXIT_UNAVAILABLE);
	assert_int_equal(run.result.generation, 1);
	assert_int_equal(engine.views[0]->generation, 1);
	assert_int_equal(control_reload_ini(run.reload)->n_lists,
		2 + control_reload_ini(run.reload)->n_builtins);
	assert_int_equal(heap_bytes(), before);
	close_run(&run);
}

static void
how_the_last_one_ended_is_kept(void **state)
{
	const struct control_outcome *outcome;
	struct run run;
	time_t ended;

	(void)state;
	open_first(&run, LIST("a"));
	assert_null(control_reload_outcome(run.reload)); /* the first policy is no reload */
	reload(&run);
	outcome = control_reload_outcome(run.reload);
	assert_true(outcome->ok);
	assert_string_equal(outcome->sentence, "generation 2 is in force");
	assert_in_range(outcome->ended, time(NULL) - 60, time(NULL));
	assert_int_equal(outcome->last_ok, outcome->ended);
	ended = outcome->ended;
	run.ini = "[nonsense]\n";
	assert_int_equal(ask(&run, NULL, true, NULL), 0);
	control_run(run.control);
	assert_true(control_reload_outcome(run.reload)->ok); /* it was only tried */
	reload(&run);
	outcome = control_reload_outcome(run.reload);
	assert_false(outcome->ok);
	assert_non_null(strstr(outcome->sentence, "weir.ini:1: [nonsense]"));
	assert_int_equal(outcome->last_ok, ended);
	close_run(&run);
}

/* The reload goes on without it, and its result names the list. */
static void
a_list_that_is_refused_is_stale(void **state)
{
	struct run run;
	char path[128];

	(void)state;
	open_first(&run, LIST("a") LIST("b"));
	write_list(&run, "a.txt", "three.com\n");
	snprintf(path, sizeof(path), "%s/b.txt", run.f.dir);
	assert_int_equal(unlink(path), 0);
	reload(&run);
	assert_true(run.result.ok);
	assert_string_equal(
		run.result.sentence, "generation 2 is in force, 1 of its lists is stale");
	assert_int_equal(run.result.nb_stale, 1);
	assert_string_equal(run.result.stale[0].list, "b");
	assert_int_equal(run.result.nb_changes, 1);
	assert_string_equal(run.result.changes[0].list, "a");
	run.ini = "[nonsense]\n";
	reload(&run);
	assert_int_equal(ask(&run, "a", false, NULL), 0);
	control_run(run.control);
	assert_true(run.result.ok);
	assert_int_equal(run.result.nb_stale, 1);
	assert_false(run.result.stale[0].is_tried);
	assert_int_equal(control_reload_totals(run.reload)->published, 3);
	assert_int_equal(control_reload_totals(run.reload)->failed, 1);
	close_run(&run);
}

/* What of the INI comes in force, and what does not; prefixes by what they say. */
static void
what_is_other_is_told(void **state)
{
	const char *first = LIST("a") "[clients kids]\nprefixes = 10.0.0.0/8, 10.1.0.0/16\n"
				      "[group kids]\n";
	struct conf_report report = {0};
	struct run run;

	(void)state;
	open_first(&run, first);
	assert_int_equal(control_reload_restart(run.reload, NULL), 0);
	run.ini = "[group kids]\n[clients kids]\nprefixes = 10.1.0.0/16, 10.0.0.0/8\n[ring]\n"
		  "size = 64\n" LIST("a") "action = drop\n";
	reload(&run);
	assert_true(run.result.ok);
	assert_int_equal(run.result.nb_changes, 0);
	assert_false(run.result.has_prefixes);
	assert_int_equal(run.result.restart.n_notes, 1);
	assert_int_equal(run.result.settings.n_notes, 2); /* prefixes in other words */
	assert_non_null(strstr(run.result.settings.notes[1].text, "it was `nxdomain'"));
	assert_int_equal(control_reload_restart(run.reload, &report), 1);
	assert_non_null(strstr(report.notes[0].text, "weir.ini:5: [ring] size = 64: only a"));
	conf_report_free(&report);
	run.ini = "[nonsense]\n";
	reload(&run);
	assert_int_equal(control_reload_restart(run.reload, NULL), 1);
	assert_int_equal(ask(&run, "a", false, NULL), 0);
	control_run(run.control);
	assert_int_equal(run.result.restart.n_notes + run.result.settings.n_notes, 0);
	assert_int_equal(control_reload_restart(run.reload, NULL), 1);
	run.ini = LIST("a") "[group kids]\n[clients kids]\nprefixes = 10.1.0.0/16\n";
	reload(&run);
	assert_true(run.result.has_prefixes);
	assert_int_equal(run.result.prefixes_were, 2);
	assert_int_equal(run.result.prefixes, 1);
	assert_int_equal(control_reload_restart(run.reload, NULL), 0);
	close_run(&run);
}

static void
end_loop(void *control)
{
	control_end(control);
}

/* The result is told when that takes long, with the lcore; until then nothing else is built. */
static void
one_that_is_held_up_keeps_the_next_away(void **state)
{
	struct run run;
	struct base_err err = {0};

	(void)state;
	open_first(&run, LIST("a") LIST("b"));
	atomic_store(&engine.held, true);
	assert_int_equal(ask(&run, NULL, false, NULL), 0);
	assert_int_equal(ask(&run, NULL, false, &err), -EBUSY);
	control_run(run.control);
	assert_true(run.result.ok);
	assert_int_equal(run.result.generation, 2);
	assert_non_null(strstr(run.result.sentence, "waits to be freed: lcore 2 holds it"));
	assert_int_equal(ask(&run, NULL, false, &err), -EBUSY);
	assert_string_equal(err.text, "the old policy waits to be freed: lcore 2 holds it up");
	atomic_store(&engine.held, false);
	for (int i = 0; i < 600 && control_reload_is_busy(run.reload); i++) {
		struct control_source *timer =
			control_every(run.control, 100000000, end_loop, run.control);

		control_run(run.control);
		control_forget(run.control, timer);
	}
	assert_int_equal(run.told, 2);
	reload(&run);
	assert_int_equal(run.result.generation, 3);
	close_run(&run);
}

/* Files that change behind the first reading are in force in the end; two that ask are one more. */
static void
one_asked_for_later_follows_the_one_under_way(void **state)
{
	const struct control_request later = {.later = true};
	struct run run;

	(void)state;
	open_first(&run, LIST("a") LIST("b"));
	assert_int_equal(control_reload_request(run.reload, &later, NULL), 0);
	assert_int_equal(control_reload_request(run.reload, &later, NULL), 1);
	assert_int_equal(control_reload_request(run.reload, &later, NULL), 1);
	assert_int_equal(ask(&run, NULL, false, NULL), -EBUSY);
	control_run(run.control);
	assert_int_equal(run.result.generation, 2);
	assert_true(control_reload_is_busy(run.reload));
	control_run(run.control);
	assert_true(run.result.ok);
	assert_int_equal(run.result.generation, 3);
	assert_int_equal(engine.views[0]->generation, 3);
	assert_false(control_reload_is_busy(run.reload));
	run.ini = "[nonsense]\n"; /* one that fails has one behind it, too */
	assert_int_equal(ask(&run, NULL, false, NULL), 0);
	assert_int_equal(control_reload_request(run.reload, &later, NULL), 1);
	control_run(run.control);
	assert_false(run.result.ok);
	assert_true(control_reload_is_busy(run.reload));
	control_run(run.control);
	assert_int_equal(run.told, 5);
	assert_false(control_reload_is_busy(run.reload));
	close_run(&run);
}

static void
none_follows_the_end_of_the_program(void **state)
{
	struct run run;

	(void)state;
	open_first(&run, LIST("a") LIST("b"));
	assert_int_equal(ask(&run, NULL, false, NULL), 0);
	assert_int_equal(
		control_reload_request(run.reload, &(struct control_request){.later = true}, NULL),
		1);
	control_reload_cancel(run.reload);
	control_run(run.control);
	assert_false(control_reload_is_busy(run.reload));
	assert_int_equal(run.told, 2);
	close_run(&run);
}

static void
one_list_and_no_list_of_that_name(void **state)
{
	struct run run;
	struct base_err err = {0};

	(void)state;
	open_first(&run, LIST("a") LIST("b"));
	write_list(&run, "a.txt", "x.com\ny.com\n");
	write_list(&run, "b.txt", "x.com\ny.com\nz.com\n");
	run.ini = "[nonsense]\n";
	assert_int_equal(ask(&run, "c", false, &err), -ENOENT);
	assert_non_null(strstr(err.text, "has no [list c]"));
	assert_int_equal(ask(&run, "b", false, NULL), 0);
	control_run(run.control);
	assert_true(run.result.ok);
	assert_int_equal(run.result.nb_changes, 1);
	assert_string_equal(run.result.changes[0].list, "b");
	close_run(&run);
}

static void
a_dry_run_changes_nothing(void **state)
{
	struct run run;

	(void)state;
	open_first(&run, LIST("a") LIST("b"));
	write_list(&run, "a.txt", "x.com\none.com\n");
	assert_int_equal(ask(&run, NULL, true, NULL), 0);
	control_run(run.control);
	assert_true(run.result.ok && run.result.dry_run);
	assert_string_equal(run.result.sentence, "generation 2 would be published");
	assert_int_equal(run.result.changes[0].added, 1);
	assert_int_equal(run.result.changes[0].removed, 0);
	assert_int_equal(run.result.generation, 1);
	assert_int_equal(engine.views[0]->generation, 1);
	close_run(&run);
}

/* The end does not wait for the loop: what is being built, or freed, goes with it. */
static void
an_end_in_the_midst_leaves_nothing(void **state)
{
	struct run run;

	(void)state;
	open_first(&run, LIST("a") LIST("b"));
	assert_int_equal(ask(&run, NULL, false, NULL), 0);
	close_run(&run);
	open_run(&run, LIST("a"));
	assert_int_equal(control_reload_first(run.reload, run.f.policy, NULL), 0);
	run.f.policy = NULL;
	close_run(&run);
}

/* Told while a build goes on, or before: what comes of it is not published. */
static void
what_is_cancelled_is_not_published(void **state)
{
	struct run run;

	(void)state;
	open_first(&run, LIST("a") LIST("b"));
	assert_false(control_reload_cancel(run.reload));
	write_list(&run, "a.txt", "x.com\n");
	assert_int_equal(ask(&run, NULL, false, NULL), 0);
	assert_true(control_reload_cancel(run.reload));
	control_run(run.control);
	assert_false(run.result.ok);
	assert_non_null(strstr(run.result.sentence, "given up: the program ends"));
	assert_int_equal(engine.views[0]->generation, 1);
	close_run(&run);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(views_are_empty_until_the_first_policy),
		cmocka_unit_test(a_reload_publishes_and_frees),
		cmocka_unit_test(what_fails_leaves_the_one_before),
		cmocka_unit_test(how_the_last_one_ended_is_kept),
		cmocka_unit_test(a_list_that_is_refused_is_stale),
		cmocka_unit_test(what_is_other_is_told),
		cmocka_unit_test(one_that_is_held_up_keeps_the_next_away),
		cmocka_unit_test(one_asked_for_later_follows_the_one_under_way),
		cmocka_unit_test(none_follows_the_end_of_the_program),
		cmocka_unit_test(one_list_and_no_list_of_that_name),
		cmocka_unit_test(a_dry_run_changes_nothing),
		cmocka_unit_test(an_end_in_the_midst_leaves_nothing),
		cmocka_unit_test(what_is_cancelled_is_not_published),
	};

	return cmocka_run_group_tests(tests, unit_eal_start, unit_eal_stop);
}

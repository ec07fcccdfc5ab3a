/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * A generation that differs in its hours alone: what it shares, and what its lists do.
 */
#include "pat.h"
#include "place.h"
#include "unit_policy.h"

#include <rte_malloc.h>

#define A	 1
#define MONDAY_S INT64_C(1767571200) /* 2026-01-05 00:00 UTC */
#define HOUR_S	 3600
#define INI                                                                                \
	"[list games]\npath = games.txt\nformat = domains\n[list seen]\npath = seen.txt\n" \
	"format = domains\naction = log\n[list exprs]\npath = exprs.txt\nformat = regex\n" \
	"[patterns]\ncache_dir =\n[clients kids]\nprefixes = 10.0.0.0/8\nvlans = 7\n"      \
	"[group kids]\n"                                                                   \
	"schedule = Mon-Fri 08:00-18:00 [games, exprs] | Mon 12:00-13:00 [seen]\n"

/* The ledger, line by line, in an order of its own. */
struct lines {
	uint32_t n;
	char text[32][80];
};

static void
add_line(const struct place_entry *entry, void *arg)
{
	struct lines *lines = arg;

	assert_true(lines->n < UNIT_COUNT(lines->text));
	snprintf(lines->text[lines->n++], sizeof(lines->text[0]), "%s %zu %d", entry->name,
		(size_t)entry->bytes, entry->wanted);
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* The ledger, and what EAL's heap holds. */
static size_t
ledger(struct lines *lines)
{
	struct rte_malloc_socket_stats stats;

	lines->n = 0;
	place_walk(add_line, lines);
	qsort(lines->text, lines->n, sizeof(lines->text[0]), by_text);
	rte_malloc_get_socket_stats(unit_eal_node(), &stats);
	return stats.heap_allocsz_bytes;
}

static const uint8_t kid[] = {10, 1, 2, 3};
static const struct policy_client client = {.addr = kid, .family = 4, .port = POLICY_PORT_NONE};

static void
open_policy(struct fixture *f)
{
	fixture_init(f);
	fixture_file(f, "games.txt", "games.com\n");
	fixture_file(f, "seen.txt", "games.com\n");
	fixture_file(f, "exprs.txt", "^play[0-9]\n");
	fixture_build(f, INI);
	f->client = &client;
}

/* The next generation, at a time of Monday; the one before is freed behind it, as in a run. */
static void
move(struct fixture *f, int64_t at_s)
{
	struct policy *next;
	struct policy_view *view;

	assert_int_equal(policy_renew_hours(f->policy, at_s, &next, &f->err), 0);
	if (policy_view_build(next, 0, unit_eal_node(), &view, &f->err) < 0)
		fail_msg("%s", f->err.text);
	assert_int_equal(policy_generation(next), policy_generation(f->policy) + 1);
	assert_ptr_equal(view->domains, f->view->domains);
	assert_ptr_equal(view->records, f->view->records);
	assert_ptr_equal(view->patterns, f->view->patterns);
	assert_ptr_equal(view->clients->nets, f->view->clients->nets);
	assert_ptr_not_equal(view->groups, f->view->groups);
	policy_view_free(f->view);
	policy_free(f->policy);
	f->view = view;
	f->policy = next;
}

static void
hours_change_masks_and_share_all_tables(void **state)
{
	struct lines before, after;
	struct fixture f;
	size_t heap;

	(void)state;
	open_policy(&f); /* Thursday 1970-01-01 00:00 */
	heap = ledger(&before);
	for (int day = 0; day < 3; day++) {
		move(&f, MONDAY_S + day * 86400 + 7 * HOUR_S);
		assert_string_equal(fixture_ask(&f, "games.com", A), "- pass");
		assert_string_equal(fixture_ask(&f, "play7.com", A), "- pass");
		move(&f, MONDAY_S + day * 86400 + 8 * HOUR_S);
		assert_string_equal(
			fixture_ask(&f, "www.games.com", A), "games nxdomain games.txt:1");
		assert_string_equal(fixture_ask(&f, "play7.com", A), "exprs nxdomain exprs.txt:1");
		assert_int_equal(f.view->groups[1].change_s,
			MONDAY_S + day * 86400 + (day == 0 ? 12 : 18) * HOUR_S);
		assert_int_equal(f.view->groups[0].change_s, BASE_ZONE_NEVER);
		assert_int_equal(ledger(&after), heap);
		assert_int_equal(after.n, before.n);
		for (uint32_t i = 0; i < after.n; i++)
			assert_string_equal(after.text[i], before.text[i]);
	}
	assert_int_equal(f.view->generation, 7);
	fixture_free(&f);
}

/* A list that only counts has hours, too; the other group is untouched. */
static void
each_list_and_group_for_itself(void **state)
{
	struct fixture f;

	(void)state;
	open_policy(&f);
	move(&f, MONDAY_S + 12 * HOUR_S);
	fixture_ask(&f, "games.com", A);
	assert_int_equal(base_set_first(&f.verdict.logged), 1);
	move(&f, MONDAY_S + 13 * HOUR_S);
	fixture_ask(&f, "games.com", A);
	assert_int_equal(base_set_first(&f.verdict.logged), -1);
	move(&f, MONDAY_S + 19 * HOUR_S);
	assert_string_equal(fixture_ask(&f, "games.com", A), "- pass");
	f.client = NULL;
	assert_string_equal(fixture_ask(&f, "games.com", A), "games nxdomain games.txt:1");
	assert_int_equal(base_set_first(&f.verdict.logged), 1);
	fixture_free(&f);
}

static void
what_has_changed_is_told(void **state)
{
	struct policy_hours_change changes[4];
	struct policy *noon;
	struct fixture f;
	char text[64];

	(void)state;
	open_policy(&f);
	move(&f, MONDAY_S + 8 * HOUR_S);
	assert_int_equal(policy_renew_hours(f.policy, MONDAY_S + 12 * HOUR_S, &noon, &f.err), 0);
	assert_int_equal(policy_compare_hours(f.policy, noon, changes, 4), 1);
	assert_int_equal(changes[0].group, 1);
	assert_string_equal(policy_lists_text(noon, &changes[0].on, text, sizeof(text)), "seen");
	assert_string_equal(policy_lists_text(noon, &changes[0].off, text, sizeof(text)), "-");
	assert_int_equal(policy_compare_hours(noon, f.policy, changes, 4), 1);
	assert_string_equal(policy_lists_text(noon, &changes[0].off, text, sizeof(text)), "seen");
	assert_int_equal(policy_compare_hours(noon, noon, changes, 4), 0);
	policy_free(noon);
	move(&f, MONDAY_S + 19 * HOUR_S);
	assert_int_equal(policy_renew_hours(f.policy, MONDAY_S + 12 * HOUR_S, &noon, &f.err), 0);
	policy_compare_hours(f.policy, noon, changes, 4);
	assert_string_equal(
		policy_lists_text(noon, &changes[0].on, text, sizeof(text)), "games, seen, exprs");
	assert_string_equal(policy_lists_text(noon, &changes[0].on, text, 50), "games, seen, ...");
	policy_free(noon);
	fixture_free(&f);
}

/* What is told of rules says whether it is hours that turn a list off. */
static void
a_match_tells_that_its_list_rests(void **state)
{
	struct policy_match matches[4];
	struct fixture f;

	(void)state;
	open_policy(&f);
	move(&f, MONDAY_S + 7 * HOUR_S);
	fixture_ask(&f, "games.com", A);
	assert_int_equal(policy_explain(f.policy, &f.query, &f.verdict, matches, 4), 2);
	assert_true(!matches[0].on && matches[0].rests);
	move(&f, MONDAY_S + 8 * HOUR_S);
	fixture_ask(&f, "games.com", A);
	assert_int_equal(policy_explain(f.policy, &f.query, &f.verdict, matches, 4), 2);
	assert_true(matches[0].on && !matches[0].rests);
	fixture_free(&f);
}

/* With the time of each frame a view has a group for each state, and hours to choose by. */
static void
a_replays_view_holds_all_states(void **state)
{
	struct policy_renewal renewal = {.at_s = POLICY_AT_FRAMES};
	struct policy_moment moment;
	struct policy_view *view;
	struct policy *policy;
	struct fixture f;

	(void)state;
	open_policy(&f);
	renewal.conf = f.conf;
	assert_int_equal(policy_renew(&renewal, NULL, &policy, &f.err), 0);
	assert_int_equal(policy_place(policy, unit_eal_node(), &f.err), 0);
	assert_int_equal(policy_view_build(policy, 0, unit_eal_node(), &view, &f.err), 0);
	assert_true(view->is_timed);
	assert_non_null(view->hours);
	policy_hours_at(view->hours, 0, MONDAY_S, &moment);
	assert_int_equal(moment.state, POLICY_NO_STATE);
	policy_hours_at(view->hours, 1, MONDAY_S + 7 * HOUR_S, &moment);
	assert_int_equal(moment.change_s, MONDAY_S + 8 * HOUR_S);
	assert_int_equal(base_set_first(&view->groups[view->nb_groups + moment.state].deciding), 3);
	policy_hours_at(view->hours, 1, MONDAY_S + 8 * HOUR_S, &moment);
	assert_int_equal(base_set_first(&view->groups[view->nb_groups + moment.state].deciding), 0);
	assert_null(f.view->hours);
	policy_view_free(view);
	policy_free(policy);
	fixture_free(&f);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hours_change_masks_and_share_all_tables),
		cmocka_unit_test(each_list_and_group_for_itself),
		cmocka_unit_test(what_has_changed_is_told),
		cmocka_unit_test(a_match_tells_that_its_list_rests),
		cmocka_unit_test(a_replays_view_holds_all_states),
	};

	if (argc > 1 && strcmp(argv[1], PAT_COMPILER) == 0)
		return pat_compiler_main(argc, argv);
	return cmocka_run_group_tests(tests, unit_eal_start, unit_eal_stop);
}

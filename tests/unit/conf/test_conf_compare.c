/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "conf.h"
#include "unit.h"

#include <stdio.h>
#include <string.h>

#define FIRST "[weir]\nnuma = prefer\n[port lan]\ndevice = net_null0\n[ring]\nsize = 1024\n"

static struct conf *
parse(const char *ini)
{
	struct conf_input in = {.file = "weir.ini"};
	struct conf_report report = {0};
	struct conf *conf;

	if (conf_parse(&in, ini, strlen(ini), &conf, &report) < 0)
		fail_msg("%s", report.notes[0].text);
	conf_report_free(&report);
	return conf;
}

/* How many do not come in force; the first note in words. */
static uint32_t
compare(const char *next_ini, char words[256])
{
	struct conf *running = parse(FIRST), *next = parse(next_ini);
	struct conf_report report = {0};
	uint32_t n = conf_compare(running, next, &report);

	assert_int_equal(report.n_notes, n);
	assert_int_equal(report.n_errors, 0);
	words[0] = '\0';
	if (n > 0)
		snprintf(words, 256, "%s", report.notes[0].text);
	conf_report_free(&report);
	conf_free(running);
	conf_free(next);
	return n;
}

static void
what_a_reload_brings_in_force_is_not_told(void **state)
{
	char words[256];

	(void)state;
	assert_int_equal(compare(FIRST, words), 0);
	assert_int_equal(
		compare(FIRST "[list ads]\npath = a\n[group default]\nsoa = no\n[domains]\n"
			      "replicas = node\n",
			words),
		0);
	assert_int_equal(compare("[weir]\nnuma = prefer\nmalformed = drop\n[port lan]\n"
				 "device = net_null0\n[ring]\nsize = 1k\n",
				 words),
		0);
}

static void
what_only_a_restart_does_is(void **state)
{
	char words[256];

	(void)state;
	assert_int_equal(compare("[weir]\nnuma = ignore\n[port lan]\ndevice = net_null1\n[ring]\n"
				 "size = 1024\n",
				 words),
		2);
	assert_string_equal(words, "weir.ini:2: [weir] numa = ignore: only a restart brings it in "
				   "force; until then it is `prefer'");
}

static void
sections_come_and_go(void **state)
{
	char words[256];

	(void)state;
	assert_int_equal(compare(FIRST "[port wan]\ndevice = net_null1\n", words), 1);
	assert_non_null(strstr(words, "[port wan]"));
	assert_int_equal(compare("[weir]\nnuma = prefer\n[ring]\nsize = 1024\n", words), 1);
	assert_non_null(strstr(words, "[port lan]: is gone"));
	assert_int_equal(
		compare("[weir]\nnuma = prefer\n[port lin]\ndevice = net_null0\n", words), 1);
}

/* What a reload brings in force, all notes in words. */
static uint32_t
changes(const char *before_ini, const char *next_ini, char words[1024])
{
	struct conf *before = parse(before_ini), *next = parse(next_ini);
	struct conf_report report = {0};
	uint32_t n = conf_changes(before, next, &report);
	size_t at = 0;

	assert_int_equal(report.n_notes, n);
	assert_int_equal(report.n_errors, 0);
	words[0] = '\0';
	for (uint32_t i = 0; i < n; i++)
		at += (size_t)snprintf(words + at, 1024 - at, "%s\n", report.notes[i].text);
	conf_report_free(&report);
	conf_free(before);
	conf_free(next);
	return n;
}

#define LISTS	"[list a]\npath = a\n[list b]\npath = b\n"
#define SWAPPED "[list b]\npath = b\n[list a]\npath = a\n"
#define KIDS	"[group kids]\nlists = a\n[clients kids]\nprefixes = 10.0.0.0/8\n"

static void
what_a_reload_brings_in_force_is_told_from_what(void **state)
{
	char words[1024];

	(void)state;
	assert_int_equal(changes(FIRST LISTS KIDS, FIRST LISTS KIDS, words), 0);
	assert_int_equal(
		changes(LISTS "ttl = 1024\n[group default]\n", LISTS "ttl = 1k\n", words), 0);
	assert_int_equal(changes(FIRST LISTS, "[weir]\nnuma = ignore\n" LISTS, words), 0);
	assert_int_equal(
		changes(LISTS, LISTS "action = drop\n[weir]\nmalformed = drop\n", words), 2);
	assert_string_equal(words, "weir.ini:5: [list b] action = drop: it was `nxdomain'\n"
				   "weir.ini:7: [weir] malformed = drop: it was `pass'\n");
	assert_int_equal(changes(LISTS "action = drop\n", LISTS, words), 1);
	assert_string_equal(words, "weir.ini:3: [list b] action = nxdomain: it was `drop'\n");
}

static void
sections_of_a_policy_come_and_go(void **state)
{
	char words[1024];

	(void)state;
	assert_int_equal(changes(LISTS KIDS, KIDS LISTS, words), 0);
	assert_int_equal(changes(LISTS, LISTS KIDS, words), 2);
	assert_string_equal(
		words, "weir.ini:5: [group kids]: is new\nweir.ini:7: [clients kids]: is new\n");
	assert_int_equal(changes(LISTS KIDS, LISTS, words), 2);
	assert_string_equal(
		words, "weir.ini: [group kids]: is gone\nweir.ini: [clients kids]: is gone\n");
	assert_int_equal(changes(LISTS, LISTS "[dns]\nrebind = yes\n", words), 1);
	assert_string_equal(words, "weir.ini:6: [dns] rebind = yes: it was `no'\n");
}

static void
the_order_of_lists_is_a_change(void **state)
{
	char words[1024];

	(void)state;
	assert_int_equal(changes(LISTS, SWAPPED, words), 1);
	assert_string_equal(words, "weir.ini:3: [list a]: stands behind a list now that it stood "
				   "before: the first is the strongest\n");
	assert_int_equal(changes(LISTS, "[list c]\npath = c\n" LISTS, words), 1);
	assert_string_equal(words, "weir.ini:1: [list c]: is new\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_reload_brings_in_force_is_not_told),
		cmocka_unit_test(what_only_a_restart_does_is),
		cmocka_unit_test(sections_come_and_go),
		cmocka_unit_test(what_a_reload_brings_in_force_is_told_from_what),
		cmocka_unit_test(sections_of_a_policy_come_and_go),
		cmocka_unit_test(the_order_of_lists_is_a_change),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_reload_brings_in_force_is_not_told),
		cmocka_unit_test(what_only_a_restart_does_is),
		cmocka_unit_test(sections_come_and_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "conf_unit.h"

static void
blame(const struct conf_sect *sect, const char *key, enum base_exit exit, const char *text)
{
	struct base_err err = {0};

	assert_int_equal(conf_blame(&err, sect, key, "no %s", "good"), -EINVAL);
	assert_int_equal(err.exit, exit);
	assert_string_equal(err.text, text);
	assert_int_equal(conf_blame(NULL, sect, key, "nobody listens"), -EINVAL);
}

static void
a_key_is_blamed_where_it_stands(void **state)
{
	static const char text[] = "\n[list a]\nttl = 7\npath = /a\n";
	const char *const sets[] = {"list a.ede=3", NULL};
	const struct conf_sect *list, *ring;
	char where[CONF_WHERE_MAX];
	struct reading reading;

	(void)state;
	read_octets(&reading, text, strlen(text), sets);
	list = &reading.conf->lists[0].sect;
	ring = &reading.conf->ring.sect;
	blame(list, "ttl", BASE_EXIT_CONFIG, "a.ini:3: [list a] ttl = 7: no good");
	blame(list, "max_bad", BASE_EXIT_CONFIG, "a.ini:2: [list a] max_bad = 5: no good");
	blame(list, NULL, BASE_EXIT_CONFIG, "a.ini:2: [list a]: no good");
	blame(list, "ede", BASE_EXIT_USAGE, "--set 'list a.ede=3': no good");
	blame(ring, "burst", BASE_EXIT_CONFIG, "a.ini: [ring] burst = 32: no good");
	blame(ring, NULL, BASE_EXIT_CONFIG, "a.ini: [ring]: no good");
	assert_string_equal(conf_where(list, "ttl", where), "a.ini:3");
	assert_string_equal(conf_where(list, "max_bad", where), "a.ini:2");
	assert_string_equal(conf_where(list, NULL, where), "a.ini:2");
	assert_string_equal(conf_where(list, "ede", where), "--set 'list a.ede=3'");
	assert_string_equal(conf_where(ring, "burst", where), "a.ini");
	done(&reading);
}

static void
notes_stand_in_the_order_of_the_file(void **state)
{
	/* What sections say of each other is looked at last, and reported where it stands. */
	(void)state;
	says("[group default]\nlists = x\n[list a]\npath = /a\naction = cname b\n[ring]\nburst = "
	     "0\n"
	     "[nope]\n[list b]\n",
		"a.ini:2: [group default] lists = x: `x' is no list: allowed are * and a, b, "
		"builtin-ddr\n"
		"warning: a.ini:5: [list a] action = cname b: without target_a or target_aaaa stub "
		"resolvers will not follow the name\n"
		"a.ini:7: [ring] burst = 0: allowed 1..64\n"
		"a.ini:8: [nope]: unknown section: allowed are [weir], [eal], [pool], [port NAME], "
		"[lcore N], [ring], [domains], [patterns], [list NAME], [group NAME], [clients "
		"NAME], [dns]\n"
		"a.ini:9: [list b]: `path' is missing: its file\n");
}

static void
every_error_is_kept(void **state)
{
	static char text[16 * 2000];
	struct conf_input in = {.file = "a.ini"};
	struct conf_report report = {0};
	struct conf *conf;
	size_t n = 0;

	(void)state;
	for (int i = 0; i < 2000; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "[x%d]\n", i);
	assert_int_equal(conf_parse(&in, text, n, &conf, &report), -EINVAL);
	assert_null(conf);
	assert_int_equal(report.n_errors, 2000);
	assert_int_equal(report.n_notes, 2000);
	assert_int_equal(report.notes[1999].at, 2000);
	assert_int_equal(conf_report_exit(&report), BASE_EXIT_CONFIG);
	conf_report_free(&report);
	assert_int_equal(report.n_notes, 0);
	assert_int_equal(conf_report_exit(&report), BASE_EXIT_OK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_key_is_blamed_where_it_stands),
		cmocka_unit_test(notes_stand_in_the_order_of_the_file),
		cmocka_unit_test(every_error_is_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

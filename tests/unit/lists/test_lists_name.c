/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "lists_unit.h"

#include <stdlib.h>

static char text[1024];

/** Labels of n octets with dots between them, a last one of `rest` octets. */
static void
make_name(size_t labels, size_t n, size_t rest)
{
	size_t len = 0;

	for (size_t i = 0; i < labels; i++) {
		memset(text + len, 'a', n);
		len += n;
		text[len++] = '.';
	}
	memset(text + len, 'b', rest);
	text[len + rest] = '\0';
}

static void
expect_octets(size_t octets)
{
	struct lists_rules *rules = lists_unit_read(LISTS_FORMAT_DOMAINS, text, strlen(text));
	uint8_t len;

	assert_int_equal(rules->nb_rules, 1);
	lists_rule_name(rules, &rules->rules[0], &len);
	assert_int_equal(len, octets);
	lists_free(rules);
}

/** RFC 1035 2.3.4: 255 octets on the wire are 253 characters, or 254 with the last dot. */
static void
the_longest_name(void **state)
{
	(void)state;
	make_name(3, 63, 61);
	assert_int_equal(strlen(text), 253);
	expect_octets(255);
	lists_unit_print(text + strlen(text), 2, ".");
	expect_octets(255);
	make_name(3, 63, 62);
	lists_unit_skipped(LISTS_FORMAT_DOMAINS, text, LISTS_SKIP_long_name);
	lists_unit_print(text + strlen(text), 2, ".");
	lists_unit_skipped(LISTS_FORMAT_DOMAINS, text, LISTS_SKIP_long_name);
	make_name(3, 63, 63);
	lists_unit_skipped(LISTS_FORMAT_DOMAINS, text, LISTS_SKIP_long_name);
	make_name(126, 1, 1);
	expect_octets(255);
	make_name(127, 1, 1);
	lists_unit_skipped(LISTS_FORMAT_DOMAINS, text, LISTS_SKIP_long_name);
}

static void
the_longest_label(void **state)
{
	(void)state;
	make_name(1, 63, 1);
	expect_octets(67);
	make_name(1, 64, 1);
	lists_unit_skipped(LISTS_FORMAT_DOMAINS, text, LISTS_SKIP_long_label);
	make_name(1, 1, 64);
	lists_unit_skipped(LISTS_FORMAT_DOMAINS, text, LISTS_SKIP_long_label);
	make_name(1, 254, 1);
	lists_unit_skipped(LISTS_FORMAT_DOMAINS, text, LISTS_SKIP_long_label);
	make_name(1, 1, 255);
	lists_unit_skipped(LISTS_FORMAT_DOMAINS, text, LISTS_SKIP_long_label);
}

/** As one published list has it: 101 533 characters of names run together. */
static void
names_run_together_are_one_bad_line(void **state)
{
	size_t len = 101533;
	char *line = malloc(len + 1);
	struct lists_rules *rules;

	(void)state;
	assert_non_null(line);
	for (size_t i = 0; i < len; i++)
		line[i] = "abcdefgh.example"[i % 16];
	line[len] = '\n';
	rules = lists_unit_read(LISTS_FORMAT_DOMAINS, line, len + 1);
	assert_int_equal(rules->nb_rules, 0);
	assert_int_equal(rules->report.bad_lines, 1);
	assert_int_equal(rules->report.skips[LISTS_SKIP_long_name].count, 1);
	lists_free(rules);
	free(line);
}

/** Every octet alone in a label: taken as it is, as its lower case, or not at all. */
static void
every_octet(void **state)
{
	static const char taken[] = "-_0123456789abcdefghijklmnopqrstuvwxyz";
	struct lists_rules *rules;
	const uint8_t *wire;
	uint8_t len, lower;

	(void)state;
	for (int octet = 0; octet < 256; octet++) {
		char line[] = {'x', (char)octet, 'y', '.', 'z'};

		rules = lists_unit_read(LISTS_FORMAT_DOMAINS, line, sizeof(line));
		lower = (uint8_t)(octet >= 'A' && octet <= 'Z' ? octet + 32 : octet);
		if (lower != 0 && strchr(taken, lower) != NULL) {
			assert_int_equal(rules->nb_rules, 1);
			wire = lists_rule_name(rules, &rules->rules[0], &len);
			assert_int_equal(len, 7);
			assert_int_equal(wire[2], lower);
		} else if (octet == '.' || octet == '\n') { /* x.y.z; y.z in a line of its own */
			assert_int_equal(rules->nb_rules, 1);
		} else {
			assert_int_equal(rules->nb_rules, 0);
		}
		lists_free(rules);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_longest_name),
		cmocka_unit_test(the_longest_label),
		cmocka_unit_test(names_run_together_are_one_bad_line),
		cmocka_unit_test(every_octet),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

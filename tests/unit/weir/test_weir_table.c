/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "table.h"
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#define LCORES 8

static struct table_row rows[2][3];
static struct table_lcore lcores[2][LCORES];
static struct engine_ring rings[LCORES];
static struct table_port ports[2];
static struct table_look looks[2];

static int
set_up(void **state)
{
	(void)state;
	memset(rows, 0, sizeof(rows));
	memset(lcores, 0, sizeof(lcores));
	memset(rings, 0, sizeof(rings));
	memset(ports, 0, sizeof(ports));
	for (int i = 0; i < 2; i++) {
		looks[i] = (struct table_look){.n_rows = 3,
			.n_lcores = LCORES,
			.n_rings = LCORES,
			.n_ports = 2,
			.rows = rows[i],
			.lcores = lcores[i],
			.rings = rings,
			.ports = ports};
		rows[i][0] = (struct table_row){.word = "received", .always = true};
		rows[i][1] = (struct table_row){.word = "dropped"};
		rows[i][2] = (struct table_row){.word = "a_reason_of_the_longest_name_here"};
		for (uint32_t k = 0; k < LCORES; k++) {
			lcores[i][k].did.lcore = k;
			lcores[i][k].did.role = (enum engine_role)(k % 4);
		}
	}
	ports[0].name = "lan";
	ports[1].name = "a-name-of-32-octets-is-a-long-on";
	return 0;
}

static char *
write_table(void)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	table_write(0, &looks[0], &looks[1], out);
	assert_int_equal(fclose(out), 0);
	return text;
}

static void
check_width(const char *text)
{
	while (*text != '\0') {
		size_t n = strcspn(text, "\n");

		if (n > TABLE_COLUMNS)
			fail_msg("%zu columns: %.*s", n, (int)n, text);
		assert_int_equal(text[n], '\n');
		text += n + 1;
	}
}

/* A time of nothing, nothing counted: no line is missing, nothing is divided by 0. */
static void
nothing_happened(void **state)
{
	char *text = write_table();

	(void)state;
	check_width(text);
	assert_non_null(strstr(text, "                   0  received "));
	assert_null(strstr(text, "dropped"));
	assert_non_null(strstr(text, "    7 tx             -         0        -      -"));
	assert_null(strstr(text, "nan"));
	assert_null(strstr(text, "inf"));
	free(text);
}

/* All that is counted as large as it can be. */
static void
the_largest_numbers_fit(void **state)
{
	char *text;

	(void)state;
	for (int i = 0; i < 3; i++)
		rows[1][i].packets = UINT64_MAX;
	for (uint32_t k = 0; k < LCORES; k++) {
		struct table_lcore *lcore = &lcores[1][k];

		lcore->did.lcore = 1023 + k;
		lcore->did.packets = k % 2 == 0 ? UINT64_MAX : 1;
		lcore->did.cycles_busy = UINT64_MAX;
		for (uint32_t size = 0; size < ENGINE_BURST_SIZES; size++)
			lcore->did.bursts[size] = size == k % ENGINE_BURST_SIZES ? UINT64_MAX : 0;
		lcore->times.packets = 1;
		for (uint32_t stage = 0; stage < CLASSIFY_STAGE_COUNT; stage++)
			lcore->times.cycles[stage] = UINT64_MAX;
		rings[k] = (struct engine_ring){.from = 1023,
			.to = 1023,
			.is_bypass = true,
			.size = 1 << 24,
			.used = 1 << 24,
			.high = 1 << 24,
			.refused = UINT64_MAX};
	}
	for (int i = 0; i < 2; i++) {
		memset(&ports[i].counters, 0xff, sizeof(ports[i].counters));
		ports[i].refused = ports[i].unfit = ports[i].down = UINT64_MAX;
		ports[i].mbufs = ports[i].free = UINT32_MAX;
	}
	looks[1].at_ns = UINT64_MAX;
	looks[0].at_ns = UINT64_MAX - 1000000; /* the rates are larger still */
	text = write_table();
	check_width(text);
	assert_non_null(strstr(text, "18446744073709551615  received "));
	free(text);
}

static void
rates_and_shares_are_those_of_the_time_between(void **state)
{
	char *text;

	(void)state;
	looks[0].at_ns = 5000000000;
	looks[1].at_ns = 7000000000;
	rows[0][0].packets = 1000;
	rows[1][0].packets = 3000;
	rows[1][1].packets = rows[0][1].packets = 5;
	lcores[0][0].did =
		(struct engine_lcore){.cycles_busy = 100, .cycles_idle = 50, .packets = 10};
	lcores[1][0].did = (struct engine_lcore){
		.cycles_busy = 400, .cycles_idle = 150, .packets = 40, .bursts = {1, 0, 0, 0, 3}};
	lcores[0][0].times = (struct classify_times){.packets = 10, .cycles = {100}};
	lcores[1][0].times = (struct classify_times){.packets = 20, .cycles = {350, 15}};
	lcores[0][2].times = lcores[1][2].times =
		(struct classify_times){.packets = 10, .cycles = {70}};
	text = write_table();
	check_width(text);
	assert_non_null(strstr(text, "after 7 s, rates of the last 2.0 s\n"));
	assert_non_null(strstr(text, "                3000  received                         "
				     "        1000/s\n"));
	assert_non_null(strstr(text, "                   5  dropped "));
	assert_non_null(strstr(text, "    0 worker     75.0%        15     10.0  25.0%   0.0%   "
				     "0.0%   0.0%  75.0%\n"));
	assert_non_null(strstr(text, "    0       25.0     1.5     0.0 "));
	/* Nothing was timed since: what was timed before is shown. */
	assert_non_null(strstr(text, "    2        7.0     0.0 "));
	free(text);
}

/* What a device counts by itself: its own block, where there is something; one that the look before
 * has not seen began at 0. */
static void
xstats_follow_the_ports(void **state)
{
	struct table_xstat before[] = {{"rx_good_packets", 1000}};
	struct table_xstat now[] = {{"tx_q0_errors", 6}, {"rx_good_packets", 3000},
		{"rx_a_name_of_63_octets_is_the_longest_that_ethdev_has_of_xstats", UINT64_MAX}};
	struct table_port other[2] = {
		{.name = "lan", .n_xstats = 1, .xstats = before}, {.name = "wan"}};
	char *text;

	(void)state;
	looks[0].ports = other;
	ports[0].xstats = now;
	ports[0].n_xstats = UNIT_COUNT(now);
	looks[1].at_ns = 2000000000;
	text = write_table();
	check_width(text);
	assert_non_null(strstr(text,
		"XSTATS of lan\n"
		"  tx_q0_errors                                 "
		"                    6         3/s\n"
		"  rx_good_packets                              "
		"                 3000      1000/s\n"
		"  rx_a_name_of_63_octets_is_the_longest_that_ethdev_has_of_xstats\n"));
	assert_non_null(strstr(text, " 18446744073709551615 "));
	assert_null(strstr(text, "XSTATS of a-name"));
	free(text);
}

static void
numbers_take_seven_characters(void **state)
{
	static const struct {
		uint64_t n;
		const char *text;
	} rows_of[] = {{0, "0"}, {9999999, "9999999"}, {10000000, "10.00M"}, {99994999, "99.99M"},
		{99995000, "100.0M"}, {999949999, "999.9M"}, {999950000, "1.00G"},
		{UINT64_MAX, "18.45E"}};
	char text[TABLE_NUMBER_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(rows_of) / sizeof(rows_of[0]); i++)
		assert_string_equal(table_number(rows_of[i].n, text), rows_of[i].text);
}

/* A device that was stopped and started counts from 0 again. */
static void
a_counter_that_begins_anew_is_no_rate(void **state)
{
	char *text;

	(void)state;
	looks[1].at_ns = 1000000000;
	rows[0][0].packets = 10;
	rows[1][0].packets = 4;
	text = write_table();
	assert_non_null(strstr(text, "   4  received                                    0/s\n"));
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(nothing_happened, set_up),
		cmocka_unit_test_setup(the_largest_numbers_fit, set_up),
		cmocka_unit_test_setup(rates_and_shares_are_those_of_the_time_between, set_up),
		cmocka_unit_test_setup(xstats_follow_the_ports, set_up),
		cmocka_unit_test_setup(numbers_take_seven_characters, set_up),
		cmocka_unit_test_setup(a_counter_that_begins_anew_is_no_rate, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

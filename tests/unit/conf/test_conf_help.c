/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "conf_unit.h"

#include <stdlib.h>

static size_t
count_keys(const char *text)
{
	size_t n = 0;

	for (const char *at = text; (at = strstr(at, "\n")) != NULL; at++)
		n += at[1] >= 'a' && at[1] <= 'z';
	return n;
}

static void
help_is_a_good_file_of_every_key(void **state)
{
	const struct conf_sect *sects[12];
	struct reading reading, empty;
	size_t keys = 0;
	char *text;

	(void)state;
	assert_int_equal(conf_help(&text), 0);
	good(&reading, text);
	good(&empty, "");
	sects[0] = &reading.conf->weir.sect;
	sects[1] = &reading.conf->eal.sect;
	sects[2] = &reading.conf->pool.sect;
	sects[3] = &reading.conf->ports[0].sect;
	sects[4] = &reading.conf->lcores[0].sect;
	sects[5] = &reading.conf->ring.sect;
	sects[6] = &reading.conf->domains.sect;
	sects[7] = &reading.conf->patterns.sect;
	sects[8] = &reading.conf->lists[0].sect;
	sects[9] = &reading.conf->groups[0].sect;
	sects[10] = &reading.conf->clients[0].sect;
	sects[11] = &reading.conf->dns.sect;
	for (size_t s = 0; s < UNIT_COUNT(sects); s++) {
		assert_true(sects[s]->line > 0);
		/* Every key that the section has stands in the help. */
		for (size_t k = 0; k < CONF_KEYS_MAX && sects[s]->keys[k].text != NULL; k++) {
			assert_true(sects[s]->keys[k].at > sects[s]->line);
			keys++;
		}
	}
	/* No section has more than CONF_KEYS_MAX. */
	assert_int_equal(keys, count_keys(text));
	/* What it shows as the default is the default. */
	assert_int_equal(reading.conf->weir.drain_limit_ns, empty.conf->weir.drain_limit_ns);
	assert_int_equal(reading.conf->pool.mbufs, empty.conf->pool.mbufs);
	assert_memory_equal(&reading.conf->groups[0].sinkhole_a, &empty.conf->groups[0].sinkhole_a,
		sizeof(struct base_addr));
	done(&reading);
	done(&empty);
	free(text);
}

static void
lines_are_short_enough_to_read(void **state)
{
	char *text, *line;

	(void)state;
	assert_int_equal(conf_help(&text), 0);
	for (line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n"))
		assert_true(strlen(line) <= 100);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(help_is_a_good_file_of_every_key),
		cmocka_unit_test(lines_are_short_enough_to_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

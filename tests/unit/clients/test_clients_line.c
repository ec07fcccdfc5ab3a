/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "clients.h"
#include "unit.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static void
refused(const char *line, size_t len, const char *why)
{
	struct clients_prefix prefix;
	struct base_err err;

	assert_int_equal(clients_line(line, len, &prefix, &err), -EINVAL);
	assert_int_equal(err.exit, BASE_EXIT_CONFIG);
	if (strstr(err.text, why) == NULL)
		fail_msg("%s: %s", line, err.text);
}

static void
what_is_no_prefix_is_refused(void **state)
{
	static char longest[CLIENTS_LINE_MAX + 1];
	static const char *const bad[] = {"1.2.3", "1.2.3.4.5", "256.0.0.1", "01.2.3.4", "1..2.3",
		"x", "1.2.3.4 5.6.7.8", "1.2.3.4,5.6.7.8", ":", "1.2.3.4x", "example.com"};

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(bad); i++)
		refused(bad[i], strlen(bad[i]), "is no address");
	refused("10.0.0.1/8", 10, "has bits set behind its prefix of 8");
	refused("10.0.0.0/33", 11, "must be 0..32");
	refused("10.0.0.0/", 9, "must be 0..32");
	refused("10.0.0.0/-1", 11, "must be 0..32");
	refused("::/129", 6, "must be 0..128");
	refused("10.0.0.0/8@0", 12, "behind the @ stands a VLAN ID");
	refused("10.0.0.0/8@", 11, "behind the @ stands a VLAN ID");
	refused("10.0.0.1@4095", 13, "behind the @ stands a VLAN ID");
	refused("10.0.0.1\0", 9, "a NUL in the line");
	memset(longest, '1', sizeof(longest));
	refused(longest, sizeof(longest), "a line of 257 octets");
}

static void
reads(const char *line, const char *wanted)
{
	struct clients_prefix prefix;
	struct base_err err;
	char text[BASE_ADDR_TEXT_MAX], got[128];

	if (clients_line(line, strlen(line), &prefix, &err) != 1)
		fail_msg("%s", line);
	snprintf(got, sizeof(got), "%s/%u@%u", base_addr_format(&prefix.prefix.addr, text),
		prefix.prefix.bits, prefix.vlan);
	assert_string_equal(got, wanted);
}

static void
prefixes_are_read(void **state)
{
	(void)state;
	reads("192.0.2.1", "192.0.2.1/32@0");
	reads(" 192.0.2.1\t\r", "192.0.2.1/32@0");
	reads("0.0.0.0", "0.0.0.0/32@0");
	reads("255.255.255.255", "255.255.255.255/32@0");
	reads("10.0.0.0/8@12", "10.0.0.0/8@12");
	reads("10.0.0.1@12", "10.0.0.1/32@12");
	reads("2001:db8::/56 # a house", "2001:db8::/56@0");
	reads("2001:DB8::1;x", "2001:db8::1/128@0");
}

static void
nothing_is_nothing(void **state)
{
	static const char *const empty[] = {"", " ", "\r", "# 1.2.3.4", "  ; x", "\t\t"};
	struct clients_prefix prefix;

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(empty); i++)
		assert_int_equal(clients_line(empty[i], strlen(empty[i]), &prefix, NULL), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_no_prefix_is_refused),
		cmocka_unit_test(prefixes_are_read),
		cmocka_unit_test(nothing_is_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "conf_unit.h"

#include <stdlib.h>

static const char ini[] =
	"[weir]\nmax_udp = 512\n[list b]\ntext = \"a; b # c\" ; said\npath = b.txt\n"
	"[group default]\nlists = b, a\n[list a]\nttl = 1\npath = /a.txt\n"
	"action = cname x.test\ntarget_a = 192.0.2.1\n";

/* Reads an INI beside a policy; what is said goes to reading->said. */
static void
read_with(struct reading *reading, const char *text, const char *policy, const char *const *sets)
{
	const struct conf_policy from = {.file = "p.weirdb", .text = policy, .len = strlen(policy)};
	struct conf_input in = {.file = "b.ini", .policy = &from, .sets = sets};
	size_t n = 0;

	memset(reading, 0, sizeof(*reading));
	while (sets != NULL && sets[in.n_sets] != NULL)
		in.n_sets++;
	conf_parse(&in, text, strlen(text), &reading->conf, &reading->report);
	for (uint32_t i = 0; i < reading->report.n_notes; i++)
		n += (size_t)snprintf(reading->said + n, sizeof(reading->said) - n, "%s\n",
			reading->report.notes[i].text);
}

static char *
text_of(const char *from, const char *const *sets)
{
	struct base_err err = {0};
	struct reading reading;
	char *text;
	size_t len;

	read_octets(&reading, from, strlen(from), sets);
	assert_string_equal(reading.said, "");
	assert_int_equal(conf_policy_text(reading.conf, &text, &len, &err), 0);
	assert_int_equal(strlen(text), len);
	done(&reading);
	return text;
}

static void
a_value_that_no_line_can_say_is_refused(void **state)
{
	static const char *const sets[] = {"list a.text=x \"y\" ; z", NULL};
	struct base_err err = {0};
	struct reading reading;
	char *text;
	size_t len;

	(void)state;
	read_octets(&reading, ini, strlen(ini), sets);
	assert_int_equal(conf_policy_text(reading.conf, &text, &len, &err), -EINVAL);
	assert_null(text);
	assert_int_equal(err.exit, BASE_EXIT_USAGE);
	done(&reading);
}

static void
what_is_wrong_in_it_bears_its_name(void **state)
{
	struct reading reading;

	(void)state;
	read_with(&reading, "", "[list a]\npath = a\nttl = many\n", NULL);
	assert_null(reading.conf);
	assert_non_null(strstr(reading.said, "p.weirdb:3: [list a] ttl = many: "));
	done(&reading);
	read_with(&reading, "", "[weir]\nmax_udp = 512\n", NULL);
	assert_string_equal(reading.said, "p.weirdb:1: [weir]: no section of a policy\n");
	done(&reading);
}

static void
it_cannot_be_set(void **state)
{
	static const char *const sets[] = {"list a.ttl=5", "weir.max_udp=600", NULL};
	struct reading reading;

	(void)state;
	read_with(&reading, "", "[list a]\npath = a\n", sets);
	assert_string_equal(reading.said, "--set 'list a.ttl=5': [list a] comes from p.weirdb, "
					  "which is as it is\n");
	done(&reading);
}

/** The INI's own lists and groups are passed over, wrong or not; the rest is the INI's. */
static void
it_stands_in_for_the_sections_of_the_ini(void **state)
{
	char *text = text_of(ini, NULL);
	struct reading reading;

	(void)state;
	read_with(&reading,
		"[list z]\nnope = 1\n[weir]\namplify = 7\n[group default]\nlists = nobody\n", text,
		NULL);
	assert_string_equal(reading.said, "");
	assert_int_equal(reading.conf->weir.amplify, 7);
	assert_int_equal(reading.conf->weir.max_udp, 1232);
	assert_int_equal(reading.conf->n_lists, 2 + reading.conf->n_builtins);
	assert_string_equal(reading.conf->lists[0].sect.name, "b");
	assert_string_equal(reading.conf->lists[0].text, "a; b # c");
	assert_string_equal(reading.conf->lists[0].sect.file, "p.weirdb");
	assert_string_equal(reading.conf->lists[1].path.text, "/a.txt");
	assert_string_equal(reading.conf->lists[1].action.target, "x.test");
	assert_int_equal(reading.conf->lists[1].ttl, 1);
	done(&reading);
	free(text);
}

/** Whatever tells who is in a group: names of ports are those of the INI that the policy comes to.
 */
static void
every_key_of_clients_is_written(void **state)
{
	static const char clients[] =
		"[group kids]\nlists = *\n[clients kids]\nprefixes = 192.0.2.0/25, "
		"2001:db8::/32@12\n"
		"prefix_file = kids.txt\nmacs = 02:00:00:00:0a:01\nvlans = 12, 13\n"
		"qinq = 100.12\nports = lan, wan\n";
	static const char ports[] =
		"[port wan]\ndevice = net_null0\n[port lan]\ndevice = net_null1\n";
	char from[512], *text;
	struct reading reading;

	(void)state;
	snprintf(from, sizeof(from), "%s%s", ports, clients);
	text = text_of(from, NULL);
	read_with(&reading, ports, text, NULL);
	assert_string_equal(reading.said, "");
	assert_int_equal(reading.conf->n_clients, 1);
	assert_int_equal(reading.conf->clients[0].n_ports, 2);
	assert_int_equal(reading.conf->clients[0].ports[0], 1);
	for (const char *key = "prefixes\0prefix_file\0macs\0vlans\0qinq\0ports\0"; *key != '\0';
		key += strlen(key) + 1)
		assert_string_not_equal(conf_key_text(&reading.conf->clients[0].sect, key), "");
	done(&reading);
	read_with(&reading, "[port lan]\ndevice = net_null0\n", text, NULL);
	assert_non_null(strstr(reading.said, "[clients kids] ports = lan, wan: `wan' is no port: "
					     "allowed are lan"));
	done(&reading);
	free(text);
}

static void
equal_policies_are_equal_octets(void **state)
{
	static const char *const sets[] = {"list a.ttl=1", NULL};
	static const char same[] =
		"; another file\n[list b]\npath = b.txt\nformat = auto\ntext = \"a; b # c\"\n"
		"[list a]\npath = \"/a.txt\"\naction = cname x.test\ntarget_a = 192.0.2.1\n"
		"[group default]\nsoa = yes\nlists = b, a\n[dns]\nports = 5353\n";
	char *a = text_of(ini, NULL), *b = text_of(same, sets);

	(void)state;
	assert_string_equal(a, b);
	free(a);
	free(b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_value_that_no_line_can_say_is_refused),
		cmocka_unit_test(what_is_wrong_in_it_bears_its_name),
		cmocka_unit_test(it_cannot_be_set),
		cmocka_unit_test(it_stands_in_for_the_sections_of_the_ini),
		cmocka_unit_test(every_key_of_clients_is_written),
		cmocka_unit_test(equal_policies_are_equal_octets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

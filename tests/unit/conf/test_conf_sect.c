/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "conf_unit.h"

#define KINDS                                                                                  \
	"[weir], [eal], [pool], [port NAME], [lcore N], [ring], [domains], [patterns], [list " \
	"NAME], "                                                                              \
	"[group NAME], [clients NAME], [dns]"
#define NAMED(kind) "write [" kind " NAME], NAME being 1..32 of a-z, 0-9, _ and -, not first a -\n"
#define LCORES	    "allowed are [lcore 0]..[lcore 127]\n"

static void
unknown_sections_are_refused(void **state)
{
	(void)state;
	says("[nope]\nx = 1\n", "a.ini:1: [nope]: unknown section: allowed are " KINDS "\n");
	says("[]\n", "a.ini:1: []: unknown section: allowed are " KINDS "\n");
	says("[ weir]\n", "a.ini:1: [ weir]: unknown section: allowed are " KINDS "\n");
	says("[wei]\n", "a.ini:1: [wei]: unknown section: allowed are " KINDS "\n");
	says("[lists a]\n", "a.ini:1: [lists a]: unknown section: allowed are " KINDS "\n");
	says("[WEIR]\n", "a.ini:1: [WEIR]: unknown section: allowed are " KINDS "\n");
}

static void
names_keep_to_their_kind(void **state)
{
	(void)state;
	says("[weir x]\n", "a.ini:1: [weir x]: bears no name: write [weir]\n");
	says("[weir ]\n", "a.ini:1: [weir ]: bears no name: write [weir]\n");
	says("[list]\n", "a.ini:1: [list]: " NAMED("list"));
	says("[list ]\n", "a.ini:1: [list ]: " NAMED("list"));
	says("[list  a]\n", "a.ini:1: [list  a]: " NAMED("list"));
	says("[list -a]\n", "a.ini:1: [list -a]: " NAMED("list"));
	says("[list A]\n", "a.ini:1: [list A]: " NAMED("list"));
	says("[list a.b]\n", "a.ini:1: [list a.b]: " NAMED("list"));
	says("[port a b]\n", "a.ini:1: [port a b]: " NAMED("port"));
	says("[list aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa]\n",
		"a.ini:1: [list aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa]: " NAMED("list"));
	says("[group A]\n", "a.ini:1: [group A]: " NAMED("group"));
	says("[clients]\n", "a.ini:1: [clients]: " NAMED("clients"));
	says("[lcore 128]\n", "a.ini:1: [lcore 128]: " LCORES);
	says("[lcore 01]\n", "a.ini:1: [lcore 01]: " LCORES);
	says("[lcore 1k]\n", "a.ini:1: [lcore 1k]: " LCORES);
	says("[lcore]\n", "a.ini:1: [lcore]: " LCORES);
	says("[lcore 99999999999999999999]\n", "a.ini:1: [lcore 99999999999999999999]: " LCORES);
}

static void
a_section_stands_once(void **state)
{
	(void)state;
	says("[weir]\n[weir]\nmode = x\n", "a.ini:2: [weir]: a second time: it stands in line 1 "
					   "already\n");
	says("[list a]\npath = a\n[list a]\n",
		"a.ini:3: [list a]: a second time: it stands in line 1 "
		"already\n");
	says("[group default]\n[group default]\n",
		"a.ini:2: [group default]: a second time: it stands in line 1 already\n");
}

static void
a_key_stands_once(void **state)
{
	(void)state;
	says("[ring]\nburst = 4\n\nburst = 4 ; c\n",
		"a.ini:4: [ring] burst = 4: a second time: it stands in line 2 already\n");
}

static void
unknown_keys_are_refused(void **state)
{
	(void)state;
	says("[ring]\nslots = 4\n",
		"a.ini:2: [ring] slots = 4: unknown key: allowed are size, burst, hash\n");
}

static void
required_keys_are_missed(void **state)
{
	(void)state;
	says("[list a]\n[port b]\n[lcore 3]\n",
		"a.ini:1: [list a]: `path' is missing: its file\n"
		"a.ini:2: [port b]: `device' is missing: a PCI address, or a vdev: "
		"net_af_packet0,iface=eth1 or net_pcap0,rx_pcap=in.pcap,tx_pcap=out.pcap\n"
		"a.ini:3: [lcore 3]: an lcore that receives wants at least one port in `ports'\n");
	says("[list a]\npath =\n",
		"a.ini:2: [list a] path = : allowed a path; a relative one starts "
		"at the folder of this file\n");
}

/* So many sections of a kind; a list's path or a port's device follows. */
static void
make_many(char *text, size_t size, const char *kind, const char *key, int many)
{
	size_t n = 0;

	for (int i = 0; i < many; i++)
		n += (size_t)snprintf(text + n, size - n, "[%s n%d]\n%s%d\n", kind, i, key, i);
	assert_true(n < size);
}

static void
there_are_at_most_256_lists(void **state)
{
	static char text[32 * 300];
	struct reading reading;
	const struct conf *conf;

	(void)state;
	make_many(text, sizeof(text), "list", "path = f", CONF_LISTS_MAX - CONF_BUILTINS);
	conf = good(&reading, text);
	assert_int_equal(conf->n_lists, 255);
	assert_int_equal(conf->n_builtins, 1);
	assert_string_equal(conf->lists[253].path.text, "f253");
	assert_null(conf->lists[253].builtin);
	assert_string_equal(conf->lists[254].sect.name, "builtin-ddr");
	assert_string_equal(conf->lists[254].builtin, "resolver.arpa\n");
	assert_int_equal(conf->lists[254].action.act, CONF_ACT_NODATA);
	assert_true(base_set_has(&conf->groups[0].lists, 254));
	done(&reading);
	snprintf(text + strlen(text), sizeof(text) - strlen(text), "[dns]\nrebind = yes\n");
	conf = good(&reading, text);
	assert_int_equal(conf->n_lists, 256);
	assert_int_equal(conf->n_builtins, 2);
	assert_string_equal(conf->lists[255].sect.name, "builtin-rebind");
	assert_int_equal(conf->lists[255].format, CONF_FORMAT_PREFIXES);
	assert_true(base_set_has(&conf->groups[0].lists, 255));
	done(&reading);
	make_many(text, sizeof(text), "list", "path = f", CONF_LISTS_MAX - 1);
	says(text, "a.ini:509: [list n254]: one too many: allowed are 254, besides those that are "
		   "built in\n");
	says("[list builtin-mine]\npath = f\n",
		"a.ini:1: [list builtin-mine]: names that begin with builtin- are those of lists "
		"that Weir brings itself\n");
}

static void
there_are_at_most_1024_groups(void **state)
{
	static char text[32 * 1100];
	struct conf_input in = {.file = "a.ini"};
	struct conf_report report = {0};
	struct conf *conf;

	(void)state;
	/* `default` is there without being written. */
	make_many(text, sizeof(text), "group", "text = ", CONF_GROUPS_MAX - 1);
	assert_int_equal(conf_parse(&in, text, strlen(text), &conf, &report), 0);
	assert_int_equal(conf->n_groups, 1024);
	assert_int_equal(report.n_notes, 1023); /* nobody is in any of them */
	conf_free(conf);
	conf_report_free(&report);
	make_many(text, sizeof(text), "group", "text = ", CONF_GROUPS_MAX);
	assert_int_equal(conf_parse(&in, text, strlen(text), &conf, &report), -EINVAL);
	assert_string_equal(report.notes[report.n_notes - 1].text,
		"a.ini:2047: [group n1023]: one too many: allowed are 1024");
	conf_report_free(&report);
}

static void
there_are_at_most_32_ports(void **state)
{
	static char text[64 * 40];
	struct reading reading;

	(void)state;
	make_many(text, sizeof(text), "port", "peer = n0\ndevice = net_null", CONF_PORTS_MAX);
	assert_int_equal(good(&reading, text)->n_ports, 32);
	done(&reading);
	make_many(text, sizeof(text), "port", "peer = n0\ndevice = net_null", CONF_PORTS_MAX + 1);
	says(text, "a.ini:97: [port n32]: one too many: allowed are 32\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unknown_sections_are_refused),
		cmocka_unit_test(names_keep_to_their_kind),
		cmocka_unit_test(a_section_stands_once),
		cmocka_unit_test(a_key_stands_once),
		cmocka_unit_test(unknown_keys_are_refused),
		cmocka_unit_test(required_keys_are_missed),
		cmocka_unit_test(there_are_at_most_256_lists),
		cmocka_unit_test(there_are_at_most_1024_groups),
		cmocka_unit_test(there_are_at_most_32_ports),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

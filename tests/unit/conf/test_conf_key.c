/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "conf_unit.h"

#define LIST "[list a]\npath = /a\n"
#define FORM "write SECTION.KEY=VALUE, at most 4096 octets of text: 'list threats.action=drop'\n"

static void
set_says(const char *set, const char *wrong)
{
	const char *sets[] = {set, NULL};
	char said[1024];

	snprintf(said, sizeof(said), "--set '%s': %s", set, wrong);
	says_with(LIST, sets, said);
}

static void
wrong_sets_are_refused(void **state)
{
	(void)state;
	set_says("", FORM);
	set_says("ttl", FORM);
	set_says("=", FORM);
	set_says("list a=5", FORM);
	set_says("list a.ttl", FORM);
	set_says("list a.ttl=5\n", FORM);
	set_says(".ttl=5", "a.ini has no []\n");
	set_says("list b.ttl=5", "a.ini has no [list b]\n");
	set_says("lista.ttl=5", "a.ini has no [lista]\n");
	set_says("ring.=5", "unknown key: [ring] has size, burst, hash\n");
	set_says("ring.Burst=5", "unknown key: [ring] has size, burst, hash\n");
	set_says("ring.burst =5", "unknown key: [ring] has size, burst, hash\n");
	set_says("ring.burst=", "allowed 1..64\n");
	set_says("list a.ttl=x.y=z", "allowed 0..604800\n");
	set_says("list a.path=",
		"allowed a path; a relative one starts at the folder of this file\n");
}

static void
a_wrong_set_is_a_usage_error(void **state)
{
	const char *const sets[] = {"list a.action=foo", NULL};
	struct reading reading;

	(void)state;
	read_octets(&reading, "[ring]\nburst = 0\n" LIST, strlen("[ring]\nburst = 0\n" LIST), sets);
	assert_string_equal(reading.said, "--set 'list a.action=foo': allowed pass, nxdomain, "
					  "nodata, refused, servfail, drop, "
					  "truncate, sinkhole, cname NAME, log\n"
					  "a.ini:2: [ring] burst = 0: allowed 1..64\n");
	assert_int_equal(conf_report_exit(&reading.report), BASE_EXIT_USAGE);
	done(&reading);
}

static void
sets_are_reported_in_their_order(void **state)
{
	const char *const sets[] = {"x", "y", "ring.burst=0", NULL};

	(void)state;
	says_with("[ring]\nburst = x\n", sets,
		"--set 'x': " FORM "--set 'y': " FORM "--set 'ring.burst=0': allowed 1..64\n"
		"a.ini:2: [ring] burst = x: allowed 1..64\n");
}

static void
the_last_set_wins(void **state)
{
	const char *const sets[] = {"list a.ttl=5", "list a.ttl= 6 ", "list a.text=x ; y # \"z\"",
		"weir.numa=ignore", NULL};
	struct reading reading;
	struct conf_list *list;

	(void)state;
	read_octets(&reading, LIST "ttl = 4\n", strlen(LIST "ttl = 4\n"), sets);
	assert_string_equal(reading.said, "");
	list = &reading.conf->lists[0];
	assert_int_equal(list->ttl, 6);
	assert_string_equal(list->text, "x ; y # \"z\"");
	assert_int_equal(reading.conf->weir.numa, CONF_NUMA_IGNORE);
	done(&reading);
}

static void
a_set_can_give_what_the_file_lacks(void **state)
{
	const char *const sets[] = {"list a.path=/b", NULL};

	(void)state;
	says_with("[list a]\n", sets, "");
}

/* Every key with a value that is not its default. */
static const char changed[] =
	"[weir]\nnuma = ignore\nidle = spin\nmalformed = drop\nother = drop\n"
	"pattern_error = drop\n"
	"watchdog = 250ms\nwatchdog_action = exit\ndrain_limit = 9s\namplify = 7\nmax_udp = 1400\n"
	"[eal]\nlcores = 0@0,(3-4)@1\nhugepages = no\nsocket_mem = 5,6\nfile_prefix = w2\n"
	"args = --log-level 7\n[pool]\nmbufs = 1k\ncache = 5\ndata_room = 4096\n"
	"[port lan]\ndevice = net_null0\npeer = lan\nside = servers\nrx_desc = 64\n"
	"tx_desc = 128\nmtu = 9000\npromiscuous = no\nnode = 1\n"
	"[port wan]\ndevice = net_null1\nside = clients\n"
	"[lcore 4]\nrole = worker\nports = wan, lan:0\n[ring]\nburst = 16\n"
	"[domains]\nreplicas = node\nfilter_bits = 0\n"
	"[patterns]\ncache_dir = c\ncompile_limit = 3s\n"
	"[list x]\npath = f/x\nformat = wildcard\nmatch = exact\naction = log\nttl = 1\n"
	"ede = 18\ntext = t\ncategory = c\nnxdomain_exact = nodata\nallow_tld = yes\n"
	"max_bad = 100\n"
	"[group default]\nlists = *, -x, -builtin-ddr\ndefault = refused\nenforce = no\nsoa = no\n"
	"signed = pass\nsinkhole_a = 192.0.2.9\nsinkhole_aaaa =\ntext = g\n"
	"[group g]\n[clients g]\nmacs = 02:00:00:00:0a:01\nvlans = 12,14\nqinq = 100.12\n"
	"ports = wan\n";

static void
every_key_of_the_program_arrives(void **state)
{
	struct reading reading;
	const struct conf *conf = good(&reading, changed);

	(void)state;
	assert_int_equal(conf->weir.mode, CONF_MODE_BRIDGE);
	assert_int_equal(conf->weir.numa, CONF_NUMA_IGNORE);
	assert_int_equal(conf->weir.idle, CONF_IDLE_SPIN);
	assert_int_equal(conf->weir.malformed, CONF_FATE_DROP);
	assert_int_equal(conf->weir.other, CONF_FATE_DROP);
	assert_int_equal(conf->weir.pattern_error, CONF_FATE_DROP);
	assert_true(conf->weir.watchdog_ns == UINT64_C(250000000));
	assert_int_equal(conf->weir.watchdog_action, CONF_WATCHDOG_EXIT);
	assert_true(conf->weir.drain_limit_ns == UINT64_C(9000000000));
	assert_int_equal(conf->weir.amplify, 7);
	assert_int_equal(conf->weir.max_udp, 1400);
	assert_string_equal(conf->eal.lcores, "0@0,(3-4)@1");
	assert_int_equal(conf->eal.hugepages, CONF_HUGEPAGES_NO);
	assert_int_equal(conf->eal.socket_mem.mb[1], 6);
	assert_string_equal(conf->eal.file_prefix, "w2");
	assert_string_equal(conf->eal.args, "--log-level 7");
	assert_int_equal(conf->pool.mbufs, 1024);
	assert_int_equal(conf->pool.cache, 5);
	assert_int_equal(conf->pool.data_room, 4096);
	done(&reading);
}

static void
every_key_of_ports_and_lcores_arrives(void **state)
{
	struct reading reading;
	const struct conf *conf = good(&reading, changed);
	const struct conf_port *lan = &conf->ports[0], *wan = &conf->ports[1];

	(void)state;
	assert_string_equal(lan->device, "net_null0");
	assert_int_equal(lan->peer, 0);
	assert_int_equal(lan->side, CONF_SIDE_SERVERS);
	assert_int_equal(lan->rx_desc, 64);
	assert_int_equal(lan->tx_desc, 128);
	assert_int_equal(lan->mtu, 9000);
	assert_false(lan->promiscuous);
	assert_int_equal(lan->node, 1);
	assert_int_equal(wan->peer, 0);
	assert_int_equal(wan->side, CONF_SIDE_CLIENTS);
	assert_int_equal(conf->lcores[0].lcore, 4);
	assert_int_equal(conf->lcores[0].role, CONF_ROLE_WORKER);
	assert_int_equal(conf->lcores[0].n_queues, 2);
	assert_int_equal(conf->lcores[0].queues[0].port, 1);
	assert_int_equal(conf->ring.burst, 16);
	assert_int_equal(conf->domains.replicas, CONF_REPLICAS_NODE);
	assert_int_equal(conf->domains.filter_bits, 0);
	assert_string_equal(conf->patterns.cache_dir.text, "c");
	assert_true(conf->patterns.compile_limit_ns == UINT64_C(3000000000));
	done(&reading);
}

static void
every_key_of_the_policy_arrives(void **state)
{
	struct reading reading;
	const struct conf *conf = good(&reading, changed);
	const struct conf_list *list = &conf->lists[0];
	const struct conf_group *group = &conf->groups[0];

	(void)state;
	assert_string_equal(list->sect.name, "x");
	assert_string_equal(list->path.text, "f/x");
	assert_int_equal(list->format, CONF_FORMAT_WILDCARD);
	assert_int_equal(list->match, CONF_MATCH_EXACT);
	assert_int_equal(list->action.act, CONF_ACT_LOG);
	assert_int_equal(list->ttl, 1);
	assert_int_equal(list->ede, 18);
	assert_string_equal(list->text, "t");
	assert_string_equal(list->category, "c");
	assert_int_equal(list->nxdomain_exact, CONF_EXACT_NODATA);
	assert_true(list->allow_tld);
	assert_int_equal(list->max_bad, 100);
	assert_int_equal(base_set_first(&group->lists), -1);
	assert_int_equal(group->default_action.act, CONF_ACT_REFUSED);
	assert_false(group->enforce);
	assert_false(group->soa);
	assert_int_equal(group->signed_queries, CONF_SIGNED_PASS);
	assert_int_equal(group->sinkhole_a.bytes[3], 9);
	assert_int_equal(group->sinkhole_aaaa.family, 0);
	assert_string_equal(group->text, "g");
	assert_int_equal(conf->clients[0].group, 1);
	assert_int_equal(conf->clients[0].macs.mac[0].octets[5], 1);
	assert_int_equal(conf->clients[0].vlans.n, 2);
	assert_int_equal(conf->clients[0].vlans.vid[1], 14);
	assert_int_equal(conf->clients[0].qinq.pair[0].outer, 100);
	assert_int_equal(conf->clients[0].qinq.pair[0].inner, 12);
	assert_int_equal(conf->clients[0].n_ports, 1);
	assert_int_equal(conf->clients[0].ports[0], 1);
	done(&reading);
}

static void
defaults_make_a_small_file_work(void **state)
{
	struct reading reading;
	const struct conf *conf =
		good(&reading, "[port lan]\ndevice = 18:00.0\n[port wan]\ndevice = 18:00.1\n" LIST);

	(void)state;
	assert_int_equal(conf->weir.numa, CONF_NUMA_STRICT);
	assert_int_equal(conf->weir.idle, CONF_IDLE_ADAPTIVE);
	assert_int_equal(conf->weir.malformed, CONF_FATE_PASS);
	assert_true(conf->weir.watchdog_ns == UINT64_C(1000000000));
	assert_int_equal(conf->weir.watchdog_action, CONF_WATCHDOG_REPORT);
	assert_true(conf->weir.drain_limit_ns == UINT64_C(5000000000));
	assert_int_equal(conf->weir.amplify, 3);
	assert_int_equal(conf->weir.max_udp, 1232);
	assert_string_equal(conf->eal.lcores, "");
	assert_int_equal(conf->eal.socket_mem.n, 0);
	assert_string_equal(conf->eal.args, "");
	assert_int_equal(conf->pool.mbufs, CONF_AUTO);
	assert_int_equal(conf->ports[0].peer, 1);
	assert_int_equal(conf->ports[1].peer, 0);
	assert_int_equal(conf->ports[0].side, CONF_SIDE_BOTH);
	assert_int_equal(conf->ports[0].node, CONF_AUTO);
	assert_int_equal(conf->ports[0].n_queues, 1);
	assert_int_equal(conf->n_lcores, 0);
	assert_int_equal(conf->lists[0].action.act, CONF_ACT_NXDOMAIN);
	assert_int_equal(conf->lists[0].ede, 15);
	assert_int_equal(conf->n_groups, 1);
	assert_true(base_set_has(&conf->groups[0].lists, 0));
	assert_int_equal(conf->groups[0].default_action.act, CONF_ACT_PASS);
	assert_int_equal(conf->dns.ports.n, 1);
	assert_int_equal(conf->dns.ports.port[0], 53);
	done(&reading);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wrong_sets_are_refused),
		cmocka_unit_test(a_wrong_set_is_a_usage_error),
		cmocka_unit_test(sets_are_reported_in_their_order),
		cmocka_unit_test(the_last_set_wins),
		cmocka_unit_test(a_set_can_give_what_the_file_lacks),
		cmocka_unit_test(every_key_of_the_program_arrives),
		cmocka_unit_test(every_key_of_ports_and_lcores_arrives),
		cmocka_unit_test(every_key_of_the_policy_arrives),
		cmocka_unit_test(defaults_make_a_small_file_work),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

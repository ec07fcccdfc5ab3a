/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "conf_unit.h"

#define PORTS "[port lan]\ndevice = net_null0\n[port wan]\ndevice = net_null1\n"
#define RX    "[lcore 1]\nrole = rx\nports = lan, wan\n"
#define TX(n) "[lcore " #n "]\nrole = tx\nports = lan, wan\n"

static void
feeds_says(const char *lcores, const char *said)
{
	char text[1024];

	snprintf(text, sizeof(text), PORTS "%s", lcores);
	says(text, said);
}

/* An rx lcore with these feeds, classify lcores 2 and 3, tx lcore 4. */
static void
rx_says(const char *feeds, const char *words)
{
	char ini[512], said[512];

	snprintf(ini, sizeof(ini),
		RX "feeds = %s\n[lcore 2]\nrole = classify\nfeeds = 4\n"
		   "[lcore 3]\nrole = classify\nfeeds = 4\n" TX(4),
		feeds);
	snprintf(said, sizeof(said), "a.ini:8: [lcore 1] feeds = %s: %s\n", feeds, words);
	feeds_says(ini, said);
}

static void
wrong_feeds_are_refused(void **state)
{
	static const char form[] = "allowed are lcores 0..127 and ranges of them: 3-5,7";
	static const char *const items[] = {"x", "2-", "-2", "3-2", "2-3-4", "128", "2-128"};
	char words[256];

	(void)state;
	for (size_t i = 0; i < sizeof(items) / sizeof(items[0]); i++) {
		snprintf(words, sizeof(words), "`%s': %s", items[i], form);
		rx_says(items[i], words);
	}
	rx_says("2,,3", "an empty item between commas, or one that is too long");
	rx_says("2-3, 2", "lcore 2 stands there twice");
}

/* A ring leads to an lcore that reads it. */
static void
a_ring_that_nobody_drains_is_refused(void **state)
{
	static const char *const lcores[] = {"9", "1", "4"};
	char words[256];

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		snprintf(words, sizeof(words),
			"lcore %s: nobody would drain the ring to it: role = rx feeds lcores "
			"whose [lcore N] says role = classify",
			lcores[i]);
		rx_says(lcores[i], words);
	}
	feeds_says(RX "feeds = 2\n[lcore 2]\nrole = classify\nfeeds = 3\n"
		      "[lcore 3]\nrole = classify\nfeeds = 4\n" TX(4),
		"a.ini:11: [lcore 2] feeds = 3: lcore 3: nobody would drain the ring to it: role = "
		"classify feeds lcores whose [lcore N] says role = tx\n");
}

static void
an_lcore_that_nobody_feeds_is_refused(void **state)
{
	(void)state;
	feeds_says(RX "feeds = 2\n[lcore 2]\nrole = classify\nfeeds = 4\n"
		      "[lcore 3]\nrole = classify\nfeeds = 4\n" TX(4) TX(5),
		"a.ini:12: [lcore 3]: no lcore feeds it: name it in the `feeds' of an [lcore N] "
		"with role = rx\n"
		"a.ini:18: [lcore 5]: no lcore feeds it: name it in the `feeds' of an [lcore N] "
		"with role = classify\n");
}

static void
what_a_role_has_no_use_for_is_refused(void **state)
{
	(void)state;
	feeds_says("[lcore 1]\nports = lan, wan\nfeeds = 1\n",
		"a.ini:7: [lcore 1] feeds = 1: has no meaning for role = worker: it sends by "
		"itself\n");
	feeds_says(RX "feeds = 2\n[lcore 2]\nrole = classify\nports = lan\nfeeds = 4\n" TX(4),
		"a.ini:11: [lcore 2] ports = lan: has no meaning for role = classify: rx lcores "
		"receive for it, tx lcores send\n");
	feeds_says(RX "feeds = 2\n[lcore 2]\nrole = classify\n",
		"a.ini:9: [lcore 2]: `feeds' is missing: role = classify hands its packets to "
		"lcores of role = tx; [weir] mode = tap alone does without\n");
	feeds_says(RX "[lcore 2]\nrole = classify\nfeeds = 4\n" TX(4) "feeds = 2\n",
		"a.ini:5: [lcore 1]: `feeds' is missing: role = rx hands its packets to lcores of "
		"role = classify\n"
		"a.ini:14: [lcore 4] feeds = 2: has no meaning for role = tx: it sends by "
		"itself\n");
}

#define TAP "[weir]\nmode = tap\n"

/* What sends nothing needs nobody to send it. */
static void
a_tap_may_end_with_those_that_classify(void **state)
{
	(void)state;
	feeds_says(
		RX "feeds = 2-3\n[lcore 2]\nrole = classify\n[lcore 3]\nrole = classify\n" TAP, "");
	feeds_says(RX "feeds = 2\n[lcore 2]\nrole = classify\nfeeds = 4\n" TX(4) TAP, "");
	feeds_says(RX "[lcore 2]\nrole = classify\n" TAP,
		"a.ini:5: [lcore 1]: `feeds' is missing: role = rx hands its packets to lcores of "
		"role = classify\n");
	feeds_says(RX "feeds = 2\n[lcore 2]\nrole = classify\n" TX(4) TAP,
		"a.ini:11: [lcore 4]: no lcore feeds it: name it in the `feeds' of an [lcore N] "
		"with role = classify\n");
}

static void
tx_says(const char *ports, const char *item)
{
	char ini[512], said[512];

	snprintf(ini, sizeof(ini),
		RX "feeds = 2\n[lcore 2]\nrole = classify\nfeeds = 4\n"
		   "[lcore 4]\nrole = tx\nports = %s\n",
		ports);
	snprintf(said, sizeof(said),
		"a.ini:14: [lcore 4] ports = %s: `%s': a tx lcore names ports of [port NAME], each "
		"once and without a queue: it has one of its own on each\n",
		ports, item);
	feeds_says(ini, said);
}

static void
wrong_ports_of_a_tx_lcore_are_refused(void **state)
{
	(void)state;
	tx_says("lan:0", "lan:0");
	tx_says("lan, dmz", "dmz");
	tx_says("lan, wan, lan", "lan");
	feeds_says(RX "feeds = 2\n[lcore 2]\nrole = classify\nfeeds = 4\n[lcore 4]\nrole = tx\n",
		"a.ini:12: [lcore 4]: `ports' of a tx lcore wants the ports that it sends by\n");
}

/* Answers leave by the port that they came in on, the rest by its peer. */
static void
a_port_without_a_way_is_refused(void **state)
{
	(void)state;
	feeds_says(RX "feeds = 2\n[lcore 2]\nrole = classify\nfeeds = 4\n"
		      "[lcore 4]\nrole = tx\nports = lan\n",
		"a.ini:11: [lcore 2] feeds = 4: no way to port wan, by which the passed packets "
		"of what [lcore 1] receives at lan leave: feed a tx lcore that has it in its "
		"`ports'\n");
	feeds_says(RX "feeds = 2\n[lcore 2]\nrole = classify\nfeeds = 4\n"
		      "[lcore 4]\nrole = tx\nports = wan\n",
		"a.ini:11: [lcore 2] feeds = 4: no way to port lan, by which the answers "
		"of what [lcore 1] receives at lan leave: feed a tx lcore that has it in its "
		"`ports'\n");
}

static void
a_ring_is_a_power_of_two(void **state)
{
	(void)state;
	says("[ring]\nsize = 1000\n", "a.ini:2: [ring] size = 1000: allowed are powers of two\n");
	says("[ring]\nsize = 32\n", "a.ini:2: [ring] size = 32: allowed 64..65536\n");
	says("[ring]\nhash = macs\n", "a.ini:2: [ring] hash = macs: allowed addresses, ports\n");
}

static void
a_pipeline_is_read(void **state)
{
	struct reading reading;
	const struct conf *conf;

	(void)state;
	conf = good(&reading,
		PORTS RX "feeds = 2-3\n[lcore 2]\nrole = classify\nfeeds = 5, 4\n"
			 "[lcore 3]\nrole = classify\nfeeds = 4\n[lcore 4]\nrole = tx\n"
			 "ports = wan, lan\n[lcore 5]\nrole = tx\nports = lan\n"
			 "[ring]\nsize = 256\nhash = ports\n[weir]\noverload = drop\n");
	assert_int_equal(conf->lcores[0].role, CONF_ROLE_RX);
	assert_int_equal(conf->lcores[0].n_queues, 2);
	assert_int_equal(conf->lcores[0].n_feeds, 2);
	assert_int_equal(conf->lcores[0].feeds[1], 2);
	assert_int_equal(conf->lcores[1].n_queues, 0);
	assert_int_equal(conf->lcores[1].n_feeds, 2);
	assert_int_equal(conf->lcores[1].feeds[0], 4);
	assert_int_equal(conf->lcores[3].role, CONF_ROLE_TX);
	assert_int_equal(conf->lcores[3].n_sends, 2);
	assert_int_equal(conf->lcores[3].sends[0], 1);
	assert_int_equal(conf->lcores[3].n_queues, 0);
	assert_int_equal(conf->ring.size, 256);
	assert_int_equal(conf->ring.hash, CONF_HASH_PORTS);
	assert_int_equal(conf->weir.overload, CONF_FATE_DROP);
	done(&reading);
	conf = good(&reading, "");
	assert_int_equal(conf->ring.size, 1024);
	assert_int_equal(conf->ring.hash, CONF_HASH_ADDRESSES);
	assert_int_equal(conf->weir.overload, CONF_FATE_PASS);
	done(&reading);
}

/** What follows from a word that is misspelt is not told beside it. */
static void
a_typo_is_told_alone(void **state)
{
	(void)state;
	feeds_says(RX "feed = 2\n[lcore 2]\nrole = classify\nfeeds = 3\n" TX(3),
		"a.ini:8: [lcore 1] feed = 2: unknown key: allowed are role, ports, feeds\n");
	feeds_says(RX "feeds = 2\n[lcore 2]\nrole = rxx\nfeeds = 3\n" TX(3),
		"a.ini:10: [lcore 2] role = rxx: allowed worker, rx, classify, tx\n");
	says("[port lan]\ndevise = net_null0\n[port wan]\ndevice = net_null1\n",
		"a.ini:2: [port lan] devise = net_null0: unknown key: allowed are device, peer, "
		"side, "
		"rx_desc, tx_desc, mtu, promiscuous, node\n");
}

static void
one_peer_is_no_list(void **state)
{
	(void)state;
	says("[port lan]\ndevice = net_null0\npeer = lan, wan\n[port wan]\ndevice = net_null1\n",
		"a.ini:3: [port lan] peer = lan, wan: a port has one peer, not several: allowed "
		"are lan, wan\n");
}

static void
links_propagate_in_a_bridge_alone(void **state)
{
	(void)state;
	says("[weir]\nmode = tap\nlink_propagate = yes\n",
		"warning: a.ini:3: [weir] link_propagate = yes: has no effect: mode = tap watches "
		"only\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_typo_is_told_alone),
		cmocka_unit_test(one_peer_is_no_list),
		cmocka_unit_test(links_propagate_in_a_bridge_alone),
		cmocka_unit_test(wrong_feeds_are_refused),
		cmocka_unit_test(a_ring_that_nobody_drains_is_refused),
		cmocka_unit_test(an_lcore_that_nobody_feeds_is_refused),
		cmocka_unit_test(what_a_role_has_no_use_for_is_refused),
		cmocka_unit_test(a_tap_may_end_with_those_that_classify),
		cmocka_unit_test(wrong_ports_of_a_tx_lcore_are_refused),
		cmocka_unit_test(a_port_without_a_way_is_refused),
		cmocka_unit_test(a_ring_is_a_power_of_two),
		cmocka_unit_test(a_pipeline_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

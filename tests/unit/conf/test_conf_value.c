/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "conf_unit.h"

#define LIST "[list a]\npath = /a\n"
#define ACTIONS \
	"pass, nxdomain, nodata, refused, servfail, drop, truncate, sinkhole, cname NAME, log"

/* `key = value` as the third line, under a list. */
static void
list_says(const char *pair, const char *wrong)
{
	char text[1024], said[2048];

	snprintf(text, sizeof(text), LIST "%s\n", pair);
	snprintf(said, sizeof(said), "a.ini:3: [list a] %s: %s\n", pair, wrong);
	says(text, said);
}

static void
wrong_numbers_are_refused(void **state)
{
	static const char *const wrong[] = {"", "-1", "+1", "0x10", "1 0", "1.5", "604801", "1M",
		"600K", "60s", "k", "18446744073709551616", "9223372036854775808",
		"9007199254740992k", "99999999999999999999999999999"};
	char pair[64];

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(wrong); i++) {
		snprintf(pair, sizeof(pair), "ttl = %s", wrong[i]);
		list_says(pair, "allowed 0..604800");
	}
	list_says("ede = 65536", "allowed none, 0..65535");
	list_says("ede = None", "allowed none, 0..65535");
	says("[ring]\nburst = 0\n", "a.ini:2: [ring] burst = 0: allowed 1..64\n");
	says("[ring]\nburst = 65\n", "a.ini:2: [ring] burst = 65: allowed 1..64\n");
	says("[pool]\nmbufs = 511\n", "a.ini:2: [pool] mbufs = 511: allowed auto, 512..67108864\n");
}

static void
numbers_take_units_of_1024(void **state)
{
	struct reading reading;
	const struct conf *conf;

	(void)state;
	conf = good(&reading, "[pool]\nmbufs = 64M\ncache = 0\ndata_room = 16k\n" LIST
			      "ttl = 0\nede = 0\n[list b]\npath = b\nttl = 604800\nede = none\n");
	assert_int_equal(conf->pool.mbufs, 64 << 20);
	assert_int_equal(conf->pool.cache, 0);
	assert_int_equal(conf->pool.data_room, 16384);
	assert_int_equal(conf->lists[0].ttl, 0);
	assert_int_equal(conf->lists[0].ede, 0);
	assert_int_equal(conf->lists[1].ttl, 604800);
	assert_int_equal(conf->lists[1].ede, CONF_AUTO);
	done(&reading);
}

static void
durations_want_a_unit(void **state)
{
	static const struct {
		const char *text;
		uint64_t ns;
	} rows[] = {{"0", 0}, {"0s", 0}, {"1ms", 1000000}, {"250ms", 250000000}, {"2s", 2000000000},
		{"3m", 180000000000}, {"1h", 3600000000000}};
	static const char *const wrong[] = {"", "5", "-1s", "1h1m", "2h", "1d", "3601s", "1 s",
		"1S", "9223372036854775807d", "99999999999999999999ms"};
	struct reading reading;
	char text[128], said[256];

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(rows); i++) {
		snprintf(text, sizeof(text), "[weir]\ndrain_limit = %s\n", rows[i].text);
		assert_true(good(&reading, text)->weir.drain_limit_ns == rows[i].ns);
		done(&reading);
	}
	for (size_t i = 0; i < UNIT_COUNT(wrong); i++) {
		snprintf(text, sizeof(text), "[weir]\ndrain_limit = %s\n", wrong[i]);
		snprintf(said, sizeof(said),
			"a.ini:2: [weir] drain_limit = %s: allowed 0..1h, in ms, s, m, h or d\n",
			wrong[i]);
		says(text, said);
	}
}

static void
words_are_matched_whole(void **state)
{
	(void)state;
	list_says("allow_tld = true", "allowed yes, no");
	list_says("allow_tld = Yes", "allowed yes, no");
	list_says("allow_tld = ", "allowed yes, no");
	list_says("format = zone",
		"allowed auto, hosts, domains, wildcard, adblock, regex, rpz, prefixes");
	list_says("match = sub", "allowed auto, exact, subtree");
	says("[weir]\nmode = hub\n", "a.ini:2: [weir] mode = hub: allowed bridge, tap\n");
	says("[eal]\nfile_prefix = a/b\n",
		"a.ini:2: [eal] file_prefix = a/b: allowed 1..32 of a-z, "
		"0-9, _ and -, not first a -\n");
}

static void
wrong_actions_are_refused(void **state)
{
	(void)state;
	list_says("action = block", "allowed " ACTIONS);
	list_says("action = data", "allowed " ACTIONS);
	list_says("action = nxdomainnxdomain", "allowed " ACTIONS);
	list_says("action = drop x.example",
		"`x.example' follows the action: only cname takes a name");
	list_says("action = cname", "wants the target's name: cname blocked.example.org");
	list_says("action = cname a b", "wants the target's name: cname blocked.example.org");
	list_says("action = cname .", "wants the target's name: cname blocked.example.org");
	list_says("action = cname a..b", "wants the target's name: cname blocked.example.org");
	list_says("action = cname .a", "wants the target's name: cname blocked.example.org");
	list_says("action = cname a\\.b", "wants the target's name: cname blocked.example.org");
	list_says(
		"action = cname xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx.a",
		"wants the target's name: cname blocked.example.org");
	says("[group default]\ndefault = log\n",
		"a.ini:2: [group default] default = log: allowed pass, nxdomain, nodata, refused, "
		"servfail, drop, truncate, sinkhole\n");
}

static void
actions_are_read(void **state)
{
	static const char *const words[] = {"pass", "nxdomain", "nodata", "refused", "servfail",
		"drop", "truncate", "sinkhole", "cname  blocked.Example.org.", "log"};
	struct reading reading;
	const struct conf *conf;
	char text[256];

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(words); i++) {
		snprintf(text, sizeof(text), LIST "action = %s\n%s", words[i],
			i == CONF_ACT_CNAME ? "target_a = 192.0.2.1" : "");
		conf = good(&reading, text);
		assert_int_equal(conf->lists[0].action.act, i);
		assert_string_equal(conf->lists[0].action.target,
			i == CONF_ACT_CNAME ? "blocked.Example.org." : "");
		done(&reading);
	}
}

static void
addresses_are_of_their_family(void **state)
{
	struct reading reading;
	const struct conf *conf;
	char text[BASE_ADDR_TEXT_MAX];

	(void)state;
	list_says("target_a = 192.0.2.1, ::1", "allowed at most 8 IPv4 addresses");
	list_says("target_a = 192.0.2.1,", "allowed at most 8 IPv4 addresses");
	list_says("target_a = "
		  "1.1.1.1,1.1.1.1,1.1.1.1,1.1.1.1,1.1.1.1,1.1.1.1,1.1.1.1,1.1.1.1,1.1.1.1",
		"allowed at most 8 IPv4 addresses");
	list_says("target_aaaa = 192.0.2.1", "allowed at most 8 IPv6 addresses");
	says("[group default]\nsinkhole_a = ::1\nsinkhole_aaaa = 1.1.1.1\n",
		"a.ini:2: [group default] sinkhole_a = ::1: allowed an IPv4 address, or nothing\n"
		"a.ini:3: [group default] sinkhole_aaaa = 1.1.1.1: allowed an IPv6 address, or "
		"nothing\n");
	conf = good(&reading, LIST "action = cname a.b\ntarget_a = 192.0.2.1 ,192.0.2.2\n"
				   "target_aaaa = 2001:db8::1\n[group default]\nsinkhole_a =\n");
	assert_int_equal(conf->lists[0].target_a.n, 2);
	assert_string_equal(base_addr_format(&conf->lists[0].target_a.addr[1], text), "192.0.2.2");
	assert_int_equal(conf->lists[0].target_aaaa.n, 1);
	assert_string_equal(
		base_addr_format(&conf->lists[0].target_aaaa.addr[0], text), "2001:db8::1");
	assert_int_equal(conf->groups[0].sinkhole_a.family, 0);
	assert_string_equal(base_addr_format(&conf->groups[0].sinkhole_aaaa, text), "2001:db8::53");
	done(&reading);
}

static void
lists_of_numbers_are_bounded(void **state)
{
	struct reading reading;
	const struct conf *conf;

	(void)state;
	says("[dns]\nports = 53, 0\n",
		"a.ini:2: [dns] ports = 53, 0: allowed 1..16 different ports "
		"1..65535\n");
	says("[dns]\nports =\n",
		"a.ini:2: [dns] ports = : allowed 1..16 different ports 1..65535\n");
	says("[dns]\nports = 53,,54\n",
		"a.ini:2: [dns] ports = 53,,54: allowed 1..16 different ports "
		"1..65535\n");
	says("[dns]\nports = 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17\n",
		"a.ini:2: [dns] ports = 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17: allowed 1..16 "
		"different ports 1..65535\n");
	says("[dns]\nports = 53,53\n", "a.ini:2: [dns] ports = 53,53: 53 stands there twice\n");
	says("[eal]\nsocket_mem = 1024,\n", "a.ini:2: [eal] socket_mem = 1024,: allowed auto, "
					    "0..1048576 for each of at most 32 "
					    "nodes\n");
	conf = good(&reading, "[dns]\nports = 53, 5353\n[eal]\nsocket_mem = 1k, 0 ,2048\n");
	assert_int_equal(conf->dns.ports.n, 2);
	assert_int_equal(conf->dns.ports.port[1], 5353);
	assert_int_equal(conf->eal.socket_mem.n, 3);
	assert_int_equal(conf->eal.socket_mem.mb[0], 1024);
	assert_int_equal(conf->eal.socket_mem.mb[2], 2048);
	done(&reading);
}

static void
port_says(const char *device, const char *wrong)
{
	char text[2048], said[2048];

	snprintf(text, sizeof(text), "[port a]\ndevice = %s\n", device);
	snprintf(said, sizeof(said), "a.ini:2: [port a] device = %s: %s\n", device, wrong);
	says(text, said);
}

static void
devices_are_addresses_or_vdevs(void **state)
{
	static const char allowed[] =
		"allowed a PCI address (0000:18:00.0) or a vdev (net_af_packet0,iface=eth1)";
	struct reading reading;
	const struct conf *conf;

	(void)state;
	port_says("", allowed);
	port_says("0000:18:00", allowed);
	port_says("0000:18:00.8", allowed);
	port_says("0000:18:00.01", allowed);
	port_says("000:18:00.0", allowed);
	port_says("18:00.0 x", allowed);
	port_says("Net_null0", allowed);
	port_says("net/null0", allowed);
	port_says(",iface=eth0", allowed);
	port_says("net_null0,", "no argument follows the last comma");
	port_says("net_af_packet0,iface=e 0",
		"EAL takes devices of at most 1024 octets without blanks");
	conf = good(&reading,
		"[port a]\ndevice = 18:00.0\npeer = a\n[port b]\n"
		"device = net_pcap0,rx_pcap=/in.pcap,tx_pcap=out.pcap\npeer = b\n[port c]\n"
		"device = 0000:AF:1f.7,arg=1\npeer = c\n[port d]\ndevice = net_null0\n"
		"peer = d\n");
	assert_string_equal(conf->ports[0].devargs, "18:00.0");
	assert_string_equal(conf->ports[1].device, "net_pcap0,rx_pcap=/in.pcap,tx_pcap=out.pcap");
	assert_string_equal(conf->ports[2].devargs, "0000:AF:1f.7,arg=1");
	assert_string_equal(conf->ports[3].devargs, "net_null0");
	done(&reading);
}

static void
texts_are_utf8(void **state)
{
	static const char *const wrong[] = {"\x80", "\xc0\xaf", "\xc3", "\xe0\x9f\xbf",
		"\xed\xa0\x80", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff",
		"\xe2\x82"};
	struct reading reading;
	char pair[64];

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(wrong); i++) {
		snprintf(pair, sizeof(pair), "text = a%s", wrong[i]);
		list_says(pair, "octet 2 is not UTF-8: allowed is text in UTF-8");
	}
	good(&reading,
		LIST "text = \xc2\x80\xe0\xa0\x80\xed\x9f\xbf\xf0\x90\x80\x80\xf4\x8f\xbf\xbf\n");
	done(&reading);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wrong_numbers_are_refused),
		cmocka_unit_test(numbers_take_units_of_1024),
		cmocka_unit_test(durations_want_a_unit),
		cmocka_unit_test(words_are_matched_whole),
		cmocka_unit_test(wrong_actions_are_refused),
		cmocka_unit_test(actions_are_read),
		cmocka_unit_test(addresses_are_of_their_family),
		cmocka_unit_test(lists_of_numbers_are_bounded),
		cmocka_unit_test(devices_are_addresses_or_vdevs),
		cmocka_unit_test(texts_are_utf8),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

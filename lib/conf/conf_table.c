/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "conf_priv.h"

/* To add a key: a member in its section's struct (conf.h) and a row here, in the order of the
 * manual. Reading, checking, `weir help config` and the sample follow from the row. */

#define MEMBER(type, member) offsetof(struct type, member), sizeof(((struct type *)NULL)->member)
#define ARRAY(member, count)                                                   \
	offsetof(struct conf, member), sizeof(*((struct conf *)NULL)->member), \
		offsetof(struct conf, count)
#define ACT(act) (INT64_C(1) << CONF_ACT_##act)
#define ACTS_REPLY                                                                            \
	(ACT(PASS) | ACT(NXDOMAIN) | ACT(NODATA) | ACT(REFUSED) | ACT(SERVFAIL) | ACT(DROP) | \
		ACT(TRUNCATE) | ACT(SINKHOLE))
#define ACTS_LIST (ACTS_REPLY | ACT(CNAME) | ACT(LOG))

/* In the order of their enums in conf.h. */
static const char *const mode_words[] = {"bridge", "tap", NULL};
static const char *const numa_words[] = {"strict", "prefer", "ignore", NULL};
static const char *const watchdog_words[] = {"report", "exit", NULL};
static const char *const idle_words[] = {"spin", "pause", "adaptive", "monitor", NULL};
static const char *const fate_words[] = {"pass", "drop", NULL};
static const char *const until_words[] = {"pass", "drop", "wait", NULL};
static const char *const hugepages_words[] = {"auto", "yes", "no", NULL};
static const char *const side_words[] = {"clients", "servers", "both", NULL};
static const char *const role_words[] = {"worker", "rx", "classify", "tx", NULL};
static const char *const hash_words[] = {"addresses", "ports", NULL};
static const char *const replicas_words[] = {"lcore", "node", NULL};
static const char *const format_words[] = {
	"auto", "hosts", "domains", "wildcard", "adblock", "regex", "rpz", "prefixes", NULL};
static const char *const match_words[] = {"auto", "exact", "subtree", NULL};
static const char *const exact_words[] = {"nxdomain", "nodata", NULL};
static const char *const signed_words[] = {"block", "pass", NULL};
static const char *const auto_word[] = {"auto", NULL};
static const char *const none_word[] = {"none", NULL};
const char *const conf_act_words[] = {"pass", "nxdomain", "nodata", "refused", "servfail", "drop",
	"truncate", "sinkhole", "cname", "log", NULL};

const struct conf_kind_row conf_kinds[CONF_KINDS] = {
	[CONF_KIND_WEIR] = {"weir", NULL, MEMBER(conf, weir), 0, 0, "the program as a whole"},
	[CONF_KIND_EAL] = {"eal", NULL, MEMBER(conf, eal), 0, 0, "what DPDK's EAL is started with"},
	[CONF_KIND_POOL] = {"pool", NULL, MEMBER(conf, pool), 0, 0,
		"packet buffers: one pool a port, on the port's node"},
	[CONF_KIND_PORT] = {"port", "lan", ARRAY(ports, n_ports), CONF_PORTS_MAX,
		"a port; the name is free, the order of the sections is port order"},
	[CONF_KIND_LCORE] = {"lcore", "1", ARRAY(lcores, n_lcores), CONF_LCORES_MAX,
		"an lcore of [eal] lcores (not a CPU) and what it polls; "
		"without any [lcore] they are laid out by themselves: `weir plan' prints the map"},
	[CONF_KIND_RING] = {"ring", NULL, MEMBER(conf, ring), 0, 0, "rings between lcores, bursts"},
	[CONF_KIND_DOMAINS] = {"domains", NULL, MEMBER(conf, domains), 0, 0, "the domain table"},
	[CONF_KIND_PATTERNS] = {"patterns", NULL, MEMBER(conf, patterns), 0, 0,
		"regular expressions: what is compiled from lists of format regex"},
	[CONF_KIND_LIST] = {"list", "threats", ARRAY(lists, n_lists), CONF_LISTS_MAX,
		"a list; the one declared first is the strongest"},
	[CONF_KIND_GROUP] = {"group", "default", ARRAY(groups, n_groups), CONF_GROUPS_MAX,
		"clients that share a policy; [group default] is that of the clients that no "
		"[clients] section names, and there without being written"},
	[CONF_KIND_CLIENTS] = {"clients", "default", ARRAY(clients, n_clients), CONF_GROUPS_MAX,
		"who belongs to the group of the same name. The first that is found decides, in "
		"this order: MAC, longest prefix of its address, QinQ pair, VLAN, port; nothing "
		"stands in two sections"},
	[CONF_KIND_DNS] = {"dns", NULL, MEMBER(conf, dns), 0, 0, "what is taken for DNS"},
};

/* kind, type, key, default, min, max, words, effect, member, help, example */
static const struct conf_row rows[] = {
	{CONF_KIND_WEIR, CONF_ENUM, "mode", "bridge", 0, 0, mode_words, CONF_RESTART,
		MEMBER(conf_weir, mode),
		"bridge: what comes in at a port leaves at its peer; "
		"tap: watch only, packets are classified and counted, none is sent",
		NULL},
	{CONF_KIND_WEIR, CONF_ENUM, "numa", "strict", 0, 0, numa_words, CONF_RESTART,
		MEMBER(conf_weir, numa),
		"a placement across nodes: strict refuses it, prefer warns and counts", NULL},
	{CONF_KIND_WEIR, CONF_ENUM, "idle", "adaptive", 0, 0, idle_words, CONF_RESTART,
		MEMBER(conf_weir, idle),
		"an lcore without packets; adaptive: spin, then pause, then short sleeps; "
		"monitor: the CPU waits for a descriptor to be written (UMWAIT), where it can",
		NULL},
	{CONF_KIND_WEIR, CONF_ENUM, "overload", "pass", 0, 0, fate_words, CONF_RESTART,
		MEMBER(conf_weir, overload),
		"what a classifying lcore's full ring does not take. pass: forwarded "
		"unclassified and counted, order given up",
		NULL},
	{CONF_KIND_WEIR, CONF_ENUM, "malformed", "pass", 0, 0, fate_words, CONF_RELOAD,
		MEMBER(conf_weir, malformed), "DNS that breaks the RFCs", NULL},
	{CONF_KIND_WEIR, CONF_ENUM, "other", "pass", 0, 0, fate_words, CONF_RELOAD,
		MEMBER(conf_weir, other), "good DNS that is not ours to answer", NULL},
	{CONF_KIND_WEIR, CONF_ENUM, "pattern_error", "pass", 0, 0, fate_words, CONF_RELOAD,
		MEMBER(conf_weir, pattern_error),
		"a query whose name could not be matched against expressions", NULL},
	{CONF_KIND_WEIR, CONF_DURATION, "watchdog", "1s", 0, 3600000, NULL, CONF_RESTART,
		MEMBER(conf_weir, watchdog_ns),
		"an lcore without a turn of its loop for so long has stalled: it is reported, and "
		"with overload = pass a classify lcore's packets pass unclassified until it is "
		"back; 0: no watchdog",
		NULL},
	{CONF_KIND_WEIR, CONF_ENUM, "watchdog_action", "report", 0, 0, watchdog_words, CONF_RESTART,
		MEMBER(conf_weir, watchdog_action),
		"a stalled worker, rx or tx lcore: report; exit: the program ends with status 1",
		NULL},
	{CONF_KIND_WEIR, CONF_ENUM, "until_ready", "pass", 0, 0, until_words, CONF_RESTART,
		MEMBER(conf_weir, until_ready),
		"a query that comes before the first policy has been built; wait: ports are "
		"started behind it, nothing is received before",
		NULL},
	{CONF_KIND_WEIR, CONF_DURATION, "drain_limit", "5s", 0, 3600000, NULL, CONF_RELOAD,
		MEMBER(conf_weir, drain_limit_ns),
		"how long a stop waits for the packets in flight", NULL},
	{CONF_KIND_WEIR, CONF_DURATION, "link_wait", "3s", 0, 60000, NULL, CONF_RESTART,
		MEMBER(conf_weir, link_wait_ns),
		"how long a start waits for the links of all ports; then it goes on without", NULL},
	{CONF_KIND_WEIR, CONF_BOOL, "link_propagate", "no", 0, 0, NULL, CONF_RESTART,
		MEMBER(conf_weir, link_propagate),
		"bridge: a port's link goes down while its peer's is down", NULL},
	{CONF_KIND_WEIR, CONF_INT, "amplify", "3", 1, 100, NULL, CONF_RELOAD,
		MEMBER(conf_weir, amplify),
		"an answer is at most so many times its query, both as IP packets", NULL},
	{CONF_KIND_WEIR, CONF_INT, "max_udp", "1232", 512, 4096, NULL, CONF_RELOAD,
		MEMBER(conf_weir, max_udp), "octets of DNS in an answer over UDP", NULL},
	{CONF_KIND_WEIR, CONF_ZONE, "timezone", "UTC", 0, 0, NULL, CONF_RELOAD,
		MEMBER(conf_weir, timezone),
		"the clock that [group] schedule goes by, daylight-saving time included", NULL},
	{CONF_KIND_WEIR, CONF_BOOL, "reload_on_change", "no", 0, 0, NULL, CONF_RELOAD,
		MEMBER(conf_weir, reload_on_change),
		"the INI, its lists and prefix files are watched: one that is written or replaced "
		"is a reload",
		NULL},
	{CONF_KIND_WEIR, CONF_FILE, "run_dir", "", 0, 4095, NULL, CONF_RESTART,
		MEMBER(conf_weir, run_dir),
		"the folder of the API's socket, made where it is missing; empty: /run/weir, with "
		"another [eal] file_prefix /run/FILE_PREFIX",
		NULL},
	{CONF_KIND_WEIR, CONF_FILE, "state_dir", "/var/lib/weir", 0, 4000, NULL, CONF_RESTART,
		MEMBER(conf_weir, state_dir),
		"the folder where `weir run' keeps its last good policy, in a file of the name of "
		"[eal] file_prefix; made where it is missing; empty: nothing is kept",
		NULL},

	{CONF_KIND_EAL, CONF_MAP, "lcores", "auto", 0, 0, auto_word, CONF_RESTART,
		MEMBER(conf_eal, lcores),
		"lcores and their CPUs in the syntax of EAL's --lcores: 0@0,1@1,(2-3)@2; auto: "
		"workers on the nodes of their ports",
		NULL},
	{CONF_KIND_EAL, CONF_INT_OR, "workers", "auto", 1, 64, auto_word, CONF_RESTART,
		MEMBER(conf_eal, workers),
		"without any [lcore]: how many lcores do the work; auto: as many as the ports' "
		"nodes have cores and the ports queues, isolated CPUs alone where there are any",
		NULL},
	{CONF_KIND_EAL, CONF_ENUM, "hugepages", "auto", 0, 0, hugepages_words, CONF_RESTART,
		MEMBER(conf_eal, hugepages),
		"auto: use them when there are any; yes: refuse to start without", NULL},
	{CONF_KIND_EAL, CONF_MEM, "socket_mem", "auto", 0, 1 << 20, auto_word, CONF_RESTART,
		MEMBER(conf_eal, socket_mem),
		"MB for each NUMA node (1024,1024); auto: from the plan", NULL},
	{CONF_KIND_EAL, CONF_WORD, "file_prefix", "weir", 1, 32, NULL, CONF_RESTART,
		MEMBER(conf_eal, file_prefix), "tells two instances on one machine apart", NULL},
	{CONF_KIND_EAL, CONF_TEXT, "args", "", 0, 1024, NULL, CONF_RESTART, MEMBER(conf_eal, args),
		"anything else for rte_eal_init, parted by blanks", NULL},

	{CONF_KIND_POOL, CONF_INT_OR, "mbufs", "auto", 512, 1 << 26, auto_word, CONF_RESTART,
		MEMBER(conf_pool, mbufs),
		"of each port's pool; auto: as many as `weir plan' counts", NULL},
	{CONF_KIND_POOL, CONF_INT, "cache", "256", 0, 512, NULL, CONF_RESTART,
		MEMBER(conf_pool, cache), "free mbufs that an lcore keeps at hand", NULL},
	{CONF_KIND_POOL, CONF_INT, "data_room", "2048", 1024, 16384, NULL, CONF_RESTART,
		MEMBER(conf_pool, data_room), "octets of a frame in one mbuf, without headroom",
		NULL},

	{CONF_KIND_PORT, CONF_DEVICE, "device", NULL, 1, 1024, NULL, CONF_RESTART,
		MEMBER(conf_port, device),
		"a PCI address, or a vdev: net_af_packet0,iface=eth1 or "
		"net_pcap0,rx_pcap=in.pcap,tx_pcap=out.pcap",
		"0000:18:00.0"},
	{CONF_KIND_PORT, CONF_LATER, "peer", "", 0, CONF_NAME_MAX, NULL, CONF_RESTART, 0, 0,
		"the port where passed packets leave, may be itself; empty: the other of two "
		"ports, "
		"or the only one",
		NULL},
	{CONF_KIND_PORT, CONF_ENUM, "side", "both", 0, 0, side_words, CONF_RESTART,
		MEMBER(conf_port, side),
		"who is behind it. clients, both: queries that come in are decided; servers: they "
		"pass, as responses do",
		NULL},
	{CONF_KIND_PORT, CONF_INT, "rx_desc", "1024", 32, 32768, NULL, CONF_RESTART,
		MEMBER(conf_port, rx_desc), "receive descriptors a queue", NULL},
	{CONF_KIND_PORT, CONF_INT, "tx_desc", "1024", 32, 32768, NULL, CONF_RESTART,
		MEMBER(conf_port, tx_desc), "transmit descriptors a queue", NULL},
	{CONF_KIND_PORT, CONF_INT, "mtu", "1500", 576, 9600, NULL, CONF_RESTART,
		MEMBER(conf_port, mtu), "octets of the largest IP packet", NULL},
	{CONF_KIND_PORT, CONF_BOOL, "promiscuous", "yes", 0, 0, NULL, CONF_RESTART,
		MEMBER(conf_port, promiscuous),
		"a bridge takes frames that are not for its own MAC", NULL},
	{CONF_KIND_PORT, CONF_INT_OR, "node", "auto", 0, CONF_NODES_MAX - 1, auto_word,
		CONF_RESTART, MEMBER(conf_port, node),
		"the NUMA node of a device that reports none", NULL},

	{CONF_KIND_LCORE, CONF_ENUM, "role", "worker", 0, 0, role_words, CONF_RESTART,
		MEMBER(conf_lcore, role),
		"worker: receives, classifies and sends in one loop; or these three one after the "
		"other, each on lcores of its own, rings between them",
		NULL},
	{CONF_KIND_LCORE, CONF_LATER, "ports", "", 0, 0, NULL, CONF_RESTART, 0, 0,
		"worker, rx: its receive queues, port:queue; a port alone takes the port's next "
		"free queue. tx: the ports it sends by. classify: none",
		"lan"},
	{CONF_KIND_LCORE, CONF_LATER, "feeds", "", 0, 0, NULL, CONF_RESTART, 0, 0,
		"rx: the classify lcores that it hands packets to, 3-5,7; classify: the tx lcores "
		"(mode = tap: none are needed)",
		NULL},

	{CONF_KIND_RING, CONF_INT, "size", "1024", 64, 65536, NULL, CONF_RESTART,
		MEMBER(conf_ring, size), "slots of a ring between two lcores, a power of two",
		NULL},
	{CONF_KIND_RING, CONF_INT, "burst", "32", 1, 64, NULL, CONF_RESTART,
		MEMBER(conf_ring, burst), "packets taken at once", NULL},
	{CONF_KIND_RING, CONF_ENUM, "hash", "addresses", 0, 0, hash_words, CONF_RESTART,
		MEMBER(conf_ring, hash),
		"what decides on the classify lcore of a packet. addresses: the two IP addresses "
		"in either order; ports: with the UDP or TCP ports, fragments by their addresses",
		NULL},

	{CONF_KIND_DOMAINS, CONF_ENUM, "replicas", "lcore", 0, 0, replicas_words, CONF_RELOAD,
		MEMBER(conf_domains, replicas),
		"lcore: a table for each lcore; node: one for each NUMA node, shared by its lcores",
		NULL},
	{CONF_KIND_DOMAINS, CONF_INT, "filter_bits", "8", 0, 32, NULL, CONF_RELOAD,
		MEMBER(conf_domains, filter_bits), "Bloom bits a name; 0: no filter", NULL},

	{CONF_KIND_PATTERNS, CONF_FILE, "cache_dir", "/var/cache/weir", 0, 4095, NULL, CONF_RELOAD,
		MEMBER(conf_patterns, cache_dir),
		"a folder that keeps what was compiled; empty: compile at each start", NULL},
	{CONF_KIND_PATTERNS, CONF_DURATION, "compile_limit", "120s", 1000, 3600000, NULL,
		CONF_RELOAD, MEMBER(conf_patterns, compile_limit_ns),
		"for all expressions; one that alone takes too long is left out", NULL},

	{CONF_KIND_LIST, CONF_FILE, "path", NULL, 1, 4095, NULL, CONF_RELOAD,
		MEMBER(conf_list, path), "its file", "lists/threats.txt"},
	{CONF_KIND_LIST, CONF_ENUM, "format", "auto", 0, 0, format_words, CONF_RELOAD,
		MEMBER(conf_list, format),
		"auto looks at the first 200 lines; prefixes names addresses: nothing reads them "
		"in responses yet",
		NULL},
	{CONF_KIND_LIST, CONF_ENUM, "match", "auto", 0, 0, match_words, CONF_RELOAD,
		MEMBER(conf_list, match),
		"what a bare name means: itself, or the name and everything under it; auto: what "
		"the "
		"format says",
		NULL},
	{CONF_KIND_LIST, CONF_ACTION, "action", "nxdomain", 0, ACTS_LIST, conf_act_words,
		CONF_RELOAD, MEMBER(conf_list, action), "what becomes of a query for its names",
		NULL},
	{CONF_KIND_LIST, CONF_INT, "ttl", "60", 0, 604800, NULL, CONF_RELOAD,
		MEMBER(conf_list, ttl), "seconds that an answer may be kept", NULL},
	{CONF_KIND_LIST, CONF_INT_OR, "ede", "15", 0, 65535, none_word, CONF_RELOAD,
		MEMBER(conf_list, ede), "Extended DNS Error code; none: no such option", NULL},
	{CONF_KIND_LIST, CONF_TEXT, "text", "", 0, 255, NULL, CONF_RELOAD, MEMBER(conf_list, text),
		"what the Extended DNS Error says", NULL},
	{CONF_KIND_LIST, CONF_TEXT, "category", "", 0, 64, NULL, CONF_RELOAD,
		MEMBER(conf_list, category),
		"a label that check, explain and a replay's sums show beside the list", NULL},
	{CONF_KIND_LIST, CONF_ADDRS4, "target_a", "", 0, CONF_ADDRS_MAX, NULL, CONF_RELOAD,
		MEMBER(conf_list, target_a), "IPv4 addresses of a cname action's target", NULL},
	{CONF_KIND_LIST, CONF_ADDRS6, "target_aaaa", "", 0, CONF_ADDRS_MAX, NULL, CONF_RELOAD,
		MEMBER(conf_list, target_aaaa), "IPv6 addresses of a cname action's target", NULL},
	{CONF_KIND_LIST, CONF_ENUM, "nxdomain_exact", "nxdomain", 0, 0, exact_words, CONF_RELOAD,
		MEMBER(conf_list, nxdomain_exact),
		"nxdomain for a name that the list names exactly; nodata for networks whose "
		"resolvers "
		"cut the tree below an NXDOMAIN",
		NULL},
	{CONF_KIND_LIST, CONF_BOOL, "allow_tld", "no", 0, 0, NULL, CONF_RELOAD,
		MEMBER(conf_list, allow_tld),
		"take rules for the root or a public suffix alone (com, co.uk; not github.io, "
		"which is a company's), and for all addresses at once",
		NULL},
	{CONF_KIND_LIST, CONF_INT, "max_bad", "5", 0, 100, NULL, CONF_RELOAD,
		MEMBER(conf_list, max_bad),
		"percent of bad lines; with more the list is refused: a reload keeps what was last "
		"read of it",
		NULL},
	{CONF_KIND_LIST, CONF_INT, "max_shrink", "50", 0, 100, NULL, CONF_RELOAD,
		MEMBER(conf_list, max_shrink),
		"percent of its rules that a reload may take away from a list at once; with more "
		"what was last read of it stays: a download was cut off. 100: any",
		NULL},

	{CONF_KIND_GROUP, CONF_LATER, "lists", "*", 0, 0, NULL, CONF_RELOAD, 0, 0,
		"the lists that are on: names, or * for all; -name takes one out again. The last "
		"ones are built in: builtin-ddr answers resolver.arpa (RFC 9462) with NODATA, "
		"builtin-rebind is there with [dns] rebind = yes",
		NULL},
	{CONF_KIND_GROUP, CONF_ACTION, "default", "pass", 0, ACTS_REPLY, conf_act_words,
		CONF_RELOAD, MEMBER(conf_group, default_action),
		"what becomes of a name that no list names", NULL},
	{CONF_KIND_GROUP, CONF_BOOL, "enforce", "yes", 0, 0, NULL, CONF_RELOAD,
		MEMBER(conf_group, enforce),
		"no: verdicts are made, counted and logged, packets pass", NULL},
	{CONF_KIND_GROUP, CONF_BOOL, "soa", "yes", 0, 0, NULL, CONF_RELOAD, MEMBER(conf_group, soa),
		"a SOA record in NXDOMAIN and NODATA", NULL},
	{CONF_KIND_GROUP, CONF_ENUM, "signed", "block", 0, 0, signed_words, CONF_RELOAD,
		MEMBER(conf_group, signed_queries), "pass: queries with DO=1 are left alone", NULL},
	{CONF_KIND_GROUP, CONF_ADDR4, "sinkhole_a", "192.0.2.53", 0, 0, NULL, CONF_RELOAD,
		MEMBER(conf_group, sinkhole_a), "the IPv4 address of the walled garden", NULL},
	{CONF_KIND_GROUP, CONF_ADDR6, "sinkhole_aaaa", "2001:db8::53", 0, 0, NULL, CONF_RELOAD,
		MEMBER(conf_group, sinkhole_aaaa), "its IPv6 address", NULL},
	{CONF_KIND_GROUP, CONF_TEXT, "text", "", 0, 255, NULL, CONF_RELOAD,
		MEMBER(conf_group, text), "for the Extended DNS Error, instead of the list's",
		NULL},
	{CONF_KIND_GROUP, CONF_SCHEDULE, "schedule", "", 0, 0, NULL, CONF_RELOAD,
		MEMBER(conf_group, schedule),
		"hours of the week, by [weir] timezone: Mon-Fri 08:00-18:00 [games,social] | "
		"Sat,Sun 22:00-06:00 [games]. A list that it names is on in its windows alone; "
		"hours that end before they begin end on the next day. The TTL of an answer of "
		"ours ends at the group's next change",
		NULL},
	{CONF_KIND_GROUP, CONF_BOOL, "cap_ttl", "no", 0, 0, NULL, CONF_RELOAD,
		MEMBER(conf_group, cap_ttl),
		"yes: so does each TTL of a response that passes over UDP to a client of the "
		"group; one with TSIG or SIG(0) stays as it is",
		NULL},

	{CONF_KIND_CLIENTS, CONF_PREFIXES, "prefixes", "", 0, 0, NULL, CONF_RELOAD,
		MEMBER(conf_clients, prefixes),
		"of source addresses; 10.0.0.0/8@12: on VLAN 12 alone, and there before 10.0.0.0/8",
		NULL},
	{CONF_KIND_CLIENTS, CONF_FILE, "prefix_file", "", 0, 4095, NULL, CONF_RELOAD,
		MEMBER(conf_clients, prefix_file),
		"a file with one prefix a line, plain or gzip, up to millions", NULL},
	{CONF_KIND_CLIENTS, CONF_MACS, "macs", "", 0, 0, NULL, CONF_RELOAD,
		MEMBER(conf_clients, macs), "source MAC addresses", NULL},
	{CONF_KIND_CLIENTS, CONF_VLANS, "vlans", "", 0, 0, NULL, CONF_RELOAD,
		MEMBER(conf_clients, vlans), "VLAN IDs of the outer tag", NULL},
	{CONF_KIND_CLIENTS, CONF_QINQ, "qinq", "", 0, 0, NULL, CONF_RELOAD,
		MEMBER(conf_clients, qinq), "VLAN IDs of both tags of a frame that bears two",
		NULL},
	{CONF_KIND_CLIENTS, CONF_LATER, "ports", "", 0, 0, NULL, CONF_RELOAD, 0, 0,
		"ports that the packets come in by; a replay has none of them", NULL},

	{CONF_KIND_DNS, CONF_UDP, "ports", "53", 1, 65535, NULL, CONF_RELOAD,
		MEMBER(conf_dns, ports), "UDP ports", NULL},
	{CONF_KIND_DNS, CONF_BOOL, "rebind", "no", 0, 0, NULL, CONF_RELOAD,
		MEMBER(conf_dns, rebind),
		"yes: the list builtin-rebind names private, local and loopback addresses, which "
		"no name of the world has; nothing reads them in responses yet",
		NULL},
};

/* Rows of a kind stand together. */
const struct conf_row *
conf_row_at(uint32_t kind, uint32_t i)
{
	for (size_t first = 0; first < sizeof(rows) / sizeof(rows[0]); first++) {
		if (rows[first].kind != kind)
			continue;
		if (first + i >= sizeof(rows) / sizeof(rows[0]) || rows[first + i].kind != kind)
			return NULL;
		return &rows[first + i];
	}
	return NULL;
}

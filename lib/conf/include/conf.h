/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef CONF_H
#define CONF_H

/**
 * @file
 * The INI file as one typed, range-checked, read-only struct conf, made from the table of keys in
 * conf_table.c.
 *
 * A time zone's name is looked up in the C library's database; nothing else of the machine is.
 *
 * Threads: one read at a time (libinih keeps its settings in globals); what was read is immutable
 *   and any thread may look at it.
 * Memory: a struct conf owns all that it points to; conf_free() frees it.
 * Hot path: no.
 */

#include "base_addr.h"
#include "base_err.h"
#include "base_set.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CONF_NAME_MAX	 32	      /**< octets of the name of a list, a group or a port */
#define CONF_LINE_MAX	 4096	      /**< octets of a line, its end not counted */
#define CONF_FILE_MAX	 (16u << 20)  /**< octets of a file */
#define CONF_LISTS_MAX	 BASE_SET_MAX /**< a list set is a mask */
#define CONF_BUILTINS	 2    /**< of those, built in at most: they stand behind the file's */
#define CONF_GROUPS_MAX	 1024 /**< each costs an lcore a struct policy_group */
#define CONF_VLAN_MAX	 4094 /**< IEEE 802.1Q: 4095 is reserved, 0 is no VLAN */
#define CONF_PORTS_MAX	 32   /**< RTE_MAX_ETHPORTS of Debian's DPDK */
#define CONF_LCORES_MAX	 128  /**< RTE_MAX_LCORE of Debian's DPDK */
#define CONF_QUEUES_MAX	 64   /**< of one port */
#define CONF_POLLS_MAX	 64   /**< queues that one lcore polls */
#define CONF_FEEDS_MAX	 32   /**< lcores that one feeds, or is fed by */
#define CONF_NODES_MAX	 32   /**< RTE_MAX_NUMA_NODES of Debian's DPDK */
#define CONF_KEYS_MAX	 20   /**< of one section: what the table may grow to */
#define CONF_ADDRS_MAX	 8    /**< of a key that takes several */
#define CONF_UDP_MAX	 16   /**< of [dns] ports */
#define CONF_WINDOWS_MAX 64   /**< of one group's schedule */
#define CONF_WHERE_MAX	 (4096 + 512) /**< octets of a place, its NUL counted */
#define CONF_AUTO	 (-1)	      /**< a number that was left to the program: `auto`, `none` */
#define CONF_SET_AT(set) (-1 - (int32_t)(set)) /**< conf_origin.at of the set-th --set */

/** Where a value came from. */
struct conf_origin {
	int32_t at;	  /**< line of the file; 0: the default; < 0: CONF_SET_AT */
	const char *text; /**< as written, without comment and quotes; the default's text */
};

/** What each section begins with: enough to speak of it in an error. See conf_blame(). */
struct conf_sect {
	const char *file;  /**< the INI, as it was named */
	const char *title; /**< what stands between the brackets: "list ads" */
	const char *name;  /**< "ads"; "" for a section that bears none */
	uint32_t kind;	   /**< its row in the table of sections */
	int32_t line;	   /**< where it was declared; 0: not in the file */
	bool is_bad;	   /**< a key of it is wrong: what seems to be missing may be that one */
	struct conf_origin keys[CONF_KEYS_MAX]; /**< in the order of the table */
};

/** A file: relative paths start at the folder of the INI. */
struct conf_path {
	const char *text; /**< as written, for messages and verdicts; "": none */
	const char *file; /**< what open(2) wants; "": none */
};

/** Addresses of one family. */
struct conf_addrs {
	uint32_t n;
	struct base_addr addr[CONF_ADDRS_MAX];
};

enum conf_mode {
	CONF_MODE_BRIDGE,
	CONF_MODE_TAP /**< `run` sends nothing; a replay writes what a bridge would send */
};
/** What is done about an lcore that has stalled and that nobody can stand in for. */
enum conf_watchdog {
	CONF_WATCHDOG_REPORT,
	CONF_WATCHDOG_EXIT
};
enum conf_numa {
	CONF_NUMA_STRICT,
	CONF_NUMA_PREFER,
	CONF_NUMA_IGNORE
};
enum conf_idle {
	CONF_IDLE_SPIN,
	CONF_IDLE_PAUSE,
	CONF_IDLE_ADAPTIVE,
	CONF_IDLE_MONITOR /**< only where the CPU can */
};
/** What is done with a message that is not decided by a list. */
enum conf_fate {
	CONF_FATE_PASS,
	CONF_FATE_DROP
};

/** What a run does before the first policy is in force. */
enum conf_until {
	CONF_UNTIL_PASS,
	CONF_UNTIL_DROP,
	CONF_UNTIL_WAIT /**< ports are not started */
};

/** [weir] */
struct conf_weir {
	struct conf_sect sect;
	enum conf_mode mode;
	enum conf_numa numa;
	enum conf_idle idle;
	enum conf_fate overload;      /**< what a full ring does not take */
	enum conf_fate malformed;     /**< DNS that breaks the RFCs */
	enum conf_fate other;	      /**< good DNS that is not ours to answer */
	enum conf_fate pattern_error; /**< a name that could not be scanned */
	uint64_t watchdog_ns; /**< without a turn for so long an lcore has stalled; 0: none looks */
	enum conf_watchdog watchdog_action;
	enum conf_until until_ready;
	uint64_t drain_limit_ns;
	uint64_t link_wait_ns; /**< that a start waits for links at most */
	bool link_propagate;   /**< a bridge's link goes down with its peer's */
	uint32_t amplify;      /**< an answer is at most so many times its query */
	uint32_t max_udp;      /**< octets of DNS payload in an answer over UDP */
	bool reload_on_change;
	const char *timezone;	    /**< one that base_zone_load() found */
	struct conf_path run_dir;   /**< "": conf_socket() says which */
	struct conf_path state_dir; /**< "": none */
};

enum conf_hugepages {
	CONF_HUGEPAGES_AUTO,
	CONF_HUGEPAGES_YES,
	CONF_HUGEPAGES_NO
};

/** MB for each NUMA node; n = 0: from the plan. */
struct conf_mem {
	uint32_t n;
	uint32_t mb[CONF_NODES_MAX];
};

/** [eal] */
struct conf_eal {
	struct conf_sect sect;
	const char *lcores; /**< EAL's own map (--lcores); "": auto */
	int32_t workers;    /**< lcores that do the work, where no [lcore] says who; CONF_AUTO */
	enum conf_hugepages hugepages;
	struct conf_mem socket_mem;
	const char *file_prefix;
	const char *args; /**< further arguments, parted by blanks; "": none */
};

/** [pool] */
struct conf_pool {
	struct conf_sect sect;
	int32_t mbufs;	    /**< a port; CONF_AUTO: from the plan */
	uint32_t cache;	    /**< mbufs an lcore keeps */
	uint32_t data_room; /**< octets of a frame in one mbuf, headroom not counted */
};

enum conf_side {
	CONF_SIDE_CLIENTS,
	CONF_SIDE_SERVERS,
	CONF_SIDE_BOTH
};

/** [port NAME], in the order of the file, which is port order */
struct conf_port {
	struct conf_sect sect;
	const char *device;  /**< as written: a PCI address, or a vdev with its arguments */
	const char *devargs; /**< the same for EAL: files in a vdev's arguments made absolute */
	uint32_t peer;	     /**< index into conf.ports, may be its own */
	enum conf_side side;
	uint32_t rx_desc, tx_desc;
	uint32_t mtu;
	bool promiscuous;
	int32_t node;	   /**< for a device that reports none; CONF_AUTO */
	uint32_t n_queues; /**< that the lcores poll: 0 .. n_queues - 1, each by one lcore;
				1 when the file has no [lcore] */
};

enum conf_role {
	CONF_ROLE_WORKER,
	CONF_ROLE_RX,
	CONF_ROLE_CLASSIFY,
	CONF_ROLE_TX
};

/** A receive queue that an lcore polls. */
struct conf_queue {
	uint16_t port; /**< index into conf.ports */
	uint16_t queue;
};

/** [lcore N] */
struct conf_lcore {
	struct conf_sect sect;
	uint32_t lcore; /**< N: an lcore of EAL's map, not a CPU */
	enum conf_role role;
	uint32_t n_queues;	   /**< CONF_ROLE_WORKER, CONF_ROLE_RX */
	struct conf_queue *queues; /**< in the order of `ports` */
	uint32_t n_sends;	   /**< CONF_ROLE_TX */
	uint16_t *sends;	   /**< ports that it sends by: indices into conf.ports */
	uint32_t n_feeds;	   /**< CONF_ROLE_RX, CONF_ROLE_CLASSIFY */
	uint32_t *feeds; /**< where its packets go: indices into conf.lcores, in the order of
			    `feeds` */
};

enum conf_hash {
	CONF_HASH_ADDRESSES,
	CONF_HASH_PORTS
};

/** [ring] */
struct conf_ring {
	struct conf_sect sect;
	uint32_t size;	/**< slots of a ring between two lcores; a power of two */
	uint32_t burst; /**< packets */
	enum conf_hash hash;
};

enum conf_replicas {
	CONF_REPLICAS_LCORE,
	CONF_REPLICAS_NODE
};

/** [domains] */
struct conf_domains {
	struct conf_sect sect;
	enum conf_replicas replicas;
	uint32_t filter_bits; /**< a name; 0: no filter */
};

/** [patterns] */
struct conf_patterns {
	struct conf_sect sect;
	struct conf_path cache_dir; /**< "": none */
	uint64_t compile_limit_ns;
};

enum conf_format {
	CONF_FORMAT_AUTO,
	CONF_FORMAT_HOSTS,
	CONF_FORMAT_DOMAINS,
	CONF_FORMAT_WILDCARD,
	CONF_FORMAT_ADBLOCK,
	CONF_FORMAT_REGEX,
	CONF_FORMAT_RPZ,
	CONF_FORMAT_PREFIXES,
};

enum conf_match {
	CONF_MATCH_AUTO,
	CONF_MATCH_EXACT,
	CONF_MATCH_SUBTREE
};

enum conf_act {
	CONF_ACT_PASS,
	CONF_ACT_NXDOMAIN,
	CONF_ACT_NODATA,
	CONF_ACT_REFUSED,
	CONF_ACT_SERVFAIL,
	CONF_ACT_DROP,
	CONF_ACT_TRUNCATE,
	CONF_ACT_SINKHOLE,
	CONF_ACT_CNAME,
	CONF_ACT_LOG,
};

struct conf_action {
	enum conf_act act;
	const char *target; /**< CONF_ACT_CNAME: the name, as written; else "" */
};

enum conf_exact {
	CONF_EXACT_NXDOMAIN,
	CONF_EXACT_NODATA
};

/** [list NAME], in the order of the file: index 0 is the strongest */
struct conf_list {
	struct conf_sect sect;
	struct conf_path path;
	enum conf_format format;
	enum conf_match match;
	struct conf_action action;
	uint32_t ttl;		    /**< s */
	int32_t ede;		    /**< Extended DNS Error code (RFC 8914); CONF_AUTO: no option */
	const char *text;	    /**< of the EDE; "": none */
	const char *category;	    /**< "": none */
	struct conf_addrs target_a; /**< of a cname action's target */
	struct conf_addrs target_aaaa; /**< likewise */
	enum conf_exact nxdomain_exact;
	bool allow_tld;
	const char *builtin; /**< its text, where it stands in no file: `path` is its name then */
	uint32_t max_bad;    /**< percent of bad lines above which the list is refused */
	uint32_t max_shrink; /**< percent of its rules that a reload may take away */
};

enum conf_signed {
	CONF_SIGNED_BLOCK,
	CONF_SIGNED_PASS
};

/** Hours of the week in which lists of a group are on. */
struct conf_window {
	struct base_set lists; /**< indices into conf.lists */
	uint8_t days;	       /**< on which it begins; bit 0: Monday */
	uint16_t from;	       /**< minute of that day */
	uint16_t to;	       /**< the first minute behind it; from 1441 on: of the next day */
	const char *text;      /**< days and hours, as written */
	const char *names;     /**< private */
};

/** No list is in two windows at a time. */
struct conf_schedule {
	uint32_t n;
	struct conf_window *window;
};

/** [group NAME]; conf.groups[0] is `default`, in the file or not */
struct conf_group {
	struct conf_sect sect;
	struct base_set lists;		   /**< those that are on: indices into conf.lists */
	struct conf_action default_action; /**< where no list decides; neither cname nor log */
	bool enforce;			   /**< no: shadow mode */
	bool soa;			   /**< in a negative answer */
	enum conf_signed signed_queries;   /**< what becomes of DO=1 */
	struct base_addr sinkhole_a;	   /**< family 4, or 0: none */
	struct base_addr sinkhole_aaaa;	   /**< family 6, or 0: none */
	const char *text;		   /**< instead of the list's; "": the list's */
	bool cap_ttl;			   /**< responses of others hold until its next change */
	struct conf_schedule schedule;	   /**< a list in any of its windows is on in these alone */
};

/** An Ethernet address. */
struct conf_mac {
	uint8_t octets[6];
};

/** A prefix of clients' addresses. */
struct conf_prefix {
	struct base_prefix prefix;
	uint16_t vlan; /**< it counts on that VLAN alone; 0: everywhere */
};

struct conf_prefixes {
	uint32_t n;
	struct conf_prefix *prefix;
};

struct conf_macs {
	uint32_t n;
	struct conf_mac *mac;
};

/** VLAN IDs, 1..4094. */
struct conf_vlans {
	uint32_t n;
	uint16_t *vid;
};

/** Two VLAN tags: the VLAN IDs of the outer and of the inner one. */
struct conf_qinq {
	uint16_t outer, inner;
};

struct conf_qinqs {
	uint32_t n;
	struct conf_qinq *pair;
};

/** [clients NAME]: who belongs to the group of that name. No key of two sections is the same. */
struct conf_clients {
	struct conf_sect sect;
	uint32_t group; /**< index into conf.groups */
	struct conf_prefixes prefixes;
	struct conf_path prefix_file; /**< more of them; "": none */
	struct conf_macs macs;
	struct conf_vlans vlans;
	struct conf_qinqs qinq;
	uint32_t n_ports;
	uint16_t *ports; /**< indices into conf.ports: packets that come in there */
};

/** UDP ports. */
struct conf_udp {
	uint32_t n;
	uint16_t port[CONF_UDP_MAX]; /**< host order */
};

/** [dns] */
struct conf_dns {
	struct conf_sect sect;
	struct conf_udp ports;
	bool rebind;
};

/** All of a file. */
struct conf {
	const char *file; /**< as it was named */
	const char *dir;  /**< its folder, absolute: where relative paths start */
	struct conf_weir weir;
	struct conf_eal eal;
	struct conf_pool pool;
	struct conf_ring ring;
	struct conf_domains domains;
	struct conf_patterns patterns;
	struct conf_dns dns;
	uint32_t n_ports, n_lcores, n_lists, n_groups, n_clients;
	uint32_t n_builtins; /**< of n_lists, the last ones */
	struct conf_port *ports;
	struct conf_lcore *lcores; /**< none: the plan makes a worker that polls every port */
	struct conf_list *lists;
	struct conf_group *groups;
	struct conf_clients *clients;
	void *owned; /**< private: the memory of all this */
};

/** One thing to tell about a file. */
struct conf_note {
	enum base_exit exit; /**< BASE_EXIT_OK: a warning */
	int32_t at;	     /**< as in conf_origin: what notes are sorted by */
	char *text; /**< one line: file:line: [section] key = value: what is wrong, allowed … */
	uint32_t order; /**< private */
};

/** All there is to tell about a file. Zero to begin with; belongs to its caller. */
struct conf_report {
	struct conf_note *notes;
	uint32_t n_notes, n_errors, cap;
	bool no_memory; /**< a note was lost: no function that says 0 leaves this set */
};

/** The sections that make a policy ([list], [group], [clients]), as conf_policy_text() wrote them.
 */
struct conf_policy {
	const char *file; /**< what errors call it */
	const char *text; /**< octets; need not end in a NUL */
	size_t len;
};

/** What to read. */
struct conf_input {
	const char *file;		  /**< the INI */
	const struct conf_policy *policy; /**< instead of those sections of the INI; NULL: none */
	bool policy_alone; /**< without the INI it belongs to: ports are not looked up by name */
	const char *const
		*sets; /**< SECTION.KEY=VALUE of each --set, in order: the last one wins */
	uint32_t n_sets;
};

/**
 * Reads a file, checks every value and what the sections say of each other. Looks at no list file
 * and at no machine.
 *
 * @param in what to read
 * @param out the configuration, NULL on failure; free it with conf_free()
 * @param report gets every error and every warning, sorted by line
 * @return 0; -EINVAL when the report has an error; -ENOMEM
 */
int conf_read(const struct conf_input *in, struct conf **out, struct conf_report *report);

/**
 * As conf_read(), with the octets of the file given: in->file is only its name.
 *
 * @param text octets; need not end in a NUL
 * @param len how many
 */
int conf_parse(const struct conf_input *in, const char *text, size_t len, struct conf **out,
	struct conf_report *report);

/**
 * What of an INI that was read again only a restart brings in force: a warning for each such key
 * and section that is not as it was.
 *
 * @param running that the program was started with
 * @return how many
 */
uint32_t conf_compare(
	const struct conf *running, const struct conf *next, struct conf_report *report);

/**
 * What of an INI that was read again a reload brings in force: a warning for each such key that is
 * not as it was, with what it was, for each section that is new or gone, and where lists stand in
 * another order.
 *
 * @return how many
 */
uint32_t conf_changes(
	const struct conf *before, const struct conf *next, struct conf_report *report);

/** Frees a configuration; NULL is fine. */
void conf_free(struct conf *conf);

/** The exit status that a report asks for: BASE_EXIT_OK when it has no error, BASE_EXIT_USAGE when
 * one comes from a --set, else that of its first error. */
enum base_exit conf_report_exit(const struct conf_report *report);

/** Frees the notes of a report and leaves it empty. */
void conf_report_free(struct conf_report *report);

#define CONF_SOCKET_MAX 108 /**< octets of a UNIX socket's path, its NUL counted (Linux) */

/**
 * The path of the API's socket: `api.sock` in [weir] run_dir; without one in /run/FILE_PREFIX, or,
 * for others than root, in FILE_PREFIX under $XDG_RUNTIME_DIR or /tmp, as EAL does with its files.
 *
 * @param path takes it; "" on failure
 * @return 0; -ENAMETOOLONG, told in err
 */
int conf_socket(const struct conf *conf, char path[CONF_SOCKET_MAX], struct base_err *err);

/** What a key of a section says, as written, or its default; key is one of the table. */
const char *conf_key_text(const struct conf_sect *sect, const char *key);

/**
 * Where a key's value stands: "file:line"; for a default the line of its section, for a default of
 * a section that the file lacks "file"; "--set 'list ads.ttl=5'" for one that came from there.
 *
 * @param sect of any section of a struct conf
 * @param key its name; NULL: the section itself
 * @return where
 */
const char *conf_where(const struct conf_sect *sect, const char *key, char where[CONF_WHERE_MAX]);

/**
 * Records a failure that a key's value causes: "file:line: [section] key = value: sentence", with
 * exit class BASE_EXIT_CONFIG, or BASE_EXIT_USAGE for a value from --set.
 *
 * @param err may be NULL
 * @param sect of any section of a struct conf
 * @param key its name; NULL: the section itself
 * @param fmt printf format of the sentence: what is wrong, what is allowed
 * @return -EINVAL
 */
int conf_blame(struct base_err *err, const struct conf_sect *sect, const char *key, const char *fmt,
	...) __attribute__((format(printf, 4, 5)));

/**
 * Reads ADDRESS, ADDRESS/BITS, and either with @VLAN.
 *
 * @return 0; -EINVAL: no prefix, bits set behind it, or no VLAN ID, in err (BASE_EXIT_CONFIG)
 */
int conf_prefix_from_text(const char *text, struct conf_prefix *out, struct base_err *err);

/** Reads 02:00:00:00:0a:01 or 02-00-00-00-0a-01; false: it is no unicast address, or zero. */
bool conf_mac_from_text(const char *text, struct conf_mac *out);

/** Reads a VLAN ID, 1..CONF_VLAN_MAX; false: it is none. */
bool conf_vlan_from_text(const char *text, uint16_t *out);

/** Reads outer.inner, a VLAN ID each; false: it is no such pair. */
bool conf_qinq_from_text(const char *text, struct conf_qinq *out);

/**
 * Writes the sections that make a policy in the one way they can be written: every key of every
 * section in the order of the table, as conf_input.policy takes them. Equal policies give equal
 * octets.
 *
 * @param out the text, to be freed with free(3); NULL on failure
 * @param len its octets, without the NUL behind them
 * @return 0; -EINVAL: a value that no file can say, which a --set brought; -ENOMEM
 */
int conf_policy_text(const struct conf *conf, char **out, size_t *len, struct base_err *err);

/**
 * A file with every key, its default, what it does and what is allowed: `weir help config`. It is a
 * good INI file itself.
 *
 * @param out the text, to be freed with free(3); NULL on failure
 * @return 0, -ENOMEM
 */
int conf_help(char **out);

#endif

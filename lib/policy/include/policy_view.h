/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef POLICY_VIEW_H
#define POLICY_VIEW_H

/**
 * @file
 * What one classifying lcore reads of the policy, and the one function that decides.
 *
 * Threads: a view is immutable once built; the lcore it was built for reads it.
 * Memory: all of it on that lcore's node; with `replicas = node` the domain table is shared by the
 *   lcores of the node.
 * Hot path: policy_decide(), policy_is_open(), policy_client_burst().
 */

#include "base_addr.h"
#include "base_set.h"
#include "dns_fp.h"
#include "dns_name.h"
#include "dtab.h"
#include "pat_scan.h"
#include "policy_group.h"
#include "policy_hours.h"

#include <stdbool.h>
#include <stdint.h>

#define POLICY_TEXT_MAX	 255 /**< octets of an Extended DNS Error's text */
#define POLICY_ADDRS_MAX 8   /**< of one family, of a `cname` action's target */
#define POLICY_TYPES_MAX 32  /**< of one rule's type condition */
#define POLICY_EDE_NONE	 0xffff
#define POLICY_LIST_NONE (-1)
#define POLICY_PATTERN	 DTAB_NB_KINDS	     /**< the kind of a rule that is an expression */
#define POLICY_CLIENT	 (DTAB_NB_KINDS + 1) /**< the kind of one about the client's address */
#define POLICY_ADDRESS	 (DTAB_NB_KINDS + 2) /**< of one about addresses in responses */
#define POLICY_NB_KINDS	 (DTAB_NB_KINDS + 3)

/** What is done with a query (policy-model: Actions). X(word in capitals, word as users write it)
 */
#define POLICY_ACTIONS(X)       \
	X(PASS, "pass")         \
	X(NXDOMAIN, "nxdomain") \
	X(NODATA, "nodata")     \
	X(REFUSED, "refused")   \
	X(SERVFAIL, "servfail") \
	X(DROP, "drop")         \
	X(TRUNCATE, "truncate") \
	X(SINKHOLE, "sinkhole") \
	X(CNAME, "cname")       \
	X(LOG, "log")           \
	X(DATA, "data") /* records of a rule: no list has it */

enum policy_action {
#define X(name, word) POLICY_##name,
	POLICY_ACTIONS(X)
#undef X
	POLICY_NB_ACTIONS
};

/** A text that an answer carries. */
struct policy_text {
	uint8_t len;
	char octets[POLICY_TEXT_MAX]; /**< UTF-8, no NUL behind it */
};

/** A [list]: how a name that it decides is answered. */
struct policy_list {
	uint8_t action;	      /**< enum policy_action */
	bool exact_is_nodata; /**< `nxdomain_exact = nodata` */
	uint16_t ede;	      /**< RFC 8914 info code, or POLICY_EDE_NONE */
	uint32_t ttl;	      /**< s */
	uint8_t nb_a, nb_aaaa;
	uint8_t a[POLICY_ADDRS_MAX][4];	    /**< network order */
	uint8_t aaaa[POLICY_ADDRS_MAX][16]; /**< network order */
	struct policy_text text;
	uint8_t target_len;	      /**< octets of target; 0: none */
	uint8_t target[DNS_NAME_MAX]; /**< of a `cname` action: wire form */
};

/** A [group]: clients that share a policy. */
struct policy_group {
	struct base_set deciding; /**< lists that are on and decide */
	struct base_set logging;  /**< lists that are on and only count */
	uint8_t default_action;	  /**< enum policy_action, where no list decides */
	bool enforce;		  /**< no: shadow mode, packets pass */
	bool soa;		  /**< in negative answers */
	bool cap_ttl;		  /**< responses that pass, too, hold until change_s */
	bool signed_pass;	  /**< queries with DO=1 are left alone */
	bool has_sinkhole_a, has_sinkhole_aaaa;
	uint8_t sinkhole_a[4];	   /**< network order */
	uint8_t sinkhole_aaaa[16]; /**< network order */
	int64_t change_s; /**< s since 1970: then its lists will be others; BASE_ZONE_NEVER */
	struct policy_text text; /**< instead of the list's; len 0: the list's */
};

/** The query types a rule is meant for ($dnstype of adblock). */
struct policy_cond {
	bool except; /**< all types but these */
	uint8_t nb;
	uint16_t types[POLICY_TYPES_MAX];
};

/** What [weir] and [dns] say of messages, whatever lists say of names. */
struct policy_general {
	uint32_t amplify; /**< an answer is at most so many times its query */
	uint32_t max_udp; /**< octets of DNS in an answer over UDP */
	bool malformed_drops, other_drops, pattern_error_drops,
		until_ready_drops;	     /**< else such a message passes */
	uint64_t ports[UINT16_MAX / 64 + 1]; /**< bit p % 64 of ports[p / 64]: port p is DNS */
};

struct nets;
struct policy_addr_table;

/** All that a classifying lcore reads. Immutable. */
struct policy_view {
	uint32_t generation; /**< of the policy it was built from, from 1; 0: there is none yet */
	struct dns_fp_key key;
	const struct dtab *domains;
	const uint8_t *records; /**< that rules answer with, in the memory of the domain table */
	const struct policy_list *lists;
	const struct policy_group *groups;
	const struct policy_clients *clients; /**< NULL: all are of the default group */
	const struct nets *client_nets;	      /**< addresses of clients to the lists that name
						   them, of the node; NULL: none names any */
	const struct policy_addr_table *client_rules; /**< what client_nets are made of */
	const struct nets *address_nets; /**< addresses in responses to the lists that name them, of
					      the node; NULL: none names any. No stage asks them
					      yet */
	const struct policy_cond *conds; /**< rules' condition c is conds[c - 1] */
	const struct pat_db *patterns;	 /**< of the node; NULL: no list has an expression */
	struct pat_scratch *scratch;	 /**< the lcore's own, made for `patterns` */
	struct base_set pattern_lists;	 /**< those with expressions */
	/* NULL: groups are as they are. Else what a group is hangs on the time of the frame:
	 * groups[nb_groups + s] is one in state s. */
	const struct policy_hours *hours;
	bool is_timed;	 /**< some group has a schedule */
	bool is_capping; /**< and of these some have cap_ttl */
	uint16_t nb_lists, nb_groups, nb_conds;
	struct policy_general general;
};

/** Whether a UDP or TCP port (host order) is one of [dns] ports. */
static inline bool
policy_is_dns_port(const struct policy_view *view, uint16_t port)
{
	return view->general.ports[port / 64] >> (port % 64) & 1;
}

/** A name asked by a client, looked up. */
struct policy_query {
	struct dtab_hits hits;		  /**< what the domain table holds for its suffixes */
	const struct pat_hit *patterns;	  /**< what expressions matched; NULL: it was not scanned */
	const struct base_set *by_client; /**< lists that name the client's address; NULL: none */
	const uint8_t *addr; /**< the client's, network order; NULL: not known, by_client too */
	const uint8_t *name; /**< canonical wire form: policy_explain() alone reads it */
	uint16_t qtype;
	uint16_t group; /**< index into the view's groups */
	uint8_t labels; /**< of the name, the root's not counted */
	uint8_t family; /**< of addr: 4 or 6 */
};

/** What is done and why. */
struct policy_verdict {
	struct base_set logged; /**< `log` lists that named it */
	const uint8_t *data;	/**< POLICY_DATA: the records, for policy_data(); else NULL */
	uint32_t generation;
	uint32_t name_id; /**< of the rule's name in the domain table, or the number of its
			       expression, or of the rule itself about the client's address;
			       only with a list */
	int16_t list;	  /**< that decided, or POLICY_LIST_NONE: the group's default */
	uint16_t cond;	  /**< of the rule */
	uint8_t action;	  /**< enum policy_action */
	uint8_t kind;	  /**< enum dtab_kind of the rule, POLICY_PATTERN or POLICY_CLIENT */
	uint8_t class;	  /**< enum dtab_class of the rule */
	uint8_t labels;	  /**< of the rule's name; of POLICY_CLIENT the prefix's bits */
};

/**
 * Finds the lists that name the clients of a burst by their addresses.
 *
 * @param view whose `client_nets` is not NULL
 * @param n at most NETS_BURST_MAX
 * @param out takes n sets, NULL where no list does
 */
void policy_client_burst(const struct policy_view *view, const struct policy_client clients[],
	uint16_t n, const struct base_set *out[]);

/** The lists that name an address in a response; NULL: none does. */
const struct base_set *policy_address_lists(
	const struct policy_view *view, const struct base_addr *addr);

/**
 * Whether expressions could still change what becomes of a name: it is to be scanned.
 *
 * @param query with the hits of the domain table
 */
bool policy_is_open(const struct policy_view *view, const struct policy_query *query);

/**
 * Decides on one name: the union of the hits, the lists of the group, the lowest one; inside it the
 * longest prefix of the client, else the most specific rule (policy-model: Decide); an expression
 * when no name is.
 *
 * @param view of the calling lcore
 * @param query what was asked and found
 * @param out the verdict; every field is written
 */
void policy_decide(const struct policy_view *view, const struct policy_query *query,
	struct policy_verdict *out);

/** The records of a verdict with POLICY_DATA, as dns_reply takes them, and their octets. */
static inline const uint8_t *
policy_data(const struct policy_verdict *verdict, uint16_t *len)
{
	*len = (uint16_t)(verdict->data[0] << 8 | verdict->data[1]);
	return verdict->data + 2;
}

/** "nxdomain" for POLICY_NXDOMAIN. */
const char *policy_action_word(uint8_t action);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef POLICY_H
#define POLICY_H

/**
 * @file
 * The policy of a process: lists read to rules, lists and groups compiled, one view made from it
 * for each classifying lcore, and the cold side that says where a rule stands.
 *
 * Threads: one thread loads, places and builds; policy_where() and policy_explain() any thread
 *   afterwards.
 * Memory: policy_load() takes malloc(3)'s, so that it runs before EAL; policy_place() moves what is
 *   kept to the main lcore's node.
 * Hot path: no.
 */

#include "base_cancel.h"
#include "base_err.h"
#include "conf.h"
#include "lists.h"
#include "nets.h"
#include "policy_group.h"
#include "policy_view.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define POLICY_WHY_MAX (CONF_WHERE_MAX + 128) /**< octets, the NUL counted */

struct policy;

/** What the plan needs to know about a policy to tell its memory. */
struct policy_counts {
	struct dtab_counts domains; /**< of one domain table */
	uint32_t rules;		    /**< over all lists */
	uint64_t cold_bytes;	    /**< on the main lcore's node: names and lines, one a process */
	uint64_t view_bytes;	    /**< on each classifying lcore's: all of a view but its table
					 and its expressions */
	struct nets_parts prefixes; /**< of the clients, on each node */
	/** Of rules about clients' addresses, on each node; 0: there is none. */
	struct nets_parts client_nets;
	uint64_t client_rules_bytes;
	struct nets_parts address_nets; /**< of addresses in responses, on each node */
	struct pat_parts patterns;	/**< of the expressions, where there are any */
};

/** Takes what is worth telling while a policy is loaded: bad expressions, slow progress. */
struct policy_say {
	void (*say)(void *arg, const char *sentence); /**< without a newline */
	void *arg;
};

/** A rule, for people. */
struct policy_where {
	const char *list;     /**< its name in the INI */
	const char *category; /**< the list's; "": none */
	const char *path;     /**< its file, as the INI spells it */
	uint32_t line;	      /**< from 1 */
	const char *expr;     /**< the expression; NULL: the rule is a name */
};

/** Which file a list was read from, as the kernel told just before. */
struct policy_stamp {
	int64_t mtime_ns; /**< since 1970 */
	uint64_t bytes, inode;
};

/**
 * The stamp of a file as it is now.
 *
 * @return 0, -errno
 */
int policy_stamp_file(const char *file, struct policy_stamp *out);

/** A rule that names what was asked. */
struct policy_match {
	struct policy_where where;
	uint8_t action; /**< enum policy_action: its own, or its list's */
	uint8_t kind;	/**< enum dtab_kind, POLICY_PATTERN, POLICY_CLIENT or POLICY_ADDRESS */
	uint8_t class;	/**< enum dtab_class */
	uint8_t labels; /**< of the rule's name; of an expression: of the name asked */
	struct base_prefix prefix; /**< of POLICY_CLIENT and POLICY_ADDRESS alone */
	bool holds; /**< no: the query's type is not one that the rule is meant for */
	bool on;    /**< the list is on in the group */
	bool rests; /**< it is not, but only by the group's schedule */
	bool won;   /**< this rule made the verdict */
};

struct policy_db;
struct policy_kept;

/** Each frame is decided at its own time, as a replay does; nothing else asks such a policy. */
#define POLICY_AT_FRAMES INT64_MIN

/** What a generation is made from. */
struct policy_renewal {
	const struct conf *conf;    /**< stays the caller's and must outlive the policy */
	const struct policy_db *db; /**< holds the lists and prefixes of conf, which was read from
				       it; NULL: they are read from their own files */
	const struct policy_kept *kept; /**< without `before`: what the last run has read of lists
					   stands in for it (policy_kept.h); NULL: nothing does */
	struct policy *before; /**< the generation in force, which must outlive policy_place() of
				  the next; NULL: there is none */
	const struct base_cancel *cancel; /**< of this and of views; must outlive the policy; NULL:
					     nobody asks */
	int64_t at_s;	  /**< s since 1970: groups are as their schedules have them then;
			     POLICY_AT_FRAMES */
	const char *only; /**< with `before` and its conf: the name of the one list that is read
			     again, whether its file has changed or not; NULL: each that has */
};

/**
 * Makes the generation behind another: reads the lists whose file (device, inode, size, time of
 * change) or keys are not those of the one before, and takes the others over. Where no list has
 * changed, domain tables and databases are shared. No DPDK object.
 *
 * A list that cannot be read now, or is refused by max_bad or max_shrink, is stale: what the
 * generation before has of it is taken over, where that was read by the same keys from a file of
 * the same name. Where there is nothing of the kind the whole generation is refused. What a run has
 * kept on disk is the generation before the first one, in this alone.
 *
 * Counts what is shared: not while another thread makes, places, builds or frees.
 *
 * @param out NULL on failure: the generation before is as it was
 * @return as policy_load(); -EINVAL also: a list shrank by more than its max_shrink; -ECANCELED
 */
int policy_renew(const struct policy_renewal *renewal, const struct policy_say *say,
	struct policy **out, struct base_err *err);

/** A list whose file was refused: what was read of it before stays in force. */
struct policy_stale {
	char list[CONF_NAME_MAX + 1];
	int64_t since_s; /**< since 1970: when it was refused first, without success since */
	bool is_tried;	 /**< this generation has tried it again; no: it was left alone */
	char why[BASE_ERR_TEXT_MAX]; /**< the last time, with the section's file:line */
};

/**
 * The stale lists of a generation, in the order of the lists.
 *
 * @param out for free(3); NULL where there are none, and on failure
 * @return 0, -ENOMEM
 */
int policy_stale_lists(
	const struct policy *policy, struct policy_stale **out, uint32_t *nb, struct base_err *err);

/**
 * Makes the generation that differs from another in the hours of its groups alone: lists, tables,
 * databases and prefixes are shared, no file is looked at. As policy_renew() counts.
 *
 * @param at_s s since 1970
 * @param out NULL on failure
 * @return 0, -ENOMEM
 */
int policy_renew_hours(
	struct policy *before, int64_t at_s, struct policy **out, struct base_err *err);

/** Whether any group has a schedule. */
bool policy_is_timed(const struct policy *policy);

/** Whether at a time, before or behind the policy's, lists of some group or the end of its hours
 * are others: policy_renew_hours() is due. */
bool policy_is_due(const struct policy *policy, int64_t at_s);

/** What hours do to a group at the policy's time. */
struct policy_group_hours {
	const char *timezone;
	const struct base_zone *zone;
	int64_t at_s;	     /**< s since 1970 */
	int64_t change_s;    /**< when they do something else; BASE_ZONE_NEVER */
	struct base_set off; /**< lists that are off until then */
};

/** False: the group has no schedule. What `out` points to lives as long as the policy. */
bool policy_group_hours(
	const struct policy *policy, uint16_t group, struct policy_group_hours *out);

/** What hours have changed in a group. */
struct policy_hours_change {
	uint16_t group;
	struct base_set on, off; /**< lists */
};

/**
 * What has changed from a generation to the one that policy_renew_hours() made of it.
 *
 * @param out takes at most max groups
 * @return how many
 */
uint32_t policy_compare_hours(const struct policy *before, const struct policy *after,
	struct policy_hours_change *out, uint32_t max);

/** The names of lists as people read them, "games, social"; a long text ends in "...". */
const char *policy_lists_text(
	const struct policy *policy, const struct base_set *lists, char *text, size_t size);

#define POLICY_FIRST 3 /**< rules that are named of those added or removed */

/** A list that is not what it was. */
struct policy_change {
	char list[CONF_NAME_MAX + 1];
	uint32_t rules; /**< now, expressions included; 0 where the list is gone */
	uint32_t added, removed;
	/** Names or expressions, cut, in the order of the list; "" behind the last. */
	char first_added[POLICY_FIRST][DNS_NAME_TEXT_MAX];
	char first_removed[POLICY_FIRST][DNS_NAME_TEXT_MAX];
};

/**
 * What lists have gained and lost from one generation to the next; those read from one file that
 * has not changed are not looked at.
 *
 * @param before NULL: there was none
 * @param out those that differ, for free(3); NULL on failure
 * @return 0, -ENOMEM
 */
int policy_compare(const struct policy *before, const struct policy *after,
	struct policy_change **out, uint32_t *nb, struct base_err *err);

/**
 * Whether the prefixes of clients, those of files included, are others than in another generation,
 * or belong to other sections.
 *
 * @param before NULL: there was none
 * @param was, is how many there were, and are
 */
bool policy_compare_prefixes(
	const struct policy *before, const struct policy *after, uint32_t *was, uint32_t *is);

/** Its number, from 1. */
uint32_t policy_generation(const struct policy *policy);

/**
 * Reads the lists of a configuration and compiles lists, expressions and groups. No DPDK object.
 *
 * @param conf stays the caller's and must outlive the policy
 * @param say NULL: nothing is told
 * @param out NULL on failure
 * @return 0; what lists_read() returns, its sentence led by the section's file:line; what
 *         policy_db_list() or pat_source_build() returns; -ENOMEM
 */
int policy_load(const struct conf *conf, const struct policy_say *say, struct policy **out,
	struct base_err *err);

/** What came of the expressions; NULL: there are none. */
const struct pat_report *policy_pattern_report(const struct policy *policy);

/**
 * Compiles the expressions of lists as policy_load() does, and keeps nothing: neither reads nor
 * writes the cache, so that what it says depends on the lists alone.
 *
 * @param read of each list of the configuration what lists_read() gave, or NULL: none to look at
 * @param out what came of them; its `bad` is NULL, they were told to `say`
 * @return as policy_load()
 */
int policy_check_patterns(const struct conf *conf, struct lists_rules **read,
	const struct policy_say *say, struct pat_report *out, struct base_err *err);

/** Has views be given up when that is asked for; it must outlive the policy. */
void policy_cancel_by(struct policy *policy, const struct base_cancel *cancel);

/** Counts for the plan. */
void policy_counts(const struct policy *policy, struct policy_counts *out);

/**
 * Moves what explains rules to a node, through the ledger. After EAL is up, before views are built.
 *
 * @param node of the main lcore
 * @return 0, -ENOMEM: the policy is as before
 */
int policy_place(struct policy *policy, int node, struct base_err *err);

/**
 * Builds the view of one lcore. With `replicas = node` the second view of a node shares the domain
 * table of the first; a view of a later generation shares the tables of one before where no list
 * has changed.
 *
 * @param lcore that will read it; stands in the ledger
 * @param node where all of it goes
 * @param out NULL on failure
 * @return 0, -ENOMEM with the object that did not fit, -ECANCELED
 */
int policy_view_build(struct policy *policy, unsigned int lcore, int node, struct policy_view **out,
	struct base_err *err);

/**
 * Builds a view that holds no policy: what becomes of a query says [weir] until_ready.
 *
 * @param out NULL on failure
 * @return 0, -ENOMEM
 */
int policy_view_empty(const struct conf *conf, unsigned int lcore, int node,
	struct policy_view **out, struct base_err *err);

/** Frees a view, and its domain table with the last view that uses it; NULL is fine. */
void policy_view_free(struct policy_view *view);

/** Frees a policy; its views first. NULL is fine. */
void policy_free(struct policy *policy);

/** What was read of a list. */
struct policy_list_info {
	bool compiled;	      /**< out of a compiled policy, whose stamp it bears */
	uint32_t rules;	      /**< about names */
	uint32_t expressions; /**< that are matched */
	const char *format;   /**< as it was read, never "auto" */
	struct policy_stamp stamp;
	const struct policy_stale *stale; /**< of the policy's; NULL: it is not */
};

/** What list i holds. */
void policy_list_info(const struct policy *policy, uint16_t list, struct policy_list_info *out);

/** The name of list i in the INI. */
const char *policy_list_name(const struct policy *policy, uint16_t list);

/** Why a client belongs to its group: "VLAN 12 of [clients kids] (weir.ini:14)". */
const char *policy_group_why(const struct policy *policy, const struct policy_client *client,
	const struct policy_member *member, char why[POLICY_WHY_MAX]);

/** The name of group i in the INI. */
const char *policy_group_name(const struct policy *policy, uint16_t group);

/**
 * Where the rule of a verdict stands.
 *
 * @param verdict made by a view of this policy
 * @return false: no rule decided (the group's default)
 */
bool policy_where(const struct policy *policy, const struct policy_verdict *verdict,
	struct policy_where *out);

/**
 * Every rule that names what was asked or who asks, strongest list first; inside it prefixes of
 * the client, then names, the longest first.
 *
 * @param query as given to policy_decide()
 * @param verdict what came of it
 * @param out room for max of them
 * @return how many there are, which may be more than max
 */
size_t policy_explain(const struct policy *policy, const struct policy_query *query,
	const struct policy_verdict *verdict, struct policy_match *out, size_t max);

/**
 * Every rule about an address in a response, strongest list first, the longest prefix first; the
 * one that would win, were nothing else named in the response, is marked.
 *
 * @param view of any lcore, built from this policy: its sets tell which lists are asked
 * @param group whose lists are on
 * @param out room for max of them
 * @return how many there are, which may be more than max
 */
size_t policy_explain_address(const struct policy *policy, const struct policy_view *view,
	uint16_t group, const struct base_addr *addr, struct policy_match *out, size_t max);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef POLICY_PRIV_H
#define POLICY_PRIV_H

/** @file What the files of the room share. */

#include "nets.h"
#include "policy.h"
#include "policy_db.h"

#include <assert.h>
#include <stdint.h>

/* The cold side of one list: where its rules stand and what they name. */
struct policy_cold {
	const struct lists_rule *rules;
	const uint8_t *names;
	uint32_t nb_rules;
	uint64_t names_bytes;
	uint32_t data;	/* where the list's records begin in the policy's */
	uint16_t conds; /* number of the policy's conditions before the list's first */
	struct policy_stamp stamp;
};

/* A domain table: a node's or an lcore's. Views of later generations share it while no list has
 * changed. */
struct policy_table {
	struct dtab *dtab;
	struct place_owner owner;
	unsigned filter_bits;
	uint32_t users; /* views; the builder's thread alone counts */
};

/* What tables of one content there may be at once: every lcore's and every node's, and the same
 * again while the next generation wants other filters. */
#define POLICY_TABLES_MAX (2 * (CONF_LCORES_MAX + CONF_NODES_MAX))

/* A pattern database of a node, shared by its lcores. */
struct policy_patterns {
	struct pat_db *db;
	int node;
	uint32_t users; /* views; the builder's thread alone counts */
};

/* Compiled expressions, shared by generations that have the same ones. */
struct policy_compiled {
	struct pat_source *source;
	struct policy_patterns nodes[CONF_NODES_MAX];
	uint32_t users; /* policies */
};

/* A list's file as it was read, shared by the generations that found it unchanged. */
struct policy_file {
	struct lists_rules *rules;
	struct policy_stamp stamp;
	uint32_t users; /* policies */
};

/* The prefixes of a node's clients, shared by its lcores. */
struct policy_prefixes {
	struct nets *nets;
	int node;
	uint32_t users; /* views; the builder's thread alone counts */
};

/* Whose addresses rules are about; each kind of them is looked up by itself. */
enum policy_whose {
	POLICY_CLIENTS,
	POLICY_RESPONSES, /* addresses in them */
	POLICY_NB_WHOSE,
};

/* A rule about addresses. */
struct policy_addr_rule {
	uint64_t high, low; /* the prefix as a number; IPv4: its 32 bits are the highest */
	uint32_t rule;	    /* its number over all lists */
	uint32_t data;	    /* its records: 1 + offset in those of all lists, 0: none */
	uint8_t action;	    /* its own, or DTAB_ACTION_LIST */
	uint8_t list, family, bits;
};

/* Rules of one list, family and length: ascending by address. */
struct policy_addr_run {
	uint32_t first, nb;
	uint8_t family, bits;
};

/* Rules about addresses, list 0 first, the longest prefixes of a list first: one piece of memory,
 * where rules and runs follow the head. */
struct policy_addr_table {
	const struct policy_addr_rule *rules;
	const struct policy_addr_run *runs;
	uint32_t nb_rules;
	uint16_t first_run[BASE_SET_MAX + 1]; /* of each list; behind the last: all */
};

/* The same on a node, shared by its lcores. */
struct policy_addrs_node {
	struct nets *nets;
	struct policy_addr_table *table; /* POLICY_CLIENTS alone: by lcores no other is read */
	int node;
	uint32_t users; /* views; the builder's thread alone counts */
};

/* Rules about addresses of one kind: follows from lists alone. */
struct policy_addrs {
	struct nets_source *source;	 /* addresses to sets of lists */
	struct policy_addr_table *table; /* malloc(3)'s */
	struct policy_addrs_node nodes[CONF_NODES_MAX];
};

/* The prefixes of all clients, shared by generations that differ in their hours alone. */
struct policy_nets {
	struct nets_source *source; /* NULL: no [clients] has a prefix */
	uint64_t sum;		    /* of what it was made from, in whatever order */
	uint32_t nb;		    /* prefixes that it was made from */
	struct policy_prefixes nodes[CONF_NODES_MAX];
	uint32_t users; /* policies */
};

/* The schedules of all groups, shared likewise. */
struct policy_schedule {
	struct base_zone *zone;
	struct policy_week *weeks;
	struct policy_span *spans;
	struct base_set *off; /* of each state: the lists that are off */
	struct policy_hours hours;
	uint32_t users; /* policies */
};

/* An expression that is matched: the index is its number. */
struct policy_expr {
	const struct lists_expr *expr;
	uint16_t list;
};

struct policy {
	const struct conf *conf; /* NULL: this generation is over, a later one uses its content */
	const struct base_cancel
		*cancel; /* of what is made of this generation; NULL: nobody asks */
	uint32_t generation;
	/* Whose rules, tables and databases these are: its own, or those of an older generation
	 * since which no list has changed. */
	struct policy *content;
	uint32_t users;		     /* of its content: generations, itself one until it is freed */
	struct policy_file **files;  /* of each list */
	struct policy_stale **stale; /* of each list; NULL: it is not. A generation's own */
	char digest[POLICY_DIGEST_TEXT]; /* of the compiled policy that its lists came out of; "":
					    out of their files */
	uint16_t nb_lists, nb_groups, nb_conds;
	struct lists_rules **read; /* of each list; its rules and names until policy_place() */
	struct policy_cold *cold;  /* of each list */
	uint32_t *base;		   /* rules before each list's first; behind the last: all */
	struct policy_list *lists;
	struct policy_group *groups;
	struct policy_cond *conds;
	struct dns_fp_key key;
	struct dtab_source *source;
	uint8_t *data; /* records of all lists: what replicas are filled from */
	uint32_t data_bytes;
	void *placed; /* one object: rules and names of all lists */
	struct policy_table tables[POLICY_TABLES_MAX];
	struct policy_compiled *compiled;   /* NULL: no list has an expression */
	struct pat_source *source_patterns; /* that of `compiled`, or NULL */
	struct policy_expr *exprs;
	uint32_t nb_exprs;
	struct base_set pattern_lists;
	struct policy_addrs *addrs[POLICY_NB_WHOSE]; /* the content's; NULL: no list has any */
	struct policy_nets *nets;
	struct policy_schedule *schedule; /* NULL: no group has one */
	int64_t at_s;			  /* that groups are as they are at; POLICY_AT_FRAMES */
	int64_t change_s;		  /* when the first of them changes; BASE_ZONE_NEVER */
};

/* Compiles [list] and [group] sections, and what is said of all messages; the texts and names they
 * hold were checked by conf. */
int policy_compile_list(
	const struct conf_list *conf, struct policy_list *out, struct base_err *err);
void policy_compile_group(
	const struct conf *conf, const struct conf_group *group, struct policy_group *out);

void policy_compile_general(const struct conf *conf, struct policy_general *out);

/* What lists_read() is to do for a [list]. */
void policy_list_spec(const struct conf_list *list, struct lists_spec *out);

/* Compiles the expressions of all lists, or takes those of the generation before where they are
 * the same (before may be NULL); bad ones are told to `say` and left out. */
int policy_compile_patterns(struct policy *policy, const struct policy *before,
	const struct policy_say *say, struct base_err *err);

/* Gives compiled expressions back. */
void policy_compiled_put(struct policy_compiled *compiled);

/* How much was read of a list: rules about names and expressions. */
uint64_t policy_rules_read(const struct lists_rules *rules);

/* Whether two [list] sections have the rules of one file read in the same way. */
bool policy_list_is_read_alike(const struct conf_list *a, const struct conf_list *b);

/* Reads a list, or takes what the generation before has of it: policy->files[list]. */
int policy_file_get(struct policy *policy, const struct policy_renewal *renewal, uint16_t list,
	struct base_err *err);

/* Gives a list's file back; NULL is fine. */
void policy_file_put(struct policy_file *file);

/* Whether what was read of one list can stand in for another. */
bool policy_stale_is_kin(const struct conf_list *before, const struct conf_list *now);

/* The list of the generation before that stands in for one whose file was refused with this error;
 * -1: there is none, or it is not the file that is to blame. */
int policy_stale_stand_in(
	const struct policy_renewal *renewal, uint16_t list, const struct base_err *why);

/* Marks a list stale, as long as `before` (NULL: until now it was not) has been; 0, -ENOMEM. */
int policy_stale_mark(struct policy *policy, uint16_t list, const struct policy_stale *before,
	const struct base_err *why);

/* Takes the mark over where there is one; 0, -ENOMEM. */
int policy_stale_copy(struct policy *policy, uint16_t list, const struct policy_stale *before);

void policy_stale_free(struct policy *policy);

/* What expression number `rule` is. */
void policy_pattern_where(const struct policy *policy, uint32_t rule, struct policy_where *out);

/* The list that rule number `rule` of all belongs to. */
uint16_t policy_rule_list(const struct policy *policy, uint32_t rule);

/* A rule's own action, or DTAB_ACTION_LIST: an exception passes whatever its list does. */
uint8_t policy_rule_action(const struct lists_rule *rule);

/* Where the records of rule `index` of a list stand: 1 + offset in those of all lists, 0: it has
 * none. */
uint32_t policy_rule_data(const struct policy *policy, uint16_t list, uint32_t index);

/* The number of a rule's condition over all lists, 0: none. */
uint16_t policy_rule_cond(const struct policy_cold *cold, const struct lists_rule *rule);

/* Every expression that matches a name, by number, and so list 0 first; rules are to be freed even
 * on failure. 0, -ENOMEM, -EIO. */
int policy_match_patterns(
	const struct policy *policy, const uint8_t *wire, uint32_t **rules, uint32_t *nb);

struct policy_asked;

/* Matches the name against the expressions, for the group that a view has. 0, -ENOMEM, -EIO. */
int policy_ask_patterns(
	const struct policy *policy, const struct policy_view *view, struct policy_asked *asked);

/* Records why a question could not be answered; returns rc. */
int policy_ask_failed(int rc, struct base_err *err);

/* Octets of what a view holds of [clients]; 0: no section names anybody. */
size_t policy_clients_bytes(const struct policy *policy);

/* Makes it in zeroed memory of so many octets; NULL: nobody is named. Without prefixes. */
struct policy_clients *policy_clients_make(const struct policy *policy, void *memory);

/* The group of a client of whose prefix is known what was found. */
struct policy_member policy_member_of(const struct policy_clients *clients,
	const struct policy_client *client, const struct nets_hit *hit);

/* Reads the prefixes of [clients] and their files, or those of a compiled policy. */
int policy_compile_prefixes(
	struct policy *policy, const struct policy_db *db, struct base_err *err);

/* Counts one policy more; gives a policy's share back, NULL is fine. */
/* Tells whether prefixes are those that were read before; it need not resist anybody. */
uint64_t policy_prefixes_sum(const struct conf *conf, const struct clients *clients);

struct policy_nets *policy_nets_use(struct policy_nets *nets);
void policy_nets_put(struct policy_nets *nets);

/* Takes over all that follows from lists alone. */
void policy_share_content(struct policy *policy, struct policy *before);

/* Compiles the schedules of all groups; *out is NULL where there are none. 0, -EINVAL, -ENOMEM. */
int policy_compile_schedules(
	const struct conf *conf, struct policy_schedule **out, struct base_err *err);
void policy_schedule_put(struct policy_schedule *schedule);

/* Makes every group what it is at the policy's time. */
void policy_schedule_apply(struct policy *policy);

/* Turns lists of a group off. */
void policy_group_rest(struct policy_group *group, const struct base_set *off);

/* Whether a policy's views look at the time of each frame. */
static inline bool
policy_is_by_frame(const struct policy *policy)
{
	return policy->schedule != NULL && policy->at_s == POLICY_AT_FRAMES;
}

/* The prefixes of a node, built for its first view. `*out` is NULL where there are none; what is
 * got is given back with the view. */
int policy_prefixes_get(
	struct policy *policy, int node, struct policy_prefixes **out, struct base_err *err);
void policy_prefixes_put(struct policy_prefixes *prefixes);

/* Gathers the rules about addresses of all lists. 0, -ENOMEM, -E2BIG. */
int policy_addrs_compile(struct policy *policy, struct base_err *err);

/* Frees what policy_addrs_compile() made; NULL is fine. */
void policy_addrs_free(struct policy_addrs *addrs);

/* Octets of the rules on each node. */
uint64_t policy_addrs_rule_bytes(const struct policy_addrs *addrs);

/* A node's, built for its first view. `*out` is NULL where there are none; what is got is given
 * back with the view. */
int policy_addrs_get(struct policy *policy, enum policy_whose whose, int node,
	struct policy_addrs_node **out, struct base_err *err);
void policy_addrs_put(struct policy_addrs_node *node);

/* The lists with a rule that covers an address: what the sets say that are made of them. */
void policy_addrs_cover(const struct policy_addr_table *table, const uint8_t *addr, uint8_t family,
	struct base_set *out);

/* The next rule of a list that covers an address, the longest prefix first; NULL: no more.
 * `*run`: 0 at first, then where to go on. */
const struct policy_addr_rule *policy_addr_next(const struct policy_addr_table *table, uint8_t list,
	const uint8_t *addr, uint8_t family, uint32_t *run);

/* An address as two numbers. */
static inline void
policy_addr_words(const uint8_t *addr, uint8_t family, uint64_t *high, uint64_t *low)
{
	uint64_t words[2] = {0};

	for (int i = 0; i < (family == 4 ? 4 : 16); i++)
		words[i / 8] |= (uint64_t)addr[i] << (56 - 8 * (i % 8));
	*high = words[0];
	*low = words[1];
}

/* Where a search for a number begins; the caller masks it. */
static inline uint32_t
policy_slot_of(uint64_t number)
{
	return (uint32_t)((number * UINT64_C(0x9e3779b97f4a7c15)) >> 32);
}

/* Two VLAN IDs as one number that is not 0. */
static inline uint64_t
policy_pair_number(uint16_t outer, uint16_t inner)
{
	return (uint64_t)outer << 12 | inner;
}

/* Octets of a view without its domain table. */
size_t policy_view_size(const struct policy *policy);

/* Whether a rule of this kind, found at a suffix of the name, speaks of the whole name. */
static inline bool
policy_is_kind_meant(uint8_t kind, bool whole)
{
	return kind == DTAB_SUBTREE || (kind == DTAB_EXACT) == whole;
}

/* Whether a type condition holds for a query type. */
static inline bool
policy_is_type_meant(const struct policy_cond *cond, uint16_t qtype)
{
	for (uint8_t i = 0; i < cond->nb; i++) {
		if (cond->types[i] == qtype)
			return !cond->except;
	}
	return cond->except;
}

#endif

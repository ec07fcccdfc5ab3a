/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef POLICY_ASK_H
#define POLICY_ASK_H

/**
 * @file
 * What the policy says of one name, for people: `weir explain` and the API's lookup ask here.
 *
 * Threads: any, also under a view that lcores read; a trial belongs to one.
 * Memory: the question's own, and malloc(3)'s for the time of the call.
 * Hot path: no.
 */

#include "policy.h"

#define POLICY_ASKED_MAX 1024 /**< octets of a name or a type as text */

/** A question, and what became of it. Not to be moved once it was asked: `query` points into it. */
struct policy_asked {
	struct dns_name name;
	uint16_t qtype;
	const struct policy_client *client; /**< who asks; NULL: nothing is known of it */

	struct policy_member member; /**< the client's group, and why it is that */

	struct policy_query query;
	struct policy_verdict verdict;
	struct pat_hit patterns;
	struct base_set by_client; /**< of a trial */
	struct dtab_hit hits[DNS_LABELS_MAX + 1];
};

#define POLICY_KNOWN_KEYS 5

/** What can be told of a client: client (its address), mac, vlan, qinq, port; NULL behind the last.
 */
extern const char *const policy_known_keys[POLICY_KNOWN_KEYS + 1];

/** A client as people describe it. Not to be moved once something is set: `client` points into it.
 */
struct policy_known {
	struct policy_client client;
	struct base_addr addr;
	struct conf_mac mac;
};

/** A client of which nothing is known. */
void policy_known_init(struct policy_known *known);

/**
 * Reads one thing of a client.
 *
 * @param conf whose ports have names
 * @param key index into policy_known_keys
 * @return 0; -EINVAL, in err (BASE_EXIT_USAGE)
 */
int policy_known_set(struct policy_known *known, const struct conf *conf, unsigned key,
	const char *value, struct base_err *err);

/**
 * Reads the name.
 *
 * @param text as people write it, in any case
 * @return 0; -EINVAL: no name, and why, in err (BASE_EXIT_USAGE)
 */
int policy_asked_name(struct policy_asked *asked, const char *text, struct base_err *err);

/**
 * Reads the type.
 *
 * @param text a mnemonic in any case, or TYPE65
 * @return 0; -EINVAL: no type, in err (BASE_EXIT_USAGE)
 */
int policy_asked_type(struct policy_asked *asked, const char *text, struct base_err *err);

/**
 * Looks the name up in a view's domain table, and in the policy's expressions where one could still
 * change the verdict, and decides as the data path does.
 *
 * @param view of any lcore, built from this policy; it lives until the call returns, what `asked`
 *        points to until the view is freed
 * @param asked name, qtype and client are set
 * @return 0; -ENOMEM; -EIO: the expressions could not be matched
 */
int policy_ask(const struct policy *policy, const struct policy_view *view,
	struct policy_asked *asked, struct base_err *err);

struct policy_trial;

/**
 * Makes ready to ask a policy that no lcore reads: without views, in ordinary memory alone.
 *
 * @param policy loaded; it need not be placed, and outlives the trial
 * @param out NULL on failure
 * @return 0; -ENOMEM
 */
int policy_trial_new(const struct policy *policy, struct policy_trial **out, struct base_err *err);

/** The group that the policy's [clients] give a client, as under a view of the policy. */
struct policy_member policy_trial_group(
	const struct policy_trial *trial, const struct policy_client *client);

/**
 * Decides on a name as policy_ask() does under a view of the policy.
 *
 * @param asked name, qtype, client (whose address alone counts) and member.group are set; what it
 * points to is valid until the next question
 * @return as policy_ask()
 */
int policy_trial_ask(struct policy_trial *trial, struct policy_asked *asked, struct base_err *err);

/** Frees a trial; NULL is fine. */
void policy_trial_free(struct policy_trial *trial);

/** "exact" for DTAB_EXACT, "expression" for POLICY_PATTERN, "client" for POLICY_CLIENT,
 * "address" for POLICY_ADDRESS. */
const char *policy_kind_word(uint8_t kind);

#endif

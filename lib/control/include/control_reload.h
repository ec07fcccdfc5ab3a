/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef CONTROL_RELOAD_H
#define CONTROL_RELOAD_H

/**
 * @file
 * The policy in force and the one behind it: read and built by a thread of its own while lcores go
 * on under the old one, published by the loop, the old one freed once no lcore holds it.
 *
 * At most one is built at a time, and at most one waits to be freed. What is in force is kept on
 * disk by another thread beside all that.
 *
 * Where a group has a schedule, the loop looks at the clock five times a second. When hours change
 * the lists of a group it publishes a generation that shares all tables with the one in force;
 * `done` tells so. A clock that is put is followed likewise.
 *
 * Threads: every function is called by the loop's thread; `read` and `check` of the configuration
 *   by the builder, one call at a time.
 * Memory: malloc(3)'s; what lcores read on their nodes, through place.
 * Hot path: no.
 */

#include "conf.h"
#include "control.h"
#include "control_trial.h"
#include "policy.h"
#include "policy_db.h"

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

struct control_reload;

/** An lcore that classifies. */
struct control_lcore {
	unsigned int lcore;
	int node;
	const struct classify_sample *sample; /**< of its queries; NULL: none is kept */
	struct classify *classify;	      /**< is told what time it is; NULL: none */
};

/** What a reload passes through, in this order. */
enum control_phase {
	CONTROL_READ,  /**< the INI, lists to rules, rules grouped by name, expressions compiled */
	CONTROL_BUILD, /**< tables and views on their nodes, placement verified */
	CONTROL_PUBLISH, /**< every lcore is given its view */
	CONTROL_RECLAIM, /**< until no lcore holds an old view, and it is freed */
	CONTROL_NB_PHASES
};

/** "read", "build", "publish", "reclaim". */
const char *control_phase_word(enum control_phase phase);

#define CONTROL_HOURS_TEXT 1024 /**< octets, the NUL counted */

/** What a schedule has changed in a group. */
struct control_hours {
	char text[CONTROL_HOURS_TEXT]; /**< a sentence */
};

/** What came of a reload, or of hours. */
struct control_result {
	uint32_t generation; /**< in force now; 0: none yet */
	bool ok;	     /**< it is what was asked for; else the one before stays in force */
	bool dry_run;
	enum base_exit exit;		      /**< without ok: its class */
	uint64_t phase_ns[CONTROL_NB_PHASES]; /**< 0: not reached */
	struct conf_report restart;  /**< what of the INI waits for a restart (conf_compare()) */
	struct conf_report settings; /**< what of it is other than in force (conf_changes()) */
	bool has_prefixes;	     /**< the prefixes of clients are others than in force: */
	uint32_t prefixes_were, prefixes; /**< how many there were, and are */
	char sentence[BASE_ERR_TEXT_MAX]; /**< what happened, or why not */
	uint32_t nb_changes;
	struct policy_change *changes; /**< lists that are not what they were */
	bool is_hours;		       /**< nobody asked: a schedule changed groups */
	uint32_t nb_hours;
	struct control_hours *hours; /**< groups that it changed */
	uint32_t nb_stale;
	struct policy_stale *stale;  /**< lists that keep what was read of them before */
	struct control_trial *trial; /**< of a dry run: what becomes of the queries of late;
					NULL: none was made */
};

/** How reloads have ended since the start, those that were only tried apart. */
struct control_reload_totals {
	uint64_t published; /**< policies, the first one too */
	uint64_t failed;
};

/** How the last reload has ended; neither the first policy, dry runs nor changes of hours. */
struct control_outcome {
	time_t ended;
	bool ok;			  /**< it is in force */
	char sentence[BASE_ERR_TEXT_MAX]; /**< what happened, or why not */
	time_t last_ok; /**< when the last one that came in force had ended; 0: none has */
};

/** What came of keeping a policy on disk. */
struct control_kept {
	uint32_t generation;
	time_t written;			 /**< when that was over */
	char digest[POLICY_DIGEST_TEXT]; /**< of the file; "": see `error` */
	char error[BASE_ERR_TEXT_MAX];	 /**< "": it is there */
};

/** What a reload needs to know. Copied, but for what it points to. */
struct control_reload_conf {
	struct control *control;
	struct engine *engine;
	const struct control_lcore *lcores; /**< those that classify */
	uint32_t n_lcores;
	int node; /**< of the main lcore */
	/** Reads the INI again; db: the compiled policy that it was read with, until the next call,
	 * or left NULL. Builder. */
	int (*read)(
		void *arg, struct conf **out, const struct policy_db **db, struct base_err *err);
	/** Whether what has been built may be published: where it lies. Builder. */
	int (*check)(void *arg, struct base_err *err);
	/** A policy has been published: the one before is about to be freed. Loop. */
	void (*published)(void *arg);
	/** What came of each reload, and of the first policy. Loop. */
	void (*done)(void *arg, const struct control_result *result);
	/** What time it is, us since 1970; NULL: what the machine says. Loop and builder. */
	int64_t (*now_us)(void *arg);
	void *arg;
	const char *keep; /**< the file that each policy is kept in once it is in force
			     (policy_kept.h); NULL: none is */
	/** A policy has been kept, or could not be. Loop; NULL: nobody wants to know. */
	void (*kept)(void *arg, const struct control_kept *kept);
	const struct policy_say *say; /**< builder; NULL: nothing is told */
};

/**
 * Makes it, with views that hold no policy: what they do with a query says [weir] until_ready. They
 * are published.
 *
 * @param first the INI that the program was started with; the caller's, outlives it
 * @param out NULL on failure
 * @return 0, -ENOMEM
 */
int control_reload_new(const struct control_reload_conf *conf, const struct conf *first,
	struct control_reload **out, struct base_err *err);

/**
 * Has the first policy built and published. Its result is told by `done`.
 *
 * @param policy loaded from the `first` INI and placed; is taken over, also on failure
 * @return 0, -EAGAIN: no thread can be made
 */
int control_reload_first(
	struct control_reload *reload, struct policy *policy, struct base_err *err);

/** What is asked for. */
struct control_request {
	const char *list; /**< read this one list again, and nothing else; NULL: the INI, and every
			     list that has changed */
	bool dry_run;	  /**< read and compare, publish nothing */
	bool later; /**< a whole reload: one under way is no refusal, another begins behind it */
};

/**
 * Starts a reload; `done` tells what came of it. Behind a schedule's change it begins once that is
 * over; however many ask for one `later`, one follows.
 *
 * @return 0; 1: it begins behind what is under way; -EBUSY: one is being built, or an old policy
 * waits to be freed: the lcore that holds it up is in err; -ENOENT: no list of that name; -EAGAIN:
 * no thread can be made
 */
int control_reload_request(
	struct control_reload *reload, const struct control_request *request, struct base_err *err);

/** The policy in force; NULL: none yet. Until the loop goes on. */
const struct policy *control_reload_policy(const struct control_reload *reload);

/** The view of a classifying lcore, NULL where none does. Until the loop goes on. */
const struct policy_view *control_reload_view(const struct control_reload *reload);

/** The INI of the policy in force. Until the loop goes on. */
const struct conf *control_reload_ini(const struct control_reload *reload);

/** What of that INI only a restart brings in force: how many, and, where there is a report, notes
 * as conf_compare() makes them. Until the loop goes on. */
uint32_t control_reload_restart(const struct control_reload *reload, struct conf_report *report);

/** How reloads have ended. Until the loop goes on. */
const struct control_reload_totals *control_reload_totals(const struct control_reload *reload);

/** How the last reload has ended; NULL: there was none since the start. Until the loop goes on. */
const struct control_outcome *control_reload_outcome(const struct control_reload *reload);

/** What came of keeping the last policy; NULL: none has been kept yet. Until the loop goes on. */
const struct control_kept *control_reload_kept(const struct control_reload *reload);

/** What came of the last one; NULL: none is over yet. Until the loop goes on. */
const struct control_result *control_reload_last(const struct control_reload *reload);

/** Whether one is being built, or an old policy waits to be freed. */
bool control_reload_is_busy(const struct control_reload *reload);

/**
 * Has the builder give up, for the program ends: nothing more is published, and whatever is asked
 * for from now on is given up, too.
 *
 * @return whether anything is being built
 */
bool control_reload_cancel(struct control_reload *reload);

/** Frees all policies and views; the lcores have ended. Has a build given up, waits for what is
 * being written. NULL is fine. */
void control_reload_free(struct control_reload *reload);

#endif

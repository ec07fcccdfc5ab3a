/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef CONTROL_RELOAD_PRIV_H
#define CONTROL_RELOAD_PRIV_H

/** @file A reload's state: what the loop and its threads share. */

#include "base_clock.h"
#include "control_reload.h"

#include <pthread.h>
#include <stdatomic.h>

/* An INI, used by the generations that were made from it. */
struct ini {
	struct conf *conf;
	bool is_borrowed;
	uint32_t users;
};

/* A policy, its INI and a view for each lcore, in the order of control_reload_conf.lcores. */
struct generation {
	struct ini *ini;
	struct policy *policy; /* NULL: the views are empty */
	struct policy_view *views[];
};

enum control_state {
	CONTROL_IDLE,
	CONTROL_BUILDING,  /* a thread has `next` */
	CONTROL_RECLAIMING /* a thread has `old` */
};

/* What keeps policies on disk: a thread that reads the generation in force, which must not be freed
 * meanwhile. */
struct keep {
	struct control_source *watch;
	int fd; /* eventfd(2): the thread has ended */
	bool has_thread;
	pthread_t thread;
	const struct policy *policy; /* the thread's */
	struct control_kept kept;    /* the thread's while is_reading */
	pthread_mutex_t lock;
	pthread_cond_t ended;
	bool is_reading; /* under the lock */
	bool has_last;
	struct control_kept last;
	uint32_t asked; /* the generation that was last given to a thread */
};

/* The loop's, but for what belongs to a thread in the state that the comment names. */
struct control_reload {
	struct control_reload_conf conf;
	const struct conf *first; /* the INI that the program was started with */
	enum control_state state;
	struct control_source *watch;
	struct control_source *tick; /* NULL: no group has a schedule */
	uint64_t hours_after_ns;     /* no change of hours is made before */
	int fd;			     /* eventfd(2): the thread wants to be heard */
	pthread_t thread;
	struct generation *live; /* the threads read it */
	struct generation *next; /* BUILDING: the thread's; NULL: there is nothing to publish */
	struct generation *old;	 /* RECLAIMING: the thread's */
	uint64_t token;		 /* of engine_retire() for `old` */
	char list[CONF_NAME_MAX + 1]; /* the one to read; "": all that changed */
	/* What begins once the state is IDLE, in this order. */
	struct {
		bool is_set;
		bool dry_run;
		char list[CONF_NAME_MAX + 1]; /* as above */
	} behind_hours;
	bool again;		      /* a whole reload */
	struct control_result result; /* BUILDING, RECLAIMING: the thread's until it writes */
	bool is_told;		      /* the result has been handed over */
	bool has_last;
	struct control_result last;
	struct control_reload_totals totals;
	struct control_outcome outcome; /* `ended` 0: of none yet */
	struct keep keep;
	atomic_bool is_freed;	   /* RECLAIMING: `old` is; thread: wo, loop: ro */
	struct base_cancel cancel; /* what is built is given up; loop: wo, threads: ro */
	atomic_bool is_over;	   /* the lcores have ended; loop: wo, thread: ro */
};

/* Frees what a result holds. */
void result_clear(struct control_result *result);

struct ini *ini_new(struct conf *conf, bool is_borrowed, struct base_err *err);
struct ini *ini_use(struct ini *ini);

struct generation *generation_new(const struct control_reload *reload, struct base_err *err);

/* Frees a generation and forgets it; NULL in it is fine. */
void generation_drop(const struct control_reload *reload, struct generation **generation);

/* 0, -ENOMEM. */
int keep_open(struct control_reload *reload, struct base_err *err);

/* Keeps the policy in force unless that has been done; at once, or once the thread has ended. */
void keep_live(struct control_reload *reload);

/* The next policy differs in its hours alone: what is kept of the one in force stands for it. */
void keep_hours(struct control_reload *reload);

/* Returns when no policy is being read. Any thread. */
void keep_await(struct control_reload *reload);

void keep_close(struct control_reload *reload);

/* Threads: the first policy, which is there; any other, from its files; and the end of one. */
void *control_build_first(void *arg);
void *control_build(void *arg);
void *control_reclaim(void *arg);
void *control_build_hours(void *arg);

/* The builder's part of a change of hours: the policy behind the one in force. */
int control_change_hours(struct control_reload *reload, struct base_err *err);

/* The loop's: starts such a change; a policy with or without schedules is in force. */
void control_reload_hours(struct control_reload *reload);
void control_hours_update(struct control_reload *reload);

/* Tells every lcore. */
void control_tell_time(const struct control_reload *reload);

/* s since 1970. */
int64_t control_now_s(const struct control_reload *reload);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef BOOT_H
#define BOOT_H

/**
 * @file
 * The program brought up step by step, and taken down from wherever it stopped: boot.c holds the
 * table of steps.
 *
 * Threads: the main one, which is EAL's main lcore.
 */

#include "base_err.h"
#include "capture.h"
#include "classify.h"
#include "conf.h"
#include "cost.h"
#include "eal.h"
#include "engine.h"
#include "outfile.h"
#include "plan.h"
#include "policy.h"
#include "port.h"
#include "qlog.h"
#include "stats.h"
#include "topo.h"
#include "verdicts.h"
#include "weir_priv.h"

#include <stdbool.h>
#include <stdint.h>

/** What `weir replay` is asked for. */
struct boot_replay {
	const char *in;
	const char *out;      /**< NULL: frames that leave are thrown away */
	const char *verdicts; /**< NULL: none are written */
	const char *expect;   /**< NULL: nothing to compare with */
	uint32_t lcores;      /**< that classify; 0: one lcore does all */
};

/** An lcore and what is its own; the last four where it classifies. */
struct boot_worker {
	unsigned int lcore;
	int node;
	const struct plan_lcore *planned; /**< its queues; ports by their index in boot.ports */
	struct stats_block *stats;
	struct qlog_ring *log;		/**< of a replay */
	struct classify_sample *sample; /**< of a run */
	struct classify *classify;
	struct policy_view *view; /**< of a replay */
};

/** A program that is up, or on its way. Zero to begin with but for the first part. */
struct boot {
	const char *command;		  /**< "weir replay", for messages */
	struct weir_cli *cli;		  /**< where the INI and a compiled policy are */
	const struct boot_replay *replay; /**< NULL: `weir run` */
	uint32_t done;			  /**< steps that are up */

	struct conf *conf;
	struct topo *topo;
	struct policy *policy; /**< of a run: until it has been handed over (reloads.c) */
	struct plan *plan;

	struct capture capture;
	struct outfile out, lines_file;
	FILE *lines, *expect;
	struct verdicts *verdicts;

	uint32_t n_ports; /**< index: port order of the INI; a replay has one */
	struct port_conf port_confs[CONF_PORTS_MAX];
	char devargs[128]; /**< of a replay's port */
	struct port ports[CONF_PORTS_MAX];
	uint64_t unsent[CONF_PORTS_MAX]; /**< of a run that has ended: port_await_sent() */
	uint32_t n_workers;
	struct boot_worker workers[CONF_LCORES_MAX];

	struct cost_counters counters;
	struct eal_args args;

	int signals; /**< signalfd(2) of what ends or asks the program; -1: none */
	int frame_field;
	_Atomic uint64_t released; /**< of a replay over several lcores: frames that are through */
	struct qlog *log;
	struct engine *engine;
};

/**
 * Brings the program up: all is there, no port has been started. Prints what fails.
 *
 * @return exit status; unless it is BASE_EXIT_OK all is down again
 */
int boot_up(struct boot *boot);

/** Takes down what is up. Output files that were not kept are gone. */
void boot_down(struct boot *boot);

/** Starts ports and lcores. @return 0, -errno */
int boot_start(struct boot *boot, struct base_err *err);

/**
 * Ends the program with an lcore that does not end: nothing it reads can be freed, but what was to
 * be written is taken away.
 */
void boot_abandon(struct boot *boot, const struct base_err *err) __attribute__((noreturn));

/** Lets devices send what they hold, when the lcores have ended; what they do not goes into
 * boot.unsent. */
void boot_flush(struct boot *boot);

/** Prints `COMMAND: sentence` on stderr; returns the exit status. */
int boot_failed(const struct boot *boot, const struct base_err *err);

/* Steps that stand in files of their own. */

/** boot_plan.c: which lcore polls what, and what memory all of it takes. No DPDK object yet. */
int boot_plan(struct boot *boot, struct base_err *err);

/** boot_plan.c: the command line for EAL. */
void boot_plan_eal(struct boot *boot);

void boot_free_plan(struct boot *boot);

/** boot_lcores.c: counters, log rings, classifiers and loops of all lcores, parked. */
int boot_make_counters(struct boot *boot, struct base_err *err);
void boot_free_counters(struct boot *boot);
int boot_make_log(struct boot *boot, struct base_err *err);
void boot_free_log(struct boot *boot);
int boot_make_classifiers(struct boot *boot, struct base_err *err);
void boot_free_classifiers(struct boot *boot);
int boot_make_engine(struct boot *boot, struct base_err *err);
void boot_free_engine(struct boot *boot);
int boot_publish(struct boot *boot, struct base_err *err);
void boot_unpublish(struct boot *boot);

#endif

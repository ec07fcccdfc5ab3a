/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef TOPO_ADVICE_H
#define TOPO_ADVICE_H

/**
 * @file
 * What to do with a machine before DPDK runs on it, derived from its topology alone.
 *
 * Threads: any. Memory: the C heap, freed by topo_advice_free(). Hot path: no.
 */

#include "topo.h"

enum topo_advice_kind {
	TOPO_ADVICE_CORES,     /**< text: a list of CPUs, one thread of each core */
	TOPO_ADVICE_HUGEPAGES, /**< text: a command */
	TOPO_ADVICE_DRIVER,    /**< text: a command */
	TOPO_ADVICE_BOOT,      /**< text: arguments of the kernel */
	TOPO_ADVICE_EAL,       /**< text: arguments of EAL */
	TOPO_ADVICE_NOTE,      /**< text: empty; only why */
};

struct topo_advice {
	enum topo_advice_kind kind;
	int node;   /**< that it is about, TOPO_NODE_NONE: the machine */
	char *text; /**< a command, arguments or a list, by kind */
	char *why;  /**< one sentence without a full stop */
};

struct topo_advice_list {
	struct topo_advice *items; /**< in the order of kinds, EAL's arguments before the notes */
	size_t n;
};

/** The word for a kind ("cores", "hugepages" …). */
const char *topo_advice_name(enum topo_advice_kind kind);

/**
 * Derives advice for a poll-mode program with one main lcore and workers on the nodes of the NICs
 * (on all nodes where no NIC tells its node).
 *
 * @return 0, or -ENOMEM with *out NULL
 */
int topo_advise(const struct topo *topo, struct topo_advice_list **out, struct base_err *err);

/** Frees; NULL is allowed. */
void topo_advice_free(struct topo_advice_list *list);

#endif

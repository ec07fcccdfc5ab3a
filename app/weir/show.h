/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef SHOW_H
#define SHOW_H

/** @file What `weir replay` and `weir run` print of themselves, on standard output. */

#include "boot.h"

/** Packets by reason: those that occurred; then where they went. */
void show_packets(const struct boot *boot);

/** A replay's verdicts by list and action. */
void show_verdicts(const struct boot *boot);

/** The names that a replay blocked most often. */
void show_top_names(const struct boot *boot);

/** What the lcores spent on the packets. */
void show_rate(const struct boot *boot);

/** Ports: what came in, went out, was lost. */
void show_ports(const struct boot *boot);

/** What a device counts beyond that, where it is not 0. */
void show_xstats(const struct boot *boot);

/**
 * The ledger, held against the kernel: every object with the node that was wanted and the one it is
 * on, and the sums of each node.
 *
 * @return number of objects that are on another node than wanted, -errno with err
 */
int show_placement(struct base_err *err);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

/**
 * @file
 * Clocks of the slow side; the data plane reads the TSC.
 *
 * Threads: any. Memory: none. Hot path: no (a vDSO call).
 */

#include <stdint.h>

/** CLOCK_MONOTONIC in ns. */
uint64_t base_clock_ns(void);

#endif

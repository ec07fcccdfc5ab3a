/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef WARN_H
#define WARN_H

/** @file What is told of a port at its start: settings around it by which traffic suffers. */

#include "boot.h"

/** Looks at a port that has been started; warns on stderr. */
void warn_port(const struct boot *boot, uint32_t port);

#endif

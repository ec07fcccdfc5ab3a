/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef UNIT_H
#define UNIT_H

/** @file What every unit test includes: cmocka wants these four before itself. */

/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#define UNIT_COUNT(array) (sizeof(array) / sizeof((array)[0]))

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef FUZZ_H
#define FUZZ_H

/** @file What every fuzz target includes. */

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/** The target: any octets, 0 always. Called by libFuzzer, or by replay.c for each seed. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/** Ends the process when a law does not hold, in every build. */
#define FUZZ_CHECK(law)                                                                          \
	do {                                                                                     \
		if (!(law)) {                                                                    \
			fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #law); \
			abort();                                                                 \
		}                                                                                \
	} while (0)

#endif

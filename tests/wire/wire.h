/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef WIRE_H
#define WIRE_H

/** @file What the programs of this folder share: a capture read frame by frame. */

#include <stdint.h>

/**
 * Gives every frame of a capture to `each`, in a block of exactly its size, so that a sanitizer
 * sees a read behind it.
 *
 * @param number of the frame, from 1
 * @return status for exit(): 0, or 1 with the reason on stderr: another link type than Ethernet, or
 *         a file that libpcap cannot read to its end
 */
int wire_read(const char *path, void (*each)(uint64_t number, const uint8_t *frame, uint32_t len));

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef PRELOAD_H
#define PRELOAD_H

/** @file Mbufs that a device takes for good before the first packet comes. */

#include <stdint.h>

/**
 * Counts the frames of the captures that net_pcap repeats from memory (infinite_rx=1): it keeps an
 * mbuf of the port's pool for each, as long as the port is open.
 *
 * @param device as the INI names it
 * @return frames; 0 where the device is another, or a capture cannot be read: opening it tells why
 */
uint32_t preload_frames(const char *device);

#endif

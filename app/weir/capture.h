/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef CAPTURE_H
#define CAPTURE_H

/** @file A capture that is to be replayed: looked through with libpcap before EAL is up. */

#include "base_err.h"

#include <stdint.h>

/**
 * Longest frame that a replay takes: it must fit into one mbuf with its headroom. net_pcap chains
 * mbufs for what is longer than one, but cuts the length of a frame to 16 bits, and writes of a
 * chain no more than 16128 octets.
 */
#define CAPTURE_FRAME_MAX (65535 - 128)

/** Octets of the longest frame that net_pcap writes whole out of a chain of mbufs. */
#define CAPTURE_CHAIN_MAX 16128

/** A capture that libpcap read to its end. */
struct capture {
	const char *name; /**< as the user wrote it */
	char path[32];	  /**< the same open file, for whoever opens it again by a name */
	int fd;
	uint64_t frames;
	uint32_t longest; /**< octets of its longest frame, as captured */
};

/**
 * Opens a capture and reads it to its end.
 *
 * @return 0; -errno, all of them BASE_EXIT_FAILURE: not readable, not a capture, not of Ethernet
 *   frames (with the link type), cut off (with libpcap's words), a frame too long
 */
int capture_open(const char *name, struct capture *capture, struct base_err *err);

/** Closes; fine on one that is all zero. */
void capture_close(struct capture *capture);

#endif
